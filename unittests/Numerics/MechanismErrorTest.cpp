//===- MechanismErrorTest.cpp - Bounds against the model ------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Every mode, computed by a model of the tensor cores, keeps its bound on data
// made to break it, and comes close enough that the bound says something.
//
//===----------------------------------------------------------------------===//

#include "TensorCoreModel.h"

#include "ts/Numerics/Check.h"
#include "ts/Numerics/Random.h"

#include "gtest/gtest.h"

#include <cstring>
#include <tuple>

using namespace ts;
using namespace ts::num;

namespace {
constexpr int64_t rows = 6, columns = 5;

/// Kinds of operands, each hard in its own way.
enum class Data {
  Signed,
  Positive,
  Cancelling, ///< every product has one that nearly cancels it
  HugeRange,  ///< 1e30 beside 1e-30
  OneLarge,   ///< the others just below what alignment keeps
  OneLargeLast,
  Sparse,
  Subnormal,
  SmallInt, ///< exact in every mode
  Last = SmallInt
};

/// A product with its operands, its result by the model, and the check.
struct Case {
  Product product;
  TensorCore core;
  std::vector<float> a, b;
  std::vector<uint8_t> aBytes, bBytes, cBytes;

  Case(Precision precision, const TensorCore &core, int64_t depth, Data data,
       uint64_t seed, ElementType operands = ElementType::F32,
       ElementType result = ElementType::F32)
      : core(core), a(rows * depth), b(depth * columns) {
    product.precision = precision;
    product.resultType = result;
    product.a = Matrix::dense(nullptr, operands, rows, depth);
    product.b = Matrix::dense(nullptr, operands, depth, columns);
    fill(a, data, 2 * seed, true);
    fill(b, data, 2 * seed + 1, false);
    store();
  }
  int64_t depth() const { return product.depth(); }

  float value(Data data, uint64_t seed, uint64_t index, int64_t k) const;
  void fill(std::vector<float> &values, Data data, uint64_t seed, bool isA) {
    for (size_t i = 0; i < values.size(); ++i)
      values[i] = value(data, seed, i,
                        isA ? int64_t(i) % depth() : int64_t(i) / columns);
    if (data == Data::Cancelling && isA)
      for (size_t i = 1; i < values.size(); ++i)
        if (i % size_t(depth()) % 2 == 1)
          values[i] = -values[i - 1] * (1 + 0x1p-20f);
    if (data == Data::Cancelling && !isA)
      for (size_t i = columns; i < values.size(); ++i)
        if (i / columns % 2 == 1)
          values[i] = values[i - columns];
  }
  /// Takes the operands in their type, and their values back from it.
  void store() {
    for (auto [values, bytes, matrix] :
         {std::tuple(&a, &aBytes, &product.a), {&b, &bBytes, &product.b}}) {
      unsigned size = byteSize(matrix->type);
      bytes->resize(values->size() * size);
      for (size_t i = 0; i < values->size(); ++i) {
        storeFromDouble(&(*bytes)[i * size], matrix->type, (*values)[i]);
        (*values)[i] = float(loadAsDouble(&(*bytes)[i * size], matrix->type));
      }
      matrix->data = bytes->data();
    }
  }
  float compute(const TensorCoreModel &model, int64_t i, int64_t j) const {
    std::vector<float> row(a.begin() + i * depth(),
                           a.begin() + (i + 1) * depth());
    std::vector<float> column;
    for (int64_t k = 0; k < depth(); ++k)
      column.push_back(b[k * columns + j]);
    return model.element(row, column);
  }
  /// Computes by `mechanism` and checks against the product's own mode.
  CheckResult run(Precision mechanism, Defects defects = {}) {
    TensorCoreModel model(core, mechanism, product.a.type, defects);
    unsigned size = byteSize(product.resultType);
    cBytes.resize(rows * columns * size);
    for (int64_t i = 0; i < rows; ++i)
      for (int64_t j = 0; j < columns; ++j)
        storeFromDouble(&cBytes[(i * columns + j) * size], product.resultType,
                        compute(model, i, j));
    return check(
        Reference(product, core), 0,
        Matrix::dense(cBytes.data(), product.resultType, rows, columns));
  }
};
} // namespace

