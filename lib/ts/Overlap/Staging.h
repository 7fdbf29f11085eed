//===- Staging.h - Homes of operands and results ---------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The parts of ts-stage-operands: a home each.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_OVERLAP_STAGING_H
#define TS_LIB_OVERLAP_STAGING_H

#include "ts/IR/TS.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/PatternMatch.h"

namespace ts {

/// Replaces a view by one of another layout and memory space, and every view
/// of it likewise.
mlir::LogicalResult replaceView(mlir::RewriterBase &rewriter, mlir::Value from,
                                mlir::Value to);

/// `value`, computed anew for another iteration of the loop: `mapping` has its
/// induction variable.
mlir::Value cloneFor(mlir::ImplicitLocOpBuilder &b, mlir::scf::ForOp loop,
                     mlir::Value value, mlir::IRMapping &mapping);

/// Goes behind the last of `values` to be defined, of those in the loop's
/// block: the earliest place for what only needs them. Values of the loop count
/// by what they need from outside, as cloneFor computes them anew.
void setInsertionPointAfter(mlir::ImplicitLocOpBuilder &b,
                            mlir::scf::ForOp loop, mlir::ValueRange values);

/// (slot + ahead) modulo depth
mlir::Value wrappedSlot(mlir::ImplicitLocOpBuilder &b, mlir::Value slot,
                        int64_t ahead, int64_t depth);

/// home `shared` of the resident operand: one copy per slice.
mlir::LogicalResult stageShared(mlir::RewriterBase &rewriter, HomeOp home,
                                mlir::gpu::LaunchOp launch);

/// home `warp_shared`, and `shared` with rows: a ring of tiles.
mlir::LogicalResult stageRing(mlir::RewriterBase &rewriter, HomeOp home,
                              mlir::gpu::LaunchOp launch,
                              ScheduleAttr schedule);

/// home `shared` with rows and pieces: two slots of pieces, split once for all
/// warps of the block.
mlir::LogicalResult stagePieces(mlir::RewriterBase &rewriter, HomeOp home,
                                mlir::gpu::LaunchOp launch,
                                ScheduleAttr schedule);

/// home `registers`: read, and split, once where the home stands.
mlir::LogicalResult stageRegisters(mlir::RewriterBase &rewriter, HomeOp home);

/// Deals every whole tile of C anew through shared memory before its store.
void stageResults(mlir::RewriterBase &rewriter, mlir::gpu::LaunchOp launch,
                  ScheduleAttr schedule);

} // namespace ts

#endif // TS_LIB_OVERLAP_STAGING_H
