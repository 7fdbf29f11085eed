//===- Check.h - Comparing a result with its reference ---------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Bit comparison, error against float64 next to its bound, and what was looked
// at: a comparison of nothing, or with zeros, must not pass for a check.
//
//===----------------------------------------------------------------------===//

#ifndef TS_NUMERICS_CHECK_H
#define TS_NUMERICS_CHECK_H

#include "ts/Numerics/Bound.h"
#include "ts/Numerics/Reference.h"

#include "llvm/ADT/ArrayRef.h"

namespace ts::num {

struct Mismatch {
  int64_t row = 0, column = 0;
  double expected = 0, got = 0;
};

struct CheckResult {
  int64_t compared = 0;
  /// Elements whose bits differ from the chain's (any NaN equals any NaN, -0
  /// differs from +0).
  int64_t mismatches = 0;
  std::optional<Mismatch> first; ///< of `mismatches`, in row-major order
  /// Elements that an infinity or a NaN takes part in: they have no error.
  /// Counted in `nonFiniteWrong` where the result differs in kind or sign.
  int64_t nonFinite = 0, nonFiniteWrong = 0;
  /// Elements about which the mode promises nothing: poisoned ones, and those
  /// that may overflow on the way. A number in place of an infinity or a NaN is
  /// counted in `nonFiniteWrong` here too.
  int64_t notComparable = 0;
  /// Elements whose error exceeds the bound, with the exact result.
  int64_t aboveBound = 0;
  std::optional<Mismatch> firstAbove;
  double errorSquared = 0;     ///< sum of |got - exact|^2
  double referenceSquared = 0; ///< sum of |exact|^2
  /// max |got - exact| / magnitude, with the bound's slack taken off the error;
  /// infinite if a finite result was expected and something else came.
  double maxScaledError = 0;
  std::optional<Mismatch> worst; ///< where `maxScaledError` was

  double relativeError() const; ///< Frobenius; infinite for a zero reference
  /// True if there was nothing to tell a right result from zeros.
  bool isVacuous() const { return compared == notComparable; }
  bool hasZeroReference() const { return referenceSquared == 0; }
  /// Adds the elements of `other`, whose rows come after this one's.
  void merge(const CheckResult &other);
};

/// Compares rows [firstRow, firstRow + got.rows) of the product with `got`, on
/// the machine's cores. `mask`, if not empty, has one byte per element of `got`
/// (row-major, dense): elements with 0 are left out.
CheckResult check(const Reference &reference, int64_t firstRow,
                  const Matrix &got, llvm::ArrayRef<uint8_t> mask = {});

/// Compares element by element with given values (a file's); the values are
/// both chain and exact result, magnitudes are their own.
CheckResult compare(const Matrix &expected, const Matrix &got);

} // namespace ts::num

#endif // TS_NUMERICS_CHECK_H
