//===- ConvertOps.cpp - Conversions of values -----------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// One lane's value at a time through a function chosen when the instruction is
// decoded; plain changes of an integer's width, which index arithmetic is full
// of, have loops of their own.
//
//===----------------------------------------------------------------------===//

#include "Convert.h"
#include "NaN.h"

#include "llvm/ADT/bit.h"

#include <cfenv>

using namespace llvm;

namespace ts::sim {

/// The host's mode for the low bits of the flags.
static int hostMode(const Instruction &i) {
  static const int modes[] = {FE_TONEAREST, FE_TOWARDZERO, FE_DOWNWARD,
                              FE_UPWARD};
  return modes[i.flags & 3];
}

template <class T>
static T fromBits(uint64_t bits) {
  if constexpr (sizeof(T) == 8)
    return bit_cast<T>(bits);
  else if constexpr (sizeof(T) == 4)
    return bit_cast<T>(uint32_t(bits));
  else if constexpr (sizeof(T) == 2)
    return bit_cast<T>(uint16_t(bits));
  else
    return bit_cast<T>(uint8_t(bits));
}

template <class T>
static uint64_t toBits(T value) {
  if constexpr (std::is_same_v<T, float>)
    return value == value ? bit_cast<uint32_t>(value) : nan32;
  else if constexpr (std::is_same_v<T, double>)
    return bit_cast<uint64_t>(value);
  else
    return uint64_t(value);
}

template <class T>
static T rounded(T value, const Instruction &i) {
  switch (i.flags & 3) {
  case 0:
    return std::nearbyint(value);
  case 1:
    return std::trunc(value);
  case 2:
    return std::floor(value);
  default:
    return std::ceil(value);
  }
}

template <class From, class To>
static uint64_t intToInt(uint64_t bits, const Instruction &i) {
  __int128 value = fromBits<From>(bits);
  if (i.flags & Saturate) {
    __int128 least = std::numeric_limits<To>::min(),
             most = std::numeric_limits<To>::max();
    value = value < least ? least : value > most ? most : value;
  }
  // A wider result register gets the sign, or zeros.
  return uint64_t(To(value));
}

template <class From, class To>
static uint64_t intToFloat(uint64_t bits, const Instruction &i) {
  std::fesetround(hostMode(i));
  volatile From value = fromBits<From>(bits);
  volatile To result = To(value);
  std::fesetround(FE_TONEAREST);
  return toBits<To>(result);
}

template <class T>
static T flushed(T value, const Instruction &i) {
  bool tiny =
      sizeof(T) == 4 && std::fabs(value) < T(std::numeric_limits<float>::min());
  return (i.flags & FlushToZero) && tiny ? std::copysign(T(0), value) : value;
}

template <class From, class To>
static uint64_t floatToInt(uint64_t bits, const Instruction &i) {
  From value = flushed(fromBits<From>(bits), i);
  constexpr bool wide = sizeof(From) == 8 || sizeof(To) == 8;
  if (value != value)
    return wide ? uint64_t(To(uint64_t(1) << (sizeof(To) * 8 - 1))) : 0;
  value = rounded(value, i);
  // Both limits are compared as powers of two, which are exact.
  From above = std::ldexp(From(1), sizeof(To) * 8 - std::is_signed_v<To>);
  if (value >= above)
    return uint64_t(std::numeric_limits<To>::max());
  if (value < From(std::numeric_limits<To>::min()))
    return uint64_t(std::numeric_limits<To>::min());
  return uint64_t(To(value));
}

template <class From, class To>
static uint64_t floatToFloat(uint64_t bits, const Instruction &i) {
  From value = flushed(fromBits<From>(bits), i);
  if (value != value && (sizeof(From) == 8 || sizeof(To) == 8))
    return i.flags & Saturate  ? 0
           : sizeof(From) == 4 ? wideNaN(uint32_t(bits), 23, 32)
           : sizeof(To) == 4   ? narrowNaN(bits, 23, 32)
                               : bits | quiet64;
  if (i.flags & Integral)
    value = rounded(value, i);
  std::fesetround(i.flags & Integral ? FE_TONEAREST : hostMode(i));
  volatile From from = value;
  volatile To result = To(from);
  std::fesetround(FE_TONEAREST);
  To to = flushed(To(result), i);
  if (i.flags & Saturate)
    to = to > To(0) ? (to < To(1) ? to : To(1)) : To(0);
  return toBits<To>(to);
}

//===----------------------------------------------------------------------===//
// Handlers
//===----------------------------------------------------------------------===//

/// Reads a register of `Source` and writes one of `Result`, both unsigned and
/// at least as wide as the types converted.
template <class Result, class Source>
static void convert(Warp &w, const Instruction &i) {
  const Source *from = w.lanes<Source>(i.operands[1]);
  Result *to = w.lanes<Result>(i.operands[0]);
  for (unsigned l = 0; l < 32; ++l)
    if ((w.exec >> l) & 1)
      to[l] = Result(i.scalar(from[l], i));
}

template <class Result, class Source, class Narrow>
static void widen(Warp &w, const Instruction &i) {
  const Source *from = w.lanes<Source>(i.operands[1]);
  Result *to = w.lanes<Result>(i.operands[0]);
  uint32_t mask = w.exec;
  TS_EACH_LANE {
    Result value = Result(Narrow(from[l]));
    to[l] = (mask >> l) & 1 ? value : to[l];
  }
}

template <class Result>
static Handler convertTo(unsigned source) {
  return source == 16   ? convert<Result, uint16_t>
         : source == 32 ? convert<Result, uint32_t>
                        : convert<Result, uint64_t>;
}

Handler convertLanes(unsigned result, unsigned source) {
  return result == 16   ? convertTo<uint16_t>(source)
         : result == 32 ? convertTo<uint32_t>(source)
                        : convertTo<uint64_t>(source);
}

template <class From, class To>
static constexpr Scalar scalarOf() {
  constexpr bool f = std::is_floating_point_v<From>,
                 t = std::is_floating_point_v<To>;
  if constexpr (f && t)
    return floatToFloat<From, To>;
  else if constexpr (f)
    return floatToInt<From, To>;
  else if constexpr (t)
    return intToFloat<From, To>;
  else
    return intToInt<From, To>;
}

template <class From>
static Scalar scalarTo(Type to) {
  if (to.isFloat())
    return to.bits == 32 ? scalarOf<From, float>() : scalarOf<From, double>();
  bool s = to.isSigned();
  switch (to.bits) {
  case 8:
    return s ? scalarOf<From, int8_t>() : scalarOf<From, uint8_t>();
  case 16:
    return s ? scalarOf<From, int16_t>() : scalarOf<From, uint16_t>();
  case 32:
    return s ? scalarOf<From, int32_t>() : scalarOf<From, uint32_t>();
  default:
    return s ? scalarOf<From, int64_t>() : scalarOf<From, uint64_t>();
  }
}

Scalar wideConversion(Type from, Type to) {
  if (from.isFloat())
    return from.bits == 32 ? scalarTo<float>(to) : scalarTo<double>(to);
  bool s = from.isSigned();
  switch (from.bits) {
  case 8:
    return s ? scalarTo<int8_t>(to) : scalarTo<uint8_t>(to);
  case 16:
    return s ? scalarTo<int16_t>(to) : scalarTo<uint16_t>(to);
  case 32:
    return s ? scalarTo<int32_t>(to) : scalarTo<uint32_t>(to);
  default:
    return s ? scalarTo<int64_t>(to) : scalarTo<uint64_t>(to);
  }
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

void takeRounding(Decoder &d, Type to, Type from) {
  int integral = d.takeOneOf({"rni", "rzi", "rmi", "rpi"});
  int rounding = d.takeOneOf({"rn", "rz", "rm", "rp"});
  bool toFloat = to.isFloat() || to.isHalf();
  bool fromFloat = from.isFloat() || from.isHalf();
  bool sameFormat = to.bits == from.bits && to.kind == from.kind;
  if (fromFloat && (!toFloat || sameFormat)) {
    if (integral < 0 && !toFloat)
      return d.failHere("a conversion to an integer needs a rounding mode");
    if (integral >= 0)
      d.out.flags |= Integral | uint8_t(integral);
    if (rounding >= 0)
      d.failHere("this conversion rounds to an integer, if at all");
    return;
  }
  bool needed = toFloat && (!fromFloat || to.bits <= from.bits);
  if (needed && rounding < 0)
    return d.failHere("this conversion needs a rounding mode");
  if (integral >= 0 || (!needed && rounding >= 0))
    return d.failHere("this conversion has no rounding mode");
  d.out.flags |= uint8_t(std::max(rounding, 0));
}

static Handler widthChange(unsigned result, unsigned source, Type from,
                           Type to) {
  if (from.isFloat() || to.isFloat())
    return nullptr;
  if (result == 64 && source == 32 && from.bits == 32 && to.bits == 64)
    return from.isSigned() ? widen<uint64_t, uint32_t, int32_t>
                           : widen<uint64_t, uint32_t, uint32_t>;
  if (result == 32 && source == 64 && from.bits == 64 && to.bits == 32)
    return widen<uint32_t, uint64_t, uint32_t>;
  return nullptr;
}

void decodeConvert(Decoder &d) {
  if (decodeNarrowConvert(d))
    return;
  bool saturates = d.take("sat"), flushes = d.take("ftz");
  Type to = d.takeType("usf"), from = d.takeType("usf");
  d.expectOperands(2);
  takeRounding(d, to, from);
  d.out.flags |= saturates ? Saturate : 0;
  d.out.flags |= flushes ? FlushToZero : 0;
  d.result(0, to, /*wider=*/true);
  d.source(1, from, /*wider=*/true);
  unsigned result = std::max(d.bitsOf(*d.operand(0)), unsigned(to.bits));
  unsigned source = std::max(d.bitsOf(*d.operand(1)), unsigned(from.bits));
  if (from.bits == 8 && d.bitsOf(*d.operand(1)) == 0)
    return d.failHere("a conversion from 8 bits needs a register");
  d.out.scalar = wideConversion(from, to);
  d.out.handler = saturates ? nullptr : widthChange(result, source, from, to);
  if (!d.out.handler)
    d.out.handler = convertLanes(result, source);
}

//===----------------------------------------------------------------------===//
// Addresses
//===----------------------------------------------------------------------===//

/// Adds the window's base, or takes it away; null stays what it is only in
/// global memory, whose window starts at 0.
static void convertAddress(Warp &w, const Instruction &i) {
  const uint64_t *from = w.lanes<uint64_t>(i.operands[1]);
  uint64_t *to = w.lanes<uint64_t>(i.operands[0]);
  uint32_t mask = w.exec;
  TS_EACH_LANE {
    uint64_t value = from[l] + uint64_t(i.immediate);
    to[l] = (mask >> l) & 1 ? value : to[l];
  }
}

void decodeConvertAddress(Decoder &d) {
  bool into = d.take("to");
  int space = d.takeOneOf({"global", "shared", "local", "param", "const"});
  if (space < 0)
    return d.failHere("'cvta' needs a state space");
  static const uint64_t windows[] = {0, sharedWindow, localWindow, paramWindow,
                                     0};
  Type type = d.takeType("u");
  d.expectOperands(2);
  d.result(0, type);
  d.source(1, type);
  d.out.immediate = int64_t(into ? 0 - windows[space] : windows[space]);
  if (type.bits == 64)
    d.out.handler = convertAddress;
}

} // namespace ts::sim
