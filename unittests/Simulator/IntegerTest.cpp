//===- IntegerTest.cpp - Integer instructions -----------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Values at the edges, worked out by hand from PTX's definitions.
//
//===----------------------------------------------------------------------===//

#include "SimTest.h"

using namespace llvm;
using namespace ts::sim;

TEST(Integer, AddSubWrap) {
  EXPECT_EQ(each("add.s32 %r0, %r1, %r2;", "r",
                 {{0x7fffffff, 1}, {0xffffffff, 2}, {5, 0xfffffff0}}),
            (Words{0x80000000, 1, 0xfffffff5}));
  EXPECT_EQ(each("sub.u64 %rd0, %rd1, %rd2;", "rd", {{0, 1}, {1ull << 40, 3}}),
            (Words{~0ull, (1ull << 40) - 3}));
  EXPECT_EQ(each("add.u16 %h0, %h1, %h2;", "h", {{0xffff, 2}, {0x7fff, 1}}),
            (Words{1, 0x8000}));
}

TEST(Integer, ProductsLowHighWide) {
  std::vector<Operands> cases{{0xffffffff, 0xffffffff, 10},
                              {0x80000000, 2, 7},
                              {123456789, 987654321, 1}};
  EXPECT_EQ(each("mul.lo.s32 %r0, %r1, %r2;", "r", cases),
            (Words{1, 0, 0xfbff5385}));
  EXPECT_EQ(each("mul.hi.u32 %r0, %r1, %r2;", "r", cases),
            (Words{0xfffffffe, 1, 28389652}));
  EXPECT_EQ(each("mul.hi.s32 %r0, %r1, %r2;", "r", cases),
            (Words{0, 0xffffffff, 28389652}));
  EXPECT_EQ(each("mul.wide.u32 %rd0, %r1, %r2;", "rd", cases),
            (Words{0xfffffffe00000001, 0x100000000, 121932631112635269}));
  EXPECT_EQ(each("mul.wide.s32 %rd0, %r1, %r2;", "rd", cases),
            (Words{1, 0xffffffff00000000, 121932631112635269}));
  EXPECT_EQ(each("mad.lo.s32 %r0, %r1, %r2, %r3;", "r", cases),
            (Words{11, 7, 0xfbff5386}));
  EXPECT_EQ(each("mad.hi.u32 %r0, %r1, %r2, %r3;", "r", cases),
            (Words{8, 8, 28389653}));
  EXPECT_EQ(each("mad.wide.u32 %rd0, %r1, %r2, %rd3;", "rd", cases),
            (Words{0xfffffffe0000000b, 0x100000007, 121932631112635270}));
  EXPECT_EQ(each("mul.hi.u64 %rd0, %rd1, %rd2;", "rd",
                 {{~0ull, ~0ull}, {1ull << 63, 6}}),
            (Words{~0ull - 1, 3}));
  EXPECT_EQ(each("mul.wide.u16 %r0, %h1, %h2;", "r", {{0xffff, 0xffff}}),
            (Words{0xfffe0001}));
}

TEST(Integer, QuotientsAndRemainders) {
  std::vector<Operands> cases{
      {uint32_t(-7), 2}, {7, uint32_t(-2)}, {0x80000000, 0xffffffff}, {9, 4}};
  EXPECT_EQ(each("div.s32 %r0, %r1, %r2;", "r", cases),
            (Words{uint32_t(-3), uint32_t(-3), 0x80000000, 2}));
  EXPECT_EQ(each("rem.s32 %r0, %r1, %r2;", "r", cases),
            (Words{uint32_t(-1), 1, 0, 1}));
  EXPECT_EQ(each("div.u32 %r0, %r1, %r2;", "r", cases),
            (Words{0x7ffffffc, 0, 0, 2}));
  EXPECT_EQ(each("rem.u64 %rd0, %rd1, %rd2;", "rd", {{~0ull, 10}}), Words{5});
  // By zero, as on an H200.
  for (const char *op : {"div.s", "div.u", "rem.s", "rem.u"}) {
    std::string name = op;
    EXPECT_EQ(each(name + "32 %r0, %r1, %r2;", "r", {{0x374a6833, 0}}),
              Words{0xffffffff})
        << op;
    EXPECT_EQ(each(name + "64 %rd0, %rd1, %rd2;", "rd", {{127, 0}}),
              Words{~uint64_t(0)})
        << op;
  }
}

