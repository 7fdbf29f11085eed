//===- ModelConstants.h - Numbers that were fitted -------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// What no data sheet says. Every constant is in this struct with the
// measurement that it came from, and can be set by name, so that a fit to new
// measurements (benchmarks/model-fit.py) changes numbers and no code.
//
//===----------------------------------------------------------------------===//

#ifndef TS_STRATEGY_MODELCONSTANTS_H
#define TS_STRATEGY_MODELCONSTANTS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace ts {

/// Sources, all of 2026-11 on an H200, the headline problem, and all in
/// benchmarks/model.md: [F] fitted by model-fit.py to the 186 schedules of
/// share/ts/tuning/h200.txt; [T] the table "What each property is worth" of
/// benchmarks/headline.md; [W] writes without arithmetic, [P] prototypes, [C]
/// counters.
struct ModelConstants {
  /// Exponent of the norm that joins an SM's time with that of memory: 1 is
  /// their sum, infinity the larger. [F]
  double exponent = 6;
  /// Between the launch and the first block, and after the last store (ms).
  /// [P] launch and ramp of a copy of 1 GB.
  double launch = 0.004;

  // Instructions of the FMA pipe's kernel, in clocks for each.

  /// Lost by any number of warps. [F]; [C] 12.4 % of the issue slots lost.
  double stall = 0.128;
  /// More of a warp that has its scheduler for itself. [F] warps = [4, 1].
  double stallAlone = 0.223;
  /// Without reading ahead, for one warp on a scheduler. [F], [T] "ahead = 0".
  double stallNoAhead = 0.136;
  /// Without `swap` two operands come from one register bank. [F], [T].
  double portNoSwap = 0.121;
  /// [T] "order = rows", "order = columns".
  double portRows = 0.001, portColumns = 0.017;
  /// Each doubling of a loop body beyond `codeBytes` misses in the instruction
  /// cache. [F], [T] "unroll = 4" and "unroll = 8", 16 and 32 KB.
  double codeMiss = 0.05, codeBytes = 8192;
  /// A ring of one tile waits for each. [T] "ring of one tile".
  double ringWait = 0.013;

  // Tensor cores.

  /// Share of the data sheet's rate that mma.sync reaches on compute
  /// capability 9.0, whose full rate needs wgmma. [C] 71.8 % of the tensor pipe
  /// busy for 400 TFLOP/s at 1.57 GHz; 34 % for 207 at 1.70 GHz.
  double mmaShare90 = 0.66;
  /// The clock falls with the root of the tensor pipe's use. [C] 1.79, 1.70 and
  /// 1.57 GHz at 22, 34 and 72 %, 1.98 without.
  double mmaClock = 0.25;
  /// Kernels shorter than this (ms) end before the clock has followed. Only
  /// known to lie between 4096 x 4096 x 32 in bf16x6, 0.027 ms at the full
  /// clock (benchmarks/out-class.md), and the headline problem [C].
  double clockSettles = 0.2;

  // What a warp of a tensor kernel waits for by itself, in clocks.

  /// An access of shared memory of 16 bytes a lane: between the 4 that it takes
  /// the SM and the 30 until its result is there. [F]
  double sharedClocks = 22;
  /// A store of C: the 4 of its issue, as nothing waits for it. [F]
  double storeClocks = 4;
  /// Any other instruction: the 4 after which the one that waits for it issues.
  /// They run beside the tensor cores. [F]
  double dependentClocks = 4;
  /// A step of k whose operands have no home: a round trip to the L2. Not
  /// measured here; the usual 200 to 300 clocks of these chips.
  double fetchClocks = 250;

  // Blocks.

  /// From the end of a block to the first operands of the next, in
  /// microseconds. [F]
  double blockLatency = 2;
  /// Slices of B at the start of blocks, and spilled words, in bytes per SM and
  /// clock; 6.3 TB/s in all. [F]
  double l2BytesPerClock = 24;
  /// A warp's asynchronous copy into shared memory, for the SM. [F]
  double copyClocks = 7.5;
  /// A barrier of a block's ring, without the stores that it waits for. [F]
  double barrierClocks = 20;
  /// Share of a barrier's burst of stores that leaves the SM before arithmetic
  /// goes on. [F]
  double burstShare = 0.34;
  /// A spilled word of a warp that the L1 holds, stored or read. [F]
  double spillClocks = 1.2;

  // Memory.

  /// B without a home, which all blocks read at the same time, comes from the
  /// L2 at this rate, in bytes per SM and clock. [P] tiles of 32 x 256 that
  /// reload B, 1.1 bytes read per byte written: 2.5 ms.
  double hotBytesPerClock = 8.4;
  /// Writes beyond a window of `windowStart` rows of 128 KB in flight lose this
  /// share per doubling, up to `windowDoublings` of them; for stores of a warp
  /// that write 128 bytes together, and of 512. [W] 3, 8, 14 and 16 % at 264,
  /// 528, 1056 and 2112 rows; 0, 3.5 and 5.5 % at 264, 1056 and 4224.
  double windowNarrow = 0.042, windowWide = 0.014, windowStart = 128;
  double windowDoublings = 4;
  /// Persistent blocks drift apart: lost share, stores of 128 and 512 bytes.
  /// [W] static slices of 1024 columns, 1.12; [P] tf32 static, 1.11.
  double driftNarrow = 0.12, driftWide = 0.11;
  /// Share of the time for which SMs stand still at the end that the memory
  /// stands still too. [P] tf32, grids of 128 to 1024 rows.
  double tailShare = 0.5;
  /// Written lines push operands out of the L2 unless they are marked as
  /// streamed. [P] tf32 on a grid, 1.143 for 0.993 ms; static 1.138 for 1.10.
  double unmarkedGrid = 0.15, unmarkedLinear = 0.035;
  /// Rows that begin anywhere in a sector lose this share. [F] 10007 x 10007.
  double tornRows = 0.15;
  /// A sector that two blocks write in parts costs as much as so many bytes,
  /// least where they run side by side. [F] 10007 x 10007, K = 16: 0.297, 0.203,
  /// 0.170 and 0.153 ms with persistent blocks of 128, 256, 512 and 1024
  /// columns.
  double tornEdgeLinear = 1000, tornEdgeGrid = 130;
  /// Cycles of the shared memory for a load of 16 bytes by each lane: from 32
  /// different places, and from one. [P] 4.0 and 1.1 to 1.5 cycles.
  double wavefrontWide = 4, wavefrontUniform = 1.3;
};

/// A constant by name.
struct ConstantEntry {
  llvm::StringLiteral name;
  double ModelConstants::*member;
};
llvm::ArrayRef<ConstantEntry> modelConstantEntries();

/// Sets constants from "stall=0.2,launch=0.003".
llvm::Error setConstants(ModelConstants &constants, llvm::StringRef text);

} // namespace ts

#endif // TS_STRATEGY_MODELCONSTANTS_H
