//===- PlantedPipelineTest.cpp - Planted bugs: stages, roles, calls -------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// See Planted.h. Defects of kernels that overlap copies with work, give warps
// different roles, or do it all in functions.
//
//===----------------------------------------------------------------------===//

#include "Planted.h"

using namespace ts::sim;

static const char tile[] = ".shared .align 16 .b8 tile[1024];\n";
/// %r2 = the tile, %r3 = this thread's word, %r4 = that of the thread across,
/// %rd6 = this thread's word of `in`.
#define ADDRESSES                                                              \
  "  mov.u32 %r2, tile; shl.b32 %r3, %r1, 2; add.u32 %r3, %r2, %r3;\n"         \
  "  xor.b32 %r4, %r1, 32; shl.b32 %r4, %r4, 2; add.u32 %r4, %r2, %r4;\n"      \
  "  mul.wide.u32 %rd6, %r1, 4; add.s64 %rd6, %rd2, %rd6;\n"

static const Planted races[] = {
    {"AliasThroughAGenericAddress", "read-after-write", ADDRESSES R"(
  mov.u64 %rd7, tile; cvta.shared.u64 %rd7, %rd7;
  mul.wide.u32 %rd8, %r1, 4; add.s64 %rd7, %rd7, %rd8;
  st.u32 [%rd7], %r1; // BEFORE
+  bar.sync 0;
  ld.shared.u32 %r6, [%r4]; // HERE
)",
     tile},
    {"MatrixOfAnotherWarp", "read-after-write", ADDRESSES R"(
  shl.b32 %r5, %r1, 4; add.u32 %r5, %r2, %r5;
  st.shared.v4.u32 [%r5], {%r1, %r1, %r1, %r1}; // BEFORE
  bar.warp.sync -1;
-  xor.b32 %r6, %r1, 32; shl.b32 %r6, %r6, 4; add.u32 %r5, %r2, %r6;
  ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%r6, %r7, %r8, %r9}, [%r5]; // HERE
)",
     tile},
    {"LastGroupIsNotCommitted", "its group was not waited for", ADDRESSES R"(
  mov.u32 %r5, 0; mov.u32 %r6, %r3; mov.u32 %r7, %r3;
  cp.async.ca.shared.global [%r6], [%rd6], 4;
  cp.async.commit_group;
NEXT:
  add.u32 %r5, %r5, 1; add.u32 %r6, %r6, 256; setp.lt.u32 %p1, %r5, 2;
  @%p1 cp.async.ca.shared.global [%r6], [%rd6], 4; // BEFORE
-  @%p1 cp.async.commit_group;
+  cp.async.commit_group;
  cp.async.wait_group 1;
  ld.shared.u32 %r8, [%r7]; // HERE
  add.u32 %r7, %r7, 256;
  @%p1 bra NEXT;
)",
     tile},
    {"StageBeforeItsTurn", "its group was not waited for", ADDRESSES R"(
  cp.async.ca.shared.global [%r3], [%rd6], 4; cp.async.commit_group;
  cp.async.ca.shared.global [%r3+256], [%rd6+4], 4; cp.async.commit_group; // BEFORE
  cp.async.wait_group 1;
-  ld.shared.u32 %r6, [%r3+256]; // HERE
+  ld.shared.u32 %r6, [%r3];
)",
     tile},
    {"WarpOutsideANamedBarrier", "read-after-write", ADDRESSES R"(
  st.shared.u32 [%r3], %r1; // BEFORE
-  setp.ge.u32 %p1, %r1, 64;
-  @%p1 bra PAST;
-  bar.sync 1, 64;
+  bar.sync 1, 96;
PAST:
  ld.shared.u32 %r6, [%r2+128]; // HERE
)",
     tile, 96},
    {"AtomicsAndAPlainLoad", "read-after-write", R"(
  red.global.add.u64 [%rd2], 1; // BEFORE
+  bar.sync 0;
  ld.global.u64 %rd6, [%rd2]; // HERE
)"},
    {"WarpBarrierOfHalves", "read-after-write", ADDRESSES R"(
  xor.b32 %r5, %r1, 16; shl.b32 %r5, %r5, 2; add.u32 %r5, %r2, %r5;
  mov.u32 %r6, 0xffff; setp.ge.u32 %p1, %r1, 16;
  @%p1 mov.u32 %r6, 0xffff0000;
+  mov.u32 %r6, -1;
  st.shared.u32 [%r3], %r1; // BEFORE
  bar.warp.sync %r6;
  ld.shared.u32 %r7, [%r5]; // HERE
)",
     tile, 32},
    {"StagingWithAWarpBarrierOnly", "read-after-write", ADDRESSES R"(
  cvt.rn.f32.u32 %f1, %r1; shl.b32 %r5, %r1, 3; add.u32 %r5, %r2, %r5;
  st.shared.v2.f32 [%r5], {%f1, %f1}; // BEFORE
-  bar.warp.sync -1;
+  bar.sync 0;
  mad.lo.u32 %r6, %r1, 4, %r2; ld.shared.f32 %f2, [%r6]; // HERE
  st.global.f32 [%rd3], %f2;
)",
     tile},
    {"StagingOverOperands", "write-after-read", ADDRESSES R"(
  st.shared.u32 [%r3], %r1; bar.sync 0;
  ld.shared.u32 %r6, [%r4]; // BEFORE
+  bar.sync 0;
  cvt.rn.f16.u32 %h1, %r6; mad.lo.u32 %r7, %r1, 2, %r2;
  st.shared.b16 [%r7], %h1; // HERE
)",
     tile},
    {"BuffersThatDoNotSwap", "read-after-write", ADDRESSES R"(
  mov.u32 %r5, 0; mov.u32 %r6, 0;
NEXT:
  add.u32 %r7, %r3, %r6; st.shared.u32 [%r7], %r5; // BEFORE
  bar.sync 0;
  add.u32 %r8, %r4, %r6; ld.shared.u32 %r9, [%r8]; // HERE
+  xor.b32 %r6, %r6, 256;
  add.u32 %r5, %r5, 1; setp.lt.u32 %p1, %r5, 4;
  @%p1 bra NEXT;
)",
     tile},
    {"VectorsOverlap", "write-after-write", ADDRESSES R"(
-  shl.b32 %r5, %r1, 3;
+  shl.b32 %r5, %r1, 4;
  add.u32 %r5, %r2, %r5; and.b32 %r5, %r5, 0xfffffff0; xor.b32 %r6, %r1, 5;
  st.shared.v4.u32 [%r5], {%r6, %r6, %r6, %r6}; // HERE
)",
     tile},
    {"PartialSumsOverlap", "write-after-write", R"(
  mov.u32 %r2, %ctaid.x;
-  mad.lo.u32 %r3, %r2, 16, %r1;
+  mad.lo.u32 %r3, %r2, 32, %r1;
  mul.wide.u32 %rd6, %r3, 8; add.s64 %rd6, %rd1, %rd6;
  st.global.u64 [%rd6], %rd5; // HERE
)",
     "", 32, 2},
    {"SerialSumWithoutRelease", "write-after-write", R"(
  mov.u32 %r2, %ctaid.x; setp.eq.u32 %p2, %r1, 0; add.u32 %r4, %r2, 1;
WAIT:
  atom.acquire.gpu.global.or.b32 %r3, [%rd2], 0;
  setp.ne.u32 %p1, %r3, %r2;
  @%p1 bra WAIT;
  bar.sync 0;
  ld.global.u64 %rd6, [%rd4+8]; add.u64 %rd6, %rd6, 1;
  st.global.u64 [%rd4+8], %rd6; // HERE
  bar.sync 0;
-  @%p2 st.relaxed.gpu.global.u32 [%rd2], %r4;
+  @%p2 st.release.gpu.global.u32 [%rd2], %r4;
)",
     "", 32, 2},
    {"FenceOfTheBlockOnly", "write-after-write", R"(
  mov.u32 %r2, %ctaid.x; setp.eq.u32 %p2, %r1, 0; add.u32 %r4, %r2, 1;
WAIT:
  ld.volatile.global.u32 %r3, [%rd2];
  setp.ne.u32 %p1, %r3, %r2;
  @%p1 bra WAIT;
  membar.gl;
  ld.global.u64 %rd6, [%rd4+8]; add.u64 %rd6, %rd6, 1;
  st.global.u64 [%rd4+8], %rd6; // HERE
  bar.sync 0;
  @!%p2 ret;
-  membar.cta;
+  membar.gl;
  st.volatile.global.u32 [%rd2], %r4;
)",
     "", 32, 3},
    {"FlagOfTheWrongStage", "read-after-write", ADDRESSES R"(
  setp.ge.u32 %p1, %r1, 32; mov.u32 %r5, 0; mov.u32 %r9, 1;
  @%p1 bra CONSUME;
  st.shared.u32 [%r3], %r1; bar.arrive 1, 64;
  st.shared.u32 [%r3+256], %r1; // BEFORE
  bar.arrive 2, 64;
  ret;
CONSUME:
  bar.sync 1, 64;
-  ld.shared.u32 %r6, [%r4+256]; // HERE
+  ld.shared.u32 %r6, [%r4];
  bar.sync 2, 64;
  ld.shared.u32 %r6, [%r4+256];
)",
     tile},
    {"TransposedInPlace", "write-after-read", ADDRESSES R"(
  st.shared.u32 [%r3], %r1; bar.sync 0;
  ld.shared.u32 %r6, [%r4]; // BEFORE
-  bar.warp.sync -1;
+  bar.sync 0;
  st.shared.u32 [%r3], %r6; // HERE
)",
     tile},
    {"SumByAtomicsReadByItsOwnBlock", "read-after-write", ADDRESSES R"(
  setp.eq.u32 %p1, %r1, 0;
  @%p1 st.shared.u32 [%r2], 0;
  bar.sync 0;
  red.shared.add.u32 [%r2], %r1; // BEFORE
  bar.warp.sync -1;
+  bar.sync 0;
  ld.shared.u32 %r6, [%r2]; // HERE
)",
     tile},
};

