//===- Tuner.cpp - Which schedule is the fastest --------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Successive halving with a climb in between: a short measurement of all tells
// which third is worth a longer one, and the model's blind spots are found by
// looking around what turned out to be fast.
//
//===----------------------------------------------------------------------===//

#include "ts/Strategy/Tuner.h"

#include "SortBy.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVectorExtras.h"

#include <algorithm>

using namespace ts;
using llvm::ArrayRef;

double Measurement::cost() const {
  return memsetMilliseconds > 0 ? milliseconds / memsetMilliseconds
                                : milliseconds;
}

const Trial *TuneResult::best() const {
  bool any = !trials.empty() && trials.front().measured.isUsable();
  return any ? &trials.front() : nullptr;
}

bool Tuner::hasTime(double share) const {
  return !result.isDeviceLost && result.seconds < share * options.budget;
}

bool Tuner::isKnown(ScheduleAttr schedule) const {
  return known.contains(schedule);
}

void Tuner::rank() {
  sortBy(result.trials, [](const Trial &trial) {
    const Measurement &m = trial.measured;
    int group = m.isUsable() ? 0 : m.failed.empty() ? 1 : 2;
    return std::pair(group, m.cost());
  });
}

/// Returns how many were left out for want of time.
unsigned Tuner::measureAll(ArrayRef<Candidate> candidates, double share) {
  size_t before = result.trials.size();
  std::vector<ScheduleAttr> next;
  for (const Candidate &candidate : candidates)
    if (!isKnown(candidate.schedule))
      next.push_back(candidate.schedule);
  if (hasTime(share))
    announce(next);
  unsigned left = 0;
  for (const Candidate &candidate : candidates) {
    if (isKnown(candidate.schedule))
      continue;
    if (!hasTime(share)) {
      ++left;
      continue;
    }
    known.insert(candidate.schedule);
    Measurement measured = measure(candidate.schedule, options.firstSamples);
    result.seconds += measured.seconds;
    result.isDeviceLost |= measured.isFatal;
    result.trials.push_back(
        {candidate.schedule, candidate.predicted, std::move(measured)});
  }
  if (result.trials.size() > before)
    save(ArrayRef(result.trials).drop_front(before));
  return left;
}

/// Looks around the best one, and again around what is found there.
void Tuner::climb() {
  llvm::DenseSet<ScheduleAttr> visited;
  for (unsigned step = 0; step < options.climbs; ++step) {
    rank();
    auto next = llvm::find_if(result.trials, [&](const Trial &trial) {
      return !visited.contains(trial.schedule);
    });
    bool any = next != result.trials.end() && next->measured.isUsable();
    if (!any || !hasTime(options.climbShare))
      return;
    visited.insert(next->schedule);
    std::vector<Candidate> around = surroundings(next->schedule);
    llvm::erase_if(around,
                   [&](const Candidate &c) { return isKnown(c.schedule); });
    if (around.size() > options.variations)
      around.resize(options.variations);
    measureAll(around, options.climbShare);
  }
}

/// Measures the best for twice as long each time, half as many of them.
void Tuner::halve() {
  rank();
  size_t usable = llvm::count_if(result.trials, [](const Trial &trial) {
    return trial.measured.isUsable();
  });
  size_t count = std::min<size_t>(usable, 4 * options.finalists);
  unsigned samples = options.firstSamples;
  while (count > 0 && samples < options.lastSamples && hasTime(1)) {
    samples = std::min(2 * samples, options.lastSamples);
    std::vector<Trial> measured;
    announce(
        llvm::map_to_vector(ArrayRef(result.trials).take_front(count),
                            [](const Trial &trial) { return trial.schedule; }));
    for (size_t i = 0; i < count && hasTime(1); ++i) {
      Trial &trial = result.trials[i];
      trial.measured = measure(trial.schedule, samples);
      result.seconds += trial.measured.seconds;
      result.isDeviceLost |= trial.measured.isFatal;
      measured.push_back(trial);
    }
    if (!measured.empty())
      save(measured);
    rank();
    if (!hasTime(1))
      return;
    count =
        std::max<size_t>(std::min<size_t>(count, options.finalists), count / 2);
  }
}

TuneResult Tuner::run(ArrayRef<Candidate> candidates) {
  result = {};
  known.clear();
  result.notMeasured = measureAll(candidates, options.candidateShare);
  climb();
  halve();
  rank();
  return std::move(result);
}
