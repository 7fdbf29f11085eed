//===- FloatTest.cpp - Floating-point instructions ------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// NaN, infinities, -0 and subnormals to the bit; rounding in every direction.
//
//===----------------------------------------------------------------------===//

#include "SimTest.h"

using namespace llvm;
using namespace ts::sim;

static const uint64_t nan32 = 0x7fffffff, inf32 = 0x7f800000,
                      minusZero = 0x80000000, one = 0x3f800000;

TEST(Float, AddSubMul) {
  std::vector<Operands> cases{{bits(1.5f), bits(2.25f)}, {inf32, 0xff800000},
                              {0xffc12345, one},         {minusZero, minusZero},
                              {0x00000001, 0x00000001},  {one, 0x33800000}};
  EXPECT_EQ(each("add.f32 %f0, %f1, %f2;", "f", cases),
            (Words{bits(3.75f), nan32, nan32, minusZero, 2, one}));
  EXPECT_EQ(each("sub.rn.f32 %f0, %f1, %f2;", "f", cases),
            (Words{bits(-0.75f), inf32, nan32, 0, 0, 0x3f7fffff}));
  EXPECT_EQ(each("mul.rn.f32 %f0, %f1, %f2;", "f", cases),
            (Words{bits(3.375f), 0xff800000, nan32, 0, 0, 0x33800000}));
  EXPECT_EQ(each("mul.f32 %f0, %f1, %f2;", "f", {{0, inf32}}), Words{nan32});
}

TEST(Float, DirectedRounding) {
  // 1 + 2^-24 lies half way between 1 and the next float.
  std::vector<Operands> cases{{one, 0x33800000}, {0xbf800000, 0xb3800000}};
  EXPECT_EQ(each("add.rz.f32 %f0, %f1, %f2;", "f", cases),
            (Words{0x3f800000, 0xbf800000}));
  EXPECT_EQ(each("add.rm.f32 %f0, %f1, %f2;", "f", cases),
            (Words{0x3f800000, 0xbf800001}));
  EXPECT_EQ(each("add.rp.f32 %f0, %f1, %f2;", "f", cases),
            (Words{0x3f800001, 0xbf800000}));
  EXPECT_EQ(
      each("fma.rp.f64 %d0, %d1, %d2, %d3;", "d", {{bits(1.0), bits(1.0), 1}}),
      Words{bits(1.0) + 1});
  EXPECT_EQ(each("div.rz.f32 %f0, %f1, %f2;", "f", {{bits(2.f), bits(3.f)}}),
            Words{0x3f2aaaaa});
  EXPECT_EQ(each("div.rn.f32 %f0, %f1, %f2;", "f", {{bits(2.f), bits(3.f)}}),
            Words{0x3f2aaaab});
}

TEST(Float, FusedRoundsOnce) {
  // (1 + 2^-23)^2 - (1 + 2^-22) is 2^-46; a rounded product would give 0.
  EXPECT_EQ(each("fma.rn.f32 %f0, %f1, %f2, %f3;", "f",
                 {{0x3f800001, 0x3f800001, 0xbf800002},
                  {0, inf32, one},
                  {minusZero, one, minusZero},
                  {0x00000001, one, 0x00000002}}),
            (Words{0x28800000, nan32, minusZero, 3}));
  EXPECT_EQ(each("mad.rn.f64 %d0, %d1, %d2, %d3;", "d",
                 {{bits(1.0) + 1, bits(1.0) + 1, bits(-1.0) + 2}}),
            Words{bits(0x1p-104)});
}

TEST(Float, QuotientsAndRoots) {
  EXPECT_EQ(each("div.rn.f32 %f0, %f1, %f2;", "f",
                 {{one, minusZero}, {0, 0}, {0x00000003, bits(2.f)}}),
            (Words{0xff800000, nan32, 2}));
  EXPECT_EQ(each("rcp.rn.f32 %f0, %f1;", "f", {{bits(3.f)}, {inf32}}),
            (Words{0x3eaaaaab, 0}));
  EXPECT_EQ(each("sqrt.rn.f32 %f0, %f1;", "f",
                 {{bits(2.f)}, {0xbf800000}, {minusZero}}),
            (Words{0x3fb504f3, nan32, minusZero}));
  EXPECT_EQ(each("sqrt.rn.f64 %d0, %d1;", "d", {{bits(2.0)}}),
            Words{0x3ff6a09e667f3bcd});
}

TEST(Float, MinAndMaxPreferNumbers) {
  std::vector<Operands> cases{{bits(1.f), bits(2.f)},  {nan32, bits(2.f)},
                              {bits(1.f), 0xffc00001}, {nan32, 0x7fc00000},
                              {0, minusZero},          {minusZero, 0}};
  EXPECT_EQ(
      each("min.f32 %f0, %f1, %f2;", "f", cases),
      (Words{bits(1.f), bits(2.f), bits(1.f), nan32, minusZero, minusZero}));
  EXPECT_EQ(each("max.f32 %f0, %f1, %f2;", "f", cases),
            (Words{bits(2.f), bits(2.f), bits(1.f), nan32, 0, 0}));
  EXPECT_EQ(each("max.NaN.f32 %f0, %f1, %f2;", "f", cases),
            (Words{bits(2.f), nan32, nan32, nan32, 0, 0}));
  EXPECT_EQ(each("min.f64 %d0, %d1, %d2;", "d", {{0, 1ull << 63}}),
            Words{1ull << 63});
}

