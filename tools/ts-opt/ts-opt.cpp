//===- ts-opt.cpp - Runs passes on .mlir files ----------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ts/IR/TS.h"
#include "ts/Passes.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  registry.insert<ts::TSDialect>();
  mlir::registerAllPasses();
  ts::registerAttachTargetPass();
  ts::registerTileKernelPass();
  ts::registerVectorizeTilePass();
  ts::registerStageOperandsPass();
  ts::registerPipelineKPass();
  ts::registerInsertBarriersPass();
  ts::registerDistributeLanesPass();
  ts::registerPlaceSharedPass();
  ts::registerLowerTSPass();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "ts optimizer\n", registry));
}
