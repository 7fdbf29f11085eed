//===- ts-lsp-server.cpp - Editor support for .mlir files -----------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "../LibraryOptions.h"

#include "ts/Pipeline/Pipeline.h"

#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"

int main(int argc, char **argv) {
  ts::hideLibraryOptions();
  ts::setVersion("ts-lsp-server");
  mlir::DialectRegistry registry;
  ts::registerDialects(registry);
  return mlir::failed(mlir::MlirLspServerMain(argc, argv, registry));
}
