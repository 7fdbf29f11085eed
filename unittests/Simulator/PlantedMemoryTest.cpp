//===- PlantedMemoryTest.cpp - Planted bugs: memcheck and initcheck -*- C++
//-*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// See Planted.h.
//
//===----------------------------------------------------------------------===//

#include "Planted.h"

using namespace ts::sim;

static const char tile[] = ".shared .align 16 .b8 tile[256];\n";
static const char otherTile[] = ".shared .align 16 .b8 tile[512];\n";

static const Planted memory[] = {
    {"RowTooFar", "out-of-bounds write of 8 bytes, 512 bytes into", R"(
-  st.global.u64 [%rd3+8], %rd5; // HERE
+  st.global.u64 [%rd3], %rd5;
)"},
    {"RowBefore", "out-of-bounds read of 8 bytes", R"(
-  ld.global.u64 %rd6, [%rd4+-8]; // HERE
+  ld.global.u64 %rd6, [%rd4];
)"},
    {"LoopRunsOnceMore", "out-of-bounds read", R"(
  mov.u32 %r2, 0; mov.u64 %rd6, %rd2;
AGAIN:
  ld.global.u64 %rd7, [%rd6]; // HERE
  add.s64 %rd6, %rd6, 8; add.u32 %r2, %r2, 1;
-  setp.le.u32 %p1, %r2, 64;
+  setp.lt.u32 %p1, %r2, 64;
  @%p1 bra AGAIN;
)"},
    {"MisalignedVectorLoad", "misaligned read of 16 bytes", R"(
-  ld.global.v4.b32 {%r2, %r3, %r4, %r5}, [%rd2+8]; // HERE
+  ld.global.v4.b32 {%r2, %r3, %r4, %r5}, [%rd2+16];
)"},
    {"MisalignedStore", "misaligned write of 8 bytes", R"(
  mul.wide.u32 %rd6, %r1, 4; add.s64 %rd6, %rd1, %rd6;
-  st.global.b64 [%rd6], %rd5; // HERE
+  st.global.b32 [%rd6], %r1;
)"},
    {"StoreToAConstant", "write of 4 bytes to constant memory", R"(
-  mov.u64 %rd6, table;
+  mov.u64 %rd6, %rd3;
  st.global.u32 [%rd6], %r1; // HERE
)",
     ".const .align 4 .b8 table[64];\n"},
    {"SharedTooFar", "256 bytes into 'tile' of 256 bytes", R"(
  mov.u32 %r2, tile; shl.b32 %r3, %r1, 2; add.u32 %r2, %r2, %r3;
-  st.shared.u32 [%r2+4], %r1; // HERE
+  st.shared.u32 [%r2], %r1;
)",
     tile},
    {"SharedAddressInGlobal", "in no allocation", R"(
  mov.u64 %rd6, tile; st.shared.u64 [%rd6], 0; bar.sync 0;
-  ld.global.u64 %rd7, [%rd6]; // HERE
+  ld.shared.u64 %rd7, [%rd6];
)",
     tile},
    {"GlobalAddressInShared", "of shared memory, in no variable", R"(
-  ld.shared.u64 %rd7, [%rd2]; // HERE
+  ld.global.u64 %rd7, [%rd2];
)"},
    {"SignOfAnIndex", "out-of-bounds read", R"(
  sub.u32 %r2, %r1, 1; and.b32 %r2, %r2, 0xffffff3f;
-  mul.wide.s32 %rd6, %r2, 8;
+  and.b32 %r2, %r2, 63; mul.wide.s32 %rd6, %r2, 8;
  add.s64 %rd6, %rd2, %rd6;
  ld.global.u64 %rd7, [%rd6]; // HERE
)"},
    {"VectorAtTheTail", "out-of-bounds read of 16 bytes", R"(
  mul.wide.u32 %rd6, %r1, 16; add.s64 %rd6, %rd2, %rd6;
+  setp.lt.u32 %p1, %r1, 32;
+  @%p1 ld.global.v2.u64 {%rd7, %rd8}, [%rd6];
-  ld.global.v2.u64 {%rd7, %rd8}, [%rd6]; // HERE
)"},
    {"CopyPastTheEnd", "out-of-bounds read", R"(
  mov.u32 %r2, tile; shl.b32 %r3, %r1, 3; add.u32 %r2, %r2, %r3;
  setp.lt.u32 %p1, %r1, 60; selp.u32 %r4, 8, 0, %p1;
-  cp.async.ca.shared.global [%r2], [%rd4+32], 8; // HERE
+  cp.async.ca.shared.global [%r2], [%rd4+32], 8, %r4;
  cp.async.wait_all;
)",
     otherTile},
    {"CopyToOddPlace", "misaligned write of 16 bytes", R"(
  mov.u32 %r2, tile; shl.b32 %r3, %r1, 3; add.u32 %r2, %r2, %r3;
-  cp.async.cg.shared.global [%r2], [%rd2], 16; // HERE
+  cp.async.ca.shared.global [%r2], [%rd2], 8;
  cp.async.wait_all;
)",
     otherTile},
    {"MatrixRowsTooNarrow", "misaligned read of 16 bytes", R"(
  mov.u32 %r2, tile; shl.b32 %r3, %r1, 3; add.u32 %r3, %r2, %r3;
  st.shared.u64 [%r3], %rd5; bar.sync 0;
  and.b32 %r4, %r1, 7;
-  mad.lo.u32 %r4, %r4, 8, %r2;
+  mad.lo.u32 %r4, %r4, 16, %r2;
  ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%r5}, [%r4]; // HERE
)",
     otherTile},
    {"AtomicTooFar", "out-of-bounds write of 4 bytes", R"(
-  red.global.add.u32 [%rd2+512], 1; // HERE
+  red.global.add.u32 [%rd2+508], 1;
)"},
    {"LocalArray", "of local memory, 16 bytes into", R"(
  .local .align 4 .b8 own[16];
  mov.u64 %rd6, own;
-  st.local.u32 [%rd6+16], %r1; // HERE
+  st.local.u32 [%rd6+12], %r1;
)"},
    {"ParameterTooFar", "of parameter memory", R"(
-  ld.param.u64 %rd6, [in+8]; // HERE
+  ld.param.u64 %rd6, [in];
)"},
    {"Trap", "the kernel stopped itself", R"(
  ld.global.u64 %rd6, [%rd4];
-  setp.ne.u64 %p1, %rd6, 5;
+  setp.lt.u64 %p1, %rd6, 64;
  @%p1 bra FINE;
  trap; // HERE
FINE:
  ret;
)"},
};

