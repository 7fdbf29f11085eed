//===- TileRanges.cpp - How tiles cover C ---------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "TileRanges.h"

#include "ts/IR/ScheduleLegality.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>

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
      slices(llvm::divideCeil(n, schedule.getBlocks().getSliceStep())),
      tilesPerSlice(llvm::divideCeil(m, schedule.getTile()[0])),
      bandsPerSlice(llvm::divideCeil(tilesPerSlice, schedule.getWarps()[0])) {}

int64_t Cover::blockCount() const { return ts::blockCount(schedule, m, n); }

bool Cover::isExact() const {
  return m % schedule.getTile()[0] == 0 &&
         schedule.getBlocks().getSkew() == 0 &&
         n % schedule.getBlocks().getColumns() == 0;
}

int64_t Cover::lastColumn() const {
  int64_t step = schedule.getBlocks().getSliceStep(), last = 0;
  for (int64_t warp = 0; warp < schedule.getWarps()[1]; ++warp) {
    // Slices may overlap: each warp has a last slice of its own.
    int64_t inSlice = warp * schedule.getTile()[1];
    if (inSlice >= n)
      break;
    int64_t slice = std::min((n - 1 - inSlice) / step, slices - 1);
    last = std::max(last, slice * step + inSlice);
  }
  return last;
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

OpFoldResult Cover::clippedColumns(LocBuilder &b, Value column,
                                   int64_t size) const {
  if (schedule.getBlocks().getSkew() == 0)
    return clipped(b, column, size, n);
  return atMost(b, column, size, n);
}

OpFoldResult Cover::clipped(LocBuilder &b, Value position, int64_t size,
                            int64_t extent) {
  if (extent % size == 0)
    return b.getIndexAttr(size);
  return atMost(b, position, size, extent);
}

OpFoldResult Cover::atMost(LocBuilder &b, Value position, int64_t size,
                           int64_t extent) {
  AffineExpr left = extent - b.getAffineDimExpr(0);
  auto map = AffineMap::get(1, 0, {left, b.getAffineConstantExpr(size)},
                            b.getContext());
  return affine::makeComposedFoldedAffineMin(b, b.getLoc(), map, {position});
}

LinearShare Cover::linearShare(LocBuilder &b, Value id) const {
  int64_t total = slices * bandsPerSlice, count = blockCount();
  auto position = [&](Value block) {
    return divided(b, scaled(b, block, total), count);
  };
  LinearShare share;
  share.begin = position(id);
  share.end = position(apply(b, b.getAffineDimExpr(0) + 1, {id}));
  share.firstSlice = divided(b, share.begin, bandsPerSlice);
  Value last =
      apply(b, b.getAffineDimExpr(0) + (bandsPerSlice - 1), {share.end});
  share.endSlice = divided(b, last, bandsPerSlice);
  return share;
}

std::pair<Value, Value> Cover::tilesOfSlice(LocBuilder &b,
                                            const LinearShare &share,
                                            Value slice) const {
  int64_t tilesPerBand = schedule.getWarps()[0];
  Value start = scaled(b, slice, bandsPerSlice);
  Value stop = apply(b, b.getAffineDimExpr(0) + bandsPerSlice, {start});
  Value begin = arith::MaxUIOp::create(b, share.begin, start);
  Value end = arith::MinUIOp::create(b, share.end, stop);
  Value first = scaled(b, arith::SubIOp::create(b, begin, start), tilesPerBand);
  Value last = scaled(b, arith::SubIOp::create(b, end, start), tilesPerBand);
  if (tilesPerSlice % tilesPerBand != 0)
    last = arith::MinUIOp::create(b, last, constant(b, tilesPerSlice));
  return {first, last};
}

std::pair<Value, Value> Cover::gridPosition(LocBuilder &b, Value id) const {
  BlocksAttr blocks = schedule.getBlocks();
  int64_t bands = llvm::divideCeil(m, blocks.getRows());
  int64_t height = std::min(blocks.getGroup(), bands);
  Value inGroup = remainder(b, id, height * slices);
  Value group = divided(b, id, height * slices);
  Value firstBand = scaled(b, group, height);
  Value band = firstBand, slice = inGroup;
  if (height > 1) {
    Value bandsOfGroup = constant(b, height);
    if (bands % height != 0) {
      Value left = apply(b, bands - b.getAffineDimExpr(0), {firstBand});
      bandsOfGroup = arith::MinUIOp::create(b, bandsOfGroup, left);
    }
    slice = arith::DivUIOp::create(b, inGroup, bandsOfGroup);
    band = sum(b, firstBand, arith::RemUIOp::create(b, inGroup, bandsOfGroup));
  }
  if (blocks.getSnake()) {
    Value isOdd = arith::CmpIOp::create(b, arith::CmpIPredicate::ne,
                                        remainder(b, group, 2), constant(b, 0));
    Value back = apply(b, slices - 1 - b.getAffineDimExpr(0), {slice});
    slice = arith::SelectOp::create(b, isOdd, back, slice);
  }
  return {slice, band};
}

std::tuple<Value, Value, Value> Cover::gridShare(LocBuilder &b,
                                                 Value id) const {
  int64_t tiles = schedule.getBlocks().getRows() / schedule.getTile()[0];
  auto [slice, band] = gridPosition(b, id);
  Value first = scaled(b, band, tiles);
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
