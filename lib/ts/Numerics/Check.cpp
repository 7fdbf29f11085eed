//===- Check.cpp - Comparing a result with its reference ------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Rows are compared in parallel and merged in order, so that a report does not
// depend on the number of threads.
//
//===----------------------------------------------------------------------===//

#include "ts/Numerics/Check.h"

#include "ts/Numerics/Parallel.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace ts::num;

static constexpr double infinity = std::numeric_limits<double>::infinity();

double CheckResult::relativeError() const {
  if (referenceSquared > 0)
    return std::sqrt(errorSquared / referenceSquared);
  return errorSquared == 0 ? 0 : infinity;
}

void CheckResult::merge(const CheckResult &other) {
  compared += other.compared;
  mismatches += other.mismatches;
  if (!first)
    first = other.first;
  nonFinite += other.nonFinite;
  nonFiniteWrong += other.nonFiniteWrong;
  notComparable += other.notComparable;
  aboveBound += other.aboveBound;
  if (!firstAbove)
    firstAbove = other.firstAbove;
  errorSquared += other.errorSquared;
  referenceSquared += other.referenceSquared;
  if (other.maxScaledError > maxScaledError) {
    maxScaledError = other.maxScaledError;
    worst = other.worst;
  }
}

/// Exact values that a float type holds are equal as bits if they are equal as
/// doubles with the same sign.
static bool sameBits(double x, double y) {
  if (std::isnan(x) || std::isnan(y))
    return std::isnan(x) && std::isnan(y);
  return x == y && std::signbit(x) == std::signbit(y);
}

namespace {
/// What is known about one element besides its values.
struct Element {
  double exact, magnitude;
  bool isPoisoned = false;
};

/// Compares elements under the promise of one product.
class ElementChecker {
public:
  explicit ElementChecker(const ErrorBound &bound, bool bitExact)
      : bound(bound), bitExact(bitExact) {}
  void add(CheckResult &result, const Mismatch &at,
           const Element &element) const;

private:
  bool hasError(CheckResult &result, const Mismatch &at,
                const Element &element) const;
  void addError(CheckResult &result, const Mismatch &at,
                const Element &element) const;

  ErrorBound bound;
  bool bitExact;
};
} // namespace

/// False for elements without an error that could be bounded.
bool ElementChecker::hasError(CheckResult &result, const Mismatch &at,
                              const Element &element) const {
  bool hasOdd = bitExact ? !std::isfinite(at.expected)
                         : !std::isfinite(element.magnitude);
  if (element.isPoisoned) {
    ++result.notComparable;
    result.nonFiniteWrong += hasOdd && std::isfinite(at.got);
    return false;
  }
  if (hasOdd) {
    ++result.nonFinite;
    result.nonFiniteWrong += !sameBits(at.expected, at.got);
    return false;
  }
  if (element.magnitude > bound.largestMagnitude ||
      !std::isfinite(at.expected)) {
    ++result.notComparable;
    return false;
  }
  return true;
}

void ElementChecker::addError(CheckResult &result, const Mismatch &at,
                              const Element &element) const {
  result.referenceSquared += element.exact * element.exact;
  double scaled = infinity;
  if (std::isfinite(at.got)) {
    double error = std::fabs(at.got - element.exact);
    result.errorSquared += error * error;
    double excess = std::max(0.0, error - bound.slack);
    scaled = excess == 0 ? 0 : excess / element.magnitude;
  } else {
    result.errorSquared = infinity;
  }
  if (scaled > result.maxScaledError) {
    result.maxScaledError = scaled;
    result.worst = Mismatch{at.row, at.column, element.exact, at.got};
  }
  if (!(scaled <= bound.factor)) {
    ++result.aboveBound;
    if (!result.firstAbove)
      result.firstAbove = Mismatch{at.row, at.column, element.exact, at.got};
  }
}

void ElementChecker::add(CheckResult &result, const Mismatch &at,
                         const Element &element) const {
  ++result.compared;
  if (!sameBits(at.expected, at.got)) {
    ++result.mismatches;
    if (!result.first)
      result.first = at;
  }
  if (hasError(result, at, element))
    addError(result, at, element);
}

/// Calls `body(begin, end)` for every run of elements of a row to look at.
template <typename Body>
static void forEachRun(const uint8_t *mask, int64_t count, Body body) {
  if (!mask)
    return body(int64_t(0), count);
  for (int64_t begin = 0; begin < count;) {
    begin = std::find_if(mask + begin, mask + count,
                         [](uint8_t m) { return m != 0; }) -
            mask;
    int64_t end = std::find(mask + begin, mask + count, uint8_t(0)) - mask;
    if (begin < end)
      body(begin, end);
    begin = end;
  }
}

CheckResult ts::num::check(const Reference &reference, int64_t firstRow,
                           const Matrix &got, llvm::ArrayRef<uint8_t> mask) {
  std::vector<CheckResult> rows(got.rows);
  ElementChecker checker(reference.bound(), isBitExact(reference.product()));
  parallelFor(got.rows, [&](int64_t i) {
    const uint8_t *rowMask =
        mask.empty() ? nullptr : mask.data() + i * got.columns;
    ReferenceRow row;
    forEachRun(rowMask, got.columns, [&](int64_t begin, int64_t end) {
      reference.row(firstRow + i, begin, end - begin, row);
      for (int64_t j = begin; j < end; ++j)
        checker.add(rows[i],
                    {firstRow + i, j, row.chain[j - begin], got.at(i, j)},
                    {row.exact[j - begin], row.magnitude[j - begin],
                     !row.poisoned.empty() && row.poisoned[j - begin]});
    });
  });
  CheckResult result;
  for (const CheckResult &row : rows)
    result.merge(row);
  return result;
}

CheckResult ts::num::compare(const Matrix &expected, const Matrix &got) {
  ErrorBound none;
  none.factor = infinity;
  ElementChecker checker(none, /*bitExact=*/true);
  std::vector<CheckResult> rows(got.rows);
  parallelFor(got.rows, [&](int64_t i) {
    for (int64_t j = 0; j < got.columns; ++j) {
      double value = expected.at(i, j);
      checker.add(rows[i], {i, j, value, got.at(i, j)},
                  {value, std::fabs(value)});
    }
  });
  CheckResult result;
  for (const CheckResult &row : rows)
    result.merge(row);
  return result;
}
