//===- StagePieces.cpp - An operand that is split once for all warps ------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// All warps of a block multiply the same rows of A. Instead of every warp
// splitting them again, each splits its share of the next rows and leaves the
// pieces in shared memory. The rows are read before the present ones are
// computed and split behind them, so that the reads are long done.
//
//   scf.for %t = ... {
//     %at = ts.home (subview %a[f(%t), 0]) <home = shared, pieces>
//     scf.for ... { %p:2 = ts.split bf16 (transfer_read (subview %at[%r, 0])) }
//   }
// =>
//   %ring0, %ring1 = ts.alloc block, one for each piece
//   fill slot 0 with the pieces of the first rows
//   scf.for %t = ... iter_args(%slot) {
//     %next = vector.transfer_read (this warp's rows of tile %t + step)
//     scf.for ... { %p0 = vector.transfer_read %ring0[%slot, %r, 0] ... }
//     %q:2 = ts.split bf16 %next
//     vector.transfer_write %q#0, %ring0[%slot + 1, ...] ...
//   }
//
//===----------------------------------------------------------------------===//

#include "Staging.h"
#include "ts/IR/BufferPlan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace ts;

namespace {

/// Where a warp-level value of the home is read and split.
struct Split {
  memref::SubViewOp view;
  vector::TransferReadOp read;
  SplitOp split;
};

class PieceRing {
public:
  PieceRing(HomeOp home, gpu::LaunchOp launch, ScheduleAttr schedule,
            scf::ForOp loop, RewriterBase &rewriter)
      : home(home), launch(launch), schedule(schedule), loop(loop),
        rewriter(rewriter), b(home.getLoc(), rewriter),
        warps(schedule.getWarpCount()),
        rows(schedule.getA().getPieceRows(schedule.getTile()[0], warps)) {}

  LogicalResult build();

private:
  LogicalResult findSplits();
  void allocate();
  SmallVector<Value> readShare(Value source);
  void writeShare(ValueRange values, Value slot);
  void replace(Split split, Value slot);
  Value slotView(Value buffer, Value slot);
  Value sourceOf(Value iv);
  Value rowOfShare(int64_t group);

  HomeOp home;
  gpu::LaunchOp launch;
  ScheduleAttr schedule;
  scf::ForOp loop; ///< null if the only tile stands in none
  RewriterBase &rewriter;
  ImplicitLocOpBuilder b;
  int64_t warps, rows; ///< rows that each of the warps splits at a time
  SmallVector<Split> splits;
  SmallVector<Value> buffers; ///< one for each result of ts.split
  Value warp;
};

} // namespace

static MemRefType typeOf(Value value) {
  return cast<MemRefType>(value.getType());
}

LogicalResult PieceRing::findSplits() {
  for (Operation *user : home->getUsers()) {
    auto view = dyn_cast<memref::SubViewOp>(user);
    auto complain = [&] {
      return user->emitOpError("reads pieces in a way that ts-stage-operands "
                               "does not know: a view of rows, read and split");
    };
    if (!view)
      return complain();
    for (Operation *reader : view->getUsers()) {
      auto read = dyn_cast<vector::TransferReadOp>(reader);
      if (!read || read.hasOutOfBoundsDim())
        return complain();
      for (Operation *next : read->getUsers()) {
        auto split = dyn_cast<SplitOp>(next);
        if (!split)
          return complain();
        splits.push_back({view, read, split});
      }
    }
  }
  if (splits.empty())
    return home.emitOpError("is not split anywhere");
  return success();
}

void PieceRing::allocate() {
  b.setInsertionPointToStart(&launch.getBody().front());
  MemRefType whole = typeOf(home.getResult());
  BufferPlan plan(schedule, whole.getDimSize(1), whole.getElementType(),
                  whole.getElementType());
  SplitOp split = splits.front().split;
  for (Value result : split.getPieces()) {
    Type element = cast<VectorType>(result.getType()).getElementType();
    BufferShape shape =
        result == split.getScale() ? plan.scaleOfA() : plan.pieceOfA(element);
    buffers.push_back(AllocOp::create(b, shape.type(), Scope::Block));
  }
  Value warpSize = arith::ConstantIndexOp::create(b, 32);
  warp = arith::DivUIOp::create(b, launch.getThreadIds().x, warpSize);
}

/// First row of the calling warp's part number `group`.
Value PieceRing::rowOfShare(int64_t group) {
  Value number = warp;
  if (group != 0)
    number = arith::AddIOp::create(
        b, number, arith::ConstantIndexOp::create(b, group * warps));
  return arith::MulIOp::create(b, number,
                               arith::ConstantIndexOp::create(b, rows));
}

/// The calling warp's rows of a tile, filled up with 0.
SmallVector<Value> PieceRing::readShare(Value source) {
  MemRefType whole = typeOf(home.getResult()), present = typeOf(source);
  auto type =
      VectorType::get({rows, whole.getDimSize(1)}, whole.getElementType());
  SmallVector<bool> inBounds{present.getDimSize(0) == whole.getDimSize(0),
                             present.getDimSize(1) == whole.getDimSize(1)};
  Value zero = arith::ConstantIndexOp::create(b, 0);
  std::optional<Value> padding;
  if (llvm::is_contained(inBounds, false))
    padding = arith::ConstantOp::create(b, b.getZeroAttr(type.getElementType()))
                  .getResult();
  SmallVector<Value> values;
  for (int64_t group = 0; group < whole.getDimSize(0) / (rows * warps); ++group)
    values.push_back(vector::TransferReadOp::create(
        b, type, source, ValueRange{rowOfShare(group), zero}, padding,
        ArrayRef<bool>(inBounds)));
  return values;
}

