//===- BufferPlan.h - The buffers a schedule asks for ----------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Shape and layout of each buffer in shared memory, so that what is checked
// against a chip's limits is what ts-stage-operands makes.
//
//===----------------------------------------------------------------------===//

#ifndef TS_IR_BUFFERPLAN_H
#define TS_IR_BUFFERPLAN_H

#include "ts/IR/TS.h"

namespace ts {

/// Extents and strides (in elements) of a buffer; without extents there is
/// none.
struct BufferShape {
  llvm::SmallVector<int64_t, 4> sizes, strides;
  mlir::Type element;

  /// That of a memref with static extents and strides.
  static BufferShape of(mlir::MemRefType type);
  bool exists() const { return !sizes.empty(); }
  /// Elements from the first to behind the last, padding included.
  int64_t span() const;
  int64_t bytes() const;
  /// The memref of the buffer, in shared memory.
  mlir::MemRefType type() const;
};

/// Slots of a ring of pieces: one is read while the other is written.
constexpr int64_t pieceSlots = 2;

/// The buffers of a product with `k` steps on `element`, giving `result`.
class BufferPlan {
public:
  BufferPlan(ScheduleAttr schedule, int64_t k, mlir::Type element,
             mlir::Type result);

  /// Ring of the streamed operand: warp (if the ring is a warp's own), slot,
  /// row, k. Stored by columns for the FMA pipe, whose lanes read a column at a
  /// time, by rows for the tensor cores.
  BufferShape a() const;
  /// One piece of the streamed operand, where pieces are kept instead: slot,
  /// row, k. `piece` is its element type.
  BufferShape pieceOfA(mlir::Type piece) const;
  /// What pieces of scaled_f16 were divided by: slot, row, one column.
  BufferShape scaleOfA() const;
  /// Slice of the resident operand: k, column.
  BufferShape b() const;
  /// Where a warp deals its tile of C anew: warp, row, column.
  BufferShape c() const;

private:
  int64_t rowPitch(mlir::Type type) const;

  ScheduleAttr schedule;
  int64_t k;
  mlir::Type element, result;
};

} // namespace ts

#endif // TS_IR_BUFFERPLAN_H
