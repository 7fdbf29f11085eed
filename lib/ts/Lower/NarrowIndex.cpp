//===- NarrowIndex.cpp - Count in 32 bits where a schedule says so --------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// An index of a kernel has 64 bits, since addresses have, but a register of the
// GPU has 32: a loop that counts in 64 spends four instructions on it instead
// of two. Upstream narrows arithmetic by the ranges of its values, but neither
// it nor LLVM the counter of a loop. Whether it pays is a matter of which
// registers ptxas then gives to what, so it is a schedule value, `index = 32`.
// Arithmetic stays as it is where a number between 2^31 and 2^32 has a sign.
//
//   scf.for %i = %c0 to %c30 step %c2 { use(%i) }
// =>
//   scf.for %n = %c0_i32 to %c30_i32 step %c2_i32 : i32 {
//     %i = arith.index_castui %n : i32 to index
//     use(%i)
//   }
//
//===----------------------------------------------------------------------===//

#include "ts/IR/TS.h"
#include "ts/Passes.h"

#include "mlir/Analysis/DataFlow/IntegerRangeAnalysis.h"
#include "mlir/Analysis/DataFlow/Utils.h"
#include "mlir/Analysis/DataFlowFramework.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Pass/PassManager.h"

namespace ts {
#define GEN_PASS_DEF_NARROWINDEXPASS
#include "ts/Passes.h.inc"
} // namespace ts

using namespace mlir;
using namespace ts;

/// The largest value, read as unsigned; all ones if nothing is known of it.
static uint64_t mostOf(DataFlowSolver &solver, Value value) {
  auto *range = solver.lookupState<dataflow::IntegerValueRangeLattice>(value);
  if (!range || range->getValue().isUninitialized())
    return UINT64_MAX;
  return range->getValue().getValue().umax().getLimitedValue();
}

/// Whether every value that the counter takes, the one that ends the loop
/// included, is one of an i32, and so is each bound.
static bool countsInWords(DataFlowSolver &solver, scf::ForOp loop) {
  if (!loop.getInductionVar().getType().isIndex())
    return false;
  constexpr uint64_t largest = INT32_MAX;
  uint64_t first = mostOf(solver, loop.getLowerBound());
  uint64_t end = mostOf(solver, loop.getUpperBound());
  uint64_t step = mostOf(solver, loop.getStep());
  return std::max({first, end, step}) <= largest && end + step <= largest;
}

/// Whether the result depends on which of its operands' bits is the sign.
static bool readsSign(Operation *op) {
  if (auto compare = dyn_cast<arith::CmpIOp>(op))
    return compare.getPredicate() >= arith::CmpIPredicate::slt &&
           compare.getPredicate() <= arith::CmpIPredicate::sge;
  if (auto flags = dyn_cast<arith::ArithIntegerOverflowFlagsInterface>(op))
    return flags.hasNoSignedWrap();
  return isa<arith::DivSIOp, arith::CeilDivSIOp, arith::FloorDivSIOp,
             arith::RemSIOp, arith::MinSIOp, arith::MaxSIOp, arith::ShRSIOp>(
      op);
}

/// Upstream narrows what fits 32 bits without a sign, signed operations too,
/// which then take 2^31 and more for negative.
static bool losesSign(DataFlowSolver &solver, Operation *op) {
  auto isInDoubt = [&](Value value) {
    uint64_t most = mostOf(solver, value);
    return value.getType().isIntOrIndex() && most > INT32_MAX &&
           most <= UINT32_MAX;
  };
  return readsSign(op) && (llvm::any_of(op->getOperands(), isInDoubt) ||
                           llvm::any_of(op->getResults(), isInDoubt));
}

static void countInWords(scf::ForOp loop) {
  OpBuilder builder(loop);
  Location loc = loop.getLoc();
  Type word = builder.getI32Type();
  auto cast = [&](Value value) -> Value {
    if (std::optional<int64_t> constant = getConstantIntValue(value))
      return arith::ConstantIntOp::create(builder, loc, *constant, 32);
    return arith::IndexCastUIOp::create(builder, loc, word, value);
  };
  loop.setLowerBound(cast(loop.getLowerBound()));
  loop.setUpperBound(cast(loop.getUpperBound()));
  loop.setStep(cast(loop.getStep()));
  Value counter = loop.getInductionVar();
  counter.setType(word);
  builder.setInsertionPointToStart(loop.getBody());
  Value index = arith::IndexCastUIOp::create(builder, loc,
                                             builder.getIndexType(), counter);
  counter.replaceAllUsesExcept(index, index.getDefiningOp());
}

namespace {
struct NarrowIndex : ts::impl::NarrowIndexPassBase<NarrowIndex> {
  void runOnOperation() override {
    TSDialect::ScheduleAttrHelper schedules(&getContext());
    for (auto kernel : getOperation().getOps<gpu::GPUFuncOp>()) {
      ScheduleAttr schedule = schedules.getAttr(kernel);
      if (schedule && schedule.getIndex() == 32 && failed(narrow(kernel)))
        return signalPassFailure();
    }
  }

  LogicalResult narrow(gpu::GPUFuncOp kernel) {
    DataFlowSolver solver;
    dataflow::loadBaselineAnalyses(solver);
    solver.load<dataflow::IntegerRangeAnalysis>();
    if (failed(solver.initializeAndRun(kernel)))
      return failure();
    SmallVector<scf::ForOp> loops;
    kernel.walk([&](scf::ForOp loop) {
      if (countsInWords(solver, loop))
        loops.push_back(loop);
    });
    WalkResult found = kernel.walk([&](Operation *op) {
      return losesSign(solver, op) ? WalkResult::interrupt()
                                   : WalkResult::advance();
    });
    llvm::for_each(loops, countInWords);
    if (found.wasInterrupted())
      return success();
    OpPassManager arithmetic(gpu::GPUFuncOp::getOperationName());
    arithmetic.addPass(arith::createArithIntRangeNarrowing({{32}}));
    return runPipeline(arithmetic, kernel);
  }
};
} // namespace
