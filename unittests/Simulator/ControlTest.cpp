//===- ControlTest.cpp - Divergence, barriers and warp-wide exchange ------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Lanes that part, meet again, wait for each other, or wait for ever.
//
//===----------------------------------------------------------------------===//

#include "SimTest.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace ts::sim;

static Words threads(size_t count) {
  Words words(count);
  for (size_t i = 0; i < count; ++i)
    words[i] = i;
  return words;
}

/// Runs a body that must end with one finding.
static Finding findingOf(const std::string &body, uint32_t count,
                         uint64_t limit = uint64_t(1) << 34) {
  Bench bench(kernel(body));
  bench.parameter(bench.allocate(count * 8));
  bench.parameter(bench.upload(threads(count)));
  bench.config.block = {count, 1, 1};
  bench.config.maxInstructionsPerWarp = limit;
  return bench.finding();
}

TEST(Divergence, LoopsOfDifferentLengthsMeetAgain) {
  // Thread i adds i, i-1, ..., 1, and counts lanes where all meet.
  Words out = runBody(R"(
  mov.u32 %r2, %r1; mov.u32 %r3, 0;
LOOP:
  setp.eq.u32 %p1, %r2, 0;
  @%p1 bra DONE;
  add.u32 %r3, %r3, %r2;
  sub.u32 %r2, %r2, 1;
  bra.uni LOOP;
DONE:
  activemask.b32 %r4;
  mov.b64 %rd6, {%r3, %r4};
  st.global.u64 [%rd3], %rd6;
)",
                      threads(32));
  for (uint64_t i = 0; i < 32; ++i)
    EXPECT_EQ(out[i], 0xffffffff00000000 | (i * (i + 1) / 2)) << i;
}

TEST(Divergence, NestedBranchesAndEarlyExit) {
  Words out = runBody(R"(
  and.b32 %r2, %r1, 1; setp.eq.u32 %p1, %r2, 1;
  setp.lt.u32 %p2, %r1, 8; setp.ge.u32 %p3, %r1, 24;
  mov.u32 %r3, 100;
  @%p3 ret;
  @!%p1 bra EVEN;
  @%p2 bra SMALL_ODD;
  mov.u32 %r3, 1;
  bra JOIN;
SMALL_ODD:
  mov.u32 %r3, 2;
  bra JOIN;
EVEN:
  @%p2 add.u32 %r3, %r3, 3;
JOIN:
  cvt.u64.u32 %rd6, %r3; st.global.u64 [%rd3], %rd6;
)",
                      threads(32));
  for (uint64_t i = 0; i < 32; ++i)
    EXPECT_EQ(out[i], i >= 24 ? 0
                      : i % 2 ? (i < 8 ? 2u : 1u)
                      : i < 8 ? 103u
                              : 100u)
        << i;
}

TEST(Divergence, ALaneMayWaitForAnother) {
  // Lane 5 raises the flag at a higher position than the others spin at.
  Words out = runBody(R"(
  setp.eq.u32 %p1, %r1, 5;
  @%p1 bra RAISE;
SPIN:
  ld.volatile.global.u64 %rd6, [%rd2];
  setp.eq.u64 %p2, %rd6, 0;
  @%p2 bra SPIN;
  bra.uni END;
RAISE:
  mov.u64 %rd7, 77;
  st.volatile.global.u64 [%rd2], %rd7;
END:
  ld.volatile.global.u64 %rd8, [%rd2];
  st.global.u64 [%rd3], %rd8;
)",
                      Words(64, 0));
  EXPECT_EQ(out, Words(64, 77));
}

TEST(Divergence, LockHeldByALaneOfTheSameWarp) {
  Words out = runBody(R"(
TRY:
  atom.global.cas.b32 %r2, [%rd2], 0, 1;
  setp.ne.u32 %p1, %r2, 0;
  @%p1 bra TRY;
  ld.global.u32 %r3, [%rd2+4]; add.u32 %r3, %r3, 1;
  st.global.u32 [%rd2+4], %r3;
  membar.gl;
  atom.global.exch.b32 %r4, [%rd2], 0;
  cvt.u64.u32 %rd6, %r3; st.global.u64 [%rd3], %rd6;
)",
                      Words(48, 0));
  llvm::sort(out);
  for (uint64_t i = 0; i < 48; ++i)
    EXPECT_EQ(out[i], i + 1);
}

