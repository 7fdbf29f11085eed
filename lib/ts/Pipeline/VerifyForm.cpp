//===- VerifyForm.cpp - What each step promises ---------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Runs after every step. An operation that a step should have taken away is
// reported here, with the step that left it, instead of as a failure of a
// conversion that does not know where it came from.
//
//===----------------------------------------------------------------------===//

#include "ts/IR/TS.h"
#include "ts/Passes.h"
#include "ts/Pipeline/Pipeline.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace ts {
#define GEN_PASS_DEF_VERIFYFORMPASS
#include "ts/Passes.h.inc"
} // namespace ts

using namespace mlir;
using namespace ts;

/// The widest access of one lane.
static constexpr int64_t maxAccessBits = 128;

static bool isInKernel(Operation *op) {
  return op->getParentOfType<gpu::LaunchOp>() ||
         op->getParentOfType<gpu::GPUModuleOp>();
}

/// A vector that moves between memory and registers, or null.
static VectorType accessedVector(Operation *op) {
  if (auto load = dyn_cast<vector::LoadOp>(op))
    return load.getVectorType();
  if (auto store = dyn_cast<vector::StoreOp>(op))
    return store.getVectorType();
  if (auto store = dyn_cast<ts::StoreOp>(op))
    return dyn_cast<VectorType>(store.getValue().getType());
  return {};
}

static bool isTooWide(Operation *op) {
  VectorType type = accessedVector(op);
  return type && isInKernel(op) &&
         type.getNumElements() * type.getElementTypeBitWidth() > maxAccessBits;
}

static bool isLowered(Operation *op) {
  return isa<ModuleOp>(op) ||
         isa<gpu::GPUModuleOp, gpu::BinaryOp, gpu::LaunchFuncOp>(op) ||
         isa<LLVM::LLVMDialect, NVVM::NVVMDialect>(op->getDialect());
}

static bool isUnscheduled(Operation *op) {
  auto matmul = dyn_cast<MatmulOp>(op);
  return matmul && !isInKernel(op) && !matmul.getScheduleAttr();
}

/// What is wrong with an operation after a step, or null.
static const char *findFault(Operation *op, Step step) {
  if (step >= Step::Select && step < Step::Tile && isUnscheduled(op))
    return "has no schedule";
  if (step >= Step::Tile && isa<MatmulOp>(op) && !isInKernel(op))
    return "is not in a kernel";
  if (step >= Step::Vectorize && isa<MatmulOp>(op))
    return "is not made of vectors";
  if (step >= Step::Overlap && isa<HomeOp>(op))
    return "is not staged";
  if (step >= Step::Distribute && isa<AllocOp, CopyOp>(op))
    return "is not dealt to lanes";
  if (step >= Step::Distribute && isInKernel(op) &&
      isa<vector::TransferReadOp, vector::TransferWriteOp,
          vector::ContractionOp, SplitOp>(op))
    return "still belongs to a whole warp";
  if (step >= Step::Distribute && isTooWide(op))
    return "moves more than 128 bits per lane";
  if (step >= Step::Lower && !isLowered(op))
    return "has no lowering to llvm";
  if (step >= Step::Emit && isa<gpu::GPUModuleOp>(op))
    return "was not emitted";
  return nullptr;
}

namespace {
struct VerifyForm : public ts::impl::VerifyFormPassBase<VerifyForm> {
  using VerifyFormPassBase::VerifyFormPassBase;

  void runOnOperation() override {
    llvm::Expected<Step> step = parseStep(stage);
    if (!step) {
      getOperation().emitError() << llvm::toString(step.takeError());
      return signalPassFailure();
    }
    WalkResult result = getOperation().walk([&](Operation *op) {
      const char *fault = findFault(op, *step);
      if (!fault)
        return WalkResult::advance();
      op->emitOpError() << fault << " after step '" << stage << "'";
      return WalkResult::interrupt();
    });
    if (result.wasInterrupted())
      return signalPassFailure();
    markAllAnalysesPreserved();
  }
};
} // namespace
