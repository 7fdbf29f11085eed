//===- NvccTest.cpp - Kernels that nvcc compiled --------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The kernels of plain.cu, compared with the same loops on the host.
//
//===----------------------------------------------------------------------===//

#include "SimTest.h"

#include "llvm/Support/MemoryBuffer.h"

#include <cmath>
#include <numeric>

using namespace llvm;
using namespace ts::sim;

namespace {
class NvccTest : public testing::Test {
protected:
  NvccTest()
      : bench((*MemoryBuffer::getFile(TS_PLAIN_PTX))->getBuffer().str()) {}
  Bench bench;
};
} // namespace

TEST_F(NvccTest, Saxpy) {
  const int n = 1000;
  std::vector<float> x(n), y(n), expected(n);
  for (int i = 0; i < n; ++i) {
    x[i] = 0.1f * float(i) - 7;
    y[i] = 3.f / float(i + 1);
    expected[i] = std::fma(1.3f, x[i], y[i]);
  }
  uint64_t from = bench.upload(x), to = bench.upload(y);
  bench.parameter(n);
  bench.parameter(1.3f);
  bench.parameter(from);
  bench.parameter(to);
  bench.config.grid = {8, 1, 1};
  bench.config.block = {128, 1, 1};
  LaunchResult result = bench.clean("saxpy");
  EXPECT_EQ(bench.download<float>(to, n), expected);
  EXPECT_EQ(result.counters.fmas, uint64_t(n));
  EXPECT_EQ(result.counters.globalBytesRead, 8u * n);
  // One element more than there is: the thread that is one too far is named.
  bench.config.parameters[0] = {0xe9, 3, 0, 0};
  Finding finding = bench.finding("saxpy");
  EXPECT_EQ(finding.kind, Finding::Kind::OutOfBounds);
  EXPECT_EQ(finding.block[0], 7u);
  EXPECT_EQ(finding.thread[0], 104u);
  EXPECT_EQ(finding.address, from + 4000);
}

TEST_F(NvccTest, Transpose) {
  const int rows = 37, columns = 50;
  std::vector<float> in(rows * columns);
  std::iota(in.begin(), in.end(), 1.f);
  uint64_t from = bench.upload(in), to = bench.allocate(in.size() * 4);
  bench.parameter(from);
  bench.parameter(to);
  bench.parameter(rows);
  bench.parameter(columns);
  bench.config.grid = {4, 3, 1};
  bench.config.block = {16, 16, 1};
  bench.clean("transpose");
  auto out = bench.download<float>(to, in.size());
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c)
      EXPECT_EQ(out[c * rows + r], in[r * columns + c]) << r << ' ' << c;
}

TEST_F(NvccTest, TiledMatmul) {
  const int n = 21;
  std::vector<double> a(n * n), b(n * n);
  for (int i = 0; i < n * n; ++i) {
    a[i] = 1.0 / (i + 3);
    b[i] = i * 0.37 - 11;
  }
  uint64_t left = bench.upload(a), right = bench.upload(b),
           to = bench.allocate(n * n * 8);
  bench.parameter(left);
  bench.parameter(right);
  bench.parameter(to);
  bench.parameter(n);
  bench.config.grid = {3, 3, 1};
  bench.config.block = {8, 8, 1};
  bench.clean("tiledMatmul");
  auto out = bench.download<double>(to, n * n);
  for (int r = 0; r < n; ++r)
    for (int c = 0; c < n; ++c) {
      double sum = 0;
      for (int k = 0; k < n; ++k)
        sum = std::fma(a[r * n + k], b[k * n + c], sum);
      EXPECT_EQ(out[r * n + c], sum) << r << ' ' << c;
    }
}

TEST_F(NvccTest, Reduce) {
  const int n = 5000;
  std::vector<int> in(n);
  for (int i = 0; i < n; ++i)
    in[i] = i * 37 % 1001 - 300;
  uint64_t from = bench.upload(in), to = bench.upload(std::vector<int>{0});
  bench.parameter(from);
  bench.parameter(to);
  bench.parameter(n);
  bench.config.grid = {5, 1, 1};
  bench.config.block = {256, 1, 1};
  bench.config.dynamicSharedBytes = 1024;
  bench.clean("reduce");
  EXPECT_EQ(bench.download<int>(to, 1)[0],
            std::accumulate(in.begin(), in.end(), 0));
  bench.config.dynamicSharedBytes = 1020;
  Finding finding = bench.finding("reduce");
  EXPECT_EQ(finding.kind, Finding::Kind::OutOfBounds);
  EXPECT_EQ(finding.thread[0], 255u);
  EXPECT_EQ(finding.repeats, 4u);
}

