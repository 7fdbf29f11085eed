//===- AccessTest.cpp - Loads, stores, atomics and what is wrong with them===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Every kind of finding, at the right line, thread and address.
//
//===----------------------------------------------------------------------===//

#include "AccessTest.h"

using namespace llvm;
using namespace ts::sim;

TEST_F(AccessTest, VectorsAndNarrowElements) {
  make(R"(
  ld.global.v2.u64 {%rd6, %rd7}, [%rd2+16];
  st.global.v2.b64 [%rd1], {%rd7, %rd6};
  ld.global.v4.b32 {%r2, %r3, %r4, %r5}, [%rd2+32];
  st.global.cs.v4.b32 [%rd1+16], {%r4, %r3, %r2, 7};
  mov.u32 %r6, 0x8182; st.global.u8 [%rd1+32], %r6;
  st.global.u16 [%rd1+34], %r6;
  ld.global.s8 %r7, [%rd1+32]; ld.global.s16 %rd8, [%rd1+34];
  ld.global.u8 %h1, [%rd1+32]; cvt.u32.u16 %r8, %h1;
  st.global.u32 [%rd1+36], %r7; st.global.u64 [%rd1+40], %rd8;
  st.global.u32 [%rd1+48], %r8;
)");
  bench->clean();
  auto got = bench->download<uint32_t>(out, 13);
  EXPECT_EQ(got,
            (std::vector<uint32_t>{103, 0, 102, 0, 105, 0, 104, 7, 0x81820082,
                                   0xffffff82, 0xffff8182, 0xffffffff, 0x82}));
}

TEST_F(AccessTest, CountersAndKernelWrites) {
  make("setp.lt.u32 %p1, %r1, 4; @%p1 ld.global.u64 %rd6, [%rd4];\n"
       "@%p1 st.global.u32 [%rd3], %r1;\n"
       "fma.rn.f32 %f1, 0f3F800000, 0f3F800000, 0f00000000;");
  LaunchResult result = bench->clean();
  EXPECT_EQ(result.counters.globalBytesRead, 32u);
  EXPECT_EQ(result.counters.globalBytesWritten, 16u);
  EXPECT_EQ(result.counters.fmas, 32u);
  EXPECT_EQ(result.counters.warpInstructions, 11u);
  EXPECT_EQ(result.counters.threadInstructions, 9u * 32 + 8);
  std::vector<uint8_t> wrote(12);
  EXPECT_EQ(textOf(bench->memory.kernelWrites(out + 20, wrote)), "");
  EXPECT_EQ(wrote, (std::vector<uint8_t>{0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0}));
  bench->memory.clearKernelWrites();
  EXPECT_EQ(textOf(bench->memory.kernelWrites(out + 20, wrote)), "");
  EXPECT_EQ(wrote, std::vector<uint8_t>(12));
}

TEST_F(AccessTest, OutOfBounds) {
  Finding found = find("  st.global.u64 [%rd3+272], %rd5;");
  EXPECT_EQ(found.kind, Kind::OutOfBounds);
  EXPECT_EQ(found.kernel, "f");
  EXPECT_EQ(found.line, bodyLine + 1);
  EXPECT_EQ(found.text, "st.global.u64 [%rd3+272], %rd5;");
  EXPECT_EQ(found.thread[0], 30u);
  EXPECT_EQ(found.address, out + 512);
  EXPECT_SAYS(toString(found),
              "kernel 'f', line 13 (st.global.u64 [%rd3+272], %rd5;), block "
              "(0,0,0), thread (30,0,0): out-of-bounds write of 8 bytes, 512 "
              "bytes into an allocation of 512 bytes, at 0x7000");
  found = find("  mov.u64 %rd6, 64; ld.u32 %r2, [%rd6];");
  EXPECT_EQ(found.address, 64u);
  EXPECT_EQ(found.message, "out-of-bounds read of 4 bytes in no allocation");
  // The last word is there, but not all of its vector.
  found = find("  ld.global.v2.u32 {%r2, %r3}, [%rd2+508];");
  EXPECT_EQ(found.kind, Kind::OutOfBounds);
}

