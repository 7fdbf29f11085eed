//===- CorpusTest.cpp - How threads work together -------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Kernels of Corpus.h about shared memory, shuffles, barriers and fences.
//
//===----------------------------------------------------------------------===//

#include "Corpus.h"

#include <numeric>

using namespace llvm;
using namespace ts::sim;

TEST(Corpus, Reduce) {
  auto in = drawn<int>(3000, 1000);
  Corpus bench("reduce", {3, 1, 1}, {256, 1, 1});
  bench.in(in);
  uint64_t out = bench.in(std::vector<int>{7});
  bench.parameter(3000);
  bench.clean("reduce");
  EXPECT_EQ(bench.download<int>(out, 1)[0],
            std::accumulate(in.begin(), in.end(), 7));
}

TEST(Corpus, Histogram) {
  auto in = drawn<uint8_t>(5000, 256);
  std::vector<uint32_t> expected(64);
  for (uint8_t value : in)
    ++expected[value & 63];
  Corpus bench("histogram", {4, 1, 1}, {128, 1, 1});
  bench.in(in);
  uint64_t out = bench.in(std::vector<uint32_t>(64));
  bench.parameter(5000);
  bench.clean("histogram");
  EXPECT_EQ(bench.download<uint32_t>(out, 64), expected);
}

TEST(Corpus, Transpose) {
  const unsigned rows = 70, columns = 45;
  auto in = drawn<float>(rows * columns, 10000);
  std::vector<float> expected(in.size());
  for (unsigned r = 0; r < rows; ++r)
    for (unsigned c = 0; c < columns; ++c)
      expected[c * rows + r] = in[r * columns + c];
  Corpus bench("transpose", {2, 3, 1}, {32, 8, 1});
  bench.in(in);
  uint64_t out = bench.out(in.size() * 4);
  bench.parameter(rows);
  bench.parameter(columns);
  bench.config.profile = true;
  LaunchResult result = bench.clean("transpose");
  EXPECT_EQ(bench.download<float>(out, in.size()), expected);
  // The padding is what keeps the banks apart.
  for (const LineCounters &line : result.lines)
    EXPECT_EQ(line.wavefronts, line.idealWavefronts) << line.line;
}

TEST(Corpus, Barriers) {
  auto in = drawn<int>(9 * 32, 1000);
  std::vector<int> expected(32);
  for (unsigned i = 0; i < in.size(); ++i)
    expected[31 - i % 32] += in[i] * 2;
  Corpus bench("barriers", {2, 1, 1}, {64, 1, 1});
  bench.in(in);
  uint64_t out = bench.out(128);
  bench.parameter(9);
  // Both blocks would write the same results: one is enough.
  bench.config.grid = {1, 1, 1};
  bench.clean("barriers");
  EXPECT_EQ(bench.download<int>(out, 32), expected);
}

TEST(Corpus, Scan) {
  auto in = drawn<unsigned>(3 * 192, 1000);
  std::vector<unsigned> expected(in.size());
  for (size_t i = 0; i < in.size(); ++i)
    expected[i] = in[i] + (i % 192 ? expected[i - 1] : 0);
  Corpus bench("scan", {3, 1, 1}, {192, 1, 1});
  bench.in(in);
  uint64_t out = bench.out(in.size() * 4);
  bench.clean("scan");
  EXPECT_EQ(bench.download<unsigned>(out, in.size()), expected);
}

TEST(Corpus, Stencil) {
  const int rows = 13, columns = 35;
  auto in = drawn<double>(rows * columns, 100);
  auto at = [&](int r, int c) {
    bool inside = r >= 0 && r < rows && c >= 0 && c < columns;
    return inside ? in[size_t(r * columns + c)] : 0;
  };
  std::vector<double> expected;
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c)
      expected.push_back(4 * at(r, c) - at(r - 1, c) - at(r + 1, c) -
                         at(r, c - 1) - at(r, c + 1));
  Corpus bench("stencil", {3, 2, 1}, {16, 8, 1});
  bench.in(in);
  uint64_t out = bench.out(in.size() * 8);
  bench.parameter(rows);
  bench.parameter(columns);
  bench.clean("stencil");
  EXPECT_EQ(bench.download<double>(out, in.size()), expected);
}

TEST(Corpus, LastBlock) {
  auto in = drawn<int>(7 * 64, 100000);
  int expected = 0;
  for (auto block = in.begin(); block != in.end(); block += 64)
    expected += *std::max_element(block, block + 64);
  Corpus bench("lastblock", {7, 1, 1}, {64, 1, 1});
  bench.in(in);
  bench.out(28);
  uint64_t out = bench.out(4);
  for (int launch = 0; launch < 2; ++launch) {
    bench.clean("lastBlock");
    EXPECT_EQ(bench.download<int>(out, 1)[0], expected);
  }
}

TEST(Corpus, Compact) {
  auto in = drawn<int>(200, 1000);
  for (int i = 64; i < 96; ++i)
    in[size_t(i)] |= 1; // a whole warp
  std::vector<int> expected;
  std::copy_if(in.begin(), in.end(), std::back_inserter(expected),
               [](int value) { return value & 1; });
  Corpus bench("compact", {2, 1, 1}, {128, 1, 1});
  bench.in(in);
  uint64_t out = bench.out(800), count = bench.in(std::vector<int>{0, 0});
  bench.parameter(200);
  bench.clean("compact");
  EXPECT_EQ(bench.download<int>(count, 2),
            (std::vector<int>{int(expected.size()), in[64]}));
  EXPECT_EQ(bench.download<int>(out, expected.size()), expected);
}

TEST(Corpus, Handover) {
  Corpus bench("handover", {5, 1, 1}, {32, 1, 1});
  bench.out(5 * 128);
  bench.in(std::vector<int>(5));
  uint64_t out = bench.out(5 * 128);
  bench.clean("handover");
  auto values = bench.download<int>(out, 160);
  for (int i = 32; i < 160; ++i)
    EXPECT_EQ(values[size_t(i)], (i / 32 - 1) * 100 + i % 32) << i;
}

TEST(Corpus, Aggregate) {
  auto in = drawn<int>(256, 1000);
  std::vector<int> expected;
  std::copy_if(in.begin(), in.end(), std::back_inserter(expected),
               [](int value) { return value % 3 == 0; });
  Corpus bench("aggregate", {2, 1, 1}, {128, 1, 1});
  bench.in(in);
  uint64_t out = bench.out(1024), count = bench.in(std::vector<int>{0});
  bench.clean("aggregate");
  ASSERT_EQ(bench.download<int>(count, 1)[0], int(expected.size()));
  EXPECT_EQ(bench.download<int>(out, expected.size()), expected);
}
