//===- Transfer.h - From a measured shape to another -----------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The fastest schedule of one shape need not be that of a shape near it: of
// 4096 x 4096 x 32 on an H200 it loses a tenth at 8192 x 8192 to the one that
// a strategy proposes. A record says by how much the model errs about a
// schedule, the model says what another shape changes. Where the schedule was
// never measured, its error is that of others at the nearest shape.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_STRATEGY_TRANSFER_H
#define TS_LIB_STRATEGY_TRANSFER_H

#include "ts/IR/ScheduleText.h"
#include "ts/Strategy/Model.h"
#include "ts/Strategy/TuningDatabase.h"

#include <optional>

namespace ts {

class Transfer {
public:
  /// Keeps the array, not what is in it.
  Transfer(llvm::ArrayRef<Neighbour> neighbours, const Problem &problem,
           const Chip &chip)
      : neighbours(neighbours), problem(problem), chip(chip) {}

  /// Milliseconds the schedule should take for the problem: the model's, times
  /// measured over predicted of the nearest record of the same schedule, but no
  /// less than the median of that over the fastest records of the nearest
  /// shape; without such a record that median, but no less than 1.
  double expect(ScheduleAttr schedule) const;
  /// The same where the record of the schedule is known.
  double expect(ScheduleAttr schedule, const TuningRecord &record) const;

private:
  /// Measured over predicted, for the record's own problem.
  double errorOf(const TuningRecord &record, ScheduleAttr schedule) const;
  double usualError(mlir::MLIRContext *context) const;

  mutable std::optional<double> usual; ///< once it was asked for
  llvm::ArrayRef<Neighbour> neighbours;
  Problem problem;
  const Chip &chip;
};

} // namespace ts

#endif // TS_LIB_STRATEGY_TRANSFER_H
