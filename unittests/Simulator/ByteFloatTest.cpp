//===- ByteFloatTest.cpp - 8-bit floats -----------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Conversions of every number of e4m3 and e5m2, by their definitions, and
// products of them on tensor cores.
//
//===----------------------------------------------------------------------===//

#include "MmaForms.h"

#include <cmath>

using namespace llvm;
using namespace ts::sim;

/// The value of a byte, from the format's definition.
static double valueOfByte(unsigned byte, bool e4m3) {
  int fractionBits = e4m3 ? 3 : 2, bias = e4m3 ? 7 : 15;
  int exponent = int(byte & 0x7f) >> fractionBits,
      fraction = int(byte) & ((1 << fractionBits) - 1);
  double value = exponent ? std::ldexp((1 << fractionBits) + fraction,
                                       exponent - bias - fractionBits)
                          : std::ldexp(fraction, 1 - bias - fractionBits);
  if (e4m3 ? (byte & 0x7f) == 0x7f : exponent == 31 && fraction)
    value = NAN;
  else if (!e4m3 && exponent == 31)
    value = INFINITY;
  return byte & 0x80 ? -value : value;
}

static std::string named(const char *format, bool e4m3) {
  std::string text = format;
  return text.replace(text.find("F8"), 2, e4m3 ? "e4m3" : "e5m2");
}

TEST(ByteFloat, EveryNumberToHalfAndBack) {
  for (bool e4m3 : {true, false}) {
    std::vector<Operands> bytes;
    Words halves, back, fromSingles;
    std::vector<Operands> asHalves, singles;
    for (unsigned byte = 0; byte < 256; ++byte) {
      double value = valueOfByte(byte, e4m3);
      // The other byte of the pair is 1.
      uint64_t one = e4m3 ? 0x38 : 0x3c;
      bytes.push_back({byte << 8 | one});
      uint64_t half =
          each("cvt.rn.f16.f32 %h0, %f1;", "h", {{bits(float(value))}})[0];
      halves.push_back((value != value ? 0x7fff : half) << 16 | 0x3c00);
      asHalves.push_back({halves.back()});
      singles.push_back({bits(float(value)), bits(1.0f)});
      uint64_t kept = value != value      ? 0x7f
                      : std::isinf(value) ? uint64_t(0x7b | (byte & 0x80))
                                          : uint64_t(byte);
      back.push_back(kept << 8 | one);
    }
    EXPECT_EQ(each(named("cvt.rn.f16x2.F8x2 %r0, %h1;", e4m3), "r", bytes),
              halves);
    EXPECT_EQ(each(named("cvt.rn.satfinite.F8x2.f16x2 %h0, %r1;", e4m3), "h",
                   asHalves),
              back);
    EXPECT_EQ(each(named("cvt.rn.satfinite.F8x2.f32 %h0, %f1, %f2;", e4m3), "h",
                   singles),
              back);
  }
}

TEST(ByteFloat, RoundingAndSaturation) {
  auto to = [](const char *instruction, const std::vector<float> &values) {
    std::vector<Operands> cases;
    for (float value : values)
      cases.push_back({0, bits(value)});
    return each(instruction, "h", cases);
  };
  // Ties to even, among normal and subnormal numbers; too large; NaN.
  EXPECT_EQ(
      to("cvt.rn.satfinite.e4m3x2.f32 %h0, %f1, %f2;",
         {17.f, 19.f, 0x1p-10f, 0x1.000002p-10f, 0x3p-10f, 400.f, 464.f, 1e30f,
          -INFINITY, NAN, -0.f, 0x1p-149f}),
      (Words{0x58, 0x5a, 0, 1, 2, 0x7c, 0x7e, 0x7e, 0xfe, 0x7f, 0x80, 0}));
  EXPECT_EQ(to("cvt.rn.satfinite.e5m2x2.f32 %h0, %f1, %f2;",
               {1.125f, 1.375f, 0x1p-17f, 0x3p-17f, 61440.f, 57344.f, -1e38f,
                INFINITY, NAN}),
            (Words{0x3c, 0x3e, 0, 2, 0x7b, 0x7b, 0xfb, 0x7b, 0x7f}));
  EXPECT_EQ(to("cvt.rn.satfinite.relu.e4m3x2.f32 %h0, %f1, %f2;",
               {-1.f, -0.f, 2.f, NAN, -INFINITY}),
            (Words{0, 0, 0x40, 0x7f, 0}));
  EXPECT_EQ(each("cvt.rn.relu.f16x2.e5m2x2 %r0, %h1;", "r", {{0xbc40}}),
            Words{0x4000});
}

