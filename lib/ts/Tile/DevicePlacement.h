//===- DevicePlacement.h - Buffers on the device ---------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_TILE_DEVICEPLACEMENT_H
#define TS_LIB_TILE_DEVICEPLACEMENT_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace ts {

/// Puts what bufferization allocated, copied and filled in a function onto the
/// device, because only kernels touch it.
mlir::LogicalResult placeOnDevice(mlir::func::FuncOp function);

} // namespace ts

#endif // TS_LIB_TILE_DEVICEPLACEMENT_H
