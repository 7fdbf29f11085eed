//===- Ring.cpp - A ring of tiles of the streamed operand -----------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// While one tile of the streamed operand is computed, the copies of the next
// ones are in flight. A warp's own ring lets warps run free of each other; a
// block's ring reads each row from memory once for all its warps.
//
//   scf.for %t = ... { %at = ts.home (subview %a[f(%t), 0]) <depth = D, ...>
// =>
//   %ring = ts.alloc ... : memref<Dx...>
//   copy tiles 0 .. D-2, a group each
//   scf.for %t = ... iter_args(%slot) {
//     wait until the group of tile %t has landed
//     scf.if %later < %end { ts.copy (subview %a[f(%later), 0]), (slot - 1) }
//     commit
//     %at = subview %ring[%slot, 0, 0]
//
// In a block's ring the wait stands before the next copy, so that one barrier
// serves both: it makes tile %t visible, and no thread still reads the slot
// that is filled. A warp's barriers cost next to nothing; there the copy goes
// first (on an H200 the headline kernel takes up to 3 % longer the other way
// round).
//
// The first copies start as soon as the bounds of the loop are known: what else
// stands in front of it, such as reading the resident operand, hides them.
//
//===----------------------------------------------------------------------===//

#include "Staging.h"
#include "ts/IR/BufferPlan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace ts;

static Value constant(ImplicitLocOpBuilder &b, int64_t value) {
  return arith::ConstantIndexOp::create(b, value);
}

Value ts::cloneFor(ImplicitLocOpBuilder &b, scf::ForOp loop, Value value,
                   IRMapping &mapping) {
  if (mapping.contains(value))
    return mapping.lookup(value);
  Operation *op = value.getDefiningOp();
  if (!op || !loop->isProperAncestor(op))
    return value;
  for (Value operand : op->getOperands())
    mapping.map(operand, cloneFor(b, loop, operand, mapping));
  return b.clone(*op, mapping)
      ->getResult(cast<OpResult>(value).getResultNumber());
}

Value ts::wrappedSlot(ImplicitLocOpBuilder &b, Value slot, int64_t ahead,
                      int64_t depth) {
  if (depth == 1 || ahead == 0)
    return slot;
  Value sum = arith::AddIOp::create(b, slot, constant(b, ahead));
  return arith::RemUIOp::create(b, sum, constant(b, depth));
}

namespace {

/// Builds the ring of one operand.
class RingBuilder {
public:
  RingBuilder(HomeOp home, gpu::LaunchOp launch, ScheduleAttr schedule,
              scf::ForOp loop, RewriterBase &rewriter)
      : home(home), launch(launch), schedule(schedule), loop(loop),
        rewriter(rewriter), b(home.getLoc(), rewriter),
        scope(home.getOperand().getHome() == Home::WarpShared ? Scope::Warp
                                                              : Scope::Block),
        depth(home.getOperand().getDepth()),
        shape(cast<MemRefType>(home.getResult().getType()).getShape()) {}

  LogicalResult build();
  /// The same where the only tile stands in no loop.
  LogicalResult buildSingle();

private:
  LogicalResult allocate();
  void fill();
  Value slotView(Value slot);
  /// Copies the tile of iteration `iv` to `slot`, if there is such a one.
  void copyTile(Value iv, Value slot);

  HomeOp home;
  gpu::LaunchOp launch;
  ScheduleAttr schedule;
  scf::ForOp loop;
  RewriterBase &rewriter;
  ImplicitLocOpBuilder b;
  Scope scope;
  int64_t depth;
  ArrayRef<int64_t> shape; ///< of a tile
  Value ring, warp;
};

} // namespace

LogicalResult RingBuilder::allocate() {
  Type element = cast<MemRefType>(home.getResult().getType()).getElementType();
  BufferShape plan = BufferPlan(schedule, shape[1], element, element).a();
  if (!plan.exists() || ArrayRef(plan.sizes).take_back(2) != shape)
    return home.emitOpError() << "a tile of " << shape[0] << "x" << shape[1]
                              << " is not what the schedule's operand a has";
  b.setInsertionPointToStart(&launch.getBody().front());
  ring = AllocOp::create(b, plan.type(), scope);
  if (scope == Scope::Warp)
    warp = arith::DivUIOp::create(b, launch.getThreadIds().x, constant(b, 32));
  return success();
}

