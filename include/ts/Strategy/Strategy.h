//===- Strategy.h - Who chooses a schedule, and why ------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TS_STRATEGY_STRATEGY_H
#define TS_STRATEGY_STRATEGY_H

#include "ts/IR/ScheduleLegality.h"
#include "ts/Target/Target.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ts {

/// A decision and its reason, one sentence for the remark.
struct Proposal {
  ScheduleAttr schedule;
  std::string reason;
};

/// One family of schedules. Strategies are asked in order; the first proposal
/// that fits the problem on the target is taken.
class Strategy {
public:
  virtual ~Strategy();
  /// Nothing if the family is not meant for this problem, or does not fit.
  virtual std::optional<Proposal> propose(const Problem &problem,
                                          const Chip &chip,
                                          mlir::MLIRContext *context) const = 0;
};

/// Persistent blocks for `slices` slices of `bands` bands each: one for each
/// SM, or the most below that whose shares all end with a slice, if the longest
/// share is no longer then. A block that goes on to another slice stands still
/// until that is there.
int64_t persistentBlocks(int64_t slices, int64_t bands, const Chip &chip);

/// K up to 16, writing C is all the work: small blocks in a narrow band.
std::unique_ptr<Strategy> createFewStepsStrategy();
/// Small K, output dominates: a slice of B stays in shared memory.
std::unique_ptr<Strategy> createOutStrategy();
/// Everything else, correctly: both operands are read where they are.
std::unique_ptr<Strategy> createStreamStrategy();

/// Small K, output dominates, on the tensor cores: columns of B stay in
/// registers.
std::unique_ptr<Strategy> createMmaStrategy();
/// Every other product that the tensor cores can compute.
std::unique_ptr<Strategy> createMmaStreamStrategy();

/// All strategies, in the order they are asked.
std::vector<std::unique_ptr<Strategy>> createStrategies();

} // namespace ts

#endif // TS_STRATEGY_STRATEGY_H
