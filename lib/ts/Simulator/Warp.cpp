//===- Warp.cpp - Executes the lanes of one warp --------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The instruction loop, and how lanes part and meet again. The group at the
// lowest position runs first: code is laid out so that paths meet at a higher
// one. Groups also take turns, because a lane may wait for another one's store.
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
  executed = 0;
  rotated = 0;
  updateSwitch();
}

//===----------------------------------------------------------------------===//
// Groups
//===----------------------------------------------------------------------===//

void Warp::updateSwitch() {
  switchAt = allLanes;
  for (const Group &group : groups)
    if (!group.parked)
      switchAt = std::min(switchAt, group.pc);
}

void Warp::mergeHere() {
  erase_if(groups, [&](const Group &group) {
    if (group.pc != pc || group.barrier >= 0)
      return false;
    active |= group.mask;
    return true;
  });
}

void Warp::unpark() {
  for (Group &group : groups)
    if (group.parked && group.barrier < 0 &&
        (group.needs & live & ~group.mask) == 0)
      group.parked = false;
  if (any_of(groups, [](const Group &group) { return !group.parked; }))
    return;
  // Lanes may meet at different instructions with the same mask.
  for (const Group &group : groups) {
    if (group.barrier >= 0)
      continue;
    uint32_t together = 0;
    for (const Group &other : groups)
      if (other.barrier < 0 && ((other.needs ^ group.needs) & live) == 0 &&
          block.grid.kernel.code[other.pc].handler ==
              block.grid.kernel.code[group.pc].handler)
        together |= other.mask;
    if ((group.needs & live & ~together) != 0)
      continue;
    // Only a barrier without data lets lanes pass at different places.
    uint32_t needs = group.needs & live;
    for (Group &other : groups)
      if (other.barrier < 0 && (other.needs & live) == needs &&
          block.grid.kernel.code[other.pc].flags & 1) {
        other.parked = false;
        other.pc += 1;
        if (block.races)
          block.races->syncLanes(number, needs);
      }
    return;
  }
}

void Warp::pickGroup() {
  active = 0;
  if (groups.empty())
    return;
  if (all_of(groups, [](const Group &group) { return group.parked; }))
    unpark();
  auto lowest = groups.end();
  for (auto it = groups.begin(); it != groups.end(); ++it)
    if (!it->parked && (lowest == groups.end() || it->pc < lowest->pc))
      lowest = it;
  if (lowest != groups.end()) {
    pc = lowest->pc;
    active = lowest->mask;
    groups.erase(lowest);
    mergeHere();
    updateSwitch();
    return;
  }
  // All wait. Waiting for the block is fine; only waiting for each other is a
  // defect, reported at the lowest position.
  auto stuck = groups.end();
  for (auto it = groups.begin(); it != groups.end(); ++it)
    if (it->barrier >= 0)
      return;
    else if (stuck == groups.end() || it->pc < stuck->pc)
      stuck = it;
  pc = stuck->pc;
  uint32_t missing = stuck->needs & live & ~stuck->mask;
  report(Finding::Kind::Divergence, countr_zero(stuck->mask), 0,
         "only " + Twine(popcount(stuck->mask)) +
             " lanes of the warp came here; lane " +
             Twine(countr_zero(missing)) + " did not");
}

void Warp::branch(uint32_t target) {
  uint32_t stay = active & ~exec;
  if (stay) {
    if (block.profile)
      ++block.profile->counts[pc].divergent;
    groups.push_back({pc + 1, stay});
    active = exec;
  }
  pc = target;
  mergeHere();
  updateSwitch();
}

void Warp::scatter(const uint32_t *targets) {
  if (uint32_t stay = active & ~exec)
    groups.push_back({pc + 1, stay});
  uint32_t first = targets[countr_zero(exec)];
  active = 0;
  for (uint32_t rest = exec; rest; rest &= rest - 1) {
    unsigned l = unsigned(countr_zero(rest));
    if (targets[l] == first)
      active |= 1u << l;
    else
      groups.push_back({targets[l], 1u << l});
  }
  pc = first;
  mergeHere();
  updateSwitch();
}

void Warp::exit() {
  live &= ~exec;
  active &= ~exec;
  if (active)
    ++pc;
  else
    pickGroup();
}

void Warp::gatherHere() {
  // Lanes that waited here already take part; those a guard keeps away do not.
  uint32_t skipping = active & ~exec;
  mergeHere();
  exec = active & ~skipping;
  updateSwitch();
}

void Warp::leaveOut(uint32_t lanes) {
  groups.push_back({pc, lanes});
  active &= ~lanes;
  exec &= ~lanes;
  updateSwitch();
}

void Warp::park(ArrayRef<std::pair<uint32_t, uint32_t>> lanesAndNeeds) {
  if (uint32_t others = active & ~exec)
    groups.push_back({pc + 1, others});
  for (auto [lanes, needs] : lanesAndNeeds)
    groups.push_back({pc, lanes, needs & live, true});
  deferred = true;
  pickGroup();
}

bool Warp::converge(uint32_t needed) {
  gatherHere();
  needed &= live;
  uint32_t missing = needed & ~exec;
  if (!missing)
    return true;
  park({{exec, needed}});
  return false;
}

void Warp::waitAtBarrier(unsigned id, uint32_t threads, uint32_t expected) {
  Barrier &barrier = block.barriers[id];
  barrier.arrived += threads;
  barrier.expected = expected;
  ++block.counters.barriers;
  if (block.races)
    block.races->arrive(id, number, exec, /*waits=*/true);
  if (uint32_t others = active & ~exec)
    groups.push_back({pc + 1, others});
  groups.push_back({pc + 1, exec, 0, true, int(id)});
  pickGroup();
}

void Warp::releaseFrom(int barrier, const Barrier &state) {
  for (Group &group : groups)
    if (group.barrier == barrier) {
      putReduction(group, state);
      group.barrier = -1;
      group.parked = false;
    }
  if (active)
    updateSwitch();
  else
    pickGroup();
}

/// Lanes that waited at a reduction get its result.
void Warp::putReduction(const Group &group, const Barrier &state) {
  const Instruction &i = kernel.code[group.pc - 1];
  if (i.results == 0)
    return;
  written[i.operands[0].index] |= group.mask;
  if (i.bytes == uint8_t(BarrierResult::Popc)) {
    for (unsigned l = 0; l < 32; ++l)
      if ((group.mask >> l) & 1)
        lanes<uint32_t>(i.operands[0])[l] = state.trueCount;
    return;
  }
  bool value = i.bytes == uint8_t(BarrierResult::And)
                   ? state.trueCount == state.votes
                   : state.trueCount != 0;
  uint32_t &p = predicate(i.operands[0]);
  p = (p & ~group.mask) | (value ? group.mask : 0);
}

void Warp::rotate() {
  // Every other slice goes to the next group by turns, for one slice.
  if (none_of(groups, [](const Group &group) { return !group.parked; }))
    return;
  if (++rotated % 2) {
    groups.push_back({pc, active});
    auto next = find_if(groups, [](const Group &g) { return !g.parked; });
    pc = next->pc;
    active = next->mask;
    groups.erase(next);
    switchAt = allLanes;
    return;
  }
  groups.push_back({pc, active});
  pickGroup();
}

//===----------------------------------------------------------------------===//
// The loop
//===----------------------------------------------------------------------===//

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
  for (unsigned r = 0; r < i.results; ++r)
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
