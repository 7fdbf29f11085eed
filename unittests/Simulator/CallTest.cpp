//===- CallTest.cpp - Functions, calls and returns ------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "SimTest.h"

using namespace llvm;
using namespace ts::sim;

/// a * 10 + b, as nvcc writes it.
static const char tens[] = R"(
.func (.param .b32 func_retval0) tens(.param .b32 tens_param_0,
                                      .param .b32 tens_param_1)
{
  .reg .b32 %r<4>;
  ld.param.u32 %r1, [tens_param_0]; ld.param.u32 %r2, [tens_param_1];
  mad.lo.s32 %r3, %r1, 10, %r2;
  st.param.b32 [func_retval0+0], %r3;
  ret;
}
)";
/// %r7 = tens(%r1, %r6)
static const char callTens[] = R"(
  { .param .b32 param0; st.param.b32 [param0+0], %r1;
    .param .b32 param1; st.param.b32 [param1+0], %r6;
    .param .b32 retval0;
    call.uni (retval0), tens, (param0, param1);
    ld.param.b32 %r7, [retval0+0]; }
)";
static const char storeR7[] =
    "  cvt.u64.u32 %rd6, %r7; st.global.u64 [%rd3], %rd6;\n";

TEST(Call, ParametersAndResult) {
  EXPECT_EQ(runBody(std::string("mov.u32 %r6, 4;") + callTens +
                        "mov.u32 %r6, %r7;" + callTens + storeR7,
                    {0, 0, 0}, tens),
            (Words{4, 24, 44}));
}

TEST(Call, FromTwoPathsAndBack) {
  // Odd lanes call with 1, even ones with 2; a lane that does not call waits.
  Words out = runBody(std::string(R"(
  mov.u32 %r7, 99; mov.u32 %r6, 2;
  setp.eq.u32 %p1, %r1, 3; @%p1 bra DONE;
  and.b32 %r8, %r1, 1; setp.eq.u32 %p2, %r8, 0; @%p2 bra EVEN;
  mov.u32 %r6, 1;
)") + callTens + "bra DONE;\nEVEN:\n" +
                          callTens + R"(
DONE:
  activemask.b32 %r9; popc.b32 %r9, %r9; mad.lo.u32 %r7, %r9, 1000, %r7;
)" + storeR7,
                      Words(5), tens);
  EXPECT_EQ(out, (Words{5002, 5011, 5022, 5099, 5042}));
}

TEST(Call, NestedAndDefinedLater) {
  const char outside[] = R"(
.func (.param .b32 r) twice(.param .b32 x);
.func (.param .b32 r) outer(.param .b32 x)
{
  .reg .b32 %r<3>;
  ld.param.u32 %r1, [x];
  { .param .b32 x; st.param.b32 [x], %r1; .param .b32 y;
    call (y), twice, (x); ld.param.b32 %r2, [y]; }
  add.u32 %r2, %r2, %r1; st.param.b32 [r], %r2;
}
.func (.param .b32 r) twice(.param .b32 x)
{
  .reg .b32 %r<2>;
  ld.param.u32 %r1, [x]; add.u32 %r1, %r1, %r1; st.param.b32 [r], %r1; ret;
}
)";
  EXPECT_EQ(runBody(std::string(R"(
  { .param .b32 a; st.param.b32 [a], %r1; .param .b32 b;
    call (b), outer, (a); ld.param.b32 %r7, [b]; }
)") + storeR7,
                    {0, 0, 0}, outside),
            (Words{0, 3, 6}));
}

TEST(Call, StructuresMemoryAndRegisters) {
  const char outside[] = R"(
.func (.param .align 8 .b8 r[16]) turn(.param .align 8 .b8 s[16])
{
  .local .align 8 .b8 depot[16];
  .reg .b64 %rd<3>; .reg .b32 %r<2>;
  ld.param.u64 %rd1, [s]; ld.param.u32 %r1, [s+8];
  st.local.u64 [depot+8], %rd1; st.local.u32 [depot], %r1;
  ld.local.u64 %rd2, [depot+8]; st.param.b64 [r+8], %rd2;
  ld.local.u32 %r1, [depot]; st.param.b32 [r], %r1; ret;
}
.func (.reg .b64 %rdr) plus(.reg .b64 %a, .reg .b64 %b)
{ add.u64 %rdr, %a, %b; ret; }
)";
  // Bytes 12 to 15 are a gap: carrying them along is no defect.
  EXPECT_EQ(runBody(R"(
  ld.global.u64 %rd6, [%rd4]; mov.u32 %r6, 7;
  { .param .align 8 .b8 p[16]; st.param.b64 [p+0], %rd6; st.param.b32 [p+8], %r6;
    .param .align 8 .b8 q[16]; call.uni (q), turn, (p);
    ld.param.b64 %rd7, [q+8]; ld.param.b32 %r8, [q]; }
  cvt.u64.u32 %rd8, %r8; call (%rd9), plus, (%rd7, %rd8);
  call (%rd9), plus, (%rd9, 100);
  st.global.u64 [%rd3], %rd9;
)",
                    {1000, 2000}, outside),
            (Words{1107, 2107}));
}

