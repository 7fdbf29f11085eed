//===- ReferenceTest.cpp - The chain of fused multiply-adds -------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The vectorised loops against the definition, element by element and bit by
// bit.
//
//===----------------------------------------------------------------------===//

#include "ts/Numerics/Reference.h"
#include "ts/Numerics/Random.h"

#include "gtest/gtest.h"

#include <cmath>
#include <limits>
#include <vector>

using namespace ts::num;

static const ts::TensorCore ada = ts::lookupChip("rtx4090")->tensorCore;

namespace {
/// A matrix with its own memory, filled with values unique to its seed.
struct Owned {
  std::vector<uint8_t> bytes;
  Matrix view;

  Owned(ElementType type, int64_t rows, int64_t columns, uint64_t seed)
      : bytes(rows * columns * byteSize(type)) {
    generate({Fill::Kind::Random, seed}, type, 0, rows * columns, bytes.data());
    view = Matrix::dense(bytes.data(), type, rows, columns);
  }
};
} // namespace

/// The definition, spelled as in the operation's description.
template <typename T>
static T define(const Product &p, int64_t i, int64_t j) {
  T acc = 0;
  for (int64_t k = 0; k < p.depth(); ++k)
    acc = std::fma(T(p.a.at(i, k)), T(p.b.at(k, j)), acc);
  volatile T t = p.alpha == 1 ? acc : T(p.alpha) * acc;
  return p.beta == 0 ? T(t) : std::fma(T(p.beta), T(p.c0->at(i, j)), T(t));
}

template <typename T>
static void expectDefinition(const Product &p) {
  Reference reference(p, ada);
  ReferenceRow row;
  for (int64_t i = 0; i < p.rows(); ++i) {
    reference.row(i, 0, p.columns(), row);
    for (int64_t j = 0; j < p.columns(); ++j) {
      EXPECT_EQ(double(define<T>(p, i, j)), row.chain[j]) << i << "," << j;
      EXPECT_NEAR(row.exact[j], row.chain[j], 1e-5 * (1 + row.magnitude[j]));
      EXPECT_GE(row.magnitude[j] * (1 + 1e-12), std::fabs(row.exact[j]));
    }
  }
}

TEST(Reference, ChainIsBitEqualToTheDefinition) {
  for (int64_t k : {0, 1, 2, 3, 4, 5, 7, 8, 31, 32, 33, 100}) {
    Owned a(ElementType::F32, 3, k, 1), b(ElementType::F32, k, 1037, 2);
    Product p;
    p.a = a.view;
    p.b = b.view;
    expectDefinition<float>(p);
  }
}

TEST(Reference, TransposedViewsAndScaling) {
  Owned a(ElementType::F32, 17, 5, 1), b(ElementType::F32, 23, 17, 2),
      c(ElementType::F32, 5, 23, 3);
  Product p;
  p.a = a.view.transposed();
  p.b = b.view.transposed();
  p.c0 = c.view;
  for (double alpha : {1.0, 0.3, -2.0})
    for (double beta : {0.0, 1.0, 0.7}) {
      p.alpha = alpha;
      p.beta = beta;
      expectDefinition<float>(p);
    }
}

TEST(Reference, DoubleAccumulatesInDouble) {
  Owned a(ElementType::F64, 4, 37, 1), b(ElementType::F64, 37, 65, 2);
  Product p;
  p.a = a.view;
  p.b = b.view;
  p.resultType = ElementType::F64;
  p.alpha = 1.25;
  expectDefinition<double>(p);
}

TEST(Reference, HalfOperandsRoundOnceAtTheEnd) {
  Owned a(ElementType::F16, 4, 37, 1), b(ElementType::F16, 37, 65, 2);
  Product p;
  p.a = a.view;
  p.b = b.view;
  p.resultType = ElementType::F16;
  Reference reference(p, ada);
  ReferenceRow row;
  reference.row(3, 0, 65, row);
  for (int64_t j = 0; j < 65; ++j)
    EXPECT_EQ(double(halfToFloat(floatToHalf(define<float>(p, 3, j)))),
              row.chain[j]);
}

TEST(Reference, PiecesOfARowAreTheRow) {
  Owned a(ElementType::F32, 2, 9, 1), b(ElementType::F32, 9, 1300, 2);
  Product p;
  p.a = a.view;
  p.b = b.view;
  Reference reference(p, ada);
  ReferenceRow whole, piece;
  reference.row(1, 0, 1300, whole);
  reference.row(1, 701, 599, piece);
  for (int64_t j = 0; j < 599; ++j) {
    EXPECT_EQ(whole.chain[701 + j], piece.chain[j]);
    EXPECT_EQ(whole.exact[701 + j], piece.exact[j]);
  }
}

TEST(Reference, BetaZeroDoesNotReadC) {
  Owned a(ElementType::F32, 1, 2, 1), b(ElementType::F32, 2, 1, 2);
  float nan = std::numeric_limits<float>::quiet_NaN();
  Product p;
  p.a = a.view;
  p.b = b.view;
  p.c0 = Matrix::dense(&nan, ElementType::F32, 1, 1);
  Reference reference(p, ada);
  ReferenceRow row;
  reference.row(0, 0, 1, row);
  EXPECT_TRUE(std::isfinite(row.chain[0]));
  EXPECT_TRUE(std::isfinite(row.magnitude[0]));
}

TEST(Reference, AlphaZeroReadsNeitherOperand) {
  float nan = std::numeric_limits<float>::quiet_NaN(), c = -3;
  Product p;
  p.a = p.b = Matrix::dense(&nan, ElementType::F32, 1, 1);
  p.c0 = Matrix::dense(&c, ElementType::F32, 1, 1);
  p.alpha = 0;
  p.beta = 2;
  dropUnreadOperands(p);
  Reference reference(p, ada);
  ReferenceRow row;
  reference.row(0, 0, 1, row);
  EXPECT_EQ(-6, row.chain[0]);
  EXPECT_EQ(6, row.magnitude[0]);
}

TEST(Reference, FusedDiffersFromSeparateRounding) {
  // 1 + 2^-12 squared minus its rounded square: only a fused chain sees it.
  float a[] = {-1.0f, 1 + 0x1p-12f}, b[] = {1 + 0x1p-11f, 1 + 0x1p-12f};
  Product p;
  p.a = Matrix::dense(a, ElementType::F32, 1, 2);
  p.b = Matrix::dense(b, ElementType::F32, 2, 1);
  Reference reference(p, ada);
  ReferenceRow row;
  reference.row(0, 0, 1, row);
  EXPECT_EQ(0x1p-24, row.chain[0]);
}
