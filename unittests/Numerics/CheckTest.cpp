//===- CheckTest.cpp - Comparing a result with its reference ------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Each defect a wrong kernel can have is planted and must be found where it is.
//
//===----------------------------------------------------------------------===//

#include "ts/Numerics/Check.h"
#include "ts/Numerics/Random.h"

#include "gtest/gtest.h"

#include <cmath>
#include <limits>
#include <vector>

using namespace ts::num;

static const ts::TensorCore ada = ts::lookupChip("rtx4090")->tensorCore;

namespace {
class CheckTest : public testing::Test {
protected:
  static constexpr int64_t m = 37, n = 70, depth = 11;
  std::vector<float> a, b, c;
  Product product;

  void SetUp() override {
    a.resize(m * depth);
    b.resize(depth * n);
    generate({Fill::Kind::Random, 1}, ElementType::F32, 0, a.size(), a.data());
    generate({Fill::Kind::Random, 2}, ElementType::F32, 0, b.size(), b.data());
    product.a = Matrix::dense(a.data(), ElementType::F32, m, depth);
    product.b = Matrix::dense(b.data(), ElementType::F32, depth, n);
    compute();
  }
  void compute() {
    Reference reference(product, ada);
    ReferenceRow row;
    c.clear();
    for (int64_t i = 0; i < m; ++i) {
      reference.row(i, 0, n, row);
      c.insert(c.end(), row.chain.begin(), row.chain.end());
    }
  }
  CheckResult run(llvm::ArrayRef<uint8_t> mask = {}) {
    return check(Reference(product, ada), 0,
                 Matrix::dense(c.data(), ElementType::F32, m, n), mask);
  }
};
} // namespace

TEST_F(CheckTest, RightResultPasses) {
  CheckResult result = run();
  EXPECT_EQ(m * n, result.compared);
  EXPECT_EQ(0, result.mismatches);
  EXPECT_FALSE(result.first);
  EXPECT_FALSE(result.isVacuous());
  EXPECT_FALSE(result.hasZeroReference());
  EXPECT_GT(result.maxScaledError, 0);
  EXPECT_LE(result.maxScaledError, scaledErrorBound(product, ada));
  EXPECT_LT(result.relativeError(), 1e-6);
}

TEST_F(CheckTest, OneWrongBitIsFoundWhereItIs) {
  float right = c[20 * n + 33];
  c[20 * n + 33] = std::nextafter(right, 100.0f);
  c[30 * n + 1] = 0;
  CheckResult result = run();
  EXPECT_EQ(2, result.mismatches);
  ASSERT_TRUE(result.first);
  EXPECT_EQ(20, result.first->row);
  EXPECT_EQ(33, result.first->column);
  EXPECT_EQ(right, result.first->expected);
  EXPECT_EQ(std::nextafter(right, 100.0f), result.first->got);
  ASSERT_TRUE(result.worst);
  EXPECT_EQ(30, result.worst->row);
}

TEST_F(CheckTest, NegativeZeroDiffersAndNaNEqualsNaN) {
  std::fill(a.begin(), a.end(), 0.0f);
  a[3 * depth] = std::numeric_limits<float>::quiet_NaN();
  compute();
  c[3 * n + 5] = -std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(0, run().mismatches);
  EXPECT_EQ(n, run().nonFinite);
  EXPECT_TRUE(run().hasZeroReference());
  // The chain starts from +0, and +0 plus any zero is +0.
  c[4 * n + 5] = -0.0f;
  EXPECT_EQ(1, run().mismatches);
}

TEST_F(CheckTest, NaNWhereANumberBelongs) {
  c[0] = std::numeric_limits<float>::quiet_NaN();
  CheckResult result = run();
  EXPECT_EQ(1, result.mismatches);
  EXPECT_TRUE(std::isinf(result.maxScaledError));
  EXPECT_TRUE(std::isinf(result.relativeError()));
}

TEST_F(CheckTest, NumberWhereNaNBelongs) {
  b[4] = std::numeric_limits<float>::infinity();
  b[n + 4] = -std::numeric_limits<float>::infinity();
  compute();
  EXPECT_EQ(m, run().nonFinite);
  EXPECT_EQ(0, run().nonFiniteWrong);
  c[4] = 1;
  EXPECT_EQ(1, run().nonFiniteWrong);
  EXPECT_EQ(1, run().mismatches);
}

TEST_F(CheckTest, MaskLimitsWhatIsCompared) {
  std::vector<uint8_t> mask(m * n, 0);
  for (int64_t j = 10; j < 20; ++j)
    mask[5 * n + j] = 1;
  mask[6 * n + n - 1] = 1;
  c[5 * n + 9] = 99;
  c[5 * n + 20] = 99;
  CheckResult result = run(mask);
  EXPECT_EQ(11, result.compared);
  EXPECT_EQ(0, result.mismatches);
  c[5 * n + 19] = 99;
  EXPECT_EQ(1, run(mask).mismatches);
  std::fill(mask.begin(), mask.end(), 0);
  EXPECT_TRUE(run(mask).isVacuous());
}

TEST_F(CheckTest, BandsMergeInOrder) {
  c[2 * n] = 1e9f;
  c[30 * n] = 1e9f;
  Reference reference(product, ada);
  CheckResult result;
  for (int64_t row = 0; row < m; row += 10) {
    int64_t rows = std::min<int64_t>(10, m - row);
    result.merge(check(reference, row,
                       Matrix::dense(&c[row * n], ElementType::F32, rows, n)));
  }
  EXPECT_EQ(m * n, result.compared);
  EXPECT_EQ(2, result.mismatches);
  EXPECT_EQ(2, result.first->row);
}

TEST_F(CheckTest, ComparingWithGivenValues) {
  std::vector<float> expected = c;
  Matrix want = Matrix::dense(expected.data(), ElementType::F32, m, n);
  Matrix got = Matrix::dense(c.data(), ElementType::F32, m, n);
  EXPECT_EQ(0, compare(want, got).mismatches);
  c[7] += 1;
  CheckResult result = compare(want, got);
  EXPECT_EQ(1, result.mismatches);
  EXPECT_EQ(7, result.first->column);
  EXPECT_GT(result.relativeError(), 0);
}
