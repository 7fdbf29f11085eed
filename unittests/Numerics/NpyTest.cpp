//===- NpyTest.cpp - Array files, hostile ones included -----------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// What is written reads back; every malformed header is refused by name.
//
//===----------------------------------------------------------------------===//

#include "ts/Numerics/Npy.h"

#include "gtest/gtest.h"

#include <cstring>

using namespace ts::num;
using llvm::MemoryBuffer;

static llvm::Expected<NpyFile> parse(const std::string &bytes) {
  return NpyFile::parse(MemoryBuffer::getMemBufferCopy(bytes), "x.npy");
}

/// A file with this dictionary and this much data.
static std::string file(std::string dict, size_t dataBytes, char major = 1) {
  dict += '\n';
  std::string bytes = "\x93NUMPY";
  bytes += major;
  bytes += '\0';
  for (int i = 0; i < (major == 1 ? 2 : 4); ++i)
    bytes += char(dict.size() >> (8 * i));
  bytes += dict;
  for (size_t i = 0; i < dataBytes; ++i)
    bytes += char(i);
  return bytes;
}

static std::string problem(const std::string &bytes) {
  auto result = parse(bytes);
  return result ? "" : llvm::toString(result.takeError());
}

static const char *good =
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";

TEST(Npy, WrittenHeadersReadBack) {
  for (auto type :
       {ElementType::F16, ElementType::F32, ElementType::F64, ElementType::I8,
        ElementType::I16, ElementType::I32, ElementType::I64})
    for (const llvm::SmallVector<int64_t> &shape :
         {llvm::SmallVector<int64_t>{}, {0}, {5}, {2, 3}, {4, 0, 7}}) {
      std::string bytes = npyHeader(type, shape);
      EXPECT_EQ(0u, bytes.size() % 64);
      uint64_t count = 1;
      for (int64_t extent : shape)
        count *= extent;
      bytes.append(count * byteSize(type), 'x');
      auto result = parse(bytes);
      ASSERT_TRUE(bool(result)) << llvm::toString(result.takeError());
      EXPECT_EQ(type, result->header().type);
      EXPECT_EQ(shape, result->header().shape);
      EXPECT_EQ(count, result->header().elements);
    }
}

TEST(Npy, Version2AndForeignSpelling) {
  auto result = parse(file(
      "{\"shape\":(6,) ,\"fortran_order\":False,\"descr\":\"<f4\"}   ", 24, 2));
  ASSERT_TRUE(bool(result)) << llvm::toString(result.takeError());
  EXPECT_EQ(6u, result->header().elements);
  float first;
  std::memcpy(&first, result->rowMajorData(), 4);
  uint32_t bits = 0x03020100;
  EXPECT_EQ(0, std::memcmp(&first, &bits, 4));
}

TEST(Npy, ColumnMajorIsReordered) {
  auto result = parse(
      file("{'descr': '|i1', 'fortran_order': True, 'shape': (2, 3)}", 6));
  ASSERT_TRUE(bool(result)) << llvm::toString(result.takeError());
  auto *data = static_cast<const char *>(result->rowMajorData());
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 3; ++j)
      EXPECT_EQ(i + 2 * j, data[i * 3 + j]);
}

TEST(Npy, ThreeDimensionsColumnMajor) {
  auto result = parse(
      file("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3, 4)}", 24));
  ASSERT_TRUE(bool(result)) << llvm::toString(result.takeError());
  auto *data = static_cast<const char *>(result->rowMajorData());
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 3; ++j)
      for (int k = 0; k < 4; ++k)
        EXPECT_EQ(i + 2 * j + 6 * k, data[(i * 3 + j) * 4 + k]);
}

TEST(Npy, SizeMustEqualTheFiles) {
  EXPECT_EQ("", problem(file(good, 24)));
  EXPECT_NE(std::string::npos, problem(file(good, 23)).find("asks for 24"));
  EXPECT_NE(std::string::npos, problem(file(good, 25)).find("has 25"));
}

TEST(Npy, HostileHeadersAreRefusedByName) {
  struct Case {
    const char *dict, *message;
  } cases[] = {
      {"{'descr': '>f4', 'fortran_order': False, 'shape': (2,)}", "big-endian"},
      {"{'descr': '|O', 'fortran_order': False, 'shape': (2,)}", "pickles"},
      {"{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)}",
       "structured"},
      {"{'descr': '<c8', 'fortran_order': False, 'shape': (2,)}", "'<c8'"},
      {"{'descr': '<f4', 'fortran_order': 1, 'shape': (2,)}", "fortran_order"},
      {"{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}", "extent"},
      {"{'descr': '<f4', 'fortran_order': False, 'shape': (2 2)}", "tuple"},
      {"{'descr': '<f4', 'fortran_order': False, 'shape': [2]}", "tuple"},
      {"{'descr': '<f4', 'fortran_order': False, 'shape': "
       "(99999999999999999999999,)}",
       "extent"},
      {"{'descr': '<f4', 'fortran_order': False, 'shape': "
       "(4294967296, 4294967296)}",
       "overflows"},
      {"{'descr': '<f8', 'fortran_order': False, 'shape': "
       "(2305843009213693952,)}",
       "more than 2^64"},
      {"{'descr': '<f4', 'fortran_order': False}", "lacks"},
      {"{'descr': '<f4', 'descr': '<f4', 'shape': (2,)}", "repeated"},
      {"{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} import os",
       "after"},
      {"{'descr': '<f4", "structured"},
      {"[]", "dictionary"},
      {"", "dictionary"},
  };
  for (const Case &c : cases)
    EXPECT_NE(std::string::npos, problem(file(c.dict, 8)).find(c.message))
        << c.dict << ": " << problem(file(c.dict, 8));
}

TEST(Npy, TruncatedAndOversizedHeaders) {
  std::string whole = file(good, 24);
  for (size_t length = 0; length < whole.size(); ++length)
    EXPECT_NE("", problem(whole.substr(0, length))) << length;
  EXPECT_NE(std::string::npos, problem("no array").find("not a .npy"));
  std::string huge("\x93NUMPY\x02\x00\xff\xff\xff\xff", 12);
  EXPECT_NE(std::string::npos, problem(huge).find("at most 65536"));
  EXPECT_NE(std::string::npos, problem(file(good, 24, 9)).find("version 9"));
}

TEST(Npy, MissingFileIsNamed) {
  auto result = NpyFile::open("/nonexistent/a.npy");
  ASSERT_FALSE(bool(result));
  EXPECT_NE(std::string::npos,
            llvm::toString(result.takeError()).find("/nonexistent/a.npy"));
}
