//===- CarryTest.cpp - Arithmetic with a carry ----------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Numbers wider than a register, compared with the host's.
//
//===----------------------------------------------------------------------===//

#include "SimTest.h"

using namespace llvm;
using namespace ts::sim;

static const std::vector<Operands> pairs{
    {1, 2},
    {0xffffffff, 1},
    {0xffffffffffffffff, 1},
    {0x123456789abcdef0, 0xfedcba9876543210},
    {0x80000000, 0x80000000},
    {0, 1},
    {0x100000000, 0xffffffff}};

/// `text` on the halves of %rd1 (%r4, %r5) and %rd2 (%r6, %r7), %rd0 from %r8
/// and %r9.
static Words halves(const std::string &text) {
  return each("mov.b64 {%r4, %r5}, %rd1; mov.b64 {%r6, %r7}, %rd2;" + text +
                  "mov.b64 %rd0, {%r8, %r9};",
              "rd", pairs);
}

TEST(Carry, SumsAndDifferences) {
  Words sums, differences;
  for (const Operands &pair : pairs) {
    sums.push_back(pair.a + pair.b);
    differences.push_back(pair.a - pair.b);
  }
  for (std::string type : {"u32", "s32"}) {
    EXPECT_EQ(halves("add.cc." + type + " %r8, %r4, %r6; addc." + type +
                     " %r9, %r5, %r7;"),
              sums);
    EXPECT_EQ(halves("sub.cc." + type + " %r8, %r4, %r6; subc." + type +
                     " %r9, %r5, %r7;"),
              differences);
  }
}

TEST(Carry, ChainsPassItOn) {
  // The carry behind 64 bits, through addc.cc and subc.cc.
  Words carries, borrows;
  for (const Operands &pair : pairs) {
    carries.push_back(pair.a + pair.b < pair.a);
    borrows.push_back(pair.a < pair.b);
  }
  EXPECT_EQ(halves("add.cc.u32 %r8, %r4, %r6; addc.cc.u32 %r9, %r5, %r7;"
                   "addc.u32 %r8, 0, 0; mov.u32 %r9, 0;"),
            carries);
  // 0 - 0 - borrow is all ones, or 0.
  EXPECT_EQ(halves("sub.cc.u32 %r8, %r4, %r6; subc.cc.u32 %r9, %r5, %r7;"
                   "subc.u32 %r8, 0, 0; neg.s32 %r8, %r8; mov.u32 %r9, 0;"),
            borrows);
  EXPECT_EQ(
      each("add.cc.u64 %rd4, %rd1, %rd2; addc.u64 %rd0, 0, 0;", "rd", pairs),
      carries);
  EXPECT_EQ(each("sub.cc.s64 %rd4, %rd1, %rd2; subc.s64 %rd0, 0, 0;"
                 "neg.s64 %rd0, %rd0;",
                 "rd", pairs),
            borrows);
}

// What an H200 makes of it: PTX has the opposite.
TEST(Carry, ADifferenceLeavesTheOppositeOfItsBorrow) {
  std::vector<Operands> cases{{0x9523254a, 0xffa86125},
                              {0x506f75f9, 0x5397},
                              {7, 7},
                              {0, 1},
                              {0xffffffff, 0xffffffff}};
  for (std::string difference : {"sub.cc.u32", "sub.cc.s32"})
    EXPECT_EQ(
        each(difference + " %r4, %r1, %r2; addc.u32 %r0, 0, 0;", "r", cases),
        (Words{0, 1, 1, 0, 1}));
  EXPECT_EQ(each("sub.cc.u64 %rd4, %rd1, %rd2; madc.lo.u64 %rd0, 2, 3, 4;",
                 "rd", cases),
            (Words{10, 11, 11, 10, 11}));
  // A sum without a carry is to a difference as if it had to borrow.
  EXPECT_EQ(each("add.cc.u32 %r4, %r1, %r2; subc.u32 %r0, 5, 2;", "r",
                 {{2, 0xffffffff}, {14, 0x2102aedc}, {0x80000000, 0xdd969b}}),
            (Words{3, 2, 2}));
  // Where subc.cc takes and leaves it: 0 - 0 - borrow borrows again.
  EXPECT_EQ(each("sub.cc.u32 %r4, %r1, %r2; subc.cc.u32 %r4, 0, 0;"
                 "addc.u32 %r0, 0, 0;",
                 "r", cases),
            (Words{0, 1, 1, 0, 1}));
}

TEST(Carry, ProductsOfTwoWords) {
  // The low 64 bits of a product of 64-bit numbers, as compilers wrote it once.
  Words products;
  for (const Operands &pair : pairs)
    products.push_back(pair.a * pair.b);
  EXPECT_EQ(halves("mul.lo.u32 %r8, %r4, %r6; mul.hi.u32 %r9, %r4, %r6;"
                   "mad.lo.u32 %r9, %r4, %r7, %r9;"
                   "mad.lo.u32 %r9, %r5, %r6, %r9;"),
            products);
  // a * b + a by pieces: the low one carries into the high one.
  Words sums;
  for (const Operands &pair : pairs)
    sums.push_back(uint64_t(uint32_t(pair.a)) * uint32_t(pair.b) + pair.a);
  EXPECT_EQ(halves("mad.lo.cc.u32 %r8, %r4, %r6, %r4;"
                   "madc.hi.u32 %r9, %r4, %r6, %r5;"),
            sums);
  Words tops;
  for (const Operands &pair : pairs)
    tops.push_back(
        uint64_t(((unsigned __int128)(pair.a) * pair.b + pair.a) >> 64));
  EXPECT_EQ(each("mad.lo.cc.u64 %rd4, %rd1, %rd2, %rd1;"
                 "madc.hi.u64 %rd0, %rd1, %rd2, 0;",
                 "rd", pairs),
            tops);
}

TEST(Carry, SignedUpperHalf) {
  // -2 * 3 = -6, whose upper half is all ones; with 1 it carries.
  EXPECT_EQ(each("mad.hi.cc.s32 %r4, %r1, %r2, 1; addc.u32 %r0, %r4, 0;", "r",
                 {{uint32_t(-2), 3}, {2, 3}}),
            (Words{1, 1}));
}

TEST(Carry, NeedsOneBefore) {
  Bench bench(kernel("  addc.u32 %r2, %r1, %r1;"));
  bench.parameter(bench.allocate(8));
  bench.parameter(bench.allocate(8));
  EXPECT_EQ(bench.finding().kind, Finding::Kind::Uninitialized);
  EXPECT_SAYS(parseError(kernel("  add.cc.f32 %f1, %f2, %f3;")),
              "'add' has no form of type '.f32'");
}
