//===- OutStrategy.cpp - Small K, output dominates ------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// C is large and K small, so the time goes into writing C and issuing FFMAs.
// A slice of B stays in shared memory and the rows of A stream past it, each
// warp on its own, so that no barrier ever aligns the bursts of stores. What
// each field is worth on an H200 stands in benchmarks/headline.md.
//
//===----------------------------------------------------------------------===//

#include "ts/IR/ScheduleLegality.h"
#include "ts/Strategy/Strategy.h"

using namespace mlir;
using namespace ts;

Strategy::~Strategy() = default;

namespace {

/// A slice of `warpColumns * columns` columns, `warpRows` warps above each
/// other.
struct Variant {
  int64_t warpRows, warpColumns, columns;
};

/// Widest slices first: a wide slice reads A less often, and 8 x 16 outputs per
/// lane reuse each operand most. The narrow ones make room for a larger K.
constexpr Variant variants[] = {
    {4, 2, 512}, {8, 1, 512}, {8, 1, 256}, {8, 1, 128}};

constexpr int64_t tileRows = 8;

class OutStrategy : public Strategy {
public:
  std::optional<Proposal> propose(const Problem &problem, const Chip &chip,
                                  MLIRContext *context) const override;

private:
  static ScheduleAttr schedule(const Variant &variant, const Problem &problem,
                               const Chip &chip, MLIRContext *context);
};

} // namespace

ScheduleAttr OutStrategy::schedule(const Variant &variant,
                                   const Problem &problem, const Chip &chip,
                                   MLIRContext *context) {
  auto blocks =
      BlocksAttr::get(context, BlockOrder::Linear,
                      variant.warpColumns * variant.columns, /*rows=*/0,
                      /*count=*/chip.smCount);
  // Where rows of C fit no wide store, lanes beside each other own columns
  // beside each other, so that a warp's store still writes a run.
  int64_t vector = storableColumns(problem);
  auto math =
      FmaAttr::get(context, {1, 32}, vector, /*unroll=*/2, FmaOrder::Snake);
  auto a = OperandAttr::get(context, Home::WarpShared, /*depth=*/2, /*swap=*/0);
  auto b = OperandAttr::get(context, Home::Shared, /*depth=*/1,
                            /*swap=*/vector > 1);
  auto store = StoreAttr::get(context, StorePolicy::Streaming, /*early=*/true);
  return ScheduleAttr::get(context, ShapeClass::Out, blocks,
                           {variant.warpRows, variant.warpColumns},
                           {tileRows, variant.columns}, math, a, b,
                           /*ahead=*/1, store);
}

std::optional<Proposal> OutStrategy::propose(const Problem &problem,
                                             const Chip &chip,
                                             MLIRContext *context) const {
  if (problem.k == 0 || instructionFor(problem))
    return std::nullopt;
  for (const Variant &variant : variants) {
    int64_t columns = variant.warpColumns * variant.columns;
    // Slices wider than C compute what is thrown away; fewer row tiles than
    // warps leave warps idle.
    if (problem.n < columns || problem.m < tileRows * variant.warpRows)
      continue;
    ScheduleAttr candidate = schedule(variant, problem, chip, context);
    int64_t bytes = sharedBytes(candidate, problem);
    if (bytes > chip.sharedBytesPerBlock)
      continue;
    std::string reason =
        "k = " + std::to_string(problem.k) +
        " is small beside the output: a slice of " + std::to_string(columns) +
        " columns of B stays in shared memory (" + std::to_string(bytes) +
        " of " + std::to_string(chip.sharedBytesPerBlock) + " bytes on " +
        chip.name.str() + "), rows of A stream past it";
    return Proposal{candidate, reason};
  }
  return std::nullopt;
}

std::unique_ptr<Strategy> ts::createOutStrategy() {
  return std::make_unique<OutStrategy>();
}
