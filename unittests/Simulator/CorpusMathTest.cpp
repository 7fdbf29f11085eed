//===- CorpusMathTest.cpp - What threads compute --------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Kernels of Corpus.h about products, narrow and wide numbers, and functions.
//
//===----------------------------------------------------------------------===//

#include "Corpus.h"

using namespace llvm;
using namespace ts::sim;

/// The product of matrices of small integers, which every order sums exactly.
template <class T>
static std::vector<float> product(const std::vector<T> &a,
                                  const std::vector<T> &b, unsigned m,
                                  unsigned n, unsigned k) {
  std::vector<float> c(m * n);
  for (unsigned row = 0; row < m; ++row)
    for (unsigned column = 0; column < n; ++column)
      for (unsigned i = 0; i < k; ++i)
        c[row * n + column] += float(a[row * k + i]) * float(b[i * n + column]);
  return c;
}

/// A whole number up to 2048 as f16.
static uint16_t halfOf(unsigned value) {
  if (value == 0)
    return 0;
  unsigned exponent = 31 - unsigned(countl_zero(value));
  return uint16_t(((exponent + 15) << 10) |
                  ((value << (10 - exponent)) & 0x3ff));
}

static std::vector<uint16_t> halvesOf(const std::vector<unsigned> &values) {
  std::vector<uint16_t> halves;
  for (unsigned value : values)
    halves.push_back(halfOf(value));
  return halves;
}

TEST(Corpus, Sgemm) {
  const unsigned n = 64;
  auto a = drawn<float>(n * n, 16, 1), b = drawn<float>(n * n, 16, 2);
  Corpus bench("sgemm", {n / 16, n / 16, 1}, {64, 1, 1});
  bench.in(a);
  bench.in(b);
  uint64_t out = bench.out(n * n * 4);
  bench.parameter(n);
  bench.clean("sgemm");
  EXPECT_EQ(bench.download<float>(out, n * n), product(a, b, n, n, n));
}

TEST(Corpus, Wmma) {
  const unsigned m = 64, n = 48, k = 32;
  auto a = drawn<unsigned>(m * k, 5, 3), b = drawn<unsigned>(k * n, 7, 4);
  Corpus bench("wmma", {n / 16, m / 32, 1}, {64, 1, 1});
  bench.in(halvesOf(a));
  bench.in(halvesOf(b));
  uint64_t out = bench.out(m * n * 4), halves = bench.out(m * n * 2);
  bench.parameter(n);
  bench.parameter(k);
  LaunchResult result = bench.clean("wmmaGemm");
  std::vector<float> expected = product(a, b, m, n, k);
  EXPECT_EQ(bench.download<float>(out, m * n), expected);
  EXPECT_EQ(result.counters.mmas, uint64_t(m) * n * k);
  auto twice = bench.download<uint16_t>(halves, m * n);
  for (unsigned i = 0; i < m * n; ++i)
    ASSERT_EQ(twice[i], halfOf(unsigned(expected[i]) * 2)) << i;
}

TEST(Corpus, Tensor) {
  const unsigned k = 48;
  auto a = drawn<unsigned>(16 * k, 9, 5), b = drawn<unsigned>(k * 8, 9, 6);
  Corpus bench("tensor", {1, 1, 1}, {32, 1, 1});
  bench.in(halvesOf(a));
  bench.in(halvesOf(b));
  uint64_t out = bench.out(512);
  bench.parameter(k);
  bench.clean("tensor");
  EXPECT_EQ(bench.download<float>(out, 128), product(a, b, 16, 8, k));
}

TEST(Corpus, Functions) {
  struct Shape {
    double scale;
    int32_t count;
    float values[3];
    bool operator==(const Shape &other) const {
      return scale == other.scale && count == other.count &&
             std::equal(values, values + 3, other.values);
    }
  };
  std::vector<Shape> shapes(64);
  std::vector<int> expected(64);
  for (int t = 0; t < 64; ++t) {
    Shape &shape = shapes[size_t(t)];
    shape = {t * 0.5, t, {1, float(t), 3}};
    expected[size_t(t)] = t < 4 ? t * 7 + 1 : int16_t(t * 300) + t;
  }
  Corpus bench("functions", {1, 1, 1}, {64, 1, 1});
  uint64_t changed = bench.in(shapes), out = bench.out(256);
  for (int t = 0; t < 64; ++t) {
    Shape &shape = shapes[size_t(t)];
    if (t & 1) {
      shape.count += t;
      shape.values[t % 3] = float(shape.scale) * float(t) + 1;
    } else {
      shape.values[0] = 3 * shape.values[1] + 1;
    }
  }
  bench.clean("functions");
  EXPECT_EQ(bench.download<int>(out, 64), expected);
  EXPECT_TRUE(bench.download<Shape>(changed, 64) == shapes);
}

