//===- MechanismsTest.cpp - What fulfils a wish
//-----------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Which mechanisms may stand in for ieee, on which chip and for which K.
//
//===----------------------------------------------------------------------===//

#include "ts/Numerics/Bound.h"

#include "gtest/gtest.h"

using namespace ts;
using namespace ts::num;

using List = std::vector<Precision>;

static List accurate(int64_t k, const char *chip) {
  return mechanismsFor(Precision::Fp32Accurate, k, *lookupChip(chip));
}
static List normwise(int64_t k, const char *chip) {
  return mechanismsFor(Precision::Fp32AccurateNormwise, k, *lookupChip(chip));
}

TEST(Mechanisms, HopperTakesSplitsWhereAdaTakesIeee) {
  EXPECT_EQ((List{Precision::Bf16x6, Precision::Bf16x9, Precision::Ieee}),
            accurate(32, "h200"));
  EXPECT_EQ(List{Precision::Ieee}, accurate(32, "rtx4090"));
  EXPECT_EQ(List{Precision::Ieee}, accurate(32, "a100"));
  // Ada's sums of eight terms lose more than eight roundings: at no K.
  for (int64_t k : {1, 8, 100, 1000})
    EXPECT_EQ(List{Precision::Ieee}, accurate(k, "l40s")) << k;
}

TEST(Mechanisms, ShortProductsAreIeee) {
  for (int64_t k : {0, 1, 2, 3})
    EXPECT_EQ(List{Precision::Ieee}, accurate(k, "h200")) << k;
}

/// Where the bounds of pieces, in all the ways in which they are added up, come
/// below those of a chain.
TEST(Mechanisms, PiecesFromSomeKOn) {
  EXPECT_EQ(List{Precision::Ieee}, accurate(6, "h200"));
  EXPECT_EQ((List{Precision::Bf16x9, Precision::Ieee}), accurate(7, "h200"));
  EXPECT_EQ((List{Precision::Bf16x9, Precision::Ieee}), accurate(8, "h200"));
  EXPECT_EQ((List{Precision::Bf16x6, Precision::Bf16x9, Precision::Ieee}),
            accurate(9, "h200"));
}

TEST(Mechanisms, ScaledPiecesFromSomeKOn) {
  for (auto [chip, first] : {std::pair("h200", 12), {"rtx4090", 25}}) {
    EXPECT_EQ(Precision::F16x3, normwise(first, chip).front()) << chip;
    EXPECT_NE(Precision::F16x3, normwise(first - 1, chip).front()) << chip;
  }
}

TEST(Mechanisms, LongProductsAllowMore) {
  EXPECT_EQ((List{Precision::Bf16x6, Precision::Bf16x9, Precision::Tf32x3,
                  Precision::Ieee}),
            accurate(64, "h200"));
  EXPECT_EQ(Precision::Bf16x3, accurate(4096, "h200").front());
  // A bound that says nothing fulfils nothing.
  EXPECT_EQ(List{Precision::Ieee}, accurate(int64_t(1) << 40, "h200"));
  EXPECT_EQ(List{Precision::Ieee}, normwise(int64_t(1) << 40, "h200"));
}

TEST(Mechanisms, NormwiseAllowsScaledHalves) {
  for (const char *chip : {"h200", "rtx4090"}) {
    EXPECT_EQ(Precision::F16x3, normwise(32, chip).front()) << chip;
    EXPECT_EQ(Precision::Ieee, normwise(32, chip).back()) << chip;
  }
  // Below this the pieces alone lose more than ieee.
  EXPECT_NE(Precision::F16x3, normwise(8, "h200").front());
}

TEST(Mechanisms, EveryOneKeepsTheBoundOfIeee) {
  for (const Chip &chip : knownChips())
    for (int64_t k = 1; k < 3000; k = k < 40 ? k + 1 : k * 3 / 2) {
      const TensorCore &core = chip.tensorCore;
      for (auto [wish, magnitude] :
           {std::pair{Precision::Fp32Accurate, Magnitude::Elementwise},
            {Precision::Fp32AccurateNormwise, Magnitude::Normwise}}) {
        double limit =
            productBound(Precision::Ieee, ElementType::F32, k, magnitude, core);
        for (Precision mechanism : mechanismsFor(wish, k, chip)) {
          EXPECT_FALSE(isWish(mechanism));
          EXPECT_LE(
              productBound(mechanism, ElementType::F32, k, magnitude, core),
              limit);
        }
      }
    }
}

TEST(Mechanisms, AModeIsItsOwn) {
  EXPECT_EQ(List{Precision::Tf32},
            mechanismsFor(Precision::Tf32, 32, *lookupChip("h200")));
}