static const Planted uninitialised[] = {
    {"Accumulator", "register %f3", R"(
  cvt.rn.f32.u32 %f1, %r1; mov.f32 %f2, 0f40000000;
+  mov.f32 %f3, 0f00000000;
  fma.rn.f32 %f4, %f1, %f2, %f3; // HERE
)"},
    {"AccumulatorOfMma", "register %f4", R"(
  mov.b32 %r2, 0; mov.f32 %f1, 0f00000000; mov.f32 %f2, %f1; mov.f32 %f3, %f1;
+  mov.f32 %f4, %f1;
  mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%f5,%f6,%f7,%f8}, {%r2,%r2,%r2,%r2}, {%r2,%r2}, {%f1,%f2,%f3,%f4}; // HERE
)"},
    {"OutputReadBeforeItIsWritten", "never-written global memory", R"(
+  st.global.u64 [%rd3], 0;
  ld.global.u64 %rd6, [%rd3]; // HERE
  add.u64 %rd6, %rd6, %rd5; st.global.u64 [%rd3], %rd6;
)"},
    {"HalfOfATile", "never-written shared memory", R"(
  mov.u32 %r2, tile; shl.b32 %r3, %r1, 2; add.u32 %r3, %r2, %r3;
-  setp.lt.u32 %p1, %r1, 48;
+  setp.lt.u32 %p1, %r1, 64;
  @%p1 st.shared.u32 [%r3], %r1;
  bar.sync 0;
  xor.b32 %r4, %r1, 32; shl.b32 %r4, %r4, 2; add.u32 %r4, %r2, %r4;
  ld.shared.u32 %r5, [%r4]; // HERE
)",
     tile},
    {"Predicate", "predicate %p3", R"(
+  setp.eq.u32 %p3, %r1, 0;
  @%p3 st.global.u64 [%rd3], 0; // HERE
)"},
    {"OneByteOfAWord", "read of 4 bytes of never-written", R"(
-  st.global.u8 [%rd3], %r1;
+  st.global.u32 [%rd3], %r1;
  ld.global.u32 %r2, [%rd3]; // HERE
)"},
    {"SetOnOnePathOnly", "register %r2", R"(
  setp.lt.u32 %p1, %r1, 40;
  @!%p1 bra PAST;
  mov.u32 %r2, 7;
+  bra PAST;
PAST:
+  @!%p1 mov.u32 %r2, 8;
  add.u32 %r3, %r2, 1; // HERE
)"},
    {"LocalNeverWritten", "never-written local memory", R"(
  .local .align 8 .b8 own[16];
  mov.u64 %rd6, own;
+  st.local.u64 [%rd6+8], 0;
  ld.local.u64 %rd7, [%rd6+8]; // HERE
  add.u64 %rd7, %rd7, 1;
)"},
    {"MemberThatNobodySet", "never-written local memory", R"(
  .local .align 8 .b8 own[16];
  mov.u64 %rd6, own; cvta.local.u64 %rd6, %rd6; st.u64 [%rd6], 1;
+  st.u64 [%rd6+8], 2;
  ld.u64 %rd7, [%rd6]; add.u64 %rd7, %rd7, 1;
  ld.u64 %rd8, [%rd6+8]; // HERE
  st.global.u64 [%rd3], %rd8;
)"},
    {"PairOfNothing", "register %r3", R"(
+  mov.u16 %h2, 5;
  mov.b32 %r3, {%h2, %h3}; mov.b32 %r4, %r3;
  st.global.u32 [%rd3], %r3; // HERE
)"},
    {"GapOfAVector", "register %r3", R"(
  st.global.u32 [%rd3], 1;
+  st.global.u32 [%rd3+4], 2;
  ld.global.v2.u32 {%r2, %r3}, [%rd3];
  add.u32 %r4, %r3, %r2; // HERE
)"},
    {"CopiedRegister", "register %r4", R"(
  setp.lt.u32 %p1, %r1, 64;
+  @%p1 mov.u32 %r3, 7;
  mov.u32 %r4, %r3;
  add.u32 %r5, %r4, 1; // HERE
)"},
    {"ShuffledFromALaneWithoutValue", "register %r4", R"(
  setp.eq.u32 %p1, %r1, 0;
-  setp.eq.u32 %p1, %r1, 1;
  @%p1 mov.u32 %r3, 7;
  shfl.sync.idx.b32 %r4, %r3, 0, 31, -1;
  add.u32 %r5, %r4, 1; // HERE
)",
     "", 32},
    {"CopyOfNothing", "never-written global memory", R"(
  mov.u32 %r2, tile; shl.b32 %r3, %r1, 2; add.u32 %r2, %r2, %r3;
-  cp.async.ca.shared.global [%r2], [%rd3], 4; // HERE
+  cp.async.ca.shared.global [%r2], [%rd4], 4;
  cp.async.wait_all;
)",
     tile},
};

class PlantedMemory : public PlantedTest {};
TEST_P(PlantedMemory, IsFound) { checkPlanted(GetParam(), "memcheck"); }
INSTANTIATE_TEST_SUITE_P(All, PlantedMemory, testing::ValuesIn(memory),
                         plantedName);

class PlantedUninitialised : public PlantedTest {};
TEST_P(PlantedUninitialised, IsFound) { checkPlanted(GetParam(), "initcheck"); }
INSTANTIATE_TEST_SUITE_P(All, PlantedUninitialised,
                         testing::ValuesIn(uninitialised), plantedName);
