//===- RecursionTest.cpp - Calls and branches by address, printf ----------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Functions that call themselves, functions called by address, branches by
// index, and what a kernel prints.
//
//===----------------------------------------------------------------------===//

#include "SimTest.h"

using namespace llvm;
using namespace ts::sim;

/// f(n) = n < 2 ? n : f(n - 1) + f(n - 2): both n and the first sum outlive the
/// calls.
static const char fibonacci[] = R"(
.func (.param .b32 r) fib(.param .b32 n)
{
  .reg .pred %p<2>; .reg .b32 %r<8>;
  ld.param.u32 %r1, [n]; mov.u32 %r5, %r1;
  setp.lt.u32 %p1, %r1, 2; @%p1 bra DONE;
  sub.u32 %r2, %r1, 1;
  { .param .b32 x; st.param.b32 [x], %r2; .param .b32 y;
    call.uni (y), fib, (x); ld.param.b32 %r3, [y]; }
  ld.param.u32 %r6, [n]; sub.u32 %r2, %r6, 2;
  { .param .b32 x; st.param.b32 [x], %r2; .param .b32 y;
    call.uni (y), fib, (x); ld.param.b32 %r4, [y]; }
  selp.u32 %r7, 1000, 0, %p1;
  add.u32 %r5, %r3, %r4; add.u32 %r5, %r5, %r7;
DONE:
  st.param.b32 [r], %r5; ret;
}
)";
static std::string callOf(const char *name) {
  return std::string("{ .param .b32 a; st.param.b32 [a], %r1; .param .b32 b; "
                     "call (b), ") +
         name +
         ", (a); ld.param.b32 %r7, [b]; }\n"
         "cvt.u64.u32 %rd6, %r7; st.global.u64 [%rd3], %rd6;\n";
}

TEST(Recursion, EachLaneToItsOwnDepth) {
  EXPECT_EQ(runBody(callOf("fib"), Words(13), fibonacci),
            (Words{0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144}));
}

TEST(Recursion, ThroughOtherFunctions) {
  // even(n) = n == 0 ? 1 : odd(n - 1), and the other way round.
  auto half = [](const char *name, const char *other, int atZero) {
    return ".func (.param .b32 r) " + std::string(name) +
           "(.param .b32 n)\n{ .reg .pred %p<2>; .reg .b32 %r<4>;\n"
           "ld.param.u32 %r1, [n]; mov.u32 %r3, " +
           std::to_string(atZero) +
           ";\nsetp.eq.u32 %p1, %r1, 0; @%p1 bra DONE; sub.u32 %r2, %r1, 1;\n"
           "{ .param .b32 x; st.param.b32 [x], %r2; .param .b32 y;\n"
           "  call (y), " +
           other +
           ", (x); ld.param.b32 %r3, [y]; }\n"
           "DONE: st.param.b32 [r], %r3; ret; }\n";
  };
  std::string both = half("even", "odd", 1) + half("odd", "even", 0);
  EXPECT_EQ(runBody(callOf("even"), Words(6), both), (Words{1, 0, 1, 0, 1, 0}));
}

