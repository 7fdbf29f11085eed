//===- ControlOps.cpp - Branches, exits and barriers
//--------------------------===//
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
  d.take("uni");
  d.expectOperands(0);
  d.out.control = true;
  d.out.handler = exitLanes;
}

static void trap(Warp &w, const Instruction &) {
  w.report(Finding::Kind::Trap, unsigned(countr_zero(w.exec)), 0,
           "the kernel stopped itself");
}

void decodeTrap(Decoder &d) {
  d.expectOperands(0);
  d.out.handler = trap;
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
  HasCount = 8
};
} // namespace

static void barrier(Warp &w, const Instruction &i) {
  bool aligned = i.flags & Aligned;
  if (aligned && !w.converge(w.live))
    return;
  unsigned lane = unsigned(countr_zero(w.exec));
  uint32_t id = w.lanes<uint32_t>(i.operands[0])[lane];
  uint32_t expected =
      i.flags & HasCount ? w.lanes<uint32_t>(i.operands[1])[lane] : 0;
  if (id >= w.block.barriers.size())
    return w.report(Finding::Kind::Divergence, lane, 0,
                    "barrier " + Twine(id) + " does not exist");
  if (expected % 32)
    return w.report(Finding::Kind::Divergence, lane, 0,
                    "a barrier counts whole warps, not " + Twine(expected) +
                        " threads");
  // With a count, a warp counts as a whole even where lanes are missing.
  uint32_t threads = aligned && expected ? 32 : uint32_t(popcount(w.exec));
  if (!(i.flags & ArriveOnly))
    return w.waitAtBarrier(id, threads, expected);
  w.block.barriers[id].arrived += threads;
  w.block.barriers[id].expected = expected;
  ++w.block.counters.barriers;
  ++w.pc;
}

static void barrierOfWarp(Warp &w, const Instruction &i) {
  unsigned lane = unsigned(countr_zero(w.exec));
  uint32_t mask = w.lanes<uint32_t>(i.operands[0])[lane];
  if (uint32_t outside = w.exec & ~mask)
    return w.report(Finding::Kind::Divergence, unsigned(countr_zero(outside)),
                    0,
                    "this lane is not in the mask 0x" + Twine::utohexstr(mask));
  if (w.converge(mask))
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
  bool arrive = d.take("arrive");
  if (!arrive)
    d.require("sync");
  bool aligned = d.take("aligned") || d.opcode() == "bar";
  d.expectOperands(arrive ? 2 : 1, 2);
  d.source(0, u32);
  if (d.operandCount() > 1)
    d.source(1, u32);
  d.out.flags = uint8_t((aligned ? Aligned : 0) | (arrive ? ArriveOnly : 0) |
                        (d.operandCount() > 1 ? HasCount : 0));
  d.out.handler = barrier;
}

} // namespace ts::sim
