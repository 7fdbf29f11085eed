//===- DatabaseStrategy.cpp - What was measured before --------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A schedule that was the fastest of many, with every output right, is the best
// proposal there is, for its own problem and for those near it. A record's text
// is from a file: it is parsed, and held against the problem, like any other.
//
//===----------------------------------------------------------------------===//

#include "ts/Strategy/Decision.h"
#include "ts/Strategy/Draft.h"

#include "Transfer.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace ts;

namespace {

class DatabaseStrategy : public Strategy {
public:
  DatabaseStrategy(const TuningDatabase &database, Layouts layouts,
                   TargetAttr target)
      : database(database), layouts(layouts), target(target) {}

  std::optional<Proposal> propose(const Problem &problem, const Chip &chip,
                                  MLIRContext *context) const override;

private:
  std::string reason(const Neighbour &neighbour, const TuningKey &key,
                     unsigned passedOver) const;

  const TuningDatabase &database;
  Layouts layouts;
  TargetAttr target;
};

} // namespace

std::string DatabaseStrategy::reason(const Neighbour &neighbour,
                                     const TuningKey &key,
                                     unsigned passedOver) const {
  const TuningRecord &record = *neighbour.record;
  std::string text =
      llvm::formatv("measured on {0}, {1}: {2:f4} ms", record.device,
                    record.date, record.milliseconds);
  if (record.memsetMilliseconds > 0)
    text += llvm::formatv(" ({0:f3} x memset)", record.cost());
  text += " for " + record.key.shape();
  if (!record.key.isSameBucket(key))
    text += llvm::formatv(
        ", the nearest shape in tuning database '{0}' (distance {1:f2})",
        database.getName(), neighbour.distance);
  else
    text += (" in tuning database '" + database.getName() + "'").str();
  if (passedOver > 0)
    text +=
        "; " + std::to_string(passedOver) + " before it do not fit the problem";
  return text;
}

std::optional<Proposal> DatabaseStrategy::propose(const Problem &problem,
                                                  const Chip &chip,
                                                  MLIRContext *context) const {
  TuningKey key = TuningKey::of(problem, layouts, chip.name);
  std::vector<Neighbour> neighbours = database.neighbours(key);
  Transfer transfer(neighbours, problem, chip);
  unsigned passedOver = 0;
  std::optional<Proposal> best;
  const Neighbour *nearest = nullptr;
  double expected = 0;
  for (const Neighbour &neighbour : neighbours) {
    if (nearest &&
        neighbour.record->key.shape() != nearest->record->key.shape())
      break;
    ScheduleAttr schedule = parseSchedule(neighbour.record->schedule, context);
    if (!schedule || !fits(schedule, problem, target)) {
      passedOver += !nearest;
      continue;
    }
    // Of this shape the fastest counts, which comes first; of another one what
    // should be fastest here.
    bool isHere = neighbour.record->key.isSameBucket(key);
    double time = isHere ? 0 : transfer.expect(schedule, *neighbour.record);
    if (!best || time < expected) {
      best = Proposal{schedule, reason(neighbour, key, passedOver)};
      expected = time;
    }
    if (isHere)
      break;
    nearest = nearest ? nearest : &neighbour;
  }
  return best;
}

std::unique_ptr<Strategy>
ts::createDatabaseStrategy(const TuningDatabase &database, Layouts layouts,
                           TargetAttr target) {
  return std::make_unique<DatabaseStrategy>(database, layouts, target);
}
