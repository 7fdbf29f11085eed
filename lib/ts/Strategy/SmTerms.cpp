//===- SmTerms.cpp - What one SM is busy with, and waits for --------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Estimate.h"

#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/FormatVariadic.h"

#include <algorithm>
#include <cmath>

using namespace ts;
using llvm::formatv;

/// Every SM has four schedulers, each issuing one instruction per clock.
static constexpr double schedulers = 4;
/// L1 and shared memory are one array; the driver gives L1 what is left, in
/// steps that leave at least this ("Unified Shared Memory/L1/Texture Cache",
/// CUDA tuning guides of compute capability 8.0 to 9.0).
static constexpr double leastL1Bytes = 28 * 1024;

double Estimate::blocksPerSM() const {
  return double(plan.blocks) / chip.smCount * plan.imbalance();
}

double Estimate::startsPerSM() const {
  return blocksPerSM() * plan.mostStarts();
}

double Estimate::total(double Work::*kind) const {
  double tiles = plan.tiles() / chip.smCount * plan.imbalance();
  return tile.*kind * tiles +
         prologue.*kind * startsPerSM() * plan.warpsPerBlock();
}

/// Of the FMA pipe's kernel: clocks lost for each instruction issued, whichever
/// warp issues it.
double Estimate::lostClocks() const {
  const Draft &draft = plan.draft;
  if (draft.isMma)
    return 0;
  double warps =
      std::max(1.0, plan.sharingBlocks() * plan.warpsPerBlock() / schedulers);
  double latency = draft.ahead ? 0 : c.stallNoAhead / warps;
  double port = 0;
  if (draft.b.home == Home::Shared && !draft.b.swap)
    port += c.portNoSwap;
  if (draft.fmaOrder == FmaOrder::Rows)
    port += c.portRows;
  if (draft.fmaOrder == FmaOrder::Columns)
    port += c.portColumns;
  double code =
      c.codeMiss * std::max(0.0, std::log2(plan.loopBytes() / c.codeBytes));
  double ring =
      draft.a.home != Home::Global && draft.a.depth < 2 ? c.ringWait : 0;
  // Conflicts hide behind waits, and waits behind conflicts.
  return c.stall + std::hypot(latency, port) + code + ring;
}

/// Instructions over the schedulers that have a warp at all.
double Estimate::addIssue() {
  double instructions = 0;
  for (double Work::*kind :
       {&Work::fma, &Work::mma, &Work::uniformLoads, &Work::wideLoads,
        &Work::sharedStores, &Work::copies, &Work::globalLoads, &Work::stores,
        &Work::other})
    instructions += total(kind);
  double lost = lostClocks();
  double warps = plan.sharingBlocks() * plan.warpsPerBlock();
  return add(
      "issue",
      milliseconds(instructions * (1 + lost) / std::min(schedulers, warps)),
      formatv("{0:f1} M warp instructions per SM, {1:f1} % clocks lost, {2} "
              "blocks and {3} warps resident",
              instructions * 1e-6, 100 * lost, plan.sharingBlocks(), warps));
}

/// The tensor cores' rate for an instruction, in TFLOP/s at the base clock.
static double tensorRate(const Chip &chip, MmaKind kind) {
  switch (kind) {
  case MmaKind::Tf32:
    return chip.tf32Tflops;
  case MmaKind::F16:
  case MmaKind::Bf16:
    return chip.f16Tflops;
  case MmaKind::F64:
    return chip.f64Tflops;
  }
  llvm_unreachable("unknown instruction");
}

/// The multiply-adds. The clock falls with the use of the tensor cores.
double Estimate::addPipes() {
  if (!plan.draft.isMma) {
    double perClock = chip.fp32LanesPerSM / 32.0;
    return add("fma", milliseconds(total(&Work::fma) / perClock),
               formatv("{0:f1} M FFMA per SM, {1:f0} a clock",
                       1e-6 * total(&Work::fma), perClock));
  }
  bool isF64 = plan.draft.instruction == MmaKind::F64;
  bool isTf32 = plan.draft.instruction == MmaKind::Tf32;
  double flops = isF64 ? 512 : isTf32 ? 2048 : 4096;
  double share = chip.computeCapability >= 90 && !isF64 ? c.mmaShare90 : 1;
  double rate = tensorRate(chip, plan.draft.instruction) * share;
  clocksPerMma = flops * chip.smCount * schedulers * clock / rate * 1e-3;
  double busy = milliseconds(total(&Work::mma) / schedulers * clocksPerMma);
  // The clock depends on the use, the use on how long the rest takes.
  double rest = std::max(plan.bytesWritten() / chip.writeGBs() * 1e-6,
                         milliseconds(tilesInChain() * chainClocks()));
  double length = std::max(busy, rest);
  double use = busy / length * std::min(1.0, length / c.clockSettles);
  double slower = 1 - c.mmaClock * std::sqrt(use);
  clock *= slower;
  return add("mma", busy / slower,
             formatv("{0:f2} M mma.sync per SM at {1:f0} TFLOP/s, clock "
                     "{2:f2} GHz",
                     total(&Work::mma) * 1e-6, rate * slower, clock));
}

