//===- Warp.cpp - Executes the lanes of one warp --------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The instruction loop of the lanes that are at one position. How lanes part
// and meet again is in Groups.cpp.
//
//===----------------------------------------------------------------------===//

#include "Warp.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <utility>

using namespace llvm;

namespace ts::sim {

Warp::Warp(Block &block, unsigned number)
    : block(block), kernel(block.grid.kernel), number(number),
      checksInit(block.grid.config.checks.init) {
  const Grid &grid = block.grid;
  fileStorage = std::make_unique<uint8_t[]>(grid.image.size() + 64);
  file = fileStorage.get();
  file += -reinterpret_cast<uintptr_t>(file) & 63;
  std::copy(grid.image.begin(), grid.image.end(), file);
  const auto &shape = grid.config.block;
  uint64_t threads = uint64_t(shape[0]) * shape[1] * shape[2];
  uint64_t first = uint64_t(number) * 32;
  uint64_t here = std::min<uint64_t>(32, threads - first);
  initial = here == 32 ? allLanes : (1u << here) - 1;
  for (const SpecialUse &use : kernel.specials) {
    if (use.special == Special::WarpId)
      std::fill_n(lanes<uint32_t>(use.slot), 32, number);
    if (use.special != Special::Tid)
      continue;
    for (uint64_t l = 0; l < 32; ++l) {
      uint64_t t = first + l;
      uint64_t axes[] = {t % shape[0], t / shape[0] % shape[1],
                         t / shape[0] / shape[1]};
      lanes<uint32_t>(use.slot)[l] = uint32_t(axes[use.axis]);
    }
  }
  written.resize(kernel.registers.size());
  local.resize(uint64_t(kernel.localBytes) * 32);
  localFlags.resize(local.size());
}

void Warp::start() {
  for (const SpecialUse &use : kernel.specials)
    if (use.special == Special::Ctaid)
      std::fill_n(lanes<uint32_t>(use.slot), 32, block.index[use.axis]);
  std::fill(written.begin(), written.end(), 0);
  written[0] = allLanes;
  std::fill(localFlags.begin(), localFlags.end(), 0);
  pc = kernel.entry;
  active = live = initial;
  stopped = false;
  groups.clear();
  copies.clear();
  committed.fill(0);
  depths.assign(kernel.functions.size() * 32, 0);
  for (auto &lane : frames)
    lane.clear();
  origins.clear();
  executed = 0;
  rotated = 0;
  updateSwitch();
}

inline void Warp::applyGuard(const Instruction &i) {
  uint32_t missing = exec & ~written[i.guard.index];
  if (LLVM_UNLIKELY(missing && checksInit))
    return report(Finding::Kind::Uninitialized, unsigned(countr_zero(missing)),
                  0,
                  "read of predicate " + kernel.registers[i.guard.index].name +
                      ", which was never written");
  uint32_t value = predicate(i.guard);
  exec &= i.guardNegated ? ~value : value;
}

inline bool Warp::checkSources(const Instruction &i) {
  uint32_t all = allLanes;
  for (unsigned s = i.results; s < i.count; ++s)
    all &= written[i.operands[s].index];
  if (LLVM_LIKELY(!(exec & ~all)))
    return true;
  return reportSource(i);
}

void Warp::forgetResults(const Instruction &i) {
  for (unsigned r = 0; r < i.results && r < forgotten.size(); ++r)
    written[i.operands[r].index] &= ~forgotten[r];
  forgotten.fill(0);
  hasForgotten = false;
}

void Warp::stepLimit() {
  report(Finding::Kind::Deadlock, countr_zero(active), 0,
         "the limit of " + Twine(block.grid.config.maxInstructionsPerWarp) +
             " instructions of one warp was reached");
}

void Warp::run(uint64_t slice) {
  const uint64_t limit = block.grid.config.maxInstructionsPerWarp;
  const uint64_t end = std::min(executed + slice, limit);
  const Instruction *code = kernel.code.data();
  Counters &counters = block.counters;
  Profile *profile = block.profile.get();
  uint64_t threads = 0, fmas = 0, start = executed;
  while (active && !stopped && executed < end) {
    if (LLVM_UNLIKELY(pc >= switchAt)) {
      if (pc > switchAt) {
        groups.push_back({pc, active});
        pickGroup();
      } else {
        mergeHere();
        updateSwitch();
      }
    }
    const Instruction &i = code[pc];
    ++executed;
    exec = active;
    if (i.guarded) {
      applyGuard(i);
      if (!exec) {
        // It is issued all the same.
        if (LLVM_UNLIKELY(profile != nullptr) && !stopped)
          profile->executed(size_t(&i - code), 0);
        ++pc;
        continue;
      }
    }
    if (LLVM_UNLIKELY(stopped || (checksInit && !checkSources(i))))
      break;
    const uint32_t ran = exec;
    i.handler(*this, i);
    if (i.control) {
      if (std::exchange(deferred, false)) {
        --executed;
        continue;
      }
    } else {
      if (checksInit)
        for (unsigned r = 0; r < i.results; ++r)
          written[i.operands[r].index] |= ran;
      if (LLVM_UNLIKELY(hasForgotten))
        forgetResults(i);
      ++pc;
    }
    unsigned count = unsigned(popcount(ran));
    threads += count;
    fmas += i.isFma ? count : 0;
    if (LLVM_UNLIKELY(profile != nullptr))
      profile->executed(size_t(&i - code), count);
  }
  counters.warpInstructions += executed - start;
  counters.threadInstructions += threads;
  counters.fmas += fmas;
  if (stopped || !active)
    return;
  if (executed >= limit)
    stepLimit();
  else
    rotate();
}

} // namespace ts::sim
