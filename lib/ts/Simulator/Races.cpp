//===- Races.cpp - Accesses that nothing orders ---------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Clocks and cells of one block.
//
//===----------------------------------------------------------------------===//

#include "Races.h"

#include "Warp.h"

using namespace llvm;

namespace ts::sim {

Races::Races(Block &block) : block(block) {
  cells.resize(block.shared.size() / 4 + 4);
  if (block.grid.kernel.touchesPartsOfWords)
    parts.emplace();
}
Races::~Races() = default;

void Races::forgetCells() {
  for (Known &entry : known)
    spare.push_back(std::move(entry.cells));
  known.clear();
  pages.clear();
  if (parts)
    parts->clear();
  lastPage = nullptr;
}

void Races::start() {
  // Cells of the last block are older than this one, so they need no clearing.
  if (tick > 1u << 27) {
    std::fill(cells.begin(), cells.end(), SharedCell());
    tick = 1;
  }
  startTick = ++tick;
  lastFence = 0;
  firstAcquire = ~0u;
  for (auto &row : seen)
    row.fill(0);
  for (auto &row : laneSync)
    row.fill(0);
  lastSync.fill(startTick);
  fullSync.fill(0);
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
    }
  }
  arrivals[barrier].clear();
}

void Races::syncLanes(unsigned warp, uint32_t lanes) {
  uint32_t now = ++tick;
  lastSync[warp] = now;
  if (lanes == allLanes)
    fullSync[warp] = now;
  for (unsigned l = 0; l < 32; ++l)
    if ((lanes >> l) & 1)
      laneSync[warp][l] = now;
}

void Races::fence() {
  lastFence = ++tick;
  firstAcquire = std::min(firstAcquire, tick);
}

void Races::strongAccess(unsigned warp, unsigned lane, uint64_t address) {
  firstAcquire = std::min(firstAcquire, ++tick);
  lastSync[warp] = tick;
  // Within a warp the address is not looked at.
  laneSync[warp][lane] = tick;
  auto [entry, fresh] = released.try_emplace(address);
  auto &clock = entry->second;
  if (fresh)
    clock.fill(0);
  for (unsigned v = 0; v < 32; ++v)
    seen[warp][v] = clock[v] = std::max(seen[warp][v], clock[v]);
  clock[warp] = tick;
}

bool Races::ordered(Touch before, unsigned warp, unsigned lane) const {
  uint32_t then = before.tick();
  if (then < startTick)
    return true;
  if (before.warp() != warp)
    return seen[warp][before.warp()] > then;
  const auto &sync = laneSync[warp];
  return before.lane() == lane ||
         (sync[lane] > then && sync[before.lane()] > then);
}

bool Races::orderedReads(Touch before, uint32_t lanes, unsigned warp,
                         unsigned lane) const {
  if (before.tick() < startTick || before.warp() != warp)
    return ordered(before, warp, lane);
  uint32_t others = lanes & ~(1u << lane);
  if (!others)
    return true;
  uint32_t then = before.tick();
  if (laneSync[warp][lane] <= then)
    return false;
  for (; others; others &= others - 1)
    if (laneSync[warp][countr_zero(others)] <= then)
      return false;
  return true;
}

//===----------------------------------------------------------------------===//
// Shared memory
//===----------------------------------------------------------------------===//

bool Races::readShared(Warp &warp, unsigned lane, uint64_t address,
                       SharedCell &cell, Touch now) {
  const unsigned self = warp.number;
  bool anyLane = true;
  for (Touch write : cell.writes) {
    uint32_t then = write.tick(), from = write.warp();
    anyLane &= then < startTick ||
               (from == self ? fullSync[self] : seen[self][from]) > then;
  }
  if (LLVM_UNLIKELY(!anyLane))
    for (Touch write : cell.writes)
      if ((write.bytes() & now.bytes()) && !(write.strong() && now.strong()) &&
          !ordered(write, self, lane))
        warp.reportRace("read-after-write", lane, address, write.thread(),
                        write.pc());
  Touch last = cell.reads[0];
  bool current = last.tick() >= startTick, mine = last.warp() == self;
  if (current && mine && last.tick() >= lastSync[self]) {
    now.bits |= last.bytes();
    cell.lanes[0] |= 1u << lane;
  } else {
    if (current && !mine) {
      cell.reads[1] = last;
      cell.lanes[1] = cell.lanes[0];
    }
    cell.lanes[0] = 1u << lane;
  }
  cell.reads[0] = now;
  return anyLane;
}