TEST(Recursion, VariablesOfEachCallHaveTheirOwnPlace) {
  // Each call adds to the variable of its caller, whose address it is given.
  const char outside[] = R"(
.func down(.param .b64 to, .param .b32 n)
{
  .local .align 4 .b8 depot[8];
  .reg .pred %p<2>; .reg .b32 %r<8>; .reg .b64 %rd<8>;
  ld.param.u64 %rd1, [to]; ld.param.u32 %r1, [n];
  setp.eq.u32 %p1, %r1, 0; @%p1 bra DONE;
  mov.u64 %rd2, depot; cvta.local.u64 %rd3, %rd2;
  st.local.u32 [%rd2], %r1; st.local.u32 [depot+4], %r1;
  sub.u32 %r2, %r1, 1;
  { .param .b64 x; st.param.b64 [x], %rd3; .param .b32 y;
    st.param.b32 [y], %r2; call down, (x, y); }
  ld.local.u32 %r3, [depot]; ld.local.u32 %r4, [%rd2+4];
  sub.u32 %r4, %r4, %r1; add.u32 %r3, %r3, %r4;
  ld.u32 %r5, [%rd1]; add.u32 %r5, %r5, %r3; st.u32 [%rd1], %r5;
DONE: ret;
}
)";
  EXPECT_EQ(runBody(R"(
  st.global.u64 [%rd3], 0;
  { .param .b64 a; st.param.b64 [a], %rd3; .param .b32 b;
    st.param.b32 [b], %r1; call down, (a, b); }
)",
                    Words(5), outside),
            (Words{0, 1, 3, 6, 10}));
}

TEST(Recursion, WithoutEndIsAFinding) {
  const char outside[] = ".func deeper() { call deeper; ret; }\n";
  Bench bench(kernel("call deeper;", outside));
  bench.parameter(bench.allocate(8));
  bench.parameter(bench.allocate(8));
  Finding finding = bench.finding();
  EXPECT_EQ(finding.kind, Finding::Kind::Trap);
  EXPECT_SAYS(finding.message,
              "calls of 'deeper' nest deeper than 128, the most");
}

TEST(Recursion, VariablesThatAreTooLarge) {
  EXPECT_SAYS(parseError(kernel("call big;", R"(
.func big() { .local .align 4 .b8 depot[8000]; st.local.u32 [depot], 1;
  call big; ret; }
)")),
              "line 5, column 61: 'depot' is too large for a recursive "
              "function: 128 of them are over 524288 bytes");
}

TEST(Recursion, RegistersAreNewInEachCall) {
  // The second call reads what only the first one wrote.
  const char outside[] = R"(
.func again(.param .b32 n)
{
  .reg .pred %p<2>; .reg .b32 %r<8>;
  ld.param.u32 %r1, [n]; setp.eq.u32 %p1, %r1, 0; @%p1 bra LAST;
  mov.u32 %r2, 5;
  { .param .b32 y; st.param.b32 [y], 0; call again, (y); }
  ret;
LAST: add.u32 %r3, %r2, 1; ret;
}
)";
  Bench bench(kernel("{ .param .b32 y; st.param.b32 [y], 1; call again, (y); }",
                     outside));
  bench.parameter(bench.allocate(8));
  bench.parameter(bench.allocate(8));
  Finding finding = bench.finding();
  EXPECT_EQ(finding.kind, Finding::Kind::Uninitialized);
  EXPECT_SAYS(finding.text, "add.u32 %r3, %r2, 1;");
}

//===----------------------------------------------------------------------===//
// Calls by address
//===----------------------------------------------------------------------===//

static std::string plus(const char *name, int addend) {
  return ".func (.param .b32 r) " + std::string(name) +
         "(.param .b32 n)\n{ .reg .b32 %r<4>; ld.param.u32 %r1, [n];\n"
         "add.u32 %r1, %r1, " +
         std::to_string(addend) + "; st.param.b32 [r], %r1; ret; }\n";
}
static const std::string threeFunctions =
    plus("f1", 10) + plus("f2", 20) + plus("f3", 30) +
    ".global .align 8 .u64 table[2] = {f1, f2};\n"
    ".func other(.param .b64 x) { ret; }\n";
static std::string indirectCall(const std::string &targets) {
  return "{ .param .b32 a; st.param.b32 [a], %r1; .param .b32 b;\n" + targets +
         "\ncall (b), %rd10, (a), proto; ld.param.b32 %r7, [b]; }\n"
         "cvt.u64.u32 %rd6, %r7; st.global.u64 [%rd3], %rd6;\n";
}
static const char prototype[] =
    "proto: .callprototype (.param .b32 _) _ (.param .b32 _);";
