//===- ScheduleLegality.cpp - Does a schedule fit? ------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ts/IR/ScheduleLegality.h"

#include "ts/IR/BufferPlan.h"
#include "ts/Numerics/Bound.h"
#include "ts/Numerics/Precision.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <numeric>

using namespace mlir;
using namespace ts;

/// Registers for addresses, loop counters and temporaries: what ptxas used
/// beside accumulators and operands in the kernels built so far, rounded up.
static constexpr int64_t registersForTheRest = 40;

/// Registers are given to warps in blocks of 256 (CUDA C++ Programming Guide),
/// that is 8 for each thread.
static constexpr int64_t registerUnit = 8;

/// Blocks that a grid has at most in x (CUDA C++ Programming Guide).
static constexpr int64_t maxBlocks = 2147483647;

/// Steps of k that no shared memory holds even one row of. Longer ones are
/// refused before their bytes are counted, which could wrap.
static constexpr int64_t maxStagedDepth = 1 << 20;

/// Bytes of the widest element.
static constexpr int64_t widestElement = 8;

/// Bytes a lane accesses at most (PTX ISA, "Vectors").
static constexpr int64_t widestAccess = 16;

using EmitError = function_ref<InFlightDiagnostic()>;

int64_t ts::rowAlignmentOf(Value matrix) {
  auto type = cast<ShapedType>(matrix.getType());
  int64_t bytes = type.getElementTypeBitWidth() / 8;
  SmallVector<int64_t> strides = {type.getDimSize(1), 1};
  int64_t offset = 0;
  if (auto memref = dyn_cast<MemRefType>(type)) {
    strides.clear(); // What is found is appended.
    if (failed(memref.getStridesAndOffset(strides, offset)))
      return bytes;
  }
  // Elements that are not adjacent are accessed one by one.
  if (strides[1] != 1 || ShapedType::isDynamic(strides[0]) ||
      ShapedType::isDynamic(offset))
    return bytes;
  return std::gcd(widestAccess, std::gcd(strides[0], offset) * bytes);
}

/// Rows of adjacent elements at a known distance.
static bool hasPlainRows(Value matrix) {
  auto memref = dyn_cast<MemRefType>(matrix.getType());
  if (!memref)
    return true;
  SmallVector<int64_t> strides;
  int64_t offset;
  return succeeded(memref.getStridesAndOffset(strides, offset)) &&
         strides[1] == 1 && ShapedType::isStatic(strides[0]);
}

Problem ts::problemOf(MatmulOp op) {
  return {op.getM(),
          op.getN(),
          op.getK(),
          op.getPrecisionMode(),
          getElementTypeOrSelf(op.getA()),
          getElementTypeOrSelf(op.getC()),
          rowAlignmentOf(op.getC()),
          op.getBetaValue() == 0.0 && hasPlainRows(op.getC())};
}

int64_t ts::storableColumns(const Problem &problem) {
  int64_t bytes = llvm::divideCeil(problem.result.getIntOrFloatBitWidth(), 8);
  return std::clamp<int64_t>(problem.rowAlignment / bytes, 1, 4);
}

int64_t ts::sharedBytes(ScheduleAttr schedule, const Problem &problem) {
  int64_t bytes = 0;
  BufferPlan plan(schedule, problem.k, problem.element, problem.result);
  for (const BufferShape &buffer : {plan.a(), plan.b(), plan.c()})
    bytes += llvm::alignTo(buffer.bytes(), 16);
  if (!schedule.getA().getPieces())
    return bytes;
  num::Mechanism mechanism = mechanismOf(problem);
  bool isScaled = mechanism.format == num::PieceFormat::ScaledF16;
  // Pieces of tf32 are held in f32, the others take 16 bits.
  Type piece = mechanism.format == num::PieceFormat::Tf32
                   ? problem.element
                   : Type(Float16Type::get(schedule.getContext()));
  bytes += mechanism.pieces * llvm::alignTo(plan.pieceOfA(piece).bytes(), 16);
  return bytes + isScaled * llvm::alignTo(plan.scaleOfA().bytes(), 16);
}

