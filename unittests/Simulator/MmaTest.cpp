//===- MmaTest.cpp - Tensor-core instructions -----------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Fragments, by a value for each position and the formulae of the PTX manual
// written out form by form; and the sums of each model, by values that tell
// them apart.
//
//===----------------------------------------------------------------------===//

#include "MmaForms.h"

#include <cmath>

using namespace llvm;
using namespace ts::sim;

//===----------------------------------------------------------------------===//
// Positions
//===----------------------------------------------------------------------===//

/// An integer in a format of these bits; f16 and bf16 by the form's name.
static uint64_t encode(int value, unsigned bits, StringRef name) {
  if (name.contains("s32"))
    return uint64_t(value) & ((uint64_t(1) << bits) - 1);
  if (bits == 64)
    return bit_cast<uint64_t>(double(value));
  uint32_t single = bit_cast<uint32_t>(float(value));
  if (bits == 32)
    return single;
  if (name.contains("bf16"))
    return single >> 16;
  // An integer below 2^11, so that f16 holds it: the bias is 112 less.
  return value == 0 ? 0
                    : ((single >> 16) & 0x8000) |
                          (((single & 0x7fffffff) - (112u << 23)) >> 13);
}

/// Each position of A, B and C has its own value, and B (A) picks one k for
/// each output, another one for each `shift`.
static void checkPositions(const MmaForm &form) {
  StringRef name = form.name;
  unsigned m = form.m, k = form.k;
  auto of = [&](int v) { return encode(v, form.elementBits, name); };
  bool small = form.elementBits == 8;
  for (unsigned shift = 0; shift < k; ++shift)
    for (bool picksInB : {true, false}) {
      Tile a = tile(m, k), b = tile(k, 8), c = tile(m, 8), expected = c;
      // A position has a value that no other one has (a byte: in its row).
      auto inA = [&](unsigned i, unsigned l) {
        return small ? int(l * 7 + i) % 127 + 1 : int(i * k + l) % 250 + 1;
      };
      auto inB = [&](unsigned l, unsigned n) { return int(l * 8 + n) % 251; };
      for (unsigned i = 0; i < m; ++i)
        for (unsigned l = 0; l < k; ++l)
          a[i][l] = of(picksInB ? inA(i, l) : l == (i + shift) % k);
      for (unsigned l = 0; l < k; ++l)
        for (unsigned n = 0; n < 8; ++n)
          b[l][n] = of(picksInB ? l == (n + shift) % k : inB(l, n));
      for (unsigned i = 0; i < m; ++i)
        for (unsigned n = 0; n < 8; ++n) {
          int start = int(i * 8 + n);
          int product =
              picksInB ? inA(i, (n + shift) % k) : inB((i + shift) % k, n);
          c[i][n] = encode(start, form.sumBits, name);
          expected[i][n] = encode(start + product, form.sumBits, name);
        }
      EXPECT_EQ(MmaRunner(form).run(a, b, c), expected)
          << form.name << ", k shifted by " << shift;
    }
}

TEST(Mma, PositionsOfTf32) { checkPositions(tf32k8), checkPositions(tf32k4); }
TEST(Mma, PositionsOfF16) {
  checkPositions(f16k16), checkPositions(f16k8);
  checkPositions(f16Sum16), checkPositions(f16Sum8);
}
TEST(Mma, PositionsOfBF16) { checkPositions(bf16k16), checkPositions(bf16k8); }
TEST(Mma, PositionsOfF64) { checkPositions(f64k4); }
TEST(Mma, PositionsOfBytes) {
  checkPositions(s8k16), checkPositions(s8k32), checkPositions(s8k16m8);
}

//===----------------------------------------------------------------------===//
// Sums
//===----------------------------------------------------------------------===//

/// c + the products a[k] * 1 in one output, by each model.
static std::vector<uint64_t> sums(const MmaForm &form, uint64_t c,
                                  const std::vector<uint64_t> &terms) {
  std::vector<uint64_t> results;
  for (MmaModel model : {MmaModel::Exact, MmaModel::Ada, MmaModel::Hopper}) {
    Tile a = tile(form.m, form.k), b = tile(form.k, 8), start = tile(form.m, 8);
    for (size_t l = 0; l < terms.size(); ++l)
      a[3][l] = terms[l];
    for (unsigned l = 0; l < form.k; ++l)
      b[l][5] = encode(1, form.elementBits, form.name);
    start[3][5] = c;
    MmaRunner runner(form);
    runner.model = model;
    results.push_back(runner.run(a, b, start)[3][5]);
  }
  return results;
}

