//===- ProfileTest.cpp - Counters by line ---------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Sectors and passes of accesses whose numbers follow from their strides.
//
//===----------------------------------------------------------------------===//

#include "SimTest.h"

using namespace llvm;
using namespace ts::sim;

/// The counters of line `line` of a kernel of a warp.
static LineCounters countLine(const std::string &body, unsigned line) {
  Bench bench(kernel(body, ".shared .align 16 .b8 tile[8192];\n"));
  uint64_t out = bench.allocate(8192);
  bench.parameter(out);
  bench.parameter(out);
  bench.config.block = {32, 1, 1};
  bench.config.profile = true;
  bench.config.checks = {false, false, false};
  for (const LineCounters &counted : bench.clean().lines)
    if (counted.line == bodyLine + 1 + line) // the variable takes a line, too
      return counted;
  ADD_FAILURE() << "the line was not counted";
  return {};
}

/// Of a store: lane l accesses `bytes` bytes at l * stride + offset.
static LineCounters countAccess(bool shared, unsigned bytes, unsigned stride,
                                unsigned offset = 0) {
  std::string width = bytes == 16  ? "v4.b32 {%r4, %r5, %r6, %r7}"
                      : bytes == 8 ? "b64 %rd7"
                                   : "b32 %r4";
  std::string type = width.substr(0, width.find(' ')),
              value = width.substr(width.find(' ') + 1);
  std::string body = "mul.lo.u32 %r2, %r1, " + std::to_string(stride) +
                     "; add.u32 %r2, %r2, " + std::to_string(offset) +
                     "; cvt.u64.u32 %rd6, %r2; mov.b64 %rd7, 0;\n"
                     "mov.b32 %r4, 0; mov.b32 %r5, 0; mov.b32 %r6, 0; "
                     "mov.b32 %r7, 0; mov.u32 %r8, tile; add.u32 %r8, %r8, "
                     "%r2; add.s64 %rd6, %rd1, %rd6;\n" +
                     (shared ? "st.shared." + type + " [%r8], "
                             : "st.global." + type + " [%rd6], ") +
                     value + ";\n";
  return countLine(body, 2);
}

TEST(Profile, SectorsOfGlobalAccesses) {
  struct {
    unsigned bytes, stride, offset;
    uint64_t sectors, lines, ideal;
  } cases[] = {
      {4, 4, 0, 4, 1, 4},      {4, 8, 0, 8, 2, 4},     {4, 32, 0, 32, 8, 4},
      {4, 128, 0, 32, 32, 4},  {4, 4, 4, 5, 2, 4},     {4, 0, 0, 1, 1, 1},
      {8, 8, 0, 8, 2, 8},      {8, 16, 8, 16, 4, 8},   {16, 16, 0, 16, 4, 16},
      {16, 16, 16, 17, 5, 16}, {16, 64, 0, 32, 16, 16}};
  for (auto &c : cases) {
    LineCounters got = countAccess(false, c.bytes, c.stride, c.offset);
    EXPECT_EQ(got.requests, 1u);
    EXPECT_EQ(got.bytes, 32u * c.bytes);
    EXPECT_EQ(got.sectors, c.sectors) << c.bytes << " by " << c.stride;
    EXPECT_EQ(got.lines, c.lines) << c.bytes << " by " << c.stride;
    EXPECT_EQ(got.idealSectors, c.ideal) << c.bytes << " by " << c.stride;
    EXPECT_EQ(got.wavefronts, 0u);
  }
}

TEST(Profile, PassesOfSharedAccesses) {
  struct {
    unsigned bytes, stride;
    uint64_t wavefronts, ideal;
  } cases[] = {{4, 4, 1, 1},    {4, 8, 2, 1},   {4, 128, 32, 1},
               {4, 132, 1, 1},  {4, 0, 1, 1},   {4, 12, 1, 1},
               {8, 8, 2, 2},    {8, 16, 4, 2},  {8, 128, 32, 2},
               {16, 16, 4, 4},  {16, 32, 8, 4}, {16, 144, 4, 4},
               {16, 128, 32, 4}};
  for (auto &c : cases) {
    LineCounters got = countAccess(true, c.bytes, c.stride);
    EXPECT_EQ(got.wavefronts, c.wavefronts) << c.bytes << " by " << c.stride;
    EXPECT_EQ(got.idealWavefronts, c.ideal) << c.bytes << " by " << c.stride;
    EXPECT_EQ(got.sectors, 0u);
  }
}

