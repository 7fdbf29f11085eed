//===- PlantedRaceTest.cpp - Planted bugs: racecheck===//
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

static const char tile[] = ".shared .align 16 .b8 tile[1024];\n";
/// %r2 = the tile, %r3 = this thread's word, %r4 = that of the thread across,
/// %r5 = that of the neighbour in the warp.
#define ADDRESSES                                                              \
  "  mov.u32 %r2, tile; shl.b32 %r3, %r1, 2; add.u32 %r3, %r2, %r3;\n"         \
  "  xor.b32 %r4, %r1, 32; shl.b32 %r4, %r4, 2; add.u32 %r4, %r2, %r4;\n"      \
  "  xor.b32 %r5, %r1, 1; shl.b32 %r5, %r5, 2; add.u32 %r5, %r2, %r5;\n"

static const Planted inShared[] = {
    {"NoBarrierAfterStore", "read-after-write", ADDRESSES R"(
  st.shared.u32 [%r3], %r1; // BEFORE
+  bar.sync 0;
  ld.shared.u32 %r6, [%r4]; // HERE
)",
     tile},
    {"NoWarpBarrier", "read-after-write", ADDRESSES R"(
  st.shared.u32 [%r3], %r1; // BEFORE
+  bar.warp.sync -1;
  ld.shared.u32 %r6, [%r5]; // HERE
)",
     tile},
    {"ShuffleIsNoBarrier", "read-after-write", ADDRESSES R"(
  st.shared.u32 [%r3], %r1; // BEFORE
  shfl.sync.bfly.b32 %r7, %r1, 1, 31, -1;
+  bar.warp.sync -1;
  ld.shared.u32 %r6, [%r5]; // HERE
)",
     tile},
    {"FenceIsNoBarrier", "read-after-write", ADDRESSES R"(
  st.shared.u32 [%r3], %r1; // BEFORE
-  membar.cta;
+  barrier.sync 0;
  ld.shared.u32 %r6, [%r4]; // HERE
)",
     tile},
    {"NoBarrierBeforeRefill", "write-after-read", ADDRESSES R"(
  st.shared.u32 [%r3], %r1; bar.sync 0;
  ld.shared.u32 %r6, [%r4]; // BEFORE
+  bar.sync 0;
  st.shared.u32 [%r3], %r6; // HERE
)",
     tile},
    {"TreeWithoutBarriers", "write-after-read", ADDRESSES R"(
  st.shared.u32 [%r3], %r1; bar.sync 0;
  mov.u32 %r8, 32;
STEP:
  setp.ge.u32 %p1, %r1, %r8;
  @%p1 bra SKIP;
  shl.b32 %r9, %r8, 2; add.u32 %r9, %r3, %r9;
  ld.shared.u32 %r10, [%r9]; // BEFORE
  ld.shared.u32 %r11, [%r3]; add.u32 %r11, %r11, %r10;
  st.shared.u32 [%r3], %r11; // HERE
SKIP:
+  bar.sync 0;
  shr.u32 %r8, %r8, 1; setp.ne.u32 %p2, %r8, 0;
  @%p2 bra STEP;
)",
     tile},
    {"AllWriteOneWord", "write-after-write", ADDRESSES R"(
+  setp.eq.u32 %p1, %r1, 9;
+  @%p1 st.shared.u32 [%r2], %r1;
-  st.shared.u32 [%r2], %r1; // HERE
)",
     tile},
    {"StaleFlag", "read-after-write", ADDRESSES R"(
  setp.eq.u32 %p1, %r1, 0;
  @%p1 st.shared.u32 [%r2], 1; // BEFORE
  setp.lt.u32 %p2, %r1, 32;
+  bar.sync 0;
  @!%p2 ld.shared.u32 %r6, [%r2]; // HERE
)",
     tile},
    {"OverlappingHalves", "write-after-write", R"(
  mov.u32 %r2, tile;
-  mad.lo.u32 %r3, %r1, 2, %r2; and.b32 %r3, %r3, -4;
+  mad.lo.u32 %r3, %r1, 2, %r2;
  st.shared.u16 [%r3], %r1; // HERE
)",
     tile},
    {"AtomicThenPlain", "read-after-write", ADDRESSES R"(
  setp.eq.u32 %p1, %r1, 0;
  @%p1 st.shared.u32 [%r2], 0;
  bar.sync 0;
  atom.shared.add.u32 %r6, [%r2], 1; // BEFORE
+  bar.sync 0;
  ld.shared.u32 %r7, [%r2]; // HERE
)",
     tile},
    {"WarpsAtDifferentBarriers", "read-after-write", ADDRESSES R"(
  shr.u32 %r8, %r1, 5; add.u32 %r8, %r8, 1;
  st.shared.u32 [%r3], %r1; // BEFORE
-  bar.sync %r8, 32;
+  bar.sync 1, 64;
  ld.shared.u32 %r6, [%r4]; // HERE
)",
     tile},
    {"ArriveDoesNotWait", "read-after-write", ADDRESSES R"(
  setp.lt.u32 %p1, %r1, 32;
  @%p1 bra FIRST;
  st.shared.u32 [%r3], %r1; // BEFORE
  bar.sync 1, 64;
  bra DONE;
FIRST:
-  bar.arrive 1, 64;
+  bar.sync 1, 64;
  ld.shared.u32 %r6, [%r4]; // HERE
DONE:
  ret;
)",
     tile},
    {"MatrixBeforeTheBarrier", "read-after-write", R"(
  mov.u32 %r2, tile; shl.b32 %r3, %r1, 4; add.u32 %r3, %r2, %r3;
  st.shared.v4.u32 [%r3], {%r1, %r1, %r1, %r1}; // BEFORE
  xor.b32 %r4, %r1, 32; shl.b32 %r4, %r4, 4; add.u32 %r4, %r2, %r4;
+  bar.sync 0;
  ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%r5,%r6,%r7,%r8}, [%r4]; // HERE
)",
     tile},
};

