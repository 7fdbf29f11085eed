//===- Convert.h - Conversions of one value ---------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// What the conversions among wide types and those of narrow floating-point
// formats share.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_SIMULATOR_CONVERT_H
#define TS_LIB_SIMULATOR_CONVERT_H

#include "Lanes.h"

namespace ts::sim {

/// Flags of a conversion; the lowest two bits are the rounding.
enum ConvertFlags : uint8_t {
  Integral = 4,
  Saturate = 8,
  FlushToZero = 16,
  Relu = 32,
  SaturateFinite = 64
};

using Scalar = uint64_t (*)(uint64_t, const Instruction &);

/// The conversion of one value between integers, f32 and f64.
Scalar wideConversion(Type from, Type to);

/// A loop over the lanes that calls `scalar`, for registers of these widths.
Handler convertLanes(unsigned resultBits, unsigned sourceBits);

/// Takes the rounding of a conversion into the flags.
void takeRounding(Decoder &d, Type to, Type from);

/// Conversions to or from f16, bf16, their pairs, and tf32; false if it is none
/// of them.
bool decodeNarrowConvert(Decoder &d);

/// Conversions to or from pairs of 8-bit floats; false if it is none of them.
bool decodeByteConvert(Decoder &d);

} // namespace ts::sim

#endif // TS_LIB_SIMULATOR_CONVERT_H
