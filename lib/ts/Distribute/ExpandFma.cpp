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

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace ts;

/// Whether the lane takes a row of its tile from the last group to the first,
/// so that it starts with the group just used.
static bool walksBack(FmaOrder kind, int64_t row) {
  return row % 2 == 1 &&
         (kind == FmaOrder::Snake || kind == FmaOrder::SnakeElements);
}

/// (row, group) of the fused multiply-adds of one k step, in the order asked
/// for.
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
    for (int64_t step = 0; step < groups; ++step)
      order.push_back({row, walksBack(kind, row) ? groups - 1 - step : step});
  return order;
}

/// A group element by element: in which order LLVM takes the elements of a
/// vector.fma apart is not ours to say.
static Value expandGroup(ImplicitLocOpBuilder &b, Value scalar,
                         ValueRange columns, Value sums, bool isBackwards) {
  auto elements = vector::ToElementsOp::create(b, sums);
  int64_t width = columns.size();
  SmallVector<Value> results(width);
  for (int64_t step = 0; step < width; ++step) {
    int64_t i = isBackwards ? width - 1 - step : step;
    results[i] =
        math::FmaOp::create(b, scalar, columns[i], elements.getResult(i));
  }
  return vector::FromElementsOp::create(b, sums.getType(), results);
}

static Fragments expandByElement(ImplicitLocOpBuilder &b, FmaOrder order,
                                 const FmaOperands &operands) {
  Fragments sums = operands.sum;
  SmallVector<SmallVector<Value>> columns;
  for (Value group : operands.b)
    columns.emplace_back(vector::ToElementsOp::create(b, group).getResults());
  Fragments rows;
  for (Value element : operands.a)
    rows.push_back(vector::ExtractOp::create(b, element, 0));
  for (auto [row, group] : fmaOrder(order, rows.size(), columns.size())) {
    Value &sum = sums[row * columns.size() + group];
    sum = expandGroup(b, rows[row], columns[group], sum, walksBack(order, row));
  }
  return sums;
}

Fragments ts::expandFma(ImplicitLocOpBuilder &b, FmaOrder order,
                        const FmaOperands &operands) {
  const Fragments &rhs = operands.b;
  // Of groups of one element the order is that of the groups.
  bool hasGroups = cast<VectorType>(rhs.front().getType()).getNumElements() > 1;
  if (order == FmaOrder::SnakeElements && hasGroups)
    return expandByElement(b, order, operands);
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
