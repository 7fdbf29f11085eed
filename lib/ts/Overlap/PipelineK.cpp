//===- PipelineK.cpp - Read the next k step ahead -------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Software pipelining of the loop over k, by upstream's loop pipeliner: the
// operands of step k + 1 are read while step k is computed, and the last step
// is peeled, so that it stands next to the stores. Then `unroll` steps are put
// into one body: the carried registers alternate instead of being copied. More
// than a few steps would leave the instruction cache (8 cost 8 % on an H200, 16
// 40 %).
//
//   scf.for %k = 0 to 32 { read(%k); contract }
// =>
//   read(0)
//   scf.for %k = 0 to 30 step 2 { read(%k+1); contract; read(%k+2); contract }
//   read(31); contract; contract
//
//===----------------------------------------------------------------------===//

#include "ts/IR/TS.h"
#include "ts/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/Transforms.h"
#include "mlir/Dialect/SCF/Utils/Utils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/PatternMatch.h"

namespace ts {
#define GEN_PASS_DEF_PIPELINEKPASS
#include "ts/Passes.h.inc"
} // namespace ts

using namespace mlir;
using namespace ts;

/// True for a loop over k as ts-vectorize-tile made it: one contraction of
/// values read in the same iteration. What was pipelined before is not.
static bool isPlainLoop(scf::ForOp loop) {
  auto products = loop.getOps<vector::ContractionOp>();
  if (!llvm::hasSingleElement(products))
    return false;
  vector::ContractionOp product = *products.begin();
  return llvm::all_of(
      ValueRange{product.getLhs(), product.getRhs()}, [&](Value operand) {
        auto read = operand.getDefiningOp<vector::TransferReadOp>();
        return read && read->getBlock() == loop.getBody();
      });
}

/// The reads, and what they need, in stage 0 and first; the contraction in
/// stage 1.
static void
scheduleReadsAhead(scf::ForOp loop,
                   std::vector<std::pair<Operation *, unsigned>> &schedule) {
  for (unsigned stage : {0, 1})
    for (Operation &op : loop.getBody()->without_terminator())
      if (isa<vector::ContractionOp>(op) == (stage == 1))
        schedule.push_back({&op, stage});
}

/// 0 if the count is not static.
static int64_t tripCount(scf::ForOp loop) {
  std::optional<APInt> count = loop.getStaticTripCount();
  return count ? count->getSExtValue() : 0;
}

/// Replaces the loop by one that reads a step ahead, with its last step peeled.
static FailureOr<scf::ForOp> readAhead(scf::ForOp loop) {
  std::optional<int64_t> end = getConstantIntValue(loop.getUpperBound());
  std::optional<int64_t> step = getConstantIntValue(loop.getStep());
  scf::PipeliningOption options;
  options.getScheduleFn = scheduleReadsAhead;
  IRRewriter rewriter(loop.getContext());
  rewriter.setInsertionPoint(loop);
  Location loc = loop.getLoc();
  FailureOr<scf::ForOp> ahead = scf::pipelineForLoop(rewriter, loop, options);
  if (failed(ahead))
    return failure();
  // The pipeliner computes the new bound at run time; unrolling wants a number.
  rewriter.setInsertionPoint(*ahead);
  Value bound = arith::ConstantIndexOp::create(rewriter, loc, *end - *step);
  ahead->setUpperBound(bound);
  return ahead;
}

namespace {

struct PipelineK : ts::impl::PipelineKPassBase<PipelineK> {
  void runOnOperation() override {
    SmallVector<std::pair<scf::ForOp, ScheduleAttr>> loops;
    TSDialect::ScheduleAttrHelper schedules(&getContext());
    getOperation()->walk([&](gpu::LaunchOp launch) {
      ScheduleAttr schedule = schedules.getAttr(launch);
      if (!schedule || !schedule.getFma())
        return;
      launch.walk([&](scf::ForOp loop) {
        if (isPlainLoop(loop))
          loops.push_back({loop, schedule});
      });
    });
    for (auto [loop, schedule] : loops)
      if (failed(transform(loop, schedule)))
        return signalPassFailure();
  }

  LogicalResult transform(scf::ForOp loop, ScheduleAttr schedule) {
    if (schedule.getAhead() == 1 && tripCount(loop) >= 2) {
      FailureOr<scf::ForOp> ahead = readAhead(loop);
      if (failed(ahead))
        return loop.emitOpError("cannot be pipelined over k");
      loop = *ahead;
    }
    int64_t unroll = schedule.getFma().getUnroll();
    if (unroll == 1 || tripCount(loop) < unroll)
      return success();
    if (failed(loopUnrollByFactor(loop, unroll)))
      return loop.emitOpError("cannot be unrolled over k");
    return success();
  }
};

} // namespace
