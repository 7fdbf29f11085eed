//===- LineWindow.cpp - Which elements of a tile a ts.window keeps --------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A sector that two blocks write in parts at different times costs as much time
// as 1000 bytes (benchmarks/out-class.md). So each row of a slice is cut at
// whole lines. Only the few columns at both ends of a slice need a predicate;
// which they are is known here.
//
//   %s = -(distance of the slice's row from memory's start) mod line
//   %p = %s <= column, column < %s + width
//   ts.store cs %v, %c[...] if %p
//
//===----------------------------------------------------------------------===//

#include "LineWindow.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

#include <algorithm>

using namespace mlir;
using namespace ts;

LineWindow::LineWindow(ImplicitLocOpBuilder &b, WindowOp window,
                       const Layout &layout, Value row, Value column)
    : b(b), window(window), row(row),
      column(arith::AddIOp::create(b, window.getColumn(), column)) {
  int64_t columns = window.getWidth() + window.getLine();
  lastColumn = columns - layout.shape()[1];
  int64_t lastLane = 0;
  for (int64_t lane = 0; lane < layout.laneCount(); ++lane)
    lastLane = std::max(lastLane, layout.laneOffset(lane)[1]);
  lastColumn += lastLane;
}

Value LineWindow::constant(int64_t value) {
  return arith::ConstantIndexOp::create(b, value);
}

/// Column of the slice at which the row's first whole line begins.
Value LineWindow::firstOfRow(int64_t offset) {
  Value &first = firsts[offset];
  if (first)
    return first;
  auto metadata =
      memref::ExtractStridedMetadataOp::create(b, window.getSource());
  Value inTile = arith::AddIOp::create(b, row, constant(offset));
  Value start = arith::AddIOp::create(
      b, metadata.getOffset(),
      arith::MulIOp::create(b, inTile, metadata.getStrides()[0]));
  // Modulo a power of two: a bit mask, also of what is less than zero.
  Value back = arith::SubIOp::create(b, window.getColumn(), start);
  first = arith::AndIOp::create(b, back, constant(window.getLine() - 1));
  return first;
}

Value LineWindow::keeps(const Layout::Coordinate &offset) {
  int64_t line = window.getLine(), width = window.getWidth();
  Value place = arith::AddIOp::create(b, column, constant(offset[1]));
  Value kept;
  if (offset[1] < line) {
    Value begun = arith::CmpIOp::create(b, arith::CmpIPredicate::uge, place,
                                        firstOfRow(offset[0]));
    Value isFirst = arith::CmpIOp::create(b, arith::CmpIPredicate::eq,
                                          window.getSlice(), constant(0));
    kept = arith::OrIOp::create(b, begun, isFirst);
  }
  if (offset[1] + lastColumn >= width) {
    Value end =
        arith::AddIOp::create(b, firstOfRow(offset[0]), constant(width));
    Value ends =
        arith::CmpIOp::create(b, arith::CmpIPredicate::ult, place, end);
    kept = kept ? arith::AndIOp::create(b, kept, ends).getResult() : ends;
  }
  return kept;
}