TEST(ByteFloat, WhatIsRefused) {
  auto error = [](const char *text) { return parseError(kernel(text)); };
  EXPECT_SAYS(error("cvt.rn.e4m3x2.f32 %h1, %f1, %f2;"),
              "line 12, column 1: a conversion to an 8-bit float needs "
              "'.satfinite'");
  EXPECT_SAYS(error("cvt.rz.satfinite.e4m3x2.f32 %h1, %f1, %f2;"),
              "'cvt' needs '.rn'");
  EXPECT_SAYS(error("cvt.rn.f32.e4m3x2 %f1, %h1;"),
              "8-bit floats are converted to '.f16x2'");
}

//===----------------------------------------------------------------------===//
// Tensor cores
//===----------------------------------------------------------------------===//

static MmaForm byteForm(const char *name, const MmaForm &places,
                        unsigned sumBits) {
  MmaForm form = places;
  form.name = name;
  form.sumBits = sumBits;
  return form;
}
static const MmaForm e4m3k32 =
    byteForm("m16n8k32.row.col.f32.e4m3.e4m3.f32", s8k32, 32);

/// The first output of a row of `a` times a column of `b`, added to `c`.
static uint64_t dot(const MmaForm &form, MmaModel model, uint64_t c,
                    const Words &a, const Words &b) {
  Tile left = tile(16, form.k), right = tile(form.k, 8), sum = tile(16, 8);
  for (unsigned k = 0; k < a.size(); ++k) {
    left[9][k] = a[k];
    right[k][5] = b[k];
  }
  sum[9][5] = c;
  MmaRunner runner(form);
  runner.model = model;
  return runner.run(left, right, sum)[9][5];
}

TEST(ByteFloat, EveryPositionOfAProduct) {
  struct {
    const char *name;
    const MmaForm &places;
    unsigned sumBits;
    bool a4, b4;
  } forms[] = {{"m16n8k32.row.col.f32.e4m3.e4m3.f32", s8k32, 32, true, true},
               {"m16n8k32.row.col.f32.e4m3.e5m2.f32", s8k32, 32, true, false},
               {"m16n8k32.row.col.f32.e5m2.e4m3.f32", s8k32, 32, false, true},
               {"m16n8k16.row.col.f32.e5m2.e5m2.f32", s8k16, 32, false, false},
               {"m16n8k16.row.col.f16.e4m3.e4m3.f16", s8k16, 16, true, true},
               {"m16n8k32.row.col.f16.e5m2.e5m2.f16", s8k32, 16, false, false}};
  for (const auto &entry : forms) {
    MmaForm form = byteForm(entry.name, entry.places, entry.sumBits);
    // One element of each row of A is 1, so that the outputs are those of B:
    // bytes of one binade and a half, which differ within a column.
    Tile a = tile(16, form.k), b = tile(form.k, 8), c = tile(16, 8),
         expected = c;
    for (unsigned k = 0; k < form.k; ++k)
      for (unsigned n = 0; n < 8; ++n)
        b[k][n] = 0x30 + (k * 8 + n) % 37;
    for (unsigned i = 0; i < 16; ++i)
      for (unsigned n = 0; n < 8; ++n) {
        unsigned k = (i * 7 + 3) % form.k;
        a[i][k] = entry.a4 ? 0x38 : 0x3c;
        float value = float(valueOfByte(unsigned(b[k][n]), entry.b4));
        expected[i][n] = entry.sumBits == 32 ? bits(value)
                                             : each("cvt.rn.f16.f32 %h0, %f1;",
                                                    "h", {{bits(value)}})[0];
      }
    EXPECT_EQ(MmaRunner(form).run(a, b, c), expected) << entry.name;
  }
}

