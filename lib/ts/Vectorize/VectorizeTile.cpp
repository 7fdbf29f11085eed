//===- VectorizeTile.cpp - A tile becomes a few warp-level vectors --------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The product of one tile becomes a loop over k of vector.contract on vectors
// that the lanes of a warp will share. One step of k per contraction, in
// ascending order: that is what the `ieee` contract promises.
//
//   ts.matmul ins(%a, %b : memref<8x32xf32>, memref<32x512xf32>)
//             outs(%c : memref<8x512xf32>)
// =>
//   %acc = scf.for %k = 0 to 32 iter_args(%sum = 0.0) -> vector<8x512xf32> {
//     %ak = vector.transfer_read %a[0, %k] : vector<8x1xf32>
//     %bk = vector.transfer_read %b[%k, 0] : vector<1x512xf32>
//     %next = vector.contract %ak, %bk, %sum
//     scf.yield %next
//   }
//   vector.transfer_write %acc, %c[0, 0]
//
// Views smaller than the tile (the rim of C) are read out of bounds: what is
// read there is poison, and is not written.
//
//===----------------------------------------------------------------------===//

#include "ts/IR/TS.h"
#include "ts/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace ts {
#define GEN_PASS_DEF_VECTORIZETILEPASS
#include "ts/Passes.h.inc"
} // namespace ts

using namespace mlir;
using namespace ts;

namespace {

class TileVectorizer {
public:
  TileVectorizer(MatmulOp op, ScheduleAttr schedule, OpBuilder &builder)
      : op(op), b(op.getLoc(), builder), rows(schedule.getTile()[0]),
        columns(schedule.getTile()[1]),
        element(cast<MemRefType>(op.getC().getType()).getElementType()),
        zero(arith::ConstantIndexOp::create(b, 0)) {}

  void vectorize() {
    Value sum = scaled(accumulate());
    write(sum);
    op.erase();
  }

private:
  Value accumulate();
  Value contract(Value k, Value sum);
  Value scaled(Value sum);
  Value read(Value matrix, Value row, Value column, int64_t height,
             int64_t width);
  void write(Value sum);
  Value splat(double value);
  SmallVector<bool> inBounds(Value matrix, int64_t height, int64_t width);
  VectorType tileType() { return VectorType::get({rows, columns}, element); }

  MatmulOp op;
  ImplicitLocOpBuilder b;
  int64_t rows, columns;
  Type element;
  Value zero;
};

} // namespace

/// A dimension is in bounds if the view is known to be as large as the vector.
SmallVector<bool> TileVectorizer::inBounds(Value matrix, int64_t height,
                                           int64_t width) {
  auto shape = cast<MemRefType>(matrix.getType()).getShape();
  // A vector of one element stands at an index inside the loop's range.
  return {height == 1 || shape[0] == height, width == 1 || shape[1] == width};
}

Value TileVectorizer::read(Value matrix, Value row, Value column,
                           int64_t height, int64_t width) {
  auto type = VectorType::get({height, width}, element);
  return vector::TransferReadOp::create(
      b, type, matrix, ValueRange{row, column}, /*padding=*/std::nullopt,
      ArrayRef<bool>(inBounds(matrix, height, width)));
}

void TileVectorizer::write(Value sum) {
  vector::TransferWriteOp::create(
      b, sum, op.getC(), ValueRange{zero, zero},
      ArrayRef<bool>(inBounds(op.getC(), rows, columns)));
}

Value TileVectorizer::splat(double value) {
  auto attr =
      DenseElementsAttr::get(tileType(), b.getFloatAttr(element, value));
  return arith::ConstantOp::create(b, attr);
}

Value TileVectorizer::contract(Value k, Value sum) {
  Value a = read(op.getA(), zero, k, rows, 1);
  Value bRow = read(op.getB(), k, zero, 1, columns);
  AffineExpr m, n, kk;
  bindDims(b.getContext(), m, n, kk);
  using Exprs = SmallVector<AffineExpr>;
  Exprs ofA{m, kk}, ofB{kk, n}, ofC{m, n};
  using vector::IteratorType;
  return vector::ContractionOp::create(
      b, a, bRow, sum, ArrayRef<ArrayRef<AffineExpr>>{ofA, ofB, ofC},
      {IteratorType::parallel, IteratorType::parallel,
       IteratorType::reduction});
}

Value TileVectorizer::accumulate() {
  int64_t depth = op.getK();
  Value start = splat(0.0);
  if (depth == 0)
    return start;
  if (depth == 1)
    return contract(zero, start);
  Value end = arith::ConstantIndexOp::create(b, depth);
  Value one = arith::ConstantIndexOp::create(b, 1);
  auto loop = scf::ForOp::create(b, zero, end, one, ValueRange{start});
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Value next = contract(loop.getInductionVar(), loop.getRegionIterArg(0));
  scf::YieldOp::create(b, next);
  return loop.getResult(0);
}

/// alpha * sum + beta * C, each rounded as ts.matmul's description says.
Value TileVectorizer::scaled(Value sum) {
  if (op.getAlphaValue() != 1.0)
    sum = arith::MulFOp::create(b, splat(op.getAlphaValue()), sum);
  if (op.getBetaValue() == 0.0)
    return sum;
  Value old = read(op.getC(), zero, zero, rows, columns);
  return vector::FMAOp::create(b, splat(op.getBetaValue()), old, sum);
}

namespace {

struct VectorizeTile : ts::impl::VectorizeTilePassBase<VectorizeTile> {
  void runOnOperation() override {
    SmallVector<std::pair<MatmulOp, ScheduleAttr>> tiles;
    TSDialect::ScheduleAttrHelper schedules(&getContext());
    WalkResult found = getOperation()->walk([&](MatmulOp op) {
      auto launch = op->getParentOfType<gpu::LaunchOp>();
      if (!launch)
        return WalkResult::advance();
      ScheduleAttr schedule = schedules.getAttr(launch);
      if (!schedule) {
        launch.emitError("kernel with a ts.matmul has no ts.schedule");
        return WalkResult::interrupt();
      }
      tiles.push_back({op, schedule});
      return WalkResult::advance();
    });
    if (found.wasInterrupted())
      return signalPassFailure();
    for (auto [op, schedule] : tiles) {
      if (failed(checkTile(op, schedule)))
        return signalPassFailure();
      OpBuilder builder(op);
      TileVectorizer(op, schedule, builder).vectorize();
    }
  }

  /// A tile edited by hand may have left the schedule behind.
  static LogicalResult checkTile(MatmulOp op, ScheduleAttr schedule) {
    auto exceeds = [](int64_t extent, int64_t tile) {
      return ShapedType::isStatic(extent) && extent > tile;
    };
    ArrayRef<int64_t> tile = schedule.getTile();
    auto shape = cast<MemRefType>(op.getC().getType()).getShape();
    if (exceeds(shape[0], tile[0]) || exceeds(shape[1], tile[1]))
      return op.emitOpError()
             << "operand 'c' of " << shape[0] << "x" << shape[1]
             << " exceeds the schedule's tile of " << tile[0] << "x" << tile[1];
    if (ShapedType::isDynamic(op.getK()))
      return op.emitOpError() << "extent k of operand 'a' must be static";
    return success();
  }
};

} // namespace
