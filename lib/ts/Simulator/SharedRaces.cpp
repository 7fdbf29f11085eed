//===- SharedRaces.cpp - Hazards in shared memory -------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Cells of shared memory: lane by lane, and for a whole warp at once if its
// lanes' words lie side by side.
//
//===----------------------------------------------------------------------===//

#include "Lanes.h"

using namespace llvm;

namespace ts::sim {

SharedCells::SharedCells(size_t words, unsigned warps) {
  size_t rows = (words + rowWords - 1) / rowWords;
  for (unsigned n : {0u, 1u}) {
    writes[n].resize(rows * rowWords);
    reads[n].resize(rows * rowWords);
    lanes[n].resize(rows * rowWords);
  }
  version.resize(rows);
  checked.resize(rows * warps);
}

//===----------------------------------------------------------------------===//
// One lane
//===----------------------------------------------------------------------===//

/// True if warp `warp` may read words [begin, end), whatever the lane.
bool Races::writesOrderedForAll(uint32_t begin, uint32_t end,
                                unsigned warp) const {
  // Neighbours mostly come from one instruction of one warp.
  constexpr uint64_t anyLane = ~(uint64_t(31) << 5);
  for (const std::vector<Touch> &writes : cells.writes) {
    uint64_t known = 0;
    for (uint32_t word = begin; word < end; ++word) {
      Touch write = writes[word];
      if ((write.bits & anyLane) == known)
        continue;
      if (!orderedForAll(write, warp))
        return false;
      known = write.bits & anyLane;
    }
  }
  return true;
}

/// The same, remembered by row: order, once there, stays.
bool Races::seesWrites(uint32_t begin, uint32_t end, unsigned warp) {
  uint32_t first = begin / rowWords, last = (end - 1) / rowWords;
  for (uint32_t row = first; row <= last; ++row) {
    uint32_t &checked = cells.checked[row * warpCount + warp];
    if (checked == cells.version[row])
      continue;
    uint32_t from = row * rowWords, to = from + rowWords;
    if (writesOrderedForAll(from, to, warp))
      checked = cells.version[row];
    else if (!writesOrderedForAll(std::max(from, begin), std::min(to, end),
                                  warp))
      return false;
  }
  return true;
}

/// Notes that `lanes` of a warp read the word; the touch is any one's of them.
void Races::putRead(uint32_t word, uint32_t lanes, Touch now) {
  const unsigned self = now.warp();
  Touch last = cells.reads[0][word];
  bool current = last.tick() >= startTick, mine = last.warp() == self;
  if (current && mine && last.tick() >= lastSync[self]) {
    now.bits |= last.bytes();
    cells.lanes[0][word] |= lanes;
  } else {
    if (current && !mine) {
      cells.reads[1][word] = last;
      cells.lanes[1][word] = cells.lanes[0][word];
    }
    cells.lanes[0][word] = lanes;
  }
  cells.reads[0][word] = now;
}

/// True of accesses that need no order: atomic ones and, of different warps,
/// volatile ones. Lanes of one warp that exchange values through volatile
/// variables rely on running in step, and they need not.
static bool mayMeet(const Warp &warp, Touch before, Touch now) {
  if (!before.strong() || !now.strong())
    return false;
  const std::vector<Instruction> &code = warp.kernel.code;
  auto isVolatile = [&](Touch touch) {
    return touch.pc() < code.size() && code[touch.pc()].flags & volatileFlag;
  };
  return before.warp() != now.warp() || !isVolatile(before) || !isVolatile(now);
}

bool Races::readShared(Warp &warp, unsigned lane, uint64_t address,
                       uint32_t word, Touch now) {
  bool anyLane = seesWrites(word, word + 1, warp.number);
  if (LLVM_UNLIKELY(!anyLane))
    for (const std::vector<Touch> &writes : cells.writes)
      if (Touch write = writes[word]; (write.bytes() & now.bytes()) &&
                                      !mayMeet(warp, write, now) &&
                                      !ordered(write, warp.number, lane))
        warp.reportRace("read-after-write", lane, address, write.thread(),
                        write.pc());
  putRead(word, 1u << lane, now);
  return anyLane;
}

void Races::reportWrite(Warp &warp, unsigned lane, uint64_t address,
                        uint32_t word, Touch now, bool same) {
  for (const std::vector<Touch> &writes : cells.writes)
    if (Touch write = writes[word]; (write.bytes() & now.bytes()) && !same &&
                                    !mayMeet(warp, write, now) &&
                                    !ordered(write, warp.number, lane))
      warp.reportRace("write-after-write", lane, address, write.thread(),
                      write.pc());
  for (unsigned n : {0u, 1u})
    if (Touch read = cells.reads[n][word];
        (read.bytes() & now.bytes()) && !mayMeet(warp, read, now) &&
        !orderedReads(read, cells.lanes[n][word], warp.number, lane)) {
      uint32_t others = cells.lanes[n][word];
      if (read.warp() == warp.number)
        others &= ~(1u << lane);
      warp.reportRace("write-after-read", lane, address,
                      read.warp() * 32 + unsigned(countr_zero(others)),
                      read.pc());
    }
}

void Races::writeShared(Warp &warp, unsigned lane, uint64_t address,
                        uint32_t word, Touch now, bool same) {
  if (!clearForWrite(word, warp.number))
    reportWrite(warp, lane, address, word, now, same);
  Touch last = cells.writes[0][word];
  // An atomic operation must not hide the plain write before it.
  if ((last.bytes() & ~now.bytes()) || (now.strong() && !last.strong()))
    cells.writes[1][word] = last;
  putWrite(word, now);
}

void Races::shared(Warp &warp, unsigned lane, uint64_t address, uint32_t offset,
                   unsigned bytes, Touching how, bool strong, bool same) {
  if (strong)
    strongAccess(warp.number, lane, address, how);
  Broadcast current{offset, bytes, warp.pc, tick, warp.number};
  if (how == Touching::Read && broadcast == current) {
    eachWord(offset, bytes, [&](uint32_t word, unsigned, unsigned) {
      cells.lanes[0][word] |= 1u << lane;
    });
    return;
  }
  bool anyLane = how == Touching::Read && !strong;
  eachWord(offset, bytes, [&](uint32_t word, unsigned mask, unsigned done) {
    Touch now = Touch::of(tick, warp.number, lane, warp.pc, mask, strong);
    if (how == Touching::Read)
      anyLane &= readShared(warp, lane, address + done, word, now);
    else
      writeShared(warp, lane, address + done, word, now, same);
  });
  broadcast = anyLane ? current : Broadcast();
}

//===----------------------------------------------------------------------===//
// Several lanes
//===----------------------------------------------------------------------===//

namespace {
/// The cells of words that lanes from `firstLane` on read.
struct ReadCells {
  Touch *reads[2];
  uint32_t *lanes[2];
  unsigned count, firstLane;
};
} // namespace

namespace any {
#include "RaceLanes.inc"
} // namespace any

#ifdef TS_SIM_AVX2
TS_BEGIN_AVX2
namespace avx2 {
#include "RaceLanes.inc"
} // namespace avx2
TS_END_AVX2
#endif

bool Races::sharedRead(const Lanes &lanes, uint32_t offset, unsigned bytes) {
  const unsigned self = lanes.warp, perLane = bytes / 4;
  uint32_t word = offset / 4,
           count = lanes.same ? perLane : lanes.count * perLane;
  if (LLVM_UNLIKELY(!seesWrites(word, word + count, self)))
    return false;
  Touch now = Touch::of(tick, self, 0, lanes.pc, 15, /*strong=*/false);
  if (lanes.same) {
    for (unsigned n = 0; n < count; ++n)
      putRead(word + n, lanes.mask(), now);
    return true;
  }
  ReadCells to{{&cells.reads[0][word], &cells.reads[1][word]},
               {&cells.lanes[0][word], &cells.lanes[1][word]},
               count,
               lanes.first};
#ifdef TS_SIM_AVX2
  static const bool wide = haveAvx2();
  if (wide)
    avx2::putReads(to, perLane, now, startTick, lastSync[self]);
  else
#endif
    any::putReads(to, perLane, now, startTick, lastSync[self]);
  return true;
}

bool Races::sharedWrite(const Lanes &lanes, uint32_t offset, unsigned bytes) {
  const unsigned perLane = bytes / 4;
  uint32_t word = offset / 4, count = lanes.count * perLane;
  for (uint32_t n = 0; n < count; ++n)
    if (!clearForWrite(word + n, lanes.warp))
      return false;
  for (uint32_t n = 0; n < count; ++n)
    putWrite(word + n, Touch::of(tick, lanes.warp, lanes.first + n / perLane,
                                 lanes.pc, 15, /*strong=*/false));
  broadcast = {};
  return true;
}

void Races::sharedCopies(Warp &warp, const PendingCopy &copy) {
  for (unsigned lane = 0; lane < 32; ++lane) {
    Touch now = Touch::of(tick, warp.number, lane, warp.pc, 15, false);
    for (unsigned done = 0; done < copy.bytes; done += 4)
      writeShared(warp, lane, copy.address[lane] + done,
                  (copy.to[lane] + done) / 4, now, /*same=*/false);
  }
  broadcast = {};
}

void Races::landed(const Warp &warp, const PendingCopy &copy, uint32_t lanes) {
  for (; lanes; lanes &= lanes - 1) {
    unsigned lane = unsigned(countr_zero(lanes));
    Touch now = Touch::of(tick, warp.number, lane, copy.pc, 15, false);
    for (unsigned done = 0; done < copy.bytes; done += 4)
      putWrite((copy.to[lane] + done) / 4, now);
  }
  broadcast = {};
}

} // namespace ts::sim