/// The data pipe of shared memory, which is that of the L1 too.
double Estimate::addShared() {
  double wide = total(&Work::wideLoads) + total(&Work::sharedStores) +
                total(&Work::globalLoads);
  double uniform = total(&Work::uniformLoads) + total(&Work::copies);
  return add(
      "shared",
      milliseconds(wide * c.wavefrontWide + uniform * c.wavefrontUniform),
      formatv("{0:f1} M wide and {1:f1} M uniform accesses per SM", wide * 1e-6,
              uniform * 1e-6));
}

/// Each spilled word is stored and read back once a tile, or once a slot where
/// the rows that wait to be split are what is spilled; what the L1 does not
/// hold goes through the L2.
double Estimate::addSpills() {
  if (plan.localBytes == 0)
    return 0;
  double words = plan.localBytes / 4.0;
  double accesses = 2 * words * plan.tiles() / chip.smCount * plan.imbalance();
  if (plan.draft.a.pieces)
    accesses *= double(plan.draft.tile[0]) / plan.draft.a.rows;
  double held = plan.sharingBlocks() * plan.warpsPerBlock() * 32 *
                double(plan.localBytes);
  double cache = std::max(leastL1Bytes,
                          chip.sharedBytesPerSM + leastL1Bytes -
                              plan.sharingBlocks() * double(plan.sharedBytes));
  double missed = std::max(0.0, 1 - cache / held);
  double clocks = c.spillClocks + missed * 128 / c.l2BytesPerClock;
  return add("spills", milliseconds(accesses * clocks),
             formatv("{0} bytes per thread, {1:f0} % of them beyond the L1",
                     plan.localBytes, 100 * missed));
}

/// Clocks for which a warp waits for operands without a home: a round trip to
/// the L2 for each step of k.
double Estimate::fetchClocks() const {
  const Draft &draft = plan.draft;
  if (draft.a.home != Home::Global && draft.b.home != Home::Global)
    return 0;
  double depth = draft.isMma ? double(draft.depth) : 1;
  return c.fetchClocks * plan.problem.k / depth;
}

/// Clocks that a tile takes a warp that has its scheduler for itself.
double Estimate::chainClocks() const {
  if (!plan.draft.isMma) {
    double math = tile.instructions() * (1 + lostClocks() + c.stallAlone);
    // Reading a step ahead hides the shorter of the two.
    return plan.draft.ahead ? std::max(math, fetchClocks())
                            : math + fetchClocks();
  }
  // Other instructions run beside the tensor cores.
  double math =
      std::max(tile.mma * clocksPerMma, c.dependentClocks * tile.other);
  return fetchClocks() + math +
         c.sharedClocks * (tile.wideLoads + tile.sharedStores) +
         c.storeClocks * tile.stores;
}

double Estimate::tilesInChain() const {
  return blocksPerSM() / plan.sharingBlocks() * plan.tilesPerWarp();
}

/// A warp's own tiles, one after the other: too few warps hide too little.
double Estimate::addLatency() {
  double tiles = tilesInChain();
  double clocks = chainClocks();
  return add("latency", milliseconds(tiles * clocks),
             formatv("{0:f0} tiles of a warp one after the other, {1:f0} "
                     "clocks each",
                     tiles, clocks));
}

/// No block computes before its slice of B is there: bytes and copies of each,
/// and a round trip. The first blocks of an SM start together; of later ones
/// the blocks beside them hide their share.
double Estimate::addBlocks() {
  double sharing = plan.sharingBlocks();
  double rounds = startsPerSM() / sharing;
  double seen = std::min(rounds, 1.0) + std::max(rounds - 1, 0.0) / sharing;
  double trip = c.blockLatency * clock * 1e3;
  if (plan.draft.isMma)
    trip += c.dependentClocks * prologue.other;
  double bytes = plan.bytesOfStart() / c.l2BytesPerClock;
  double copies = c.copyClocks * prologue.copies * plan.warpsPerBlock();
  return add("blocks",
             milliseconds(seen * trip + startsPerSM() * (bytes + copies)),
             formatv("{0:f0} rounds of blocks; each starts with {1:f0} clocks "
                     "of waiting, {2:f0} % of them hidden, and {3:f0} KB of B",
                     rounds, trip, 100 * (1 - seen / rounds),
                     plan.bytesOfStart() / 1024));
}

/// A barrier for each slot of a block's ring. All warps reach it behind their
/// stores, and nothing is computed while a part of these leaves the SM.
double Estimate::addRing() {
  double slots = blocksPerSM() / plan.sharingBlocks() * plan.slotsPerBlock();
  double perSM = chip.writeGBs() / chip.smCount / clock; // bytes a clock
  double burst = plan.warpsPerBlock() * plan.bytesOfTile() / perSM;
  double clocks = c.barrierClocks + c.burstShare * burst;
  return add("ring", milliseconds(slots * clocks),
             formatv("{0:f0} barriers, {1:f0} clocks each", slots,
                     slots > 0 ? clocks : 0));
}