TEST(Barrier, SharedMemoryBetweenWarps) {
  Words out = runBody(R"(
  mov.u32 %r2, tile; shl.b32 %r3, %r1, 2; add.u32 %r4, %r2, %r3;
  mul.lo.u32 %r5, %r1, 10; st.shared.u32 [%r4], %r5;
  bar.sync 0;
  mov.u32 %r6, 127; sub.u32 %r6, %r6, %r1; shl.b32 %r6, %r6, 2;
  add.u32 %r6, %r6, %r2; ld.shared.u32 %r7, [%r6];
  cvt.u64.u32 %rd6, %r7; st.global.u64 [%rd3], %rd6;
)",
                      threads(128), ".shared .align 4 .b8 tile[512];\n");
  for (uint64_t i = 0; i < 128; ++i)
    EXPECT_EQ(out[i], (127 - i) * 10) << i;
}

TEST(Barrier, CountsNamedBarriersAndExits) {
  // Warp 0 leaves; warp 1 arrives, warp 2 waits at barrier 3 for both; then
  // all that are left meet at barrier 0.
  Words out = runBody(R"(
  shr.u32 %r2, %r1, 5; setp.eq.u32 %p1, %r2, 0; setp.eq.u32 %p2, %r2, 1;
  @%p1 exit;
  mov.u32 %r5, word;
  @%p2 bra FIRST;
  bar.sync 3, 64;
  ld.shared.u32 %r4, [%r5];
  bra.uni ALL;
FIRST:
  mov.u32 %r4, 1234; st.shared.u32 [%r5], %r4;
  bar.arrive 3, 64;
ALL:
  barrier.sync.aligned 0;
  cvt.u64.u32 %rd6, %r4; st.global.u64 [%rd3], %rd6;
)",
                      threads(96), ".shared .align 4 .b32 word;\n");
  for (uint64_t i = 0; i < 96; ++i)
    EXPECT_EQ(out[i], i < 32 ? 0 : 1234) << i;
}

TEST(Barrier, LanesMayArriveAtDifferentOnesUnlessAligned) {
  std::string body = R"(
  setp.lt.u32 %p1, %r1, 7;
  @%p1 bra LOW;
  BARRIER 1;
  bra.uni END;
LOW:
  BARRIER 1;
END:
  st.global.u64 [%rd3], %rd5;
)";
  auto with = [&](StringRef barrier) {
    std::string text = body;
    for (size_t at; (at = text.find("BARRIER")) != std::string::npos;)
      text.replace(at, 7, barrier.str());
    return text;
  };
  EXPECT_EQ(runBody(with("barrier.sync"), threads(32))[31], 248u);
  Finding found = findingOf(with("bar.sync"), 32);
  EXPECT_EQ(found.kind, Finding::Kind::Divergence);
  EXPECT_EQ(found.line, bodyLine + 3);
  EXPECT_EQ(found.text, "bar.sync 1;");
  EXPECT_EQ(found.thread, (std::array<uint32_t, 3>{7, 0, 0}));
  EXPECT_SAYS(found.message, "only 25 lanes of the warp came here");
}

TEST(WarpBarrier, LanesMayExitBetweenTwoArrivals) {
  std::vector<uint64_t> out = runBody(R"(
  setp.ge.u32 %p1, %r1, 8; mov.u64 %rd6, 1; st.global.u64 [%rd3], %rd6;
  @%p1 bra OTHERS;
  bar.warp.sync -1;
  mov.u64 %rd6, 2; st.global.u64 [%rd3], %rd6; ret;
OTHERS:
  setp.lt.u32 %p2, %r1, 16;
  @%p2 exit;
  bar.warp.sync -1;
  mov.u64 %rd6, 3; st.global.u64 [%rd3], %rd6;
)",
                                      threads(32));
  for (uint64_t i = 0; i < 32; ++i)
    EXPECT_EQ(out[i], i < 8 ? 2 : i < 16 ? 1 : 3) << i;
}

TEST(Shuffle, LanesTogetherMayHaveDifferentMasks) {
  std::vector<uint64_t> out = runBody(R"(
  setp.lt.u32 %p1, %r1, 8; selp.b32 %r2, 0xff, 0xffffff00, %p1;
  shfl.sync.bfly.b32 %r3, %r1, 7, 31, %r2;
  vote.sync.ballot.b32 %r4, %p1, %r2;
  redux.sync.add.u32 %r5, %r1, %r2;
  match.any.sync.b32 %r6, %r4, %r2;
  bar.warp.sync %r2;
  add.u32 %r3, %r3, %r4; add.u32 %r3, %r3, %r5; xor.b32 %r6, %r6, %r2;
  add.u32 %r3, %r3, %r6; cvt.u64.u32 %rd6, %r3; st.global.u64 [%rd3], %rd6;
)",
                                      threads(32));
  for (uint64_t i = 0; i < 32; ++i)
    EXPECT_EQ(out[i], (i ^ 7) + (i < 8 ? 255 + 28 : 496 - 28)) << i;
}

