//===- TargetTest.cpp - The tables of hardware ----------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// What holds for every row, and the figures that schedules are built on.
//
//===----------------------------------------------------------------------===//

#include "ts/Target/Target.h"

#include "gtest/gtest.h"

#include <set>

using namespace ts;

TEST(Target, RowsAreConsistent) {
  std::set<std::string> names;
  for (const Chip &chip : knownChips()) {
    SCOPED_TRACE(chip.name.str());
    EXPECT_TRUE(names.insert(chip.name.str()).second);
    EXPECT_EQ(lookupChip(chip.name), &chip);
    EXPECT_TRUE(Isa(chip.computeCapability).isKnown());
    EXPECT_GT(chip.smCount, 0u);
    // The driver keeps 1 KB of each block's share.
    EXPECT_EQ(chip.sharedBytesPerSM, chip.sharedBytesPerBlock + 1024);
    EXPECT_LE(chip.maxThreadsPerBlock, 32 * chip.maxWarpsPerSM);
    EXPECT_EQ(chip.registersPerSM, 65536u);
    EXPECT_GT(chip.l2Bytes, 0);
    // Every product of significands and every f32 fits the alignment.
    EXPECT_GE(chip.tensorCore.fractionBits, 23u);
    EXPECT_EQ(chip.tensorCore.halfTerms(), 2 * chip.tensorCore.tf32Terms());
    EXPECT_GT(chip.fp32Tflops, 0);
    // No fill is faster than the memory, and each measurement has a source.
    EXPECT_LT(chip.writeFloorGBs, chip.dramGBs);
    EXPECT_EQ(chip.writeFloorGBs > 0, chip.floorSource != nullptr);
    EXPECT_EQ(chip.writeGBs(),
              chip.writeFloorGBs > 0 ? chip.writeFloorGBs : chip.dramGBs);
  }
}

TEST(Target, KnowsTheReferenceChips) {
  const Chip *rtx4090 = lookupChip("rtx4090");
  ASSERT_NE(rtx4090, nullptr);
  EXPECT_EQ(rtx4090->computeCapability, 89u);
  EXPECT_EQ(rtx4090->sharedBytesPerBlock, 99u * 1024);
  EXPECT_EQ(rtx4090->smCount, 128u);
  const Chip *h200 = lookupChip("h200");
  ASSERT_NE(h200, nullptr);
  EXPECT_EQ(h200->computeCapability, 90u);
  EXPECT_EQ(h200->sharedBytesPerBlock, 227u * 1024);
  EXPECT_EQ(h200->smCount, 132u);
}

TEST(Target, DevicesByTheDriversName) {
  EXPECT_EQ(lookupDevice("NVIDIA H200"), lookupChip("h200"));
  EXPECT_EQ(lookupDevice("NVIDIA H100 80GB HBM3"), lookupChip("h100"));
  EXPECT_EQ(lookupDevice("NVIDIA A100-SXM4-80GB"), lookupChip("a100"));
  EXPECT_EQ(lookupDevice("NVIDIA GeForce RTX 4090"), lookupChip("rtx4090"));
  EXPECT_EQ(lookupDevice("NVIDIA GeForce RTX 3090"), nullptr);
}

TEST(Target, UnknownNames) {
  for (const char *name : {"", "rtx", "RTX4090", "rtx4090 ", "sm_89"})
    EXPECT_EQ(lookupChip(name), nullptr) << name;
  EXPECT_EQ(knownChipNames(), "rtx4090, l40s, h100, h200, a100");
}

TEST(Target, OldestPtxOfEachIsa) {
  EXPECT_EQ(minimumPtxVersion(80), "+ptx70");
  EXPECT_EQ(minimumPtxVersion(86), "+ptx71");
  EXPECT_EQ(minimumPtxVersion(87), "+ptx74");
  EXPECT_EQ(minimumPtxVersion(89), "+ptx78");
  EXPECT_EQ(minimumPtxVersion(90), "+ptx78");
  EXPECT_EQ(minimumPtxVersion(88), "");
  EXPECT_EQ(knownIsaNames(), "80, 86, 87, 89, 90");
  EXPECT_FALSE(Isa(88).isKnown());
  EXPECT_EQ(Isa(89).getName(), "sm_89");
}

TEST(Target, Predicates) {
  EXPECT_FALSE(Isa(75).hasCpAsync());
  EXPECT_TRUE(Isa(75).hasLdMatrix());
  EXPECT_TRUE(Isa(80).hasCpAsync());
  EXPECT_TRUE(Isa(80).hasTf32Mma());
  EXPECT_TRUE(Isa(86).hasBf16Mma());
  EXPECT_FALSE(Isa(89).hasBulkCopy());
  EXPECT_FALSE(Isa(89).hasClusters());
  EXPECT_TRUE(Isa(90).hasBulkCopy());
}
