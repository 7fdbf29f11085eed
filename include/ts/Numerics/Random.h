//===- Random.h - Inputs as functions of their index -----------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A counter-based generator: the value of an element depends on the seed and
// on the element's index alone, so that any part of a huge operand can be made
// again, in any order and by any number of threads.
//
//===----------------------------------------------------------------------===//

#ifndef TS_NUMERICS_RANDOM_H
#define TS_NUMERICS_RANDOM_H

#include "ts/Numerics/ElementType.h"

namespace ts::num {

/// What an operand is filled with. Every kind is exact in every float type: the
/// random ones use only as many bits as the type's significand holds.
struct Fill {
  enum class Kind {
    Random,   ///< [-1, 1)
    Uniform,  ///< [0, 1)
    SmallInt, ///< whole numbers in [-8, 8]
    Splat     ///< `value` everywhere
  };
  Kind kind = Kind::Random;
  uint64_t seed = 0;
  double value = 0;
};

/// 64 well-mixed bits for one index.
uint64_t randomBits(uint64_t seed, uint64_t index);

/// Element `index` of an operand; integer types take whole numbers only
/// (Random and Uniform give small integers there).
double valueAt(const Fill &fill, ElementType type, uint64_t index);

/// Writes elements [first, first + count), dense, on the machine's cores.
void generate(const Fill &fill, ElementType type, uint64_t first,
              uint64_t count, void *out);

} // namespace ts::num

#endif // TS_NUMERICS_RANDOM_H