TEST_F(AccessTest, MisalignedByTheWholeVector) {
  Finding found = find("  st.global.u32 [%rd1+6], %r1;");
  EXPECT_EQ(found.kind, Kind::Misaligned);
  EXPECT_EQ(found.address, out + 6);
  EXPECT_EQ(found.message, "misaligned write of 4 bytes");
  found = find("  ld.global.v4.u32 {%r2, %r3, %r4, %r5}, [%rd2+8];");
  EXPECT_EQ(found.kind, Kind::Misaligned);
  EXPECT_EQ(found.address, in + 8);
}

TEST_F(AccessTest, FilledMemoryIsWritten) {
  make("  ld.global.u64 %rd6, [%rd3]; st.global.u64 [%rd4], %rd6;");
  EXPECT_EQ(textOf(bench->memory.fill(out, {1, 2, 3, 4}, 128)), "");
  bench->clean();
  EXPECT_EQ(bench->download<uint64_t>(in, 32), Words(32, 0x0403020104030201));
}

TEST_F(AccessTest, UseAfterFree) {
  make("\n  ld.global.u64 %rd6, [%rd4];");
  EXPECT_EQ(textOf(bench->memory.free(in)), "");
  Finding found = bench->finding();
  EXPECT_EQ(found.kind, Kind::OutOfBounds);
  EXPECT_SAYS(found.message, "use after free: read of 8 bytes, 0 bytes into a "
                             "freed allocation of 512 bytes");
}

TEST_F(AccessTest, SharedVariablesAreKeptApart) {
  std::string two = ".shared .align 16 .b8 first;\n.shared .b32 second[4];\n";
  Finding found =
      find("  mov.u32 %r2, first; st.shared.u32 [%r2+131072], %r1;", two);
  EXPECT_EQ(found.kind, Kind::OutOfBounds);
  EXPECT_SAYS(found.message, "out-of-bounds write of 4 bytes of shared memory, "
                             "131072 bytes into 'first' of 1 bytes");
  found = find("  mov.u64 %rd6, second; st.shared.u32 [%rd6+16], %r1;", two);
  EXPECT_SAYS(found.message, "16 bytes into 'second' of 16 bytes");
  found = find("  mov.u64 %rd6, second; st.shared.u32 [%rd6-4], %r1;", two);
  EXPECT_EQ(found.kind, Kind::OutOfBounds);
}

TEST_F(AccessTest, DynamicSharedMemory) {
  std::string outside = ".extern .shared .align 16 .b8 dynamic[];\n"
                        ".shared .b8 fixed[20];\n";
  std::string body = R"(
  mov.u64 %rd6, dynamic; add.s64 %rd6, %rd6, %rd5;
  st.shared.u64 [%rd6], %rd5; ld.shared.u64 %rd7, [%rd6];
  mov.u64 %rd8, fixed; st.shared.u8 [%rd8+19], %r1;
  mov.u32 %r2, %dynamic_smem_size; cvt.u64.u32 %rd9, %r2;
  add.s64 %rd9, %rd9, %rd7; st.global.u64 [%rd3], %rd9;
)";
  make(body, outside);
  bench->config.dynamicSharedBytes = 256;
  bench->clean();
  EXPECT_EQ(bench->download<uint64_t>(out, 32)[31], 256u + 248);
  bench->config.dynamicSharedBytes = 248;
  Finding found = bench->finding();
  EXPECT_EQ(found.thread[0], 31u);
  EXPECT_SAYS(found.message, "248 bytes into 'dynamic' of 248 bytes");
  bench->config.dynamicSharedBytes = 1000;
  bench->config.sharedLimit = 1019;
  EXPECT_SAYS(
      textOf(
          bench->module->launch("f", bench->memory, bench->config).takeError()),
      "1020 bytes of shared memory (20 static, 1000 dynamic) are over "
      "the limit of 1019");
}

