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
/// benchmarks/model.md: [T] fitted to the schedules of the table "What each
/// property is worth" of benchmarks/headline.md; [W] writes without arithmetic,
/// [P] prototypes, [C] counters.
struct ModelConstants {
  /// Exponent of the norm that joins the terms: 1 is their sum, infinity the
  /// largest. [T] an FMA kernel at 1.25 ms of issue beside 1.04 ms of writes.
  double exponent = 6;
  /// Between the launch and the first block, and after the last store (ms).
  /// [P] launch and ramp of a copy of 1 GB.
  double launch = 0.004;

  // Instructions.

  /// Stalls per instruction when a scheduler has one warp and operands are
  /// read a step ahead; it falls with the number of warps. [T] row "none", with
  /// two warps.
  double stall = 0.11;
  /// More of it without reading ahead. [T] row "ahead = 0".
  double stallNoAhead = 0.22;
  /// Without `swap` two operands come from one register bank. [T] "swap = 0".
  double portNoSwap = 0.17;
  /// [T] "order = rows", "order = columns".
  double portRows = 0.001, portColumns = 0.017;
  /// Each doubling of a loop body beyond `codeBytes` misses in the instruction
  /// cache. [T] "unroll = 4" and "unroll = 8", 16 and 32 KB.
  double codeMiss = 0.067, codeBytes = 8192;
  /// A ring of one tile waits for each. [T] "ring of one tile".
  double ringWait = 0.017;

  /// Registers that do not fit go to memory. [P] tf32 and f16x3 forced to 128
  /// registers, 3 to 5 %.
  double spill = 0.04;

  // Tensor cores.

  /// Share of the data sheet's rate that mma.sync reaches on compute
  /// capability 9.0, whose full rate needs wgmma. [C] 71.8 % of the tensor pipe
  /// busy for 400 TFLOP/s at 1.57 GHz; 34 % for 207 at 1.70 GHz.
  double mmaShare90 = 0.66;
  /// The clock falls with the root of the tensor pipe's use. [C] 1.79, 1.70 and
  /// 1.57 GHz at 22, 34 and 72 %, 1.98 without.
  double mmaClock = 0.25;

  // Memory.

  /// What all blocks read at the same time comes from the L2 at this rate, in
  /// bytes per SM and clock. [P] tiles of 32 x 256 that reload B, 1.1 bytes
  /// read per byte written: 2.5 ms.
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
  /// Cycles of the shared memory for a load of 16 bytes by each lane: from 32
  /// different places, and from one. [P] 4.0 and 1.1 to 1.5 cycles.
  double wavefrontWide = 4, wavefrontUniform = 1.3;
  /// Before a block's first store: operands from memory, in microseconds; and
  /// for every ring slot that all its warps wait for. Not measured by itself:
  /// a round trip to memory under load, of about 1000 cycles.
  double blockLatency = 1.5, slotLatency = 0.5;
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
