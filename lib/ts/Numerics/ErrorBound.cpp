//===- ErrorBound.cpp - The bound of one product --------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A mode's bound put together with what else happens to a result: scaling, the
// rounding to its type, and the ends of the exponent range. The magnitude is
// |alpha| S + |beta||c0|, and each further rounding is (1 + d), |d| <= u/(1+u).
//
//===----------------------------------------------------------------------===//

#include "ts/Numerics/Bound.h"

#include "ts/Numerics/Reference.h"

#include "llvm/Support/ErrorHandling.h"

#include <algorithm>
#include <cmath>

using namespace ts;
using namespace ts::num;

bool ts::num::isBitExact(const Product &product) {
  return product.precision == Precision::Ieee;
}

namespace {
/// Ends of the range of a format.
struct Format {
  double unit;     ///< half a unit of the last place of 1
  double smallest; ///< smallest subnormal
  double largest;
};

/// What a mode does with the entries it multiplies.
struct Entries {
  double smallest, largest;
};
} // namespace

static Format formatOf(ElementType type) {
  switch (type) {
  case ElementType::F16:
    return {0x1p-11, 0x1p-24, 65504};
  case ElementType::BF16:
    return {0x1p-8, 0x1p-133, 0x1.fep127};
  case ElementType::F64:
    return {0x1p-53, 0x1p-1074, std::numeric_limits<double>::max()};
  default:
    return {0x1p-24, 0x1p-149, double(std::numeric_limits<float>::max())};
  }
}

/// f16x3 multiplies its sum, up to 2 K max|row|, by the scale of the row before
/// that of the column (or the other way round), and must not overflow between.
static double largestScaled(int64_t k) {
  return 0x1p126 / double(std::max<int64_t>(k, 1));
}

/// The smallest entries whose pieces lose nothing to speak of and the largest
/// ones that do not round to infinity. Alignment takes the exponent of
/// subnormal pieces for 2^-126, which is below the size of any piece of 2^-100.
static Entries entriesOf(Precision precision, ElementType operands, int64_t k) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  constexpr double split = 0x1p-100, largestBf16 = 0x1.fefffep127;
  switch (precision) {
  case Precision::Ieee:
    return {0, infinity};
  case Precision::Native:
    // Alignment takes subnormals for the smallest normal number.
    return {operands == ElementType::F16    ? 0x1p-14
            : operands == ElementType::BF16 ? 0x1p-126
                                            : 0,
            infinity};
  case Precision::Tf32:
  case Precision::Tf32x3:
    return {split, 0x1.ffdffep127};
  case Precision::Bf16x3:
  case Precision::Bf16x6:
  case Precision::Bf16x9:
  case Precision::Fp32Accurate:
    return {split, largestBf16};
  case Precision::F16x3:
  case Precision::Fp32AccurateNormwise:
    return {split, largestScaled(k)};
  }
  llvm_unreachable("unknown precision");
}

std::string ts::num::describeSmallest(double smallestEntry) {
  if (smallestEntry == 0)
    return "";
  std::string size = "2^" + std::to_string(std::ilogb(smallestEntry));
  return ", entries below " + size + " count as " + size;
}

/// Every addition, alignment and truncation may lose less than the smallest
/// number once; no mode has more than nine products of pieces.
static double underflow(const Product &p, const Format &accumulator,
                        const Format &result) {
  double steps = (isBitExact(p) ? 1.0 : 18.0) * double(p.depth()) + 3;
  double slack = (steps * std::fabs(p.alpha) + 2) * accumulator.smallest;
  if (result.unit > accumulator.unit)
    slack += result.smallest / 2;
  return slack;
}

ErrorBound ts::num::errorBound(const Product &p, const TensorCore &core) {
  bool isNormwise = p.precision == Precision::F16x3 ||
                    p.precision == Precision::Fp32AccurateNormwise;
  bool isWide = p.resultType == ElementType::F64;
  Format accumulator = formatOf(isWide ? ElementType::F64 : ElementType::F32);
  Format result = formatOf(p.resultType);

  ErrorBound bound;
  bound.magnitude = isNormwise ? Magnitude::Normwise : Magnitude::Elementwise;
  // The accumulator decides, which is as wide as the result or f32.
  ElementType operands = isWide ? ElementType::F64 : p.a.type;
  double factor =
      productBound(p.precision, operands, p.depth(), bound.magnitude, core);
  double unit = accumulator.unit / (1 + accumulator.unit);
  for (int i = (p.alpha != 1) + (p.beta != 0); i > 0; --i)
    factor += (1 + factor) * unit;
  if (result.unit > accumulator.unit)
    factor += (1 + factor) * result.unit;
  // The reference has an error of its own: it is summed in float64, for f64 in
  // more, and then rounded to float64.
  double own = isWide ? double(p.depth()) * 0x1p-63 + 3 * 0x1p-53
                      : double(p.depth() + 2) * 0x1p-53;
  bound.factor = factor + own;
  bound.slack = underflow(p, accumulator, result);

  Entries entries = entriesOf(p.precision, p.a.type, p.depth());
  bound.smallestEntry = entries.smallest;
  bound.largestEntry = entries.largest;
  if (!isBitExact(p) && std::isfinite(factor))
    // A small alpha comes after the sum.
    bound.largestMagnitude = std::min(accumulator.largest, result.largest) *
                             std::min(1.0, std::fabs(p.alpha)) / (1 + factor);
  return bound;
}

double ts::num::scaledErrorBound(const Product &product,
                                 const TensorCore &core) {
  return errorBound(product, core).factor;
}
