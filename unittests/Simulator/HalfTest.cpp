//===- HalfTest.cpp - f16 and bf16 ----------------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Ties, subnormals, infinities and NaNs of the narrow types, worked out by
// hand; every f16 number through its conversions.
//
//===----------------------------------------------------------------------===//

#include "SimTest.h"

#include <cmath>

using namespace llvm;
using namespace ts::sim;

// f16: 1 is 0x3c00, its last place 2^-10; 2^-24 is 1; 65504 is 0x7bff.
TEST(Half, AddSubMul) {
  std::vector<Operands> cases{
      {0x3c00, 0x1000}, // 1 + 2^-11: a tie
      {0x3c01, 0x1000}, // 1 + 2^-10 + 2^-11: a tie to the other side
      {0x7bff, 0x4c00}, // 65504 + 16: a tie with 2^16
      {0x7bff, 0x4800}, // 65504 + 8
      {1, 1},           {0x8000, 0x8000}, {0x7c00, 0xfc00}, {0xfe00, 0x3c00}};
  EXPECT_EQ(each("add.rn.f16 %h0, %h1, %h2;", "h", cases),
            (Words{0x3c00, 0x3c02, 0x7c00, 0x7bff, 2, 0x8000, 0x7fff, 0x7fff}));
  EXPECT_EQ(each("sub.f16 %h0, %h1, %h2;", "h",
                 {{0x3c00, 0x3c00}, {0x8000, 0}, {0x3c00, 1}}),
            (Words{0, 0x8000, 0x3c00}));
  EXPECT_EQ(each("mul.rn.f16 %h0, %h1, %h2;", "h",
                 {{1, 0x3800}, {3, 0x3800}, {0x8000, 0x3c00}, {0x7c00, 0}}),
            (Words{0, 2, 0x8000, 0x7fff}));
  EXPECT_EQ(each("add.ftz.f16 %h0, %h1, %h2;", "h",
                 {{1, 0x8001}, {0x8001, 0x8001}, {0x400, 0x8001}}),
            (Words{0, 0x8000, 0x400}));
  EXPECT_EQ(each("mul.ftz.f16 %h0, %h1, %h2;", "h", {{0x400, 0x3800}}),
            Words{0});
  EXPECT_EQ(each("add.sat.f16 %h0, %h1, %h2;", "h",
                 {{0x3a00, 0x3a00}, {0xbc00, 0x3800}, {0x7e00, 0}}),
            (Words{0x3c00, 0, 0}));
}

TEST(Half, FusedRoundsOnce) {
  // (1 + 2^-10)^2 - (1 + 2^-9) is 2^-20.
  EXPECT_EQ(each("fma.rn.f16 %h0, %h1, %h2, %h3;", "h",
                 {{0x3c01, 0x3c01, 0xbc02}, {0x7c00, 0, 0x3c00}}),
            (Words{0x10, 0x7fff}));
  EXPECT_EQ(each("fma.rn.relu.f16 %h0, %h1, %h2, %h3;", "h",
                 {{0x3c00, 0xbc00, 0}, {0x3c00, 0x3c00, 0x3c00}}),
            (Words{0, 0x4000}));
  // Products half way between two bf16 numbers, and a term that is far smaller
  // than the last place of a double.
  EXPECT_EQ(each("fma.rn.bf16 %h0, %h1, %h2, %h3;", "h",
                 {{0x3fc0, 0x3f81, 0x8000},
                  {0x3fc0, 0x3f81, 0x8d80},
                  {0x3fc0, 0x3f83, 0},
                  {0x3fc0, 0x3f83, 0x0d80},
                  {0xbfc0, 0x3f83, 0x8d80},
                  {0x7f80, 0, 0}}),
            (Words{0x3fc2, 0x3fc1, 0x3fc4, 0x3fc5, 0xbfc5, 0x7fff}));
}

