//===- Half.h - Narrow floating-point formats -------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// f16, bf16 and tf32 values as doubles, which hold all of them exactly, and
// back with one rounding. Two quick ways for the conversions that kernels do
// most often.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_SIMULATOR_HALF_H
#define TS_LIB_SIMULATOR_HALF_H

#include "llvm/ADT/bit.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace ts::sim {

/// An IEEE-like format: a sign, `exponent` bits and `fraction` bits.
struct Format {
  unsigned fraction, exponent;
  constexpr unsigned bits() const { return 1 + fraction + exponent; }
  constexpr int bias() const { return (1 << (exponent - 1)) - 1; }
  constexpr uint32_t infinity() const {
    return ((1u << exponent) - 1) << fraction;
  }
  /// The NaN that every operation makes: all bits but the sign.
  constexpr uint32_t nan() const { return infinity() | ((1u << fraction) - 1); }
};
constexpr Format f16Format{10, 5}, bf16Format{7, 8}, f32Format{23, 8};

/// Ties: to even (Nearest), or away from zero (NearestAway).
enum class Toward : uint8_t { Nearest, Zero, Down, Up, NearestAway };

/// The value of a number of this format, exactly.
inline double expand(uint32_t bits, Format format) {
  uint32_t fraction = bits & ((1u << format.fraction) - 1);
  uint32_t field = (bits >> format.fraction) & ((1u << format.exponent) - 1);
  bool negative = (bits >> (format.bits() - 1)) & 1;
  double value;
  if (field == (1u << format.exponent) - 1)
    value = fraction ? std::numeric_limits<double>::quiet_NaN()
                     : std::numeric_limits<double>::infinity();
  else if (field)
    value = llvm::bit_cast<double>(
        uint64_t(int(field) - format.bias() + 1023) << 52 |
        uint64_t(fraction) << (52 - format.fraction));
  else
    value =
        std::ldexp(double(fraction), 1 - format.bias() - int(format.fraction));
  return negative ? -value : value;
}

/// Whether a value whose lowest kept bit is `odd` grows by one of these.
inline bool roundsUp(Toward mode, bool negative, bool odd, uint64_t rest,
                     uint64_t half) {
  switch (mode) {
  case Toward::Nearest:
    return rest > half || (rest == half && odd);
  case Toward::NearestAway:
    return rest >= half;
  case Toward::Zero:
    return false;
  case Toward::Down:
    return rest && negative;
  case Toward::Up:
    return rest && !negative;
  }
  return false;
}

/// The number of this format that `value` rounds to. Overflow ends in infinity,
/// or in the largest number where the rounding goes towards zero.
inline uint32_t compress(double value, Format format,
                         Toward mode = Toward::Nearest) {
  if (value != value)
    return format.nan();
  uint64_t bits = llvm::bit_cast<uint64_t>(value);
  bool negative = bits >> 63;
  uint32_t sign = uint32_t(negative) << (format.bits() - 1);
  uint64_t fraction = bits & ((uint64_t(1) << 52) - 1);
  int field = int(bits >> 52) & 0x7ff;
  if (field == 0x7ff)
    return sign | format.infinity();
  int exponent = std::max(field, 1) - 1023, least = 1 - format.bias();
  uint64_t significand = fraction | (field ? uint64_t(1) << 52 : 0);
  // Below the smallest normal number the last place stays where it is.
  int shift =
      std::min(52 - int(format.fraction) + std::max(0, least - exponent), 62);
  uint64_t kept = significand >> shift;
  uint64_t rest = significand & ((uint64_t(1) << shift) - 1);
  kept += roundsUp(mode, negative, kept & 1, rest, uint64_t(1) << (shift - 1));
  uint64_t result = kept;
  if (exponent >= least)
    result += uint64_t(exponent + format.bias() - 1) << format.fraction;
  if (result >= format.infinity()) {
    bool stops = mode == Toward::Zero || (mode == Toward::Down && !negative) ||
                 (mode == Toward::Up && negative);
    result = format.infinity() - stops;
  }
  return sign | uint32_t(result);
}

/// a * b + c of narrow numbers, to be rounded to one of them: rounded to odd,
/// so that the second rounding sees what the first one lost.
inline double fusedOdd(double a, double b, double c) {
  // Products of narrow numbers are exact.
  double product = a * b, sum = product + c;
  if (!std::isfinite(sum))
    return sum;
  double back = sum - product;
  double error = (product - (sum - back)) + (c - back);
  uint64_t bits = llvm::bit_cast<uint64_t>(sum);
  if (error == 0 || (bits & 1))
    return sum;
  // Away from zero if the error has the sum's sign, else towards it.
  return llvm::bit_cast<double>((error > 0) == (sum > 0) ? bits + 1 : bits - 1);
}

/// An integer as a double, rounded to odd.
inline double integerOdd(bool negative, uint64_t magnitude) {
  int spare = 11 - std::min(llvm::countl_zero(magnitude | 1), 11);
  uint64_t lost = magnitude & ((uint64_t(1) << spare) - 1);
  double value =
      std::ldexp(double((magnitude >> spare) | (lost ? 1 : 0)), spare);
  return negative ? -value : value;
}

/// f32 to f16, ties to even; branches that a loop can do without.
inline uint16_t halfOf(uint32_t bits) {
  uint32_t sign = (bits >> 16) & 0x8000, magnitude = bits & 0x7fffffff;
  // Adding 0.5 leaves multiples of 2^-24, the last place of subnormals.
  float moved = llvm::bit_cast<float>(magnitude) + 0.5f;
  uint32_t small = llvm::bit_cast<uint32_t>(moved) - 0x3f000000;
  uint32_t normal = (magnitude + 0xc8000fff + ((magnitude >> 13) & 1)) >> 13;
  uint32_t value = magnitude < 0x38800000 ? small : normal;
  value = magnitude >= 0x47800000 ? 0x7c00 : value;
  return uint16_t(magnitude > 0x7f800000 ? 0x7fff : value | sign);
}

/// f32 to bf16, ties to even.
inline uint16_t bfloatOf(uint32_t bits) {
  uint32_t value = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
  return uint16_t((bits & 0x7fffffff) > 0x7f800000 ? 0x7fff : value);
}

/// f16 to the bits of its f32.
inline uint32_t singleOf(uint16_t half) {
  uint32_t sign = uint32_t(half & 0x8000) << 16, magnitude = half & 0x7fff;
  uint32_t normal = (magnitude << 13) + (112u << 23);
  // 0.5 + n * 2^-24 is the number whose bits are those of 0.5 plus n.
  float small = llvm::bit_cast<float>(0x3f000000 + magnitude) - 0.5f;
  uint32_t value = magnitude < 0x400 ? llvm::bit_cast<uint32_t>(small) : normal;
  value = magnitude >= 0x7c00 ? (magnitude << 13) + (224u << 23) : value;
  return magnitude > 0x7c00 ? 0x7fffffff : value | sign;
}

} // namespace ts::sim

#endif // TS_LIB_SIMULATOR_HALF_H
