//===- ExpandMma.h - A warp-level product as mma.sync ----------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_DISTRIBUTE_EXPANDMMA_H
#define TS_LIB_DISTRIBUTE_EXPANDMMA_H

#include "Fragments.h"
#include "ts/IR/TS.h"

namespace ts {

/// Operands and accumulator of one product, as the layouts of `tile` deal them.
struct MmaOperands {
  Fragments a, b, sum;
};

/// The instructions of one product of a tile; returns the new sum.
Fragments expandMma(mlir::ImplicitLocOpBuilder &b, MmaKind kind,
                    Orientation orientation, const MmaTile &tile,
                    const MmaOperands &operands);

} // namespace ts

#endif // TS_LIB_DISTRIBUTE_EXPANDMMA_H
