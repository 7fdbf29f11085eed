//===- FunctionTest.cpp - Approximate functions, .ftz, dot products, ... --===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Special values to the bit; approximate functions within the errors that the
// PTX manual allows.
//
//===----------------------------------------------------------------------===//

#include "SimTest.h"

#include <cmath>

using namespace llvm;
using namespace ts::sim;

static const uint64_t nan32 = 0x7fffffff, inf32 = 0x7f800000,
                      minusInf32 = 0xff800000, minusZero = 0x80000000;

TEST(Function, SpecialValues) {
  EXPECT_EQ(each("ex2.approx.f32 %f0, %f1;", "f",
                 {{0}, {minusInf32}, {inf32}, {bits(3.f)}, {nan32}}),
            (Words{bits(1.f), 0, inf32, bits(8.f), nan32}));
  EXPECT_EQ(each("ex2.approx.ftz.f32 %f0, %f1;", "f", {{bits(-127.f)}}),
            Words{0});
  EXPECT_EQ(each("lg2.approx.f32 %f0, %f1;", "f",
                 {{0}, {bits(8.f)}, {bits(-1.f)}, {inf32}, {1}}),
            (Words{minusInf32, bits(3.f), nan32, inf32, bits(-149.f)}));
  EXPECT_EQ(each("lg2.approx.ftz.f32 %f0, %f1;", "f", {{1}}),
            Words{minusInf32});
  EXPECT_EQ(each("rcp.approx.ftz.f32 %f0, %f1;", "f",
                 {{0}, {minusZero}, {bits(4.f)}, {1}, {inf32}}),
            (Words{inf32, minusInf32, bits(.25f), inf32, 0}));
  EXPECT_EQ(each("rsqrt.approx.f32 %f0, %f1;", "f",
                 {{0}, {bits(16.f)}, {bits(-1.f)}, {minusZero}}),
            (Words{inf32, bits(.25f), nan32, minusInf32}));
  EXPECT_EQ(each("sqrt.approx.f32 %f0, %f1;", "f", {{bits(9.f)}, {minusZero}}),
            (Words{bits(3.f), minusZero}));
  EXPECT_EQ(each("sin.approx.f32 %f0, %f1;", "f", {{minusZero}, {inf32}}),
            (Words{minusZero, nan32}));
  EXPECT_EQ(each("cos.approx.f32 %f0, %f1;", "f", {{0}}), Words{bits(1.f)});
  EXPECT_EQ(each("tanh.approx.f32 %f0, %f1;", "f", {{inf32}, {minusZero}}),
            (Words{bits(1.f), minusZero}));
  EXPECT_EQ(each("div.approx.f32 %f0, %f1, %f2;", "f",
                 {{bits(1.f), bits(4.f)}, {bits(1.f), 0}, {0, 0}}),
            (Words{bits(.25f), inf32, nan32}));
  EXPECT_EQ(each("div.full.f32 %f0, %f1, %f2;", "f", {{bits(6.f), bits(3.f)}}),
            Words{bits(2.f)});
}

TEST(Function, WithinTheAllowedError) {
  for (float x : {0.3f, 1.7f, -2.2f, 0.01f, 5.5f}) {
    auto value = [&](const char *text) {
      Words got = each(text, "f", {{bits(x)}});
      return got.empty() ? NAN : bit_cast<float>(uint32_t(got[0]));
    };
    EXPECT_NEAR(value("ex2.approx.f32 %f0, %f1;"), std::exp2(x),
                std::exp2(x) * 0x1p-22);
    EXPECT_NEAR(value("sin.approx.f32 %f0, %f1;"), std::sin(x), 0x1p-20);
    EXPECT_NEAR(value("tanh.approx.f32 %f0, %f1;"), std::tanh(x),
                std::fabs(std::tanh(x)) * 0x1p-11);
  }
}

