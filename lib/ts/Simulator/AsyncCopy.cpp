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

#include "Lanes.h"

using namespace llvm;

namespace ts::sim {

/// Where a copy's bytes lie in the block's shared memory.
static bool destination(Warp &w, const Instruction &i, unsigned l,
                        uint64_t address, uint32_t &at) {
  Access access;
  if (!w.locate(Space::Shared, address, i.bytes, l, /*write=*/true, access))
    return false;
  at = uint32_t(access.data - w.block.shared.data());
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

static void issue(Warp &w, const Instruction &i) {
  PendingCopy copy;
  copy.mask = w.exec;
  copy.bytes = i.bytes;
  copy.group = w.committed;
  copy.pc = w.pc;
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
    std::memset(copy.data[l], 0, i.bytes);
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
      std::memcpy(copy.data[l] + done, access.data, step);
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

/// Lands what lane `l` waits for: groups below `limit[l]`.
static void land(Warp &w, const std::array<uint32_t, 32> &limit) {
  for (PendingCopy &copy : w.copies)
    for (uint32_t rest = copy.mask & w.exec; rest; rest &= rest - 1) {
      unsigned l = unsigned(countr_zero(rest));
      if (copy.group[l] >= limit[l])
        continue;
      std::memcpy(&w.block.shared[copy.to[l]], copy.data[l], copy.bytes);
      std::memset(&w.block.sharedFlags[copy.to[l]], writtenFlag, copy.bytes);
      copy.mask &= ~(1u << l);
      Access access{&w.block.shared[copy.to[l]], nullptr, nullptr};
      uint32_t pc = std::exchange(w.pc, copy.pc);
      w.note(access, copy.address[l], copy.bytes, l, Touching::Land, false,
             false);
      w.pc = pc;
    }
  w.copies.erase(
      std::remove_if(w.copies.begin(), w.copies.end(),
                     [](const PendingCopy &copy) { return copy.mask == 0; }),
      w.copies.end());
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
  d.out.handler = issue;
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
