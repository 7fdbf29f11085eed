//===- ExpandFma.cpp - A warp-level product as multiply-adds --------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// One step of k on the FMA pipe. In which order a lane visits its outputs
// decides how often two instructions in a row read the same register, which has
// to come from the register file only once.
//
//===----------------------------------------------------------------------===//

#include "ExpandFma.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace ts;

/// (row, group) of the fused multiply-adds of one k step, in the order asked
/// for. In snake order every other row walks backwards, so that the register of
/// B it starts with is the one just used.
static SmallVector<std::pair<int64_t, int64_t>>
fmaOrder(FmaOrder kind, int64_t rows, int64_t groups) {
  SmallVector<std::pair<int64_t, int64_t>> order;
  if (kind == FmaOrder::Columns) {
    for (int64_t group = 0; group < groups; ++group)
      for (int64_t row = 0; row < rows; ++row)
        order.push_back({row, group});
    return order;
  }
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t step = 0; step < groups; ++step) {
      bool isBackwards = kind == FmaOrder::Snake && row % 2 == 1;
      order.push_back({row, isBackwards ? groups - 1 - step : step});
    }
  return order;
}

Fragments ts::expandFma(ImplicitLocOpBuilder &b, FmaOrder order,
                        const FmaOperands &operands) {
  const Fragments &rhs = operands.b;
  Fragments sums = operands.sum;
  int64_t groups = rhs.size();
  Fragments rows;
  for (Value element : operands.a) {
    Value scalar = vector::ExtractOp::create(b, element, 0);
    rows.push_back(
        vector::BroadcastOp::create(b, rhs.front().getType(), scalar));
  }
  for (auto [row, group] : fmaOrder(order, rows.size(), groups)) {
    Value &sum = sums[row * groups + group];
    sum = vector::FMAOp::create(b, rows[row], rhs[group], sum);
  }
  return sums;
}
