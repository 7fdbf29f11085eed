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
    {"LanesInStepThroughVolatiles", "read-after-write", ADDRESSES R"(
  st.volatile.shared.u32 [%r3], %r1; // BEFORE
+  bar.warp.sync -1;
  ld.volatile.shared.u32 %r6, [%r5]; // HERE
)",
     tile},
    {"CountedBeforeItIsZero", "write-after-write", ADDRESSES R"(
  setp.eq.u32 %p1, %r1, 0;
  @%p1 st.shared.u32 [%r2], 0; // BEFORE
+  bar.sync 0;
  atom.shared.add.u32 %r6, [%r2], 1; // HERE
)",
     tile},
    {"FlagWithoutFence", "read-after-write", ADDRESSES R"(
  setp.eq.u32 %p1, %r1, 0; setp.lt.u32 %p2, %r1, 32;
  @%p1 st.shared.u32 [tile+1020], 0;
  bar.sync 0;
  @!%p2 bra WAIT;
  st.shared.u32 [%r3], %r1; // BEFORE
  bar.warp.sync -1;
-  @%p1 atom.shared.exch.b32 %r6, [tile+1020], 1;
+  @%p1 atom.shared.release.cta.exch.b32 %r6, [tile+1020], 1;
  ret;
WAIT:
  ld.volatile.shared.u32 %r6, [tile+1020];
  setp.eq.u32 %p3, %r6, 0;
  @%p3 bra WAIT;
  ld.shared.u32 %r7, [%r4]; // HERE
)",
     tile},
    {"LockWithoutFence", "hazard: no barrier", ADDRESSES R"(
  setp.eq.u32 %p1, %r1, 0;
  @%p1 st.shared.v2.u32 [%r2], {0, 0};
  bar.sync 0;
  and.b32 %r8, %r1, 31; setp.ne.u32 %p3, %r8, 0;
  @%p3 exit;
TRY:
  atom.shared.cas.b32 %r6, [%r2], 0, 1; setp.ne.u32 %p2, %r6, 0;
  @%p2 bra TRY;
+  membar.cta;
  ld.shared.u32 %r7, [%r2+4]; add.u32 %r7, %r7, 1;
  st.shared.u32 [%r2+4], %r7; // HERE
+  membar.cta;
  atom.shared.exch.b32 %r6, [%r2], 0;
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

class PlantedShared : public PlantedTest {};
TEST_P(PlantedShared, IsFound) { checkPlanted(GetParam(), "racecheck"); }
INSTANTIATE_TEST_SUITE_P(All, PlantedShared, testing::ValuesIn(inShared),
                         plantedName);

class PlantedCopies : public PlantedTest {};
TEST_P(PlantedCopies, IsFound) { checkPlanted(GetParam(), "racecheck"); }
INSTANTIATE_TEST_SUITE_P(All, PlantedCopies, testing::ValuesIn(withCopies),
                         plantedName);