void Races::writeShared(Warp &warp, unsigned lane, uint64_t address,
                        SharedCell &cell, Touch now, bool same) {
  for (Touch write : cell.writes)
    if ((write.bytes() & now.bytes()) && !same &&
        !(write.strong() && now.strong()) && !ordered(write, warp.number, lane))
      warp.reportRace("write-after-write", lane, address, write.thread(),
                      write.pc());
  for (unsigned n : {0u, 1u})
    if (Touch read = cell.reads[n];
        (read.bytes() & now.bytes()) && !(read.strong() && now.strong()) &&
        !orderedReads(read, cell.lanes[n], warp.number, lane)) {
      uint32_t others = cell.lanes[n];
      if (read.warp() == warp.number)
        others &= ~(1u << lane);
      warp.reportRace("write-after-read", lane, address,
                      read.warp() * 32 + unsigned(countr_zero(others)),
                      read.pc());
    }
  if (cell.writes[0].bytes() & ~now.bytes())
    cell.writes[1] = cell.writes[0];
  cell.writes[0] = now;
}

/// Which bytes of each word the access [offset, offset + bytes) touches.
template <class Each>
static void eachWord(uint32_t offset, unsigned bytes, Each each) {
  if (bytes >= 4) {
    for (unsigned done = 0; done < bytes; done += 4)
      each((offset + done) / 4, 15u, done);
    return;
  }
  each(offset / 4, ((1u << bytes) - 1) << (offset % 4), 0u);
}

void Races::shared(Warp &warp, unsigned lane, uint64_t address, uint32_t offset,
                   unsigned bytes, Touching how, bool strong, bool same) {
  if (strong)
    strongAccess(warp.number, lane, address);
  Broadcast current{offset, bytes, warp.pc, tick, warp.number};
  if (how == Touching::Read && broadcast == current) {
    eachWord(offset, bytes, [&](uint32_t word, unsigned, unsigned) {
      cells[word].lanes[0] |= 1u << lane;
    });
    return;
  }
  bool anyLane = how == Touching::Read && !strong;
  eachWord(offset, bytes, [&](uint32_t word, unsigned mask, unsigned done) {
    Touch now = Touch::of(tick, warp.number, lane, warp.pc, mask, strong);
    if (how == Touching::Land)
      cells[word].writes[0] = now;
    else if (how == Touching::Read)
      anyLane &= readShared(warp, lane, address + done, cells[word], now);
    else
      writeShared(warp, lane, address + done, cells[word], now, same);
  });
  broadcast = anyLane ? current : Broadcast();
}

//===----------------------------------------------------------------------===//
// Global memory
//===----------------------------------------------------------------------===//

CellPage &Races::cellsOf(Page *page, uint64_t address) {
  if (page == lastPage)
    return *lastCells;
  auto [entry, fresh] = pages.try_emplace(page, known.size());
  if (fresh) {
    std::unique_ptr<CellPage> cells;
    if (spare.empty()) {
      cells = std::make_unique<CellPage>();
    } else {
      cells = std::move(spare.back());
      spare.pop_back();
      cells->fill({});
    }
    known.push_back({address, std::move(cells)});
  }
  lastPage = page;
  lastCells = known[entry->second].cells.get();
  return *lastCells;
}

void Races::global(Warp &warp, unsigned lane, uint64_t address, Page *page,
                   uint32_t offset, unsigned bytes, Touching how, bool strong,
                   bool same) {
  if (strong)
    strongAccess(warp.number, lane, address);
  if (parts)
    parts->touch(address - offset, offset, bytes, how == Touching::Write);
  CellPage &page4 = cellsOf(page, address - offset);
  eachWord(offset, bytes, [&](uint32_t word, unsigned mask, unsigned done) {
    GlobalCell &cell = page4[word];
    Touch now = Touch::of(tick, warp.number, lane, warp.pc, mask, strong);
    bool writes = how == Touching::Write;
    auto conflicts = [&](Touch before) {
      return (before.bytes() & mask) && !(before.strong() && strong) &&
             !ordered(before, warp.number, lane);
    };
    if (!(writes && same) && conflicts(cell.write))
      warp.reportRace(writes ? "write-after-write" : "read-after-write", lane,
                      address + done, cell.write.thread(), cell.write.pc());
    // Lanes at the edge of a matrix read an element in bounds instead of their
    // own and drop it; the warp's later store cannot overtake its load.
    bool ownWarp = cell.read.warp() == warp.number;
    if (writes && !ownWarp && conflicts(cell.read))
      warp.reportRace("write-after-read", lane, address + done,
                      cell.read.thread(), cell.read.pc());
    (writes ? cell.write : cell.read) = now;
  });
}

} // namespace ts::sim