/// Passes, and those without conflict, of an access to shared memory at %r8,
/// which `address` makes of the lane %r1.
static std::pair<uint64_t, uint64_t> passes(const std::string &access,
                                            const std::string &address) {
  LineCounters got = countLine("mov.u32 %r9, tile;" + address +
                                   "add.u32 %r8, %r8, %r9;\n" + access + "\n",
                               1);
  return {got.wavefronts, got.idealWavefronts};
}

TEST(Profile, LoadsOfPairsOfLanesAreServedTogether) {
  using Pair = std::pair<uint64_t, uint64_t>;
  const char *load8 = "ld.shared.b64 %rd7, [%r8];",
             *load16 = "ld.shared.v4.b32 {%r4, %r5, %r6, %r7}, [%r8];",
             *store8 = "st.shared.b64 [%r8], 0;";
  std::string one = "mov.u32 %r8, 48;",
              neighbours = "shr.u32 %r8, %r1, 1; shl.b32 %r8, %r8, 4;",
              everyOther = "and.b32 %r8, %r1, 29; shl.b32 %r8, %r8, 4;",
              halves = "and.b32 %r8, %r1, 15; shl.b32 %r8, %r8, 4;",
              farApart = "shr.u32 %r8, %r1, 1; shl.b32 %r8, %r8, 7;";
  // As on an H200: all lanes read one address, and write it.
  EXPECT_EQ(passes(load8, one), Pair(1, 1));
  EXPECT_EQ(passes(load16, one), Pair(2, 2));
  EXPECT_EQ(passes(store8, one), Pair(2, 2));
  EXPECT_EQ(passes("ld.shared.b32 %r4, [%r8];", one), Pair(1, 1));
  // Lanes l and l ^ 1, l and l ^ 2; l and l ^ 16 share no pass.
  EXPECT_EQ(passes(load16, neighbours), Pair(2, 2));
  EXPECT_EQ(passes(store8, neighbours), Pair(2, 2));
  EXPECT_EQ(passes(load16, everyOther).second, 2u);
  EXPECT_EQ(passes(load16, halves), Pair(4, 4));
  EXPECT_EQ(passes(load8, farApart), Pair(16, 1));
  // Some lanes, of one address and of their own.
  EXPECT_EQ(
      passes("@%p1 " + std::string(load16), one + "setp.lt.u32 %p1, %r1, 21;"),
      Pair(2, 2));
  EXPECT_EQ(passes("@%p1 " + std::string(load16),
                   "shl.b32 %r8, %r1, 4; and.b32 %r2, %r1, 1;"
                   "setp.eq.u32 %p1, %r2, 0;")
                .second,
            2u);
  // Each of four matrices takes a pass.
  EXPECT_EQ(passes("ldmatrix.sync.aligned.m8n8.x4.shared.b16 "
                   "{%r4, %r5, %r6, %r7}, [%r8];",
                   one),
            Pair(4, 4));
}

TEST(Profile, ExecutionsAndDivergence) {
  Bench bench(kernel("setp.lt.u32 %p1, %r1, 5;\n"
                     "@%p1 bra PAST;\n"
                     "mov.u32 %r2, 1;\n"
                     "PAST: ret;"));
  bench.parameter(uint64_t(0));
  bench.parameter(uint64_t(0));
  bench.config.block = {64, 1, 1};
  bench.config.profile = true;
  LaunchResult result = bench.clean();
  auto of = [&](unsigned line) {
    for (const LineCounters &counted : result.lines)
      if (counted.line == line)
        return counted;
    return LineCounters();
  };
  EXPECT_EQ(of(bodyLine + 1).divergent, 1u);
  EXPECT_EQ(of(bodyLine + 2).warps, 2u);
  EXPECT_EQ(of(bodyLine + 2).threads, 59u);
  EXPECT_EQ(of(bodyLine + 3).threads, 64u);
}
