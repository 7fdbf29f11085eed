//===- DotOps.cpp - Dot products of bytes, and what has no other place ----===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// dp4a and dp2a; sad, slct, isspacep; hints that change no value.
//
//===----------------------------------------------------------------------===//

#include "Lanes.h"

using namespace llvm;

namespace ts::sim {

static constexpr Type b32{TypeKind::Bits, 32};
namespace {
enum DotFlags : uint8_t { SignedA = 1, SignedB = 2, UpperHalf = 4 };
} // namespace

static int32_t part(uint32_t word, unsigned index, unsigned bits,
                    bool isSigned) {
  uint32_t value = (word >> (index * bits)) & ((1u << bits) - 1);
  bool negative = isSigned && (value >> (bits - 1)) & 1;
  return int32_t(value) - (negative ? 1 << bits : 0);
}

/// Four bytes of both, or two halves of `a` with two bytes of `b`.
template <unsigned Count>
static void dot(Warp &w, const Instruction &i) {
  constexpr unsigned bitsA = 32 / Count;
  unsigned first = i.flags & UpperHalf ? 2 : 0;
  for (uint32_t rest = w.exec; rest; rest &= rest - 1) {
    unsigned l = unsigned(countr_zero(rest));
    uint32_t a = w.lanes<uint32_t>(i.operands[1])[l],
             b = w.lanes<uint32_t>(i.operands[2])[l],
             sum = w.lanes<uint32_t>(i.operands[3])[l];
    for (unsigned n = 0; n < Count; ++n)
      sum += uint32_t(part(a, n, bitsA, i.flags & SignedA)) *
             uint32_t(part(b, first + n, 8, i.flags & SignedB));
    w.lanes<uint32_t>(i.operands[0])[l] = sum;
  }
}

void decodeDot(Decoder &d) {
  bool four = d.opcode() == "dp4a";
  if (!four && d.take("hi"))
    d.out.flags |= UpperHalf;
  else if (!four)
    d.require("lo");
  Type a = d.takeType("us"), b = d.takeType("us");
  d.out.flags |= (a.isSigned() ? SignedA : 0) | (b.isSigned() ? SignedB : 0);
  d.expectOperands(4);
  d.result(0, b32);
  for (unsigned n = 1; n < 4; ++n)
    d.source(n, b32);
  if (a.bits == 32 && b.bits == 32)
    d.out.handler = four ? dot<4> : dot<2>;
}

//===----------------------------------------------------------------------===//
// Others
//===----------------------------------------------------------------------===//

/// c + |a - b|
template <class T>
static void sumOfDifference(Warp &w, const Instruction &i) {
  using U = std::make_unsigned_t<T>;
  for (uint32_t rest = w.exec; rest; rest &= rest - 1) {
    unsigned l = unsigned(countr_zero(rest));
    T a = w.lanes<T>(i.operands[1])[l], b = w.lanes<T>(i.operands[2])[l];
    U distance = a < b ? U(b) - U(a) : U(a) - U(b);
    w.lanes<U>(i.operands[0])[l] = U(w.lanes<U>(i.operands[3])[l] + distance);
  }
}

void decodeSad(Decoder &d) {
  Type type = d.takeType("us");
  d.expectOperands(4);
  d.result(0, type);
  for (unsigned n = 1; n < 4; ++n)
    d.source(n, type);
  bool s = type.isSigned();
  d.out.handler =
      type.bits == 16
          ? (s ? sumOfDifference<int16_t> : sumOfDifference<uint16_t>)
      : type.bits == 32
          ? (s ? sumOfDifference<int32_t> : sumOfDifference<uint32_t>)
      : type.bits == 64
          ? (s ? sumOfDifference<int64_t> : sumOfDifference<uint64_t>)
          : nullptr;
}

/// a where c >= 0, else b; a NaN chooses b.
template <class T, class C>
static void selectBySign(Warp &w, const Instruction &i) {
  for (uint32_t rest = w.exec; rest; rest &= rest - 1) {
    unsigned l = unsigned(countr_zero(rest));
    bool first = w.lanes<C>(i.operands[3])[l] >= C(0);
    w.lanes<T>(i.operands[0])[l] = w.lanes<T>(i.operands[first ? 1 : 2])[l];
  }
}

void decodeSelectBySign(Decoder &d) {
  d.take("ftz");
  Type type = d.takeType("busf"), by = d.takeType("sf");
  d.expectOperands(4);
  d.result(0, type);
  d.source(1, type);
  d.source(2, type);
  d.source(3, by);
  if (by.bits != 32)
    return;
  bool f = by.isFloat();
  d.out.handler = type.bits == 32   ? (f ? selectBySign<uint32_t, float>
                                         : selectBySign<uint32_t, int32_t>)
                  : type.bits == 64 ? (f ? selectBySign<uint64_t, float>
                                         : selectBySign<uint64_t, int32_t>)
                                    : nullptr;
}

static void isInSpace(Warp &w, const Instruction &i) {
  uint32_t value = 0;
  for (unsigned l = 0; l < 32; ++l)
    value |= uint32_t(w.lanes<uint64_t>(i.operands[1])[l] >> windowBits ==
                      uint64_t(i.immediate))
             << l;
  uint32_t &p = w.predicate(i.operands[0]);
  p = (p & ~w.exec) | (value & w.exec);
}

void decodeIsInSpace(Decoder &d) {
  int space = d.takeOneOf({"global", "shared", "local", "param"});
  if (space < 0)
    return d.failHere("'isspacep' needs a state space");
  d.expectOperands(2);
  d.result(0, {TypeKind::Pred, 1});
  d.source(1, {TypeKind::Bits, 64});
  d.out.immediate = space;
  d.out.handler = isInSpace;
}

static void nothing(Warp &, const Instruction &) {}

void decodeSleep(Decoder &d) {
  d.require("u32");
  d.expectOperands(1);
  d.source(0, b32);
  d.out.handler = nothing;
}

/// A policy is a hint: its bits mean nothing here.
static void policy(Warp &w, const Instruction &i) {
  for (uint32_t rest = w.exec; rest; rest &= rest - 1)
    w.lanes<uint64_t>(i.operands[0])[countr_zero(rest)] = 0;
}

void decodeCreatePolicy(Decoder &d) {
  bool fraction = d.take("fractional");
  if (!fraction)
    d.failHere("only 'createpolicy.fractional' is known");
  if (d.takeOneOf({"L2::evict_last", "L2::evict_normal", "L2::evict_first",
                   "L2::evict_unchanged"}) < 0)
    d.failHere("'createpolicy' needs a priority");
  d.takeOneOf({"L2::evict_first", "L2::evict_unchanged"});
  d.require("b64");
  d.expectOperands(1, 2);
  d.result(0, {TypeKind::Bits, 64});
  if (d.operandCount() > 1)
    d.source(1, {TypeKind::Float, 32});
  d.out.handler = policy;
}

} // namespace ts::sim
