//===- MmaStrategy.cpp - Products on the tensor cores ---------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Small K, output dominates, in a precision that the tensor cores compute: the
// time goes into writing C. Each warp keeps the pieces of its columns of B in
// registers, the block reads a few rows of A at a time for all its warps, and
// tiles of C reach memory through shared memory in long runs. Blocks are many
// and short-lived, slices fastest, so that few rows of C are written at a time:
// how many rows a block takes trades that against reading B again (measured on
// an H200, benchmarks/headline.md).
//
// Where that does not fit, a plain schedule reads both operands where they are.
//
//===----------------------------------------------------------------------===//

#include "ts/Numerics/Precision.h"
#include "ts/Strategy/Strategy.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace ts;

/// Rows of a warp's tile, and of A that each warp of a block reads at a time.
static constexpr int64_t tileRows = 8;

/// Warps of a block. Where an SM has registers for twice as many only, one
/// block of all of them reads A once.
static constexpr int64_t fewWarps = 4;

/// Columns of a warp where registers are short or C is narrow.
static constexpr int64_t narrowColumns = 32;

/// Up to here the stores of C are most of the work.
static constexpr int64_t shortK = 48;

/// From here on A is long enough to be read half as often by twice the warps.
static constexpr int64_t longK = 64;

/// Bytes of a row of C that one warp computes: two rows of them are what one
/// store instruction writes. Narrower ones read A too often, wider ones take
/// registers from other blocks.
static constexpr int64_t warpRowBytes = 256;

/// Whether a warp's registers have room for `extent` rows or columns of an
/// operand, at 16 bits an element. What they have not is refused before there
/// is a schedule, the numbers of which end at 65536.
static bool holdsInRegisters(int64_t k, int64_t extent, const Chip &chip) {
  constexpr int64_t lanes = 32, perRegister = 2;
  return k <= chip.maxRegistersPerThread * lanes * perRegister / extent;
}

/// Columns of C that a lane owns side by side: 16 bytes.
static int64_t vectorOf(MmaKind kind) { return kind == MmaKind::F64 ? 2 : 4; }

namespace {

/// Warps of a block, side by side, the columns of each, and blocks that shall
/// share an SM.
struct Variant {
  int64_t warps, columns, residents;
};

} // namespace

/// The most rows of C that a block computes. The more it spends on B before its
/// first row, and on each row, the more rows should share it (measured:
/// benchmarks/headline.md; K = 80 in tf32, bf16x3 and f16x3: 512
/// rows 1.12, 1.32, 1.49 ms, 128 rows 1.41, 1.66, 1.84).
static int64_t mostRows(const Problem &problem, MmaKind kind,
                        const Variant &variant) {
  if (variant.residents == 1)
    return 2048;
  if (problem.k > shortK)
    return 512;
  num::Mechanism mechanism = mechanismOf(problem);
  int64_t products = 1 + mechanism.cross.size();
  int64_t instructions = kind == MmaKind::Tf32 ? 2 * products : products;
  if (mechanism.format == num::PieceFormat::ScaledF16 || kind == MmaKind::F64)
    return 256;
  return instructions > 3 ? 512 : 128;
}

/// Rows of C that a block computes: as many as leave the last SM done soonest.
/// H200, bf16x6, rows and ms: 4096 x 4096, K = 100: 128 0.0816, 256 0.0687, 512
/// 0.0641; K = 32: 128 0.0239, 256 0.0216, 512 0.027. 8192 x 8192, K = 100: 512
/// 0.240, 1024 0.233, 2048 0.230; K = 32: 256 0.0732, 512 0.0824. 10007 x
/// 10007, K = 100: 512 0.452, 1024 0.500, 2048 0.540.
static int64_t blockRows(const Problem &problem, MmaKind kind, Variant variant,
                         const Chip &chip) {
  // Few steps leave an SM's blocks waiting for memory, each by itself; many
  // keep the tensor cores busy, which all of them share.
  constexpr int64_t leastRows = 128;
  int64_t together =
      problem.k <= shortK ? std::max<int64_t>(variant.residents, 1) : 1;
  int64_t chunk = variant.warps * tileRows;
  int64_t slices = llvm::divideCeil(problem.n, variant.warps * variant.columns);
  int64_t best = 0, soonest = 0;
  for (int64_t rows = mostRows(problem, kind, variant); rows >= chunk;
       rows /= 2) {
    int64_t blocks = slices * llvm::divideCeil(problem.m, rows);
    int64_t waves = llvm::divideCeil(blocks, chip.smCount * together);
    if (rows < leastRows && waves > 1)
      break;
    // A block's start takes about as long as K / 2 rows.
    int64_t done = waves * (std::min(rows, problem.m) + problem.k / 2);
    if (best != 0 && done >= soonest)
      continue;
    best = rows;
    soonest = done;
  }
  return std::min(best, int64_t(llvm::alignTo(problem.m, chunk)));
}