TEST_F(NvccTest, IndexingAndConstants) {
  const int n = 300, d = 7;
  const float scales[] = {0.5f, -2.f, 4.f, 0.25f};
  std::vector<uint8_t> in(n);
  for (int i = 0; i < n; ++i)
    in[i] = uint8_t(i * 5);
  uint64_t from = bench.upload(in), to = bench.allocate(n * 2);
  bench.parameter(from);
  bench.parameter(to);
  bench.parameter(n);
  bench.parameter(d);
  bench.config.grid = {10, 1, 1};
  bench.config.block = {32, 1, 1};
  bench.clean("indexing");
  auto out = bench.download<int16_t>(to, n);
  for (int i = 0; i < n; ++i) {
    int shifted = i - n / 2;
    EXPECT_EQ(out[i], int16_t(shifted / d * 100 + shifted % d +
                              int(scales[i & 3] * float(in[i]))))
        << i;
  }
}

TEST_F(NvccTest, StructByValue) {
  struct {
    int n = 9;
    alignas(16) float v[4] = {3, 0, 0, .5f};
    uint64_t values;
  } scaled;
  scaled.values = bench.upload(std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8, 9});
  uint64_t to = bench.allocate(40);
  bench.parameter(scaled);
  bench.parameter(to);
  bench.config.block = {32, 1, 1};
  bench.clean("byValue");
  auto out = bench.download<float>(to, 10);
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(out[i], i < 9 ? float(i + 1) * 3 + .5f : 0) << i;
}

TEST_F(NvccTest, LocalArrayWithAVariableIndex) {
  uint64_t to = bench.allocate(128);
  bench.parameter(to);
  bench.parameter(5);
  bench.config.block = {32, 1, 1};
  bench.clean("localArray");
  int sum = 0;
  for (int i = 0; i < 5; ++i)
    sum += (sum + i) % 16 * 5;
  auto out = bench.download<int>(to, 32);
  for (int i = 0; i < 32; ++i)
    EXPECT_EQ(out[i], sum + i);
}

TEST_F(NvccTest, WideIndex) {
  uint64_t to = bench.allocate(512);
  bench.parameter(int64_t(76));
  bench.parameter(to);
  bench.config.block = {64, 1, 1};
  bench.clean("wideIndex");
  auto out = bench.download<uint64_t>(to, 64);
  for (uint64_t i = 0; i < 64; ++i)
    EXPECT_EQ(out[i], i * 0x123456789abc / 77 % (i + 3)) << i;
}

TEST_F(NvccTest, Characters) {
  std::vector<int8_t> a(29);
  for (int i = 0; i < 29; ++i)
    a[i] = int8_t(i * 9 - 128);
  uint64_t from = bench.upload(a), b = bench.allocate(29),
           c = bench.allocate(58), larger = bench.allocate(29);
  for (uint64_t address : {from, b, c, larger})
    bench.parameter(address);
  bench.config.block = {29, 1, 1};
  bench.clean("characters");
  auto gotB = bench.download<uint8_t>(b, 29);
  auto gotC = bench.download<int16_t>(c, 29);
  auto gotLarger = bench.download<uint8_t>(larger, 29);
  for (int i = 0; i < 29; ++i) {
    uint8_t tripled = uint8_t(a[i] * 3);
    EXPECT_EQ(gotB[i], tripled) << i;
    EXPECT_EQ(gotC[i], a[i] - tripled) << i;
    EXPECT_EQ(gotLarger[i], a[i] > a[i] - tripled) << i;
  }
}

TEST_F(NvccTest, AsyncReverse) {
  std::vector<float> in(128);
  std::iota(in.begin(), in.end(), 5.f);
  uint64_t from = bench.upload(in), to = bench.allocate(512);
  bench.parameter(from);
  bench.parameter(to);
  bench.config.block = {32, 1, 1};
  bench.clean("asyncReverse");
  auto out = bench.download<float>(to, 128);
  for (int i = 0; i < 128; ++i)
    EXPECT_EQ(out[i], i < 32 ? in[127 - i] : 0);
}
