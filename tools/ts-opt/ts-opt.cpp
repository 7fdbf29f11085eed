//===- ts-opt.cpp - Runs passes on .mlir files ----------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ts/Pipeline/Pipeline.h"

#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"

/// LLVM's libraries register options for their own passes, which say nothing
/// to a user of this tool. They keep working and leave `--help`.
static void hideLibraryOptions() {
  for (auto &entry : llvm::cl::getRegisteredOptions())
    entry.second->setHiddenFlag(llvm::cl::ReallyHidden);
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  hideLibraryOptions();
  mlir::DialectRegistry registry;
  ts::registerDialects(registry);
  ts::registerPipelines();
  std::string header = mlir::registerCLIOptions(
      "ts-opt: tall-skinny matrix products on GPUs", registry);
  auto [input, output] = mlir::parseCLIOptions(argc, argv, header);
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, input, output, registry));
}
