//===- AssignLayouts.h - A layout for every warp-level value ---*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_DISTRIBUTE_ASSIGNLAYOUTS_H
#define TS_LIB_DISTRIBUTE_ASSIGNLAYOUTS_H

#include "ts/IR/TS.h"
#include "ts/Layout/Layout.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace ts {

/// True for a value that the lanes of a warp share: a vector of rank 2.
bool isWarpLevel(mlir::Type type);
/// True if an operand or a result of `op` is one.
bool touchesWarpLevel(mlir::Operation *op);

/// The layout in which a broadcast to `layout` finds its source at hand.
Layout sourceLayout(mlir::vector::BroadcastOp op, Layout layout);

/// Which lane owns which element of each warp-level value of a kernel. Products
/// ask for the layouts of their operands and results; these spread along uses
/// and definitions; what no product reaches is dealt by rows.
class LayoutMap {
public:
  LayoutMap(mlir::gpu::LaunchOp launch, ScheduleAttr schedule)
      : launch(launch), schedule(schedule) {}

  /// Fails if a value does not belong to the schedule, or is asked for in two
  /// layouts.
  mlir::LogicalResult assign();

  /// The layout of a value, which must not be a constant.
  const Layout &of(mlir::Value value) const { return layouts.at(value); }

private:
  mlir::LogicalResult assignProducts();
  mlir::LogicalResult assignRest();
  mlir::LogicalResult give(mlir::Value value, const Layout &layout,
                           mlir::Operation *user);
  mlir::LogicalResult spread();
  mlir::LogicalResult spreadThrough(mlir::Operation *op, mlir::Value value,
                                    const Layout &layout);
  llvm::SmallVector<mlir::Value> equals(mlir::Value value);

  mlir::gpu::LaunchOp launch;
  ScheduleAttr schedule;
  llvm::DenseMap<mlir::Value, Layout> layouts;
  llvm::SmallVector<mlir::Value> pending;
};

} // namespace ts

#endif // TS_LIB_DISTRIBUTE_ASSIGNLAYOUTS_H
