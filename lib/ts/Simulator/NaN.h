//===- NaN.h - The bits of results that are no number -----------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Measured on an H200 (benchmarks/simulator.md): f32 and the 16-bit formats
// have one NaN, all ones but the sign; f64 keeps sign and payload of an operand
// that is NaN, and makes it quiet. All of this is done on bits: to a compiler
// one NaN is as good as another.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_SIMULATOR_NAN_H
#define TS_LIB_SIMULATOR_NAN_H

#include <cstdint>

namespace ts::sim {

constexpr uint32_t nan32 = 0x7fffffff;
/// Of an invalid operation on f64 numbers.
constexpr uint64_t invalid64 = 0xfff8000000000000;
constexpr uint64_t quiet64 = uint64_t(1) << 51;

constexpr bool isNaN32(uint32_t bits) {
  return (bits & 0x7fffffffu) > 0x7f800000u;
}
constexpr bool isNaN64(uint64_t bits) {
  return (bits & 0x7fffffffffffffffull) > 0x7ff0000000000000ull;
}

/// An f32 result.
inline float exact(float value, float = 0, float = 0, float = 0) {
  uint32_t bits = __builtin_bit_cast(uint32_t, value);
  return __builtin_bit_cast(float, isNaN32(bits) ? nan32 : bits);
}

/// An f64 result: if it is NaN, the first of the operands that is one. Which
/// comes first depends on the instruction.
inline double exact(double value, double first, double second = 0,
                    double third = 0) {
  uint64_t a = __builtin_bit_cast(uint64_t, first),
           b = __builtin_bit_cast(uint64_t, second),
           c = __builtin_bit_cast(uint64_t, third), nan = invalid64;
  nan = isNaN64(c) ? c : nan;
  nan = isNaN64(b) ? b : nan;
  nan = isNaN64(a) ? a : nan;
  uint64_t bits = __builtin_bit_cast(uint64_t, value);
  return __builtin_bit_cast(double, isNaN64(bits) ? nan | quiet64 : bits);
}

/// a * b + c in f64 has had the host's one rounding.
inline double exactFma(double value, double a, double b, double c) {
  return exact(value, b, c, a);
}
inline float exactFma(float value, float, float, float) { return exact(value); }

/// An f64 NaN in a format of `fraction` bits behind the point and `bits` in
/// all: sign, and as much of the payload as there is room for.
constexpr uint32_t narrowNaN(uint64_t nan, unsigned fraction, unsigned bits) {
  uint32_t sign = uint32_t(nan >> 63) << (bits - 1);
  uint32_t exponent = ((1u << (bits - 1 - fraction)) - 1) << fraction;
  uint64_t payload = (nan | quiet64) & ((uint64_t(1) << 52) - 1);
  return sign | exponent | uint32_t(payload >> (52 - fraction));
}

/// The other way round.
constexpr uint64_t wideNaN(uint32_t nan, unsigned fraction, unsigned bits) {
  uint64_t payload = nan & ((1u << fraction) - 1);
  return uint64_t(nan >> (bits - 1) & 1) << 63 | 0x7ff0000000000000ull |
         quiet64 | payload << (52 - fraction);
}

} // namespace ts::sim

#endif // TS_LIB_SIMULATOR_NAN_H
