//===- PackedOps.cpp - Two or four small integers in a register -----------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// `vadd4` and its kin, without selectors and masks, which compilers do not
// write: each part of the result comes from the same part of both sources, or
// all parts are added to the third one.
//
//===----------------------------------------------------------------------===//

#include "Lanes.h"

using namespace llvm;

namespace ts::sim {

namespace {
enum class Packed : uint8_t { Add, Sub, AbsDiff, Min, Max };
/// Flags; the operation is in `immediate`.
enum Flags : uint8_t {
  SignedD = 1,
  SignedA = 2,
  SignedB = 4,
  Sat = 8,
  Sum = 16
};
} // namespace

static int32_t combine(Packed op, int32_t a, int32_t b) {
  switch (op) {
  case Packed::Add:
    return a + b;
  case Packed::Sub:
    return a - b;
  case Packed::AbsDiff:
    return std::abs(a - b);
  case Packed::Min:
    return std::min(a, b);
  case Packed::Max:
    return std::max(a, b);
  }
  return 0;
}

template <unsigned Bits>
static int32_t part(uint32_t word, unsigned n, bool isSigned) {
  uint32_t value = word >> (n * Bits) & ((1u << Bits) - 1);
  bool negative = isSigned && value >> (Bits - 1);
  return int32_t(value) - (negative ? 1 << Bits : 0);
}

template <unsigned Bits>
static void packed(Warp &w, const Instruction &i) {
  bool isSigned = i.flags & SignedD;
  int32_t least = isSigned ? -(1 << (Bits - 1)) : 0,
          most = (1 << (Bits - isSigned)) - 1;
  for (uint32_t rest = w.exec; rest; rest &= rest - 1) {
    unsigned l = unsigned(countr_zero(rest));
    uint32_t a = w.lanes<uint32_t>(i.operands[1])[l],
             b = w.lanes<uint32_t>(i.operands[2])[l],
             sum = w.lanes<uint32_t>(i.operands[3])[l], parts = 0;
    for (unsigned n = 0; n < 32 / Bits; ++n) {
      int32_t value =
          combine(Packed(i.immediate), part<Bits>(a, n, i.flags & SignedA),
                  part<Bits>(b, n, i.flags & SignedB));
      if (i.flags & Sat)
        value = std::clamp(value, least, most);
      sum += uint32_t(value);
      parts |= (uint32_t(value) & ((1u << Bits) - 1)) << (n * Bits);
    }
    w.lanes<uint32_t>(i.operands[0])[l] = i.flags & Sum ? sum : parts;
  }
}

void decodePacked(Decoder &d) {
  static const StringRef names[] = {"vadd", "vsub", "vabsdiff", "vmin", "vmax"};
  StringRef name = d.opcode().drop_back();
  bool four = d.opcode().back() == '4';
  Type types[3];
  for (Type &type : types) {
    type = d.takeType("us");
    if (type.bits != 32)
      return d.failHere("'" + d.opcode() + "' has no form of this type");
  }
  d.out.flags = uint8_t((types[0].isSigned() ? SignedD : 0) |
                        (types[1].isSigned() ? SignedA : 0) |
                        (types[2].isSigned() ? SignedB : 0));
  if (d.take("sat"))
    d.out.flags |= Sat;
  if (d.take("add"))
    d.out.flags |= Sum;
  d.expectOperands(4);
  d.result(0, types[0]);
  for (unsigned n : {1u, 2u, 3u})
    d.source(n, types[0]);
  d.out.immediate = find(names, name) - names;
  d.out.handler = four ? packed<8> : packed<16>;
}

} // namespace ts::sim