/// 2^exponent as f32.
static uint64_t power(int exponent, float times = 1) {
  return bits(std::ldexp(times, exponent));
}

// The vectors of the published models (round to nearest, Ada, Hopper).
TEST(Mma, ModelsDiffer) {
  const uint64_t one = bits(1.0f), next = one + 1;
  EXPECT_EQ(sums(tf32k8, one, {power(-24, 1.5f)}), (Words{next, one, one}));
  uint64_t tiny = power(-25), small = power(-24);
  EXPECT_EQ(sums(tf32k8, one, {tiny, tiny, tiny, tiny}),
            (Words{next, one, next}));
  EXPECT_EQ(sums(tf32k8, one, {small, 0, 0, 0, small}),
            (Words{next, one, next}));
  EXPECT_EQ(sums(tf32k8, one, {small, small}), (Words{next, next, next}));
}

// f16 has no 2^-25, but its products do; Ada takes eight at once.
TEST(Mma, ModelsDifferInF16) {
  const uint64_t one = bits(1.0f), next = one + 1;
  std::vector<uint64_t> terms(16);
  terms[0] = terms[8] = 1; // 2^-24
  EXPECT_EQ(sums(f16k16, one, terms), (Words{next, one, next}));
  terms[7] = terms[8], terms[8] = 0;
  EXPECT_EQ(sums(f16k16, one, terms), (Words{next, next, next}));
}

TEST(Mma, DefaultIsThatOfTheTarget) {
  Tile a = tile(16, 8), b = tile(8, 8), c = tile(16, 8);
  a[0][0] = a[0][4] = power(-24);
  b[0][0] = b[4][0] = c[0][0] = bits(1.0f);
  EXPECT_EQ(MmaRunner(tf32k8, "sm_80").run(a, b, c)[0][0], bits(1.0f));
  EXPECT_EQ(MmaRunner(tf32k8, "sm_90a").run(a, b, c)[0][0], bits(1.0f) + 1);
}

TEST(Mma, CutsTowardsZeroOnBothSides) {
  const uint64_t minus = bits(-1.0f);
  EXPECT_EQ(sums(tf32k8, minus, {power(-24, -1.5f)}),
            (Words{minus + 1, minus, minus}));
  // A negative term is cut before it is added: 1 - 0.
  EXPECT_EQ(sums(tf32k8, bits(1.0f), {power(-26, -1)}),
            (Words{bits(1.0f), bits(1.0f), bits(1.0f)}));
}

TEST(Mma, OperandsOfTf32LoseTheirLowBits) {
  uint64_t full = bits(1.0f) | 0x1fff;
  EXPECT_EQ(sums(tf32k8, 0, {full}),
            (Words{bits(1.0f), bits(1.0f), bits(1.0f)}));
}

TEST(Mma, NaNsAndInfinities) {
  uint64_t infinity = bits(INFINITY), nan = 0x7fffffff;
  Words nans(3, nan), infinities(3, infinity);
  EXPECT_EQ(sums(tf32k8, bits(1.0f), {0xffc01234}), nans);
  EXPECT_EQ(sums(tf32k8, bits(-INFINITY), {infinity}), nans);
  EXPECT_EQ(sums(tf32k8, bits(1.0f), {infinity, infinity}), infinities);
  EXPECT_EQ(sums(tf32k8, bits(NAN), {}), nans);
  // Only the outputs that the value goes into.
  Tile a = tile(16, 8), b = tile(8, 8), c = tile(16, 8);
  a[2][1] = bits(INFINITY);
  b[1][0] = bits(1.0f);
  Tile d = MmaRunner(tf32k8).run(a, b, c);
  EXPECT_EQ(d[2][0], infinity);
  EXPECT_EQ(d[2][1], nan); // infinity times zero
  EXPECT_EQ(d[3][0], 0u);
}

TEST(Mma, LargeAndSubnormalSums) {
  // 2^127 + 2^127 is too large; subnormal f32 sums are kept.
  Words infinities(3, bits(INFINITY));
  EXPECT_EQ(sums(bf16k8, power(127), {0x7f00}), infinities);
  EXPECT_EQ(sums(tf32k8, 3, {power(-136)}), Words(3, 3 + (1 << 13)));
}