TEST(Corpus, Halves) {
  // Pairs (low, high) of 0 to 3: low * 2 + high against high * 2 + high.
  const unsigned n = 45;
  auto low = drawn<unsigned>(n, 4, 7), high = drawn<unsigned>(n, 4, 8);
  std::vector<uint32_t> in;
  std::vector<uint16_t> expected, narrow;
  unsigned sums[2] = {0, 0};
  for (unsigned i = 0; i < n; ++i) {
    in.push_back(halfOf(low[i]) | uint32_t(halfOf(high[i])) << 16);
    unsigned first = low[i] * 2 + high[i], second = high[i] * 3;
    expected.push_back(first > second ? halfOf(1u << low[i])
                                      : uint16_t(halfOf(first) ^ 0x8000));
    narrow.push_back(uint16_t(bits(float(high[i] * 3)) >> 16));
    sums[0] += low[i], sums[1] += high[i];
  }
  // 9 threads to a block: the words between two blocks are shared.
  Corpus bench("halves", {5, 1, 1}, {9, 1, 1});
  bench.in(in);
  uint64_t out = bench.out(n * 2), total = bench.in(std::vector<uint32_t>{0}),
           narrowed = bench.out(n * 2);
  bench.parameter(n);
  bench.clean("halves");
  EXPECT_EQ(bench.download<uint16_t>(out, n), expected);
  EXPECT_EQ(bench.download<uint16_t>(narrowed, n), narrow);
  EXPECT_EQ(bench.download<uint32_t>(total, 1)[0],
            halfOf(sums[0]) | uint32_t(halfOf(sums[1])) << 16);
}

TEST(Corpus, Wide) {
  const unsigned n = 20;
  std::vector<uint32_t> a = drawn<uint32_t>(4 * n, 1 << 24, 9),
                        b = drawn<uint32_t>(4 * n, 1 << 24, 10), sums;
  for (unsigned i = 0; i < 4 * n; ++i) {
    a[i] = i % 3 == 0 ? ~0u - i : a[i] * 251;
    b[i] = i % 5 == 0 ? ~0u : b[i] * 253;
  }
  std::vector<uint64_t> tops;
  std::vector<uint8_t> dots;
  for (unsigned t = 0; t < n; ++t) {
    const uint32_t *x = &a[4 * t], *y = &b[4 * t];
    uint64_t carry = 0;
    for (unsigned i = 0; i < 4; ++i, carry >>= 32) {
      carry += uint64_t(x[i]) + y[i];
      sums.push_back(uint32_t(carry));
    }
    uint64_t p = x[0] | uint64_t(x[1]) << 32, q = y[0] | uint64_t(y[1]) << 32;
    tops.push_back(uint64_t(((unsigned __int128)(p)*q) >> 64) +
                   p / (q | 1) % 1000);
    int dot = 5;
    for (unsigned i = 0; i < 32; i += 8)
      dot += int8_t(x[2] >> i) * int8_t(y[2] >> i);
    // 0x5140: the lowest byte is that of x[3].
    dots.push_back(uint8_t(uint32_t(dot) ^ x[3]));
  }
  Corpus bench("wide", {4, 1, 1}, {5, 1, 1});
  bench.in(a);
  bench.in(b);
  uint64_t sum = bench.out(16 * n), top = bench.out(8 * n), dot = bench.out(n);
  bench.clean("wide");
  EXPECT_EQ(bench.download<uint32_t>(sum, 4 * n), sums);
  EXPECT_EQ(bench.download<uint64_t>(top, n), tops);
  EXPECT_EQ(bench.download<uint8_t>(dot, n), dots);
}
