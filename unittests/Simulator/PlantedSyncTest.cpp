//===- PlantedSyncTest.cpp - Planted bugs: synccheck===//
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

static const Planted synchronization[] = {
    {"BarrierInDivergence", "lanes of the warp came here", R"(
-  setp.lt.u32 %p1, %r1, 16;
+  setp.lt.u32 %p1, %r1, 64;
  @!%p1 bra ELSE;
  bar.sync 0; // HERE
  bra DONE;
ELSE:
  bar.warp.sync 0xffff0000;
  shfl.sync.idx.b32 %r2, %r1, 0, 31, -1;
DONE:
  ret;
)",
     "", 32},
    {"LanesPassABarrierBy", "only 16 lanes of the warp came here; lane 16 has",
     R"(
-  setp.lt.u32 %p1, %r1, 16;
+  setp.lt.u32 %p1, %r1, 64;
  @!%p1 bra DONE;
  bar.sync 0; // HERE
DONE:
  ret;
)"},
    {"LanesExitBeforeABarrier", "only 31 lanes of the warp came here; lane 0",
     R"(
-  setp.eq.u32 %p1, %r1, 0;
+  setp.ge.u32 %p1, %r1, 64;
  @%p1 ret;
  bar.sync 0; // HERE
)"},
    {"GuardedBarrier", "only 16 lanes of the warp came here; lane 16 has", R"(
-  setp.lt.u32 %p1, %r1, 16;
+  setp.lt.u32 %p1, %r1, 64;
  @%p1 bar.sync 0; // HERE
)"},
    {"WarpsWaitForEachOther", "threads came to barrier 0", R"(
  setp.lt.u32 %p1, %r1, 32;
-  @%p1 bra OTHER;
+  bra OTHER;
  bar.sync 1; // SECOND
OTHER:
  bar.sync 0; // HERE
)"},
    {"CountOfNoWholeWarps", "counts whole warps, not 48", R"(
-  bar.sync 1, 48; // HERE
+  bar.sync 1, 64;
)"},
    {"CountTooLarge", "only 64 of 96 threads came to barrier 1", R"(
-  bar.sync 1, 96; // HERE
+  bar.sync 1, 64;
)"},
    {"OneWarpLoopsOnceMore", "only 32 of 64 threads came to barrier 1", R"(
  shr.u32 %r2, %r1, 5; mov.u32 %r3, 0;
-  sub.u32 %r4, 3, %r2;
+  mov.u32 %r4, 3;
AGAIN:
  bar.sync 1, 64; // HERE
  add.u32 %r3, %r3, 1; setp.lt.u32 %p1, %r3, %r4;
  @%p1 bra AGAIN;
)"},
    {"CountsDisagree", "before with one of 64", R"(
  setp.lt.u32 %p1, %r1, 32;
  @%p1 bra FIRST;
-  bar.sync 1, 96; // HERE
+  bar.sync 1, 64;
  bra DONE;
FIRST:
  bar.sync 1, 64;
DONE:
  ret;
)"},
    {"NoSuchBarrier", "barrier 16 does not exist", R"(
-  mov.u32 %r2, 16;
+  mov.u32 %r2, 15;
  bar.sync %r2; // HERE
)"},
    {"LanesNameDifferentBarriers", "disagree on the barrier's number", R"(
-  and.b32 %r2, %r1, 1;
+  shr.u32 %r2, %r1, 6;
  bar.sync %r2; // HERE
)"},
    {"ShuffleInDivergence", "lanes of the warp came here", R"(
  setp.lt.u32 %p1, %r1, 16; mov.u32 %r3, %r1;
-  @%p1 bra PAST;
  shfl.sync.down.b32 %r2, %r1, 1, 31, -1; // HERE
PAST:
-  shfl.sync.down.b32 %r3, %r1, 1, 31, 0xffffffff;
  bar.warp.sync -1;
)",
     "", 32},
    {"ShuffleOutsideItsMask", "not in the mask 0xffff", R"(
-  shfl.sync.bfly.b32 %r2, %r1, 1, 31, 0xffff; // HERE
+  shfl.sync.bfly.b32 %r2, %r1, 1, 31, 0xffffffff;
)",
     "", 32},
    {"ShuffleFromAnExitedLane", "which does not take part", R"(
  setp.ge.u32 %p1, %r1, 31;
  @%p1 exit;
-  shfl.sync.down.b32 %r2, %r1, 1, 31, -1; // HERE
+  shfl.sync.up.b32 %r2, %r1, 1, 0, 0x7fffffff;
)",
     "", 32},
    {"MmaWithoutALane", "lane 7 is not there", R"(
  mov.b32 %r2, 0; mov.f32 %f1, 0f00000000; setp.eq.u32 %p1, %r1, 7;
-  @%p1 exit;
  mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%f5,%f6,%f7,%f8}, {%r2,%r2,%r2,%r2}, {%r2,%r2}, {%f1,%f1,%f1,%f1}; // HERE
)",
     "", 32},
    {"UniformBranchThatIsNot", "a uniform branch that not all lanes take", R"(
-  setp.lt.u32 %p1, %r1, 7;
+  setp.lt.u32 %p1, %r1, 70;
  @%p1 bra.uni DONE; // HERE
DONE:
  ret;
)",
     "", 32},
    {"EndlessLoop", "the limit of 100000 instructions", R"(
  mov.u32 %r2, 0;
-  mov.u32 %r3, 0;
+  mov.u32 %r3, 10;
AGAIN: add.u32 %r2, %r2, 1; setp.ne.u32 %p1, %r2, %r3; @%p1 bra AGAIN; // HERE
)",
     "", 32},
};

class PlantedSync : public PlantedTest {};
TEST_P(PlantedSync, IsFound) { checkPlanted(GetParam(), "synccheck"); }
INSTANTIATE_TEST_SUITE_P(All, PlantedSync, testing::ValuesIn(synchronization),
                         plantedName);
