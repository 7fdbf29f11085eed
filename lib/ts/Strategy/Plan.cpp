//===- Plan.cpp - A schedule laid over a problem --------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Blocks, residents, and the bytes that they move.
//
//===----------------------------------------------------------------------===//

#include "ts/Strategy/Work.h"

#include "ts/Numerics/Precision.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace ts;

/// A lane stores at most 16 bytes with one instruction.
static constexpr int64_t laneBytes = 16, warpBytes = 32 * laneBytes;
/// ptxas gets by with this share of the registers that verifyFits expects
/// before it spills: 168 for 180 (bf16x6, three residents); 177 expected and
/// 16 bytes spilled at a limit of 168, 109 and 112 bytes at one of 80 (tf32).
static constexpr double registersNeeded = 0.85;

Plan::Plan(ScheduleAttr schedule, const Problem &problem, const Chip &chip,
           int64_t knownRegisters, int64_t knownLocalBytes)
    : draft(Draft::of(schedule)), problem(problem), chip(chip),
      paddedK(schedule.getPaddedDepth(problem.k)),
      sharedBytes(ts::sharedBytes(schedule, problem)),
      registers(estimatedRegisters(schedule, problem)),
      blocks(std::max<int64_t>(1, blockCount(schedule, problem.m, problem.n))),
      slices(llvm::divideCeil(problem.n, draft.sliceStep())), residentBlocks(0),
      localBytes(knownLocalBytes) {
  // ptxas keeps to what lets the residents asked for fit, and spills the rest.
  int64_t limit = chip.maxRegistersPerThread;
  int64_t threads = 32 * draft.warps[0] * draft.warps[1];
  if (draft.residents > 0)
    limit = chip.registersPerSM / (draft.residents * threads) / 8 * 8;
  if (knownRegisters > 0) {
    registers = knownRegisters;
  } else {
    double needed = registersNeeded * double(registers);
    localBytes = std::max<int64_t>(0, std::ceil(needed) - limit) * 4;
    registers = std::min(registers, limit);
  }
  residentBlocks = countResidents();
}

int64_t Plan::bytesOfElement() const {
  return problem.element.getIntOrFloatBitWidth() / 8;
}

int64_t Plan::bytesOfResult() const {
  return problem.result.getIntOrFloatBitWidth() / 8;
}

int64_t Plan::pieces() const { return mechanismOf(problem).pieces; }

int64_t Plan::products() const { return 1 + mechanismOf(problem).cross.size(); }

/// The driver keeps 1 KB of shared memory of each block for itself, and gives
/// registers out in units of 256 to a warp (CUDA C++ Programming Guide).
int64_t Plan::countResidents() const {
  int64_t warps = draft.warps[0] * draft.warps[1];
  int64_t perWarp = llvm::alignTo(registers * 32, 256);
  return std::min({int64_t(chip.registersPerSM) / (perWarp * warps),
                   int64_t(chip.sharedBytesPerSM) / (sharedBytes + 1024),
                   int64_t(chip.maxWarpsPerSM) / warps,
                   int64_t(chip.maxBlocksPerSM)});
}

double Plan::rowsPerBlock() const {
  if (draft.blocks == BlockOrder::Grid)
    return std::min(draft.gridRows, problem.m);
  return double(slices) * problem.m / blocks;
}

double Plan::tiles() const {
  return double(llvm::divideCeil(problem.m, draft.tile[0])) * slices *
         draft.warps[1];
}

double Plan::sliceStarts() const {
  if (draft.blocks == BlockOrder::Grid)
    return blocks;
  return std::max<double>(blocks, slices) + (blocks % slices ? slices : 0);
}

double Plan::mostStarts() const {
  if (draft.blocks == BlockOrder::Grid)
    return 1;
  bool isCut = blocks > slices ? blocks % slices : slices % blocks;
  return std::ceil(double(slices) / blocks) + isCut;
}

double Plan::bytesOfStart() const {
  if (draft.b.home == Home::Global)
    return 0;
  double copies = draft.b.home == Home::Registers ? draft.warps[0] : 1;
  return copies * std::min<double>(draft.columns(), problem.n) * problem.k *
         bytesOfElement();
}

double Plan::bytesFromL2() const {
  // Warps beside each other share what one of them reads of A.
  double bytesA =
      tiles() / draft.warps[1] * draft.tile[0] * problem.k * bytesOfElement();
  if (draft.a.home == Home::WarpShared)
    bytesA *= draft.warps[1];
  return bytesA + sliceStarts() * bytesOfStart();
}

