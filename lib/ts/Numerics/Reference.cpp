//===- Reference.cpp - What a product must be -----------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Packs B when it must, runs the inner loops and applies alpha and beta as the
// operation's description says.
//
//===----------------------------------------------------------------------===//

#include "ts/Numerics/Reference.h"

#include "Kernels.h"
#include "ts/Numerics/Parallel.h"

#include <algorithm>
#include <cmath>

using namespace ts::num;

void ts::num::dropUnreadOperands(Product &product) {
  if (product.alpha != 0)
    return;
  product.alpha = 1;
  product.a.columns = product.b.rows = 0;
}

/// Columns handled at a time: accumulators of this many stay in the L1 cache.
static constexpr int64_t columnBlock = 512;

template <typename T>
static std::vector<T> pack(const Matrix &b) {
  std::vector<T> packed(size_t(b.rows) * b.columns);
  parallelFor(b.rows, [&](int64_t k) {
    T *to = packed.data() + k * b.columns;
    for (int64_t j = 0; j < b.columns; ++j)
      to[j] = T(b.at(k, j));
  });
  return packed;
}

Reference::Extent Reference::extentOf(const Matrix &matrix, int64_t row) const {
  Extent extent;
  for (int64_t k = 0; k < matrix.columns; ++k) {
    double size = std::fabs(matrix.at(row, k));
    if (!(size <= extent.largest) && !std::isnan(extent.largest))
      extent.largest = size;
  }
  extent.isPoisoned = !(extent.largest <= limits.largestEntry);
  return extent;
}

Reference::Reference(const Product &product, const TensorCore &core)
    : prod(product), limits(errorBound(product, core)),
      isNormwise(limits.magnitude == Magnitude::Normwise) {
  const Matrix &b = prod.b;
  if (isNormwise || std::isfinite(limits.largestEntry)) {
    columns.resize(b.columns);
    parallelFor(b.columns,
                [&](int64_t j) { columns[j] = extentOf(b.transposed(), j); });
  }
  bool wide = prod.resultType == ElementType::F64;
  ElementType accumulator = wide ? ElementType::F64 : ElementType::F32;
  if (b.type == accumulator && b.columnStride == 1)
    return;
  if (wide)
    packedDouble = pack<double>(b);
  else
    packedFloat = pack<float>(b);
}

void Reference::row(int64_t row, int64_t firstColumn, int64_t count,
                    ReferenceRow &out) const {
  out.chain.resize(count);
  out.exact.resize(count);
  out.magnitude.resize(count);
  out.poisoned.clear();
  if (prod.resultType == ElementType::F64)
    accumulate<double>(row, firstColumn, count, packedDouble, out);
  else
    accumulate<float>(row, firstColumn, count, packedFloat, out);
  if (!columns.empty())
    setPoisoned(row, firstColumn, count, out.poisoned);
}

void Reference::setNormwise(int64_t row, int64_t firstColumn, int64_t count,
                            double *magnitude) const {
  auto sizeOf = [&](const Extent &extent) {
    return extent.largest < limits.smallestEntry ? limits.smallestEntry
                                                 : extent.largest;
  };
  double size = double(prod.depth()) * sizeOf(extentOf(prod.a, row));
  for (int64_t j = 0; j < count; ++j)
    magnitude[j] = size * sizeOf(columns[firstColumn + j]);
}

void Reference::setPoisoned(int64_t row, int64_t firstColumn, int64_t count,
                            std::vector<uint8_t> &poisoned) const {
  bool wholeRow = extentOf(prod.a, row).isPoisoned;
  auto isPoisoned = [&](const Extent &column) { return column.isPoisoned; };
  auto first = columns.begin() + firstColumn;
  if (!wholeRow && std::none_of(first, first + count, isPoisoned))
    return;
  poisoned.assign(count, wholeRow);
  for (int64_t j = 0; j < count; ++j)
    poisoned[j] |= uint8_t(first[j].isPoisoned);
}

/// `value` as the result's type would hold it.
static double roundToResult(double value, ElementType type) {
  uint64_t storage;
  storeFromDouble(&storage, type, value);
  return loadAsDouble(&storage, type);
}

template <typename T>
void Reference::accumulate(int64_t row, int64_t firstColumn, int64_t count,
                           const std::vector<T> &packed,
                           ReferenceRow &out) const {
  std::vector<T> a(prod.depth()), acc(std::min(count, columnBlock));
  for (int64_t k = 0; k < prod.depth(); ++k)
    a[k] = T(prod.a.at(row, k));
  const T *b =
      packed.empty() ? static_cast<const T *>(prod.b.data) : packed.data();
  int64_t stride = packed.empty() ? prod.b.rowStride : prod.b.columns;
  T alpha = T(prod.alpha), beta = T(prod.beta);

  for (int64_t j0 = 0; j0 < count; j0 += columnBlock) {
    int64_t width = std::min(columnBlock, count - j0);
    // A product without steps of k need not have a B to point into.
    const T *panel = prod.depth() > 0 ? b + firstColumn + j0 : nullptr;
    double *exact = &out.exact[j0], *magnitude = &out.magnitude[j0];
    std::fill_n(acc.begin(), width, T(0));
    std::fill_n(exact, width, 0.0);
    std::fill_n(magnitude, width, 0.0);
    chainRow(a.data(), panel, stride, prod.depth(), width, acc.data());
    exactRow(a.data(), panel, stride, prod.depth(), width, limits.smallestEntry,
             exact, magnitude);
    if (isNormwise)
      setNormwise(row, firstColumn + j0, width, magnitude);
    for (int64_t j = 0; j < width; ++j) {
      T value = prod.alpha == 1 ? acc[j] : alpha * acc[j];
      exact[j] *= double(alpha);
      magnitude[j] *= std::fabs(double(alpha));
      if (prod.beta != 0) {
        double old = prod.c0->at(row, firstColumn + j0 + j);
        value = std::fma(beta, T(old), value);
        exact[j] += double(beta) * old;
        magnitude[j] += std::fabs(double(beta) * old);
      }
      out.chain[j0 + j] = sizeof(T) == byteSize(prod.resultType)
                              ? double(value)
                              : roundToResult(value, prod.resultType);
    }
  }
}
