//===- ReduceOps.cpp - redux and match ------------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// One value from all lanes of a mask, and the lanes that hold the same one.
//
//===----------------------------------------------------------------------===//

#include "Lanes.h"

using namespace llvm;

namespace ts::sim {

static constexpr Type b32{TypeKind::Bits, 32};

namespace {
enum class Reduction : uint8_t { Add, Min, Max, And, Or, Xor };
} // namespace

static uint32_t combined(uint8_t op, bool isSigned, uint32_t a, uint32_t b) {
  bool less = isSigned ? int32_t(a) < int32_t(b) : a < b;
  switch (Reduction(op)) {
  case Reduction::Add:
    return a + b;
  case Reduction::Min:
    return less ? a : b;
  case Reduction::Max:
    return less ? b : a;
  case Reduction::And:
    return a & b;
  case Reduction::Or:
    return a | b;
  case Reduction::Xor:
    return a ^ b;
  }
  return 0;
}

static void reduce(Warp &w, const Instruction &i) {
  if (!gatherLanes(w, i.operands[2]))
    return;
  const uint32_t *from = w.lanes<uint32_t>(i.operands[1]);
  uint32_t value = from[countr_zero(w.exec)];
  for (uint32_t rest = w.exec & (w.exec - 1); rest; rest &= rest - 1)
    value = combined(i.bytes, i.flags & 2, value, from[countr_zero(rest)]);
  for (uint32_t rest = w.exec; rest; rest &= rest - 1)
    w.lanes<uint32_t>(i.operands[0])[countr_zero(rest)] = value;
  finishGathered(w, i);
}

void decodeRedux(Decoder &d) {
  d.require("sync");
  int op = d.takeOneOf({"add", "min", "max", "and", "or", "xor"});
  if (op < 0)
    return d.failHere("'redux' needs an operation");
  Type type = d.takeType(op < 3 ? "us" : "b");
  d.expectOperands(3);
  d.result(0, b32);
  d.source(1, b32);
  d.source(2, b32);
  d.out.bytes = uint8_t(op);
  d.out.flags = type.isSigned() ? 2 : 0;
  d.out.control = true;
  if (type.bits == 32)
    d.out.handler = reduce;
}

/// `all`: the whole mask if all are equal, else 0; the predicate says which.
template <class T, bool All>
static void match(Warp &w, const Instruction &i) {
  const Slot *from = &i.operands[i.results];
  if (!gatherLanes(w, from[1]))
    return;
  std::array<T, 32> values;
  std::copy_n(w.lanes<T>(from[0]), 32, values.begin());
  bool allEqual = true;
  for (uint32_t rest = w.exec; rest; rest &= rest - 1) {
    unsigned l = unsigned(countr_zero(rest));
    uint32_t same = 0;
    for (uint32_t others = w.exec; others; others &= others - 1)
      if (unsigned o = unsigned(countr_zero(others)); values[o] == values[l])
        same |= 1u << o;
    allEqual &= same == w.exec;
    w.lanes<uint32_t>(i.operands[0])[l] = All && same != w.exec ? 0 : same;
  }
  if (i.results > 1) {
    uint32_t &p = w.predicate(i.operands[1]);
    p = (p & ~w.exec) | (allEqual ? w.exec : 0);
  }
  finishGathered(w, i);
}

void decodeMatch(Decoder &d) {
  bool all = d.take("all");
  if (!all)
    d.require("any");
  d.require("sync");
  Type type = d.takeType("b");
  d.expectOperands(3);
  d.result(0, b32);
  if (int second = d.operand(0)->second; second >= 0 && all) {
    ParsedOperand other = *d.operand(0);
    other.reg = second;
    d.result(other, {TypeKind::Pred, 1});
  }
  d.source(1, type);
  d.source(2, b32);
  d.out.control = true;
  if (type.bits == 32)
    d.out.handler = all ? match<uint32_t, true> : match<uint32_t, false>;
  else if (type.bits == 64)
    d.out.handler = all ? match<uint64_t, true> : match<uint64_t, false>;
}

} // namespace ts::sim
