//===- Transfer.cpp - From a measured shape to another --------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Transfer.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace ts;

double Transfer::expect(ScheduleAttr schedule) const {
  std::string text;
  llvm::raw_string_ostream(text) << schedule;
  auto same = llvm::find_if(neighbours, [&](const Neighbour &neighbour) {
    return neighbour.record->schedule == text;
  });
  Model model;
  if (same == neighbours.end())
    return model.predict(schedule, problem, chip).milliseconds;
  const TuningRecord &record = *same->record;
  // Precision and types are those of the problem, or it were no neighbour.
  Problem there = problem;
  there.m = record.key.m;
  there.n = record.key.n;
  there.k = record.key.k;
  there.rowAlignment = record.key.layouts.align[2];
  CompiledFacts facts;
  facts.registers = record.registers;
  facts.localBytes = record.localBytes;
  auto predict = [&](const Problem &where) {
    return model.predict(schedule, where, chip, facts).milliseconds;
  };
  return predict(problem) * record.milliseconds / predict(there);
}
