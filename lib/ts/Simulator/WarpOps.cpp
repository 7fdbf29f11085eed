//===- WarpOps.cpp - Exchange between the lanes of a warp -----------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Shuffles and votes. They wait until every lane of their mask is there; to
// read from a lane that is not is an error.
//
//===----------------------------------------------------------------------===//

#include "Lanes.h"

using namespace llvm;

namespace ts::sim {

static constexpr Type b32{TypeKind::Bits, 32};
static constexpr Type pred{TypeKind::Pred, 1};

/// Those of `lanes` that have this mask.
static uint32_t lanesWith(const uint32_t *masks, uint32_t mask,
                          uint32_t lanes) {
  uint32_t same = 0;
  for (uint32_t rest = lanes; rest; rest &= rest - 1)
    if (unsigned l = unsigned(countr_zero(rest)); masks[l] == mask)
      same |= 1u << l;
  return same;
}

bool gatherLanes(Warp &w, Slot maskSlot) {
  const uint32_t *masks = w.lanes<uint32_t>(maskSlot);
  w.gatherHere();
  SmallVector<std::pair<uint32_t, uint32_t>, 4> waiting;
  for (uint32_t rest = w.exec; rest;) {
    uint32_t mask = masks[countr_zero(rest)];
    uint32_t lanes = lanesWith(masks, mask, rest);
    rest &= ~lanes;
    if (uint32_t outside = lanes & ~mask) {
      w.report(Finding::Kind::Divergence, unsigned(countr_zero(outside)), 0,
               "this lane is not in the mask 0x" + Twine::utohexstr(mask));
      return false;
    }
    if ((mask & w.live & ~lanes) == 0) {
      if (uint32_t others = w.exec & ~lanes)
        w.leaveOut(others);
      return true;
    }
    waiting.push_back({lanes, mask});
  }
  w.park(waiting);
  return false;
}

void finishGathered(Warp &w, const Instruction &i) {
  for (unsigned r = 0; r < i.results; ++r)
    w.written[i.operands[r].index] |= w.exec;
  ++w.pc;
}

//===----------------------------------------------------------------------===//
// Shuffles
//===----------------------------------------------------------------------===//

namespace {
enum Mode : uint8_t { Up, Down, Butterfly, Index };
} // namespace

/// The lane that `l` reads, and whether it is in range.
static std::pair<unsigned, bool> shuffleSource(uint8_t mode, unsigned l,
                                               uint32_t b, uint32_t c) {
  uint32_t segment = (c >> 8) & 31, clamp = c & 31;
  int offset = int(b & 31);
  int most = int((l & segment) | (clamp & ~segment));
  int least = int(l & segment);
  int from = mode == Up          ? int(l) - offset
             : mode == Down      ? int(l) + offset
             : mode == Butterfly ? int(l) ^ offset
                                 : least | (offset & int(~segment & 31));
  bool inRange = mode == Up ? from >= most : from <= most;
  return {inRange ? unsigned(from) : l, inRange};
}

static void shuffle(Warp &w, const Instruction &i) {
  const Slot *from = &i.operands[i.results];
  if (!gatherLanes(w, from[3]))
    return;
  std::array<uint32_t, 32> values{};
  uint32_t inRange = 0, empty = 0;
  const uint32_t written = w.checksInit ? w.written[from[0].index] : allLanes;
  for (uint32_t rest = w.exec; rest; rest &= rest - 1) {
    unsigned l = unsigned(countr_zero(rest));
    auto [source, valid] =
        shuffleSource(i.flags >> 1, l, w.lanes<uint32_t>(from[1])[l],
                      w.lanes<uint32_t>(from[2])[l]);
    if (!((w.exec >> source) & 1))
      return w.report(Finding::Kind::Divergence, l, 0,
                      "a shuffle from lane " + Twine(source) +
                          ", which does not take part");
    values[l] = w.lanes<uint32_t>(from[0])[source];
    inRange |= uint32_t(valid) << l;
    empty |= (~written >> source & 1) << l;
  }
  for (unsigned l = 0; l < 32; ++l)
    if ((w.exec >> l) & 1)
      w.lanes<uint32_t>(i.operands[0])[l] = values[l];
  if (i.results > 1) {
    uint32_t &p = w.predicate(i.operands[1]);
    p = (p & ~w.exec) | (inRange & w.exec);
  }
  finishGathered(w, i);
  w.lose(i.operands[0].index, empty);
}

void decodeShuffle(Decoder &d) {
  d.require("sync");
  int mode = d.takeOneOf({"up", "down", "bfly", "idx"});
  if (mode < 0)
    return d.failHere("'shfl' needs .up, .down, .bfly or .idx");
  d.takeType("b");
  d.expectOperands(5);
  d.result(0, b32);
  if (int second = d.operand(0)->second; second >= 0) {
    ParsedOperand other = *d.operand(0);
    other.reg = second;
    d.result(other, pred);
  }
  for (unsigned n = 1; n < 5; ++n)
    d.source(n, b32);
  d.out.flags = uint8_t(mode << 1);
  d.out.control = true;
  d.copies(d.out.results, 1);
  d.out.handler = shuffle;
}

//===----------------------------------------------------------------------===//
// Votes
//===----------------------------------------------------------------------===//

namespace {
enum Vote : uint8_t { All, Any, Uniform, Ballot };
constexpr uint8_t negatedFlag = 16;
} // namespace

static void vote(Warp &w, const Instruction &i) {
  if (!gatherLanes(w, i.operands[2]))
    return;
  uint32_t values = w.predicate(i.operands[1]);
  values = (i.flags & negatedFlag ? ~values : values) & w.exec;
  uint8_t kind = (i.flags >> 1) & 3;
  if (kind == Ballot) {
    for (unsigned l = 0; l < 32; ++l)
      if ((w.exec >> l) & 1)
        w.lanes<uint32_t>(i.operands[0])[l] = values;
    return finishGathered(w, i);
  }
  bool result = kind == All   ? values == w.exec
                : kind == Any ? values != 0
                              : values == 0 || values == w.exec;
  uint32_t &p = w.predicate(i.operands[0]);
  p = (p & ~w.exec) | (result ? w.exec : 0);
  finishGathered(w, i);
}

void decodeVote(Decoder &d) {
  d.require("sync");
  int kind = d.takeOneOf({"all", "any", "uni", "ballot"});
  if (kind < 0)
    return d.failHere("'vote' needs .all, .any, .uni or .ballot");
  d.takeType(kind == Ballot ? "b" : "p");
  d.expectOperands(3);
  d.result(0, kind == Ballot ? b32 : pred);
  d.source(1, pred);
  d.source(2, b32);
  d.out.flags = uint8_t(kind << 1 | (d.operand(1)->negated ? negatedFlag : 0));
  d.out.control = true;
  d.out.handler = vote;
}

static void activeMask(Warp &w, const Instruction &i) {
  for (unsigned l = 0; l < 32; ++l)
    if ((w.exec >> l) & 1)
      w.lanes<uint32_t>(i.operands[0])[l] = w.exec;
}

void decodeActiveMask(Decoder &d) {
  d.takeType("b");
  d.expectOperands(1);
  d.result(0, b32);
  d.out.handler = activeMask;
}

} // namespace ts::sim
