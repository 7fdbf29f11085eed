//===- Mma.cpp - Tensor-core arithmetic on whole tiles --------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The sums of each model, and what infinities and NaNs make of them.
//
//===----------------------------------------------------------------------===//

#include "Mma.h"

#include "Lanes.h"

using namespace llvm;

namespace ts::sim {

namespace {
/// What one row of results is made of, for some of the k.
struct RowOfTerms {
  unsigned count;
  const double *a;
  const int32_t *aExponent;
  const double (*b)[8];
  const int32_t (*bExponent)[8];
  const double *c;
  const int32_t *cExponent;
};
} // namespace

namespace any {
#include "MmaLanes.inc"
} // namespace any

#ifdef TS_SIM_AVX2
TS_BEGIN_AVX2
namespace avx2 {
#include "MmaLanes.inc"
} // namespace avx2
TS_END_AVX2
#endif

MmaArithmetic mmaArithmetic(MmaModel model, unsigned bits) {
  // Before Hopper a unit takes 16 bytes of a row at once: 4 tf32 or 8 f16.
  switch (model) {
  case MmaModel::Hopper:
    return {maxMmaK, 25, false};
  case MmaModel::Exact:
    return {maxMmaK, 0, true};
  default:
    return bits == 8 ? MmaArithmetic{128 / bits, 13, false, 13}
                     : MmaArithmetic{128 / bits, 24, false};
  }
}

/// The exponent of a number as the format holds it: that of its leading bit, or
/// the smallest one for subnormal numbers. Zeros have none.
static int32_t exponentOf(double value, Format format) {
  int field = int(bit_cast<uint64_t>(value) >> 52) & 0x7ff;
  return value == 0 ? -1000 : std::max(field - 1023, 1 - format.bias());
}

/// The result of one output in the `exact` model; in the others only where a
/// term is infinite or not a number.
static double plainSum(const RowOfTerms &row, unsigned n) {
  double sum = row.c[n];
  for (unsigned k = 0; k < row.count; ++k)
    sum += row.a[k] * row.b[k][n];
  return sum;
}

static bool isFinite(const FloatTile &tile) {
  double sum = 0;
  auto add = [&](const double *values, unsigned count) {
    for (unsigned i = 0; i < count; ++i)
      sum += values[i] * 0;
  };
  for (unsigned r = 0; r < tile.rows; ++r) {
    add(tile.a[r], tile.depth);
    add(tile.c[r], 8);
  }
  for (unsigned k = 0; k < tile.depth; ++k)
    add(tile.b[k], 8);
  return sum == 0;
}

static void sumRow(const RowOfTerms &row, MmaArithmetic arithmetic, bool finite,
                   double *sums) {
  if (arithmetic.exact) {
    for (unsigned n = 0; n < 8; ++n)
      sums[n] = plainSum(row, n);
    return;
  }
#ifdef TS_SIM_AVX2
  if (haveAvx2())
    avx2::alignedSums(row, arithmetic.fraction, sums);
  else
#endif
    any::alignedSums(row, arithmetic.fraction, sums);
  if (finite)
    return;
  for (unsigned n = 0; n < 8; ++n)
    if (double plain = plainSum(row, n); !std::isfinite(plain))
      sums[n] = plain;
}

/// f32 results are cut, f16 results and those of `exact` rounded to nearest. A
/// sum that is too large is infinite in either case.
static void roundRow(double *sums, Format format, MmaArithmetic arithmetic) {
  bool exact = arithmetic.exact;
  bool truncates = format.exponent == 8 && !exact, fits = true;
  for (unsigned n = 0; n < 8; ++n)
    fits &= std::fabs(sums[n]) < 0x1p128;
  if (truncates && fits) {
#ifdef TS_SIM_AVX2
    if (haveAvx2())
      return avx2::truncateToSingle(sums);
#endif
    return any::truncateToSingle(sums);
  }
  for (unsigned n = 0; n < 8; ++n) {
    bool cut = truncates && std::fabs(sums[n]) < 0x1p128;
    sums[n] =
        expand(compress(sums[n], format, cut ? Toward::Zero : Toward::Nearest),
               format);
  }
}

/// Drops the lowest bits of numbers that are f32.
static void cutSingles(double *sums, unsigned bits) {
  for (unsigned n = 0; n < 8; ++n)
    if (std::isfinite(sums[n])) {
      uint32_t single = bit_cast<uint32_t>(float(sums[n]));
      sums[n] = bit_cast<float>(single >> bits << bits);
    }
}

void multiply(FloatTile &tile, MmaArithmetic arithmetic) {
  alignas(64) int32_t aExponent[16][maxMmaK], bExponent[maxMmaK][8];
  for (unsigned k = 0; k < tile.depth; ++k)
    for (unsigned n = 0; n < 8; ++n)
      bExponent[k][n] = exponentOf(tile.b[k][n], tile.operandB);
  for (unsigned r = 0; r < tile.rows; ++r)
    for (unsigned k = 0; k < tile.depth; ++k)
      aExponent[r][k] = exponentOf(tile.a[r][k], tile.operandA);
  bool finite = isFinite(tile);
  for (unsigned r = 0; r < tile.rows; ++r)
    for (unsigned k = 0; k < tile.depth; k += arithmetic.terms) {
      alignas(32) int32_t cExponent[8];
      alignas(64) double sums[8];
      for (unsigned n = 0; n < 8; ++n)
        cExponent[n] = exponentOf(tile.c[r][n], tile.result);
      RowOfTerms row{std::min(arithmetic.terms, tile.depth - k),
                     tile.a[r] + k,
                     aExponent[r] + k,
                     tile.b + k,
                     bExponent + k,
                     tile.c[r],
                     cExponent};
      sumRow(row, arithmetic, finite, sums);
      roundRow(sums, tile.result, arithmetic);
      if (arithmetic.kept < 23 && tile.result.exponent == 8)
        cutSingles(sums, 23 - arithmetic.kept);
      std::copy(sums, sums + 8, tile.c[r]);
    }
}

/// Of each four k the first two or the last two, as f16, which holds them.
static void takePairs(const FloatTile &from, unsigned second, FloatTile &to) {
  for (unsigned k = 0; k < to.depth; ++k) {
    unsigned of = k / 2 * 4 + 2 * second + k % 2;
    for (unsigned r = 0; r < to.rows; ++r)
      to.a[r][k] = from.a[r][of];
    std::copy(from.b[of], from.b[of] + 8, to.b[k]);
  }
}

void multiplyBytes(FloatTile &tile, MmaModel model) {
  if (model != MmaModel::Hopper)
    return multiply(tile, mmaArithmetic(model, 8));
  FloatTile pairs{};
  pairs.rows = tile.rows;
  pairs.depth = tile.depth / 2;
  pairs.operandA = pairs.operandB = f16Format;
  pairs.result = tile.result;
  for (unsigned second : {0u, 1u}) {
    takePairs(tile, second, pairs);
    multiply(pairs, mmaArithmetic(model, 16));
  }
  bool single = tile.result.exponent == 8;
  for (unsigned r = 0; r < tile.rows; ++r)
    for (unsigned n = 0; n < 8; ++n) {
      double a = tile.c[r][n], b = pairs.c[r][n];
      tile.c[r][n] = single ? double(float(a) + float(b))
                            : expand(compress(a + b, f16Format), f16Format);
    }
}

} // namespace ts::sim