/// %rd10 = the function in the table for even and odd threads, f3 for thread 4.
static const char pickFunction[] = R"(
  and.b32 %r6, %r1, 1; mul.wide.u32 %rd7, %r6, 8; mov.u64 %rd8, table;
  add.s64 %rd8, %rd8, %rd7; ld.global.u64 %rd10, [%rd8]; mov.u64 %rd9, f3;
  setp.eq.u32 %p1, %r1, 4; selp.b64 %rd10, %rd9, %rd10, %p1;
)";

TEST(IndirectCall, ByPrototype) {
  EXPECT_EQ(
      runBody(pickFunction + indirectCall(prototype), Words(6), threeFunctions),
      (Words{10, 21, 12, 23, 34, 25}));
}

TEST(IndirectCall, ByListOfTargets) {
  EXPECT_EQ(
      runBody(pickFunction + indirectCall("proto: .calltargets f1, f2, f3;"),
              Words(6), threeFunctions),
      (Words{10, 21, 12, 23, 34, 25}));
}

TEST(IndirectCall, WhatIsNoSuchFunction) {
  // Of another kind, or no function at all.
  for (const char *address : {"mov.u64 %rd10, other;", "mov.u64 %rd10, 64;"}) {
    Bench bench(kernel(pickFunction + (address + indirectCall(prototype)),
                       threeFunctions));
    bench.parameter(bench.allocate(8));
    bench.parameter(bench.allocate(8));
    Finding finding = bench.finding();
    EXPECT_EQ(finding.kind, Finding::Kind::Trap) << address;
    EXPECT_SAYS(finding.message, "where no function of this kind is");
  }
  EXPECT_SAYS(parseError(kernel("call %rd10, (%r1), proto;", threeFunctions)),
              "line 23, column 6: unknown prototype or list of functions "
              "'proto'");
  EXPECT_SAYS(parseError(kernel("call %rd10, (%r1);", threeFunctions)),
              "expected the prototype or the targets of an indirect call");
}

//===----------------------------------------------------------------------===//
// Branches by index
//===----------------------------------------------------------------------===//

static const char branches[] = R"(
  list: .branchtargets ZERO, ONE, ZERO, TWO;
  mov.u32 %r7, 9; setp.lt.u32 %p1, %r1, LIMIT; @%p1 brx.idx %r1, list;
  bra DONE;
ZERO: mov.u32 %r7, 100; bra DONE;
ONE: mov.u32 %r7, 101; bra DONE;
TWO: mov.u32 %r7, 102;
DONE:
  activemask.b32 %r9; popc.b32 %r9, %r9; mad.lo.u32 %r7, %r9, 1000, %r7;
  cvt.u64.u32 %rd6, %r7; st.global.u64 [%rd3], %rd6;
)";
static std::string branchesBelow(const char *limit) {
  std::string text = branches;
  return text.replace(text.find("LIMIT"), 5, limit);
}

TEST(IndexedBranch, EachLaneToItsLabel) {
  EXPECT_EQ(runBody(branchesBelow("4"), Words(6)),
            (Words{6100, 6101, 6100, 6102, 6009, 6009}));
}

TEST(IndexedBranch, CountsAsDivergentWhereLanesPart) {
  for (auto [threads, divergent] : {std::pair(4u, 1u), std::pair(1u, 0u)}) {
    Bench bench(kernel(branchesBelow("4")));
    bench.parameter(bench.allocate(64));
    bench.parameter(bench.allocate(64));
    bench.config.block = {threads, 1, 1};
    bench.config.profile = true;
    for (const LineCounters &line : bench.clean().lines)
      if (StringRef(bench.module->line(line.line)).contains("brx.idx"))
        EXPECT_EQ(line.divergent, divergent);
  }
}