TEST(Integer, MinMaxAbsNeg) {
  std::vector<Operands> cases{{0x80000000, 1}, {3, 2}};
  EXPECT_EQ(each("min.s32 %r0, %r1, %r2;", "r", cases), (Words{0x80000000, 2}));
  EXPECT_EQ(each("min.u32 %r0, %r1, %r2;", "r", cases), (Words{1, 2}));
  EXPECT_EQ(each("max.s32 %r0, %r1, %r2;", "r", cases), (Words{1, 3}));
  EXPECT_EQ(each("max.u32 %r0, %r1, %r2;", "r", cases), (Words{0x80000000, 3}));
  EXPECT_EQ(each("abs.s32 %r0, %r1;", "r", {{uint32_t(-5)}, {0x80000000}}),
            (Words{5, 0x80000000}));
  EXPECT_EQ(each("neg.s64 %rd0, %rd1;", "rd", {{5}, {0}}),
            (Words{uint64_t(-5), 0}));
}

TEST(Integer, ShiftsClamp) {
  std::vector<Operands> cases{{0x80000001, 1},
                              {0x80000001, 31},
                              {0x80000001, 32},
                              {0x80000001, 0xffffffff}};
  EXPECT_EQ(each("shl.b32 %r0, %r1, %r2;", "r", cases),
            (Words{2, 0x80000000, 0, 0}));
  EXPECT_EQ(each("shr.u32 %r0, %r1, %r2;", "r", cases),
            (Words{0x40000000, 1, 0, 0}));
  EXPECT_EQ(each("shr.s32 %r0, %r1, %r2;", "r", cases),
            (Words{0xc0000000, 0xffffffff, 0xffffffff, 0xffffffff}));
  EXPECT_EQ(each("shl.b64 %rd0, %rd1, %r2;", "rd", {{3, 63}, {3, 64}}),
            (Words{1ull << 63, 0}));
  EXPECT_EQ(each("shr.s16 %h0, %h1, %r2;", "h", {{0x8000, 3}, {0x8000, 16}}),
            (Words{0xf000, 0xffff}));
}

TEST(Integer, FunnelShifts) {
  std::vector<Operands> cases{{0x11112222, 0x33334444, 16},
                              {0x11112222, 0x33334444, 40}};
  EXPECT_EQ(each("shf.l.wrap.b32 %r0, %r1, %r2, %r3;", "r", cases),
            (Words{0x44441111, 0x33444411}));
  EXPECT_EQ(each("shf.r.wrap.b32 %r0, %r1, %r2, %r3;", "r", cases),
            (Words{0x44441111, 0x44111122}));
  EXPECT_EQ(each("shf.l.clamp.b32 %r0, %r1, %r2, %r3;", "r", cases),
            (Words{0x44441111, 0x11112222}));
  EXPECT_EQ(each("shf.r.clamp.b32 %r0, %r1, %r2, %r3;", "r", cases),
            (Words{0x44441111, 0x33334444}));
}

TEST(Integer, Logic) {
  std::vector<Operands> cases{{0xf0f0f0f0, 0xff00ff00, 0xcccccccc}};
  EXPECT_EQ(each("and.b32 %r0, %r1, %r2;", "r", cases), Words{0xf000f000});
  EXPECT_EQ(each("or.b32 %r0, %r1, %r2;", "r", cases), Words{0xfff0fff0});
  EXPECT_EQ(each("xor.b32 %r0, %r1, %r2;", "r", cases), Words{0x0ff00ff0});
  EXPECT_EQ(each("not.b32 %r0, %r1;", "r", cases), Words{0x0f0f0f0f});
  EXPECT_EQ(each("cnot.b32 %r0, %r1;", "r", {{0}, {8}}), (Words{1, 0}));
  // 0x96 is the parity of three bits, 0xca picks b or c by a.
  EXPECT_EQ(each("lop3.b32 %r0, %r1, %r2, %r3, 0x96;", "r", cases),
            Words{0xc33cc33c});
  EXPECT_EQ(each("lop3.b32 %r0, %r1, %r2, %r3, 0xca;", "r", cases),
            Words{0xfc0cfc0c});
  EXPECT_EQ(each("xor.pred %p0, %p1, %p2;", "p", {{1, 1}, {0, 1}, {0, 0}}),
            (Words{0, 1, 0}));
  EXPECT_EQ(each("not.pred %p0, %p1;", "p", {{1}, {0}}), (Words{0, 1}));
}

TEST(Integer, Counts) {
  EXPECT_EQ(each("popc.b32 %r0, %r1;", "r", {{0}, {~0u}, {0x80000001}}),
            (Words{0, 32, 2}));
  EXPECT_EQ(each("popc.b64 %r0, %rd1;", "r", {{~0ull}}), Words{64});
  EXPECT_EQ(each("clz.b32 %r0, %r1;", "r", {{0}, {1}, {~0u}}),
            (Words{32, 31, 0}));
  EXPECT_EQ(each("clz.b64 %r0, %rd1;", "r", {{0}, {1ull << 35}}),
            (Words{64, 28}));
  EXPECT_EQ(each("brev.b32 %r0, %r1;", "r", {{1}, {0x00f00000}}),
            (Words{0x80000000, 0xf00}));
  EXPECT_EQ(each("brev.b64 %rd0, %rd1;", "rd", {{3}}), Words{3ull << 62});
  EXPECT_EQ(each("bfind.u32 %r0, %r1;", "r", {{0}, {1}, {0x80000000}}),
            (Words{0xffffffff, 0, 31}));
  EXPECT_EQ(each("bfind.s32 %r0, %r1;", "r", {{~0u}, {uint32_t(-5)}, {12}}),
            (Words{0xffffffff, 2, 3}));
  EXPECT_EQ(each("bfind.shiftamt.u32 %r0, %r1;", "r", {{1}, {0}}),
            (Words{31, 0xffffffff}));
}

