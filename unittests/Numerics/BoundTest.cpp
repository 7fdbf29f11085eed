//===- BoundTest.cpp - A-priori error bounds ----------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Bounds hold on hard data, grow with K, and order the modes.
//
//===----------------------------------------------------------------------===//

#include "ts/Numerics/Check.h"
#include "ts/Numerics/Random.h"

#include "gtest/gtest.h"

#include <cmath>
#include <vector>

using namespace ts::num;

static const ts::TensorCore ada = ts::lookupChip("rtx4090")->tensorCore;

static Product productOfDepth(int64_t depth, Precision precision) {
  Product p;
  p.a.columns = depth;
  p.precision = precision;
  return p;
}

TEST(Bound, FollowsModeAndDepth) {
  double u = 0x1p-24;
  double ieee = scaledErrorBound(productOfDepth(32, Precision::Ieee), ada);
  EXPECT_NEAR(32 * u, ieee, u);
  EXPECT_GT(scaledErrorBound(productOfDepth(64, Precision::Ieee), ada), ieee);
  auto at32 = [](Precision p) {
    return scaledErrorBound(productOfDepth(32, p), ada);
  };
  EXPECT_GT(at32(Precision::Tf32), at32(Precision::Bf16x3));
  EXPECT_GT(at32(Precision::Bf16x3), at32(Precision::Tf32x3));
  EXPECT_GT(at32(Precision::Tf32x3), at32(Precision::Bf16x6));
  EXPECT_GT(at32(Precision::Bf16x6), at32(Precision::Bf16x9));
  EXPECT_LT(at32(Precision::Tf32), 1.1 * 0x1p-10);
}

TEST(Bound, ScalingAndResultTypeCount) {
  Product p = productOfDepth(8, Precision::Ieee);
  double plain = scaledErrorBound(p, ada);
  p.alpha = 0.5;
  p.beta = 2;
  EXPECT_NEAR(plain + 2 * 0x1p-24, scaledErrorBound(p, ada), 0x1p-30);
  p.resultType = ElementType::F16;
  EXPECT_GT(scaledErrorBound(p, ada), 0x1p-11);
  p.resultType = ElementType::F64;
  EXPECT_LT(scaledErrorBound(p, ada), 0x1p-48);
}

TEST(Bound, UselessBoundsAreInfinite) {
  EXPECT_TRUE(std::isinf(scaledErrorBound(
      productOfDepth(int64_t(1) << 24, Precision::Ieee), ada)));
}

TEST(Bound, HoldsWithUnderflowAndCancellation) {
  constexpr int64_t depth = 200, n = 64;
  std::vector<float> a(depth), b(depth * n), c(n);
  generate({Fill::Kind::Random, 9}, ElementType::F32, 0, a.size(), a.data());
  generate({Fill::Kind::Random, 8}, ElementType::F32, 0, b.size(), b.data());
  for (int64_t k = 0; k < depth; ++k)
    for (int64_t j = 0; j < n; ++j)
      b[k * n + j] *= std::ldexp(1.0f, -int(2 * j) - 10);
  for (float &value : a)
    value *= 0x1p-10f;
  Product p;
  p.a = Matrix::dense(a.data(), ElementType::F32, 1, depth);
  p.b = Matrix::dense(b.data(), ElementType::F32, depth, n);
  Reference reference(p, ada);
  ReferenceRow row;
  reference.row(0, 0, n, row);
  c.assign(row.chain.begin(), row.chain.end());
  CheckResult result =
      check(reference, 0, Matrix::dense(c.data(), ElementType::F32, 1, n));
  EXPECT_EQ(0, result.mismatches);
  EXPECT_LE(result.maxScaledError, scaledErrorBound(p, ada));
}
