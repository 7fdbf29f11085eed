//===- Decision.h - One schedule, and why ----------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Where all sources of schedules come together: what was measured, then what
// strategies and model say. The pass that writes schedules and the tools that
// explain them ask the same function.
//
//===----------------------------------------------------------------------===//

#ifndef TS_STRATEGY_DECISION_H
#define TS_STRATEGY_DECISION_H

#include "ts/Strategy/Model.h"
#include "ts/Strategy/Strategy.h"
#include "ts/Strategy/TuningDatabase.h"

namespace ts {

/// Who chose a schedule.
enum class Source { Hand, Database, Strategy, Model };
llvm::StringRef toString(Source source);

struct Decision {
  ScheduleAttr schedule; ///< null if no strategy has one
  Source source = Source::Strategy;
  std::string reason; ///< one sentence
  Prediction prediction;
  /// Measured time, of exactly this problem; 0 without.
  double measured = 0;
  /// The predicted time, corrected by what was measured near it; 0 without.
  double corrected = 0;

  /// Milliseconds that it should take.
  double expected() const {
    if (measured > 0)
      return measured;
    return corrected > 0 ? corrected : prediction.milliseconds;
  }
};

/// What the model has to promise before it overrules a strategy: more than it
/// may be wrong by (benchmarks/model.md).
inline constexpr double modelMargin = 0.05;

/// Schedules that were measured for this problem or one near it.
std::unique_ptr<Strategy> createDatabaseStrategy(const TuningDatabase &database,
                                                 Layouts layouts,
                                                 TargetAttr target);

/// A record of this shape; else the fastest, as far as records of the nearest
/// shape and the model tell, of what was measured there and what the first
/// strategy proposes that fits. Without records near, that proposal, unless the
/// model knows a schedule that is faster by more than its own error.
Decision decide(const Problem &problem, const Layouts &layouts,
                TargetAttr target, const TuningDatabase &database);

/// What the strategies propose, in their order, as far as it fits.
std::vector<ScheduleAttr> proposalsFor(const Problem &problem,
                                       TargetAttr target);

/// The decision that a person took.
Decision decidedByHand(ScheduleAttr schedule, const Problem &problem,
                       TargetAttr target);

} // namespace ts

#endif // TS_STRATEGY_DECISION_H
