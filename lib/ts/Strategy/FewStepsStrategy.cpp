//===- FewStepsStrategy.cpp - Writing C is all the work -------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// With a handful of k steps what counts is the order in which C is written.
// Small blocks walk along rows of C, slice by slice, so that what all SMs write
// at a time is a narrow band. Measured on an H200, 32768 x 32768, against
// memset of C, beside persistent blocks: K = 1 1.007 (1.10 to 1.14), K =
// 3 1.000, K = 4 1.001 (1.11 to 1.15), K = 8 1.03 (1.16), K = 16 1.07 (1.14
// to 1.18). Taller blocks pay for a slice of B in shared memory from some K on.
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
  int64_t rows, columns; ///< of a block
  int64_t warps;         ///< below each other
  int64_t tileRows;      ///< of a warp, over all columns
  bool hasHomes;         ///< operands pass through shared memory
  int64_t leastC;        ///< in sizes of the L2
};

} // namespace

/// A C of which much stays in the L2 is written as fast in any order, and there
/// persistent blocks start once (H200, K = 4: 4096 x 4096 0.0190 and 0.0202 ms,
/// 8192 x 8192 0.066 and 0.064; K = 16: 8192 x 8192 0.071 and 0.075).
static constexpr Variant variants[] = {{1, 64, 128, 4, 16, false, 0},
                                       {3, 32, 512, 8, 4, false, 0},
                                       {4, 64, 128, 4, 16, false, 5},
                                       {8, 128, 512, 4, 8, true, 5},
                                       {16, 128, 512, 4, 8, true, 6}};

/// Single elements are stored one by one: the narrower the band, the sooner
/// their sectors are whole (10007 x 10007, K = 4: 1.05, with 64 rows 1.10; K =
/// 8: 1.22, in shared memory 1.24; K = 16: 1.34, with 256 rows 1.38, with 512
/// columns 1.47).
static constexpr Variant tornVariants[] = {{2, 32, 512, 4, 8, false, 0},
                                           {4, 32, 512, 4, 8, false, 5},
                                           {8, 64, 512, 4, 8, false, 5},
                                           {16, 128, 256, 8, 8, true, 5}};

static ScheduleAttr scheduleFor(const Variant &variant, int64_t vector,
                                MLIRContext *context) {
  auto blocks = BlocksAttr::get(context, BlockOrder::Grid, variant.columns,
                                variant.rows, /*count=*/0);
  auto math = FmaAttr::get(context, {1, 32}, vector, /*unroll=*/2,
                           FmaOrder::Snake, /*spread=*/false);
  auto a = OperandAttr::get(context, Home::Global), b = a;
  if (variant.hasHomes) {
    a = OperandAttr::get(context, Home::WarpShared, /*depth=*/2);
    b = OperandAttr::get(context, Home::Shared);
  }
  auto store = StoreAttr::get(context, StorePolicy::Streaming, /*early=*/true);
  return ScheduleAttr::get(context, ShapeClass::Out, blocks, {variant.warps, 1},
                           {variant.tileRows, variant.columns}, math, a, b,
                           /*ahead=*/variant.hasHomes, store);
}

static const Variant *variantFor(const Problem &problem) {
  ArrayRef<Variant> table(variants);
  if (storableColumns(problem) == 1)
    table = tornVariants;
  for (const Variant &variant : table)
    if (problem.k <= variant.maxK)
      return &variant;
  return nullptr;
}

std::optional<Proposal> FewStepsStrategy::propose(const Problem &problem,
                                                  const Chip &chip,
                                                  MLIRContext *context) const {
  const Variant *variant = variantFor(problem);
  if (!variant || problem.k == 0 || instructionFor(problem))
    return std::nullopt;
  int64_t bytes =
      problem.m * problem.n * problem.result.getIntOrFloatBitWidth() / 8;
  if (problem.n < variant->columns ||
      problem.m < variant->warps * variant->tileRows ||
      bytes < variant->leastC * int64_t(chip.l2Bytes))
    return std::nullopt;
  std::string reason = "k = " + std::to_string(problem.k) +
                       " is so small that writing C is all the work: blocks "
                       "of " +
                       std::to_string(variant->rows) +
                       " rows walk along rows of C";
  return Proposal{scheduleFor(*variant, storableColumns(problem), context),
                  reason};
}

std::unique_ptr<Strategy> ts::createFewStepsStrategy() {
  return std::make_unique<FewStepsStrategy>();
}