TEST_F(AccessTest, GenericAddressesAndModuleVariables) {
  make(R"(
  .local .align 8 .b8 own[16];
  mov.u64 %rd6, own; cvta.local.u64 %rd6, %rd6; st.u64 [%rd6+8], %rd5;
  mov.u64 %rd7, word; cvta.shared.u64 %rd7, %rd7; st.u32 [%rd7], 11;
  mov.u64 %rd8, table; cvta.global.u64 %rd8, %rd8; ld.u16 %r2, [%rd8+2];
  ld.global.u16 %r6, [table+4];
  ld.const.f32 %f1, [scale]; cvt.rzi.u32.f32 %r3, %f1; ld.u32 %r4, [%rd7];
  ld.u64 %rd9, [%rd6+8]; add.u32 %r5, %r2, %r3; add.u32 %r5, %r5, %r4;
  add.u32 %r5, %r5, %r6;
  cvt.u64.u32 %rd10, %r5; add.s64 %rd10, %rd10, %rd9; st.u64 [%rd3], %rd10;
)",
       ".shared .b32 word;\n.global .align 4 .u16 table[3] = {1, 2000, 70};\n"
       ".const .f32 scale = 0f43480000;\n");
  bench->clean();
  auto got = bench->download<uint64_t>(out, 32);
  for (uint64_t i = 0; i < 32; ++i)
    EXPECT_EQ(got[i], 2000 + 200 + 11 + 70 + i * 8);
}

TEST_F(AccessTest, AddressesAsInitialValues) {
  make(R"(
  ld.global.u64 %rd6, [pointers+16]; ld.u32 %r2, [%rd6];
  ld.global.u64 %rd7, [pointers]; ld.global.u32 %r3, [%rd7];
  ld.global.u64 %rd8, [pointers+8]; ld.u64 %rd9, [%rd8+8];
  add.u32 %r2, %r2, %r3; cvt.u64.u32 %rd10, %r2; add.u64 %rd10, %rd10, %rd9;
  st.u64 [%rd3], %rd10;
)",
       ".global .u32 table[3] = {1, 20, 300};\n"
       ".global .u64 one[2] = {0, 4000};\n"
       ".global .u64 pointers[3] = {table, one, generic(table) + 8};\n");
  bench->clean();
  for (uint64_t value : bench->download<uint64_t>(out, 32))
    EXPECT_EQ(value, 4301u);
  EXPECT_SAYS(parseError(kernel("", ".global .u64 p = later;\n"
                                    ".global .u32 later;\n")),
              "unknown global variable 'later'");
  EXPECT_SAYS(parseError(kernel("", ".global .u32 x;\n.global .u32 p = x;\n")),
              "expected a number (addresses have 64 bits), found 'x'");
}

TEST_F(AccessTest, ConstantMemoryCannotBeWritten) {
  EXPECT_SAYS(
      parseError(kernel("  st.const.u32 [c], %r1;", ".const .u32 c = 1;\n")),
      "constant memory cannot be written");
}

TEST_F(AccessTest, BlocksGoOnAndRepeatsFold) {
  // Odd blocks fail; the even ones do their work.
  std::string body = R"(
  mov.u32 %r2, %ctaid.x; mul.wide.u32 %rd6, %r2, 256; add.s64 %rd6, %rd3, %rd6;
  and.b32 %r3, %r2, 1; setp.eq.u32 %p1, %r3, 1;
  @%p1 trap;
  st.global.u64 [%rd6], %rd5;
)";
  for (unsigned threads : {1u, 2u, 5u}) {
    make(body);
    bench->config.grid = {4, 1, 1};
    bench->config.threads = threads;
    LaunchResult result = bench->launch();
    ASSERT_EQ(result.findings.size(), 2u);
    EXPECT_EQ(result.findings[0].kind, Kind::Trap);
    EXPECT_EQ(result.findings[0].block[0], 1u);
    EXPECT_EQ(result.findings[0].repeats, 1u);
    EXPECT_EQ(result.findings[1].kind, Kind::OutOfBounds);
    EXPECT_EQ(result.findings[1].block[0], 2u);
    EXPECT_EQ(bench->download<uint64_t>(out, 32)[9], 72u);
    EXPECT_EQ(result.counters.threadInstructions, 4u * 32 * 11 + 5 * 32);
    EXPECT_SAYS(toString(result.findings[0]), "(and 1 more)");
  }
}