TEST(Half, Pairs) {
  EXPECT_EQ(each("add.f16x2 %r0, %r1, %r2;", "r", {{0x3c014000, 0x10003c00}}),
            Words{0x3c024200});
  EXPECT_EQ(each("fma.rn.bf16x2 %r0, %r1, %r2, %r3;", "r",
                 {{0x3f804000, 0x3f804040, 0x00003f80}}),
            Words{0x3f8040e0});
  EXPECT_EQ(each("neg.bf16x2 %r0, %r1;", "r", {{0x3f80bf80}}),
            Words{0xbf803f80});
  EXPECT_EQ(each("mul.bf16x2 %r0, %r1, %r2;", "r", {{0x40004040, 0x40404000}}),
            Words{0x40c040c0});
}

TEST(Half, MinMaxAbsNeg) {
  std::vector<Operands> cases{
      {0x8000, 0}, {0x7e00, 0x3c00}, {0xbc00, 0xc000}, {0x7e00, 0x7d00}};
  EXPECT_EQ(each("min.f16 %h0, %h1, %h2;", "h", cases),
            (Words{0x8000, 0x3c00, 0xc000, 0x7fff}));
  EXPECT_EQ(each("max.f16 %h0, %h1, %h2;", "h", cases),
            (Words{0, 0x3c00, 0xbc00, 0x7fff}));
  EXPECT_EQ(each("max.NaN.f16 %h0, %h1, %h2;", "h", cases),
            (Words{0, 0x7fff, 0xbc00, 0x7fff}));
  EXPECT_EQ(each("min.xorsign.abs.bf16 %h0, %h1, %h2;", "h",
                 {{0xbf80, 0x4000}, {0xbf80, 0xc000}}),
            (Words{0xbf80, 0x3f80}));
  EXPECT_EQ(each("abs.f16 %h0, %h1;", "h", {{0xbc00}, {0x8000}}),
            (Words{0x3c00, 0}));
  EXPECT_EQ(each("neg.ftz.f16 %h0, %h1;", "h", {{0x3c00}, {0x8001}}),
            (Words{0xbc00, 0}));
}

/// The value of an f16 number, from its definition.
static double valueOfHalf(uint32_t half) {
  uint32_t exponent = (half >> 10) & 31, fraction = half & 0x3ff;
  double magnitude = exponent == 31 ? (fraction ? NAN : INFINITY)
                     : exponent     ? std::ldexp(1024 + fraction, exponent - 25)
                                    : std::ldexp(fraction, -24);
  return half & 0x8000 ? -magnitude : magnitude;
}

TEST(Half, EveryNumberToF32AndBack) {
  for (uint32_t first = 0; first < 0x10000; first += 1024) {
    std::vector<Operands> cases, singles;
    Words expected, halves;
    for (uint32_t half = first; half < first + 1024; ++half) {
      double value = valueOfHalf(half);
      cases.push_back({half});
      expected.push_back(value == value ? bits(float(value)) : 0x7fffffff);
      singles.push_back({expected.back()});
      halves.push_back(value == value ? half : 0x7fff);
    }
    EXPECT_EQ(each("cvt.f32.f16 %f0, %h1;", "f", cases), expected);
    EXPECT_EQ(each("cvt.rn.f16.f32 %h0, %f1;", "h", singles), halves);
  }
}

