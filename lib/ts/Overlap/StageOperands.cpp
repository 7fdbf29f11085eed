//===- StageOperands.cpp - Give each operand its home ---------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Turns every ts.home into a buffer and the copies that fill it, at the loop
// level where the operand changes.
//
// `shared`: the slice is copied once, and all warps read it.
//
//   %bs = ts.home %slice <home = shared, swap = 1>
// =>
//   %bs = ts.alloc block swap(1) : memref<32x1024xf32, workgroup>
//   ts.copy block %slice, %bs;  commit;  wait 0
//
// `warp_shared`, and `shared` with rows: a ring of tiles (Ring.cpp).
// `shared` with pieces: split once for all warps (StagePieces.cpp).
// `registers`: read once (StageRegisters.cpp). The result's way through shared
// memory, if the schedule asks for one, is made here too (StageResults.cpp).
//
// Barriers are not placed here but by ts-insert-barriers.
//
//===----------------------------------------------------------------------===//

#include "Staging.h"
#include "ts/Passes.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace ts {
#define GEN_PASS_DEF_STAGEOPERANDSPASS
#include "ts/Passes.h.inc"
} // namespace ts

using namespace mlir;
using namespace ts;

static Attribute workgroup(MLIRContext *context) {
  return gpu::AddressSpaceAttr::get(context, gpu::AddressSpace::Workgroup);
}

LogicalResult ts::replaceView(RewriterBase &rewriter, Value from, Value to) {
  for (OpOperand &use : llvm::make_early_inc_range(from.getUses())) {
    Operation *user = use.getOwner();
    rewriter.setInsertionPoint(user);
    if (auto subview = dyn_cast<memref::SubViewOp>(user)) {
      auto moved = memref::SubViewOp::create(
          rewriter, subview.getLoc(), to, subview.getMixedOffsets(),
          subview.getMixedSizes(), subview.getMixedStrides());
      if (failed(replaceView(rewriter, subview, moved)))
        return failure();
      rewriter.eraseOp(subview);
    } else if (isa<vector::TransferReadOp>(user)) {
      rewriter.modifyOpInPlace(user, [&] { use.set(to); });
    } else {
      return user->emitOpError("reads an operand's home in a way that "
                               "ts-stage-operands does not know");
    }
  }
  return success();
}

/// How b's buffer keeps a lane's columns together, or null if they are.
static DenseI64ArrayAttr spreadOf(Builder &b, gpu::LaunchOp launch) {
  ScheduleAttr schedule =
      TSDialect::ScheduleAttrHelper(b.getContext()).getAttr(launch);
  FmaAttr fma = schedule ? schedule.getFma() : FmaAttr();
  if (!fma || !fma.getSpread())
    return nullptr;
  return b.getDenseI64ArrayAttr({fma.getLanes()[1], fma.getVector()});
}

LogicalResult ts::stageShared(RewriterBase &rewriter, HomeOp home,
                              gpu::LaunchOp launch) {
  auto shape = cast<MemRefType>(home.getResult().getType());
  auto type = MemRefType::get(shape.getShape(), shape.getElementType(),
                              MemRefLayoutAttrInterface(),
                              workgroup(rewriter.getContext()));
  rewriter.setInsertionPointToStart(&launch.getBody().front());
  Value buffer =
      AllocOp::create(rewriter, home.getLoc(), type, Scope::Block,
                      home.getOperand().getSwap(), spreadOf(rewriter, launch));
  rewriter.setInsertionPoint(home);
  CopyOp::create(rewriter, home.getLoc(), Scope::Block, home.getSource(),
                 buffer);
  NVVM::CpAsyncCommitGroupOp::create(rewriter, home.getLoc());
  NVVM::CpAsyncWaitGroupOp::create(rewriter, home.getLoc(), 0);
  if (failed(replaceView(rewriter, home.getResult(), buffer)))
    return failure();
  rewriter.eraseOp(home);
  return success();
}

namespace {

struct StageOperands : ts::impl::StageOperandsPassBase<StageOperands> {
  void runOnOperation() override {
    SmallVector<HomeOp> homes;
    getOperation()->walk([&](HomeOp home) { homes.push_back(home); });
    IRRewriter rewriter(&getContext());
    for (HomeOp home : homes)
      if (failed(stage(rewriter, home)))
        return signalPassFailure();
    TSDialect::ScheduleAttrHelper schedules(&getContext());
    getOperation()->walk([&](gpu::LaunchOp launch) {
      if (ScheduleAttr schedule = schedules.getAttr(launch))
        stageResults(rewriter, launch, schedule);
    });
  }

  static LogicalResult stage(RewriterBase &rewriter, HomeOp home) {
    auto launch = home->getParentOfType<gpu::LaunchOp>();
    if (!launch)
      return home.emitOpError("stands outside of a gpu.launch");
    OperandAttr operand = home.getOperand();
    switch (operand.getHome()) {
    case Home::Global:
      rewriter.replaceOp(home, home.getSource());
      return success();
    case Home::Registers:
      return stageRegisters(rewriter, home);
    case Home::Shared:
      if (operand.getRows() == 0)
        return stageShared(rewriter, home, launch);
      break;
    case Home::WarpShared:
      break;
    }
    ScheduleAttr schedule =
        TSDialect::ScheduleAttrHelper(home.getContext()).getAttr(launch);
    if (!schedule)
      return launch.emitError("kernel with a ts.home has no ts.schedule");
    return operand.getPieces() ? stagePieces(rewriter, home, launch, schedule)
                               : stageRing(rewriter, home, launch, schedule);
  }
};

} // namespace