TEST(IndexedBranch, BehindTheEndIsAFinding) {
  Bench bench(kernel(branchesBelow("5")));
  bench.parameter(bench.allocate(64));
  bench.parameter(bench.allocate(64));
  bench.config.block = {6, 1, 1};
  Finding finding = bench.finding();
  EXPECT_EQ(finding.kind, Finding::Kind::Trap);
  EXPECT_EQ(finding.thread[0], 4u);
  EXPECT_SAYS(finding.message, "a branch to label 4 of 4");
}

TEST(IndexedBranch, WhatIsRefused) {
  EXPECT_SAYS(parseError(kernel("brx.idx %r1, list;")),
              "line 12, column 14: unknown list of labels 'list'");
  EXPECT_SAYS(
      parseError(kernel("list: .branchtargets A, B; A: brx.idx %r1, list;")),
      "unknown label 'B' in 'list'");
}

//===----------------------------------------------------------------------===//
// printf
//===----------------------------------------------------------------------===//

static const char printing[] = R"(
.extern .func (.param .b32 r) vprintf(.param .b64 f, .param .b64 a);
.global .align 1 .b8 text[60] = {FORMAT};
.global .align 1 .b8 word[4] = {97, 98, 99, 0};
)";
/// Prints with an int, a double and a string.
static std::string printed(StringRef format, unsigned blocks = 1,
                           unsigned threads = 1) {
  std::string outside = printing, bytes;
  for (char c : format)
    bytes += std::to_string(int(c)) + ", ";
  outside.replace(outside.find("FORMAT"), 6, bytes + "0");
  Bench bench(kernel(R"(
  .local .align 8 .b8 depot[24]; mov.u64 %rd6, depot; cvta.local.u64 %rd7, %rd6;
  mov.u32 %r6, %ctaid.x; mad.lo.s32 %r6, %r6, -10, %r1;
  st.local.u32 [%rd6], %r6; mov.f64 %d1, 0d3FF8000000000000;
  st.local.f64 [%rd6+8], %d1; mov.u64 %rd8, word; cvta.global.u64 %rd8, %rd8;
  st.local.u64 [%rd6+16], %rd8; mov.u64 %rd9, text;
  cvta.global.u64 %rd9, %rd9;
  { .param .b64 p; st.param.b64 [p], %rd9; .param .b64 q;
    st.param.b64 [q], %rd7; .param .b32 s;
    call.uni (s), vprintf, (p, q); ld.param.b32 %r7, [s]; }
)",
                     outside));
  if (!bench.module)
    return "";
  bench.parameter(bench.allocate(8));
  bench.parameter(bench.allocate(8));
  bench.config.grid = {blocks, 1, 1};
  bench.config.block = {threads, 1, 1};
  return bench.clean().output;
}

TEST(Printf, Specifiers) {
  EXPECT_EQ(printed("[%5d|%-8.3f|%s] 100%%\n"), "[    0|1.500   |abc] 100%\n");
  EXPECT_EQ(printed("%+03i %g %c%%", 1, 1).substr(0, 8), "+00 1.5 ");
  EXPECT_EQ(printed("%.*f"), "2");
  EXPECT_EQ(printed("%y %d"), "%y 0");
}

TEST(Printf, BlocksComeInOrder) {
  std::string expected;
  for (int block = 0; block < 40; ++block)
    for (int thread = 0; thread < 3; ++thread)
      expected += std::to_string(thread - 10 * block) + ";";
  EXPECT_EQ(printed("%d;", 40, 3), expected);
}

TEST(Printf, WhatItDoesNotHave) {
  Bench bench(kernel("{ .param .b64 p; st.param.b64 [p], %rd1; .param .b64 q; "
                     ".param .b32 s; call (s), vprintf, (p, q); }",
                     ".extern .func (.param .b32 r) vprintf(.param .b64 f, "
                     ".param .b64 a);\n"));
  bench.parameter(bench.allocate(8));
  bench.parameter(bench.allocate(8));
  EXPECT_SAYS(bench.finding().message, "called without an argument");
}
