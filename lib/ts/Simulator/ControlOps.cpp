//===- ControlOps.cpp - Branches, exits and barriers ----------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The instructions that decide which lanes run where.
//
//===----------------------------------------------------------------------===//

#include "Lanes.h"

using namespace llvm;

namespace ts::sim {

//===----------------------------------------------------------------------===//
// Branches
//===----------------------------------------------------------------------===//

static void branch(Warp &w, const Instruction &i) { w.branch(i.target); }

/// The program promises that all active lanes agree.
static void branchUniform(Warp &w, const Instruction &i) {
  if (uint32_t others = w.active & ~w.exec)
    return w.report(Finding::Kind::Divergence, unsigned(countr_zero(others)), 0,
                    "a uniform branch that not all lanes take");
  w.branch(i.target);
}

void decodeBranch(Decoder &d) {
  bool uniform = d.take("uni");
  d.expectOperands(1);
  if (d.failed())
    return;
  const ParsedOperand &label = *d.operand(0);
  std::optional<uint32_t> target = d.labelOf(label);
  if (!target)
    return d.fail(label.location, "unknown label '" + label.name + "'");
  d.out.target = *target;
  d.out.control = true;
  d.out.handler = uniform && d.out.guarded ? branchUniform : branch;
}

static void exitLanes(Warp &w, const Instruction &) { w.exit(); }

void decodeExit(Decoder &d) {
  if (d.opcode() == "ret")
    d.take("uni");
  d.expectOperands(0);
  d.out.control = true;
  d.out.handler = exitLanes;
}

static void trap(Warp &w, const Instruction &) {
  w.report(Finding::Kind::Trap, unsigned(countr_zero(w.exec)), 0,
           "the kernel stopped itself");
}

/// No debugger is there to go on from it.
static void breakpoint(Warp &w, const Instruction &) {
  w.report(Finding::Kind::Trap, unsigned(countr_zero(w.exec)), 0,
           "the kernel came to a breakpoint");
}

void decodeTrap(Decoder &d) {
  d.expectOperands(0);
  d.out.handler = d.opcode() == "brkpt" ? breakpoint : trap;
}

//===----------------------------------------------------------------------===//
// Barriers of the block
//===----------------------------------------------------------------------===//

namespace {
/// Flags of a barrier. The lowest bit is for barriers among a warp's lanes,
/// which may meet at different instructions.
enum BarrierFlags : uint8_t {
  MeetAnywhere = 1,
  Aligned = 2,
  ArriveOnly = 4,
  HasCount = 8,
  NegatedVote = 16
};
} // namespace

/// The value of an operand that all lanes here must agree on.
static bool agreed(Warp &w, Slot slot, const char *what, uint32_t &value) {
  const uint32_t *lanes = w.lanes<uint32_t>(slot);
  value = lanes[countr_zero(w.exec)];
  for (uint32_t rest = w.exec; rest; rest &= rest - 1)
    if (unsigned l = unsigned(countr_zero(rest)); lanes[l] != value) {
      w.report(Finding::Kind::Divergence, l, 0,
               Twine("the lanes of a warp disagree on the ") + what);
      return false;
    }
  return true;
}

/// Checks what a barrier is called with against what it was called with before.
static bool checkBarrier(Warp &w, uint32_t id, uint32_t expected,
                         uint32_t threads) {
  unsigned lane = unsigned(countr_zero(w.exec));
  auto complain = [&](const Twine &message) {
    w.report(Finding::Kind::Divergence, lane, 0, message);
    return false;
  };
  if (id >= w.block.barriers.size())
    return complain("barrier " + Twine(id) + " does not exist");
  if (expected % 32)
    return complain("a barrier counts whole warps, not " + Twine(expected) +
                    " threads");
  const Barrier &known = w.block.barriers[id];
  if (known.arrived && known.expected != expected)
    return complain("barrier " + Twine(id) + " is called with a count of " +
                    Twine(expected) + ", and before with one of " +
                    Twine(known.expected));
  if (expected && known.arrived + threads > expected)
    return complain("barrier " + Twine(id) + " gets " +
                    Twine(known.arrived + threads) + " threads, and its " +
                    "count is " + Twine(expected));
  return true;
}

/// Whether all lanes of the warp are at an aligned barrier: none is elsewhere,
/// and none has exited without it (PTX ISA, "barrier": all threads of the warp
/// execute it).
static bool wholeWarpIsHere(Warp &w) {
  if (!w.converge(w.live))
    return false;
  uint32_t gone = w.initial & ~w.exec;
  if (gone)
    w.report(Finding::Kind::Divergence, unsigned(countr_zero(w.exec)), 0,
             "only " + Twine(popcount(w.exec)) +
                 " lanes of the warp came here; lane " +
                 Twine(countr_zero(gone)) + " has exited");
  return !gone;
}

static void barrier(Warp &w, const Instruction &i) {
  bool aligned = i.flags & Aligned;
  if (aligned && w.block.grid.config.checks.sync && !wholeWarpIsHere(w))
    return;
  const Slot *from = &i.operands[i.results];
  uint32_t id, expected = 0;
  if (!agreed(w, from[0], "barrier's number", id) ||
      ((i.flags & HasCount) &&
       !agreed(w, from[1], "barrier's count", expected)))
    return;
  // With a count, a warp counts as a whole even where lanes are missing.
  uint32_t threads = aligned && expected ? 32 : uint32_t(popcount(w.exec));
  if (!checkBarrier(w, id, expected, threads))
    return;
  if (i.results) {
    uint32_t votes = w.predicate(i.operands[i.count - 1u]);
    votes = (i.flags & NegatedVote ? ~votes : votes) & w.exec;
    w.block.barriers[id].trueCount += uint32_t(popcount(votes));
    w.block.barriers[id].votes += uint32_t(popcount(w.exec));
  }
  // One with a count may be complete, and used again before others run.
  if (!(i.flags & ArriveOnly)) {
    w.waitAtBarrier(id, threads, expected);
    if (expected)
      w.block.release(id);
    return;
  }
  w.block.barriers[id].arrived += threads;
  w.block.barriers[id].expected = expected;
  ++w.block.counters.barriers;
  if (w.block.races)
    w.block.races->arrive(id, w.number, w.exec, /*waits=*/false);
  ++w.pc;
  w.block.release(id);
}

static void barrierOfWarp(Warp &w, const Instruction &i) {
  if (!gatherLanes(w, i.operands[0]))
    return;
  if (w.block.races)
    w.block.races->syncLanes(w.number, w.exec);
  ++w.pc;
}

void decodeBarrier(Decoder &d) {
  Type u32{TypeKind::Unsigned, 32};
  d.out.control = true;
  if (d.opcode() == "bar" && d.take("warp")) {
    d.require("sync");
    d.expectOperands(1);
    d.source(0, u32);
    d.out.flags = MeetAnywhere;
    d.out.handler = barrierOfWarp;
    return;
  }
  d.take("cta");
  bool arrive = d.take("arrive"), reduces = !arrive && d.take("red");
  if (!arrive && !reduces)
    d.require("sync");
  int reduction = reduces ? d.takeOneOf({"popc", "and", "or"}) : 0;
  if (reduction < 0)
    return d.failHere("a reducing barrier needs .popc, .and or .or");
  bool aligned = d.take("aligned") || d.opcode() == "bar";
  Type pred{TypeKind::Pred, 1};
  unsigned first = reduces ? 1 : 0;
  if (reduces)
    d.result(0, reduction == 0 ? d.takeType("u") : d.takeType("p"));
  d.out.bytes = uint8_t(reduction);
  unsigned others = reduces ? 2 : 0;
  d.expectOperands(others + (arrive ? 2 : 1), others + 2);
  bool counts = d.operandCount() == others + 2;
  d.source(first, u32);
  if (counts)
    d.source(first + 1, u32);
  if (reduces) {
    d.source(d.operandCount() - 1, pred);
    if (d.operand(d.operandCount() - 1)->negated)
      d.out.flags |= NegatedVote;
  }
  d.out.flags |= uint8_t((aligned ? Aligned : 0) | (arrive ? ArriveOnly : 0) |
                         (counts ? HasCount : 0));
  d.out.handler = barrier;
}

} // namespace ts::sim
