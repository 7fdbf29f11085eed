//===- MatrixTest.cpp - ldmatrix and movmatrix ----------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Four matrices with a value of its own in each place: matrix, row, column.
//
//===----------------------------------------------------------------------===//

#include "SimTest.h"

using namespace llvm;
using namespace ts::sim;

/// Shared memory holds 4 matrices of rows of 16 bytes; row r of matrix m lies
/// at 16 * ((8 m + r) ^ 5), so that the order of the rows is not that of their
/// addresses.
static std::vector<uint32_t> loadMatrices(const std::string &form,
                                          unsigned count) {
  std::string list, stores;
  for (unsigned m = 0; m < count; ++m) {
    std::string reg = "%r" + std::to_string(20 + m);
    list += (m ? "," : "") + reg;
    stores +=
        "st.global.b32 [%rd6+" + std::to_string(4 * m) + "], " + reg + ";\n";
  }
  std::string body = R"(
  .shared .align 16 .b8 matrices[512];
  mov.u32 %r2, matrices; shl.b32 %r3, %r1, 4; add.s32 %r4, %r2, %r3;
  mul.wide.u32 %rd5, %r1, 16; add.s64 %rd6, %rd2, %rd5;
  ld.global.v4.b32 {%r5, %r6, %r7, %r8}, [%rd6];
  st.shared.v4.b32 [%r4], {%r5, %r6, %r7, %r8};
  bar.warp.sync -1;
  xor.b32 %r9, %r1, 5; shl.b32 %r9, %r9, 4; add.s32 %r9, %r2, %r9;
  ldmatrix.sync.aligned.m8n8.)" +
                     form + ".b16 {" + list + "}, [%r9];\n" +
                     "add.s64 %rd6, %rd1, %rd5;\n" + stores;
  Bench bench(kernel(body));
  if (!bench.module)
    return {};
  std::vector<uint16_t> words(256);
  for (unsigned place = 0; place < 32; ++place)
    for (unsigned column = 0; column < 8; ++column) {
      unsigned row = place ^ 5;
      words[place * 8 + column] =
          uint16_t(row / 8 << 8 | row % 8 << 4 | column);
    }
  uint64_t out = bench.allocate(512), in = bench.upload(words);
  bench.parameter(out);
  bench.parameter(in);
  bench.config.block = {32, 1, 1};
  bench.clean();
  return bench.download<uint32_t>(out, 128);
}

TEST(Matrix, LoadKeepsRows) {
  for (auto [form, count] :
       {std::pair("x1.shared", 1u), std::pair("x2.shared", 2u),
        std::pair("x4.shared::cta", 4u)}) {
    std::vector<uint32_t> got = loadMatrices(form, count);
    ASSERT_EQ(got.size(), 128u);
    for (uint32_t lane = 0; lane < 32; ++lane)
      for (uint32_t m = 0; m < count; ++m) {
        uint32_t low = m << 8 | lane / 4 << 4 | lane % 4 * 2;
        EXPECT_EQ(got[lane * 4 + m], (low + 1) << 16 | low) << form << lane;
      }
  }
}

TEST(Matrix, LoadTransposes) {
  std::vector<uint32_t> got = loadMatrices("x4.trans.shared", 4);
  ASSERT_EQ(got.size(), 128u);
  for (uint32_t lane = 0; lane < 32; ++lane)
    for (uint32_t m = 0; m < 4; ++m) {
      uint32_t low = m << 8 | (lane % 4 * 2) << 4 | lane / 4;
      EXPECT_EQ(got[lane * 4 + m], (low + 16) << 16 | low) << lane;
    }
}

TEST(Matrix, MoveTransposes) {
  // Lane l holds columns 2 (l % 4) and the next of row l / 4.
  std::vector<uint64_t> in(32), expected(32);
  for (uint32_t lane = 0; lane < 32; ++lane) {
    uint32_t low = lane / 4 << 4 | lane % 4 * 2;
    in[lane] = (low + 1) << 16 | low;
    uint32_t moved = (lane % 4 * 2) << 4 | lane / 4;
    expected[lane] = (moved + 16) << 16 | moved;
  }
  EXPECT_EQ(runBody("ld.global.u32 %r2, [%rd4];\n"
                    "movmatrix.sync.aligned.m8n8.trans.b16 %r3, %r2;\n"
                    "cvt.u64.u32 %rd6, %r3; st.global.u64 [%rd3], %rd6;",
                    in),
            expected);
}

TEST(Matrix, Findings) {
  auto find = [](const std::string &body, unsigned threads) {
    Bench bench(kernel(".shared .align 16 .b8 m[256];\n" + body));
    bench.parameter(bench.allocate(8));
    bench.parameter(bench.allocate(8));
    bench.config.block = {threads, 1, 1};
    return bench.finding();
  };
  std::string load = "ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%r2}, [%r3];";
  Finding found = find("mov.u32 %r3, m; add.u32 %r3, %r3, 8;\n" + load, 32);
  EXPECT_EQ(found.kind, Finding::Kind::Misaligned);
  EXPECT_EQ(found.line, bodyLine + 2);
  found = find("mov.u32 %r3, m;\n" + load, 32);
  EXPECT_EQ(found.kind, Finding::Kind::Uninitialized);
  found = find("mov.u32 %r3, m;\n" + load, 8);
  EXPECT_EQ(found.kind, Finding::Kind::Divergence);
  // The addresses of lanes 8 and up do not matter to x1.
  found = find("mov.u32 %r3, m; shl.b32 %r4, %r1, 5; add.u32 %r3, %r3, %r4;\n" +
                   load,
               32);
  EXPECT_EQ(found.kind, Finding::Kind::Uninitialized);
  EXPECT_EQ(found.thread[0], 0u);
}
