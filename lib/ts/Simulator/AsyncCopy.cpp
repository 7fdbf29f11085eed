//===- AsyncCopy.cpp - Copies that land when they are waited for ----------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A copy reads its source when it is issued and poisons its destination, which
// gets the bytes only at the wait: to read it earlier is a read of
// never-written memory. Lanes count their groups by themselves.
//
//===----------------------------------------------------------------------===//

#include "LaneRuns.h"

using namespace llvm;

namespace ts::sim {

/// Where a copy's bytes lie in the block's shared memory.
static bool destination(Warp &w, const Instruction &i, unsigned l,
                        uint64_t address, uint32_t &at) {
  Access access;
  if (!w.locate(Space::Shared, address, i.bytes, l, /*write=*/true, access))
    return false;
  at = uint32_t(access.data - w.block.shared.data());
  w.checkNotCopying(address, i.bytes, l, access);
  // Others must be done with the bytes when the copy starts.
  w.note(access, address, i.bytes, l, Touching::Write, false, false);
  std::memset(access.flags, copyingFlag, i.bytes);
  return true;
}

/// The read of global memory; what the copy writes is counted with it.
static void countCopy(Warp &w, const Instruction &i,
                      const uint64_t *addresses) {
  SmallVector<uint64_t, 32> active;
  for (uint32_t rest = w.exec; rest; rest &= rest - 1)
    active.push_back(addresses[countr_zero(rest)]);
  w.block.profile->global(w.pc, active, i.bytes);
}

static void begin(const Warp &w, const Instruction &i, PendingCopy &copy) {
  copy.mask = w.exec;
  copy.bytes = i.bytes;
  copy.group = w.committed;
  copy.pc = w.pc;
}

static void issueLanes(Warp &w, const Instruction &i) {
  PendingCopy copy;
  begin(w, i, copy);
  uint64_t addresses[32];
  uint64_t read = 0;
  for (uint32_t rest = w.exec; rest; rest &= rest - 1) {
    unsigned l = unsigned(countr_zero(rest));
    unsigned size =
        i.count > 2
            ? std::min<uint32_t>(w.lanes<uint32_t>(i.operands[2])[l], i.bytes)
            : i.bytes;
    copy.address[l] = w.addressOf(i, i.operands[0], l);
    if (!destination(w, i, l, copy.address[l], copy.to[l]))
      return;
    std::memset(copy.data + l * i.bytes, 0, i.bytes);
    addresses[l] = w.lanes<uint64_t>(i.operands[1])[l] + int32_t(i.target);
    if (size == 0)
      continue;
    uint64_t from = w.lanes<uint64_t>(i.operands[1])[l] + int32_t(i.target);
    // Fewer bytes than the copy's may be read, at the whole copy's alignment.
    if (from & (i.bytes - 1u))
      return w.report(Finding::Kind::Misaligned, l, from,
                      "misaligned source of an asynchronous copy of " +
                          Twine(unsigned(i.bytes)) + " bytes");
    for (unsigned done = 0; done < size;) {
      unsigned step = 1;
      while (step * 2 <= size - done && done % (step * 2) == 0)
        step *= 2;
      Access access;
      if (!w.locate(Space::Global, from + done, step, l, false, access) ||
          !w.checkWritten(Space::Global, from + done, step, l, access))
        return;
      w.note(access, from + done, step, l, Touching::Read, false, false);
      std::memcpy(copy.data + l * i.bytes + done, access.data, step);
      done += step;
    }
    read += size;
  }
  w.block.counters.globalBytesRead += read;
  w.block.counters.sharedBytesWritten += uint64_t(popcount(w.exec)) * i.bytes;
  if (w.block.profile)
    countCopy(w, i, addresses);
  w.copies.push_back(copy);
}

//===----------------------------------------------------------------------===//
// All lanes at once
//===----------------------------------------------------------------------===//

/// Where all lanes' copies go; false if a lane may not go there, or they are
/// not all in one variable.
static bool destinations(const Warp &w, const Instruction &i,
                         PendingCopy &copy) {
  uint64_t region = w.addressOf(i, i.operands[0], 0) >> regionBits;
  const std::vector<Region> &regions = w.block.grid.shared;
  if (region >= regions.size())
    return false;
  uint32_t base = regions[region].base, size = regions[region].size;
  uint64_t start = region << regionBits, furthest = 0, odd = 0;
  for (unsigned l = 0; l < 32; ++l) {
    uint64_t address = w.addressOf(i, i.operands[0], l);
    furthest = std::max(furthest, address - start);
    odd |= address;
    copy.address[l] = address;
    copy.to[l] = uint32_t(base + (address - start));
  }
  return size >= i.bytes && furthest <= size - i.bytes &&
         (odd & (i.bytes - 1u)) == 0;
}

/// Whether earlier copies still write there.
static bool overlapsCopies(const Warp &w, const PendingCopy &copy) {
  return any_of(copy.to, [&](uint32_t to) {
    return anyCopying(&w.block.sharedFlags[to], copy.bytes);
  });
}

/// The copies of all lanes from places side by side; false if nothing was done.
template <unsigned Bytes>
static bool issueAll(Warp &w, const Instruction &i) {
  if (w.exec != allLanes || i.count > 2 || w.block.profile)
    return false;
  const uint64_t *from = w.lanes<uint64_t>(i.operands[1]);
  Run source;
  source.address = from[0] + int32_t(i.target);
  if (placesOf<Bytes>(from, source) != Places::SideBySide ||
      source.address % Bytes != 0 ||
      !findWhole(w, Space::Global, 32 * Bytes, /*write=*/false, source) ||
      !allWritten(source.access.flags, 32 * Bytes))
    return false;
  PendingCopy &copy = w.copies.emplace_back();
  begin(w, i, copy);
  Races *races = w.block.races.get();
  if (!destinations(w, i, copy) || overlapsCopies(w, copy) ||
      (races && !noteRun(w, source, Bytes, /*write=*/false))) {
    w.copies.pop_back();
    return false;
  }
  if (races)
    races->sharedCopies(w, copy);
  for (uint32_t to : copy.to)
    std::memset(&w.block.sharedFlags[to], copyingFlag, Bytes);
  std::memcpy(copy.data, source.access.data, 32 * Bytes);
  w.block.counters.globalBytesRead += 32 * Bytes;
  w.block.counters.sharedBytesWritten += 32 * Bytes;
  return true;
}

template <unsigned Bytes>
static void issue(Warp &w, const Instruction &i) {
  if (!issueAll<Bytes>(w, i))
    issueLanes(w, i);
}

//===----------------------------------------------------------------------===//
// Waiting
//===----------------------------------------------------------------------===//

template <unsigned Bytes>
static void landLanes(Block &block, const PendingCopy &copy, uint32_t lanes) {
  for (; lanes; lanes &= lanes - 1) {
    unsigned l = unsigned(countr_zero(lanes));
    std::memcpy(&block.shared[copy.to[l]], copy.data + l * Bytes, Bytes);
    std::memset(&block.sharedFlags[copy.to[l]], writtenFlag, Bytes);
  }
}

static void landLanes(Warp &w, PendingCopy &copy, uint32_t lanes) {
  if (copy.bytes == 4)
    landLanes<4>(w.block, copy, lanes);
  else if (copy.bytes == 8)
    landLanes<8>(w.block, copy, lanes);
  else
    landLanes<16>(w.block, copy, lanes);
  if (w.block.races)
    w.block.races->landed(w, copy, lanes);
  copy.mask &= ~lanes;
}

/// Lands what lane `l` waits for: groups below `limit[l]`.
static void land(Warp &w, const std::array<uint32_t, 32> &limit) {
  bool anyLanded = false;
  for (PendingCopy &copy : w.copies) {
    uint32_t below = 0;
    for (unsigned l = 0; l < 32; ++l)
      below |= uint32_t(copy.group[l] < limit[l]) << l;
    landLanes(w, copy, copy.mask & w.exec & below);
    anyLanded |= copy.mask == 0;
  }
  if (anyLanded)
    erase_if(w.copies, [](const PendingCopy &copy) { return copy.mask == 0; });
}

static void commit(Warp &w, const Instruction &) {
  for (unsigned l = 0; l < 32; ++l)
    w.committed[l] += (w.exec >> l) & 1;
}

static void waitGroup(Warp &w, const Instruction &i) {
  std::array<uint32_t, 32> limit;
  for (unsigned l = 0; l < 32; ++l)
    limit[l] = w.committed[l] - std::min<uint64_t>(w.committed[l], i.immediate);
  land(w, limit);
}

static void waitAll(Warp &w, const Instruction &) {
  std::array<uint32_t, 32> limit;
  limit.fill(~0u);
  land(w, limit);
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

static void decodeCopy(Decoder &d) {
  bool sixteen = d.take("cg");
  if (!sixteen)
    d.require("ca");
  if (!d.take("shared"))
    d.require("shared::cta");
  d.require("global");
  d.takeCacheHints();
  // A policy is the last operand; it changes no value.
  unsigned policy = d.take("L2::cache_hint") ? 1 : 0;
  d.expectOperands(3 + policy, 4 + policy);
  uint64_t bytes = d.integer(2);
  if (bytes != 16 && (sixteen || (bytes != 4 && bytes != 8)))
    return d.failHere("an asynchronous copy has " +
                      Twine(sixteen ? "16" : "4, 8 or 16") + " bytes, not " +
                      Twine(bytes));
  d.out.bytes = uint8_t(bytes);
  d.out.space = Space::Shared;
  d.address(0);
  int64_t toOffset = d.out.immediate;
  uint8_t flags = d.out.flags;
  d.out.space = Space::Global;
  d.address(1);
  // The destination's offset is the instruction's; the source's, which may be
  // negative, is `target`.
  d.out.target = uint32_t(d.out.immediate);
  if (int32_t(d.out.target) != d.out.immediate)
    return d.failHere("this offset of a source is not supported");
  d.out.immediate = toOffset;
  d.out.flags = flags;
  if (d.operandCount() > 3 + policy)
    d.source(3, {TypeKind::Unsigned, 32});
  d.out.handler = bytes == 4 ? issue<4> : bytes == 8 ? issue<8> : issue<16>;
}

void decodeAsyncCopy(Decoder &d) {
  d.require("async");
  if (d.take("commit_group")) {
    d.expectOperands(0);
    d.out.handler = commit;
  } else if (d.take("wait_all")) {
    d.expectOperands(0);
    d.out.handler = waitAll;
  } else if (d.take("wait_group")) {
    d.expectOperands(1);
    d.out.immediate = int64_t(d.integer(0));
    d.out.handler = waitGroup;
  } else {
    decodeCopy(d);
  }
}

} // namespace ts::sim
