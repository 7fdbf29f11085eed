//===- ScheduleLegality.cpp - Does a schedule fit? ------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ts/IR/ScheduleLegality.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace ts;

static constexpr int64_t elementBytes = 4;

/// Words between the columns of a ring tile beyond its rows: the layout that
/// ts-stage-operands gives it.
static constexpr int64_t ringPadding = 4;

/// Registers for addresses, loop counters and temporaries: what ptxas used
/// beside accumulators and operands in the kernels built so far, rounded up.
static constexpr int64_t registersForTheRest = 40;

/// Registers are given to warps in blocks of 256 (CUDA C++ Programming Guide),
/// that is 8 for each thread.
static constexpr int64_t registerUnit = 8;

/// Blocks that a grid has at most in x (CUDA C++ Programming Guide).
static constexpr int64_t maxBlocks = 2147483647;

int64_t ts::sharedBytes(ScheduleAttr schedule, int64_t k) {
  int64_t words = 0;
  if (schedule.getB().getHome() == Home::Shared)
    words += k * schedule.getBlocks().getColumns();
  if (schedule.getA().getHome() == Home::WarpShared)
    words += schedule.getWarpCount() * schedule.getA().getDepth() * k *
             (schedule.getTile()[0] + ringPadding);
  return words * elementBytes;
}

int64_t ts::estimatedRegisters(ScheduleAttr schedule) {
  int64_t rows = schedule.getLaneRows(), columns = schedule.getLaneColumns();
  int64_t registers = rows * columns +
                      (1 + schedule.getAhead()) * (rows + columns) +
                      registersForTheRest;
  return llvm::alignTo(registers, registerUnit);
}

int64_t ts::blockCount(ScheduleAttr schedule, int64_t m, int64_t n) {
  BlocksAttr blocks = schedule.getBlocks();
  int64_t slices = llvm::divideCeil(n, blocks.getColumns());
  if (blocks.getOrder() == BlockOrder::Linear)
    return std::min<int64_t>(
        blocks.getCount(), slices * llvm::divideCeil(m, schedule.getTile()[0]));
  return slices * llvm::divideCeil(m, blocks.getRows());
}

using EmitError = function_ref<InFlightDiagnostic()>;

static LogicalResult verifyRegisters(ScheduleAttr schedule, TargetAttr target,
                                     EmitError emitError) {
  const Chip &chip = target.getInfo();
  int64_t registers = estimatedRegisters(schedule);
  if (registers > chip.maxRegistersPerThread)
    return emitError() << "the schedule needs about " << registers
                       << " registers per thread (" << schedule.getLaneRows()
                       << " x " << schedule.getLaneColumns()
                       << " outputs per lane), but " << target.getChip()
                       << " has " << chip.maxRegistersPerThread;
  int64_t threads = schedule.getThreadCount();
  if (registers * threads > chip.registersPerSM)
    return emitError() << "the schedule needs about " << registers
                       << " registers for each of " << threads
                       << " threads, but an SM of " << target.getChip()
                       << " has " << chip.registersPerSM;
  return success();
}

LogicalResult ts::verifyFits(ScheduleAttr schedule, int64_t m, int64_t n,
                             int64_t k, TargetAttr target,
                             EmitError emitError) {
  for (int64_t extent : {m, n, k})
    if (extent < 0)
      return emitError() << "a schedule needs static extents";
  const Chip &chip = target.getInfo();
  if (schedule.getThreadCount() > chip.maxThreadsPerBlock)
    return emitError() << "the schedule has " << schedule.getThreadCount()
                       << " threads per block, but " << target.getChip()
                       << " allows " << chip.maxThreadsPerBlock;
  int64_t bytes = sharedBytes(schedule, k);
  if (bytes > chip.sharedBytesPerBlock)
    return emitError() << "the schedule needs " << bytes
                       << " bytes of shared memory for K = " << k << ", but "
                       << target.getChip() << " has "
                       << chip.sharedBytesPerBlock << " per block";
  if (bytes > 0 && !target.getIsaLevel().hasCpAsync())
    return emitError() << "home 'shared' and 'warp_shared' need asynchronous "
                          "copies, which "
                       << target.getIsaLevel().getName() << " does not have";
  if (int64_t blocks = blockCount(schedule, m, n); blocks > maxBlocks)
    return emitError() << "the schedule covers " << m << " x " << n
                       << " outputs by " << blocks
                       << " blocks, but a grid has at most " << maxBlocks;
  return verifyRegisters(schedule, target, emitError);
}