int64_t ts::estimatedRegisters(ScheduleAttr schedule, const Problem &problem) {
  int64_t registers = registersForTheRest;
  ArrayRef<int64_t> tile = schedule.getTile();
  if (FmaAttr fma = schedule.getFma()) {
    int64_t rows = tile[0] / fma.getLanes()[0];
    int64_t columns = tile[1] / fma.getLanes()[1];
    registers += rows * columns + (1 + schedule.getAhead()) * (rows + columns);
    return llvm::alignTo(registers, registerUnit);
  }
  num::Mechanism mechanism = mechanismOf(problem);
  MmaAttr mma = schedule.getMma();
  int64_t accumulators = productsApart(mechanism, mma, problem.k) > 0 ? 2 : 1;
  int64_t wide = mma.getInstruction() == MmaKind::F64 ? 2 : 1;
  registers += schedule.getLaneOutputs() * accumulators * wide;
  // The pieces of both operands, packed, as long as a product needs them.
  // Of rows whose pieces lie ready in shared memory, one step of k at a time.
  // Not those that wait to be split: where ptxas has no registers for them,
  // they pass through local memory once a slot (bf16x6, K = 128: 92 bytes, and
  // still the fastest schedule known).
  int64_t depthOfA =
      schedule.getA().getPieces() ? mma.getShape().k : mma.getDepth();
  registers += mechanism.pieces * wide *
               (depthOfA * tile[0] + mma.getDepth() * tile[1]) / 32 /
               mma.getShape().packed();
  return llvm::alignTo(registers, registerUnit);
}

int64_t ts::blockCount(ScheduleAttr schedule, int64_t m, int64_t n) {
  BlocksAttr blocks = schedule.getBlocks();
  int64_t slices = llvm::divideCeil(n, blocks.getSliceStep());
  if (blocks.getOrder() == BlockOrder::Linear) {
    int64_t tiles = llvm::divideCeil(m, schedule.getTile()[0]);
    int64_t bands = llvm::divideCeil(tiles, schedule.getWarps()[0]);
    return std::min<int64_t>(blocks.getCount(), slices * bands);
  }
  return slices * llvm::divideCeil(m, blocks.getRows());
}

static LogicalResult verifyRegisters(ScheduleAttr schedule,
                                     const Problem &problem, TargetAttr target,
                                     EmitError emitError) {
  const Chip &chip = target.getInfo();
  int64_t registers = estimatedRegisters(schedule, problem);
  // The estimate is in whole units, of which a thread's last is not complete.
  if (registers > llvm::alignTo(chip.maxRegistersPerThread, registerUnit))
    return emitError() << "the schedule needs about " << registers
                       << " registers per thread (" << schedule.getLaneOutputs()
                       << " outputs per lane), but " << target.getChip()
                       << " has " << chip.maxRegistersPerThread;
  int64_t threads = schedule.getThreadCount();
  int64_t residents = schedule.getBlocks().getResidents();
  int64_t bytes = sharedBytes(schedule, problem);
  if (residents * threads > 32 * chip.maxWarpsPerSM)
    return emitError() << residents << " resident blocks have "
                       << residents * threads << " threads, but an SM of "
                       << target.getChip() << " takes "
                       << 32 * chip.maxWarpsPerSM;
  if (residents * bytes > chip.sharedBytesPerSM)
    return emitError() << residents << " resident blocks need "
                       << residents * bytes
                       << " bytes of shared memory, but an SM of "
                       << target.getChip() << " has " << chip.sharedBytesPerSM;
  if (registers * threads > chip.registersPerSM)
    return emitError() << "the schedule needs about " << registers
                       << " registers for each of " << threads
                       << " threads, but an SM of " << target.getChip()
                       << " has " << chip.registersPerSM;
  return success();
}

