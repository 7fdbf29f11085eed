//===- SampleTest.cpp - Which blocks are simulated ------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// First, last, no repeats, the same for the same seed.
//
//===----------------------------------------------------------------------===//

#include "ts/Runner/Sample.h"

#include "gtest/gtest.h"

#include <algorithm>
#include <cmath>
#include <set>

using namespace ts;

TEST(Sample, HoldsFirstAndLastOnceEachAndAscends) {
  for (uint64_t total : {4u, 10u, 1000u})
    for (uint64_t count = 2; count < std::min<uint64_t>(total, 40); ++count) {
      std::vector<uint64_t> blocks = sampleBlocks(total, count, 5);
      EXPECT_EQ(count, blocks.size());
      EXPECT_EQ(0u, blocks.front());
      EXPECT_EQ(total - 1, blocks.back());
      EXPECT_TRUE(std::is_sorted(blocks.begin(), blocks.end()));
      EXPECT_EQ(count, std::set<uint64_t>(blocks.begin(), blocks.end()).size());
    }
}

TEST(Sample, AllBlocksIsTheEmptyList) {
  EXPECT_TRUE(sampleBlocks(7, 7, 1).empty());
  EXPECT_TRUE(sampleBlocks(7, 100, 1).empty());
  EXPECT_EQ(std::vector<uint64_t>{0}, sampleBlocks(7, 1, 1));
}

TEST(Sample, DependsOnTheSeedAlone) {
  EXPECT_EQ(sampleBlocks(100000, 20, 3), sampleBlocks(100000, 20, 3));
  EXPECT_NE(sampleBlocks(100000, 20, 3), sampleBlocks(100000, 20, 4));
}

TEST(Sample, CountFollowsTheWork) {
  EXPECT_EQ(64u, chooseBlockCount(64, 0x1p31));
  EXPECT_EQ(3u, chooseBlockCount(128, 0x1p40));
  EXPECT_EQ(4u, chooseBlockCount(128, 0x1p35));
  EXPECT_EQ(2u, chooseBlockCount(2, 0x1p40));
  EXPECT_EQ(3u, chooseBlockCount(1000, HUGE_VAL));
}
