//===- Reference.h - What a product must be --------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The definition of ts.matmul, executed on the CPU: the chain of fused
// multiply-adds in ascending k, and beside it the result in float64 with the
// magnitude that the mode's error bound refers to.
//
//===----------------------------------------------------------------------===//

#ifndef TS_NUMERICS_REFERENCE_H
#define TS_NUMERICS_REFERENCE_H

#include "ts/Numerics/Bound.h"
#include "ts/Numerics/Matrix.h"
#include "ts/Numerics/Precision.h"

#include <optional>
#include <vector>

namespace ts::num {

/// c = alpha * a * b + beta * c0, with a and b as they enter the product
/// (transposes are part of the views).
struct Product {
  Matrix a, b;
  std::optional<Matrix> c0; ///< read only when beta is not zero
  double alpha = 1, beta = 0;
  Precision precision = Precision::Ieee;
  ElementType resultType = ElementType::F32;

  int64_t rows() const { return a.rows; }
  int64_t columns() const { return b.columns; }
  int64_t depth() const { return a.columns; }
};

/// With alpha = 0 neither A nor B is read: a product without any k. Rewrites
/// such a product as one.
void dropUnreadOperands(Product &product);

/// A piece of one row of the result.
struct ReferenceRow {
  std::vector<double> chain; ///< rounded to the result's type
  std::vector<double> exact; ///< float64 (extended for f64 operands)
  /// |alpha| times the bound's magnitude, plus |beta||c0|. Not finite exactly
  /// where an infinity or a NaN takes part.
  std::vector<double> magnitude;
  /// An entry of the row or the column is beyond what the mode can represent:
  /// the result is poisoned. Empty if nothing is.
  std::vector<uint8_t> poisoned;
};

/// Computes rows of a product. Accumulates in f64 if the result is f64, in f32
/// otherwise. The views must outlive it; safe for concurrent use.
class Reference {
public:
  /// `core` is where the result was computed.
  Reference(const Product &product, const TensorCore &core);
  void row(int64_t row, int64_t firstColumn, int64_t count,
           ReferenceRow &out) const;
  const Product &product() const { return prod; }
  const ErrorBound &bound() const { return limits; }

private:
  /// What the magnitude and poisoning need of one row of A or column of B.
  struct Extent {
    double largest = 0; ///< NaN if there is one
    bool isPoisoned = false;
  };
  Extent extentOf(const Matrix &matrix, int64_t row) const;
  void setNormwise(int64_t row, int64_t firstColumn, int64_t count,
                   double *magnitude) const;
  void setPoisoned(int64_t row, int64_t firstColumn, int64_t count,
                   std::vector<uint8_t> &poisoned) const;
  template <typename T>
  void accumulate(int64_t row, int64_t firstColumn, int64_t count,
                  const std::vector<T> &packed, ReferenceRow &out) const;

  Product prod;
  ErrorBound limits;
  bool isNormwise = false;
  std::vector<Extent> columns; ///< of B, if the bound looks at them
  // B with unit column stride in the accumulator's type; empty when B is like
  // that already.
  std::vector<float> packedFloat;
  std::vector<double> packedDouble;
};

} // namespace ts::num

#endif // TS_NUMERICS_REFERENCE_H
