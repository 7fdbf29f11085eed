//===- RareTest.cpp - Instructions that kernels use seldom ----------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Values worked out by hand from PTX's definitions.
//
//===----------------------------------------------------------------------===//

#include "SimTest.h"

#include <cmath>

using namespace llvm;
using namespace ts::sim;

TEST(Rare, ProductsOf24Bits) {
  // The upper 8 bits of a source do not count.
  std::vector<Operands> cases{{0xffffff, 0xffffff, 5},
                              {0xab800000, 2, 0xffffffff},
                              {0x123456, 0x10, 1}};
  EXPECT_EQ(each("mul24.lo.u32 %r0, %r1, %r2;", "r", cases),
            (Words{0xfe000001, 0x01000000, 0x1234560}));
  EXPECT_EQ(each("mul24.hi.u32 %r0, %r1, %r2;", "r", cases),
            (Words{0xfffffe00, 0x100, 0x123}));
  // As signed numbers: -1 * -1, -2^23 * 2.
  EXPECT_EQ(each("mul24.lo.s32 %r0, %r1, %r2;", "r", cases),
            (Words{1, 0xff000000, 0x1234560}));
  EXPECT_EQ(each("mul24.hi.s32 %r0, %r1, %r2;", "r", cases),
            (Words{0, 0xffffff00, 0x123}));
  EXPECT_EQ(each("mad24.lo.s32 %r0, %r1, %r2, %r3;", "r", cases),
            (Words{6, 0xfeffffff, 0x1234561}));
  // 2^22 * 2^22 / 2^16 = 2^28; -2^46 / 2^16 = -2^30.
  std::vector<Operands> large{{0x400000, 0x400000, 0x7fffffff},
                              {0x800000, 0x7fffff, 0x80000000},
                              {0x400000, 0x400000, 1}};
  EXPECT_EQ(each("mad24.hi.sat.s32 %r0, %r1, %r2, %r3;", "r", large),
            (Words{0x7fffffff, 0x80000000, 0x10000001}));
  EXPECT_EQ(each("mad24.hi.s32 %r0, %r1, %r2, %r3;", "r", large),
            (Words{0x8fffffff, 0x40000080, 0x10000001}));
  EXPECT_SAYS(parseError(kernel("mad24.lo.sat.s32 %r0, %r1, %r2, %r3;")),
              "line 12, column 10: unknown modifier '.sat' of 'mad24'");
}

TEST(Rare, ExtensionFromAnyPosition) {
  std::vector<Operands> cases{{0x12345688, 8},
                              {0xff, 0},
                              {0x80000001, 31},
                              {0x12345688, 32},
                              {0xffffff7f, 40}};
  EXPECT_EQ(each("szext.clamp.s32 %r0, %r1, %r2;", "r", cases),
            (Words{0xffffff88, 0, 1, 0x12345688, 0xffffff7f}));
  EXPECT_EQ(each("szext.wrap.s32 %r0, %r1, %r2;", "r", cases),
            (Words{0xffffff88, 0, 1, 0, 0x7f}));
  EXPECT_EQ(each("szext.wrap.u32 %r0, %r1, %r2;", "r", cases),
            (Words{0x88, 0, 1, 0, 0x7f}));
  EXPECT_SAYS(parseError(kernel("szext.s32 %r0, %r1, %r2;")),
              "'szext' needs '.wrap'");
}

TEST(Rare, Masks) {
  std::vector<Operands> cases{{1, 2},  {0, 0},  {28, 4}, {28, 9},
                              {0, 32}, {32, 1}, {33, 3}, {31, 1}};
  EXPECT_EQ(
      each("bmsk.clamp.b32 %r0, %r1, %r2;", "r", cases),
      (Words{6, 0, 0xf0000000, 0xf0000000, 0xffffffff, 0, 0, 0x80000000}));
  EXPECT_EQ(each("bmsk.wrap.b32 %r0, %r1, %r2;", "r", cases),
            (Words{6, 0, 0xf0000000, 0xf0000000, 0, 1, 14, 0x80000000}));
}