//===----------------------------------------------------------------------===//
// Atomics
//===----------------------------------------------------------------------===//

TEST_F(AccessTest, AtomicsAcrossBlocks) {
  make(R"(
  atom.global.add.u32 %r2, [%rd2], 3; red.global.max.s32 [%rd2+8], %r1;
  red.global.add.f32 [%rd2+16], 0f3F000000; atom.min.u64 %rd6, [%rd2+24], %rd5;
  atom.global.gpu.relaxed.add.f64 %d1, [%rd2+32], 0d3FF8000000000000;
  atom.global.exch.b32 %r3, [%rd2+40], 5; red.global.or.b32 [%rd2+48], %r1;
  atom.global.inc.u32 %r4, [%rd2+56], 6;
)");
  EXPECT_EQ(textOf(bench->memory.fill(in, {0}, 512)), "");
  EXPECT_EQ(textOf(bench->memory.fill(in + 24, {0xff}, 8)), "");
  bench->config.grid = {20, 1, 1};
  bench->config.threads = 3;
  bench->clean();
  auto got = bench->download<uint64_t>(in, 8);
  EXPECT_EQ(got,
            (Words{1920, 31, bits(320.f), 0, bits(960.0), 5, 31, 640 % 7}));
}

TEST_F(AccessTest, AtomicsOnSharedMemoryReturnTheOldValue) {
  make(R"(
  mov.u64 %rd6, word; setp.eq.u32 %p1, %r1, 0; @%p1 st.shared.u32 [%rd6], 7;
  bar.sync 0;
  atom.shared.add.u32 %r2, [%rd6], 2; cvt.u64.u32 %rd7, %r2;
  st.global.u64 [%rd3], %rd7;
)",
       ".shared .b32 word;\n");
  bench->clean();
  auto got = bench->download<uint64_t>(out, 32);
  for (uint64_t i = 0; i < 32; ++i)
    EXPECT_EQ(got[i], 7 + 2 * i);
}

//===----------------------------------------------------------------------===//
// Asynchronous copies
//===----------------------------------------------------------------------===//

static const char tile[] = ".shared .align 16 .b8 tile[1024];\n";
static const char address[] =
    "  mov.u64 %rd6, tile; shl.b64 %rd7, %rd5, 1; add.s64 %rd6, %rd6, %rd7;\n"
    "  and.b64 %rd8, %rd5, 0xff0; add.s64 %rd7, %rd2, %rd8;\n";

TEST_F(AccessTest, AsyncCopiesLandAtTheirWait) {
  // Two groups; after the first is waited for, the second is still poison.
  std::string copy = std::string(address) +
                     "  cp.async.cg.shared.global [%rd6], [%rd7], 16;\n"
                     "  cp.async.commit_group;\n"
                     "  cp.async.ca.shared.global [%rd6+512], [%rd4], 8;\n"
                     "  cp.async.commit_group;\n"
                     "  cp.async.wait_group 1;\n"
                     "  ld.shared.u64 %rd9, [%rd6+8];\n"
                     "  st.global.u64 [%rd3], %rd9;\n";
  make(copy, tile);
  bench->clean();
  auto got = bench->download<uint64_t>(out, 32);
  for (uint64_t i = 0; i < 32; ++i)
    EXPECT_EQ(got[i], 100 + (i | 1)) << i;
  Finding found = find(copy + "  ld.shared.u64 %rd9, [%rd6+512];", tile);
  EXPECT_EQ(found.kind, Kind::Uninitialized);
  EXPECT_EQ(found.text, "ld.shared.u64 %rd9, [%rd6+512];");
  make(copy + "  cp.async.wait_all; ld.shared.u64 %rd9, [%rd6+512];\n"
              "st.global.u64 [%rd3], %rd9;",
       tile);
  bench->clean();
  EXPECT_EQ(bench->download<uint64_t>(out, 32)[13], 113u);
}

