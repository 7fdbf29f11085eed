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
// `warp_shared`: each warp owns a ring of `depth` tiles, stored transposed (the
// lanes read a column of the tile at a time) with a padded pitch. While a tile
// is computed, the copy of the one `depth - 1` steps ahead is in flight.
//
//   scf.for %t = ... {
//     %at = ts.home (subview %a[f(%t), 0]) <home = warp_shared>
//   }
// =>
//   %ring = ts.alloc warp : memref<WxDx8x32xf32, strided<[.., .., 1, 12]>>
//   copy tiles 0 .. D-2, a group each
//   scf.for %t = ... iter_args(%slot) {
//     scf.if %later < %end {
//       ts.copy warp (subview %a[f(%later), 0]), %ring[warp, other slot]
//     }
//     commit;  wait D-1
//     %at = subview %ring[warp, %slot, 0, 0]
//   }
//
// Barriers are not placed here but by ts-insert-barriers.
//
//===----------------------------------------------------------------------===//

#include "ts/IR/TS.h"
#include "ts/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/PatternMatch.h"

namespace ts {
#define GEN_PASS_DEF_STAGEOPERANDSPASS
#include "ts/Passes.h.inc"
} // namespace ts

using namespace mlir;
using namespace ts;

/// Words added to a ring tile's pitch: keeps 128-bit reads of a column aligned
/// and spreads the transposing writes over more banks.
static constexpr int64_t ringPadding = 4;

static Attribute workgroup(MLIRContext *context) {
  return gpu::AddressSpaceAttr::get(context, gpu::AddressSpace::Workgroup);
}

static Value constant(ImplicitLocOpBuilder &b, int64_t value) {
  return arith::ConstantIndexOp::create(b, value);
}

