//===- Model.cpp - How long a schedule should take ------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Each term is the time of one resource, were the others free. They overlap
// well but not wholly, so a norm between their sum and their maximum joins
// them. All fitted numbers are in ModelConstants, all data-sheet numbers in
// Target.
//
//===----------------------------------------------------------------------===//

#include "ts/Strategy/Model.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>
#include <limits>

using namespace ts;
using llvm::formatv;

/// Every SM has four schedulers, each issuing one instruction per clock.
static constexpr double schedulers = 4;
/// A row of the headline problem, the unit of the measured write windows.
static constexpr double windowRow = 128 * 1024;

const Term &Prediction::binding() const {
  return *llvm::max_element(terms, [](const Term &lhs, const Term &rhs) {
    return lhs.milliseconds < rhs.milliseconds;
  });
}

std::string Prediction::summary() const {
  if (residentBlocks == 0)
    return "no SM holds a block of it";
  return formatv("{0:f3} ms, bound by {1}", milliseconds, binding().name);
}

namespace {
/// One prediction on its way.
class Estimate {
public:
  Estimate(const ModelConstants &c, const Plan &plan,
           const CompiledFacts &facts)
      : c(c), plan(plan), chip(plan.chip),
        tile(facts.perTile ? *facts.perTile : plan.tile()),
        prologue(plan.prologue()) {}

  Prediction run();

private:
  double writeLoss() const;
  double stalls() const;
  double perSM(double warpInstructions) const;
  /// Of all warps, prologues included, for one SM.
  double total(double Work::*kind) const;
  void add(llvm::StringLiteral name, double milliseconds, std::string detail);
  void addMemory();
  void addIssue();
  void addPipes();
  void addShared();
  void addLatency();

  const ModelConstants &c;
  const Plan &plan;
  const Chip &chip;
  Work tile, prologue;
  double clock = 0; ///< GHz
  Prediction result;
};
} // namespace

void Estimate::add(llvm::StringLiteral name, double milliseconds,
                   std::string detail) {
  result.terms.push_back({name, milliseconds, std::move(detail)});
}

double Estimate::perSM(double warpInstructions) const {
  return warpInstructions / chip.smCount * plan.imbalance();
}

double Estimate::total(double Work::*kind) const {
  double warps = plan.draft.warps[0] * plan.draft.warps[1];
  return perSM(tile.*kind * plan.tiles() +
               prologue.*kind * plan.sliceStarts() * warps);
}

/// Share of the write bandwidth that the order and the form of the stores cost.
double Estimate::writeLoss() const {
  // 0 for stores of 128 bytes, 1 for 256 and more; below it grows worse.
  double run = plan.storeRun();
  double wide = std::clamp(std::log2(run / 128), 0.0, 1.0);
  double torn = std::max(0.0, std::log2(128 / run));
  auto between = [&](double narrow, double broad) {
    return narrow + wide * (broad - narrow);
  };
  bool isLinear = plan.draft.blocks == BlockOrder::Linear;
  double loss = between(c.driftNarrow, c.driftWide);
  if (!isLinear) {
    double rows = plan.bytesInFlight() / windowRow;
    double doublings =
        std::clamp(std::log2(rows / c.windowStart), 0.0, c.windowDoublings);
    loss = doublings * between(c.windowNarrow, c.windowWide);
  }
  if (plan.draft.policy != StorePolicy::Streaming)
    loss += isLinear ? c.unmarkedLinear : c.unmarkedGrid;
  // Problems that the L2 holds are not written through it in any order.
  double beyond = std::clamp(plan.bytesWritten() / chip.l2Bytes - 1, 0.0, 1.0);
  return beyond * loss + torn;
}

void Estimate::addMemory() {
  double written = plan.bytesWritten(), read = plan.bytesRead();
  double loss = writeLoss();
  double tail = 1 + c.tailShare * (plan.imbalance() - 1);
  double write = written / chip.writeGBs() * 1e-6 * (1 + loss) * tail;
  add("dram", write + read / chip.dramGBs * 1e-6,
      formatv("{0:f2} GB written at {1:f0} GB/s and {2:f1} % lost to their "
              "order ({3:f0} bytes together, {4:f0} MB in flight), {5:f3} GB "
              "read",
              written * 1e-9, chip.writeGBs(), 100 * loss, plan.storeRun(),
              plan.bytesInFlight() * 1e-6, read * 1e-9));
  double fromL2 = plan.bytesFromL2();
  double rate = c.hotBytesPerClock * chip.smCount * chip.clockGHz();
  add("l2", fromL2 / rate * 1e-6,
      formatv("{0:f3} bytes read per byte written, at {1:f0} GB/s",
              fromL2 / std::max(1.0, written), rate));
}