float Case::value(Data data, uint64_t seed, uint64_t index, int64_t k) const {
  auto positive =
      float(1 + valueAt({Fill::Kind::Uniform, seed}, ElementType::F32, index));
  uint64_t bits = randomBits(seed + 1000, index);
  float sign = bits & 1 ? 1.0f : -1.0f;
  bool isF16 = product.a.type == ElementType::F16, isA = seed % 2 == 0;
  int range = isF16 ? 14 : isA ? 100 : 20;
  switch (data) {
  case Data::SmallInt:
    return float(
        valueAt({Fill::Kind::SmallInt, seed}, ElementType::F32, index));
  case Data::Signed:
    return float(valueAt({Fill::Kind::Random, seed}, ElementType::F32, index));
  case Data::Positive:
  case Data::Cancelling:
    return positive;
  case Data::HugeRange:
    return sign * std::ldexp(positive, int((bits >> 1) % (2 * range)) - range);
  case Data::OneLarge:
  case Data::OneLargeLast: {
    bool isLarge = data == Data::OneLarge ? k == 0 : k == depth() - 1;
    if (isLarge)
      return 1 + 0x1p-8f - 0x1p-16f - 0x1p-23f;
    // The product of two is 3.97 * 2^-(F + 2) in every piece format.
    int half = int(core.fractionBits) / 2 + 1;
    return std::ldexp(2 - 0x1p-7f,
                      isA ? -half : half - int(core.fractionBits) - 2);
  }
  case Data::Sparse:
    return bits % 4 == 0 ? sign * positive : 0;
  case Data::Subnormal:
    return sign * std::ldexp(positive, !isA    ? (isF16 ? 10 : 60)
                                       : isF16 ? -25 + int(bits % 12)
                                               : -140 + int(bits % 30));
  }
  return 0;
}

static const TensorCore ada = lookupChip("rtx4090")->tensorCore;
static const TensorCore hopper = lookupChip("h200")->tensorCore;

/// Runs every kind of data; returns the largest share of the bound that was
/// reached.
static double worstShare(Precision promise, Precision mechanism,
                         const TensorCore &core, int64_t depth,
                         ElementType operands = ElementType::F32,
                         ElementType result = ElementType::F32) {
  double share = 0;
  for (int data = 0; data <= int(Data::Last); ++data)
    for (uint64_t seed = 0; seed < 16; ++seed) {
      Case test(promise, core, depth, Data(data), seed, operands, result);
      Defects order;
      order.productsOutside = seed % 2;
      order.isDealt = seed / 4 % 2;
      // All small products are added last, or half of them, or none.
      size_t cross = mechanismOf(mechanism).cross.size();
      order.apart = seed / 2 % 2 ? cross : seed / 8 % 2 ? (cross + 1) / 2 : 0;
      CheckResult found = test.run(mechanism, order);
      std::string where = name(mechanism).str() + " data " +
                          std::to_string(data) + " K " + std::to_string(depth);
      EXPECT_EQ(0, found.aboveBound) << where << " " << found.maxScaledError;
      EXPECT_EQ(0, found.nonFiniteWrong) << where;
      // f16 overflows on the huge ranges, f32 never does here.
      if (result == ElementType::F32 && operands == ElementType::F32) {
        EXPECT_EQ(0, found.notComparable) << where;
      }
      share = std::max(share, found.maxScaledError /
                                  scaledErrorBound(test.product, core));
    }
  return share;
}

static const int64_t depths[] = {1, 5, 8, 9, 16, 17, 32, 33, 100, 112};

TEST(MechanismError, BoundsHoldAndSaySomething) {
  for (const TensorCore &core : {ada, hopper})
    for (Precision mode :
         {Precision::Tf32, Precision::Tf32x3, Precision::Bf16x3,
          Precision::Bf16x6, Precision::Bf16x9, Precision::F16x3})
      for (int64_t depth : depths) {
        double share = worstShare(mode, mode, core, depth);
        EXPECT_LE(share, 1);
        EXPECT_GE(share, 1 / 30.0) << name(mode).str() << " K " << depth;
      }
}

TEST(MechanismError, NativeModes) {
  for (const TensorCore &core : {ada, hopper})
    for (ElementType type : {ElementType::F16, ElementType::BF16})
      for (ElementType result : {ElementType::F32, type})
        for (int64_t depth : depths) {
          double share = worstShare(Precision::Native, Precision::Native, core,
                                    depth, type, result);
          EXPECT_LE(share, 1);
          // A single product is exact, or rounded once.
          if (depth > 1 || result != ElementType::F32) {
            EXPECT_GE(share, 1 / 30.0) << name(type).str() << " K " << depth;
          }
        }
}

TEST(MechanismError, MechanismsKeepThePromiseOfTheWish) {
  for (const char *chip : {"h200", "rtx4090"})
    for (Precision wish :
         {Precision::Fp32Accurate, Precision::Fp32AccurateNormwise})
      for (int64_t depth : {8, 16, 32, 64, 100})
        for (Precision mechanism :
             mechanismsFor(wish, depth, *lookupChip(chip)))
          if (mechanism != Precision::Ieee) {
            EXPECT_LE(worstShare(wish, mechanism, lookupChip(chip)->tensorCore,
                                 depth),
                      1);
          }
}

TEST(MechanismError, SmallIntegersAreExactInEveryMode) {
  auto errorOf = [](Precision mode, int64_t depth, ElementType operands,
                    ElementType result) {
    Case test(mode, ada, depth, Data::SmallInt, 9, operands, result);
    CheckResult found = test.run(mode);
    EXPECT_EQ(0, found.mismatches);
    return found.errorSquared;
  };
  for (Precision mode :
       {Precision::Tf32, Precision::Tf32x3, Precision::Bf16x3,
        Precision::Bf16x6, Precision::Bf16x9, Precision::F16x3})
    EXPECT_EQ(0, errorOf(mode, 100, ElementType::F32, ElementType::F32));
  for (ElementType type : {ElementType::F16, ElementType::BF16})
    EXPECT_EQ(0, errorOf(Precision::Native, 100, type, ElementType::F32));
  EXPECT_EQ(0,
            errorOf(Precision::Native, 32, ElementType::F16, ElementType::F16));
  EXPECT_EQ(
      0, errorOf(Precision::Native, 4, ElementType::BF16, ElementType::BF16));
}

