//===- Random.cpp - Inputs as functions of their index --------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The mixing is two rounds of a 64-bit finaliser (multiply, shift, xor), keyed
// by the seed.
//
//===----------------------------------------------------------------------===//

#include "ts/Numerics/Random.h"

#include "ts/Numerics/Parallel.h"

#include "llvm/Support/ErrorHandling.h"

#include <algorithm>

using namespace ts::num;

static uint64_t mix(uint64_t x) {
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93;
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93;
  return x ^ x >> 32;
}

uint64_t ts::num::randomBits(uint64_t seed, uint64_t index) {
  // Both are mixed before they meet, so that neighbouring seeds and
  // neighbouring indices do not give shifted copies of one sequence.
  return mix(mix(seed + 0x9e3779b97f4a7c15) + index * 0x9e3779b97f4a7c15);
}

/// Significant bits of the type's random values.
static unsigned randomWidth(ElementType type) {
  switch (type) {
  case ElementType::F64:
    return 53;
  case ElementType::F32:
    return 24;
  case ElementType::F16:
    return 11;
  case ElementType::BF16:
    return 8;
  default:
    return 0;
  }
}

double ts::num::valueAt(const Fill &fill, ElementType type, uint64_t index) {
  if (fill.kind == Fill::Kind::Splat)
    return fill.value;
  uint64_t bits = randomBits(fill.seed, index);
  unsigned width = randomWidth(type);
  if (fill.kind == Fill::Kind::SmallInt || width == 0)
    return double(int64_t((bits >> 32) * 17 >> 32) - 8);
  auto fraction = double(bits >> (64 - width)) / double(uint64_t(1) << width);
  if (fill.kind == Fill::Kind::Uniform)
    return fraction;
  return 2 * fraction - 1;
}

void ts::num::generate(const Fill &fill, ElementType type, uint64_t first,
                       uint64_t count, void *out) {
  constexpr uint64_t chunk = uint64_t(1) << 16;
  unsigned size = byteSize(type);
  parallelFor(int64_t((count + chunk - 1) / chunk), [&](int64_t c) {
    uint64_t begin = uint64_t(c) * chunk, end = std::min(begin + chunk, count);
    char *to = static_cast<char *>(out) + begin * size;
    for (uint64_t i = begin; i < end; ++i, to += size)
      storeFromDouble(to, type, valueAt(fill, type, first + i));
  });
}
