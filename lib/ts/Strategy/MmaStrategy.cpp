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

/// Warps of a block, side by side.
static constexpr int64_t warpColumns = 4;

/// Rows of A that a block reads at a time.
static constexpr int64_t chunkRows = 32;

/// Columns of a warp where registers are short or C is narrow.
static constexpr int64_t narrowColumns = 32;

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

/// Rows of C that a block computes. The more a block spends on B before its
/// first row, and on each row, the more rows should share it (measured:
/// benchmarks/headline.md).
static int64_t blockRows(const Problem &problem, MmaKind kind) {
  num::Mechanism mechanism =
      num::mechanismOf(num::Precision(unsigned(problem.precision)));
  int64_t products = 1 + mechanism.cross.size();
  int64_t instructions = kind == MmaKind::Tf32 ? 2 * products : products;
  int64_t rows = 128;
  if (mechanism.format == num::PieceFormat::ScaledF16 || kind == MmaKind::F64)
    rows = 256;
  else if (instructions > 3)
    rows = 512;
  return std::min(rows, int64_t(llvm::alignTo(problem.m, chunkRows)));
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

namespace {

/// Columns of a warp, and blocks that shall share an SM.
struct Variant {
  int64_t columns, residents;
};

} // namespace

static ScheduleAttr residentSchedule(const Problem &problem, MmaKind kind,
                                     Variant variant, MLIRContext *context) {
  int64_t tileRows = 8;
  auto probe =
      MmaAttr::get(context, kind, Orientation::Columns, 1, vectorOf(kind));
  int64_t depth = llvm::alignTo(problem.k, probe.getShape().k);
  auto math =
      MmaAttr::get(context, kind, Orientation::Columns, depth, vectorOf(kind));
  auto blocks =
      BlocksAttr::get(context, BlockOrder::Grid, warpColumns * variant.columns,
                      blockRows(problem, kind), /*count=*/0, variant.residents);
  // What is split into several pieces is split once for all warps.
  bool hasPieces =
      num::mechanismOf(num::Precision(unsigned(problem.precision))).pieces > 1;
  auto a = OperandAttr::get(context, Home::Shared,
                            /*depth=*/hasPieces ? 1 : 2, /*swap=*/0, chunkRows,
                            hasPieces, /*dense=*/false);
  auto b = OperandAttr::get(context, Home::Registers);
  auto store = StoreAttr::get(context, StorePolicy::Streaming, /*early=*/false,
                              StorePath::Staged);
  return ScheduleAttr::get(context, ShapeClass::Out, blocks, {1, warpColumns},
                           {tileRows, variant.columns}, math, a, b, /*ahead=*/0,
                           store);
}

/// Registers that `residents` blocks of a schedule leave each thread.
static int64_t registerLimit(const Chip &chip, int64_t residents) {
  int64_t threads = 32 * warpColumns * std::max<int64_t>(residents, 1);
  return std::min<int64_t>(chip.maxRegistersPerThread,
                           chip.registersPerSM / threads);
}

std::optional<Proposal> MmaStrategy::propose(const Problem &problem,
                                             const Chip &chip,
                                             MLIRContext *context) const {
  std::optional<MmaKind> kind = instructionFor(problem);
  if (!kind || problem.k == 0 ||
      !holdsInRegisters(problem.k, narrowColumns, chip))
    return std::nullopt;
  // Three blocks keep enough stores in flight while one waits for its barrier.
  int64_t wide = std::max<int64_t>(
      warpRowBytes * 8 / problem.result.getIntOrFloatBitWidth(), narrowColumns);
  for (Variant variant :
       {Variant{wide, 3}, Variant{wide, 2}, Variant{narrowColumns, 3},
        Variant{narrowColumns, 0}}) {
    if (problem.n < warpColumns * variant.columns &&
        variant.columns > narrowColumns)
      continue;
    ScheduleAttr candidate = residentSchedule(problem, *kind, variant, context);
    int64_t registers = estimatedRegisters(candidate, problem);
    int64_t bytes = sharedBytes(candidate, problem);
    if (registers > registerLimit(chip, variant.residents) ||
        bytes > chip.sharedBytesPerBlock ||
        variant.residents * bytes > chip.sharedBytesPerSM)
      continue;
    std::string reason =
        "k = " + std::to_string(problem.k) +
        " is small beside the output: each warp keeps " +
        std::to_string(variant.columns) + " columns of B in registers (about " +
        std::to_string(registers) + " in all), rows of A stream past them";
    return Proposal{candidate, reason};
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
  auto probe = MmaAttr::get(context, *kind, Orientation::Rows, 1, vector);
  MmaShape shape = probe.getShape();
  // Two steps of k keep 128-bit reads of A; scales need all of k at once.
  bool needsWhole = problem.precision == PrecisionMode::F16x3;
  if (needsWhole && !holdsInRegisters(problem.k, shape.m, chip))
    return std::nullopt;
  int64_t depth = needsWhole
                      ? llvm::alignTo(std::max<int64_t>(problem.k, 1), shape.k)
                      : 2 * shape.k;
  auto math = MmaAttr::get(context, *kind, Orientation::Rows, depth, vector);
  constexpr int64_t warpRows = 4;
  int64_t rows = shape.m, columns = 4 * vector;
  auto blocks = BlocksAttr::get(context, BlockOrder::Grid, columns,
                                warpRows * rows, /*count=*/0);
  auto global = OperandAttr::get(context, Home::Global);
  auto store = StoreAttr::get(context, StorePolicy::Default, /*early=*/false);
  auto schedule = ScheduleAttr::get(context, ShapeClass::General, blocks,
                                    {warpRows, 1}, {rows, columns}, math,
                                    global, global, /*ahead=*/0, store);
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
