//===- Bytes.h - 8-bit floating-point formats -------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// e5m2 is IEEE-like. e4m3 has no infinities, and one NaN, so that its largest
// number is 448. Results are saturated to the largest number, as PTX has no
// other conversion.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_SIMULATOR_BYTES_H
#define TS_LIB_SIMULATOR_BYTES_H

#include "Half.h"

namespace ts::sim {

constexpr Format e4m3Format{3, 4}, e5m2Format{2, 5};
/// e4m3 with one more bit of exponent: the fields of a number divided by 2^8
/// are those of e4m3, and go on where e4m3 ends.
constexpr Format e4m3Extended{3, 5};
constexpr uint32_t byteNaN = 0x7f, mostE4M3 = 0x7e, mostE5M2 = 0x7b;

inline double valueOfE4M3(uint32_t byte) {
  uint32_t magnitude = byte & 0x7f;
  double value = magnitude == byteNaN ? std::numeric_limits<double>::quiet_NaN()
                                      : expand(magnitude, e4m3Extended) * 256;
  return byte & 0x80 ? -value : value;
}
inline double valueOfE5M2(uint32_t byte) {
  return expand(byte & 0xff, e5m2Format);
}

inline uint32_t bitsOfE4M3(double value) {
  if (value != value)
    return byteNaN;
  uint32_t magnitude = compress(std::fabs(value) / 256, e4m3Extended);
  return std::min(magnitude, mostE4M3) | (std::signbit(value) ? 0x80 : 0);
}
inline uint32_t bitsOfE5M2(double value) {
  if (value != value)
    return byteNaN;
  uint32_t magnitude = compress(std::fabs(value), e5m2Format);
  return std::min(magnitude, mostE5M2) | (std::signbit(value) ? 0x80 : 0);
}

} // namespace ts::sim

#endif // TS_LIB_SIMULATOR_BYTES_H
