//===- ts-opt.cpp - Runs passes on .mlir files ----------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ts/IR/TS.h"

#include "mlir/InitAllDialects.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  registry.insert<ts::TSDialect>();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "ts optimizer\n", registry));
}