// 0x00400000 is subnormal; half of 0x00800000, the smallest normal number, too.
TEST(FlushToZero, OperandsAndResults) {
  EXPECT_EQ(each("add.ftz.f32 %f0, %f1, %f2;", "f",
                 {{0x00400000, 0},
                  {0x80400000, 0x80400000},
                  {0x00800001, 0x80800000}}),
            (Words{0, minusZero, 0}));
  EXPECT_EQ(each("mul.rn.ftz.f32 %f0, %f1, %f2;", "f",
                 {{0x00800000, bits(-.5f)}, {bits(3.f), bits(.5f)}}),
            (Words{minusZero, bits(1.5f)}));
  EXPECT_EQ(each("fma.rn.ftz.f32 %f0, %f1, %f2, %f3;", "f",
                 {{0x00400000, bits(0x1p100f), bits(1.f)}}),
            Words{bits(1.f)});
  EXPECT_EQ(each("max.ftz.f32 %f0, %f1, %f2;", "f", {{0x00400000, minusInf32}}),
            Words{0});
  EXPECT_EQ(each("abs.ftz.f32 %f0, %f1;", "f", {{0x80400000}, {bits(-2.f)}}),
            (Words{0, bits(2.f)}));
  EXPECT_EQ(each("neg.ftz.f32 %f0, %f1;", "f", {{0x00400000}}),
            Words{minusZero});
  EXPECT_EQ(each("setp.gt.ftz.f32 %p0, %f1, %f2;", "p",
                 {{0x00400000, 0}, {bits(1.f), 0}}),
            (Words{0, 1}));
  EXPECT_EQ(each("cvt.ftz.f64.f32 %d0, %f1;", "d", {{0x00400000}}), Words{0});
  EXPECT_EQ(each("cvt.rpi.ftz.s32.f32 %r0, %f1;", "r", {{0x00400000}}),
            Words{0});
}

TEST(Saturate, ToZeroAndOne) {
  EXPECT_EQ(each("add.sat.f32 %f0, %f1, %f2;", "f",
                 {{bits(.75f), bits(.75f)},
                  {bits(-1.f), 0},
                  {nan32, 0},
                  {bits(.25f), bits(.5f)}}),
            (Words{bits(1.f), 0, 0, bits(.75f)}));
  EXPECT_EQ(each("fma.rz.sat.f32 %f0, %f1, %f2, %f3;", "f",
                 {{bits(2.f), bits(2.f), 0}}),
            Words{bits(1.f)});
}

TEST(Half, Comparisons) {
  EXPECT_EQ(each("setp.lt.f16 %p0, %h1, %h2;", "p",
                 {{0xbc00, 0x3c00}, {0x8000, 0}, {0x7e00, 0}, {1, 2}}),
            (Words{1, 0, 0, 1}));
  EXPECT_EQ(each("setp.geu.bf16 %p0, %h1, %h2;", "p",
                 {{0x3f80, 0x4000}, {0x7fc0, 0}}),
            (Words{0, 1}));
}

TEST(TestProperty, Classes) {
  std::vector<Operands> cases{{0}, {1}, {bits(1.f)}, {inf32}, {nan32}};
  auto test = [&](const std::string &property) {
    return each("testp." + property + ".f32 %p0, %f1;", "p", cases);
  };
  EXPECT_EQ(test("finite"), (Words{1, 1, 1, 0, 0}));
  EXPECT_EQ(test("infinite"), (Words{0, 0, 0, 1, 0}));
  EXPECT_EQ(test("number"), (Words{1, 1, 1, 1, 0}));
  EXPECT_EQ(test("notanumber"), (Words{0, 0, 0, 0, 1}));
  EXPECT_EQ(test("normal"), (Words{1, 0, 1, 0, 0}));
  EXPECT_EQ(test("subnormal"), (Words{0, 1, 0, 0, 0}));
}

