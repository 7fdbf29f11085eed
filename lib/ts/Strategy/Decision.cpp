//===- Decision.cpp - One schedule, and why -------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ts/Strategy/Decision.h"
#include "ts/Strategy/Space.h"

#include "Transfer.h"

#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace ts;

StringRef ts::toString(Source source) {
  switch (source) {
  case Source::Hand:
    return "hand";
  case Source::Database:
    return "database";
  case Source::Strategy:
    return "strategy";
  case Source::Model:
    return "model";
  }
  llvm_unreachable("unknown source");
}

static Decision decision(Source source, Proposal proposal,
                         const Problem &problem, TargetAttr target) {
  Prediction prediction =
      Model().predict(proposal.schedule, problem, target.getInfo());
  return {proposal.schedule, source, std::move(proposal.reason),
          std::move(prediction)};
}

Decision ts::decidedByHand(ScheduleAttr schedule, const Problem &problem,
                           TargetAttr target) {
  return decision(Source::Hand, {schedule, "given by hand"}, problem, target);
}

/// Calls `visit` with what the strategies propose, in their order, and whether
/// it fits, until that returns false.
static void visitProposals(const Problem &problem, TargetAttr target,
                           function_ref<bool(Proposal, bool)> visit) {
  for (const auto &strategy : createStrategies())
    if (auto proposal =
            strategy->propose(problem, target.getInfo(), target.getContext()))
      if (!visit(*proposal, fits(proposal->schedule, problem, target)))
        return;
}

std::vector<ScheduleAttr> ts::proposalsFor(const Problem &problem,
                                           TargetAttr target) {
  std::vector<ScheduleAttr> schedules;
  visitProposals(problem, target, [&](const Proposal &proposal, bool fits) {
    if (fits)
      schedules.push_back(proposal.schedule);
    return true;
  });
  return schedules;
}

/// The first proposal that fits; without one, any, for verifyFits to say what
/// is wrong with it.
static Proposal askStrategies(const Problem &problem, TargetAttr target) {
  Proposal last;
  visitProposals(problem, target, [&](Proposal proposal, bool fits) {
    last = std::move(proposal);
    return !fits;
  });
  return last;
}

/// The time of the record, if it is one of this very problem, or 0.
static double measuredTime(ScheduleAttr schedule,
                           llvm::ArrayRef<Neighbour> neighbours) {
  std::string text = printSchedule(schedule);
  double time = 0;
  for (const Neighbour &neighbour : neighbours)
    if (neighbour.distance == 0 && neighbour.record->schedule == text)
      time = neighbour.record->milliseconds;
  return time;
}

/// The strategies come from measured kernels. The model may know better where
/// nobody has measured the chip, and only of the FMA pipe: of 147 schedules for
/// the tensor cores that it had not seen it ordered few rightly
/// (benchmarks/model.md).
static bool mayOverrule(const Problem &problem, TargetAttr target,
                        const TuningDatabase &database) {
  return !instructionFor(problem) && !database.knowsChip(target.getChip());
}

/// True if the schedule was measured for the very problem, or one that is close
/// enough to count as the same.
static bool isMeasured(ScheduleAttr schedule,
                       llvm::ArrayRef<Neighbour> neighbours,
                       const TuningKey &key) {
  std::string text = printSchedule(schedule);
  return llvm::any_of(neighbours, [&](const Neighbour &neighbour) {
    return neighbour.record->schedule == text &&
           neighbour.record->key.isSameBucket(key);
  });
}

/// What the records say, unless they are of another shape and the strategies'
/// proposal should be faster here.
static std::optional<Decision> askDatabase(const Proposal &byStrategy,
                                           const Problem &problem,
                                           const Layouts &layouts,
                                           TargetAttr target,
                                           const TuningDatabase &database) {
  auto strategy = createDatabaseStrategy(database, layouts, target);
  const Chip &chip = target.getInfo();
  auto measured = strategy->propose(problem, chip, target.getContext());
  if (!measured)
    return std::nullopt;
  TuningKey key = TuningKey::of(problem, layouts, target.getChip());
  std::vector<Neighbour> neighbours = database.neighbours(key);
  Decision byRecord = decision(Source::Database, *measured, problem, target);
  byRecord.measured = measuredTime(measured->schedule, neighbours);
  if (byRecord.measured > 0)
    return byRecord;
  Transfer transfer(neighbours, problem, chip);
  double theirs = byRecord.corrected = transfer.expect(measured->schedule);
  if (isMeasured(measured->schedule, neighbours, key) || !byStrategy.schedule ||
      !fits(byStrategy.schedule, problem, target))
    return byRecord;
  double ours = transfer.expect(byStrategy.schedule);
  if (theirs <= ours)
    return byRecord;
  std::string reason = llvm::formatv(
      "{0}; should take {1:f3} ms, and what is fastest at the nearest measured "
      "shape {2:f3} ms",
      byStrategy.reason, ours, theirs);
  Decision result = decision(Source::Strategy, {byStrategy.schedule, reason},
                             problem, target);
  result.corrected = ours;
  return result;
}

Decision ts::decide(const Problem &problem, const Layouts &layouts,
                    TargetAttr target, const TuningDatabase &database) {
  Proposal proposal = askStrategies(problem, target);
  if (auto known = askDatabase(proposal, problem, layouts, target, database))
    return *known;
  if (!proposal.schedule || !fits(proposal.schedule, problem, target))
    return {proposal.schedule, Source::Strategy, proposal.reason, {}};
  Decision byStrategy =
      decision(Source::Strategy, std::move(proposal), problem, target);
  if (!mayOverrule(problem, target, database))
    return byStrategy;
  Space space(problem, target);
  Model model;
  std::optional<Candidate> best =
      bestByModel(space, model, problem, target.getInfo());
  double limit = (1 - modelMargin) * byStrategy.prediction.milliseconds;
  if (!best || best->predicted >= limit)
    return byStrategy;
  std::string reason = llvm::formatv(
      "the model expects {0:f3} ms, and {1:f3} ms of what a strategy proposes "
      "({2})",
      best->predicted, byStrategy.prediction.milliseconds, byStrategy.reason);
  return decision(Source::Model, {best->schedule, reason}, problem, target);
}
