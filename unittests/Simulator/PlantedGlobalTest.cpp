//===- PlantedGlobalTest.cpp - Planted bugs: races in global memory -----===//
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
    {"CounterZeroedByOneBlock", "write-after-write hazard: two blocks", R"(
  mov.u32 %r2, %ctaid.x; or.b32 %r2, %r2, %r1; setp.eq.u32 %p1, %r2, 0;
-  @%p1 st.global.u32 [%rd2], 0; // BEFORE
  atom.global.add.u32 %r3, [%rd2], 1; // HERE
)",
     "", 1, 2},
    {"LastBlockReadsVolatiles", "read-after-write hazard: two blocks", R"(
  mov.u32 %r2, %ctaid.x; setp.ne.u32 %p1, %r1, 0;
  @%p1 exit;
  mul.wide.u32 %rd6, %r2, 8; add.s64 %rd7, %rd1, %rd6;
  st.global.u64 [%rd7], %rd6; // BEFORE
-  membar.cta;
+  membar.gl;
  atom.global.add.u32 %r3, [%rd2], 1;
  setp.ne.u32 %p2, %r3, 1;
  @%p2 exit;
  ld.volatile.global.u64 %rd8, [%rd1]; // HERE
)",
     "", 32, 2},
    {"FenceBeforeTheStore", "read-after-write hazard: two blocks", R"(
  mov.u32 %r2, %ctaid.x; setp.ne.u32 %p1, %r2, 0;
  @%p1 bra WAIT;
-  fence.acq_rel.gpu;
  st.global.u64 [%rd3], %rd5; // BEFORE
+  fence.acq_rel.gpu;
  st.volatile.global.u32 [%rd2], 1;
  ret;
WAIT:
  ld.volatile.global.u32 %r3, [%rd2]; setp.eq.u32 %p2, %r3, 0;
  @%p2 bra WAIT;
  fence.acq_rel.gpu;
  ld.global.u64 %rd8, [%rd3]; // HERE
)",
     "", 1, 2},
    {"FlagIsNoRelease", "read-after-write hazard: two blocks", R"(
  mov.u32 %r2, %ctaid.x; setp.ne.u32 %p1, %r2, 0;
  @%p1 bra WAIT;
  st.global.u64 [%rd3], %rd5; // BEFORE
-  st.relaxed.gpu.global.u32 [%rd2], 1;
+  st.release.gpu.global.u32 [%rd2], 1;
  ret;
WAIT:
  ld.acquire.gpu.global.u32 %r3, [%rd2]; setp.eq.u32 %p2, %r3, 0;
  @%p2 bra WAIT;
  ld.global.u64 %rd8, [%rd3]; // HERE
)",
     "", 1, 2},
};

class PlantedGlobal : public PlantedTest {};
TEST_P(PlantedGlobal, IsFound) { checkPlanted(GetParam(), "racecheck"); }
INSTANTIATE_TEST_SUITE_P(All, PlantedGlobal, testing::ValuesIn(inGlobal),
                         plantedName);
