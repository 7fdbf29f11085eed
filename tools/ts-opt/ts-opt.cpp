//===- ts-opt.cpp - Runs passes on .mlir files ----------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "../LibraryOptions.h"

#include "ts/Pipeline/Pipeline.h"

#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "llvm/Support/InitLLVM.h"

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  ts::hideLibraryOptions();
  ts::setVersion("ts-opt");
  mlir::DialectRegistry registry;
  ts::registerDialects(registry);
  ts::registerPipelines();
  std::string header = mlir::registerCLIOptions(
      "ts-opt: tall-skinny matrix products on GPUs", registry);
  auto [input, output] = mlir::parseCLIOptions(argc, argv, header);
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, input, output, registry));
}