TEST(Rare, NthSetBit) {
  // 0x8000a011: bits 0, 4, 13, 15 and 31.
  uint64_t mask = 0x8000a011;
  auto bit = [&](uint64_t base, int offset) {
    return Operands{mask, base, uint32_t(offset)};
  };
  EXPECT_EQ(
      each("fns.b32 %r0, %r1, %r2, %r3;", "r",
           {bit(0, 1), bit(0, 3), bit(1, 1), bit(4, 1), bit(0, 6), bit(14, -1),
            bit(31, -5), bit(31, -6), bit(13, 0), bit(14, 0)}),
      (Words{0, 13, 4, 4, ~0u, 13, 0, ~0u, 13, ~0u}));
}

TEST(Rare, MagnitudesWithTheSignOfTheProduct) {
  uint64_t nan = 0x7fffffff, negativeZero = 0x80000000, tiny = 0x80000001;
  std::vector<Operands> cases{
      {bits(-3.f), bits(2.f)},   {bits(-2.f), bits(-3.f)},
      {bits(1.f), negativeZero}, {0xffc00000, bits(2.f)},
      {bits(-2.f), 0x7fc00000},  {nan, nan},
      {tiny, bits(INFINITY)}};
  EXPECT_EQ(each("min.xorsign.abs.f32 %f0, %f1, %f2;", "f", cases),
            (Words{bits(-2.f), bits(2.f), negativeZero, bits(-2.f), bits(-2.f),
                   nan, tiny}));
  EXPECT_EQ(each("max.ftz.xorsign.abs.f32 %f0, %f1, %f2;", "f", cases),
            (Words{bits(-3.f), bits(3.f), bits(-1.f), bits(-2.f), bits(-2.f),
                   nan, bits(-INFINITY)}));
  EXPECT_EQ(each("min.ftz.NaN.xorsign.abs.f32 %f0, %f1, %f2;", "f", cases),
            (Words{bits(-2.f), bits(2.f), negativeZero, nan, nan, nan,
                   negativeZero}));
  // The same of f16, where the number that beats a NaN is made positive first.
  EXPECT_EQ(each("max.xorsign.abs.f16 %h0, %h1, %h2;", "h",
                 {{0xfe00, 0x4000}, {0xc000, 0x7e00}, {0xc000, 0xfe00}}),
            (Words{0xc000, 0xc000, 0x4000}));
  EXPECT_SAYS(parseError(kernel("min.xorsign.f32 %f0, %f1, %f2;")),
              "'min' needs '.abs'");
  EXPECT_SAYS(parseError(kernel("min.xorsign.abs.f64 %d0, %d1, %d2;")),
              "unknown modifier '.xorsign' of 'min'");
}

TEST(Rare, ApproximationsOfDoubles) {
  constexpr uint64_t upper = 0xffffffff00000000, nan = 0x7fffffff00000000;
  // A NaN without a bit in its upper half counts as infinite, as on an H200.
  std::vector<Operands> cases{{bits(4.0)},
                              {bits(-0.0)},
                              {0x000fffffffffffff},
                              {bits(HUGE_VAL)},
                              {0x7ff0000000000001},
                              {0x7ff0000100000000},
                              {bits(3.0) | 0xffffffff}};
  EXPECT_EQ(each("rcp.approx.ftz.f64 %d0, %d1;", "d", cases),
            (Words{bits(0.25), bits(-HUGE_VAL), bits(HUGE_VAL), 0, 0, nan,
                   bits(1 / 3.0) & upper}));
  // A result below the normal numbers is zero.
  EXPECT_EQ(each("rcp.approx.ftz.f64 %d0, %d1;", "d", {{bits(-0x1p1023)}}),
            Words{uint64_t(1) << 63});
  EXPECT_EQ(each("rsqrt.approx.ftz.f64 %d0, %d1;", "d", cases),
            (Words{bits(0.5), bits(-HUGE_VAL), bits(HUGE_VAL), 0, 0, nan,
                   bits(1 / std::sqrt(3.0)) & upper}));
  EXPECT_EQ(each("rsqrt.approx.ftz.f64 %d0, %d1;", "d", {{bits(-1.0)}}),
            Words{nan});
  EXPECT_EQ(each("rsqrt.approx.f64 %d0, %d1;", "d", {{bits(2.0)}}),
            Words{bits(1 / std::sqrt(2.0))});
  EXPECT_SAYS(parseError(kernel("ex2.approx.ftz.f64 %d0, %d1;")),
              "'ex2' has no form of this type");
}