Value RingBuilder::slotView(Value slot) {
  OpFoldResult zero = b.getIndexAttr(0), one = b.getIndexAttr(1);
  SmallVector<OpFoldResult> offsets{slot, zero, zero};
  SmallVector<OpFoldResult> sizes{one, b.getIndexAttr(shape[0]),
                                  b.getIndexAttr(shape[1])};
  if (warp) {
    offsets.insert(offsets.begin(), warp);
    sizes.insert(sizes.begin(), one);
  }
  SmallVector<OpFoldResult> strides(sizes.size(), one);
  auto type = memref::SubViewOp::inferRankReducedResultType(
      shape, cast<MemRefType>(ring.getType()), offsets, sizes, strides);
  return memref::SubViewOp::create(b, type, ring, offsets, sizes, strides);
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
    Value source = cloneFor(b, loop, home.getSource(), mapping);
    CopyOp::create(b, scope, source, slotView(slot));
  }
  // A group even without a copy, so that waits can count groups.
  NVVM::CpAsyncCommitGroupOp::create(b);
}

/// Adds what `value`, if it is computed in the loop, needs from outside of it.
static void collectOutside(scf::ForOp loop, Value value,
                           SmallVectorImpl<Value> &outside) {
  Operation *op = value.getDefiningOp();
  if (!op || !loop->isProperAncestor(op)) {
    outside.push_back(value);
    return;
  }
  for (Value operand : op->getOperands())
    collectOutside(loop, operand, outside);
}

void ts::setInsertionPointAfter(ImplicitLocOpBuilder &b, scf::ForOp loop,
                                ValueRange values) {
  SmallVector<Value> outside;
  for (Value value : values)
    collectOutside(loop, value, outside);
  Block *block = loop->getBlock();
  Operation *last = nullptr;
  for (Value value : outside) {
    Operation *op = value.getDefiningOp();
    op = op ? block->findAncestorOpInBlock(*op) : nullptr;
    if (op && (!last || last->isBeforeInBlock(op)))
      last = op;
  }
  if (last)
    b.setInsertionPointAfter(last);
  else
    b.setInsertionPointToStart(block);
}

/// Starts the copies of the first depth - 1 tiles, in front of the loop.
void RingBuilder::fill() {
  SmallVector<Value> needed{loop.getLowerBound(), loop.getUpperBound(),
                            loop.getStep(), ring, home.getSource()};
  if (warp)
    needed.push_back(warp);
  setInsertionPointAfter(b, loop, needed);
  Value iv = loop.getLowerBound(), step = loop.getStep();
  for (int64_t slot = 0; slot < depth - 1; ++slot) {
    copyTile(iv, constant(b, slot));
    iv = arith::AddIOp::create(b, iv, step);
  }
}

LogicalResult RingBuilder::build() {
  if (failed(allocate()))
    return failure();
  fill();
  Value first = constant(b, 0), step = loop.getStep();
  auto nextSlot = [&](OpBuilder &end, Location, ArrayRef<BlockArgument> slots) {
    b.restoreInsertionPoint(end.saveInsertionPoint());
    return SmallVector<Value>{wrappedSlot(b, slots[0], 1, depth)};
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
  bool waitsFirst = scope == Scope::Block && depth > 1;
  if (waitsFirst)
    NVVM::CpAsyncWaitGroupOp::create(b, depth - 2);
  copyTile(later, wrappedSlot(b, slot, depth - 1, depth));
  if (!waitsFirst)
    NVVM::CpAsyncWaitGroupOp::create(b, depth - 1);
  Value view = slotView(slot);
  if (failed(replaceView(rewriter, home.getResult(), view)))
    return failure();
  rewriter.eraseOp(home);
  return success();
}

LogicalResult RingBuilder::buildSingle() {
  if (failed(allocate()))
    return failure();
  b.setInsertionPoint(home);
  Value slot = slotView(constant(b, 0));
  CopyOp::create(b, scope, home.getSource(), slot);
  NVVM::CpAsyncCommitGroupOp::create(b);
  NVVM::CpAsyncWaitGroupOp::create(b, 0);
  if (failed(replaceView(rewriter, home.getResult(), slot)))
    return failure();
  rewriter.eraseOp(home);
  return success();
}

LogicalResult ts::stageRing(RewriterBase &rewriter, HomeOp home,
                            gpu::LaunchOp launch, ScheduleAttr schedule) {
  auto loop = dyn_cast<scf::ForOp>(home->getParentOp());
  RingBuilder builder(home, launch, schedule, loop, rewriter);
  return loop ? builder.build() : builder.buildSingle();
}
