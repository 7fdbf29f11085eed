//===- MemoryTest.cpp - Sparse global memory ------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The host's view: what was written reads back, what was not is zero, and huge
// allocations cost only what is touched.
//
//===----------------------------------------------------------------------===//

#include "ts/Simulator/Simulator.h"

#include "gtest/gtest.h"

#include <numeric>

using namespace llvm;
using namespace ts::sim;

static std::string text(Error error) {
  return error ? toString(std::move(error)) : "";
}

static uint64_t allocate(Memory &memory, uint64_t bytes) {
  Expected<uint64_t> address = memory.allocate(bytes);
  EXPECT_TRUE(bool(address));
  return address ? *address : (consumeError(address.takeError()), 0);
}

static std::vector<uint8_t> read(Memory &memory, uint64_t from, size_t count) {
  std::vector<uint8_t> bytes(count, 0xEE);
  EXPECT_EQ(text(memory.read(from, bytes)), "");
  return bytes;
}

TEST(Memory, BytesReadBackAcrossPages) {
  Memory memory;
  uint64_t address = allocate(memory, 20000);
  EXPECT_EQ(address % 256, 0u);
  std::vector<uint8_t> bytes(9000);
  for (size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = uint8_t(i * 7 + i / 256 + 1);
  EXPECT_EQ(text(memory.write(address + 4000, bytes)), "");
  EXPECT_EQ(read(memory, address + 4000, 9000), bytes);
  EXPECT_EQ(read(memory, address + 3998, 4),
            (std::vector<uint8_t>{0, 0, 1, 8}));
  EXPECT_EQ(read(memory, address + 13000, 2), (std::vector<uint8_t>{0, 0}));
}

TEST(Memory, FillsFourGibibytesAsARule) {
  Memory memory;
  const uint64_t size = uint64_t(4) << 30;
  uint64_t address = allocate(memory, size);
  EXPECT_EQ(text(memory.write(address + 8192, {9, 9})), "");
  EXPECT_EQ(text(memory.fill(address, {1, 2, 3, 4}, size / 4)), "");
  EXPECT_EQ(read(memory, address + size - 6, 6),
            (std::vector<uint8_t>{3, 4, 1, 2, 3, 4}));
  EXPECT_EQ(read(memory, address + 8192, 3), (std::vector<uint8_t>{1, 2, 3}));
  // An odd start in the middle of a page shifts the pattern.
  EXPECT_EQ(text(memory.fill(address + 5001, {7, 8}, 5000)), "");
  EXPECT_EQ(read(memory, address + 5000, 3), (std::vector<uint8_t>{1, 7, 8}));
  EXPECT_EQ(read(memory, address + 9001, 2), (std::vector<uint8_t>{7, 8}));
  EXPECT_EQ(read(memory, address + 15000, 2), (std::vector<uint8_t>{8, 2}));
  EXPECT_EQ(text(memory.fill(address, {1, 2, 3}, 1)),
            "a pattern has 1, 2 or 4 bytes, not 3");
}

TEST(Memory, AllocationsLieApartAndAreNeverReused) {
  Memory memory;
  uint64_t first = allocate(memory, 16), second = allocate(memory, 4096);
  EXPECT_GE(second, first + 16 + 256);
  EXPECT_TRUE(memory.contains(first + 15));
  EXPECT_FALSE(memory.contains(first + 16));
  EXPECT_FALSE(memory.contains(0));
  EXPECT_EQ(text(memory.free(first)), "");
  EXPECT_FALSE(memory.contains(first));
  EXPECT_NE(allocate(memory, 16), first);
  EXPECT_NE(text(memory.free(first)).find("was freed before"),
            std::string::npos);
  EXPECT_NE(text(memory.free(second + 16)).find("not the start"),
            std::string::npos);
  EXPECT_TRUE(memory.contains(second));
}

TEST(Memory, RangesMustFit) {
  Memory memory;
  uint64_t address = allocate(memory, 10);
  std::vector<uint8_t> bytes(11);
  EXPECT_NE(text(memory.write(address, bytes)).find("beyond the end"),
            std::string::npos);
  EXPECT_NE(text(memory.read(address + 10, MutableArrayRef(bytes).take_front()))
                .find("beyond the end"),
            std::string::npos);
  EXPECT_NE(text(memory.fill(address, {1}, 11)).find("beyond the end"),
            std::string::npos);
  EXPECT_NE(text(memory.read(64, bytes)).find("in no allocation"),
            std::string::npos);
  EXPECT_EQ(text(memory.read(64, {})), "");
  EXPECT_EQ(text(memory.free(address)), "");
  EXPECT_NE(text(memory.kernelWrites(address, bytes)).find("freed"),
            std::string::npos);
  Expected<uint64_t> huge = memory.allocate(~uint64_t(0));
  EXPECT_NE(text(huge.takeError()).find("out of simulated memory"),
            std::string::npos);
}