static const Planted withCopies[] = {
    {"NoWait", "its group was not waited for", ADDRESSES R"(
  cp.async.ca.shared.global [%r3], [%rd4], 4; // BEFORE
  cp.async.commit_group;
+  cp.async.wait_group 0;
  bar.sync 0;
  ld.shared.u32 %r6, [%r4]; // HERE
)",
     tile},
    {"StoreOverACopy", "write of 4 bytes that an asynchronous copy",
     ADDRESSES R"(
  cp.async.ca.shared.global [%r3], [%rd4], 4; // BEFORE
+  cp.async.wait_all;
  st.shared.u32 [%r3], %r1; // HERE
-  cp.async.wait_all;
)",
     tile},
    {"CopyOverACopy", "write of 4 bytes that an asynchronous copy",
     ADDRESSES R"(
  cp.async.ca.shared.global [%r3], [%rd4], 4; // BEFORE
  cp.async.commit_group;
-  cp.async.wait_group 1;
+  cp.async.wait_group 0;
  cp.async.ca.shared.global [%r3], [%rd4+4], 4; // HERE
  cp.async.wait_all;
)",
     tile},
    {"StoreOverAnothersCopy", "write of 4 bytes that an asynchronous copy",
     ADDRESSES R"(
  cp.async.ca.shared.global [%r3], [%rd4], 4; // BEFORE
+  cp.async.wait_all;
  bar.sync 0;
  st.shared.u32 [%r4], %r1; // HERE
-  cp.async.wait_all;
)",
     tile},
    {"WaitLeavesOneGroup", "its group was not waited for", ADDRESSES R"(
  cp.async.ca.shared.global [%r3], [%rd4], 4;
  cp.async.commit_group;
  cp.async.ca.shared.global [%r3+256], [%rd4], 4; // BEFORE
  cp.async.commit_group;
-  cp.async.wait_group 1;
+  cp.async.wait_group 0;
  bar.sync 0;
  ld.shared.u32 %r6, [%r4];
  ld.shared.u32 %r7, [%r4+256]; // HERE
)",
     tile},
    {"NoCommit", "its group was not waited for", ADDRESSES R"(
  cp.async.ca.shared.global [%r3], [%rd4], 4; // BEFORE
+  cp.async.commit_group;
  cp.async.wait_group 0;
  bar.sync 0;
  ld.shared.u32 %r6, [%r4]; // HERE
)",
     tile},
    {"WaitWithoutBarrier", "read-after-write", ADDRESSES R"(
  cp.async.ca.shared.global [%r3], [%rd4], 4; // BEFORE
  cp.async.wait_all;
+  bar.sync 0;
  ld.shared.u32 %r6, [%r4]; // HERE
)",
     tile},
    {"RefillWhileOthersRead", "write-after-read", ADDRESSES R"(
  st.shared.u32 [%r3], %r1; bar.sync 0;
  ld.shared.u32 %r6, [%r4]; // BEFORE
+  bar.sync 0;
  cp.async.ca.shared.global [%r3], [%rd4], 4; // HERE
  cp.async.wait_all;
)",
     tile},
    {"RingOneStageShort", "its group was not waited for", ADDRESSES R"(
  mov.u32 %r8, 0;
  cp.async.ca.shared.global [%r3], [%rd4], 4;
  cp.async.commit_group;
NEXT:
  add.u32 %r9, %r8, 1; and.b32 %r10, %r9, 1; shl.b32 %r10, %r10, 8;
  add.u32 %r11, %r3, %r10;
  cp.async.ca.shared.global [%r11], [%rd4], 4;
  cp.async.commit_group;
-  cp.async.wait_group 2;
+  cp.async.wait_group 1;
  bar.sync 0;
  and.b32 %r12, %r8, 1; shl.b32 %r12, %r12, 8; add.u32 %r13, %r4, %r12;
  ld.shared.u32 %r6, [%r13]; // HERE
  bar.sync 0;
  mov.u32 %r8, %r9; setp.lt.u32 %p1, %r8, 4;
  @%p1 bra NEXT;
  cp.async.wait_all;
)",
     tile},
};

