//===- AtomicHalfTest.cpp - Atomic operations and functions of 16 bits ----===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Sums and functions worked out by hand: f16 1.0 is 0x3c00, bf16 1.0 0x3f80.
//
//===----------------------------------------------------------------------===//

#include "SimTest.h"

#include <cmath>

using namespace llvm;
using namespace ts::sim;

/// All lanes of a warp add to one word; the old values are counted in %rd6.
static uint64_t sumOf(const std::string &instruction, uint64_t initial) {
  Bench bench(kernel(instruction));
  if (!bench.module)
    return 0;
  uint64_t to = bench.upload(Words{initial});
  bench.parameter(to);
  bench.parameter(to);
  bench.config.block = {32, 1, 1};
  bench.clean();
  return bench.download<uint64_t>(to, 1)[0];
}

TEST(AtomicHalf, SumsInLaneOrder) {
  // 32 times 0.5 from 1: 17 = 0x4c40 in f16, 0x4188 in bf16.
  EXPECT_EQ(sumOf("mov.b16 %h1, 0x3800;"
                  "red.global.add.noftz.f16 [%rd1+2], %h1;",
                  0xaaaa00003c00bbbb),
            0xaaaa00004c40bbbb);
  EXPECT_EQ(sumOf("mov.b16 %h1, 0x3f00;"
                  "atom.global.add.noftz.bf16 %h2, [%rd1], %h1;",
                  0x3f80),
            0x4188u);
  // Halves of a pair are summed apart: 1 + 16 and 2 + 32 * 1.
  EXPECT_EQ(sumOf("mov.b32 %r2, 0x3c003800;"
                  "atom.add.noftz.f16x2 %r3, [%rd1], %r2;",
                  0x40003c00),
            0x50404c40u);
  EXPECT_EQ(sumOf("mov.b32 %r2, 0x3f803f00;"
                  "red.global.gpu.add.noftz.bf16x2 [%rd1+4], %r2;",
                  0x40003f8000000007),
            0x4208418800000007);
}

TEST(AtomicHalf, RoundsOnceAndKeepsSubnormals) {
  // 2048 + 1 is a tie and stays; 2^-24 + 2^-24 is subnormal.
  EXPECT_EQ(each("st.global.u64 [%rd20], %rd1;"
                 "atom.global.add.noftz.f16 %h0, [%rd20], %h2;"
                 "ld.global.u16 %h0, [%rd20];",
                 "h", {{0x6800, 0x3c00}, {1, 1}, {0x7c00, 0xfc00}}),
            (Words{0x6800, 2, 0x7fff}));
}

TEST(AtomicHalf, CompareAndSwap) {
  EXPECT_EQ(each("st.global.u64 [%rd20], %rd1;"
                 "atom.global.cas.b16 %h4, [%rd20+2], %h2, %h3;"
                 "ld.global.u64 %rd4, [%rd20]; cvt.u64.u16 %rd5, %h4;"
                 "shl.b64 %rd5, %rd5, 48; or.b64 %rd0, %rd4, %rd5;",
                 "rd", {{0x12345678, 0x1234, 0x9999}, {0x12345678, 0, 1}}),
            (Words{0x1234000099995678, 0x1234000012345678}));
}

TEST(AtomicHalf, SumsOfSinglesFlushInGlobalMemoryOnly) {
  // PTX ISA, "atom": subnormal inputs and results become zero there.
  EXPECT_EQ(each("st.global.u64 [%rd20], %rd1;"
                 "atom.global.add.f32 %f4, [%rd20], %f2;"
                 "ld.global.u32 %r0, [%rd20];",
                 "r", {{1, 1}, {0x80000001, 0x80000001}, {bits(1.f), 1}}),
            (Words{0, 0x80000000, bits(1.f)}));
  EXPECT_EQ(runBody(R"(
  mov.u32 %r2, 1; st.shared.u32 [word], %r2;
  atom.shared.add.f32 %f1, [word], 0f00000001;
  ld.shared.u32 %r3, [word]; cvt.u64.u32 %rd6, %r3; st.global.u64 [%rd3], %rd6;
)",
                    {0}, ".shared .align 4 .b32 word;\n"),
            Words{2});
}

TEST(AtomicHalf, FormsThatDoNotExist) {
  EXPECT_SAYS(parseError(kernel("atom.global.add.f16 %h1, [%rd1], %h2;")),
              "sums of 16-bit floats, and these alone, are '.noftz'");
  EXPECT_SAYS(parseError(kernel("atom.global.max.noftz.f16 %h1, [%rd1], %h2;")),
              "this form of 'atom' is not supported");
  EXPECT_SAYS(parseError(kernel("atom.global.add.u16 %h1, [%rd1], %h2;")),
              "this form of 'atom' is not supported");
}

TEST(FunctionsOfHalves, PowersAndTangents) {
  // 2^3 = 8, 2^-24 is the smallest f16, 2^16 too large; tanh(inf) = 1.
  EXPECT_EQ(each("ex2.approx.f16 %h0, %h1;", "h",
                 {{0x4200}, {0xce00}, {0x4c00}, {0xfc00}, {0x7e01}}),
            (Words{0x4800, 1, 0x7c00, 0, 0x7fff}));
  EXPECT_EQ(each("ex2.approx.f16x2 %r0, %r1;", "r", {{0x3c004200}}),
            Words{0x40004800});
  EXPECT_EQ(each("ex2.approx.ftz.bf16 %h0, %h1;", "h",
                 {{0x4040}, {0xc2fe}, {0x0001}}),
            (Words{0x4100, 0, 0x3f80}));
  EXPECT_EQ(each("ex2.approx.ftz.bf16x2 %r0, %r1;", "r", {{0x3f80bf80}}),
            Words{0x40003f00});
  EXPECT_EQ(each("tanh.approx.f16 %h0, %h1;", "h",
                 {{0x7c00}, {0x8000}, {0xfc00}, {0x0001}}),
            (Words{0x3c00, 0x8000, 0xbc00, 1}));
  EXPECT_EQ(each("tanh.approx.bf16x2 %r0, %r1;", "r", {{0x7f808000}}),
            Words{0x3f808000});
  // tanh(1) = 0.76159: f16 0x3a18 is 0.76172, bf16 0x3f43 is 0.76172.
  EXPECT_EQ(each("tanh.approx.f16x2 %r0, %r1;", "r", {{0x3c00bc00}}),
            Words{0x3a18ba18});
  EXPECT_EQ(each("tanh.approx.bf16 %h0, %h1;", "h", {{0x3f80}}), Words{0x3f43});
  EXPECT_SAYS(parseError(kernel("ex2.approx.bf16 %h1, %h2;")),
              "'ex2' needs '.ftz'");
  EXPECT_SAYS(parseError(kernel("sin.approx.f16 %h1, %h2;")),
              "'sin' has no form of this type");
}