TEST(MechanismError, TruncatedInsteadOfRounded) {
  for (Data data : {Data::Positive, Data::OneLarge}) {
    Case tf32(Precision::Tf32, hopper, 4, data, 3);
    for (float &value : tf32.a)
      value = 1 + 0x1p-10f - 0x1p-23f;
    for (float &value : tf32.b)
      value = 1 + 0x1p-10f - 0x1p-23f;
    tf32.store();
    EXPECT_EQ(0, tf32.run(Precision::Tf32).aboveBound);
    Defects truncates;
    truncates.truncates = true;
    EXPECT_EQ(rows * columns, tf32.run(Precision::Tf32, truncates).aboveBound);
  }
}

TEST(MechanismError, DroppedCrossTerms) {
  for (Precision mode : {Precision::Tf32x3, Precision::Bf16x3,
                         Precision::Bf16x6, Precision::F16x3}) {
    Case test(mode, hopper, 8, Data::Positive, 4);
    EXPECT_EQ(0, test.run(mode).aboveBound);
    Defects dropped;
    dropped.droppedProduct = int(mechanismOf(mode).cross.size()) - 1;
    EXPECT_GT(test.run(mode, dropped).aboveBound, 0) << name(mode).str();
  }
}

TEST(MechanismError, WrongScaleOfTheCrossTerms) {
  Case test(Precision::F16x3, hopper, 32, Data::Positive, 5);
  EXPECT_EQ(0, test.run(Precision::F16x3).aboveBound);
  Defects wrong;
  wrong.scale = 2;
  EXPECT_GT(test.run(Precision::F16x3, wrong).aboveBound, 0);
  ASSERT_TRUE(test.run(Precision::F16x3, wrong).firstAbove);
}

TEST(MechanismError, PoisonedRowsAndColumnsAreCountedAndTheRestIsHeld) {
  float infinity = std::numeric_limits<float>::infinity();
  for (Precision mode :
       {Precision::F16x3, Precision::Bf16x6, Precision::Fp32Accurate}) {
    Precision mechanism =
        mode == Precision::Fp32Accurate ? Precision::Bf16x6 : mode;
    Case test(mode, hopper, 32, Data::Signed, 6);
    test.a[3 * 32 + 5] = infinity;
    test.a[5 * 32] = std::numeric_limits<float>::quiet_NaN();
    test.b[4 * columns + 2] = -infinity;
    test.store();
    CheckResult found = test.run(mechanism);
    EXPECT_EQ(2 * columns + rows - 2, found.notComparable);
    EXPECT_EQ(0, found.nonFiniteWrong);
    EXPECT_EQ(0, found.aboveBound);
    EXPECT_EQ(rows * columns, found.compared);
    // A number where an infinity took part is wrong all the same.
    float number = 1;
    std::memcpy(&test.cBytes[(3 * columns + 1) * 4], &number, 4);
    EXPECT_EQ(1, check(Reference(test.product, hopper), 0,
                       Matrix::dense(test.cBytes.data(), ElementType::F32, rows,
                                     columns))
                     .nonFiniteWrong);
  }
}

TEST(MechanismError, LargestEntriesArePoisonNotErrors) {
  Case test(Precision::Bf16x6, hopper, 8, Data::Signed, 7);
  test.a[2 * 8] = std::numeric_limits<float>::max();
  for (float &value : test.b)
    value *= 0x1p-20f;
  test.store();
  CheckResult found = test.run(Precision::Bf16x6);
  EXPECT_EQ(columns, found.notComparable);
  EXPECT_EQ(0, found.aboveBound);
  EXPECT_EQ(0, found.nonFiniteWrong);
}

TEST(MechanismError, ScaledHalvesKeepOnlyTheNorm) {
  // 1e30 meets zeros; what 1e-30 adds is lost, within the norm.
  Case test(Precision::F16x3, hopper, 2, Data::Signed, 8);
  for (int64_t i = 0; i < rows; ++i)
    test.a[2 * i] = 1e30f, test.a[2 * i + 1] = 1e-30f;
  for (int64_t j = 0; j < columns; ++j)
    test.b[j] = 0, test.b[columns + j] = 1;
  test.store();
  CheckResult found = test.run(Precision::F16x3);
  EXPECT_EQ(0, found.aboveBound);
  EXPECT_EQ(1, found.relativeError());
  // Elementwise modes keep it.
  test.product.precision = Precision::Bf16x6;
  EXPECT_LT(test.run(Precision::Bf16x6).relativeError(), 1e-6);
}
