//===- StreamStrategy.cpp - Every other shape, correctly ------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// No shape may be refused. Both operands are read where they are, through the
// caches: no shared memory, so K has no limit. Small tiles keep small problems
// from wasting most of their lanes.
//
//===----------------------------------------------------------------------===//

#include "ts/Strategy/Strategy.h"

using namespace mlir;
using namespace ts;

namespace {

class StreamStrategy : public Strategy {
public:
  std::optional<Proposal> propose(const Problem &problem, const Chip &,
                                  MLIRContext *context) const override;
};

} // namespace

std::optional<Proposal> StreamStrategy::propose(const Problem &problem,
                                                const Chip &,
                                                MLIRContext *context) const {
  if (instructionFor(problem))
    return std::nullopt;
  // A narrow C is dealt to the lanes by rows, a wide one by columns.
  bool isNarrow = problem.n <= 16;
  SmallVector<int64_t> lanes =
      isNarrow ? SmallVector<int64_t>{8, 4} : SmallVector<int64_t>{1, 32};
  int64_t vector = isNarrow ? 1 : 4;
  SmallVector<int64_t> tile =
      isNarrow ? SmallVector<int64_t>{32, 16} : SmallVector<int64_t>{8, 128};
  constexpr int64_t warpRows = 4;
  auto blocks = BlocksAttr::get(context, BlockOrder::Grid, tile[1],
                                /*rows=*/warpRows * tile[0], /*count=*/0);
  auto math = FmaAttr::get(context, lanes, vector, /*unroll=*/4, FmaOrder::Rows,
                           /*spread=*/false);
  auto global =
      OperandAttr::get(context, Home::Global, /*depth=*/1, /*swap=*/0);
  auto store = StoreAttr::get(context, StorePolicy::Default, /*early=*/false);
  auto schedule =
      ScheduleAttr::get(context, ShapeClass::General, blocks, {warpRows, 1},
                        tile, math, global, global, /*ahead=*/1, store);
  return Proposal{schedule, "no class of its own: both operands stream from "
                            "global memory"};
}

std::unique_ptr<Strategy> ts::createStreamStrategy() {
  return std::make_unique<StreamStrategy>();
}

std::vector<std::unique_ptr<Strategy>> ts::createStrategies() {
  std::vector<std::unique_ptr<Strategy>> strategies;
  strategies.push_back(createFewStepsStrategy());
  strategies.push_back(createOutStrategy());
  strategies.push_back(createMmaStrategy());
  strategies.push_back(createStreamStrategy());
  strategies.push_back(createMmaStreamStrategy());
  return strategies;
}
