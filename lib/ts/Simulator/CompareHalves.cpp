//===- CompareHalves.cpp - Comparisons of f16 and bf16 in registers -------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// `set` of f16 and bf16, alone and in pairs, and `setp` of pairs, which has a
// predicate for each of the two.
//
//===----------------------------------------------------------------------===//

#include "Half.h"
#include "Lanes.h"

using namespace llvm;

namespace ts::sim {

namespace {
/// Flags: how the outcome is combined with a predicate, and what it becomes.
enum Flags : uint8_t {
  CombineMask = 3,
  Negated = 4,
  Flush = 8,
  BFloat = 16,
  Pair = 32,
  ToNumber = 64 ///< 1.0; otherwise all bits of an integer
};
} // namespace

static bool holds(CompareOp op, double a, double b) {
  if (a != a || b != b)
    return op >= CompareOp::Equ && op != CompareOp::Num;
  switch (op) {
  case CompareOp::Eq:
  case CompareOp::Equ:
    return a == b;
  case CompareOp::Ne:
  case CompareOp::Neu:
    return a != b;
  case CompareOp::Lt:
  case CompareOp::Ltu:
    return a < b;
  case CompareOp::Le:
  case CompareOp::Leu:
    return a <= b;
  case CompareOp::Gt:
  case CompareOp::Gtu:
    return a > b;
  case CompareOp::Ge:
  case CompareOp::Geu:
    return a >= b;
  default:
    return op == CompareOp::Num;
  }
}

/// The outcome for each half: bit 0 and, of a pair, bit 1.
static unsigned outcome(Warp &w, const Instruction &i, unsigned l) {
  const Slot *from = &i.operands[i.results];
  Format format = i.flags & BFloat ? bf16Format : f16Format;
  unsigned result = 0;
  auto value = [&](Slot slot, unsigned half) {
    uint32_t bits = i.flags & Pair ? w.lanes<uint32_t>(slot)[l] >> (16 * half)
                                   : w.lanes<uint16_t>(slot)[l];
    bool flushed = (i.flags & Flush) && (bits & format.infinity()) == 0;
    return flushed ? 0.0 : expand(bits & 0xffff, format);
  };
  for (unsigned half = 0; half < (i.flags & Pair ? 2u : 1u); ++half) {
    bool is = holds(CompareOp(i.immediate), value(from[0], half),
                    value(from[1], half));
    bool with = (i.flags & CombineMask) && (w.predicate(from[2]) >> l & 1);
    with ^= (i.flags & Negated) != 0;
    unsigned combine = i.flags & CombineMask;
    is = combine == 1   ? is && with
         : combine == 2 ? is || with
         : combine == 3 ? is != with
                        : is;
    result |= unsigned(is) << half;
  }
  return result;
}

static void setPair(Warp &w, const Instruction &i) {
  std::array<uint32_t, 2> values{};
  for (uint32_t rest = w.exec; rest; rest &= rest - 1) {
    unsigned l = unsigned(countr_zero(rest)), both = outcome(w, i, l);
    values[0] |= (both & 1) << l;
    values[1] |= (both >> 1) << l;
  }
  for (unsigned r = 0; r < i.results; ++r) {
    uint32_t &p = w.predicate(i.operands[r]);
    p = (p & ~w.exec) | values[r];
  }
}

template <class Result>
static void setValue(Warp &w, const Instruction &i) {
  uint32_t one = i.flags & BFloat ? 0x3f80 : 0x3c00;
  uint32_t half = i.flags & ToNumber ? one : 0xffff;
  for (uint32_t rest = w.exec; rest; rest &= rest - 1) {
    unsigned l = unsigned(countr_zero(rest)), both = outcome(w, i, l);
    uint32_t value = (both & 1 ? half : 0) | (both & 2 ? half << 16 : 0);
    // A single outcome fills the whole integer.
    if (!(i.flags & (ToNumber | Pair)))
      value = both ? ~0u : 0;
    w.lanes<Result>(i.operands[0])[l] = Result(value);
  }
}

static void addResults(Decoder &d, bool numbers, Type to) {
  d.result(0, numbers ? to : Type{TypeKind::Pred, 1});
  if (int second = d.operand(0)->second; second >= 0 && !numbers) {
    ParsedOperand other = *d.operand(0);
    other.reg = second;
    d.result(other, {TypeKind::Pred, 1});
  }
}

void decodeCompareHalves(Decoder &d, CompareOp op, unsigned with,
                         bool flushes) {
  bool numbers = d.opcode() == "set";
  Type to = numbers ? d.takeType("ushgHG") : Type{};
  Type type = d.takeType(numbers ? "hgHG" : "HG");
  bool pair = type.bits == 32,
       bfloat = type.kind == TypeKind::BFloat || type.kind == TypeKind::BFloat2;
  if (to.isHalf() ? to.kind != type.kind : numbers && pair && to.bits != 32)
    return d.failHere("'set' has no form of these types");
  d.expectOperands(with ? 4 : 3);
  addResults(d, numbers, to);
  d.source(1, type);
  d.source(2, type);
  if (with)
    d.source(3, {TypeKind::Pred, 1});
  bool negated = with && d.operand(3)->negated;
  d.out.flags = uint8_t(with | (negated ? Negated : 0) | (flushes ? Flush : 0) |
                        (bfloat ? BFloat : 0) | (pair ? Pair : 0) |
                        (to.isHalf() ? ToNumber : 0));
  d.out.immediate = int64_t(op);
  if (!numbers)
    d.out.handler = setPair;
  else if (to.bits == 16)
    d.out.handler = setValue<uint16_t>;
  else if (to.bits == 32)
    d.out.handler = setValue<uint32_t>;
}

} // namespace ts::sim
