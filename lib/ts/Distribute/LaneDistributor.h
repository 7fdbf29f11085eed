//===- LaneDistributor.h - One kernel, dealt to lanes ----------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_DISTRIBUTE_LANEDISTRIBUTOR_H
#define TS_LIB_DISTRIBUTE_LANEDISTRIBUTOR_H

#include "AssignLayouts.h"
#include "Fragments.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/PatternMatch.h"

namespace ts {

/// Replaces the warp-level values of one kernel by the fragments of a lane.
class LaneDistributor {
public:
  LaneDistributor(mlir::gpu::LaunchOp launch, ScheduleAttr schedule)
      : launch(launch), schedule(schedule), rewriter(launch.getContext()),
        b(launch.getLoc(), rewriter), layouts(launch, schedule) {}

  mlir::LogicalResult distribute();

private:
  mlir::LogicalResult distribute(mlir::Block &block);
  mlir::LogicalResult distribute(mlir::Operation *op);
  mlir::LogicalResult distributeInside(mlir::Operation *op);
  mlir::LogicalResult check(mlir::Operation *op);
  Fragments fragmentsOf(mlir::Value value, const Layout &layout);
  Fragments fragmentsOf(mlir::Value value) {
    return fragmentsOf(value, layouts.of(value));
  }
  void read(mlir::vector::TransferReadOp op);
  mlir::LogicalResult write(mlir::vector::TransferWriteOp op);
  void contract(mlir::vector::ContractionOp op);
  mlir::LogicalResult loop(mlir::scf::ForOp op);
  mlir::LogicalResult branch(mlir::scf::IfOp op);
  void yield(mlir::scf::YieldOp op);
  void elementwise(mlir::Operation *op);
  mlir::LogicalResult broadcast(mlir::vector::BroadcastOp op);
  void split(SplitOp op);
  void copy(CopyOp op);

  llvm::SmallVector<mlir::Value> expanded(mlir::ValueRange values,
                                          mlir::ValueRange like);
  void bind(mlir::ValueRange from, mlir::ValueRange to);
  int64_t fragmentCount(mlir::Value value) const;

  mlir::gpu::LaunchOp launch;
  ScheduleAttr schedule;
  mlir::IRRewriter rewriter;
  mlir::ImplicitLocOpBuilder b;
  LayoutMap layouts;
  mlir::Value thread, lane;
  llvm::DenseMap<mlir::Value, Fragments> fragments;
  /// What a new loop or branch replaces.
  llvm::DenseMap<mlir::Operation *, mlir::Operation *> origins;
  llvm::SmallVector<mlir::Operation *> replaced;
};

} // namespace ts

#endif // TS_LIB_DISTRIBUTE_LANEDISTRIBUTOR_H
