//===- Space.h - The schedules that could be tried -------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// All schedules worth a thought for one problem on one chip, each one past
// verifyFits. The space is too large to be measured: its structures (tiles,
// warps, blocks, homes) are listed, and every other field is varied one at a
// time around a schedule that is interesting already.
//
//===----------------------------------------------------------------------===//

#ifndef TS_STRATEGY_SPACE_H
#define TS_STRATEGY_SPACE_H

#include "ts/Strategy/Draft.h"
#include "ts/Strategy/Model.h"

#include <random>
#include <vector>

namespace ts {

class Space {
public:
  Space(const Problem &problem, TargetAttr target)
      : problem(problem), target(target) {}

  /// Legal structures, every other field at its usual value.
  std::vector<ScheduleAttr> structures() const;
  /// Legal schedules that differ from one in one field.
  std::vector<ScheduleAttr> variations(ScheduleAttr schedule) const;

private:
  std::vector<Draft> fmaDrafts() const;
  std::vector<Draft> mmaDrafts(MmaKind instruction) const;
  std::vector<Draft> withBlocks(const Draft &draft) const;
  bool isSensible(const Draft &draft) const;
  void addIfLegal(const Draft &draft, std::vector<ScheduleAttr> &list) const;

  Problem problem;
  TargetAttr target;
};

/// A schedule and the time the model gives it.
struct Candidate {
  ScheduleAttr schedule;
  double predicted; ///< milliseconds
};

struct PruneOptions {
  unsigned keep = 64;    ///< best by the model
  unsigned explore = 16; ///< drawn at random from all others
  uint64_t seed = 0;
};

/// What to measure: `always` first, then half of `keep` as the best structures
/// and half as the best variations of them, then random ones; each once, and
/// the same for the same seed.
std::vector<Candidate> prune(const Space &space, const Model &model,
                             const Problem &problem, const Chip &chip,
                             llvm::ArrayRef<ScheduleAttr> always,
                             const PruneOptions &options);

/// The variations of a schedule, the most promising first.
std::vector<Candidate> rankedVariations(const Space &space, const Model &model,
                                        const Problem &problem,
                                        const Chip &chip,
                                        ScheduleAttr schedule);

/// The legal structure with the shortest predicted time, or nothing.
std::optional<Candidate> bestByModel(const Space &space, const Model &model,
                                     const Problem &problem, const Chip &chip);

} // namespace ts

#endif // TS_STRATEGY_SPACE_H
