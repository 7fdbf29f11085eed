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

static void addElement(CheckResult &result, const Mismatch &at, double exact,
                       double magnitude, double slack) {
  ++result.compared;
  if (!sameBits(at.expected, at.got)) {
    ++result.mismatches;
    if (!result.first)
      result.first = at;
  }
  if (!std::isfinite(at.expected)) {
    ++result.nonFinite;
    result.nonFiniteWrong += !sameBits(at.expected, at.got);
    return;
  }
  result.referenceSquared += exact * exact;
  double scaled = infinity;
  if (std::isfinite(at.got)) {
    double error = std::fabs(at.got - exact);
    result.errorSquared += error * error;
    double excess = std::max(0.0, error - slack);
    scaled = excess == 0 ? 0 : excess / magnitude;
  } else {
    result.errorSquared = infinity;
  }
  if (scaled > result.maxScaledError) {
    result.maxScaledError = scaled;
    result.worst = at;
  }
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
  double slack = underflowSlack(reference.product());
  parallelFor(got.rows, [&](int64_t i) {
    const uint8_t *rowMask =
        mask.empty() ? nullptr : mask.data() + i * got.columns;
    ReferenceRow row;
    forEachRun(rowMask, got.columns, [&](int64_t begin, int64_t end) {
      reference.row(firstRow + i, begin, end - begin, row);
      for (int64_t j = begin; j < end; ++j)
        addElement(rows[i],
                   {firstRow + i, j, row.chain[j - begin], got.at(i, j)},
                   row.exact[j - begin], row.magnitude[j - begin], slack);
    });
  });
  CheckResult result;
  for (const CheckResult &row : rows)
    result.merge(row);
  return result;
}

CheckResult ts::num::compare(const Matrix &expected, const Matrix &got) {
  std::vector<CheckResult> rows(got.rows);
  parallelFor(got.rows, [&](int64_t i) {
    for (int64_t j = 0; j < got.columns; ++j) {
      double value = expected.at(i, j);
      addElement(rows[i], {i, j, value, got.at(i, j)}, value, std::fabs(value),
                 0);
    }
  });
  CheckResult result;
  for (const CheckResult &row : rows)
    result.merge(row);
  return result;
}
