//===- Work.h - What a schedule makes a warp do ----------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Instructions and bytes of a schedule, counted before it is compiled. The
// counts follow the passes: what they emit for one tile of C, and for the slice
// of B that a block starts with.
//
//===----------------------------------------------------------------------===//

#ifndef TS_STRATEGY_WORK_H
#define TS_STRATEGY_WORK_H

#include "ts/Strategy/Draft.h"
#include "ts/Target/Target.h"

#include <optional>

namespace ts {

/// Instructions of one warp.
struct Work {
  double fma = 0, mma = 0;
  double uniformLoads = 0; ///< of shared memory in one pass: 128 bytes at most
  double wideLoads = 0;    ///< of shared memory, 16 bytes for each lane
  double sharedStores = 0;
  double copies = 0;      ///< from global to shared memory
  double globalLoads = 0; ///< into registers
  double stores = 0;      ///< of C
  double other = 0;

  double instructions() const {
    return fma + mma + uniformLoads + wideLoads + sharedStores + copies +
           globalLoads + stores + other;
  }
};

/// A schedule laid over a problem.
class Plan {
public:
  /// Registers and bytes of local memory per thread, where they are known.
  Plan(ScheduleAttr schedule, const Problem &problem, const Chip &chip,
       int64_t knownRegisters = 0, int64_t knownLocalBytes = 0);

  /// Instructions of a warp for one tile.
  Work tile() const;
  /// Instructions of a warp before its first tile of a slice.
  Work prologue() const;

  /// Tiles that all warps compute, those at the rim that are cut included.
  double tiles() const;
  /// How often all blocks together begin a slice.
  double sliceStarts() const;
  /// How often the block that begins the most slices does.
  double mostStarts() const;
  /// Bytes of a slice of B that a block reads before its first tile; each row
  /// of warps that keeps it in registers reads it for itself.
  double bytesOfStart() const;
  /// Bytes that blocks read through the L2 of operands with a home.
  double bytesFromL2() const;
  /// The same of B without a home: all blocks want the same at the same time.
  double hotBytesFromL2() const;
  /// Bytes that have to come from memory.
  double bytesRead() const;
  double bytesWritten() const;
  /// Adjacent columns of C that a lane owns.
  int64_t columnsTogether() const;
  /// Adjacent bytes that one store instruction of a warp writes.
  double storeRun() const;
  /// Elements that a lane stores with one instruction.
  double elementsPerStore() const;
  /// True if rows of C begin anywhere in a sector.
  bool hasTornRows() const;
  /// Sectors of such rows that two blocks write in parts.
  double tornEdges() const;
  /// How often a 32-byte sector of C is written.
  double writesPerSector() const;
  /// Bytes of C that belong to the blocks that run at the same time.
  double bytesInFlight() const;
  /// Bytes of machine code that the loop over k takes.
  double loopBytes() const;
  /// Time of the busiest SM relative to the mean one.
  double imbalance() const;
  /// Slots of the block's ring that it goes through; 0 without such a ring.
  double slotsPerBlock() const;
  /// Tiles that a warp computes for its block, one after the other.
  double tilesPerWarp() const;
  /// Blocks that really share an SM: as many as fit, if there are as many.
  double sharingBlocks() const;
  double warpsPerBlock() const {
    return double(draft.warps[0] * draft.warps[1]);
  }
  double bytesOfTile() const;

  /// Terms in the product of two split operands; 1 without a split.
  int64_t products() const;
  int64_t pieces() const;

  Draft draft;
  Problem problem;
  const Chip &chip;
  int64_t paddedK, sharedBytes, registers, blocks, slices, residentBlocks;
  /// Bytes per thread that do not fit the registers.
  int64_t localBytes;

private:
  int64_t bytesOfElement() const;
  int64_t bytesOfResult() const;
  int64_t countResidents() const;
  double rowsPerBlock() const;
  void addFmaLoop(Work &work) const;
  void addMmaLoop(Work &work) const;
  void addStores(Work &work) const;
  void addRing(Work &work) const;
};

} // namespace ts

#endif // TS_STRATEGY_WORK_H
