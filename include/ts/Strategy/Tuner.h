//===- Tuner.h - Which schedule is the fastest -----------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Spends a budget of device time on candidates: all of them shortly, then the
// surroundings of the best, then the best of all for longer and longer. How a
// schedule is measured is a function from outside.
//
//===----------------------------------------------------------------------===//

#ifndef TS_STRATEGY_TUNER_H
#define TS_STRATEGY_TUNER_H

#include "ts/Strategy/Space.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <string>
#include <vector>

namespace ts {

/// What came out of running one schedule.
struct Measurement {
  double milliseconds = 0, memsetMilliseconds = 0; ///< medians
  int64_t samples = 0;
  int64_t checked = 0, outputs = 0; ///< elements compared, of all
  std::string wrong;                ///< what was wrong with the result
  std::string failed;   ///< why it could not be compiled, run or checked
  bool isFatal = false; ///< the device is lost: nothing more can be measured
  double seconds = 0;   ///< device time it took
  int64_t registers = 0, localBytes = 0;

  bool isUsable() const { return wrong.empty() && failed.empty(); }
  /// Relative to the memset of the same run, so that a clock that drifts does
  /// not decide.
  double cost() const;
};

/// One schedule and its last (longest) measurement.
struct Trial {
  ScheduleAttr schedule;
  double predicted = 0; ///< by the model, in milliseconds
  Measurement measured;
};

struct TuneOptions {
  double budget = 60;          ///< seconds of device time
  unsigned firstSamples = 5;   ///< of every candidate
  unsigned lastSamples = 40;   ///< of the finalists
  unsigned finalists = 4;      ///< that are measured longest
  unsigned climbs = 4;         ///< schedules whose surroundings are measured
  unsigned variations = 16;    ///< of each
  double candidateShare = 0.6; ///< of the budget, for the candidates
  double climbShare = 0.85;    ///< of the budget, for these and surroundings
};

struct TuneResult {
  /// Usable ones first, the fastest first; then the wrong ones, then those
  /// that failed.
  std::vector<Trial> trials;
  double seconds = 0;       ///< of device time
  unsigned notMeasured = 0; ///< candidates for which no time was left
  bool isDeviceLost = false;

  /// The fastest usable one, or null.
  const Trial *best() const;
};

class Tuner {
public:
  using Measure = llvm::function_ref<Measurement(ScheduleAttr, unsigned)>;
  /// Schedules near one, the most promising first.
  using Surroundings = llvm::function_ref<std::vector<Candidate>(ScheduleAttr)>;
  /// What will be measured next, unless time runs out, in this order.
  using Announce = llvm::function_ref<void(llvm::ArrayRef<ScheduleAttr>)>;
  /// Called after each stage with everything measured in it.
  using Save = llvm::function_ref<void(llvm::ArrayRef<Trial>)>;

  Tuner(const TuneOptions &options, Measure measure, Surroundings surroundings,
        Announce announce, Save save)
      : options(options), measure(measure), surroundings(surroundings),
        announce(announce), save(save) {}

  TuneResult run(llvm::ArrayRef<Candidate> candidates);

private:
  bool hasTime(double share) const;
  bool isKnown(ScheduleAttr schedule) const;
  unsigned measureAll(llvm::ArrayRef<Candidate> candidates, double share);
  void climb();
  void halve();
  void rank();

  TuneOptions options;
  Measure measure;
  Surroundings surroundings;
  Announce announce;
  Save save;
  TuneResult result;
  llvm::DenseSet<ScheduleAttr> known;
};

} // namespace ts

#endif // TS_STRATEGY_TUNER_H
