//===- TileRanges.cpp - How tiles cover C ---------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "TileRanges.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace ts;

using LocBuilder = ImplicitLocOpBuilder;

static Value constant(LocBuilder &b, int64_t value) {
  return arith::ConstantIndexOp::create(b, value);
}

/// An affine expression of `operands` as one folded affine.apply.
static Value apply(LocBuilder &b, AffineExpr expr,
                   ArrayRef<OpFoldResult> operands) {
  auto result =
      affine::makeComposedFoldedAffineApply(b, b.getLoc(), expr, operands);
  return getValueOrCreateConstantIndexOp(b, b.getLoc(), result);
}

Cover::Cover(ScheduleAttr schedule, int64_t m, int64_t n)
    : schedule(schedule), m(m), n(n),
      slices(llvm::divideCeil(n, schedule.getBlocks().getColumns())),
      tilesPerSlice(llvm::divideCeil(m, schedule.getTile()[0])) {}

int64_t Cover::blockCount() const {
  BlocksAttr blocks = schedule.getBlocks();
  if (blocks.getOrder() == BlockOrder::Linear)
    return std::min(blocks.getCount(), slices * tilesPerSlice);
  return slices * llvm::divideCeil(m, blocks.getRows());
}

bool Cover::isExact() const {
  return m % schedule.getTile()[0] == 0 &&
         n % schedule.getBlocks().getColumns() == 0;
}

Value Cover::scaled(LocBuilder &b, Value value, int64_t factor) {
  return apply(b, b.getAffineDimExpr(0) * factor, {value});
}

Value Cover::divided(LocBuilder &b, Value value, int64_t divisor) {
  if (divisor == 1)
    return value;
  return arith::DivUIOp::create(b, value, constant(b, divisor));
}

Value Cover::remainder(LocBuilder &b, Value value, int64_t divisor) {
  if (divisor == 1)
    return constant(b, 0);
  return arith::RemUIOp::create(b, value, constant(b, divisor));
}

Value Cover::sum(LocBuilder &b, Value lhs, Value rhs) {
  return apply(b, b.getAffineDimExpr(0) + b.getAffineDimExpr(1), {lhs, rhs});
}

OpFoldResult Cover::clipped(LocBuilder &b, Value position, int64_t size,
                            int64_t extent) {
  if (extent % size == 0)
    return b.getIndexAttr(size);
  AffineExpr left = extent - b.getAffineDimExpr(0);
  auto map = AffineMap::get(1, 0, {left, b.getAffineConstantExpr(size)},
                            b.getContext());
  return affine::makeComposedFoldedAffineMin(b, b.getLoc(), map, {position});
}

LinearShare Cover::linearShare(LocBuilder &b, Value id) const {
  int64_t total = slices * tilesPerSlice, count = blockCount();
  auto position = [&](Value block) {
    return divided(b, scaled(b, block, total), count);
  };
  LinearShare share;
  share.begin = position(id);
  share.end = position(apply(b, b.getAffineDimExpr(0) + 1, {id}));
  share.firstSlice = divided(b, share.begin, tilesPerSlice);
  Value last =
      apply(b, b.getAffineDimExpr(0) + (tilesPerSlice - 1), {share.end});
  share.endSlice = divided(b, last, tilesPerSlice);
  return share;
}

std::pair<Value, Value> Cover::tilesOfSlice(LocBuilder &b,
                                            const LinearShare &share,
                                            Value slice) const {
  Value start = scaled(b, slice, tilesPerSlice);
  Value stop = apply(b, b.getAffineDimExpr(0) + tilesPerSlice, {start});
  Value begin = arith::MaxUIOp::create(b, share.begin, start);
  Value end = arith::MinUIOp::create(b, share.end, stop);
  return {arith::SubIOp::create(b, begin, start),
          arith::SubIOp::create(b, end, start)};
}

std::tuple<Value, Value, Value> Cover::gridShare(LocBuilder &b,
                                                 Value id) const {
  int64_t tiles = schedule.getBlocks().getRows() / schedule.getTile()[0];
  Value slice = remainder(b, id, slices);
  Value first = scaled(b, divided(b, id, slices), tiles);
  Value end = apply(b, b.getAffineDimExpr(0) + tiles, {first});
  if (tilesPerSlice % tiles != 0)
    end = arith::MinUIOp::create(b, end, constant(b, tilesPerSlice));
  return {slice, first, end};
}

/// position + size <= extent
static Value endsWithin(LocBuilder &b, Value position, int64_t size,
                        int64_t extent) {
  Value end = apply(b, b.getAffineDimExpr(0) + size, {position});
  return arith::CmpIOp::create(b, arith::CmpIPredicate::ule, end,
                               constant(b, extent));
}

Value Cover::inside(LocBuilder &b, Value row, Value column) const {
  Value rows = endsWithin(b, row, schedule.getTile()[0], m);
  Value columns = endsWithin(b, column, schedule.getTile()[1], n);
  return arith::AndIOp::create(b, rows, columns);
}

Value Cover::begins(LocBuilder &b, Value column) const {
  return arith::CmpIOp::create(b, arith::CmpIPredicate::ult, column,
                               constant(b, n));
}
