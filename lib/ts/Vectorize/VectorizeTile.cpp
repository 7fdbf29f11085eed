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
// With math = mma<...> all k that one product takes are read at a time, split
// into pieces and multiplied (SumByMma.cpp).
//
// Views smaller than the tile (the rim of C) are read out of bounds: what is
// read there is poison, and is not written.
//
//===----------------------------------------------------------------------===//

#include "TileVectors.h"
#include "ts/IR/ScheduleLegality.h"
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

Value ts::sumByFma(MatmulOp op, TileVectors &tile, ImplicitLocOpBuilder &b) {
  auto step = [&](Value k, Value sum) {
    Value a = tile.read(op.getA(), tile.zero, k, tile.rows, 1);
    Value row = tile.read(op.getB(), k, tile.zero, 1, tile.columns);
    return tile.contract(a, row, sum);
  };
  int64_t depth = op.getK();
  Value start = tile.splat(0);
  if (depth == 0)
    return start;
  if (depth == 1)
    return step(tile.zero, start);
  Value end = arith::ConstantIndexOp::create(b, depth);
  Value one = arith::ConstantIndexOp::create(b, 1);
  auto loop = scf::ForOp::create(b, tile.zero, end, one, ValueRange{start});
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Value next = step(loop.getInductionVar(), loop.getRegionIterArg(0));
  scf::YieldOp::create(b, next);
  return loop.getResult(0);
}

/// alpha * sum + beta * C, each rounded as ts.matmul's description says.
static Value scaled(MatmulOp op, Value sum, TileVectors &tile,
                    ImplicitLocOpBuilder &b) {
  if (op.getAlphaValue() != 1.0)
    sum = arith::MulFOp::create(b, tile.splat(op.getAlphaValue()), sum);
  if (op.getBetaValue() == 0.0)
    return sum;
  Value beta = tile.splat(op.getBetaValue());
  return vector::FMAOp::create(b, beta, tile.readOldC(), sum);
}

static void vectorize(MatmulOp op, ScheduleAttr schedule) {
  ImplicitLocOpBuilder b(op.getLoc(), op);
  TileVectors tile(op, schedule, b);
  Value sum = schedule.getFma() ? sumByFma(op, tile, b)
                                : sumByMma(op, schedule.getMma(), tile, b);
  tile.write(scaled(op, sum, tile, b));
  op.erase();
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
      vectorize(op, schedule);
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
    return verifyMath(schedule, problemOf(op),
                      [&] { return op.emitOpError(); });
  }
};

} // namespace