TEST(Half, FromF32) {
  std::vector<Operands> cases{
      {bits(65520.f)},      {bits(65519.9f)},     {bits(0x1p-25f)},
      {bits(0x1p-25f) + 1}, {bits(0x1.8p-24f)},   {bits(-0x1p-30f)},
      {0x7f800000},         {0xffc00001},         {bits(1 + 0x1p-11f)},
      {bits(1 + 0x3p-11f)}, {bits(0x1.ffcp-15f)}, {0x80000001}};
  EXPECT_EQ(each("cvt.rn.f16.f32 %h0, %f1;", "h", cases),
            (Words{0x7c00, 0x7bff, 0, 1, 2, 0x8000, 0x7c00, 0x7fff, 0x3c00,
                   0x3c02, 0x0400, 0x8000}));
  EXPECT_EQ(each("cvt.rz.f16.f32 %h0, %f1;", "h", cases),
            (Words{0x7bff, 0x7bff, 0, 0, 1, 0x8000, 0x7c00, 0x7fff, 0x3c00,
                   0x3c01, 0x03ff, 0x8000}));
  EXPECT_EQ(each("cvt.rp.f16.f32 %h0, %f1;", "h", {{bits(0x1p-30f)}}),
            Words{1});
  EXPECT_EQ(each("cvt.rn.bf16.f32 %h0, %f1;", "h",
                 {{0x3f808000}, {0x3f818000}, {0x7f7fffff}, {0x7f800001}, {1}}),
            (Words{0x3f80, 0x3f82, 0x7f80, 0x7fff, 0}));
  EXPECT_EQ(each("cvt.rz.bf16.f32 %h0, %f1;", "h", {{0x3f81ffff}}),
            Words{0x3f81});
  EXPECT_EQ(each("cvt.rn.satfinite.f16.f32 %h0, %f1;", "h",
                 {{bits(-1e6f)}, {0x7f800000}}),
            (Words{0xfbff, 0x7bff}));
  EXPECT_EQ(each("cvt.rn.sat.f16.f32 %h0, %f1;", "h",
                 {{bits(2.f)}, {bits(-2.f)}, {0x7fc00000}}),
            (Words{0x3c00, 0, 0}));
  EXPECT_EQ(each("cvt.f32.bf16 %f0, %h1;", "f", {{0x3f80}, {0x8001}}),
            (Words{0x3f800000, 0x80010000}));
}

TEST(Half, PacksPutTheFirstSourceAbove) {
  EXPECT_EQ(each("cvt.rn.f16x2.f32 %r0, %f1, %f2;", "r",
                 {{bits(1.f), bits(2.f)}, {bits(65520.f), 0x7fc00000}}),
            (Words{0x3c004000, 0x7c007fff}));
  EXPECT_EQ(
      each("cvt.rn.bf16x2.f32 %r0, %f1, %f2;", "r", {{bits(1.f), bits(-2.f)}}),
      Words{0x3f80c000});
  EXPECT_EQ(
      each("cvt.rz.bf16x2.f32 %r0, %f1, %f2;", "r", {{0x3f81ffff, 0xbf81ffff}}),
      Words{0x3f81bf81});
  EXPECT_EQ(each("cvt.rn.relu.f16x2.f32 %r0, %f1, %f2;", "r",
                 {{bits(-1.f), bits(1.f)}}),
            Words{0x3c00});
  EXPECT_EQ(each("mov.b32 {%h4, %h5}, %r1; mov.b32 %r0, {%h5, %h4};", "r",
                 {{0x12345678}}),
            Words{0x56781234});
}

TEST(Half, IntegersAndDoubles) {
  EXPECT_EQ(each("cvt.rn.f16.s32 %h0, %r1;", "h",
                 {{2049}, {2051}, {uint32_t(-3)}, {70000}, {0x80000000}}),
            (Words{0x6800, 0x6802, 0xc200, 0x7c00, 0xfc00}));
  // 2^63 + 2^55 + 1 is just above half way between two bf16 numbers.
  EXPECT_EQ(each("cvt.rn.bf16.u64 %h0, %rd1;", "h",
                 {{0x8080000000000001}, {0x8080000000000000}}),
            (Words{0x5f01, 0x5f00}));
  // Not rounded to f32 on the way: 1 + 2^-11 + 2^-40.
  EXPECT_EQ(each("cvt.rn.f16.f64 %h0, %d1;", "h",
                 {{bits(1 + 0x1p-11 + 0x1p-40)}, {bits(0x1p-25)}}),
            (Words{0x3c01, 0}));
  EXPECT_EQ(each("cvt.rni.s32.f16 %r0, %h1;", "r",
                 {{0x4100}, {0x4300}, {0xc100}, {0x7c00}, {0x7e00}}),
            (Words{2, 4, uint32_t(-2), 0x7fffffff, 0}));
  EXPECT_EQ(each("cvt.rzi.u16.f16 %h0, %h1;", "h", {{0x43ff}, {0xc000}}),
            (Words{3, 0}));
  EXPECT_EQ(each("cvt.f64.f16 %d0, %h1;", "d", {{0x3e00}, {0x8001}}),
            (Words{bits(1.5), bits(-0x1p-24)}));
  EXPECT_EQ(each("cvt.rmi.f16.f16 %h0, %h1;", "h", {{0xbe00}, {0x3e00}}),
            (Words{0xc000, 0x3c00}));
  EXPECT_EQ(each("cvt.rn.tf32.f32 %r0, %f1;", "r",
                 {{0x3f801000}, {0x3f803000}, {0x7fc00000}}),
            (Words{0x3f800000, 0x3f804000, 0x7fffffff}));
}

