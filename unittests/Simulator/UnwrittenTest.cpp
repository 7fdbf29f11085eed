//===- UnwrittenTest.cpp - Reading what nothing wrote ---------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// What initcheck finds, and what it leaves to those who use a value.
//
//===----------------------------------------------------------------------===//

#include "AccessTest.h"

using namespace llvm;
using namespace ts::sim;

using UnwrittenTest = AccessTest;

TEST_F(UnwrittenTest, NeverWritten) {
  Finding found = find("  ld.global.u32 %r2, [%rd1+8];");
  EXPECT_EQ(found.kind, Kind::Uninitialized);
  EXPECT_EQ(found.address, out + 8);
  EXPECT_EQ(found.message, "read of 4 bytes of never-written global memory");
  // One byte of four is missing.
  found = find("  st.global.u16 [%rd1], %h1;");
  EXPECT_EQ(found.message, "read of register %h1, which was never written");
  EXPECT_EQ(found.address, 0u);
  found = find("  st.global.u8 [%rd1], %r1; st.global.u16 [%rd1+2], %r1;\n"
               "  ld.global.u32 %r2, [%rd1];");
  EXPECT_EQ(found.line, bodyLine + 2);
  found = find("  setp.gt.u32 %p1, %r1, 9; @%p1 mov.u32 %r2, 1;\n"
               "  add.u32 %r3, %r2, 1;");
  EXPECT_EQ(found.thread[0], 0u);
  EXPECT_EQ(found.line, bodyLine + 2);
  found = find("  @%p7 mov.u32 %r2, 1;");
  EXPECT_EQ(found.message, "read of predicate %p7, which was never written");
  found = find("  mov.u32 %r2, word; ld.shared.u32 %r3, [%r2];",
               ".shared .b32 word;\n");
  EXPECT_EQ(found.message, "read of 4 bytes of never-written shared memory");
}

// Local memory is a thread's own, and compilers copy what nobody set: that is
// found where it is loaded once something uses it.
TEST_F(UnwrittenTest, NeverWrittenLocalMemory) {
  std::string own = "  .local .align 8 .b8 own[16]; mov.u64 %rd6, own;\n"
                    "  cvta.local.u64 %rd8, %rd6; mov.u64 %rd9, 7;\n";
  Finding found = find(own + "  ld.local.u32 %r3, [%rd6+4];\n"
                             "  mov.b32 %r4, %r3;\n  add.u32 %r5, %r4, 1;");
  EXPECT_EQ(found.kind, Kind::Uninitialized);
  EXPECT_EQ(found.line, bodyLine + 3);
  EXPECT_EQ(found.address & 0xfffff, 4u);
  EXPECT_EQ(found.message, "read of 4 bytes of never-written local memory, "
                           "used in line " +
                               std::to_string(bodyLine + 5) + ",");
  // Nor may it leave the thread, by whatever address.
  for (const char *store : {"st.global.u32 [%rd1], %r3;", "st.u32 [%rd1], %r3;",
                            "red.global.add.u32 [%rd1], %r3;"})
    EXPECT_EQ(find(own + "  ld.u32 %r3, [%rd8];\n  " + store).line,
              bodyLine + 3)
        << store;
  // A copy of it is as empty, also over what was there.
  found = find(own + "  st.u32 [%rd8+8], 7; ld.u32 %r3, [%rd8];\n"
                     "  st.u32 [%rd8+8], %r3; ld.local.u32 %r4, [%rd6+8];\n"
                     "  add.u32 %r5, %r4, 1;");
  EXPECT_EQ(found.line, bodyLine + 4);
  make(own + R"(
  ld.u8 %h1, [%rd8]; st.u8 [%rd8+1], %h1; ld.local.v2.u32 {%r3, %r4}, [%rd6+8];
  st.local.v2.u32 [%rd6], {%r4, %r3}; ld.local.u64 %rd7, [%rd6];
  mov.u64 %rd7, %rd9; st.u64 [%rd8], %rd7; ld.local.u64 %rd7, [%rd6];
  st.global.u64 [%rd3], %rd7;)");
  bench->clean();
  EXPECT_EQ(bench->download<uint64_t>(out, 32), Words(32, 7));
}