/// Replaces a view by one of another layout and memory space, and every view
/// of it likewise.
static LogicalResult replaceView(RewriterBase &rewriter, Value from, Value to) {
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

/// Gives the operand of a block's slice its place in shared memory.
static LogicalResult stageShared(RewriterBase &rewriter, HomeOp home,
                                 gpu::LaunchOp launch) {
  auto shape = cast<MemRefType>(home.getResult().getType());
  auto type = MemRefType::get(shape.getShape(), shape.getElementType(),
                              MemRefLayoutAttrInterface(),
                              workgroup(rewriter.getContext()));
  rewriter.setInsertionPointToStart(&launch.getBody().front());
  Value buffer = AllocOp::create(rewriter, home.getLoc(), type, Scope::Block,
                                 home.getOperand().getSwap());
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

/// Builds the ring of one warp_shared operand.
class RingBuilder {
public:
  RingBuilder(HomeOp home, gpu::LaunchOp launch, scf::ForOp loop,
              RewriterBase &rewriter)
      : home(home), launch(launch), loop(loop), rewriter(rewriter),
        b(home.getLoc(), rewriter), depth(home.getOperand().getDepth()),
        shape(cast<MemRefType>(home.getResult().getType()).getShape()) {}

  LogicalResult build(int64_t warps);

private:
  void allocate(int64_t warps);
  Value slotView(Value slot);
  /// Copies the tile of iteration `iv` to `slot`, if there is such a one.
  void copyTile(Value iv, Value slot);
  Value cloneFor(Value value, IRMapping &mapping);
  Value wrapped(Value slot, int64_t ahead);

  HomeOp home;
  gpu::LaunchOp launch;
  scf::ForOp loop;
  RewriterBase &rewriter;
  ImplicitLocOpBuilder b;
  int64_t depth;
  ArrayRef<int64_t> shape;
  Value ring, warp;
};

} // namespace

void RingBuilder::allocate(int64_t warps) {
  b.setInsertionPointToStart(&launch.getBody().front());
  int64_t pitch = shape[0] + ringPadding, tile = pitch * shape[1];
  auto layout =
      StridedLayoutAttr::get(b.getContext(), 0, {depth * tile, tile, 1, pitch});
  auto type = MemRefType::get(
      {warps, depth, shape[0], shape[1]},
      cast<MemRefType>(home.getResult().getType()).getElementType(), layout,
      workgroup(b.getContext()));
  ring = AllocOp::create(b, type, Scope::Warp, /*swap=*/0);
  warp = arith::DivUIOp::create(b, launch.getThreadIds().x, constant(b, 32));
}

Value RingBuilder::slotView(Value slot) {
  OpFoldResult zero = b.getIndexAttr(0), one = b.getIndexAttr(1);
  SmallVector<OpFoldResult> offsets{warp, slot, zero, zero};
  SmallVector<OpFoldResult> sizes{one, one, b.getIndexAttr(shape[0]),
                                  b.getIndexAttr(shape[1])};
  SmallVector<OpFoldResult> strides(4, one);
  auto type = memref::SubViewOp::inferRankReducedResultType(
      shape, cast<MemRefType>(ring.getType()), offsets, sizes, strides);
  return memref::SubViewOp::create(b, type, ring, offsets, sizes, strides);
}

/// `value`, computed anew for another iteration of the loop.
Value RingBuilder::cloneFor(Value value, IRMapping &mapping) {
  if (mapping.contains(value))
    return mapping.lookup(value);
  Operation *op = value.getDefiningOp();
  if (!op || !loop->isProperAncestor(op))
    return value;
  for (Value operand : op->getOperands())
    mapping.map(operand, cloneFor(operand, mapping));
  return b.clone(*op, mapping)
      ->getResult(cast<OpResult>(value).getResultNumber());
}

void RingBuilder::copyTile(Value iv, Value slot) {
  Value exists = arith::CmpIOp::create(b, arith::CmpIPredicate::slt, iv,
                                       loop.getUpperBound());
  auto guard = scf::IfOp::create(b, exists);
  {
    OpBuilder::InsertionGuard restore(b);
    b.setInsertionPointToStart(guard.thenBlock());
    IRMapping mapping;
    mapping.map(loop.getInductionVar(), iv);
    Value source = cloneFor(home.getSource(), mapping);
    CopyOp::create(b, Scope::Warp, source, slotView(slot));
  }
  // A group even without a copy, so that waits can count groups.
  NVVM::CpAsyncCommitGroupOp::create(b);
}

/// (slot + ahead) modulo depth
Value RingBuilder::wrapped(Value slot, int64_t ahead) {
  if (depth == 1 || ahead == 0)
    return slot;
  Value sum = arith::AddIOp::create(b, slot, constant(b, ahead));
  return arith::RemUIOp::create(b, sum, constant(b, depth));
}

LogicalResult RingBuilder::build(int64_t warps) {
  allocate(warps);
  b.setInsertionPoint(loop);
  Value iv = loop.getLowerBound(), step = loop.getStep();
  for (int64_t slot = 0; slot < depth - 1; ++slot) {
    copyTile(iv, constant(b, slot));
    iv = arith::AddIOp::create(b, iv, step);
  }

  Value first = constant(b, 0);
  auto nextSlot = [&](OpBuilder &end, Location, ArrayRef<BlockArgument> slots) {
    b.restoreInsertionPoint(end.saveInsertionPoint());
    return SmallVector<Value>{wrapped(slots[0], 1)};
  };
  auto replaced = loop.replaceWithAdditionalYields(
      rewriter, first, /*replaceInitOperandUsesInLoop=*/false, nextSlot);
  if (failed(replaced))
    return home.emitOpError("the loop around it cannot carry a ring slot");
  loop = cast<scf::ForOp>(*replaced);

  b.setInsertionPoint(home);
  Value slot = loop.getRegionIterArgs().back();
  Value ahead = arith::MulIOp::create(b, step, constant(b, depth - 1));
  Value later = arith::AddIOp::create(b, loop.getInductionVar(), ahead);
  copyTile(later, wrapped(slot, depth - 1));
  NVVM::CpAsyncWaitGroupOp::create(b, depth - 1);
  Value view = slotView(slot);
  if (failed(replaceView(rewriter, home.getResult(), view)))
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
  }

  static LogicalResult stage(RewriterBase &rewriter, HomeOp home) {
    auto launch = home->getParentOfType<gpu::LaunchOp>();
    if (!launch)
      return home.emitOpError("stands outside of a gpu.launch");
    switch (home.getOperand().getHome()) {
    case Home::Global:
      rewriter.replaceOp(home, home.getSource());
      return success();
    case Home::Shared:
      return stageShared(rewriter, home, launch);
    case Home::Registers:
      return home.emitOpError("home 'registers' is not built yet");
    case Home::WarpShared:
      break;
    }
    auto loop = dyn_cast<scf::ForOp>(home->getParentOp());
    if (!loop)
      return home.emitOpError("home 'warp_shared' needs a loop around it");
    ScheduleAttr schedule =
        TSDialect::ScheduleAttrHelper(home.getContext()).getAttr(launch);
    if (!schedule)
      return launch.emitError("kernel with a ts.home has no ts.schedule");
    return RingBuilder(home, launch, loop, rewriter)
        .build(schedule.getWarpCount());
  }
};

} // namespace
