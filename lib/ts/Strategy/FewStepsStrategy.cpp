//===- FewStepsStrategy.cpp - Writing C is all the work -------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// With a handful of k steps what counts is the order in which C is written.
// Small blocks of four warps walk along rows of C, slice by slice, so that what
// all SMs write at a time is a narrow band. Measured on an H200, N = 32768 and
// 16384, against memset of C, beside persistent blocks: K = 1 1.01 (1.10 to
// 1.14), K = 4 1.01 (1.11 to 1.15), K = 8 1.03 (1.16), K = 16 1.07 (1.14 to
// 1.18). Taller blocks pay for a slice of B in shared memory from some K on.
//
//===----------------------------------------------------------------------===//

#include "ts/Strategy/Strategy.h"

using namespace mlir;
using namespace ts;

namespace {

class FewStepsStrategy : public Strategy {
public:
  std::optional<Proposal> propose(const Problem &problem, const Chip &chip,
                                  MLIRContext *context) const override;
};

/// How blocks look up to some K.
struct Variant {
  int64_t maxK;
  int64_t rows;  ///< of a block
  bool hasHomes; ///< operands pass through shared memory
};

} // namespace

static constexpr int64_t tileRows = 8, columns = 512, warpRows = 4;

/// Up to here the order decides at every size.
static constexpr int64_t leastSteps = 2;

static constexpr Variant variants[] = {
    {2, 32, false}, {4, 64, false}, {16, 128, true}};

/// Single elements are stored one by one: the narrower the band, the sooner
/// their sectors are whole (10007 x 10007, K = 4: 1.05, with 64 rows 1.10; K =
/// 8: 1.20, in shared memory 1.34).
static constexpr Variant tornVariants[] = {
    {4, 32, false}, {8, 64, false}, {16, 128, true}};

/// A C of which much stays in the L2 is written as fast in any order, and there
/// persistent blocks start once (H200, K = 4: 4096 x 4096 0.0190 and 0.0214 ms,
/// 8192 x 8192 0.065 and 0.066, 16384 x 16384 0.255 and 0.242).
static bool exceedsL2(const Problem &problem, const Chip &chip) {
  constexpr int64_t times = 6;
  int64_t bytes =
      problem.m * problem.n * problem.result.getIntOrFloatBitWidth() / 8;
  return bytes > times * int64_t(chip.l2Bytes);
}

static ScheduleAttr scheduleFor(const Variant &variant, int64_t vector,
                                MLIRContext *context) {
  auto blocks = BlocksAttr::get(context, BlockOrder::Grid, columns,
                                variant.rows, /*count=*/0);
  auto math = FmaAttr::get(context, {1, 32}, vector, /*unroll=*/2,
                           FmaOrder::Snake, /*spread=*/false);
  auto a = OperandAttr::get(context, Home::Global), b = a;
  if (variant.hasHomes) {
    a = OperandAttr::get(context, Home::WarpShared, /*depth=*/2);
    b = OperandAttr::get(context, Home::Shared);
  }
  auto store = StoreAttr::get(context, StorePolicy::Streaming, /*early=*/true);
  return ScheduleAttr::get(context, ShapeClass::Out, blocks, {warpRows, 1},
                           {tileRows, columns}, math, a, b,
                           /*ahead=*/variant.hasHomes, store);
}

std::optional<Proposal> FewStepsStrategy::propose(const Problem &problem,
                                                  const Chip &chip,
                                                  MLIRContext *context) const {
  if (problem.k == 0 || problem.n < columns ||
      problem.m < warpRows * tileRows || instructionFor(problem))
    return std::nullopt;
  if (problem.k > leastSteps && !exceedsL2(problem, chip))
    return std::nullopt;
  int64_t vector = storableColumns(problem);
  for (const Variant &variant : vector == 1 ? tornVariants : variants)
    if (problem.k <= variant.maxK)
      return Proposal{scheduleFor(variant, vector, context),
                      "k = " + std::to_string(problem.k) +
                          " is so small that writing C is all the work: blocks "
                          "of " +
                          std::to_string(variant.rows) +
                          " rows walk along rows of C"};
  return std::nullopt;
}

std::unique_ptr<Strategy> ts::createFewStepsStrategy() {
  return std::make_unique<FewStepsStrategy>();
}
