//===- Transfer.cpp - From a measured shape to another --------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Transfer.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

using namespace mlir;
using namespace ts;

/// Records of the nearest shape that tell how far the model is off there.
static constexpr size_t sampleSize = 8;

static CompiledFacts factsOf(const TuningRecord &record) {
  CompiledFacts facts;
  facts.registers = record.registers;
  facts.localBytes = record.localBytes;
  return facts;
}

double Transfer::errorOf(const TuningRecord &record,
                         ScheduleAttr schedule) const {
  // Precision and types are those of the problem, or it were no neighbour.
  Problem there = problem;
  there.m = record.key.m;
  there.n = record.key.n;
  there.k = record.key.k;
  there.rowAlignment = record.key.layouts.align[2];
  Prediction prediction =
      Model().predict(schedule, there, chip, factsOf(record));
  return record.milliseconds / prediction.milliseconds;
}

double Transfer::usualError(MLIRContext *context) const {
  if (usual)
    return *usual;
  std::vector<double> errors;
  for (const Neighbour &neighbour : neighbours) {
    if (errors.size() == sampleSize ||
        neighbour.record->key.shape() != neighbours.front().record->key.shape())
      break;
    if (ScheduleAttr schedule =
            parseSchedule(neighbour.record->schedule, context))
      errors.push_back(errorOf(*neighbour.record, schedule));
  }
  llvm::sort(errors);
  usual = errors.empty() ? 1 : errors[(errors.size() - 1) / 2];
  return *usual;
}

double Transfer::expect(ScheduleAttr schedule,
                        const TuningRecord &record) const {
  // Records are the best of many: that one beats the model by more than others
  // there says nothing of another shape.
  double error =
      std::max(usualError(schedule.getContext()), errorOf(record, schedule));
  return error *
         Model().predict(schedule, problem, chip, factsOf(record)).milliseconds;
}

double Transfer::expect(ScheduleAttr schedule) const {
  std::string text = printSchedule(schedule);
  auto same = llvm::find_if(neighbours, [&](const Neighbour &neighbour) {
    return neighbour.record->schedule == text;
  });
  if (same != neighbours.end())
    return expect(schedule, *same->record);
  // Nor that they beat it, of what nobody has tried.
  return std::max(1.0, usualError(schedule.getContext())) *
         Model().predict(schedule, problem, chip).milliseconds;
}
