//===- ConvertHalf.cpp - Conversions of narrow formats --------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// To and from f16 and bf16, packed pairs, and rounding to tf32. The forms that
// kernels split their operands with have loops of their own.
//
//===----------------------------------------------------------------------===//

#include "Convert.h"
#include "Half.h"
#include "NaN.h"

using namespace llvm;

namespace ts::sim {

static bool isBFloat(Type type) {
  return type.kind == TypeKind::BFloat || type.kind == TypeKind::BFloat2;
}

//===----------------------------------------------------------------------===//
// One value
//===----------------------------------------------------------------------===//

static uint64_t finish(double value, Format format, const Instruction &i) {
  if (i.flags & Saturate)
    value = value > 0 ? std::min(value, 1.0) : 0.0;
  if ((i.flags & Relu) && value == value && std::signbit(value))
    value = 0;
  uint32_t bits = compress(value, format, Toward(i.flags & 3));
  uint32_t sign = 1u << (format.bits() - 1);
  if ((i.flags & SaturateFinite) && (bits & ~sign) == format.infinity())
    bits = (bits & sign) | (format.infinity() - 1);
  return bits;
}

static float flushed(float value, const Instruction &i) {
  bool tiny = (bit_cast<uint32_t>(value) & 0x7f800000) == 0;
  return (i.flags & FlushToZero) && tiny ? std::copysign(0.0f, value) : value;
}

/// To a narrow format from the wide type T.
template <class T, bool BFloat>
static uint64_t narrowed(uint64_t bits, const Instruction &i) {
  Format format = BFloat ? bf16Format : f16Format;
  if constexpr (std::is_same_v<T, double>)
    return isNaN64(bits) && !(i.flags & Saturate)
               ? narrowNaN(bits, format.fraction, format.bits())
               : finish(bit_cast<double>(bits), format, i);
  if constexpr (std::is_same_v<T, float>)
    return finish(flushed(bit_cast<float>(uint32_t(bits)), i), format, i);
  T value = T(bits);
  bool negative = std::is_signed_v<T> && value < T(0);
  uint64_t magnitude = negative ? 0 - uint64_t(int64_t(value)) : value;
  return finish(integerOdd(negative, magnitude), format, i);
}

template <bool BFloat>
static Scalar narrowedFrom(Type from) {
  if (from.isFloat())
    return from.bits == 32 ? narrowed<float, BFloat> : narrowed<double, BFloat>;
  bool s = from.isSigned();
  switch (from.bits) {
  case 8:
    return s ? narrowed<int8_t, BFloat> : narrowed<uint8_t, BFloat>;
  case 16:
    return s ? narrowed<int16_t, BFloat> : narrowed<uint16_t, BFloat>;
  case 32:
    return s ? narrowed<int32_t, BFloat> : narrowed<uint32_t, BFloat>;
  default:
    return s ? narrowed<int64_t, BFloat> : narrowed<uint64_t, BFloat>;
  }
}

/// From a narrow format to a wide type, by way of f32, which holds it exactly;
/// the second step is in `immediate`.
template <bool BFloat>
static uint64_t widened(uint64_t bits, const Instruction &i) {
  auto next = reinterpret_cast<Scalar>(i.immediate);
  uint32_t single =
      BFloat ? uint32_t(bits & 0xffff) << 16 : singleOf(uint16_t(bits));
  return next(single, i);
}

/// To f64, which is exact; NaNs keep their payload.
template <bool BFloat>
static uint64_t widenedToDouble(uint64_t bits, const Instruction &i) {
  constexpr Format format = BFloat ? bf16Format : f16Format;
  double value = expand(uint16_t(bits), format);
  if (i.flags & Saturate)
    value = value > 0 ? std::min(value, 1.0) : 0.0;
  return value == value ? bit_cast<uint64_t>(value)
                        : wideNaN(uint16_t(bits), format.fraction, 16);
}

/// From one narrow format to one, perhaps rounded to an integer.
template <bool FromB, bool ToB>
static uint64_t between(uint64_t bits, const Instruction &i) {
  double value = expand(uint32_t(bits), FromB ? bf16Format : f16Format);
  if (i.flags & Integral) {
    static const auto integral = [](double v, unsigned mode) {
      return mode == 0   ? std::nearbyint(v)
             : mode == 1 ? std::trunc(v)
             : mode == 2 ? std::floor(v)
                         : std::ceil(v);
    };
    value = integral(value, i.flags & 3);
  }
  return finish(value, ToB ? bf16Format : f16Format, i);
}

/// Rounded to 10 bits behind the point, in the upper bits of a word; ties away
/// from zero, or by the flags.
static uint64_t toTf32Away(uint64_t bits, const Instruction &) {
  uint32_t value = uint32_t(bits);
  bool finite = (value & 0x7f800000) != 0x7f800000;
  // NaNs are only cut, and may end as infinities (H200).
  return (value + (finite ? 0x1000 : 0)) & ~0x1fffu;
}

static uint64_t toTf32(uint64_t bits, const Instruction &i) {
  float value = bit_cast<float>(uint32_t(bits));
  if (value != value)
    return 0x7fffffff;
  return finish(value, {10, 8}, i) << 13;
}

//===----------------------------------------------------------------------===//
// Loops for the usual forms
//===----------------------------------------------------------------------===//

template <uint16_t (*narrow)(uint32_t)>
static void packNearest(Warp &w, const Instruction &i) {
  uint32_t *to = w.lanes<uint32_t>(i.operands[0]);
  const uint32_t *high = w.lanes<uint32_t>(i.operands[1]),
                 *low = w.lanes<uint32_t>(i.operands[2]);
  uint32_t mask = w.exec;
  TS_EACH_LANE {
    uint32_t value = uint32_t(narrow(high[l])) << 16 | narrow(low[l]);
    to[l] = (mask >> l) & 1 ? value : to[l];
  }
}

template <uint16_t (*narrow)(uint32_t)>
static void narrowNearest(Warp &w, const Instruction &i) {
  uint16_t *to = w.lanes<uint16_t>(i.operands[0]);
  const uint32_t *from = w.lanes<uint32_t>(i.operands[1]);
  uint32_t mask = w.exec;
  TS_EACH_LANE {
    uint16_t value = narrow(from[l]);
    to[l] = (mask >> l) & 1 ? value : to[l];
  }
}

static void widenHalf(Warp &w, const Instruction &i) {
  uint32_t *to = w.lanes<uint32_t>(i.operands[0]);
  const uint16_t *from = w.lanes<uint16_t>(i.operands[1]);
  uint32_t mask = w.exec;
  TS_EACH_LANE {
    uint32_t value = singleOf(from[l]);
    to[l] = (mask >> l) & 1 ? value : to[l];
  }
}

static void roundToTf32(Warp &w, const Instruction &i) {
  uint32_t *to = w.lanes<uint32_t>(i.operands[0]);
  const uint32_t *from = w.lanes<uint32_t>(i.operands[1]);
  uint32_t mask = w.exec;
  TS_EACH_LANE {
    uint32_t value = uint32_t(toTf32Away(from[l], i));
    to[l] = (mask >> l) & 1 ? value : to[l];
  }
}

/// A pair in any rounding.
template <bool BFloat>
static void pack(Warp &w, const Instruction &i) {
  for (uint32_t rest = w.exec; rest; rest &= rest - 1) {
    unsigned l = unsigned(countr_zero(rest));
    uint64_t high = w.lanes<uint32_t>(i.operands[1])[l],
             low = w.lanes<uint32_t>(i.operands[2])[l];
    w.lanes<uint32_t>(i.operands[0])[l] =
        uint32_t(narrowed<float, BFloat>(high, i) << 16 |
                 narrowed<float, BFloat>(low, i));
  }
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

static void takeFlags(Decoder &d, Type to) {
  if (d.take("ftz"))
    d.out.flags |= FlushToZero;
  if (d.take("sat"))
    d.out.flags |= Saturate;
  if (to.isHalf() && d.take("relu"))
    d.out.flags |= Relu;
  if (to.isHalf() && d.take("satfinite"))
    d.out.flags |= SaturateFinite;
}

static void decodePair(Decoder &d, Type to) {
  Type f32{TypeKind::Float, 32};
  int rounding = d.takeOneOf({"rn", "rz"});
  if (rounding < 0)
    return d.failHere("a conversion to a pair needs .rn or .rz");
  takeFlags(d, to);
  d.require("f32");
  d.expectOperands(3);
  d.result(0, to);
  d.source(1, f32);
  d.source(2, f32);
  bool plain = d.out.flags == 0 && rounding == 0;
  d.out.flags |= uint8_t(rounding);
  if (isBFloat(to))
    d.out.handler = plain ? packNearest<bfloatOf> : pack<true>;
  else
    d.out.handler = plain ? packNearest<halfOf> : pack<false>;
}

static void decodeTf32(Decoder &d) {
  int rounding = d.takeOneOf({"rn", "rz", "rna"});
  if (rounding < 0)
    return d.failHere("a conversion to tf32 needs .rna, .rn or .rz");
  if (d.take("relu"))
    d.out.flags |= Relu;
  if (d.take("satfinite"))
    d.out.flags |= SaturateFinite;
  bool away = rounding == 2;
  if (away && d.out.flags)
    return d.failHere("'cvt.rna.tf32' has no .relu or .satfinite here");
  d.require("f32");
  d.expectOperands(2);
  d.result(0, {TypeKind::Bits, 32});
  d.source(1, {TypeKind::Float, 32});
  d.out.flags |= uint8_t(away ? 0 : rounding);
  d.out.scalar = toTf32;
  d.out.handler = away ? roundToTf32 : convertLanes(32, 32);
}

/// From f16 or bf16.
static void decodeWidening(Decoder &d, Type to, Type from) {
  bool b = isBFloat(from);
  if (to.isHalf()) {
    bool toB = isBFloat(to);
    d.out.scalar = b ? (toB ? between<true, true> : between<true, false>)
                     : (toB ? between<false, true> : between<false, false>);
    return;
  }
  if (to == Type{TypeKind::Float, 64}) {
    d.out.scalar = b ? widenedToDouble<true> : widenedToDouble<false>;
    return;
  }
  d.out.scalar = b ? widened<true> : widened<false>;
  d.out.immediate =
      reinterpret_cast<int64_t>(wideConversion({TypeKind::Float, 32}, to));
  if (!b && to == Type{TypeKind::Float, 32} && d.out.flags == 0)
    d.out.handler = widenHalf;
}

static void decodeNarrowing(Decoder &d, Type to, Type from) {
  bool b = isBFloat(to);
  d.out.scalar = b ? narrowedFrom<true>(from) : narrowedFrom<false>(from);
  if (from == Type{TypeKind::Float, 32} && d.out.flags == 0)
    d.out.handler = b ? narrowNearest<bfloatOf> : narrowNearest<halfOf>;
}

bool decodeNarrowConvert(Decoder &d) {
  if (decodeByteConvert(d))
    return true;
  if (d.take("tf32")) {
    decodeTf32(d);
    return true;
  }
  if (std::optional<Type> pair = d.acceptType("HG")) {
    decodePair(d, *pair);
    return true;
  }
  if (!d.has("f16") && !d.has("bf16"))
    return false;
  Type to = d.takeType("usfhg"), from = d.takeType("usfhg");
  d.expectOperands(2);
  takeRounding(d, to, from);
  takeFlags(d, to);
  d.result(0, to, /*wider=*/!to.isHalf());
  d.source(1, from, /*wider=*/!from.isHalf());
  if (d.failed())
    return true;
  from.isHalf() ? decodeWidening(d, to, from) : decodeNarrowing(d, to, from);
  if (!d.out.handler)
    d.out.handler =
        convertLanes(std::max(d.bitsOf(*d.operand(0)), unsigned(to.bits)),
                     std::max(d.bitsOf(*d.operand(1)), unsigned(from.bits)));
  return true;
}

} // namespace ts::sim
