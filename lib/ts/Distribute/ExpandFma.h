//===- ExpandFma.h - A warp-level product as multiply-adds -----*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_DISTRIBUTE_EXPANDFMA_H
#define TS_LIB_DISTRIBUTE_EXPANDFMA_H

#include "Fragments.h"
#include "ts/IR/TS.h"

namespace ts {

/// A lane's rows of A (one element each), columns of B and sums, of one step.
struct FmaOperands {
  Fragments a, b, sum;
};

/// The multiply-adds of one step of k; returns the new sums.
Fragments expandFma(mlir::ImplicitLocOpBuilder &b, FmaOrder order,
                    const FmaOperands &operands);

} // namespace ts

#endif // TS_LIB_DISTRIBUTE_EXPANDFMA_H
