//===- Bound.h - How wrong a result may be ---------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A-priori error bounds of the precision modes, and which mechanisms fulfil a
// wish. docs/precision.md lists them; Bound.cpp derives them.
//
//===----------------------------------------------------------------------===//

#ifndef TS_NUMERICS_BOUND_H
#define TS_NUMERICS_BOUND_H

#include "ts/Numerics/ElementType.h"
#include "ts/Numerics/Precision.h"
#include "ts/Target/Target.h"

#include <limits>
#include <vector>

namespace ts::num {

struct Product;

/// What an error is measured against.
enum class Magnitude {
  Elementwise, ///< sum |a||b| over the element's own row and column
  Normwise     ///< K * max |row of A| * max |column of B|
};
/// "sum|a||b|", "K max|a| max|b|"
llvm::StringRef name(Magnitude magnitude);

/// |result - exact| <= factor * magnitude + slack, and what is promised about
/// elements that no such bound can hold for.
struct ErrorBound {
  double factor = 0;
  Magnitude magnitude = Magnitude::Elementwise;
  /// What numbers below the smallest ones of a format may lose.
  double slack = 0;
  /// Entries below this count as this in the magnitude: their pieces, or their
  /// products, lose bits below the format's range.
  double smallestEntry = 0;
  /// A row of A or a column of B with a larger entry, an infinity or a NaN is
  /// poisoned: its results are not numbers, or not to be relied on.
  double largestEntry = std::numeric_limits<double>::infinity();
  /// Results whose magnitude is larger may overflow on the way.
  double largestMagnitude = std::numeric_limits<double>::infinity();
};

/// ", entries below 2^-100 count as 2^-100"; nothing if there is no such size.
std::string describeSmallest(double smallestEntry);

/// The bound of a product, with its scaling and the type of its result.
ErrorBound errorBound(const Product &product, const TensorCore &core);

/// Its factor alone.
double scaledErrorBound(const Product &product, const TensorCore &core);

/// The factor for C = A * B with `k` products per element and a result as wide
/// as the accumulator. Wishes have the bound of ieee. Infinite where a mode has
/// no such bound (f16x3 elementwise, or k beyond all precision).
double productBound(Precision precision, ElementType operands, int64_t k,
                    Magnitude magnitude, const TensorCore &core);

/// True if the bits of the result are fixed by the operation's definition.
bool isBitExact(const Product &product);

/// The mechanisms that fulfil a wish for products of f32 matrices with this
/// `k`, fastest first; ieee, which always does, is last. A mode that is no wish
/// is its own only mechanism.
std::vector<Precision> mechanismsFor(Precision wish, int64_t k,
                                     const Chip &chip);

} // namespace ts::num

#endif // TS_NUMERICS_BOUND_H