TEST(Half, FormsThatDoNotExist) {
  auto error = [](const std::string &text) { return parseError(kernel(text)); };
  EXPECT_SAYS(error("div.rn.f16 %h1, %h2, %h3;"), "no form of this type");
  EXPECT_SAYS(error("fma.f16 %h1, %h2, %h3, %h4;"), "needs '.rn'");
  EXPECT_SAYS(error("add.rz.f16 %h1, %h2, %h3;"), "unknown modifier '.rz'");
  EXPECT_SAYS(error("cvt.f16.f32 %h1, %f1;"), "needs a rounding mode");
  EXPECT_SAYS(error("cvt.rn.f32.f16 %f1, %h1;"), "has no rounding mode");
  EXPECT_SAYS(error("cvt.rn.f16.f32 %r1, %f1;"), "has 32 bits");
}

TEST(Half, ComparisonsThatMakeNumbers) {
  // 1 < 2 and NaN < 2; 2 < 1 and -0 < +0.
  std::vector<Operands> pairs{{0x7e003c00, 0x40004000},
                              {0x80004000, 0x00003c00}};
  EXPECT_EQ(each("set.lt.f16x2.f16x2 %r0, %r1, %r2;", "r", pairs),
            (Words{0x3c00, 0}));
  EXPECT_EQ(each("set.geu.u32.f16x2 %r0, %r1, %r2;", "r", pairs),
            (Words{0xffff0000, 0xffffffff}));
  EXPECT_EQ(each("set.ne.bf16x2.bf16x2 %r0, %r1, %r2;", "r",
                 {{0x3f803f80, 0x3f813f80}}),
            Words{0x3f800000});
  EXPECT_EQ(each("set.eq.or.f16x2.f16x2 %r0, %r1, %r2, !%p3;", "r",
                 {{1, 2, 1}, {1, 2, 0}}),
            (Words{0x3c000000, 0x3c003c00}));
  EXPECT_EQ(
      each("set.eq.ftz.f16.f16 %h0, %h1, %h2;", "h", {{1, 0x8002}, {0x400, 1}}),
      (Words{0x3c00, 0}));
  EXPECT_EQ(each("set.le.u32.f16 %r0, %h1, %h2;", "r",
                 {{0x3c00, 0x3c00}, {0x7e00, 0x3c00}}),
            (Words{0xffffffff, 0}));
  // A predicate for each half.
  std::string both = "setp.gt.f16x2 %p4|%p5, %r1, %r2; selp.b32 %r0, 1, 0, %p4;"
                     "selp.b32 %r2, 2, 0, %p5; or.b32 %r0, %r0, %r2;";
  EXPECT_EQ(each(both, "r",
                 {{0x40003c00, 0x3c004000},
                  {0x3c004000, 0x40003c00},
                  {0x40004000, 0x3c003c00},
                  {0x7e007e00, 0}}),
            (Words{2, 1, 3, 0}));
  EXPECT_SAYS(parseError(kernel("set.eq.u16.f16x2 %h0, %r1, %r2;")),
              "'set' has no form of these types");
}
