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

namespace ts {

/// Shared memory of one block, in bytes, for a product with `k` steps.
int64_t sharedBytes(ScheduleAttr schedule, int64_t k);

/// Estimate of the registers a thread needs, in the units they are given out.
int64_t estimatedRegisters(ScheduleAttr schedule);

/// Blocks that cover an m x n matrix.
int64_t blockCount(ScheduleAttr schedule, int64_t m, int64_t n);

/// Checks that the schedule can compute an m x n x k product on the target.
mlir::LogicalResult
verifyFits(ScheduleAttr schedule, int64_t m, int64_t n, int64_t k,
           TargetAttr target,
           llvm::function_ref<mlir::InFlightDiagnostic()> emitError);

} // namespace ts

#endif // TS_IR_SCHEDULELEGALITY_H