static num::ElementType elementTypeOf(Type type) {
  return type.isF16()    ? num::ElementType::F16
         : type.isBF16() ? num::ElementType::BF16
         : type.isF64()  ? num::ElementType::F64
                         : num::ElementType::F32;
}

/// Refuses a K at which the mode promises nothing. The promise of ieee is its
/// bits.
static LogicalResult verifyBound(const Problem &problem, const Chip &chip,
                                 EmitError emitError) {
  if (problem.precision == PrecisionMode::Ieee)
    return success();
  num::Magnitude magnitude = problem.precision == PrecisionMode::F16x3
                                 ? num::Magnitude::Normwise
                                 : num::Magnitude::Elementwise;
  double bound = num::productBound(num::Precision(unsigned(problem.precision)),
                                   elementTypeOf(problem.element), problem.k,
                                   magnitude, chip.tensorCore);
  if (bound < 1)
    return success();
  return emitError() << "precision '"
                     << stringifyPrecisionMode(problem.precision)
                     << "' promises nothing at K = " << problem.k
                     << ": its error bound is not below 1 of "
                     << num::name(magnitude);
}

LogicalResult ts::verifyFits(ScheduleAttr schedule, const Problem &problem,
                             TargetAttr target, EmitError emitError) {
  int64_t m = problem.m, n = problem.n, k = problem.k;
  for (int64_t extent : {m, n, k})
    if (extent < 0)
      return emitError() << "a schedule needs static extents";
  for (auto [name, rows, columns] :
       {std::tuple("a", m, k), {"b", k, n}, {"c", m, n}})
    if (int64_t bytes; llvm::MulOverflow(rows, columns, bytes) ||
                       llvm::MulOverflow(bytes, widestElement, bytes))
      return emitError() << "operand '" << name << "' of " << rows << " x "
                         << columns << " elements is too large to be addressed";
  if (failed(verifyMath(schedule, problem, emitError)))
    return failure();
  const Chip &chip = target.getInfo();
  if (failed(verifyBound(problem, chip, emitError)))
    return failure();
  if (schedule.getThreadCount() > chip.maxThreadsPerBlock)
    return emitError() << "the schedule has " << schedule.getThreadCount()
                       << " threads per block, but " << target.getChip()
                       << " allows " << chip.maxThreadsPerBlock;
  bool isStaged = schedule.getA().getHome() != Home::Global ||
                  schedule.getB().getHome() == Home::Shared;
  if (isStaged && k > maxStagedDepth)
    return emitError() << "shared memory cannot hold operands of K = " << k
                       << ", at most " << maxStagedDepth;
  int64_t bytes = sharedBytes(schedule, problem);
  if (bytes > chip.sharedBytesPerBlock)
    return emitError() << "the schedule needs " << bytes
                       << " bytes of shared memory for K = " << k << ", but "
                       << target.getChip() << " has "
                       << chip.sharedBytesPerBlock << " per block";
  StorePolicy policy = schedule.getStore().getPolicy();
  if (isL2Policy(policy) && !target.getIsaLevel().hasCachePolicy())
    return emitError() << "store policy '" << stringifyStorePolicy(policy)
                       << "' needs createpolicy, which the PTX for "
                       << target.getIsaLevel().getName() << " does not have";
  if (bytes > 0 && !target.getIsaLevel().hasCpAsync())
    return emitError() << "home 'shared' and 'warp_shared' need asynchronous "
                          "copies, which "
                       << target.getIsaLevel().getName() << " does not have";
  if (int64_t blocks = blockCount(schedule, m, n); blocks > maxBlocks)
    return emitError() << "the schedule covers " << m << " x " << n
                       << " outputs by " << blocks
                       << " blocks, but a grid has at most " << maxBlocks;
  return verifyRegisters(schedule, problem, target, emitError);
}
