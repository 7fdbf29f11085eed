//===- ts-reduce.cpp - Makes a failing .mlir file smaller -----------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "../LibraryOptions.h"

#include "ts/Pipeline/Pipeline.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/Reducer/Passes.h"
#include "mlir/Tools/mlir-reduce/MlirReduceMain.h"
#include "llvm/Support/InitLLVM.h"

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  ts::hideLibraryOptions();
  ts::setVersion("ts-reduce");
  mlir::DialectRegistry registry;
  ts::registerDialects(registry);
  ts::registerPipelines();
  mlir::registerReducerPasses();
  mlir::MLIRContext context(registry);
  return mlir::failed(mlir::mlirReduceMain(argc, argv, context));
}