static const Planted inGlobal[] = {
    {"NoBarrierInABlock", "read-after-write", R"(
  st.global.u64 [%rd3], %rd5; // BEFORE
  xor.b32 %r2, %r1, 32; mul.wide.u32 %rd6, %r2, 8; add.s64 %rd6, %rd1, %rd6;
+  bar.sync 0;
  ld.global.u64 %rd7, [%rd6]; // HERE
)"},
    {"InPlaceReversal", "write-after-read", R"(
  mov.u32 %r2, 63; sub.u32 %r2, %r2, %r1;
  mul.wide.u32 %rd6, %r2, 8; add.s64 %rd6, %rd2, %rd6;
  ld.global.u64 %rd7, [%rd6]; // BEFORE
+  bar.sync 0;
  st.global.u64 [%rd4], %rd7; // HERE
)"},
    {"RacingEpilogue", "write-after-write hazard: two blocks", R"(
  mov.u32 %r2, %ctaid.x; cvt.u64.u32 %rd6, %r2;
-  st.global.u64 [%rd3], %rd6; // HERE
+  shr.u32 %r3, %r1, 4; setp.eq.u32 %p1, %r3, %r2;
+  @%p1 st.global.u64 [%rd3], %rd6;
)",
     "", 64, 4},
    {"HaloOfAnotherBlock", "hazard: two blocks", R"(
  mov.u32 %r2, %ctaid.x; mad.lo.u32 %r3, %r2, 16, %r1;
  mul.wide.u32 %rd6, %r3, 8; add.s64 %rd7, %rd2, %rd6;
-  st.global.u64 [%rd7], %rd6; // BEFORE
+  ld.global.u64 %rd9, [%rd7];
  xor.b32 %r4, %r3, 16; mul.wide.u32 %rd8, %r4, 8; add.s64 %rd8, %rd2, %rd8;
  ld.global.u64 %rd9, [%rd8]; // HERE
)",
     "", 16, 2},
    {"HalvesOfAWord", "write-after-write hazard: two blocks", R"(
  mov.u32 %r2, %ctaid.x; mul.wide.u32 %rd6, %r2, 2;
+  add.s64 %rd7, %rd1, %rd6;
-  add.s64 %rd7, %rd1, 2;
  cvt.u16.u32 %h1, %r2;
  st.global.u16 [%rd7], %h1; // HERE
)",
     "", 1, 2},
    {"BytesOfAWord", "hazard: two blocks", R"(
  mov.u32 %r2, %ctaid.x; cvt.u64.u32 %rd6, %r2;
  add.s64 %rd7, %rd2, %rd6; cvt.u16.u32 %h1, %r2;
  st.global.u8 [%rd7], %h1; // BEFORE
-  xor.b32 %r3, %r2, 1;
+  mov.u32 %r3, %r2;
  cvt.u64.u32 %rd6, %r3; add.s64 %rd7, %rd2, %rd6;
  ld.global.u8 %h2, [%rd7]; // HERE
)",
     "", 1, 2},
    {"ByteOfAnothersWord", "hazard: two blocks", R"(
  mov.u32 %r2, %ctaid.x; setp.eq.u32 %p1, %r2, 0;
  @%p1 bra FIRST;
-  st.global.u8 [%rd1+6], %r2; // BEFORE
+  st.global.u8 [%rd1+27], %r2;
  ret;
FIRST:
  st.global.u16 [%rd1+24], %r2;
  st.global.u32 [%rd1+4], %r2; // HERE
)",
     "", 1, 2},
    {"SumWithoutAtomics", "hazard: two blocks", R"(
  setp.ne.u32 %p1, %r1, 0;
  @%p1 exit;
-  ld.global.u64 %rd6, [%rd2];
-  add.u64 %rd6, %rd6, 1;
-  st.global.u64 [%rd2], %rd6; // HERE
+  red.global.add.u64 [%rd2], 1;
)",
     "", 32, 3},
    {"CounterResetByAnyBlock", "hazard: two blocks", R"(
  setp.ne.u32 %p1, %r1, 0;
  @%p1 exit;
-  mov.u32 %r2, %ctaid.x; setp.eq.u32 %p2, %r2, 0;
-  @%p2 bra RESET;
  atom.global.add.u32 %r3, [%rd2], 1; // BEFORE
+  setp.eq.u32 %p2, %r3, 1;
+  @%p2 bra RESET;
  ret;
RESET:
  st.global.u32 [%rd2], 0; // HERE
)",
     "", 32, 2},
    {"CounterReadWhileOthersCount", "hazard: two blocks", R"(
  setp.ne.u32 %p1, %r1, 0;
  @%p1 exit;
  red.global.add.u32 [%rd2], 1; // BEFORE
-  ld.global.u32 %r3, [%rd2]; // HERE
+  atom.global.add.u32 %r3, [%rd2], 0;
)",
     "", 32, 2},
    {"LastBlockWithoutFence", "hazard: two blocks", R"(
  mov.u32 %r2, %ctaid.x; setp.ne.u32 %p1, %r1, 0;
  @%p1 exit;
  mul.wide.u32 %rd6, %r2, 8; add.s64 %rd7, %rd1, %rd6;
  st.global.u64 [%rd7], %rd6; // BEFORE
+  membar.gl;
  atom.global.add.u32 %r3, [%rd2], 1;
  setp.ne.u32 %p2, %r3, 1;
  @%p2 exit;
  ld.global.u64 %rd8, [%rd1]; // HERE
)",
     "", 32, 2},
};

class PlantedShared : public PlantedTest {};
TEST_P(PlantedShared, IsFound) { checkPlanted(GetParam(), "racecheck"); }
INSTANTIATE_TEST_SUITE_P(All, PlantedShared, testing::ValuesIn(inShared),
                         plantedName);

class PlantedCopies : public PlantedTest {};
TEST_P(PlantedCopies, IsFound) { checkPlanted(GetParam(), "racecheck"); }
INSTANTIATE_TEST_SUITE_P(All, PlantedCopies, testing::ValuesIn(withCopies),
                         plantedName);

class PlantedGlobal : public PlantedTest {};
TEST_P(PlantedGlobal, IsFound) { checkPlanted(GetParam(), "racecheck"); }
INSTANTIATE_TEST_SUITE_P(All, PlantedGlobal, testing::ValuesIn(inGlobal),
                         plantedName);
