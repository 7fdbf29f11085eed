//===- Block.cpp - Runs the warps of a block ------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Warps take turns, each until it waits or its slice is used up. A block ends
// at its first finding.
//
//===----------------------------------------------------------------------===//

#include "Warp.h"

#include "llvm/ADT/STLExtras.h"

#include <utility>

using namespace llvm;

namespace ts::sim {

/// Long enough to cost nothing, short enough that a warp that spins on another
/// one's store does not spin for long.
static constexpr uint64_t sliceInstructions = 16384;

Block::Block(const Grid &grid) : grid(grid) {
  const auto &shape = grid.config.block;
  uint64_t threads = uint64_t(shape[0]) * shape[1] * shape[2];
  shared.resize(grid.sharedBytes + 16);
  sharedFlags.resize(grid.sharedBytes + 16);
  if (grid.config.checks.race)
    races = std::make_unique<Races>(*this);
  if (grid.config.profile)
    profile = std::make_unique<Profile>(grid.kernel.code.size());
  for (unsigned number = 0; number * 32 < threads; ++number)
    warps.push_back(std::make_unique<Warp>(*this, number));
}

Block::~Block() = default;

uint32_t Block::liveThreads() const {
  uint32_t threads = 0;
  for (const auto &warp : warps)
    threads += uint32_t(popcount(warp->live));
  return threads;
}

void Block::start(uint64_t number) {
  const auto &shape = grid.config.grid;
  index = {uint32_t(number % shape[0]), uint32_t(number / shape[0] % shape[1]),
           uint32_t(number / shape[0] / shape[1])};
  std::fill(sharedFlags.begin(), sharedFlags.end(), 0);
  // Cooperative groups count on zeros there.
  const Region &reserved = grid.shared[grid.kernel.reservedRegion];
  std::fill_n(shared.begin() + reserved.base, reserved.size, 0);
  std::fill_n(sharedFlags.begin() + reserved.base, reserved.size, writtenFlag);
  barriers.fill({});
  findings.clear();
  output.clear();
  ended = false;
  if (races)
    races->start();
  for (auto &warp : warps)
    warp->start();
}

bool Block::release(unsigned id) {
  Barrier &barrier = barriers[id];
  uint32_t needed = barrier.expected ? barrier.expected : liveThreads();
  if (barrier.arrived == 0 || barrier.arrived < needed)
    return false;
  Barrier done = std::exchange(barrier, {});
  if (races)
    races->complete(id);
  for (auto &warp : warps)
    warp->releaseFrom(int(id), done);
  return true;
}

bool Block::releaseBarriers() {
  bool any = false;
  for (unsigned id = 0; id < barriers.size(); ++id)
    any |= release(id);
  return any;
}

void Block::reportDeadlock() {
  for (auto &warp : warps)
    for (const Group &group : warp->groups)
      if (group.barrier >= 0) {
        const Barrier &barrier = barriers[group.barrier];
        warp->pc = group.pc - 1;
        uint32_t needed = barrier.expected ? barrier.expected : liveThreads();
        return warp->report(
            Finding::Kind::Deadlock, unsigned(countr_zero(group.mask)), 0,
            "only " + Twine(barrier.arrived) + " of " + Twine(needed) +
                " threads came to barrier " + Twine(group.barrier));
      }
}

/// A read before any write is explained by a hazard between the two.
void Block::dropExplained() {
  SmallVector<unsigned, 4> lines;
  for (const Finding &finding : findings)
    if (finding.kind == Finding::Kind::Race)
      lines.append({finding.line, finding.other->line});
  erase_if(findings, [&](const Finding &finding) {
    return finding.kind == Finding::Kind::Uninitialized && !finding.other &&
           finding.address && is_contained(lines, finding.line);
  });
}

void Block::run(uint64_t number) {
  start(number);
  runWarps();
  dropExplained();
}

void Block::runWarps() {
  while (!ended) {
    bool ran = false;
    for (auto &warp : warps) {
      if (warp->waiting())
        continue;
      ran = true;
      warp->run(sliceInstructions);
      if (ended)
        return;
    }
    ran |= releaseBarriers();
    if (all_of(warps, [](auto &warp) { return warp->finished(); }))
      return;
    if (!ran)
      return reportDeadlock();
  }
}

} // namespace ts::sim
