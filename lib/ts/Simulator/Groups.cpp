//===- Groups.cpp - Lanes of a warp that part and meet again --------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A group is the lanes of a warp at one position. The one at the lowest
// position runs first: code is laid out so that paths meet at a higher one.
// Groups also take turns, because a lane may wait for another one's store.
//
//===----------------------------------------------------------------------===//

#include "Warp.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

using namespace llvm;

namespace ts::sim {

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

void Warp::scatter(const uint32_t *targets, bool isBranch) {
  const size_t before = groups.size();
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
  if (isBranch && block.profile && groups.size() != before)
    ++block.profile->counts[pc].divergent;
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

} // namespace ts::sim
