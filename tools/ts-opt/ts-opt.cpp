//===- ts-opt.cpp - Runs passes on .mlir files ----------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "../LibraryOptions.h"

#include "ts/Pipeline/Pipeline.h"

#include "ts/Runner/Parse.h"
#include "ts/Runner/RunError.h"

#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"

/// Upstream's parser recurses by nesting and would overflow the stack. Pipes
/// can be read only once, and what cannot be read is MlirOptMain's to report.
static llvm::Error checkInput(llvm::StringRef path) {
  if (!llvm::sys::fs::is_regular_file(path))
    return llvm::Error::success();
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer)
    return llvm::Error::success();
  return ts::checkNesting((*buffer)->getBuffer(), path);
}

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
  if (llvm::Error error = checkInput(input)) {
    ts::reportError(std::move(error), llvm::errs());
    return 1;
  }
  mlir::LogicalResult result = mlir::failure();
  ts::runWithBigStack([&, &input = input, &output = output] {
    result = mlir::MlirOptMain(argc, argv, input, output, registry);
  });
  return mlir::asMainReturnCode(result);
}
