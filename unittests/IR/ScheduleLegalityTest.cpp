//===- ScheduleLegalityTest.cpp - Does a schedule fit? --------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ts/IR/ScheduleLegality.h"
#include "ts/IR/BufferPlan.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace ts;

namespace {

class ScheduleLegalityTest : public ::testing::Test {
protected:
  ScheduleLegalityTest() { context.loadDialect<TSDialect>(); }

  /// The headline kernel's schedule with some fields given.
  ScheduleAttr schedule(const std::string &blocks, const std::string &warps,
                        const std::string &tile, const std::string &a,
                        const std::string &b, int ahead = 1) {
    std::string text = "#ts.schedule<out, blocks = <" + blocks +
                       ">, warps = [" + warps + "], tile = [" + tile +
                       "], math = fma<lanes = [1, 32], vector = 4, unroll = 2, "
                       "order = snake>, a = <" +
                       a + ">, b = <" + b +
                       ">, ahead = " + std::to_string(ahead) +
                       ", store = <policy = cs>>";
    return llvm::cast<ScheduleAttr>(parseAttribute(text, &context));
  }
  ScheduleAttr headline() {
    return schedule("order = linear, columns = 1024, count = 132", "4, 2",
                    "8, 512", "home = warp_shared, depth = 2",
                    "home = shared, swap = 1");
  }

  Problem problem(int64_t m, int64_t n, int64_t k) {
    Type f32 = Float32Type::get(&context);
    return {m, n, k, PrecisionMode::Ieee, f32, f32};
  }

  /// The message of verifyFits, empty if the schedule fits.
  std::string fault(ScheduleAttr schedule, int64_t m, int64_t n, int64_t k,
                    const char *chip) {
    std::string message;
    ScopedDiagnosticHandler handler(
        &context, [&](Diagnostic &diagnostic) { message = diagnostic.str(); });
    auto emit = [&] { return emitError(UnknownLoc::get(&context)); };
    bool fits = succeeded(verifyFits(
        schedule, problem(m, n, k), TargetAttr::get(&context, chip, 80), emit));
    EXPECT_EQ(fits, message.empty());
    return message;
  }

  MLIRContext context;
};

} // namespace

TEST_F(ScheduleLegalityTest, SharedBytes) {
  // B: 32 x 1024 words; A: 8 warps, 2 tiles each of 32 columns of 8 + 4 words.
  EXPECT_EQ(sharedBytes(headline(), problem(1, 1, 32)),
            4 * (32 * 1024 + 8 * 2 * 32 * 12));
  EXPECT_EQ(sharedBytes(headline(), problem(1, 1, 0)), 0);
  ScheduleAttr plain = schedule("order = grid, columns = 128, rows = 8", "1, 1",
                                "8, 128", "home = global", "home = global");
  EXPECT_EQ(sharedBytes(plain, problem(1, 1, 1000)), 0);
}

// A dense ring has no padding, and nothing else changes.
TEST_F(ScheduleLegalityTest, DenseRing) {
  auto plan = [&](const std::string &a) {
    ScheduleAttr made = schedule("order = linear, columns = 1024, count = 132",
                                 "4, 2", "8, 512", a, "home = shared");
    Type f32 = Float32Type::get(&context);
    return BufferPlan(made, 32, f32, f32);
  };
  BufferPlan padded = plan("home = warp_shared, depth = 2");
  BufferPlan dense = plan("home = warp_shared, depth = 2, dense = true");
  EXPECT_EQ(padded.a().sizes, dense.a().sizes);
  // By columns: warp, slot, row, k.
  using Strides = llvm::SmallVector<int64_t, 4>;
  EXPECT_EQ(padded.a().strides, (Strides{2 * 32 * 12, 32 * 12, 1, 12}));
  EXPECT_EQ(dense.a().strides, (Strides{2 * 32 * 8, 32 * 8, 1, 8}));
  EXPECT_EQ(dense.a().bytes(), 4 * 8 * 2 * 32 * 8);
  EXPECT_EQ(dense.b().bytes(), padded.b().bytes());
  // A ring of the block's, too.
  BufferPlan chunks = plan("home = shared, rows = 64, dense = true");
  EXPECT_EQ(chunks.a().bytes(), 4 * 32 * 64);
  EXPECT_EQ(plan("home = shared, rows = 64").a().bytes(), 4 * 32 * 68);
}

TEST_F(ScheduleLegalityTest, Registers) {
  // 8 x 16 outputs, two steps of 8 + 16 operands, 40 for the rest: 216.
  EXPECT_EQ(estimatedRegisters(headline(), problem(1, 1, 32)), 216);
  // Rounded up to whole units: 8 * 4 + 12 + 40 = 84.
  ScheduleAttr small =
      schedule("order = grid, columns = 128, rows = 8", "1, 1", "8, 128",
               "home = global", "home = global", /*ahead=*/0);
  EXPECT_EQ(estimatedRegisters(small, problem(1, 1, 32)), 88);
}

