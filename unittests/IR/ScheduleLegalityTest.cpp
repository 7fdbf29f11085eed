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