namespace {

class MmaStrategy : public Strategy {
public:
  std::optional<Proposal> propose(const Problem &problem, const Chip &chip,
                                  MLIRContext *context) const override;
};

class MmaStreamStrategy : public Strategy {
public:
  std::optional<Proposal> propose(const Problem &problem, const Chip &chip,
                                  MLIRContext *context) const override;
};

} // namespace

/// Accumulators for the products of pieces. Two chains of instructions wait
/// less for themselves, once they are long (H200, 32768 x 32768 in bf16x6, two
/// beside one: K = 32 1.044 and 1.025 ms, 48 1.407 and 1.420, 64 1.866
/// and 1.945, 100 3.78 and 4.05), as long as there are registers: 128 4.05
/// and 3.94.
static int64_t sumsFor(const Problem &problem) {
  constexpr int64_t least = 33, most = 112;
  bool isLong = mechanismOf(problem).pieces > 2;
  return isLong && problem.k >= least && problem.k <= most ? 2 : 1;
}

static ScheduleAttr residentSchedule(const Problem &problem, MmaKind kind,
                                     Variant variant, int64_t sums,
                                     const Chip &chip, MLIRContext *context) {
  int64_t depth = llvm::alignTo(problem.k, shapeOf(kind).k);
  auto math = MmaAttr::get(context, kind, Orientation::Columns, depth,
                           vectorOf(kind), sums);
  auto blocks = BlocksAttr::get(
      context, BlockOrder::Grid, variant.warps * variant.columns,
      blockRows(problem, kind, variant, chip), /*count=*/0, variant.residents);
  // What is split into several pieces is split once for all warps.
  bool hasPieces = mechanismOf(problem).pieces > 1;
  auto a = OperandAttr::get(context, Home::Shared,
                            /*depth=*/hasPieces ? 1 : 2, /*swap=*/0,
                            variant.warps * tileRows, hasPieces,
                            /*dense=*/false);
  auto b = OperandAttr::get(context, Home::Registers);
  auto store = StoreAttr::get(context, StorePolicy::Streaming, /*early=*/false,
                              StorePath::Staged);
  return ScheduleAttr::get(context, ShapeClass::Out, blocks, {1, variant.warps},
                           {tileRows, variant.columns}, math, a, b, /*ahead=*/0,
                           store);
}

/// Registers that the residents leave each thread, in the units of the
/// estimate. ptxas may have to spill a few of the rows that wait to be split
/// (f16x3, K = 48, three blocks: 0 to 44 bytes, by the extents of C), which
/// costs less than a block.
static int64_t registerLimit(const Chip &chip, const Variant &variant) {
  int64_t threads =
      32 * variant.warps * std::max<int64_t>(variant.residents, 1);
  return std::min<int64_t>(
      chip.maxRegistersPerThread,
      llvm::alignTo(llvm::divideCeil(chip.registersPerSM, threads), 8));
}

/// The schedule, or null if the chip has no room for it.
static ScheduleAttr scheduleThatFits(const Problem &problem, MmaKind kind,
                                     Variant variant, const Chip &chip,
                                     MLIRContext *context) {
  if (problem.n < variant.warps * variant.columns &&
      (variant.columns > narrowColumns || variant.warps > fewWarps))
    return nullptr;
  for (int64_t sums = sumsFor(problem); sums > 0; --sums) {
    ScheduleAttr schedule =
        residentSchedule(problem, kind, variant, sums, chip, context);
    int64_t bytes = sharedBytes(schedule, problem);
    if (estimatedRegisters(schedule, problem) <= registerLimit(chip, variant) &&
        bytes <= chip.sharedBytesPerBlock &&
        variant.residents * bytes <= chip.sharedBytesPerSM)
      return schedule;
  }
  return nullptr;
}

