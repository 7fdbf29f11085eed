//===- ConvertTest.cpp - Conversions --------------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Ranges, signs, ties and NaN of every pair of kinds.
//
//===----------------------------------------------------------------------===//

#include "SimTest.h"

using namespace llvm;
using namespace ts::sim;

static const uint64_t nan32 = 0x7fffffff;

TEST(Convert, IntegerWidths) {
  EXPECT_EQ(each("cvt.s64.s32 %rd0, %r1;", "rd", {{0x80000000}, {7}}),
            (Words{0xffffffff80000000, 7}));
  EXPECT_EQ(each("cvt.u64.u32 %rd0, %r1;", "rd", {{0x80000000}}),
            Words{0x80000000});
  EXPECT_EQ(each("cvt.u32.u64 %r0, %rd1;", "r", {{0x123456789abcdef0}}),
            Words{0x9abcdef0});
  EXPECT_EQ(each("cvt.s32.s8 %r0, %r1;", "r", {{0x1280}, {0x7f}}),
            (Words{0xffffff80, 0x7f}));
  EXPECT_EQ(each("cvt.u32.u16 %r0, %h1;", "r", {{0xffff}}), Words{0xffff});
  EXPECT_EQ(each("cvt.s64.s16 %rd0, %rd1;", "rd", {{0x18000}}),
            Words{0xffffffffffff8000});
  EXPECT_EQ(
      each("cvt.sat.u8.s32 %r0, %r1;", "r", {{uint32_t(-4)}, {300}, {200}}),
      (Words{0, 255, 200}));
}

TEST(Convert, FloatToInteger) {
  std::vector<Operands> cases{{bits(2.5f)}, {bits(-2.5f)}, {bits(3.5f)},
                              {bits(3e9f)}, {bits(-3e9f)}, {nan32},
                              {bits(-0.7f)}};
  EXPECT_EQ(
      each("cvt.rni.s32.f32 %r0, %f1;", "r", cases),
      (Words{2, uint32_t(-2), 4, 0x7fffffff, 0x80000000, 0, uint32_t(-1)}));
  EXPECT_EQ(each("cvt.rzi.s32.f32 %r0, %f1;", "r", cases),
            (Words{2, uint32_t(-2), 3, 0x7fffffff, 0x80000000, 0, 0}));
  EXPECT_EQ(
      each("cvt.rmi.s32.f32 %r0, %f1;", "r", cases),
      (Words{2, uint32_t(-3), 3, 0x7fffffff, 0x80000000, 0, uint32_t(-1)}));
  EXPECT_EQ(each("cvt.rpi.u32.f32 %r0, %f1;", "r", cases),
            (Words{3, 0, 4, 3000000000, 0, 0, 0}));
  EXPECT_EQ(each("cvt.rzi.s64.f64 %rd0, %d1;", "rd",
                 {{bits(-1e300)}, {bits(9007199254740993.0)}}),
            (Words{1ull << 63, 9007199254740992}));
  EXPECT_EQ(
      each("cvt.rzi.u64.f32 %rd0, %f1;", "rd", {{bits(0x1p64f)}, {nan32}}),
      (Words{~0ull, 1ull << 63}));
  EXPECT_EQ(each("cvt.rzi.u16.f32 %h0, %f1;", "h", {{bits(70000.f)}}),
            Words{0xffff});
}