/// Columns of B in three pieces of bf16, two values a register: 3 K / 64 of
/// each; of rows whose pieces are ready one step, of others all of K.
TEST_F(ScheduleLegalityTest, RegistersOfPieces) {
  auto registers = [&](int64_t k, bool hasPieces, const std::string &sums) {
    std::string text =
        "#ts.schedule<out, blocks = <order = grid, columns = 128, rows = 32>, "
        "warps = [1, 4], tile = [8, 32], math = mma<m16n8k16_bf16, "
        "orientation = columns, depth = " +
        std::to_string(k) + ", vector = 4" + sums +
        ">, a = <home = shared, rows = 32" +
        (hasPieces ? ", pieces = true" : "") +
        ">, b = <home = registers>, ahead = 0, store = <>>";
    Problem posed = problem(1, 1, k);
    posed.precision = PrecisionMode::Bf16x6;
    return estimatedRegisters(
        llvm::cast<ScheduleAttr>(parseAttribute(text, &context)), posed);
  };
  // 40 for the rest, 8 outputs, 96 of B, 6 of A: 150.
  EXPECT_EQ(registers(64, true, ""), 152);
  // 8 more for the second sum: 158.
  EXPECT_EQ(registers(64, true, ", sums = 2"), 160);
  // 24 of A: 168.
  EXPECT_EQ(registers(64, false, ""), 168);
  // 40 + 8 + 192 + 6, and 40 + 16 + 192 + 6.
  EXPECT_EQ(registers(128, true, ""), 248);
  EXPECT_EQ(registers(128, true, ", sums = 2"), 256);
}

TEST_F(ScheduleLegalityTest, BlockCount) {
  EXPECT_EQ(blockCount(headline(), 32768, 32768), 132);
  // 3 slices of one band of 4 x 8 rows, and of two: no more blocks than bands.
  EXPECT_EQ(blockCount(headline(), 32, 2049), 3);
  EXPECT_EQ(blockCount(headline(), 33, 2049), 6);
  ScheduleAttr grid = schedule("order = grid, columns = 128, rows = 16", "1, 1",
                               "8, 128", "home = global", "home = global");
  EXPECT_EQ(blockCount(grid, 33, 129), 2 * 3);
  EXPECT_EQ(blockCount(grid, 0, 129), 0);
}

// Slices of 1024 columns that share 8 are 1016 apart.
TEST_F(ScheduleLegalityTest, BlockCountWithSkew) {
  auto linear = [&](int64_t skew) {
    return schedule("order = linear, columns = 1024, count = 132, skew = " +
                        std::to_string(skew),
                    "4, 2", "8, 512", "home = global", "home = global");
  };
  EXPECT_EQ(blockCount(linear(0), 32, 2048), 2);
  EXPECT_EQ(blockCount(linear(8), 32, 2048), 3);
  EXPECT_EQ(blockCount(linear(8), 32, 2032), 2);
  EXPECT_EQ(blockCount(linear(8), 32, 1016), 1);
  EXPECT_EQ(blockCount(linear(8), 32, 1017), 2);
  EXPECT_EQ(blockCount(linear(512), 32, 2048), 4);
  ScheduleAttr grid =
      schedule("order = grid, columns = 128, rows = 16, skew = 8", "1, 1",
               "8, 128", "home = global", "home = global");
  EXPECT_EQ(grid.getBlocks().getSliceStep(), 120);
  EXPECT_EQ(blockCount(grid, 33, 241), 3 * 3);
  EXPECT_EQ(blockCount(grid, 33, 240), 2 * 3);
  EXPECT_EQ(blockCount(grid, 33, 0), 0);
}

TEST_F(ScheduleLegalityTest, SharedMemoryOfTheChip) {
  EXPECT_EQ(fault(headline(), 32768, 32768, 32, "h200"), "");
  EXPECT_EQ(fault(headline(), 32768, 32768, 32, "rtx4090"),
            "the schedule needs 155648 bytes of shared memory for K = 32, but "
            "rtx4090 has 101376 per block");
  EXPECT_EQ(fault(headline(), 32768, 32768, 20, "rtx4090"), "");
  EXPECT_EQ(fault(headline(), 32768, 32768, 48, "h200"),
            "the schedule needs 233472 bytes of shared memory for K = 48, but "
            "h200 has 232448 per block");
}

TEST_F(ScheduleLegalityTest, RegistersOfTheChip) {
  ScheduleAttr wide = schedule("order = grid, columns = 1024, rows = 8", "1, 1",
                               "8, 1024", "home = global", "home = global");
  EXPECT_EQ(
      fault(wide, 64, 1024, 4, "h200"),
      "the schedule needs about 376 registers per thread (256 outputs per "
      "lane), but h200 has 255");
  // 10 x 16 outputs, two steps of 26, 40 for the rest: 252, which is given out
  // as 256; one row more takes 270.
  auto tall = [&](const std::string &rows) {
    return schedule("order = grid, columns = 512, rows = " + rows, "1, 1",
                    rows + ", 512", "home = global", "home = global");
  };
  EXPECT_EQ(fault(tall("10"), 64, 1024, 4, "h200"), "");
  EXPECT_NE(fault(tall("11"), 64, 1024, 4, "h200"), "");
  ScheduleAttr many =
      schedule("order = grid, columns = 1024, rows = 64", "8, 2", "8, 512",
               "home = global", "home = global");
  EXPECT_EQ(fault(many, 64, 1024, 4, "h200"),
            "the schedule needs about 216 registers for each of 512 threads, "
            "but an SM of h200 has 65536");
}

TEST_F(ScheduleLegalityTest, Extents) {
  ScheduleAttr grid = schedule("order = grid, columns = 128, rows = 8", "1, 1",
                               "8, 128", "home = global", "home = global");
  EXPECT_EQ(fault(grid, ShapedType::kDynamic, 4, 4, "h200"),
            "a schedule needs static extents");
  EXPECT_EQ(fault(grid, 1, 1, 0, "a100"), "");
  EXPECT_EQ(fault(grid, int64_t(1) << 34, 128, 4, "h200"),
            "the schedule covers 17179869184 x 128 outputs by 2147483648 "
            "blocks, but a grid has at most 2147483647");
}
