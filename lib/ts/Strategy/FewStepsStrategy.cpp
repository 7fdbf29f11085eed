//===- FewStepsStrategy.cpp - Writing C is all the work -------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// With a handful of k steps what counts is the order in which C is written, and
// that no warp waits. Small blocks walk along rows of C, slice by slice, so
// that what all SMs write at a time is a narrow band. All steps of k stand in
// one body: a loop of two costs 1 to 5 %. From some K on a slice of B in shared
// memory pays for itself, and then more rows for it. Measured on an H200 (M, N
// = 8192, 16384, 32768), against memset of C: K = 1 to 4 0.99 to 1.01, K = 8
// 1.02, 1.01, 1.00, K = 16 1.10, 1.05, 1.04; persistent blocks 1.10 to 1.18.
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
  int64_t residents = 0;
};

} // namespace

/// For K = 16 and a C of which much stays in the L2 other blocks do better
/// (H200, 4096 x 4096: these 0.0216 ms, persistent ones 0.0215, 0.0202 the best
/// of all).
static constexpr Variant variants[] = {{4, 32, 128, 4, 8, false, 0},
                                       {8, 32, 128, 4, 8, true, 0},
                                       {16, 256, 128, 8, 8, true, 5}};

/// Single elements are stored one by one: the narrower the band, the sooner
/// their sectors are whole. For K = 1, where warps are done soonest, fewer
/// blocks at a time keep it narrow (10007 x 10007, K = 1: 1.03, without 1.48; K
/// = 4: 1.05, with 64 rows 1.11; K = 8: 1.11, with 64 x 512 and operands in
/// place 1.16; K = 16: 1.33, with 256 rows 1.51, with 256 columns 1.38).
static constexpr Variant tornVariants[] = {{1, 32, 512, 4, 8, false, 0, 1},
                                           {2, 32, 512, 4, 8, false, 0},
                                           {4, 32, 512, 4, 8, false, 5},
                                           {8, 32, 256, 4, 8, true, 5},
                                           {16, 128, 128, 8, 8, true, 5}};

static ScheduleAttr scheduleFor(const Variant &variant, const Problem &problem,
                                MLIRContext *context) {
  int64_t vector = storableColumns(problem);
  auto blocks = BlocksAttr::get(context, BlockOrder::Grid, variant.columns,
                                variant.rows, /*count=*/0, variant.residents);
  auto math = FmaAttr::get(context, {1, 32}, vector, /*unroll=*/problem.k,
                           FmaOrder::Snake, /*spread=*/false);
  auto a = OperandAttr::get(context, Home::Global), b = a;
  if (variant.hasHomes) {
    a = OperandAttr::get(context, Home::WarpShared, /*depth=*/2);
    b = OperandAttr::get(context, Home::Shared, /*depth=*/1,
                         /*swap=*/vector > 1);
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
  return Proposal{scheduleFor(*variant, problem, context), reason};
}

std::unique_ptr<Strategy> ts::createFewStepsStrategy() {
  return std::make_unique<FewStepsStrategy>();
}