TEST(Convert, IntegerToFloat) {
  // 2^24 + 1 and + 3 are ties between neighbouring floats.
  std::vector<Operands> cases{{16777217}, {16777219}, {uint32_t(-16777217)}};
  EXPECT_EQ(each("cvt.rn.f32.s32 %f0, %r1;", "f", cases),
            (Words{bits(16777216.f), bits(16777220.f), bits(-16777216.f)}));
  EXPECT_EQ(each("cvt.rz.f32.s32 %f0, %r1;", "f", cases),
            (Words{bits(16777216.f), bits(16777218.f), bits(-16777216.f)}));
  EXPECT_EQ(each("cvt.rm.f32.s32 %f0, %r1;", "f", cases),
            (Words{bits(16777216.f), bits(16777218.f), bits(-16777218.f)}));
  EXPECT_EQ(each("cvt.rp.f32.s32 %f0, %r1;", "f", cases),
            (Words{bits(16777218.f), bits(16777220.f), bits(-16777216.f)}));
  EXPECT_EQ(each("cvt.rn.f64.u64 %d0, %rd1;", "d", {{~0ull}, {0}}),
            (Words{bits(0x1p64), 0}));
  EXPECT_EQ(each("cvt.rn.f32.u16 %f0, %h1;", "f", {{0xffff}}),
            Words{bits(65535.f)});
}

TEST(Convert, BetweenFloats) {
  EXPECT_EQ(
      each("cvt.f64.f32 %d0, %f1;", "d", {{bits(-1.5f)}, {0x80000000}, {1}}),
      (Words{bits(-1.5), 1ull << 63, bits(0x1p-149)}));
  std::vector<Operands> cases{{bits(1.0 + 0x1p-24)},
                              {bits(-1.0 - 0x1p-30)},
                              {bits(1e300)},
                              {bits(0x1p-150)}};
  EXPECT_EQ(each("cvt.rn.f32.f64 %f0, %d1;", "f", cases),
            (Words{0x3f800000, 0xbf800000, 0x7f800000, 0}));
  EXPECT_EQ(each("cvt.rz.f32.f64 %f0, %d1;", "f", cases),
            (Words{0x3f800000, 0xbf800000, 0x7f7fffff, 0}));
  EXPECT_EQ(each("cvt.rm.f32.f64 %f0, %d1;", "f", cases),
            (Words{0x3f800000, 0xbf800001, 0x7f7fffff, 0}));
  EXPECT_EQ(each("cvt.rp.f32.f64 %f0, %d1;", "f", cases),
            (Words{0x3f800001, 0xbf800000, 0x7f800000, 1}));
}

TEST(Convert, ToIntegralAndSaturated) {
  std::vector<Operands> cases{{bits(-2.5f)}, {bits(0.5f)}, {bits(-0.2f)}};
  EXPECT_EQ(each("cvt.rni.f32.f32 %f0, %f1;", "f", cases),
            (Words{bits(-2.f), 0, 0x80000000}));
  EXPECT_EQ(each("cvt.rmi.f32.f32 %f0, %f1;", "f", cases),
            (Words{bits(-3.f), 0, bits(-1.f)}));
  EXPECT_EQ(each("cvt.rpi.f64.f64 %d0, %d1;", "d", {{bits(1.25)}}),
            Words{bits(2.0)});
  EXPECT_EQ(each("cvt.sat.f32.f32 %f0, %f1;", "f",
                 {{bits(1.5f)}, {bits(-1.f)}, {nan32}, {bits(.25f)}}),
            (Words{bits(1.f), 0, 0, bits(.25f)}));
}

TEST(Convert, Tf32RoundsTiesAway) {
  EXPECT_EQ(each("cvt.rna.tf32.f32 %r0, %f1;", "r",
                 {{0x3f801000},
                  {0x3f800fff},
                  {0xbf801000},
                  {0x7f800000},
                  {0xff812345},
                  {0x7f7fffff}}),
            (Words{0x3f802000, 0x3f800000, 0xbf802000, 0x7f800000, 0xff812000,
                   0x7f800000}));
}

TEST(Convert, AddressesRoundTrip) {
  Words out = runBody(R"(
  mov.u64 %rd6, shared_word; cvta.shared.u64 %rd7, %rd6;
  cvta.to.shared.u64 %rd8, %rd7; sub.s64 %rd9, %rd8, %rd6;
  cvta.to.global.u64 %rd10, %rd3; st.global.u64 [%rd10], %rd9;
)",
                      {0, 0}, ".shared .align 8 .b64 shared_word;\n");
  EXPECT_EQ(out, (Words{0, 0}));
}