TEST(Float, SignsKeepTheRest) {
  EXPECT_EQ(each("abs.f32 %f0, %f1;", "f", {{0xc0400000}, {minusZero}, {1}}),
            (Words{0x40400000, 0, 1}));
  EXPECT_EQ(each("neg.f32 %f0, %f1;", "f", {{0}, {0x80000001}}),
            (Words{minusZero, 1}));
  EXPECT_EQ(each("copysign.f32 %f0, %f1, %f2;", "f",
                 {{bits(-2.f), bits(5.f)}, {bits(2.f), bits(-5.f)}}),
            (Words{bits(-5.f), bits(5.f)}));
}

TEST(Float, OneLaneOrAllAgree) {
  // Full and partial warps take different loops.
  std::vector<Operands> cases(64);
  Words expected;
  for (uint32_t i = 0; i < 64; ++i) {
    float a = 1.1f + float(i), b = 0.7f * float(i) - 3.f, c = 1e-3f * float(i);
    cases[i] = {bits(a), bits(b), bits(c)};
    expected.push_back(bits(__builtin_fmaf(a, b, c)));
  }
  EXPECT_EQ(each("fma.rn.f32 %f0, %f1, %f2, %f3;", "f", cases), expected);
  cases.resize(33);
  expected.resize(33);
  EXPECT_EQ(each("fma.rn.f32 %f0, %f1, %f2, %f3;", "f", cases), expected);
}

//===----------------------------------------------------------------------===//
// Comparisons
//===----------------------------------------------------------------------===//

TEST(Compare, OrderedAndUnordered) {
  std::vector<Operands> cases{{bits(1.f), bits(2.f)},
                              {bits(2.f), bits(2.f)},
                              {bits(3.f), bits(2.f)},
                              {nan32, bits(2.f)},
                              {0, minusZero}};
  auto test = [&](const char *op, Words expected) {
    EXPECT_EQ(
        each(std::string("setp.") + op + ".f32 %p0, %f1, %f2;", "p", cases),
        expected)
        << op;
  };
  test("eq", {0, 1, 0, 0, 1});
  test("ne", {1, 0, 1, 0, 0});
  test("lt", {1, 0, 0, 0, 0});
  test("le", {1, 1, 0, 0, 1});
  test("gt", {0, 0, 1, 0, 0});
  test("ge", {0, 1, 1, 0, 1});
  test("equ", {0, 1, 0, 1, 1});
  test("neu", {1, 0, 1, 1, 0});
  test("ltu", {1, 0, 0, 1, 0});
  test("leu", {1, 1, 0, 1, 1});
  test("gtu", {0, 0, 1, 1, 0});
  test("geu", {0, 1, 1, 1, 1});
  test("num", {1, 1, 1, 0, 1});
  test("nan", {0, 0, 0, 1, 0});
}

TEST(Compare, IntegersBySign) {
  std::vector<Operands> cases{{0xffffffff, 1}, {1, 0xffffffff}, {4, 4}};
  EXPECT_EQ(each("setp.lt.s32 %p0, %r1, %r2;", "p", cases), (Words{1, 0, 0}));
  EXPECT_EQ(each("setp.lt.u32 %p0, %r1, %r2;", "p", cases), (Words{0, 1, 0}));
  EXPECT_EQ(each("setp.hs.u32 %p0, %r1, %r2;", "p", cases), (Words{1, 0, 1}));
  EXPECT_EQ(each("setp.ge.s64 %p0, %rd1, -1;", "p", {{~0ull}, {~0ull - 1}}),
            (Words{1, 0}));
}

TEST(Compare, CombinesAndGivesBoth) {
  std::vector<Operands> cases{{1, 2, 1}, {1, 2, 0}, {2, 1, 1}, {2, 1, 0}};
  EXPECT_EQ(each("setp.lt.and.s32 %p0, %r1, %r2, %p3;", "p", cases),
            (Words{1, 0, 0, 0}));
  EXPECT_EQ(each("setp.lt.or.s32 %p0, %r1, %r2, !%p3;", "p", cases),
            (Words{1, 1, 0, 1}));
  EXPECT_EQ(each("setp.lt.and.s32 %p4|%p0, %r1, %r2, %p3;", "p", cases),
            (Words{0, 0, 1, 0}));
  EXPECT_EQ(each("set.lt.u32.s32 %r0, %r1, %r2;", "r", cases),
            (Words{0xffffffff, 0xffffffff, 0, 0}));
  EXPECT_EQ(each("set.gt.f32.s32 %f0, %r1, %r2;", "f", cases),
            (Words{0, 0, one, one}));
}