/// Clocks lost for each instruction issued.
double Estimate::stalls() const {
  const Draft &draft = plan.draft;
  double warps = std::max(1.0, plan.residentBlocks * draft.warps[0] *
                                   draft.warps[1] / schedulers);
  double latency = draft.ahead || draft.isMma ? 0 : c.stallNoAhead / warps;
  double port = 0, code = 0;
  if (!draft.isMma) {
    if (draft.b.home == Home::Shared && !draft.b.swap)
      port += c.portNoSwap;
    if (draft.fmaOrder != FmaOrder::Snake)
      port += draft.fmaOrder == FmaOrder::Rows ? c.portRows : c.portColumns;
    code =
        c.codeMiss * std::max(0.0, std::log2(plan.loopBytes() / c.codeBytes));
  }
  double ring =
      draft.a.home != Home::Global && draft.a.depth < 2 ? c.ringWait : 0;
  double spill = plan.isSpilling ? c.spill : 0;
  // Conflicts hide behind waits, and waits behind conflicts.
  return c.stall * 2 / (1 + warps) + std::hypot(latency, port) + code + ring +
         spill;
}

void Estimate::addIssue() {
  double instructions = 0;
  for (double Work::*kind :
       {&Work::fma, &Work::mma, &Work::uniformLoads, &Work::wideLoads,
        &Work::sharedStores, &Work::copies, &Work::globalLoads, &Work::stores,
        &Work::other})
    instructions += total(kind);
  double lost = stalls();
  add("issue", instructions * (1 + lost) / schedulers / clock * 1e-6,
      formatv("{0:f1} M warp instructions per SM, {1:f1} % clocks lost, {2} "
              "blocks and {3} warps resident",
              instructions * 1e-6, 100 * lost, plan.residentBlocks,
              plan.residentBlocks * plan.draft.warps[0] * plan.draft.warps[1]));
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

void Estimate::addPipes() {
  clock = chip.clockGHz();
  if (!plan.draft.isMma) {
    double perClock = chip.fp32LanesPerSM / 32.0;
    double clocks = total(&Work::fma) / perClock;
    add("fma", clocks / clock * 1e-6,
        formatv("{0:f1} M FFMA per SM, {1:f0} a clock",
                1e-6 * total(&Work::fma), perClock));
    return;
  }
  bool isF64 = plan.draft.instruction == MmaKind::F64;
  bool isTf32 = plan.draft.instruction == MmaKind::Tf32;
  double flops = isF64 ? 512 : isTf32 ? 2048 : 4096;
  double share = chip.computeCapability >= 90 && !isF64 ? c.mmaShare90 : 1;
  double rate = tensorRate(chip, plan.draft.instruction) * share;
  double busy = total(&Work::mma) * chip.smCount * flops / rate * 1e-9;
  // The clock depends on the use, the use on how long the rest takes.
  double rest = plan.bytesWritten() / chip.writeGBs() * 1e-6;
  double use = busy / std::max(busy, rest);
  double slower = 1 - c.mmaClock * std::sqrt(use);
  clock *= slower;
  add("mma", busy / slower,
      formatv("{0:f2} M mma.sync per SM at {1:f0} TFLOP/s, clock {2:f2} GHz",
              total(&Work::mma) * 1e-6, rate * slower, clock));
}

void Estimate::addShared() {
  double wide = total(&Work::wideLoads) + total(&Work::sharedStores);
  double uniform = total(&Work::uniformLoads);
  double cycles = wide * c.wavefrontWide + uniform * c.wavefrontUniform +
                  total(&Work::copies) * c.wavefrontUniform;
  add("shared", cycles / clock * 1e-6,
      formatv("{0:f1} M wide and {1:f1} M uniform accesses per SM", wide * 1e-6,
              uniform * 1e-6));
}

/// Blocks follow each other on the places that an SM has.
void Estimate::addLatency() {
  double rounds =
      std::ceil(plan.blocks / (double(plan.residentBlocks) * chip.smCount));
  double slots = plan.slotsPerBlock();
  bool isRing = plan.draft.a.depth > 1;
  double perSlot = isRing ? 0 : c.slotLatency;
  double barrier = plan.draft.a.home == Home::Shared ? 0.2 * c.slotLatency : 0;
  double microseconds = rounds * (c.blockLatency + slots * (perSlot + barrier));
  add("latency", microseconds * 1e-3,
      formatv("{0:f0} rounds of blocks, {1:f0} waits in each", rounds, slots));
}

Prediction Estimate::run() {
  result.residentBlocks = plan.residentBlocks;
  if (plan.residentBlocks == 0) {
    result.milliseconds = std::numeric_limits<double>::infinity();
    return result;
  }
  addPipes();
  addIssue();
  addMemory();
  addShared();
  addLatency();
  double sum = 0;
  for (const Term &term : result.terms)
    sum += std::pow(term.milliseconds, c.exponent);
  result.milliseconds = c.launch + std::pow(sum, 1 / c.exponent);
  return result;
}

Prediction Model::predict(ScheduleAttr schedule, const Problem &problem,
                          const Chip &chip, const CompiledFacts &facts) const {
  Plan plan(schedule, problem, chip, facts.registers);
  if (problem.m < 1 || problem.n < 1 || problem.k < 1)
    return {constants.launch,
            {{"launch", constants.launch, "nothing to multiply"}},
            plan.residentBlocks};
  return Estimate(constants, plan, facts).run();
}