/// Functions that store to the tile, and tell another warp of it.
static const char functions[] = R"(.shared .align 16 .b8 tile[1024];
.func put(.param .b32 where, .param .b32 what)
{
  .reg .b32 %x<3>;
  ld.param.u32 %x0, [where]; ld.param.u32 %x1, [what];
  st.shared.u32 [%x0], %x1; // BEFORE
  ret;
}
.func (.param .b32 got) take(.param .b32 where)
{
  .reg .b32 %x<3>;
  ld.param.u32 %x0, [where];
  ld.shared.u32 %x1, [%x0]; // HERE
  st.param.b32 [got], %x1;
  ret;
}
.func tell(.param .b32 depth)
{
  .reg .b32 %x<3>; .reg .pred %q;
  ld.param.u32 %x0, [depth];
  setp.eq.u32 %q, %x0, 0;
  @%q bra LAST;
  sub.u32 %x0, %x0, 1;
  { .param .b32 next; st.param.b32 [next], %x0; call tell, (next); }
  ret;
LAST:
  membar.cta;
  st.volatile.shared.u32 [tile+1020], 1;
  ret;
}
.func tellAtOnce(.param .b32 depth)
{
  st.volatile.shared.u32 [tile+1020], 1;
  ret;
}
)";
#define CALL_PUT                                                               \
  "  { .param .b32 a; .param .b32 b; st.param.b32 [a], %r3;\n"                 \
  "    st.param.b32 [b], %r1; call put, (a, b); }\n"
