//===- OutlineKernel.cpp - Kernels get functions of their own -------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Upstream's outlining drops what a launch says about its kernel. This runs it
// and hands each launch's schedule to the function that came out, where later
// steps (and a reader) find it.
//
//   gpu.launch ... { ... } {ts.schedule = #s}
// =>
//   gpu.func @main_kernel(...) kernel attributes {ts.schedule = #s} { ... }
//
//===----------------------------------------------------------------------===//

#include "ts/IR/TS.h"
#include "ts/Passes.h"

#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/GPU/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"

namespace ts {
#define GEN_PASS_DEF_OUTLINEKERNELPASS
#include "ts/Passes.h.inc"
} // namespace ts

using namespace mlir;
using namespace ts;

namespace {
struct OutlineKernel : public ts::impl::OutlineKernelPassBase<OutlineKernel> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    TSDialect::ScheduleAttrHelper schedules(&getContext());
    // Launches keep their order; those that are outlined already stay.
    SmallVector<ScheduleAttr> ofLaunches;
    module.walk([&](Operation *op) {
      if (isa<gpu::LaunchOp, gpu::LaunchFuncOp>(op))
        ofLaunches.push_back(schedules.getAttr(op));
    });
    OpPassManager outlining(ModuleOp::getOperationName());
    outlining.addPass(createGpuKernelOutliningPass());
    if (failed(runPipeline(outlining, module)))
      return signalPassFailure();
    ArrayRef<ScheduleAttr> left = ofLaunches;
    module.walk([&](gpu::LaunchFuncOp launch) {
      ScheduleAttr schedule = left.front();
      left = left.drop_front();
      Operation *kernel =
          SymbolTable::lookupNearestSymbolFrom(launch, launch.getKernel());
      if (schedule && kernel)
        schedules.setAttr(kernel, schedule);
    });
  }
};
} // namespace