TEST(ByteFloat, SumsOfAdaKeepThirteenBits) {
  const MmaModel ada = MmaModel::Ada;
  // 2^-13 is the last place beside 1, and 2^-14 is lost, twice over too:
  // 2^-7 * 2^-6 and 2^-7 * 2^-7.
  EXPECT_EQ(dot(e4m3k32, ada, bits(1.0f), {0x04}, {0x08}), bits(1 + 0x1p-13f));
  EXPECT_EQ(dot(e4m3k32, ada, bits(1.0f), {0x04, 0x04}, {0x04, 0x04}),
            bits(1.0f));
  // What C has below is lost as well, in zero products too.
  EXPECT_EQ(dot(e4m3k32, ada, bits(1 + 0x1p-14f), {}, {}), bits(1.0f));
  EXPECT_EQ(dot(e4m3k32, ada, bits(-1 - 0x1p-14f), {}, {}), bits(-1.0f));
  // A carry takes the last place away: 1 + 1 + 2^-13.
  EXPECT_EQ(dot(e4m3k32, ada, bits(1.0f), {0x38, 0x04}, {0x38, 0x08}),
            bits(2.0f));
  EXPECT_EQ(
      dot(e4m3k32, MmaModel::Exact, bits(1.0f), {0x04, 0x04}, {0x04, 0x04}),
      bits(1 + 0x1p-13f));
  // 16 of k at a time: -1 comes from C, and 1 cancels it in the first half, so
  // that the second one keeps 2^-14; beside them it is lost.
  Words a(32), b(32);
  a[0] = b[0] = 0x38;
  a[31] = b[31] = 0x04;
  EXPECT_EQ(dot(e4m3k32, ada, bits(-1.0f), a, b), bits(0x1p-14f));
  std::swap(a[31], a[15]), std::swap(b[31], b[15]);
  EXPECT_EQ(dot(e4m3k32, ada, bits(-1.0f), a, b), 0u);
}

TEST(ByteFloat, HopperMultipliesPairsAsHalves) {
  const MmaModel hopper = MmaModel::Hopper;
  EXPECT_EQ(dot(e4m3k32, hopper, bits(1.0f), {0x04, 0x04}, {0x04, 0x04}),
            bits(1 + 0x1p-13f));
  // C is added last, rounded to nearest: 2^-24 is a tie, 3 * 2^-24 as well.
  MmaForm e5m2 = byteForm("m16n8k32.row.col.f32.e5m2.e5m2.f32", s8k32, 32);
  EXPECT_EQ(dot(e5m2, hopper, bits(1.0f), {0x0c}, {0x0c}), bits(1.0f));
  EXPECT_EQ(
      dot(e5m2, hopper, bits(1.0f), {0x0c, 0x0c, 0x0c}, {0x0c, 0x0c, 0x0c}),
      bits(1 + 0x1p-22f));
  // 2^30 and -2^30 beside 1: the first two of each four k come first, so that
  // what follows 0, or is behind them, is kept.
  auto beside = [&](unsigned negative, unsigned one) {
    Words a(32), b(32);
    a[0] = b[0] = a[negative] = 0x78;
    b[negative] = 0xf8;
    a[one] = b[one] = 0x3c;
    return dot(e5m2, hopper, 0, a, b);
  };
  EXPECT_EQ(beside(17, 2), bits(1.0f));
  EXPECT_EQ(beside(1, 31), bits(1.0f));
  EXPECT_EQ(beside(18, 2), 0u);
  EXPECT_EQ(beside(17, 4), 0u);
  // Sums in f16 are rounded after each step: 2048, 1 and again 1 from C.
  MmaForm halves = byteForm("m16n8k32.row.col.f16.e5m2.e5m2.f16", s8k32, 16);
  EXPECT_EQ(dot(halves, hopper, 0x3c00, {0x68, 0, 0x3c}, {0x3c, 0, 0x3c}),
            0x6800u);
  EXPECT_EQ(dot(halves, hopper, 0x3c00, {0x68, 0x3c, 0x3c}, {0x3c, 0x3c, 0x3c}),
            0x6800u);
  EXPECT_EQ(dot(halves, MmaModel::Ada, 0x3c00, {0x68, 0x3c}, {0x3c, 0x3c}),
            0x6801u);
}

TEST(ByteFloat, NaNsAndInfinitiesOfProducts) {
  MmaForm e5m2 = byteForm("m16n8k32.row.col.f32.e5m2.e5m2.f32", s8k32, 32);
  EXPECT_EQ(dot(e5m2, MmaModel::Ada, 0, {0x7c}, {0xbc}), bits(-INFINITY));
  EXPECT_EQ(dot(e5m2, MmaModel::Ada, 0, {0x7c}, {0}), 0x7fffffffu);
  EXPECT_EQ(dot(e4m3k32, MmaModel::Ada, 0, {0xff}, {0x38}), 0x7fffffffu);
  EXPECT_EQ(dot(e4m3k32, MmaModel::Ada, 0, {0x7e}, {0x7e}),
            bits(448.f * 448.f));
  EXPECT_SAYS(
      parseError(kernel("mma.sync.aligned.m16n8k32.row.col.f32.e4m3.s8.f32 "
                        "{%f1,%f2,%f3,%f4}, {%r1,%r2,%r3,%r4}, {%r5,%r6}, "
                        "{%f1,%f2,%f3,%f4};")),
      "of types f32, e4m3, s8, f32 is not supported");
}
