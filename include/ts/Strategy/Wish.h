//===- Wish.h - From how exact to how --------------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TS_STRATEGY_WISH_H
#define TS_STRATEGY_WISH_H

#include "ts/Strategy/Decision.h"

namespace ts {

/// A decision for a problem whose precision may be a wish, and the mechanism it
/// was taken for.
struct Resolved {
  Decision decision;
  PrecisionMode mechanism;
};

/// The fastest mechanism that gives what the problem's precision promises, with
/// a family of schedules of its own.
Resolved resolve(const Problem &problem, const Layouts &layouts,
                 TargetAttr target, const TuningDatabase &database);

/// The mechanism that gives what the precision promises and that the schedule
/// can carry out; the precision itself if there is none.
PrecisionMode mechanismFor(ScheduleAttr schedule, Problem problem,
                           const Chip &chip);

/// What the mode promises about errors and who keeps it, one sentence; empty
/// for products whose bits are fixed.
std::string describeBound(const Problem &problem, PrecisionMode mechanism,
                          const Chip &chip);

} // namespace ts

#endif // TS_STRATEGY_WISH_H