TEST(Mma, F16SumsAreRoundedToNearest) {
  // 2048 + 1 is a tie, 2048 + 3 is one to the other side.
  uint64_t k2048 = 0x6800, one = 0x3c00, three = 0x4200;
  EXPECT_EQ(sums(f16Sum8, k2048, {one}), Words(3, k2048));
  EXPECT_EQ(sums(f16Sum8, k2048, {three}), Words(3, k2048 + 2));
  EXPECT_EQ(sums(f16Sum8, 0x7bff, {0x7bff}), Words(3, 0x7c00));
  EXPECT_EQ(sums(f16Sum8, 0x7e01, {one}), Words(3, 0x7fff));
}

TEST(Mma, DoublesAreAChainOfFusedMultiplyAdds) {
  Tile a = tile(8, 4), b = tile(4, 8), c = tile(8, 8);
  double x[4] = {0.1, -0.7, 1e10, 1e-9}, y[4] = {3.3, 1.1, 1e-9, 0.1};
  double expected = 0.3;
  for (unsigned k = 0; k < 4; ++k) {
    a[1][k] = bits(x[k]);
    b[k][2] = bits(y[k]);
    expected = std::fma(x[k], y[k], expected);
  }
  c[1][2] = bits(0.3);
  EXPECT_EQ(MmaRunner(f64k4).run(a, b, c)[1][2], bits(expected));
  // So are its NaNs: of B, else of C, else of A, step by step (H200).
  c[1][2] = 0x7ff4000000000003;
  a[1][3] = 0xfff8000000000001;
  EXPECT_EQ(MmaRunner(f64k4).run(a, b, c)[1][2], 0x7ffc000000000003);
  b[1][2] = 0x7ff8000000000007;
  EXPECT_EQ(MmaRunner(f64k4).run(a, b, c)[1][2], 0x7ff8000000000007);
}

TEST(Mma, IntegersWrapOrSaturate) {
  Tile a = tile(16, 16), b = tile(16, 8), c = tile(16, 8);
  a[0][0] = 2, b[0][0] = 255, c[0][0] = 0x7fffffff;
  a[1][0] = 0x80, c[1][0] = 0x80000000; // -128
  Tile d = MmaRunner(s8k16).run(a, b, c);
  EXPECT_EQ(d[0][0], 0x800001fdu);
  EXPECT_EQ(d[1][0], 0x7fff8080u);
  MmaForm saturating = s8k16;
  saturating.name = "m16n8k16.row.col.satfinite.s32.s8.u8.s32";
  d = MmaRunner(saturating).run(a, b, c);
  EXPECT_EQ(d[0][0], 0x7fffffffu);
  EXPECT_EQ(d[1][0], 0x80000000u);
}

TEST(Mma, FormsThatDoNotExist) {
  auto error = [](const std::string &text) { return parseError(kernel(text)); };
  EXPECT_SAYS(error("mma.sync.aligned.m16n8k32.row.col.f32.f16.f16.f32 "
                    "{%f1,%f2,%f3,%f4}, {%r1,%r2,%r3,%r4}, {%r5,%r6}, "
                    "{%f1,%f2,%f3,%f4};"),
              "'mma.m16n8k32' of types f32, f16, f16, f32 is not supported");
  EXPECT_SAYS(error("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 "
                    "{%f1,%f2,%f3,%f4}, {%r1,%r2}, {%r5,%r6}, "
                    "{%f1,%f2,%f3,%f4};"),
              "this matrix has 4 registers, not 2");
  EXPECT_SAYS(error("mma.sync.aligned.m16n8k8;"), "needs '.row'");
}

TEST(Mma, AllLanesMustBeThere) {
  std::string mma = "\n  mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 "
                    "{%f1,%f2,%f3,%f4}, {%r1,%r1,%r1,%r1}, {%r1,%r1}, "
                    "{%f5,%f5,%f5,%f5};";
  Bench half(kernel("mov.b32 %f5, 0f00000000;" + mma));
  half.parameter(half.allocate(8));
  half.parameter(half.allocate(8));
  half.config.block = {16, 1, 1};
  Finding found = half.finding();
  EXPECT_EQ(found.kind, Finding::Kind::Divergence);
  EXPECT_EQ(found.line, bodyLine + 1);
  EXPECT_SAYS(found.message, "lane 16 is not there");
  Bench skipped(kernel("mov.b32 %f5, 0f00000000; setp.eq.u32 %p1, %r1, 3;\n"
                       "@%p1 bra past;" +
                       mma + "\npast: ret;"));
  skipped.parameter(skipped.allocate(8));
  skipped.parameter(skipped.allocate(8));
  skipped.config.block = {32, 1, 1};
  EXPECT_EQ(skipped.finding().kind, Finding::Kind::Divergence);
}