Value PieceRing::slotView(Value buffer, Value slot) {
  MemRefType type = typeOf(buffer);
  OpFoldResult zero = b.getIndexAttr(0), one = b.getIndexAttr(1);
  SmallVector<OpFoldResult> offsets{slot, zero, zero}, strides(3, one);
  SmallVector<OpFoldResult> sizes{one, b.getIndexAttr(type.getDimSize(1)),
                                  b.getIndexAttr(type.getDimSize(2))};
  auto view = memref::SubViewOp::inferRankReducedResultType(
      type.getShape().drop_front(), type, offsets, sizes, strides);
  return memref::SubViewOp::create(b, view, buffer, offsets, sizes, strides);
}

/// Splits the calling warp's rows and leaves the pieces in a slot.
void PieceRing::writeShare(ValueRange values, Value slot) {
  SplitOp like = splits.front().split;
  SmallVector<Type> types;
  for (Type type : like.getResultTypes()) {
    auto piece = cast<VectorType>(type);
    types.push_back(
        VectorType::get({rows, piece.getDimSize(1)}, piece.getElementType()));
  }
  Value zero = arith::ConstantIndexOp::create(b, 0);
  SmallVector<bool> inBounds(2, true);
  for (auto [group, value] : llvm::enumerate(values)) {
    auto split =
        SplitOp::create(b, types, like.getKind(), value, like.getAlongAttr());
    for (auto [piece, buffer] : llvm::zip_equal(split.getPieces(), buffers))
      vector::TransferWriteOp::create(b, piece, slotView(buffer, slot),
                                      ValueRange{rowOfShare(group), zero},
                                      ArrayRef<bool>(inBounds));
  }
}

/// Reads the pieces where they were made.
void PieceRing::replace(Split split, Value slot) {
  b.setInsertionPoint(split.split);
  Value zero = arith::ConstantIndexOp::create(b, 0);
  SmallVector<bool> inBounds(2, true);
  Value row = getValueOrCreateConstantIndexOp(b, b.getLoc(),
                                              split.view.getMixedOffsets()[0]);
  for (auto [piece, buffer] :
       llvm::zip_equal(split.split.getPieces(), buffers)) {
    Value read = vector::TransferReadOp::create(
        b, cast<VectorType>(piece.getType()), slotView(buffer, slot),
        ValueRange{row, zero}, /*padding=*/std::nullopt,
        ArrayRef<bool>(inBounds));
    rewriter.replaceAllUsesWith(piece, read);
  }
  rewriter.eraseOp(split.split);
}

/// The home's source in another iteration of the loop.
Value PieceRing::sourceOf(Value iv) {
  IRMapping mapping;
  mapping.map(loop.getInductionVar(), iv);
  return cloneFor(b, loop, home.getSource(), mapping);
}

LogicalResult PieceRing::build() {
  if (failed(findSplits()))
    return failure();
  allocate();
  Value slot;
  if (!loop) {
    b.setInsertionPoint(home);
    slot = arith::ConstantIndexOp::create(b, 0);
    writeShare(readShare(home.getSource()), slot);
  } else {
    // Read early: what else stands in front of the loop hides it.
    setInsertionPointAfter(b, loop,
                           {loop.getLowerBound(), warp, home.getSource()});
    SmallVector<Value> firstRows = readShare(sourceOf(loop.getLowerBound()));
    b.setInsertionPoint(loop);
    Value first = arith::ConstantIndexOp::create(b, 0);
    writeShare(firstRows, first);
    auto nextSlot = [&](OpBuilder &end, Location,
                        ArrayRef<BlockArgument> slots) {
      b.restoreInsertionPoint(end.saveInsertionPoint());
      return SmallVector<Value>{
          wrappedSlot(b, slots[0], /*ahead=*/1, pieceSlots)};
    };
    auto replaced = loop.replaceWithAdditionalYields(
        rewriter, first, /*replaceInitOperandUsesInLoop=*/false, nextSlot);
    if (failed(replaced))
      return home.emitOpError("the loop around it cannot carry a ring slot");
    loop = cast<scf::ForOp>(*replaced);
    slot = loop.getRegionIterArgs().back();

    // Behind the last rows they are read once more, and not used.
    b.setInsertionPoint(home);
    Value iv = loop.getInductionVar();
    Value later = arith::AddIOp::create(b, iv, loop.getStep());
    Value exists = arith::CmpIOp::create(b, arith::CmpIPredicate::slt, later,
                                         loop.getUpperBound());
    Value source = sourceOf(arith::SelectOp::create(b, exists, later, iv));
    SmallVector<Value> next = readShare(source);
    b.setInsertionPoint(loop.getBody()->getTerminator());
    writeShare(next, loop.getYieldedValues().back());
  }
  for (Split split : splits)
    replace(split, slot);
  for (Split split : splits)
    if (split.read->use_empty())
      rewriter.eraseOp(split.read);
  for (Operation *view : llvm::make_early_inc_range(home->getUsers()))
    rewriter.eraseOp(view);
  rewriter.eraseOp(home);
  return success();
}

LogicalResult ts::stagePieces(RewriterBase &rewriter, HomeOp home,
                              gpu::LaunchOp launch, ScheduleAttr schedule) {
  auto loop = dyn_cast<scf::ForOp>(home->getParentOp());
  return PieceRing(home, launch, schedule, loop, rewriter).build();
}
