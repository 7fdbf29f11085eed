//===- RandomTest.cpp - Inputs as functions of their index --------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Ranges, independence of chunks and threads, and that seeds and indices
// matter.
//
//===----------------------------------------------------------------------===//

#include "ts/Numerics/Random.h"

#include "gtest/gtest.h"

#include <cmath>
#include <set>
#include <vector>

using namespace ts::num;

TEST(Random, ValuesStayInTheirRangeAndInTheirType) {
  for (auto type : {ElementType::F16, ElementType::BF16, ElementType::F32,
                    ElementType::F64}) {
    double sum = 0;
    for (uint64_t i = 0; i < 20000; ++i) {
      double random = valueAt({Fill::Kind::Random, 3}, type, i);
      double uniform = valueAt({Fill::Kind::Uniform, 3}, type, i);
      EXPECT_TRUE(random >= -1 && random < 1);
      EXPECT_TRUE(uniform >= 0 && uniform < 1);
      char storage[8];
      storeFromDouble(storage, type, random);
      EXPECT_EQ(random, loadAsDouble(storage, type)) << name(type).str();
      storeFromDouble(storage, type, uniform);
      EXPECT_EQ(uniform, loadAsDouble(storage, type)) << name(type).str();
      sum += uniform;
    }
    EXPECT_NEAR(0.5, sum / 20000, 0.01);
  }
}

TEST(Random, SmallIntegersCoverTheirRange) {
  std::set<double> seen;
  for (uint64_t i = 0; i < 2000; ++i)
    seen.insert(valueAt({Fill::Kind::SmallInt, 5}, ElementType::F32, i));
  EXPECT_EQ(17u, seen.size());
  EXPECT_EQ(-8, *seen.begin());
  EXPECT_EQ(8, *seen.rbegin());
}

TEST(Random, SmallIntegersAreExactInEveryType) {
  for (auto type : {ElementType::F16, ElementType::BF16, ElementType::F32,
                    ElementType::F64, ElementType::I8})
    for (uint64_t i = 0; i < 100; ++i) {
      char storage[8];
      generate({Fill::Kind::SmallInt, 5}, type, i, 1, storage);
      EXPECT_EQ(valueAt({Fill::Kind::SmallInt, 5}, ElementType::F64, i),
                loadAsDouble(storage, type));
    }
}

TEST(Random, AnyPieceCanBeMadeAgain) {
  Fill fill{Fill::Kind::Random, 42};
  std::vector<float> whole(200000);
  generate(fill, ElementType::F32, 0, whole.size(), whole.data());
  std::vector<float> piece(70001);
  uint64_t first = 123457;
  piece.resize(whole.size() - first);
  generate(fill, ElementType::F32, first, piece.size(), piece.data());
  for (size_t i = 0; i < piece.size(); ++i)
    EXPECT_EQ(whole[first + i], piece[i]);
  // Beyond 2^32 elements the index must not wrap.
  float low, high;
  generate(fill, ElementType::F32, 5, 1, &low);
  generate(fill, ElementType::F32, (uint64_t(1) << 32) + 5, 1, &high);
  EXPECT_NE(low, high);
}

TEST(Random, SeedsAndIndicesGiveDifferentBits) {
  std::set<uint64_t> seen;
  for (uint64_t seed = 0; seed < 100; ++seed)
    for (uint64_t index = 0; index < 1000; ++index)
      seen.insert(randomBits(seed, index));
  EXPECT_EQ(100000u, seen.size());
}

TEST(Random, SplatIsEverywhere) {
  std::vector<uint16_t> values(10);
  generate({Fill::Kind::Splat, 0, 1.5}, ElementType::F16, 7, 10, values.data());
  for (uint16_t value : values)
    EXPECT_EQ(0x3e00, value);
}
