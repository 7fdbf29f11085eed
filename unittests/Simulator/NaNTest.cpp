//===- NaNTest.cpp - The bits of NaNs -------------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Values are results of an H200 (test/Simulator/differential.py).
//
//===----------------------------------------------------------------------===//

#include "SimTest.h"

using namespace llvm;
using namespace ts::sim;

static const uint64_t first = 0x7ff8000000000000, second = 0x7ff0000000000001,
                      secondQuiet = 0x7ff8000000000001,
                      invalid = 0xfff8000000000000, inf = 0x7ff0000000000000;

TEST(NaN, DoublesKeepThePayloadOfTheSecondOperand) {
  std::vector<Operands> cases{{first, bits(2.0)},
                              {second, bits(2.0)},
                              {bits(2.0), second},
                              {first, second},
                              {0xfff464bd33854575, bits(1.0)}};
  Words expected{first, secondQuiet, secondQuiet, secondQuiet,
                 0xfffc64bd33854575};
  for (const char *op : {"add.rn", "add.rz", "sub.rm", "mul.rn", "mul.rp"})
    EXPECT_EQ(each(std::string(op) + ".f64 %d0, %d1, %d2;", "d", cases),
              expected)
        << op;
  EXPECT_EQ(each("mul.f64 %d0, %d1, %d2;", "d", {{0, inf}}), Words{invalid});
  // Of two numbers one wins over a NaN, of two NaNs the second.
  EXPECT_EQ(each("min.f64 %d0, %d1, %d2;", "d",
                 {{second, bits(2.0)}, {second, first}, {first, second}}),
            (Words{bits(2.0), first, secondQuiet}));
}

TEST(NaN, QuotientsAndSumsOfProductsInDoubles) {
  for (const char *rounding : {"rn", "rz"}) {
    std::string mode = rounding;
    EXPECT_EQ(each("div." + mode + ".f64 %d0, %d1, %d2;", "d",
                   {{first, second}, {bits(1.0), second}, {0, 0}}),
              (Words{first, secondQuiet, invalid}));
    EXPECT_EQ(each("fma." + mode + ".f64 %d0, %d1, %d2, %d3;", "d",
                   {{first, second, 0},
                    {bits(1.0), first, second},
                    {second, bits(1.0), first},
                    {bits(1.0), bits(1.0), second},
                    {inf, 0, bits(1.0)}}),
              (Words{secondQuiet, first, first, secondQuiet, invalid}));
    EXPECT_EQ(
        each("sqrt." + mode + ".f64 %d0, %d1;", "d", {{second}, {bits(-1.0)}}),
        (Words{secondQuiet, invalid}));
    EXPECT_EQ(
        each("rcp." + mode + ".f64 %d0, %d1;", "d", {{0xffffc86d75a85f5c}}),
        Words{0xffffc86d75a85f5c});
  }
}

TEST(NaN, SignsOfNarrowNaNsAreSettled) {
  std::vector<Operands> singles{{0x7f800001}, {0xffc12345}};
  std::vector<Operands> halves{{0x7c01}, {0xfe12}}, bfloats{{0x7f81}, {0xffc1}};
  for (std::string op : {"neg", "abs"}) {
    EXPECT_EQ(each(op + ".f32 %f0, %f1;", "f", singles),
              (Words{0x7fffffff, 0x7fffffff}));
    EXPECT_EQ(each(op + ".ftz.f32 %f0, %f1;", "f", singles),
              (Words{0x7fffffff, 0x7fffffff}));
    EXPECT_EQ(each(op + ".f16 %h0, %h1;", "h", halves),
              (Words{0x7fff, 0x7fff}));
    EXPECT_EQ(each(op + ".bf16 %h0, %h1;", "h", bfloats),
              (Words{0x7fff, 0x7fff}));
  }
}

TEST(NaN, SignsOfDoublesStay) {
  std::vector<Operands> cases{{second},
                              {0xfff0000000000001},
                              {first},
                              {0xfff8000000000000},
                              {0xfff464bd33854575}};
  Words quiet{secondQuiet, 0xfff8000000000001, first, 0xfff8000000000000,
              0xfffc64bd33854575};
  EXPECT_EQ(each("abs.f64 %d0, %d1;", "d", cases), quiet);
  EXPECT_EQ(each("neg.f64 %d0, %d1;", "d", cases), quiet);
  EXPECT_EQ(each("neg.f64 %d0, %d1;", "d", {{bits(2.0)}, {inf}, {0}}),
            (Words{bits(-2.0), 0xfff0000000000000, 0x8000000000000000}));
}

TEST(NaN, AtomicSumsOfDoublesPassItOn) {
  std::vector<Operands> cases{{1, second},        {second, bits(2.0)},
                              {second, first},    {first, second},
                              {first, bits(1.0)}, {inf, 0xfff0000000000000}};
  auto sums = [&](const std::string &space, const std::string &address) {
    return each(".shared .align 8 .b8 cells[64]; mov.u32 %r28, cells;"
                "mov.u32 %r29, %tid.x; mad.lo.u32 %r28, %r29, 8, %r28; st." +
                    space + ".u64 " + address + ", %rd1; atom." + space +
                    ".add.f64 %d4, " + address + ", %d2; ld." + space +
                    ".u64 %rd0, " + address + ";",
                "rd", cases);
  };
  EXPECT_EQ(sums("global", "[%rd20]"),
            (Words{second, second, first, second, first, invalid}));
  // The loop around `add` makes it quiet.
  EXPECT_EQ(sums("shared", "[%r28]"), (Words{secondQuiet, secondQuiet, first,
                                             secondQuiet, first, invalid}));
}

TEST(NaN, ConversionsCutOrExtendThePayload) {
  EXPECT_EQ(
      each("cvt.rn.f32.f64 %f0, %d1;", "f", {{second}, {0xfff1c2b864366380}}),
      (Words{0x7fc00000, 0xffce15c3}));
  EXPECT_EQ(each("cvt.f64.f32 %d0, %f1;", "d", {{0x7f800001}, {0xffc12345}}),
            (Words{0x7ff8000020000000, 0xfff82468a0000000}));
  EXPECT_EQ(each("cvt.rn.f16.f64 %h0, %d1;", "h",
                 {{second}, {0xfffe805e08209ee1}, {0xfff852dfa7f5a35f}}),
            (Words{0x7e00, 0xffa0, 0xfe14}));
  EXPECT_EQ(each("cvt.f64.f16 %d0, %h1;", "d", {{0x7c01}, {0xfe12}, {0x3c00}}),
            (Words{0x7ff8040000000000, 0xfff8480000000000, bits(1.0)}));
  EXPECT_EQ(each("cvt.rna.tf32.f32 %r0, %f1;", "r",
                 {{0x7f800001}, {0xffc12345}, {0x7fc00000}}),
            (Words{0x7f800000, 0xffc12000, 0x7fc00000}));
}
