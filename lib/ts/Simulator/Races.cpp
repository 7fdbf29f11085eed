//===- Races.cpp - Accesses that nothing orders ---------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The clocks of one block.
//
//===----------------------------------------------------------------------===//

#include "Races.h"

#include "Warp.h"

using namespace llvm;

namespace ts::sim {

static unsigned warpsOf(const std::array<uint32_t, 3> &shape) {
  return unsigned((uint64_t(shape[0]) * shape[1] * shape[2] + 31) / 32);
}

Races::Races(Block &block)
    : block(block), warpCount(warpsOf(block.grid.config.block)),
      cells(block.shared.size() / 4 + 4, warpCount) {
  if (block.grid.kernel.touchesPartsOfWords)
    parts.emplace();
}
Races::~Races() = default;

void Races::start() {
  // Cells of the last block are older than this one, so they need no clearing.
  if (tick > 1u << 27) {
    cells = SharedCells(cells.version.size() * rowWords, warpCount);
    tick = 1;
  }
  startTick = ++tick;
  lastFence = 0;
  firstAcquire = ~0u;
  for (auto *table :
       {&seen, &laneSync, &fenced, &laneFence, &laneReleased, &laneAcquired})
    for (auto &row : *table)
      row.fill(0);
  lastSync.fill(startTick);
  fullSync.fill(0);
  parted = 0;
  broadcast = {};
  for (auto &list : arrivals)
    list.clear();
  released.clear();
  forgetCells();
}

//===----------------------------------------------------------------------===//
// Synchronization
//===----------------------------------------------------------------------===//

void Races::arrive(unsigned barrier, unsigned warp, uint32_t lanes,
                   bool waits) {
  uint32_t now = ++tick;
  lastSync[warp] = now;
  arrivals[barrier].push_back({warp, now, lanes, waits, seen[warp]});
}

void Races::complete(unsigned barrier) {
  for (const Arrival &to : arrivals[barrier]) {
    if (!to.waits)
      continue;
    auto &row = seen[to.warp];
    for (const Arrival &from : arrivals[barrier]) {
      for (unsigned v = 0; v < 32; ++v)
        row[v] = std::max(row[v], from.seen[v]);
      row[from.warp] = std::max(row[from.warp], from.tick);
      if (from.warp == to.warp && from.lanes == allLanes)
        fullSync[to.warp] = std::max(fullSync[to.warp], from.tick);
      if (from.warp == to.warp)
        for (unsigned l = 0; l < 32; ++l)
          if ((from.lanes >> l) & 1)
            laneSync[to.warp][l] = std::max(laneSync[to.warp][l], from.tick);
      if (from.warp == to.warp && (parted >> to.warp & 1))
        join(to.warp, to.lanes, from.lanes, from.tick);
    }
  }
  arrivals[barrier].clear();
}

void Races::syncLanes(unsigned warp, uint32_t lanes) {
  uint32_t now = ++tick;
  lastSync[warp] = now;
  if (lanes == allLanes)
    fullSync[warp] = now;
  else
    part(warp);
  for (unsigned l = 0; l < 32; ++l)
    if ((lanes >> l) & 1)
      laneSync[warp][l] = now;
  if (parted >> warp & 1)
    join(warp, lanes, lanes, now);
}

void Races::part(unsigned warp) {
  if (parted >> warp & 1)
    return;
  parted |= 1u << warp;
  auto &clocks = lanesSeen[warp];
  if (!clocks)
    clocks = std::make_unique<LaneClocks>();
  const auto &sync = laneSync[warp];
  for (unsigned l = 0; l < 32; ++l)
    for (unsigned m = 0; m < 32; ++m)
      (*clocks)[l][m] = std::min(sync[l], sync[m]);
}

void Races::join(unsigned warp, uint32_t to, uint32_t from, uint32_t now) {
  LaneClocks &clocks = *lanesSeen[warp];
  std::array<uint32_t, 32> known{};
  for (uint32_t rest = from; rest; rest &= rest - 1)
    for (unsigned l = 0; l < 32; ++l)
      known[l] = std::max(known[l], clocks[countr_zero(rest)][l]);
  for (; from; from &= from - 1)
    known[countr_zero(from)] = now;
  for (; to; to &= to - 1)
    for (unsigned l = 0; l < 32; ++l)
      clocks[countr_zero(to)][l] =
          std::max(clocks[countr_zero(to)][l], known[l]);
}

void Races::fence(unsigned warp, uint32_t lanes, bool wide) {
  ++tick;
  lastSync[warp] = tick;
  if (wide) {
    lastFence = tick;
    firstAcquire = std::min(firstAcquire, tick);
  }
  fenced[warp] = seen[warp];
  fenced[warp][warp] = tick;
  for (; lanes; lanes &= lanes - 1)
    laneFence[warp][countr_zero(lanes)] = tick;
}

void Races::strongAccess(unsigned warp, unsigned lane, uint64_t address,
                         Touching how) {
  firstAcquire = std::min(firstAcquire, ++tick);
  lastSync[warp] = tick;
  // Within a warp the address is not looked at.
  laneAcquired[warp][lane] = tick;
  auto [entry, fresh] = released.try_emplace(address);
  auto &clock = entry->second;
  if (fresh)
    clock.fill(0);
  for (unsigned v = 0; v < 32; ++v)
    seen[warp][v] = std::max(seen[warp][v], clock[v]);
  if (how == Touching::Read)
    return;
  laneReleased[warp][lane] = laneFence[warp][lane];
  for (unsigned v = 0; v < 32; ++v)
    clock[v] = std::max(clock[v], fenced[warp][v]);
}

bool Races::lanesOrdered(uint32_t then, unsigned warp, unsigned from,
                         unsigned lane) const {
  const auto &sync = laneSync[warp];
  bool met = parted >> warp & 1 ? (*lanesSeen[warp])[lane][from] > then
                                : sync[lane] > then && sync[from] > then;
  return from == lane || met ||
         (laneAcquired[warp][lane] > then && laneReleased[warp][from] > then);
}

bool Races::ordered(Touch before, unsigned warp, unsigned lane) const {
  uint32_t then = before.tick();
  if (then < startTick)
    return true;
  if (before.warp() != warp)
    return seen[warp][before.warp()] > then;
  return lanesOrdered(then, warp, before.lane(), lane);
}

bool Races::orderedReads(Touch before, uint32_t lanes, unsigned warp,
                         unsigned lane) const {
  if (before.tick() < startTick || before.warp() != warp)
    return ordered(before, warp, lane);
  for (; lanes; lanes &= lanes - 1)
    if (!lanesOrdered(before.tick(), warp, unsigned(countr_zero(lanes)), lane))
      return false;
  return true;
}

} // namespace ts::sim