TEST(Shuffle, LanesThatDisagreeOnTheMaskAreFound) {
  Finding found = findingOf(R"(
  setp.eq.u32 %p1, %r1, 3; selp.b32 %r2, 0xff, -1, %p1;
  shfl.sync.bfly.b32 %r3, %r1, 1, 31, %r2;
)",
                            32);
  EXPECT_EQ(found.kind, Finding::Kind::Divergence);
  EXPECT_SAYS(found.message, "lanes of the warp came here");
}

TEST(Barrier, DeadlockNamesTheWaitingThread) {
  Finding found = findingOf(R"(
  setp.lt.u32 %p1, %r1, 32;
  @%p1 bra FIRST;
  bar.sync 2;
FIRST:
  bar.sync 1;
)",
                            64);
  EXPECT_EQ(found.kind, Finding::Kind::Deadlock);
  EXPECT_EQ(found.line, bodyLine + 5);
  EXPECT_EQ(found.message, "only 32 of 64 threads came to barrier 1");
}

TEST(Barrier, EndlessLoopsHitTheLimit) {
  Finding found = findingOf("\nL:\n  add.u32 %r1, %r1, 1;\n  bra L;", 1, 1001);
  EXPECT_EQ(found.kind, Finding::Kind::Deadlock);
  EXPECT_SAYS(found.message, "limit of 1001 instructions");
}

TEST(Barrier, OfTheWarpMeetsAcrossPaths) {
  Words out = runBody(R"(
  setp.lt.u32 %p1, %r1, 16; mov.u32 %r2, word;
  @%p1 bra LOW;
  mov.u32 %r3, 9; st.shared.u32 [%r2], %r3;
  bar.warp.sync 0xffffffff;
  bra.uni END;
LOW:
  bar.warp.sync -1;
END:
  ld.shared.u32 %r4, [%r2]; cvt.u64.u32 %rd6, %r4; st.global.u64 [%rd3], %rd6;
)",
                      threads(32), ".shared .align 4 .b32 word;\n");
  EXPECT_EQ(out, Words(32, 9));
  Finding found = findingOf("\n bar.warp.sync 0x0000ffff;", 32);
  EXPECT_EQ(found.kind, Finding::Kind::Divergence);
  EXPECT_EQ(found.thread[0], 16u);
  EXPECT_EQ(found.message, "this lane is not in the mask 0xffff");
}

TEST(Control, TrapAndUniformBranch) {
  Finding found = findingOf("\n setp.eq.u32 %p1, %r1, 3; @%p1 trap;", 32);
  EXPECT_EQ(found.kind, Finding::Kind::Trap);
  EXPECT_EQ(found.thread[0], 3u);
  found = findingOf("\n setp.ge.u32 %p1, %r1, 3; @%p1 bra.uni L;\nL:", 32);
  EXPECT_EQ(found.kind, Finding::Kind::Divergence);
  EXPECT_EQ(found.thread[0], 0u);
}

//===----------------------------------------------------------------------===//
// Shuffles and votes
//===----------------------------------------------------------------------===//

static Words shuffled(const std::string &instruction, size_t count = 32) {
  return runBody("mul.lo.u32 %r2, %r1, 3;\n" + instruction + R"(
  selp.u32 %r5, 1, 0, %p1; mov.b64 %rd6, {%r4, %r5};
  st.global.u64 [%rd3], %rd6;
)",
                 threads(count));
}

TEST(Shuffle, EveryMode) {
  Words down = shuffled("shfl.sync.down.b32 %r4|%p1, %r2, 4, 31, -1;");
  Words up = shuffled("shfl.sync.up.b32 %r4|%p1, %r2, 4, 0, -1;");
  Words cross = shuffled("shfl.sync.bfly.b32 %r4|%p1, %r2, 5, 31, -1;");
  // Segments of 8 lanes: lane 3 of each.
  Words index = shuffled("shfl.sync.idx.b32 %r4|%p1, %r2, 3, 0x181f, -1;");
  for (uint64_t i = 0; i < 32; ++i) {
    uint64_t valid = uint64_t(1) << 32;
    EXPECT_EQ(down[i], i + 4 < 32 ? valid | (i + 4) * 3 : i * 3) << i;
    EXPECT_EQ(up[i], i >= 4 ? valid | (i - 4) * 3 : i * 3) << i;
    EXPECT_EQ(cross[i], valid | (i ^ 5) * 3) << i;
    EXPECT_EQ(index[i], valid | ((i & ~7ull) + 3) * 3) << i;
  }
}

