//===- CorpusCallsTest.cpp - Calls, tables, printf and narrow formats -----===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Kernels of Corpus.h whose paths are decided by values, and 8-bit floats.
//
//===----------------------------------------------------------------------===//

#include "Corpus.h"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace llvm;
using namespace ts::sim;

TEST(Corpus, FunctionsByPointer) {
  auto in = drawn<float>(100, 1000);
  Corpus bench("calls", {2, 1, 1}, {64, 1, 1});
  bench.in(in);
  uint64_t out = bench.out(400);
  bench.parameter(100);
  bench.clean("byPointer");
  auto got = bench.download<float>(out, 100);
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(got[i], i % 3 == 0   ? in[i] / 2 + float(i)
                      : i % 3 == 1 ? in[i] * 2 - float(i)
                                   : in[i] * in[i])
        << i;
}

static int ackermann(int m, int n) {
  return m == 0   ? n + 1
         : n == 0 ? ackermann(m - 1, 1)
                  : ackermann(m - 1, ackermann(m, n - 1));
}

TEST(Corpus, Recursion) {
  Corpus bench("calls", {1, 1, 1}, {48, 1, 1});
  uint64_t out = bench.out(48 * 4);
  bench.clean("recursive");
  auto got = bench.download<int>(out, 48);
  for (int i = 0; i < 48; ++i) {
    int sum = 0, count = 0, n = i * i * i;
    do
      sum += n % 10, ++count;
    while (n /= 10);
    EXPECT_EQ(got[i], ackermann(i % 3, i % 4) * 1000 + sum * 10 + count) << i;
  }
}

TEST(Corpus, MembersThatNobodySets) {
  auto in = drawn<int>(64, 1000);
  Corpus bench("members", {2, 1, 1}, {32, 1, 1});
  bench.in(in);
  uint64_t out = bench.out(64 * 4);
  bench.clean("members");
  auto got = bench.download<int>(out, 64);
  for (int i = 0; i < 64; ++i)
    EXPECT_EQ(got[i], 4 * in[i] + 3 * i) << i;
}

TEST(Corpus, GroupsOfThreads) {
  auto in = drawn<int>(128, 1000, 3);
  Corpus bench("groups", {1, 1, 1}, {128, 1, 1});
  bench.in(in);
  uint64_t out = bench.out(128 * 4);
  bench.clean("pairsOfWarps");
  auto got = bench.download<int>(out, 128);
  for (int i = 0; i < 128; ++i) {
    int first = i / 64 * 64;
    EXPECT_EQ(got[i], std::accumulate(&in[first], &in[first] + 64, 0) +
                          in[i ^ 2] + in[i ^ 1])
        << i;
  }
  bench.clean("thoseThatAgree");
  got = bench.download<int>(out, 128);
  for (int i = 0; i < 128; ++i) {
    int same = 0;
    for (int l = 0; l < 32; ++l)
      same += (in[i / 32 * 32 + l] & 1) == (in[i] & 1);
    EXPECT_EQ(got[i], same) << i;
  }
}

TEST(Corpus, ThreadsThatAreThere) {
  auto in = drawn<int>(256, 1000, 4);
  Corpus bench("groups", {4, 1, 1}, {64, 1, 1});
  bench.in(in);
  uint64_t out = bench.in(std::vector<int>(257));
  bench.parameter(250);
  bench.clean("thoseThere");
  std::vector<int> expected;
  for (int i = 0; i < 250; ++i)
    if (in[i] % 3 == 0)
      expected.push_back(in[i]);
  auto got = bench.download<int>(out, 257);
  EXPECT_EQ(got[0], int(expected.size()));
  std::vector<int> kept(got.begin() + 1, got.begin() + 1 + got[0]);
  std::sort(kept.begin(), kept.end());
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(kept, expected);
}

static int interpret(const std::vector<uint8_t> &program, int i) {
  // As unsigned numbers, which wrap.
  uint32_t a = uint32_t(i), b = 1;
  int length = int(program.size());
  for (int at = 0; at < length; ++at)
    switch (program[size_t((at + i) % length)]) {
    case 0:
      a += b;
      break;
    case 1:
      b = a ^ 5;
      break;
    case 2:
      a = a * 3 - uint32_t(at);
      break;
    case 3:
      b -= a;
      break;
    case 4:
      a = uint32_t(int32_t(b) >> 1);
      break;
    case 5:
      b += uint32_t(popcount(a));
      break;
    case 6:
      a = 0 - a;
      break;
    default:
      a &= 0xffff;
    }
  return int(a * 7 + b);
}

