//===- Model.cpp - How long a schedule should take ------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Three levels. The pipes of an SM overlap, so the busiest binds, unless a warp
// alone cannot keep it busy. The blocks of an SM start together and stay in
// step: what each waits for at its start and at barriers is not hidden by the
// others' arithmetic, but shared by all that wait at the same time. Memory
// works beside all of it, and well but not wholly overlaps: a norm between sum
// and maximum joins them. All fitted numbers are in ModelConstants, all
// data-sheet numbers in Target.
//
//===----------------------------------------------------------------------===//

#include "Estimate.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>
#include <limits>

using namespace ts;
using llvm::formatv;

const Term &Prediction::binding() const {
  return *llvm::max_element(terms, [](const Term &lhs, const Term &rhs) {
    return lhs.milliseconds < rhs.milliseconds;
  });
}

std::string Prediction::summary() const {
  if (residentBlocks == 0)
    return "no SM holds a block of it";
  return formatv("{0:f3} ms, bound by {1}", milliseconds, binding().name);
}

Estimate::Estimate(const ModelConstants &c, const Plan &plan,
                   const CompiledFacts &facts)
    : c(c), plan(plan), chip(plan.chip),
      tile(facts.perTile ? *facts.perTile : plan.tile()),
      prologue(plan.prologue()), clock(plan.chip.clockGHz()) {}

double Estimate::add(llvm::StringLiteral name, double milliseconds,
                     std::string detail) {
  result.terms.push_back({name, milliseconds, std::move(detail)});
  return milliseconds;
}

Prediction Estimate::run() {
  result.residentBlocks = plan.residentBlocks;
  if (plan.residentBlocks == 0) {
    result.milliseconds = std::numeric_limits<double>::infinity();
    return result;
  }
  double pipe = addPipes(), issue = addIssue();
  double dram = addDram(), l2 = addL2();
  double busy = std::max({pipe, issue, addShared()}) + addSpills();
  double sm = std::max(busy, addLatency());
  sm += addBlocks() + addRing();
  double sum = 0;
  for (double time : {sm, dram, l2})
    sum += std::pow(time, c.exponent);
  result.milliseconds = c.launch + std::pow(sum, 1 / c.exponent);
  return result;
}

Prediction Model::predict(ScheduleAttr schedule, const Problem &problem,
                          const Chip &chip, const CompiledFacts &facts) const {
  Plan plan(schedule, problem, chip, facts.registers, facts.localBytes);
  if (problem.m < 1 || problem.n < 1 || problem.k < 1)
    return {constants.launch,
            {{"launch", constants.launch, "nothing to multiply"}},
            plan.residentBlocks};
  return Estimate(constants, plan, facts).run();
}
