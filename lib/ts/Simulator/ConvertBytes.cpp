//===- ConvertBytes.cpp - Conversions of 8-bit floats ---------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// e4m3 and e5m2, which PTX converts in pairs only, to and from f32 and f16.
//
//===----------------------------------------------------------------------===//

#include "Bytes.h"
#include "Convert.h"

using namespace llvm;

namespace ts::sim {

static constexpr Type f32{TypeKind::Float, 32}, f16x2{TypeKind::Half2, 32},
    b16{TypeKind::Bits, 16};

template <bool E4M3>
static uint32_t byteOf(double value, const Instruction &i) {
  if ((i.flags & Relu) && value == value && std::signbit(value))
    value = 0;
  return E4M3 ? bitsOfE4M3(value) : bitsOfE5M2(value);
}

/// The first operand ends in the upper byte.
template <bool E4M3>
static void packSingles(Warp &w, const Instruction &i) {
  for (uint32_t rest = w.exec; rest; rest &= rest - 1) {
    unsigned l = unsigned(countr_zero(rest));
    w.lanes<uint16_t>(i.operands[0])[l] =
        uint16_t(byteOf<E4M3>(w.lanes<float>(i.operands[1])[l], i) << 8 |
                 byteOf<E4M3>(w.lanes<float>(i.operands[2])[l], i));
  }
}

template <bool E4M3>
static uint64_t packHalves(uint64_t pair, const Instruction &i) {
  return byteOf<E4M3>(expand(uint16_t(pair >> 16), f16Format), i) << 8 |
         byteOf<E4M3>(expand(uint16_t(pair), f16Format), i);
}

/// Every 8-bit float is an f16.
template <bool E4M3>
static uint64_t unpackToHalves(uint64_t pair, const Instruction &i) {
  uint64_t result = 0;
  for (unsigned n : {0u, 1u}) {
    uint32_t byte = uint8_t(pair >> (8 * n));
    double value = E4M3 ? valueOfE4M3(byte) : valueOfE5M2(byte);
    if ((i.flags & Relu) && value == value && std::signbit(value))
      value = 0;
    result |= uint64_t(compress(value, f16Format)) << (16 * n);
  }
  return result;
}

static void decodeToBytes(Decoder &d, bool e4m3, bool saturates) {
  if (!saturates)
    d.failHere("a conversion to an 8-bit float needs '.satfinite'");
  if (d.acceptType("H")) {
    d.expectOperands(2);
    d.result(0, b16);
    d.source(1, f16x2);
    d.out.scalar = e4m3 ? packHalves<true> : packHalves<false>;
    d.out.handler = convertLanes(16, 32);
    return;
  }
  d.require("f32");
  d.expectOperands(3);
  d.result(0, b16);
  d.source(1, f32);
  d.source(2, f32);
  d.out.handler = e4m3 ? packSingles<true> : packSingles<false>;
}

bool decodeByteConvert(Decoder &d) {
  if (!d.has("e4m3x2") && !d.has("e5m2x2"))
    return false;
  d.require("rn");
  bool saturates = d.take("satfinite");
  if (d.take("relu"))
    d.out.flags |= Relu;
  // What comes first is the result's type.
  StringRef to = d.takeNext();
  if (to == "e4m3x2" || to == "e5m2x2") {
    decodeToBytes(d, to == "e4m3x2", saturates);
    return true;
  }
  bool e4m3 = d.takeOneOf({"e5m2x2", "e4m3x2"}) == 1;
  if (to != "f16x2" || saturates) {
    d.failHere("8-bit floats are converted to '.f16x2', without '.satfinite'");
    return true;
  }
  d.expectOperands(2);
  d.result(0, f16x2);
  d.source(1, b16);
  d.out.scalar = e4m3 ? unpackToHalves<true> : unpackToHalves<false>;
  d.out.handler = convertLanes(32, 16);
  return true;
}

} // namespace ts::sim