#define CALL_TAKE                                                              \
  "  { .param .b32 g; .param .b32 a; st.param.b32 [a], %r4;\n"                 \
  "    call (g), take, (a); ld.param.b32 %r6, [g]; }\n"

static const Planted calls[] = {
    {"FunctionsWithoutABarrier", "read-after-write",
     ADDRESSES CALL_PUT "+  bar.sync 0;\n" CALL_TAKE, functions},
    {"FunctionThatDoesNotFence", "read-after-write", ADDRESSES R"(
  setp.eq.u32 %p1, %r1, 0; setp.lt.u32 %p2, %r1, 32;
  @%p1 st.shared.u32 [tile+1020], 0;
  bar.sync 0;
  @!%p2 bra WAIT;
)" CALL_PUT R"(  bar.warp.sync -1;
  @!%p1 ret;
-  mov.u64 %rd7, tellAtOnce;
+  mov.u64 %rd7, tell;
  { .param .b32 n; st.param.b32 [n], 3; call %rd7, (n), ANY; }
  ret;
ANY: .callprototype _ (.param .b32 _);
WAIT:
  ld.volatile.shared.u32 %r5, [tile+1020];
  setp.eq.u32 %p3, %r5, 0;
  @%p3 bra WAIT;
  membar.cta;
)" CALL_TAKE,
     functions},
};