TEST(Dot, BytesAndHalves) {
  // 1*1 + 2*2 + 3*3 + (-1 or 255)*4, from the lowest byte up.
  std::vector<Operands> cases{{0xff030201, 0x04030201, 100}};
  EXPECT_EQ(each("dp4a.s32.s32 %r0, %r1, %r2, %r3;", "r", cases), Words{110});
  EXPECT_EQ(each("dp4a.u32.u32 %r0, %r1, %r2, %r3;", "r", cases), Words{1134});
  EXPECT_EQ(each("dp4a.u32.s32 %r0, %r1, %r2, %r3;", "r", {{0xff, 0xff, 0}}),
            Words{uint32_t(-255)});
  // Halves 0x0201 and 0xff03 with bytes 1, 2 or 3, 4.
  EXPECT_EQ(each("dp2a.lo.s32.s32 %r0, %r1, %r2, %r3;", "r", cases),
            Words{uint32_t(0x201 - 2 * 253 + 100)});
  EXPECT_EQ(each("dp2a.hi.u32.u32 %r0, %r1, %r2, %r3;", "r", cases),
            Words{0x201 * 3 + 0xff03 * 4 + 100});
}

TEST(Integer, SadAndSlct) {
  EXPECT_EQ(each("sad.s32 %r0, %r1, %r2, %r3;", "r",
                 {{uint32_t(-5), 3, 1}, {0x80000000, 0x7fffffff, 0}}),
            (Words{9, 0xffffffff}));
  EXPECT_EQ(each("sad.u32 %r0, %r1, %r2, %r3;", "r", {{1, 0xffffffff, 0}}),
            Words{0xfffffffe});
  EXPECT_EQ(each("slct.u32.s32 %r0, %r1, %r2, %r3;", "r",
                 {{1, 2, 0}, {1, 2, uint32_t(-1)}}),
            (Words{1, 2}));
  EXPECT_EQ(each("slct.f32.f32 %f0, %f1, %f2, %f3;", "f",
                 {{1, 2, minusZero}, {1, 2, nan32}}),
            (Words{1, 2}));
}

TEST(Reduce, OverTheMask) {
  Words in(32);
  for (uint64_t i = 0; i < 32; ++i)
    in[i] = i == 7 ? 0xfffffff0 : i;
  auto reduce = [&](const std::string &op) {
    return runBody("ld.global.u32 %r2, [%rd4];\nredux.sync." + op +
                       " %r3, %r2, -1;\ncvt.u64.u32 %rd6, %r3;\n"
                       "st.global.u64 [%rd3], %rd6;",
                   in)[31];
  };
  EXPECT_EQ(reduce("add.u32"), uint32_t(496 - 7 - 16));
  EXPECT_EQ(reduce("min.s32"), 0xfffffff0u);
  EXPECT_EQ(reduce("max.s32"), 31u);
  EXPECT_EQ(reduce("max.u32"), 0xfffffff0u);
  EXPECT_EQ(reduce("and.b32"), 0u);
  EXPECT_EQ(reduce("or.b32"), 0xffffffffu);
  EXPECT_EQ(reduce("xor.b32"), 0xfffffff0u ^ 7u);
}

TEST(Match, LanesOfEqualValues) {
  Words in(32);
  for (uint64_t i = 0; i < 32; ++i)
    in[i] = i % 4;
  Words out = runBody("ld.global.u32 %r2, [%rd4];\n"
                      "match.any.sync.b32 %r3, %r2, -1;\n"
                      "match.all.sync.b32 %r4|%p1, %r2, -1;\n"
                      "selp.u32 %r5, 1, 0, %p1; add.u32 %r4, %r4, %r5;\n"
                      "mov.b64 %rd6, {%r3, %r4}; st.global.u64 [%rd3], %rd6;",
                      in);
  for (uint32_t i = 0; i < 32; ++i)
    EXPECT_EQ(out[i], 0x11111111u << i % 4);
  out = runBody("ld.global.u64 %rd6, [%rd2];\n"
                "match.all.sync.b64 %r4|%p1, %rd6, -1;\n"
                "selp.u32 %r5, 1, 0, %p1; mov.b64 %rd6, {%r4, %r5};\n"
                "st.global.u64 [%rd3], %rd6;",
                in);
  EXPECT_EQ(out[9], 0x1ffffffffu);
}