TEST_F(AccessTest, AsyncCopyPoisonsWhatWasThere) {
  Finding found = find(std::string(address) +
                           "  st.shared.u64 [%rd6], %rd5;\n"
                           "  cp.async.ca.shared.global [%rd6], [%rd4], 8;\n"
                           "  cp.async.commit_group;\n"
                           "  ld.shared.u64 %rd9, [%rd6];",
                       tile);
  EXPECT_EQ(found.kind, Kind::Uninitialized);
  EXPECT_EQ(found.line, bodyLine + 7);
}

TEST_F(AccessTest, AsyncCopyFillsWithZeros) {
  // Size 0 reads nothing, not even through a bad address.
  make(std::string(address) +
           "  mov.u64 %rd10, 64; setp.gt.u32 %p1, %r1, 15;\n"
           "  selp.b64 %rd10, %rd10, %rd7, %p1; selp.b32 %r2, 0, 12, %p1;\n"
           "  cp.async.cg.shared.global [%rd6], [%rd10], 16, %r2;\n"
           "  cp.async.wait_all; ld.shared.v2.u64 {%rd11, %rd12}, [%rd6];\n"
           "  shl.b64 %rd12, %rd12, 32; add.s64 %rd11, %rd11, %rd12;\n"
           "  st.global.u64 [%rd3], %rd11;",
       tile);
  LaunchResult result = bench->clean();
  EXPECT_EQ(result.counters.globalBytesRead, 16u * 12);
  auto got = bench->download<uint64_t>(out, 32);
  for (uint64_t i = 0; i < 32; ++i)
    EXPECT_EQ(got[i],
              i > 15 ? 0 : 100 + (i & ~1ull) + ((101 + (i & ~1ull)) << 32))
        << i;
}

TEST_F(AccessTest, AsyncCopiesAreChecked) {
  auto copy = [&](const char *text) {
    return find(std::string(address) + text, tile);
  };
  EXPECT_EQ(copy("  cp.async.ca.shared.global [%rd6], [%rd7+4], 8;").kind,
            Kind::Misaligned);
  EXPECT_EQ(copy("  cp.async.ca.shared.global [%rd6+2], [%rd7], 4;").kind,
            Kind::Misaligned);
  EXPECT_EQ(copy("  cp.async.ca.shared.global [%rd6+1024], [%rd7], 4;").kind,
            Kind::OutOfBounds);
  EXPECT_EQ(copy("  cp.async.ca.shared.global [%rd6], [%rd7+512], 4;").kind,
            Kind::OutOfBounds);
  EXPECT_EQ(copy("  cp.async.ca.shared.global [%rd6], [%rd3], 4;").kind,
            Kind::Uninitialized);
}

// Without atomic operations, too, blocks hand over to those behind them.
TEST_F(AccessTest, BlocksThatWaitForTheOnesBefore) {
  uint64_t instructions = 0;
  for (unsigned threads : {1u, 4u}) {
    make(R"(
  mov.u32 %r2, %ctaid.x; add.u32 %r2, %r2, 100; add.u32 %r4, %r2, 1;
WAIT:
  ld.acquire.gpu.global.u32 %r3, [%rd2];
  setp.ne.u32 %p1, %r3, %r2;
  @%p1 bra WAIT;
  ld.global.u64 %rd6, [%rd4+8]; mul.lo.u64 %rd6, %rd6, 3; add.u64 %rd6, %rd6, 1;
  st.global.u64 [%rd4+8], %rd6;
  bar.sync 0;
  setp.eq.u32 %p2, %r1, 0;
  @%p2 st.release.gpu.global.u32 [%rd2], %r4;)");
    bench->config.checks.race = true;
    bench->config.grid = {6, 1, 1};
    bench->config.threads = threads;
    LaunchResult result = bench->clean();
    if (!instructions)
      instructions = result.counters.warpInstructions;
    EXPECT_EQ(result.counters.warpInstructions, instructions);
    uint64_t expected = 101;
    for (int block = 0; block < 6; ++block)
      expected = expected * 3 + 1;
    EXPECT_EQ(bench->download<uint64_t>(in, 2)[1], expected);
  }
}