double Plan::hotBytesFromL2() const {
  if (draft.b.home != Home::Global)
    return 0;
  // Each row of tiles reads its part of B anew.
  double reads = double(slices) * problem.m / (draft.warps[0] * draft.tile[0]);
  return reads * std::min<double>(draft.columns(), problem.n) * problem.k *
         bytesOfElement();
}

double Plan::bytesRead() const {
  double bytesA = double(problem.m) * problem.k * bytesOfElement();
  double bytesB = double(problem.n) * problem.k * bytesOfElement();
  // An operand that does not stay in the L2 is read again by every row of
  // blocks (B), or slice (A). Half of the L2 is taken by C on its way.
  double cache = chip.l2Bytes / 2.0;
  if (draft.blocks == BlockOrder::Grid && bytesB > cache)
    bytesB *= std::ceil(problem.m / rowsPerBlock());
  if (draft.blocks == BlockOrder::Linear && bytesA > cache)
    bytesA *= slices;
  return bytesA + bytesB;
}

double Plan::bytesWritten() const {
  return double(problem.m) * problem.n * bytesOfResult();
}

int64_t Plan::columnsTogether() const {
  return draft.spread ? 1 : draft.vector;
}

double Plan::storeRun() const {
  double size = bytesOfResult();
  double tile = std::min<double>(draft.tile[1], problem.n) * size;
  if (draft.path == StorePath::Staged)
    return std::min<double>(tile, warpBytes);
  double owners = draft.isMma
                      ? (draft.orientation == Orientation::Columns ? 8 : 4)
                      : draft.lanes[1];
  return std::min(tile, owners * columnsTogether() * size);
}

double Plan::elementsPerStore() const {
  int64_t widest = laneBytes / bytesOfResult();
  int64_t wanted = draft.path == StorePath::Staged
                       ? widest
                       : std::min(columnsTogether(), widest);
  // Rows that are no multiple of it leave no store of it aligned.
  return problem.rowAlignment % (wanted * bytesOfResult()) ? 1 : double(wanted);
}

bool Plan::hasTornRows() const { return problem.rowAlignment < laneBytes; }

double Plan::tornEdges() const {
  return draft.skew == 0 ? double(problem.m) * double(slices) : 0;
}

double Plan::writesPerSector() const {
  // Dealt anew, lanes beside each other have elements beside each other.
  if (draft.path == StorePath::Staged)
    return 1;
  // A lane's elements are adjacent: one by one they meet the same sector.
  double sector = 32.0 / bytesOfResult();
  double adjacent = std::min<double>(columnsTogether(), sector);
  return adjacent / std::min(adjacent, elementsPerStore());
}

double Plan::bytesInFlight() const {
  double running =
      std::min<double>(blocks, double(residentBlocks) * chip.smCount);
  double rows = std::min<double>(rowsPerBlock(), problem.m);
  return std::min(bytesWritten(),
                  running * rows *
                      std::min<double>(draft.columns(), problem.n) *
                      bytesOfResult());
}

double Plan::imbalance() const {
  double perSM = std::ceil(double(blocks) / chip.smCount);
  double balance = perSM * chip.smCount / blocks;
  // Many small blocks are dealt out as SMs become free: the last round, half
  // full on average, overlaps with the one before.
  if (perSM > residentBlocks && draft.blocks == BlockOrder::Grid)
    balance = 1 + 0.5 * residentBlocks * chip.smCount / blocks;
  double steps = rowsPerBlock() / (draft.tile[0] * draft.warps[0]);
  return balance * std::ceil(steps) / steps;
}

double Plan::slotsPerBlock() const {
  if (draft.a.home != Home::Shared || draft.a.rows <= 0)
    return 0;
  return std::ceil(rowsPerBlock() / draft.a.rows);
}

double Plan::tilesPerWarp() const {
  return std::ceil(rowsPerBlock() / (draft.tile[0] * draft.warps[0]));
}

double Plan::sharingBlocks() const {
  return std::clamp(std::ceil(double(blocks) / chip.smCount), 1.0,
                    double(std::max<int64_t>(residentBlocks, 1)));
}

double Plan::bytesOfTile() const {
  return double(draft.tile[0]) * draft.tile[1] * bytesOfResult();
}