static const Planted stages[] = {
    {"StageThatDoesNotWrap", "of shared memory, 1024 bytes into", ADDRESSES R"(
  mov.u32 %r5, 0; mov.u32 %r6, 0;
NEXT:
  mad.lo.u32 %r7, %r6, 256, %r3; st.shared.u32 [%r7], %r5; // HERE
  add.u32 %r6, %r6, 1; add.u32 %r5, %r5, 1;
-  setp.gt.u32 %p2, %r6, 4;
+  setp.ge.u32 %p2, %r6, 4;
  @%p2 mov.u32 %r6, 0;
  setp.lt.u32 %p1, %r5, 9;
  @%p1 bra NEXT;
)",
     tile},
    {"StalePredicate", "out-of-bounds read", R"(
  mov.u32 %r2, 0; setp.lt.u32 %p1, %r1, 64;
NEXT:
  mad.lo.u32 %r3, %r2, 24, %r1; mul.wide.u32 %rd6, %r3, 8;
  add.s64 %rd6, %rd2, %rd6;
+  setp.lt.u32 %p1, %r3, 64;
  @%p1 ld.global.u64 %rd7, [%rd6]; // HERE
-  setp.lt.u32 %p1, %r3, 64;
  add.u32 %r2, %r2, 1; setp.lt.u32 %p2, %r2, 3;
  @%p2 bra NEXT;
)"},
};

static const Planted roles[] = {
    {"ProducerDoesNotWaitForEmpty", "only 32 of 64 threads came to barrier 1",
     ADDRESSES R"(
  setp.ge.u32 %p1, %r1, 32; mov.u32 %r5, 0;
  @%p1 bra CONSUME;
PRODUCE:
+  bar.sync 2, 64;
  st.shared.u32 [%r3], %r5;
  bar.arrive 1, 64;
  add.u32 %r5, %r5, 1; setp.lt.u32 %p2, %r5, 3;
  @%p2 bra PRODUCE;
  ret;
CONSUME:
+  bar.arrive 2, 64;
  bar.sync 1, 64; // HERE
  ld.shared.u32 %r6, [%r4];
  add.u32 %r5, %r5, 1; setp.lt.u32 %p2, %r5, 3;
  @%p2 bra CONSUME;
)",
     tile},
};

static const Planted empty[] = {
    {"SkippedCopyLeavesNoZeros", "never-written shared memory", ADDRESSES R"(
  setp.lt.u32 %p1, %r1, 50; selp.u32 %r5, 4, 0, %p1;
-  @%p1 cp.async.ca.shared.global [%r3], [%rd6], 4;
+  cp.async.ca.shared.global [%r3], [%rd6], 4, %r5;
  cp.async.wait_all; bar.sync 0;
  ld.shared.u32 %r6, [%r4]; // HERE
)",
     tile},
};

class PlantedPipelineRace : public PlantedTest {};
TEST_P(PlantedPipelineRace, IsFound) { checkPlanted(GetParam(), "racecheck"); }
INSTANTIATE_TEST_SUITE_P(Stages, PlantedPipelineRace, testing::ValuesIn(races),
                         plantedName);
INSTANTIATE_TEST_SUITE_P(Calls, PlantedPipelineRace, testing::ValuesIn(calls),
                         plantedName);

class PlantedStage : public PlantedTest {};
TEST_P(PlantedStage, IsFound) { checkPlanted(GetParam(), "memcheck"); }
INSTANTIATE_TEST_SUITE_P(All, PlantedStage, testing::ValuesIn(stages),
                         plantedName);

class PlantedEmpty : public PlantedTest {};
TEST_P(PlantedEmpty, IsFound) { checkPlanted(GetParam(), "initcheck"); }
INSTANTIATE_TEST_SUITE_P(All, PlantedEmpty, testing::ValuesIn(empty),
                         plantedName);

class PlantedRole : public PlantedTest {};
TEST_P(PlantedRole, IsFound) { checkPlanted(GetParam(), "synccheck"); }
INSTANTIATE_TEST_SUITE_P(All, PlantedRole, testing::ValuesIn(roles),
                         plantedName);