/// In the order of preference. Three blocks keep enough stores in flight while
/// one waits for its barrier.
static SmallVector<Variant> variantsFor(const Problem &problem) {
  int64_t wide = warpRowBytes * 8 / problem.result.getIntOrFloatBitWidth();
  SmallVector<Variant> variants;
  for (int64_t columns = wide; columns > narrowColumns; columns /= 2)
    for (int64_t residents : {3, 2})
      variants.push_back({fewWarps, columns, residents});
  // Twice as many warps read A half as often, which counts once it is long and
  // split (K = 112 in bf16x3 and f16x3: 2.00 and 1.99 ms beside 2.24 and 2.47).
  Variant first{fewWarps, narrowColumns, 3};
  Variant second{2 * fewWarps, narrowColumns, 1};
  if (problem.k > longK && mechanismOf(problem).pieces > 1)
    std::swap(first, second);
  variants.append({first, second, {fewWarps, narrowColumns, 0}});
  return variants;
}

std::optional<Proposal> MmaStrategy::propose(const Problem &problem,
                                             const Chip &chip,
                                             MLIRContext *context) const {
  std::optional<MmaKind> kind = instructionFor(problem);
  if (!kind || problem.k == 0 ||
      !holdsInRegisters(problem.k, narrowColumns, chip))
    return std::nullopt;
  for (Variant variant : variantsFor(problem)) {
    ScheduleAttr schedule =
        scheduleThatFits(problem, *kind, variant, chip, context);
    if (!schedule)
      continue;
    std::string reason = "k = " + std::to_string(problem.k) +
                         " is small beside the output: each warp keeps " +
                         std::to_string(variant.columns) +
                         " columns of B in registers (about " +
                         std::to_string(estimatedRegisters(schedule, problem)) +
                         " in all), rows of A stream past them";
    return Proposal{schedule, reason};
  }
  return std::nullopt;
}

std::optional<Proposal> MmaStreamStrategy::propose(const Problem &problem,
                                                   const Chip &chip,
                                                   MLIRContext *context) const {
  std::optional<MmaKind> kind = instructionFor(problem);
  if (!kind)
    return std::nullopt;
  int64_t vector = vectorOf(*kind);
  MmaShape shape = shapeOf(*kind);
  // Two instructions keep 128-bit reads of A, if K has an even number of them;
  // scales need all of k at once.
  bool needsWhole = problem.precision == PrecisionMode::F16x3;
  if (needsWhole && !holdsInRegisters(problem.k, shape.m, chip))
    return std::nullopt;
  int64_t whole = llvm::alignTo(std::max<int64_t>(problem.k, 1), shape.k);
  int64_t depth = needsWhole                   ? whole
                  : whole % (2 * shape.k) == 0 ? 2 * shape.k
                                               : shape.k;
  auto math = MmaAttr::get(context, *kind, Orientation::Rows, depth, vector);
  constexpr int64_t warps = 4;
  int64_t rows = shape.m, columns = 4 * vector;
  auto blocks = BlocksAttr::get(context, BlockOrder::Grid, columns,
                                warps * rows, /*count=*/0);
  auto global = OperandAttr::get(context, Home::Global);
  auto store = StoreAttr::get(context, StorePolicy::Default, /*early=*/false);
  auto schedule = ScheduleAttr::get(context, ShapeClass::General, blocks,
                                    {warps, 1}, {rows, columns}, math, global,
                                    global, /*ahead=*/0, store);
  if (estimatedRegisters(schedule, problem) > chip.maxRegistersPerThread)
    return std::nullopt;
  return Proposal{schedule, "no class of its own: both operands stream from "
                            "global memory to the tensor cores"};
}

std::unique_ptr<Strategy> ts::createMmaStrategy() {
  return std::make_unique<MmaStrategy>();
}

std::unique_ptr<Strategy> ts::createMmaStreamStrategy() {
  return std::make_unique<MmaStreamStrategy>();
}