TEST(Corpus, Switch) {
  auto program = drawn<uint8_t>(61, 9);
  Corpus bench("calls", {2, 1, 1}, {64, 1, 1});
  bench.in(program);
  uint64_t out = bench.out(128 * 4);
  bench.parameter(int(program.size()));
  bench.clean("interpreter");
  auto got = bench.download<int>(out, 128);
  for (int i = 0; i < 128; ++i)
    EXPECT_EQ(got[i], interpret(program, i)) << i;
}

TEST(Corpus, Printf) {
  std::vector<float> in(200, 1);
  in[3] = -0.125f, in[70] = -2, in[199] = -1e6f;
  Corpus bench("calls", {4, 1, 1}, {64, 1, 1});
  bench.in(in);
  bench.parameter(200);
  EXPECT_EQ(bench.clean("report").output,
            "negative 3: -0.12 3298534883328\n"
            "negative 70: -2.00 76965813944320\n"
            "negative 199: -1000000.00 218802813927424\n");
}

TEST(Corpus, WaitingByTheClock) {
  Corpus bench("calls", {1, 1, 1}, {64, 1, 1});
  uint64_t out = bench.out(64 * 8);
  bench.parameter(1000);
  bench.clean("wait");
  for (int64_t waited : bench.download<int64_t>(out, 64)) {
    EXPECT_GE(waited, 1000);
    EXPECT_LE(waited, 1100);
  }
}

/// The nearest number of a format with this precision, and ties to even.
static double nearest(double value, int fractionBits, int least, double most) {
  if (value == 0)
    return value;
  int exponent = std::max(std::ilogb(value), least);
  double rounded =
      std::ldexp(std::nearbyint(std::ldexp(value, fractionBits - exponent)),
                 exponent - fractionBits);
  return std::min(std::max(rounded, -most), most);
}

TEST(Corpus, BytesOfFloats) {
  std::vector<float> in;
  for (int i = 0; i < 500; ++i)
    in.push_back(std::ldexp(1 + float(i % 37) / 37, i % 40 - 24) *
                 (i % 3 ? 1.0f : -1.0f));
  Corpus bench("bytes", {8, 1, 1}, {64, 1, 1});
  bench.in(in);
  uint64_t e4m3 = bench.out(500), e5m2 = bench.out(500), back = bench.out(2000);
  bench.parameter(500);
  bench.clean("toBytes");
  auto got = bench.download<float>(back, 500);
  for (int i = 0; i < 500; ++i)
    EXPECT_EQ(got[i],
              float(nearest(in[i], 3, -6, 448) + nearest(in[i], 2, -14, 57344)))
        << in[i];
  // The sign of a number too small for any other bit.
  EXPECT_EQ(bench.download<uint8_t>(e4m3, 1)[0], 0x80);
  EXPECT_EQ(bench.download<uint8_t>(e5m2, 1)[0], 0x80);
}

TEST(Corpus, ProductOfBytes) {
  // Numbers 1 to 15 of e4m3 by their bits, and powers of two of e5m2: all sums
  // are exact even with 14 bits.
  auto picks = drawn<unsigned>(16 * 32, 8, 5), powers = drawn<unsigned>(256, 3);
  std::vector<uint8_t> a, b;
  for (unsigned pick : picks)
    a.push_back(uint8_t(0x38 + pick));
  for (unsigned power : powers)
    b.push_back(uint8_t(0x3c + 4 * power));
  Corpus bench("bytes", {1, 1, 1}, {32, 1, 1});
  bench.in(a);
  bench.in(b);
  uint64_t out = bench.out(128 * 4);
  bench.clean("multiplyBytes");
  auto got = bench.download<float>(out, 128);
  for (unsigned row = 0; row < 16; ++row)
    for (unsigned n = 0; n < 8; ++n) {
      float sum = 0;
      for (unsigned k = 0; k < 32; ++k)
        sum += (1 + float(picks[row * 32 + k]) / 8) *
               float(1 << powers[n * 32 + k]);
      EXPECT_EQ(got[row * 8 + n], sum) << row << ' ' << n;
    }
}