TEST(Call, GuardAndExitInside) {
  const char outside[] = R"(
.func leave(.reg .b64 %p, .reg .b32 %n)
{
  .reg .pred %q; .reg .b64 %v;
  setp.lt.u32 %q, %n, 2; cvt.u64.u32 %v, %n; st.global.u64 [%p], %v;
  @%q exit;
}
)";
  EXPECT_EQ(runBody(R"(
  mov.u64 %rd7, 50; st.global.u64 [%rd3], %rd7;
  setp.ne.u32 %p1, %r1, 3; @%p1 call leave, (%rd3, %r1);
  ld.global.u64 %rd6, [%rd3]; add.u64 %rd6, %rd6, 10;
  st.global.u64 [%rd3], %rd6;
)",
                    Words(4), outside),
            (Words{0, 1, 12, 60}));
}

TEST(Call, UnwrittenParametersAreFound) {
  std::string body = callTens;
  body.erase(body.find("st.param.b32 [param1+0], %r6;"), 29);
  Bench bench(kernel(body + storeR7, tens));
  bench.parameter(bench.allocate(64));
  bench.parameter(bench.allocate(64));
  Finding finding = bench.finding();
  EXPECT_EQ(finding.kind, Finding::Kind::Uninitialized);
  EXPECT_SAYS(finding.text, "ld.param.u32 %r1, [tens_param_0]");
}

TEST(Call, FailedAssertion) {
  const char outside[] = ".extern .func __assertfail (.param .b64 message, "
                         ".param .b32 line);\n";
  std::string body = R"(
  setp.ne.u32 %p1, %r1, 2; @%p1 bra RIGHT;
  { .param .b64 a; st.param.b64 [a], %rd1; .param .b32 b; st.param.b32 [b], 7;
    call.uni __assertfail, (a, b); }
RIGHT:
)";
  Bench bench(kernel(body, outside));
  bench.parameter(bench.allocate(8));
  bench.parameter(bench.allocate(8));
  bench.config.block = {4, 1, 1};
  Finding finding = bench.finding();
  EXPECT_EQ(finding.kind, Finding::Kind::Trap);
  EXPECT_EQ(finding.thread[0], 2u);
  EXPECT_SAYS(finding.message, "an assertion failed");
  bench.config.block = {2, 1, 1};
  bench.clean();
}

TEST(Call, WhatIsRefused) {
  auto error = [](const std::string &body, const std::string &outside) {
    return parseError(kernel(body, outside));
  };
  EXPECT_SAYS(error("call nothing;", ""), "function 'nothing' is not defined");
  EXPECT_SAYS(error("call tens, (%r1);", tens),
              "'tens' has 2 parameters and 1 results, not 1 and 0");
  EXPECT_SAYS(error("call (%r1), tens, (%r1, %rd1);", tens),
              "register '%rd1' has 64 bits, and 'call' needs 32 bits");
  EXPECT_SAYS(error("{ .param .b64 x; call (%r1), tens, (%r1, x); }", tens),
              "has 8 bytes, and the function wants 4");
  EXPECT_SAYS(error("call (%r1), tens, (%r1, %r1), proto;", tens),
              "an indirect call alone has a prototype");
  EXPECT_SAYS(error("ld.param.u32 %r6, [tens_param_0];", tens),
              "unknown name 'tens_param_0'");
  // A function that nothing calls is looked at as well.
  EXPECT_SAYS(error("", ".func f2() { frobnicate; }\n"),
              "unknown instruction 'frobnicate'");
  EXPECT_SAYS(error("", ".func f2() { ret; }\n.func f2() { ret; }\n"),
              "function 'f2' is defined twice");
}

TEST(Call, SharedVariablesOfTheModule) {
  // The kernel and its functions mean the same bytes.
  const char outside[] = R"(
.shared .align 8 .b8 tile[512];
.func raise()
{
  .reg .b32 %x<4>;
  mov.u32 %x0, %tid.x; shl.b32 %x0, %x0, 3; mov.u32 %x1, tile;
  add.u32 %x1, %x1, %x0; ld.shared.u32 %x2, [%x1];
  add.u32 %x2, %x2, 5; st.shared.u32 [%x1], %x2;
  ret;
}
.func raiseTwice() { call raise; call raise; ret; }
)";
  Words out = runBody(R"(
  mov.u64 %rd6, tile; add.s64 %rd6, %rd6, %rd5; st.shared.u64 [%rd6], %rd5;
  call raiseTwice; call raise;
  ld.shared.u64 %rd7, [%rd6]; st.global.u64 [%rd3], %rd7;
)",
                      Words(40), outside);
  for (unsigned i = 0; i < 40; ++i)
    EXPECT_EQ(out[i], i * 8 + 15);
}