TEST(Shuffle, FromALaneThatIsNotThere) {
  Finding found = findingOf(R"(
  setp.lt.u32 %p1, %r1, 4; @%p1 shfl.sync.down.b32 %r4, %r1, 2, 31, 0xf;
)",
                            32);
  EXPECT_EQ(found.kind, Finding::Kind::Divergence);
  EXPECT_EQ(found.thread[0], 2u);
  EXPECT_SAYS(found.message, "from lane 4, which does not take part");
}

TEST(Vote, EveryKind) {
  auto vote = [](const std::string &text) {
    return runBody("setp.lt.u32 %p1, %r1, 5; setp.lt.u32 %p2, %r1, 99;\n" +
                       text + " st.global.u64 [%rd3], %rd6;",
                   threads(32))[17];
  };
  EXPECT_EQ(vote("vote.sync.ballot.b32 %r2, %p1, -1; cvt.u64.u32 %rd6, %r2;"),
            0x1fu);
  EXPECT_EQ(vote("vote.sync.ballot.b32 %r2, !%p1, -1; cvt.u64.u32 %rd6, %r2;"),
            0xffffffe0u);
  auto bit = [&](const std::string &kind, const std::string &p) {
    return vote("vote.sync." + kind + ".pred %p3, " + p +
                ", -1; selp.u64 %rd6, 1, 0, %p3;");
  };
  EXPECT_EQ(bit("all", "%p1"), 0u);
  EXPECT_EQ(bit("all", "%p2"), 1u);
  EXPECT_EQ(bit("any", "%p1"), 1u);
  EXPECT_EQ(bit("any", "!%p2"), 0u);
  EXPECT_EQ(bit("uni", "%p1"), 0u);
  EXPECT_EQ(bit("uni", "!%p2"), 1u);
}

TEST(Special, LanesAndShapes) {
  Bench bench(kernel(R"(
  mov.u32 %r2, %tid.y; mov.u32 %r3, %ntid.x; mov.u32 %r4, %laneid;
  mov.u32 %r5, %warpid; mov.u32 %r6, %ctaid.y; mov.u32 %r7, %nctaid.y;
  mad.lo.u32 %r8, %r2, %r3, %r1; mul.wide.u32 %rd6, %r8, 4;
  mul.wide.u32 %rd7, %r6, 192; add.s64 %rd6, %rd6, %rd7;
  add.s64 %rd6, %rd6, %rd1; mad.lo.u32 %r9, %r5, 100, %r4;
  mad.lo.u32 %r9, %r6, 1000, %r9; mad.lo.u32 %r9, %r7, 10000, %r9;
  mov.u32 %r10, %lanemask_lt; popc.b32 %r10, %r10; sub.u32 %r10, %r10, %r4;
  add.u32 %r9, %r9, %r10; st.global.u32 [%rd6], %r9;
)"));
  uint64_t out = bench.allocate(2 * 48 * 4);
  bench.parameter(out);
  bench.parameter(out);
  bench.config.block = {12, 4, 1};
  bench.config.grid = {1, 2, 1};
  bench.clean();
  auto got = bench.download<uint32_t>(out, 96);
  for (uint32_t i = 0; i < 96; ++i)
    EXPECT_EQ(got[i], 20000 + i / 48 * 1000 + i % 48 / 32 * 100 + i % 48 % 32)
        << i;
}

// Sums of floats depend on the order of the terms.
TEST(Atomics, SameOrderOnAnyNumberOfThreads) {
  std::vector<uint32_t> results;
  for (unsigned threads : {1u, 2u, 5u}) {
    Bench bench(
        kernel("mov.u32 %r2, %ctaid.x; mad.lo.u32 %r3, %r2, 77, %r1;\n"
               "cvt.rn.f32.u32 %f1, %r3; mul.f32 %f1, %f1, 0f3DCCCCCD;\n"
               "red.global.add.f32 [%rd2], %f1;\n"
               "atom.global.inc.u32 %r4, [%rd2+4], 99;"));
    uint64_t sum = bench.upload<uint32_t>({0, 0});
    bench.parameter(sum);
    bench.parameter(sum);
    bench.config.grid = {200, 1, 1};
    bench.config.block = {64, 1, 1};
    bench.config.threads = threads;
    bench.clean();
    results.push_back(bench.download<uint32_t>(sum, 1)[0]);
  }
  EXPECT_EQ(results, std::vector<uint32_t>(3, results[0]));
  float inOrder = 0;
  for (uint32_t block = 0; block < 200; ++block)
    for (uint32_t thread = 0; thread < 64; ++thread)
      inOrder += float(block * 77 + thread) * 0.1f;
  EXPECT_EQ(results[0], bits(inOrder));
}
