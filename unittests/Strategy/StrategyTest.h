//===- StrategyTest.h - Schedules and problems for tests --------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TS_UNITTESTS_STRATEGYTEST_H
#define TS_UNITTESTS_STRATEGYTEST_H

#include "ts/Strategy/Draft.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/MLIRContext.h"
#include "gtest/gtest.h"

namespace ts {

class StrategyTest : public ::testing::Test {
protected:
  StrategyTest() { context.loadDialect<TSDialect>(); }

  Problem problem(int64_t m, int64_t n, int64_t k,
                  PrecisionMode precision = PrecisionMode::Ieee) {
    mlir::Type f32 = mlir::Float32Type::get(&context);
    return {m, n, k, precision, f32, f32};
  }
  Problem headline(PrecisionMode precision = PrecisionMode::Ieee) {
    return problem(32768, 32768, 32, precision);
  }
  TargetAttr target(const char *chip) {
    return TargetAttr::get(&context, chip, 89);
  }

  /// The schedule of the headline problem in ieee on an H200.
  static Draft ieee() {
    Draft draft;
    draft.blocks = BlockOrder::Linear;
    draft.linearCount = 132;
    draft.warps = {4, 2};
    draft.tile = {8, 512};
    draft.unroll = 2;
    draft.fmaOrder = FmaOrder::SnakeElements;
    draft.a = {Home::WarpShared, 2};
    draft.b = {Home::Shared, 1, 1};
    draft.ahead = 1;
    draft.policy = StorePolicy::Streaming;
    draft.early = draft.spaced = true;
    draft.index = 32;
    return draft;
  }
  /// Four warps side by side with B in registers, on a grid.
  static Draft tensor(MmaKind instruction, int64_t gridRows) {
    Draft draft;
    draft.gridRows = gridRows;
    draft.warps = {1, 4};
    draft.tile = {8, 64};
    draft.isMma = true;
    draft.instruction = instruction;
    draft.depth = 32;
    draft.a = {Home::Shared, 2, 0, 32};
    draft.b = {Home::Registers};
    draft.policy = StorePolicy::Streaming;
    draft.path = StorePath::Staged;
    return draft;
  }
  ScheduleAttr build(const Draft &draft) {
    std::string fault;
    ScheduleAttr schedule = draft.build(&context, &fault);
    EXPECT_TRUE(schedule) << fault;
    return schedule;
  }

  mlir::MLIRContext context;
};

} // namespace ts

#endif // TS_UNITTESTS_STRATEGYTEST_H