TEST(Barrier, Reductions) {
  Words out = runBody(R"(
  setp.lt.u32 %p1, %r1, 40;
  barrier.sync.aligned 0;
  bar.red.popc.u32 %r2, 1, %p1;
  barrier.red.and.aligned.pred %p2, 2, %p1; bar.red.or.pred %p3, 3, 96, !%p1;
  selp.u32 %r3, 1, 0, %p2; selp.u32 %r4, 2, 0, %p3; add.u32 %r3, %r3, %r4;
  mov.b64 %rd6, {%r2, %r3}; st.global.u64 [%rd3], %rd6;
)",
                      Words(96, 0));
  EXPECT_EQ(out, Words(96, uint64_t(2) << 32 | 40));
}

TEST(Hints, ChangeNothing) {
  Words out = runBody(R"(
  createpolicy.fractional.L2::evict_first.b64 %rd6, 1.0;
  ld.global.L2::cache_hint.u64 %rd7, [%rd4], %rd6;
  st.global.L1::no_allocate.L2::cache_hint.u64 [%rd3], %rd7, %rd6;
  nanosleep.u32 20; prefetch.global.L2 [%rd4];
  isspacep.global %p1, %rd4; @!%p1 trap;
)",
                      {5, 6});
  EXPECT_EQ(out, (Words{5, 6}));
}

TEST(LaterTargets, AreRefusedByName) {
  for (const char *text :
       {"wgmma.fence.sync.aligned;", "mapa.u64 %rd1, %rd2, %r1;",
        "stmatrix.sync.aligned.m8n8.x1.shared.b16 [%rd1], {%r1};",
        "cp.async.bulk.commit_group;", "elect.sync %r1|%p1, -1;",
        "barrier.cluster.arrive;", "tcgen05.fence::before_thread_sync;",
        "fence.proxy.async;"}) {
    std::string error = parseError(kernel(text));
    EXPECT_SAYS(error, "needs sm_90 or newer");
    EXPECT_SAYS(error, StringRef(text).split('.').first);
  }
}

// Those that older targets have, too (`mbarrier` is of sm_80).
TEST(MissingInstructions, AreRefusedByName) {
  for (const char *text :
       {"mbarrier.init.shared.b64 [%rd1], 1;", "fence.proxy.alias;",
        "cp.async.mbarrier.arrive.shared.b64 [%rd1];", "alloca.u64 %rd1, 8;",
        "vadd.u32.u32.u32 %r1, %r2, %r3;", "discard.global.L2 [%rd1], 128;"}) {
    std::string error = parseError(kernel(text));
    EXPECT_SAYS(error, "is not simulated");
    EXPECT_SAYS(error, StringRef(text).split('.').first);
  }
}

TEST(SpecialRegisters, AreRefusedByName) {
  for (const char *name :
       {"%envreg3", "%pm0", "%clusterid.x", "%nclusterid.x", "%aggr_smem_size"})
    EXPECT_SAYS(parseError(kernel("mov.u32 %r2, " + std::string(name) + ";")),
                "special register '" + std::string(name) +
                    "' is not simulated");
  EXPECT_SAYS(parseError(kernel("mov.u32 %r2, %reserved;")),
              "unknown register '%reserved'");
}

// A part of shared memory that no variable has.
TEST(SpecialRegisters, ReservedSharedMemory) {
  Words out = runBody(R"(
  mov.u32 %r2, %reserved_smem_offset_begin; mov.u32 %r3, %reserved_smem_offset_1;
  mov.u32 %r4, %reserved_smem_offset_cap; mov.u32 %r5, own;
  st.shared.u32 [%r2], 1; st.shared.u32 [%r3+508], 2; st.shared.u32 [%r5], 3;
  sub.u32 %r6, %r4, %r3; ld.shared.u32 %r7, [%r4+-4]; mad.lo.u32 %r6, %r6, 10, %r7;
  mov.u32 %r8, %total_smem_size; mad.lo.u32 %r6, %r8, 100000, %r6;
  cvt.u64.u32 %rd6, %r6; st.global.u64 [%rd3], %rd6;
)",
                      Words(1), ".shared .b32 own;\n");
  EXPECT_EQ(out[0], 405122u);
}
