//===- Prune.cpp - Which schedules to measure -----------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A model ranks thousands of schedules in the time that one takes to compile.
// It is wrong by some percent, so that its best are measured and not believed,
// and some are drawn at random where it may be wrong by more.
//
//===----------------------------------------------------------------------===//

#include "ts/Strategy/Decision.h"
#include "ts/Strategy/Space.h"

#include "SortBy.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"

#include <cmath>

using namespace mlir;
using namespace ts;

namespace {
/// Predicts schedules and puts the fastest first; equal ones stay in order.
class Ranking {
public:
  Ranking(const Model &model, const Problem &problem, const Chip &chip)
      : model(model), problem(problem), chip(chip) {}

  std::vector<Candidate> rank(ArrayRef<ScheduleAttr> schedules) const {
    std::vector<Candidate> ranked;
    for (ScheduleAttr schedule : schedules) {
      double time = predict(schedule);
      if (std::isfinite(time))
        ranked.push_back({schedule, time});
    }
    sortBy(ranked, [](const Candidate &c) { return c.predicted; });
    return ranked;
  }
  double predict(ScheduleAttr schedule) const {
    return model.predict(schedule, problem, chip).milliseconds;
  }

private:
  const Model &model;
  const Problem &problem;
  const Chip &chip;
};
} // namespace

/// Adds the first `count` of `ranked` that are not in `chosen` yet.
static void take(ArrayRef<Candidate> ranked, unsigned count,
                 llvm::SetVector<ScheduleAttr> &chosen) {
  size_t wanted = chosen.size() + count;
  for (const Candidate &candidate : ranked) {
    if (chosen.size() == wanted)
      return;
    chosen.insert(candidate.schedule);
  }
}

/// A random structure with up to three random variations.
static ScheduleAttr draw(const Space &space, ArrayRef<Candidate> structures,
                         std::mt19937_64 &random) {
  // Not a distribution of the library: those differ between libraries.
  auto below = [&](size_t count) { return size_t(random() % count); };
  ScheduleAttr schedule = structures[below(structures.size())].schedule;
  for (size_t change = below(4); change > 0; --change) {
    std::vector<ScheduleAttr> variations = space.variations(schedule);
    if (!variations.empty())
      schedule = variations[below(variations.size())];
  }
  return schedule;
}

std::vector<Candidate> ts::prune(const Space &space, const Model &model,
                                 const Problem &problem, const Chip &chip,
                                 ArrayRef<ScheduleAttr> always,
                                 const PruneOptions &options) {
  Ranking ranking(model, problem, chip);
  llvm::SetVector<ScheduleAttr> chosen(always.begin(), always.end());
  std::vector<Candidate> structures = ranking.rank(space.structures());
  take(structures, options.keep - options.keep / 2, chosen);

  // Half as many bases as schedules: some of each base's variations are kept.
  std::vector<ScheduleAttr> variations;
  for (ScheduleAttr base :
       ArrayRef(chosen.getArrayRef()).take_front(options.keep / 4 + 1))
    llvm::append_range(variations, space.variations(base));
  take(ranking.rank(variations), options.keep / 2, chosen);

  std::mt19937_64 random(options.seed);
  size_t wanted = chosen.size() + options.explore;
  for (unsigned tries = 0; tries < 8 * options.explore && !structures.empty() &&
                           chosen.size() < wanted;
       ++tries)
    chosen.insert(draw(space, structures, random));

  std::vector<Candidate> result;
  for (ScheduleAttr schedule : chosen)
    result.push_back({schedule, ranking.predict(schedule)});
  return result;
}

std::vector<Candidate> ts::rankedVariations(const Space &space,
                                            const Model &model,
                                            const Problem &problem,
                                            const Chip &chip,
                                            ScheduleAttr schedule) {
  return Ranking(model, problem, chip).rank(space.variations(schedule));
}

std::optional<Candidate> ts::bestByModel(const Space &space, const Model &model,
                                         const Problem &problem,
                                         const Chip &chip) {
  std::vector<Candidate> ranked =
      Ranking(model, problem, chip).rank(space.structures());
  if (ranked.empty())
    return std::nullopt;
  // Every kernel that was measured keeps B: that another is faster by less than
  // the model may be wrong by is not believed.
  auto keeping = llvm::find_if(ranked, [](const Candidate &candidate) {
    return candidate.schedule.getB().getHome() != Home::Global;
  });
  double limit = ranked.front().predicted / (1 - modelMargin);
  bool isClose = keeping != ranked.end() && keeping->predicted <= limit;
  return isClose ? *keeping : ranked.front();
}
