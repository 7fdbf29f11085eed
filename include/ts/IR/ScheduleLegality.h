//===- ScheduleLegality.h - Does a schedule fit? ---------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The one gate for schedules, whether a person, a tuner or a strategy wrote
// them: what a schedule needs for a problem, held against a chip.
//
//===----------------------------------------------------------------------===//

#ifndef TS_IR_SCHEDULELEGALITY_H
#define TS_IR_SCHEDULELEGALITY_H

#include "ts/IR/TS.h"
#include "ts/Numerics/Precision.h"

namespace ts {

/// A product as schedules see it.
struct Problem {
  int64_t m, n, k;
  /// A mechanism (ieee, tf32, ...), not a wish (fp32_accurate).
  PrecisionMode precision = PrecisionMode::Ieee;
  mlir::Type element; ///< of A and B
  mlir::Type result;  ///< of C
  /// Bytes that every row of C is aligned to, at most 16: the widest store.
  int64_t rowAlignment = 16;
  /// C is written and not read (beta = 0), and rows are of adjacent elements:
  /// slices may overlap.
  bool takesSkew = true;
};

/// Columns of C that a lane can own side by side and still write in one store,
/// at most four.
int64_t storableColumns(const Problem &problem);

/// Bytes that every row of a matrix is aligned to, at most the 16 of the widest
/// access, its allocation being aligned to more than that. Elements that are
/// not adjacent are accessed one by one.
int64_t rowAlignmentOf(mlir::Value matrix);

/// The problem a product poses.
Problem problemOf(MatmulOp op);

/// The pieces and products of the problem's precision, which is no wish.
num::Mechanism mechanismOf(const Problem &problem);

/// How many cross products of pieces, the smallest, have an accumulator of
/// their own: all where they cannot begin the leading sum, because of their
/// scale or a K of several products.
size_t productsApart(const num::Mechanism &mechanism, MmaAttr mma, int64_t k);

/// The matrix instruction that multiplies what the problem's precision makes of
/// its operands; nothing if that is the FMA pipe's work.
std::optional<MmaKind> instructionFor(const Problem &problem);

/// Shared memory of one block, in bytes.
int64_t sharedBytes(ScheduleAttr schedule, const Problem &problem);

/// Estimate of the registers a thread needs, in the units they are given out.
int64_t estimatedRegisters(ScheduleAttr schedule, const Problem &problem);

/// Blocks that cover an m x n matrix.
int64_t blockCount(ScheduleAttr schedule, int64_t m, int64_t n);

/// Checks that the schedule's math computes what the problem's precision asks
/// for.
mlir::LogicalResult
verifyMath(ScheduleAttr schedule, const Problem &problem,
           llvm::function_ref<mlir::InFlightDiagnostic()> emitError);

/// Checks that the schedule can compute the problem on the target.
mlir::LogicalResult
verifyFits(ScheduleAttr schedule, const Problem &problem, TargetAttr target,
           llvm::function_ref<mlir::InFlightDiagnostic()> emitError);

} // namespace ts

#endif // TS_IR_SCHEDULELEGALITY_H
