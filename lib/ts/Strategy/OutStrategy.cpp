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

#include <algorithm>

using namespace mlir;
using namespace ts;

Strategy::~Strategy() = default;

namespace {

/// A slice of `warpColumns * columns` columns, `warpRows` warps above each
/// other.
struct Variant {
  int64_t warpRows, warpColumns;
  int64_t rows, columns; ///< of a warp's tile
  int64_t laneRows;      ///< lanes below each other
  int64_t depth;         ///< tiles of A that a warp holds
  bool dense;            ///< without padding between their columns
};

/// Widest slices first: a wide slice reads A less often, and 8 x 16 outputs per
/// lane reuse each operand most. Narrow ones make room for a larger K; two rows
/// of lanes keep the 8 x 16 there. On an H200, the headline's M and N: 512
/// columns with a dense ring 4.32 ms for K = 100, two rows of lanes 4.61; these
/// 5.45 ms for K = 128, 8 x 8 outputs 6.19.
constexpr Variant variants[] = {
    {4, 2, 8, 512, 1, 2, false},  {8, 1, 8, 512, 1, 2, false},
    {8, 1, 8, 512, 1, 1, true},   {8, 1, 16, 256, 2, 2, false},
    {8, 1, 16, 256, 2, 1, false}, {8, 1, 8, 256, 1, 2, false},
    {8, 1, 8, 128, 1, 2, false}};

class OutStrategy : public Strategy {
public:
  std::optional<Proposal> propose(const Problem &problem, const Chip &chip,
                                  MLIRContext *context) const override;

private:
  static ScheduleAttr schedule(const Variant &variant, const Problem &problem,
                               const Chip &chip, MLIRContext *context);
};

} // namespace

/// Bytes of a sector: what the L2 and memory exchange (CUDA C++ Best Practices
/// Guide, "Coalesced Access to Global Memory").
static constexpr int64_t sectorBytes = 32;

/// True if rows of C begin anywhere in a sector. Stores are of single elements
/// then: lanes beside each other get columns beside each other, and slices are
/// cut where sectors are (10007 x 10007 with K = 32 on an H200: 0.176 ms
/// without either).
static bool hasTornRows(const Problem &problem) {
  return problem.takesSkew && storableColumns(problem) == 1;
}

/// As many blocks for each slice, on no more SMs than there are; 0 for more
/// slices than that.
static int64_t evenBlocks(int64_t slices, const Chip &chip) {
  return slices > 0 ? chip.smCount / slices * slices : 0;
}

int64_t ts::persistentBlocks(int64_t slices, int64_t bands, const Chip &chip) {
  int64_t even = evenBlocks(slices, chip);
  auto longest = [&](int64_t blocks) {
    return llvm::divideCeil(slices * bands, blocks);
  };
  return even > 0 && longest(even) <= longest(chip.smCount) ? even
                                                            : chip.smCount;
}

/// Blocks that all slices share evenly walk down C side by side, so that what
/// they write at a time is a few whole rows. Where rows are torn that is worth
/// more than the SMs left idle, up to some K (10007 x 10007, 120 and 132
/// blocks: K = 16 0.1377 and 0.1420 ms, K = 24 0.1395 and 0.1492, K = 32 0.1618
/// and 0.1592).
static int64_t tornBlocks(int64_t k, int64_t slices, int64_t bands,
                          const Chip &chip) {
  constexpr int64_t boundByStores = 24;
  int64_t even = evenBlocks(slices, chip);
  if (k <= boundByStores && 10 * even >= 9 * int64_t(chip.smCount))
    return even;
  return persistentBlocks(slices, bands, chip);
}

ScheduleAttr OutStrategy::schedule(const Variant &variant,
                                   const Problem &problem, const Chip &chip,
                                   MLIRContext *context) {
  bool isTorn = hasTornRows(problem);
  int64_t columns = variant.warpColumns * variant.columns;
  int64_t skew =
      isTorn ? sectorBytes * 8 / problem.result.getIntOrFloatBitWidth() : 0;
  int64_t slices = llvm::divideCeil(problem.n, columns - skew);
  int64_t bands = llvm::divideCeil(problem.m, variant.warpRows * variant.rows);
  int64_t count = isTorn ? tornBlocks(problem.k, slices, bands, chip)
                         : persistentBlocks(slices, bands, chip);
  auto blocks =
      BlocksAttr::get(context, BlockOrder::Linear, columns, /*rows=*/0, count,
                      /*residents=*/0, /*group=*/1, /*snake=*/false, skew);
  int64_t vector = isTorn ? 4 : storableColumns(problem);
  auto math =
      FmaAttr::get(context, {variant.laneRows, 32 / variant.laneRows}, vector,
                   /*unroll=*/2, FmaOrder::SnakeElements, isTorn);
  auto a =
      OperandAttr::get(context, Home::WarpShared, variant.depth,
                       /*swap=*/0, /*rows=*/0, /*pieces=*/false, variant.dense);
  auto b = OperandAttr::get(context, Home::Shared, /*depth=*/1,
                            /*swap=*/!isTorn && vector > 1);
  auto store = StoreAttr::get(context, StorePolicy::Streaming, /*early=*/true,
                              StorePath::Direct, /*spaced=*/true);
  return ScheduleAttr::get(context, ShapeClass::Out, blocks,
                           {variant.warpRows, variant.warpColumns},
                           {variant.rows, variant.columns}, math, a, b,
                           /*ahead=*/1, store, /*index=*/32);
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
    if (problem.n < columns || problem.m < variant.rows * variant.warpRows)
      continue;
    // Runs of single elements: fewer warps side by side write a narrower band
    // (10007 x 10007, K = 16 to 32: 0.143 to 0.167 ms, two of them 0.155 to
    // 0.183).
    if (variant.warpColumns > 1 && hasTornRows(problem))
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
