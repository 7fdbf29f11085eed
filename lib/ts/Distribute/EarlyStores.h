//===- EarlyStores.h - Stores as soon as there is something ----*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_DISTRIBUTE_EARLYSTORES_H
#define TS_LIB_DISTRIBUTE_EARLYSTORES_H

#include "mlir/Dialect/GPU/IR/GPUDialect.h"

namespace ts {

/// Moves each store of a distributed kernel up to where its value is computed.
void startStoresEarly(mlir::gpu::LaunchOp launch);

/// Puts a barrier of the warp behind each row of `columns` elements that stores
/// write right behind what computes them.
void spaceStores(mlir::gpu::LaunchOp launch, int64_t columns);

} // namespace ts

#endif // TS_LIB_DISTRIBUTE_EARLYSTORES_H
