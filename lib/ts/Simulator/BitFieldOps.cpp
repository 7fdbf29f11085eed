//===- BitFieldOps.cpp - Rare integer instructions ------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Products of 24 bits, sign extension from any position, masks, and the n-th
// set bit. One lane at a time: kernels use them seldom.
//
//===----------------------------------------------------------------------===//

#include "Lanes.h"

using namespace llvm;

namespace ts::sim {

static constexpr Type b32{TypeKind::Bits, 32};

/// Flags; what they mean is said by each instruction.
enum RareFlags : uint8_t { Clamp = 1, SignedType = 2, HighPart = 4, Sat = 8 };

using Function32 = uint32_t (*)(uint32_t, uint32_t, uint32_t, uint8_t flags);

template <Function32 function>
static void eachLane(Warp &w, const Instruction &i) {
  auto source = [&](unsigned n, unsigned l) {
    return n < i.count ? w.lanes<uint32_t>(i.operands[n])[l] : 0;
  };
  for (uint32_t rest = w.exec; rest; rest &= rest - 1) {
    unsigned l = unsigned(countr_zero(rest));
    w.lanes<uint32_t>(i.operands[0])[l] =
        function(source(1, l), source(2, l), source(3, l), i.flags);
  }
}

/// a * b + c of 24-bit numbers; the upper part of the product is the one from
/// bit 16 on.
static uint32_t multiply24(uint32_t a, uint32_t b, uint32_t c, uint8_t flags) {
  auto narrow = [&](uint32_t value) {
    return flags & SignedType ? int64_t(int32_t(value << 8) >> 8)
                              : int64_t(value & 0xffffff);
  };
  int64_t product = narrow(a) * narrow(b);
  uint32_t part = uint32_t(flags & HighPart ? product >> 16 : product);
  if (!(flags & Sat))
    return part + c;
  int64_t sum = int64_t(int32_t(part)) + int32_t(c);
  return uint32_t(std::clamp<int64_t>(sum, INT32_MIN, INT32_MAX));
}

/// `a` from its lowest `b` bits on.
static uint32_t extend(uint32_t a, uint32_t b, uint32_t, uint8_t flags) {
  if ((flags & Clamp) && b >= 32)
    return a;
  uint32_t width = b & 31, above = ~0u << width;
  bool negative =
      (flags & SignedType) && width != 0 && (a >> (width - 1) & 1) != 0;
  return (a & ~above) | (negative ? above : 0);
}

/// `b` ones from bit `a` on.
static uint32_t makeMask(uint32_t a, uint32_t b, uint32_t, uint8_t flags) {
  bool clamps = flags & Clamp;
  if (clamps && a >= 32)
    return 0;
  uint64_t ones = clamps && b >= 32 ? ~0u : (uint64_t(1) << (b & 31)) - 1;
  return uint32_t(ones << (a & 31));
}

/// The position of the `offset`-th set bit from `base` on, upwards or, if it is
/// negative, downwards; 0 asks for the bit at `base` itself.
static uint32_t findNthSet(uint32_t mask, uint32_t base, uint32_t offset,
                           uint8_t) {
  auto count = int32_t(offset);
  if (base > 31)
    return ~0u;
  if (count == 0)
    return mask >> base & 1 ? base : ~0u;
  int step = count > 0 ? 1 : -1;
  uint32_t left = count > 0 ? uint32_t(count) : 0u - uint32_t(count);
  for (int at = int(base); at >= 0 && at < 32; at += step)
    if ((mask >> at & 1) && --left == 0)
      return uint32_t(at);
  return ~0u;
}

static void operands(Decoder &d, unsigned sources, Handler handler) {
  d.expectOperands(1 + sources);
  d.result(0, b32);
  for (unsigned n = 1; n <= sources; ++n)
    d.source(n, b32);
  d.out.handler = handler;
}

void decodeMultiply24(Decoder &d) {
  bool mad = d.opcode() == "mad24", high = d.take("hi");
  if (!high)
    d.require("lo");
  bool saturates = mad && high && d.take("sat");
  Type type = d.takeType("us");
  if (type.bits != 32 || (saturates && !type.isSigned()))
    return d.failHere("'" + d.opcode() + "' has no form of this type");
  d.out.flags = uint8_t((high ? HighPart : 0) | (saturates ? Sat : 0) |
                        (type.isSigned() ? SignedType : 0));
  operands(d, mad ? 3 : 2, eachLane<multiply24>);
}

static void takeClamp(Decoder &d) {
  if (d.take("clamp"))
    d.out.flags |= Clamp;
  else
    d.require("wrap");
}

void decodeExtend(Decoder &d) {
  takeClamp(d);
  Type type = d.takeType("us");
  if (type.bits != 32)
    return d.failHere("'szext' has no form of this type");
  d.out.flags |= type.isSigned() ? SignedType : 0;
  operands(d, 2, eachLane<extend>);
}

void decodeMakeMask(Decoder &d) {
  takeClamp(d);
  d.require("b32");
  operands(d, 2, eachLane<makeMask>);
}

void decodeFindNthSet(Decoder &d) {
  d.require("b32");
  operands(d, 3, eachLane<findNthSet>);
}

} // namespace ts::sim