// Gaps of a structure are copied along with its members, and bit fields are set
// within words that had no value.
TEST_F(UnwrittenTest, PartsOfLocalMemory) {
  std::string own = "  .local .align 8 .b8 own[16]; mov.u64 %rd6, own;\n"
                    "  cvta.local.u64 %rd8, %rd6; mov.u64 %rd9, 7;\n";
  make(own + R"(
  st.u8 [%rd8+4], %rd9; ld.u64 %rd7, [%rd8]; st.u64 [%rd8+8], %rd7;
  ld.u8 %r3, [%rd8+12]; ld.u32 %r4, [%rd8]; and.b32 %r5, %r4, 0xffffff00;
  or.b32 %r5, %r5, 9; st.u32 [%rd8], %r5; ld.u8 %r6, [%rd8];
  mad.lo.u32 %r6, %r6, 10, %r3; cvt.u64.u32 %rd7, %r6;
  st.global.u64 [%rd3], %rd7;)");
  bench->clean();
  EXPECT_EQ(bench->download<uint64_t>(out, 32), Words(32, 97));
  // A field of a word that has been cut only, or of one that has not.
  for (const char *use :
       {"and.b32 %r5, %r4, 1; add.u32 %r6, %r5, 1;",
        "and.b32 %r5, %r4, 1; st.global.u32 [%rd1], %r5;",
        "or.b32 %r5, %r4, 9;", "xor.b32 %r5, %r4, 9;",
        "and.b32 %r5, %r4, 1; st.u32 [%rd8+4], %r5; ld.u32 %r6, [%rd8+4]; "
        "setp.eq.u32 %p1, %r6, 0;"})
    EXPECT_EQ(find(own + "  ld.u32 %r4, [%rd8];\n" + use).kind,
              Kind::Uninitialized)
        << use;
  // Not in registers, nor in memory that others see.
  EXPECT_SAYS(find("  and.b32 %r5, %r4, 1;").message, "register %r4");
  EXPECT_SAYS(
      find("  st.global.u8 [%rd1], 1; ld.global.u32 %r4, [%rd1];").message,
      "of never-written global memory");
}

// Half a pair is nothing that a pair may not be made of, as long as one part
// has a value; the whole counts as written then.
TEST_F(UnwrittenTest, NeverWrittenParts) {
  std::string parts = "  mov.u16 %h1, 3; mov.u32 %r2, 4;\n";
  for (const char *whole :
       {"mov.b32 %r3, {%h1, %h9}; add.u32 %r4, %r3, 1;",
        "mov.b32 %r3, {%h9, 5}; add.u32 %r4, %r3, 1;",
        "mov.b64 %rd6, {%r9, %r2}; add.u64 %rd7, %rd6, 1;",
        "mov.b64 %rd6, {%h9, %h9, %h1, %h9}; add.u64 %rd7, %rd6, 1;",
        "mov.b32 %r3, {%h8, %h9}; mov.b32 %r4, %r3; mov.b32 {%h6, %h7}, "
        "%r4;"}) {
    make(parts + whole);
    bench->clean();
  }
  for (auto [whole, name] :
       {std::pair("mov.b32 %r3, {%h8, %h9}; add.u32 %r4, %r3, 1;", "%r3"),
        std::pair("mov.b64 %rd6, {%r8, %r9}; add.u64 %rd7, %rd6, 1;", "%rd6"),
        std::pair("mov.b64 %rd6, {%h6, %h7, %h8, %h9}; add.u64 %rd7, %rd6, 1;",
                  "%rd6"),
        std::pair("mov.b32 {%h2, %h3}, %r9; add.u16 %h4, %h3, %h1;", "%h3")})
    EXPECT_EQ(find(parts + whole).message, "read of register " +
                                               std::string(name) +
                                               ", which was never written");
}

// Compilers load the gap between two elements along with them; only using it is
// a defect. A vector without any value is one at once.
TEST_F(UnwrittenTest, NeverWrittenGapOfAVector) {
  std::string gap =
      "  st.global.u32 [%rd1], %r1; st.global.u32 [%rd1+8], %r1;\n"
      "  ld.global.v4.u32 {%r2, %r3, %r4, %r5}, [%rd1];\n";
  Finding found = find(gap + "  add.u32 %r6, %r2, %r4; add.u32 %r7, %r3, 1;");
  EXPECT_EQ(found.kind, Kind::Uninitialized);
  EXPECT_EQ(found.line, bodyLine + 3);
  EXPECT_EQ(found.message, "read of register %r3, which was never written");
  found = find("  ld.global.v4.u32 {%r2, %r3, %r4, %r5}, [%rd1];");
  EXPECT_EQ(found.message, "read of 16 bytes of never-written global memory");
}