TEST(Integer, Fields) {
  std::vector<Operands> cases{{0x12345678, 8, 8},  {0x12345678, 4, 8},
                              {0x80000000, 28, 8}, {0x12345678, 40, 4},
                              {0x12345678, 4, 0},  {0x87654321, 0, 32}};
  EXPECT_EQ(each("bfe.u32 %r0, %r1, %r2, %r3;", "r", cases),
            (Words{0x56, 0x67, 8, 0, 0, 0x87654321}));
  // A signed field beyond the end is filled with the sign.
  EXPECT_EQ(
      each("bfe.s32 %r0, %r1, %r2, %r3;", "r",
           {{0x12348678, 8, 8}, {0x80000000, 28, 8}, {0x80000000, 40, 4}}),
      (Words{0xffffff86, 0xfffffff8, 0xffffffff}));
  EXPECT_EQ(each("bfi.b32 %r0, %r1, %r2, 8, 12;", "r",
                 {{0xabcdef, 0x11111111}, {0, ~0u}}),
            (Words{0x111def11, 0xfff000ff}));
  EXPECT_EQ(each("bfi.b32 %r0, %r1, %r2, 28, 12;", "r", {{0xabc, 1}}),
            Words{0xc0000001});
}

// All bits of a position and a length count in 64 bits, as on an H200.
TEST(Integer, WideFields) {
  EXPECT_EQ(each("bfe.u64 %rd0, %rd1, %r2, %r3;", "rd",
                 {{0x486d4176515085e6, 0x5f208, 0x248},
                  {0x1e0adee0, 0x10000, 0x20},
                  {0x486d4176515085e6, 8, 0x248}}),
            (Words{0, 0, 0x486d4176515085}));
  EXPECT_EQ(each("bfe.s64 %rd0, %rd1, %r2, %r3;", "rd",
                 {{0xa10b9321c8a883e8, 0x122b9510, 0x5999691},
                  {0x8000, 0, 0x8000},
                  {0xb3d28f08b9275884, 2, 0x1edd11},
                  {0x7fffffffffffffff, 0x94767514, 0xdcc38}}),
            (Words{~uint64_t(0), 0x8000, 0xecf4a3c22e49d621, 0}));
  EXPECT_EQ(each("bfi.b64 %rd0, %rd1, %rd2, %r3, 9;", "rd",
                 {{0x1c, 0x22171946973a59e, 0x17ffaa21}, {0x1ff, 0, 60}}),
            (Words{0x22171946973a59e, 0xf000000000000000}));
}

TEST(Integer, Permute) {
  EXPECT_EQ(each("prmt.b32 %r0, %r1, %r2, %r3;", "r",
                 {{0x33221100, 0x77665544, 0x7531},
                  {0x33221180, 0x77665544, 0x4098},
                  {0x33221100, 0x77665544, 0x3210}}),
            (Words{0x77553311, 0x448000ff, 0x33221100}));
}

TEST(Integer, MovesPackAndSelect) {
  EXPECT_EQ(each("mov.b64 %rd0, {%r1, %r2};", "rd", {{0x1111, 0x2222}}),
            Words{0x0000222200001111});
  EXPECT_EQ(each("mov.b64 {%r2, %r0}, %rd1;", "r", {{0x5555666677778888}}),
            Words{0x55556666});
  EXPECT_EQ(each("mov.b64 {_, %r0}, %rd1;", "r", {{0x5555666677778888}}),
            Words{0x55556666});
  EXPECT_EQ(each("mov.b32 %r0, {%h1, %h2};", "r", {{0xaaaa, 0xbbbb}}),
            Words{0xbbbbaaaa});
  EXPECT_EQ(each("selp.b32 %r0, %r1, -2, %p3;", "r", {{7, 0, 1}, {7, 0, 0}}),
            (Words{7, 0xfffffffe}));
  EXPECT_EQ(each("selp.f64 %d0, %d1, 0d4008000000000000, %p3;", "d",
                 {{bits(1.5), 0, 1}, {bits(1.5), 0, 0}}),
            (Words{bits(1.5), bits(3.0)}));
}
