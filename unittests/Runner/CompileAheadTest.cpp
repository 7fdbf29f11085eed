//===- CompileAheadTest.cpp - Kernels ready before they are asked for -----===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// What is compiled ahead is what is compiled when asked for, whatever the order
// and the threads; what does not compile says why, and disturbs no other.
//
//===----------------------------------------------------------------------===//

#include "ts/Runner/CompileAhead.h"

#include "ts/Pipeline/Pipeline.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/Parser/Parser.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "gtest/gtest.h"

#include <set>
#include <string>

using namespace ts;

namespace {
class CompileAheadTest : public testing::Test {
protected:
  CompileAheadTest() : context(registered()) {
    context.loadAllAvailableDialects();
    module = mlir::parseSourceString<mlir::ModuleOp>(R"(
      func.func @main(%a: memref<64x8xf32>, %b: memref<8x256xf32>,
                      %c: memref<64x256xf32>) {
        ts.matmul ins(%a, %b : memref<64x8xf32>, memref<8x256xf32>)
                  outs(%c : memref<64x256xf32>)
        return
      })",
                                                     &context);
  }

  static mlir::DialectRegistry registered() {
    mlir::DialectRegistry registry;
    registerDialects(registry);
    return registry;
  }

  /// A grid of blocks of so many rows, of tiles of so many.
  ScheduleAttr schedule(int rows, int tile = 8) {
    std::string text =
        "#ts.schedule<out, blocks = <order = grid, columns = 128, rows = " +
        std::to_string(rows) + ">, warps = [1, 1], tile = [" +
        std::to_string(tile) +
        ", 128], math = fma<lanes = [1, 32], vector = 4>, a = <home = "
        "global>, b = <home = global>, ahead = 0, store = <>>";
    return mlir::cast<ScheduleAttr>(mlir::parseAttribute(text, &context));
  }

  CompileAhead make(unsigned threads) {
    return CompileAhead(*module, "main", CompileSettings(), threads);
  }

  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};
} // namespace

TEST_F(CompileAheadTest, SameKernelsWithAndWithoutThreads) {
  CompileAhead alone = make(0), together = make(3);
  std::vector<ScheduleAttr> schedules;
  for (int rows : {8, 16, 24, 32, 40, 48, 56, 64})
    schedules.push_back(schedule(rows));
  together.announce(schedules);
  std::set<std::string> different;
  // Not in the order announced.
  for (ScheduleAttr wanted : llvm::reverse(schedules)) {
    std::shared_ptr<Prepared> a = alone.take(wanted), b = together.take(wanted);
    ASSERT_EQ(a->failed, "");
    ASSERT_EQ(b->failed, "");
    ASSERT_EQ(a->compiled.ptx.size(), 1u);
    EXPECT_EQ(a->compiled.ptx, b->compiled.ptx);
    EXPECT_EQ(b->compiled.entry, "main");
    different.insert(b->compiled.ptx.front());
  }
  EXPECT_EQ(different.size(), schedules.size());
}

TEST_F(CompileAheadTest, WhatFailsSaysWhyAndNothingElseDoes) {
  CompileAhead ahead = make(2);
  // 4096 accumulators a lane.
  ScheduleAttr good = schedule(8), bad = schedule(1024, 1024);
  ahead.announce({bad, good, bad});
  std::shared_ptr<Prepared> failed = ahead.take(bad), fine = ahead.take(good);
  EXPECT_NE(failed->failed.find("registers"), std::string::npos)
      << failed->failed;
  EXPECT_TRUE(failed->compiled.ptx.empty());
  EXPECT_EQ(fine->failed, "");
  EXPECT_EQ(ahead.take(bad)->failed, failed->failed);
}

TEST_F(CompileAheadTest, BeginsWithoutBeingAsked) {
  CompileAhead ahead = make(2);
  EXPECT_EQ(ahead.countBegun(), 0u);
  ahead.announce({schedule(8), schedule(16), schedule(24), schedule(32),
                  schedule(40), schedule(48)});
  // Two for each thread; the next one when one is taken.
  EXPECT_EQ(ahead.countBegun(), 4u);
  EXPECT_EQ(ahead.take(schedule(16))->failed, "");
  EXPECT_EQ(ahead.countBegun(), 4u);
  EXPECT_EQ(ahead.take(schedule(8))->failed, "");
  EXPECT_EQ(ahead.take(schedule(24))->failed, "");
  EXPECT_EQ(ahead.countBegun(), 3u);
  // Never announced, and not announced twice.
  EXPECT_EQ(ahead.take(schedule(56))->failed, "");
  EXPECT_EQ(ahead.countBegun(), 3u);
}

TEST_F(CompileAheadTest, NothingIsBegunWithoutThreads) {
  CompileAhead ahead = make(0);
  ahead.announce({schedule(8)});
  EXPECT_EQ(ahead.countBegun(), 0u);
  EXPECT_EQ(ahead.take(schedule(8))->failed, "");
}

TEST_F(CompileAheadTest, ForgetsWhatIsAnnouncedNoMore) {
  CompileAhead ahead = make(2);
  ahead.announce({schedule(8), schedule(16), schedule(24)});
  ahead.announce({schedule(24), schedule(32)});
  EXPECT_EQ(ahead.countBegun(), 2u);
  EXPECT_EQ(ahead.take(schedule(32))->failed, "");
  EXPECT_EQ(ahead.take(schedule(8))->failed, "");
  EXPECT_EQ(ahead.countBegun(), 1u);
  ahead.announce({});
  EXPECT_EQ(ahead.countBegun(), 0u);
  EXPECT_EQ(ahead.take(schedule(16))->failed, "");
}

TEST_F(CompileAheadTest, WritesNoSteps) {
  llvm::SmallString<128> folder;
  ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("steps", folder));
  CompileSettings settings;
  settings.dumpFolder = std::string(folder);
  CompileAhead ahead(*module, "main", settings, 2);
  EXPECT_EQ(ahead.take(schedule(8))->failed, "");
  std::error_code error;
  EXPECT_TRUE(llvm::sys::fs::directory_iterator(folder, error) ==
              llvm::sys::fs::directory_iterator());
  llvm::sys::fs::remove(folder);
}