TEST(Rare, ClocksCountInstructions) {
  // Three instructions from one reading to the next.
  EXPECT_EQ(runBody(R"(
  mov.u32 %r6, %clock; mov.u32 %r8, 0; mov.u32 %r8, 0; mov.u32 %r7, %clock;
  sub.u32 %r6, %r7, %r6; cvt.u64.u32 %rd6, %r6; st.global.u64 [%rd3], %rd6;
)",
                    Words(40)),
            Words(40, 3));
  EXPECT_EQ(runBody(R"(
  mov.u64 %rd6, %clock64; mov.u64 %rd7, %globaltimer; mov.u32 %r6, %clock_hi;
  cvt.u64.u32 %rd8, %r6; sub.u64 %rd6, %rd7, %rd6; add.u64 %rd6, %rd6, %rd8;
  st.global.u64 [%rd3], %rd6;
)",
                    Words(2)),
            Words(2, 1));
  EXPECT_SAYS(parseError(kernel("add.u32 %r6, %r6, %clock;")),
              "line 12, column 19: '%clock' is read by 'mov' alone");
}

TEST(Rare, PrefetchesAndBreakpoints) {
  EXPECT_EQ(runBody("prefetchu.L1 [%rd1]; prefetch.global.L2::evict_last "
                    "[%rd1]; prefetch.L1 [%rd2+8]; st.global.u64 [%rd3], 4;",
                    Words(1)),
            Words{4});
  EXPECT_SAYS(parseError(kernel("prefetchu.L2 [%rd1];")),
              "'prefetchu' needs '.L1'");
  Bench bench(kernel("setp.eq.u32 %p1, %r1, 1; @%p1 brkpt;"));
  bench.parameter(bench.allocate(8));
  bench.parameter(bench.allocate(8));
  bench.config.block = {2, 1, 1};
  Finding finding = bench.finding();
  EXPECT_EQ(finding.kind, Finding::Kind::Trap);
  EXPECT_EQ(finding.thread[0], 1u);
  EXPECT_SAYS(finding.message, "breakpoint");
}

TEST(Rare, PackedIntegers) {
  std::vector<Operands> cases{{0x01ff807f, 0x02017f80, 10}};
  EXPECT_EQ(each("vabsdiff4.u32.u32.u32 %r0, %r1, %r2, %r3;", "r", cases),
            Words{0x01fe0101});
  EXPECT_EQ(each("vabsdiff4.u32.u32.u32.add %r0, %r1, %r2, %r3;", "r", cases),
            Words{1 + 254 + 1 + 1 + 10});
  EXPECT_EQ(each("vadd4.u32.u32.u32 %r0, %r1, %r2, %r3;", "r", cases),
            Words{0x0300ffff});
  EXPECT_EQ(each("vadd4.u32.u32.u32.sat %r0, %r1, %r2, %r3;", "r", cases),
            Words{0x03ffffff});
  // 1 - 2, -1 - 1, -128 - 127, 127 + 128.
  EXPECT_EQ(each("vsub4.s32.s32.s32.sat %r0, %r1, %r2, %r3;", "r", cases),
            Words{0xfffe807f});
  EXPECT_EQ(each("vmax2.s32.s32.s32 %r0, %r1, %r2, %r3;", "r", cases),
            Words{0x02017f80});
  EXPECT_EQ(each("vmin2.u32.u32.u32 %r0, %r1, %r2, %r3;", "r", cases),
            Words{0x01ff7f80});
  EXPECT_EQ(each("vadd2.s32.s32.s32.add %r0, %r1, %r2, %r3;", "r",
                 {{0xffff0001, 0xffff0001, 10}}),
            Words{10});
}
