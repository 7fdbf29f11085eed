//===- Wish.cpp - From how exact to how -----------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// fp32_accurate says what a result must be worth; which pieces of operands are
// multiplied for that depends on K and on how the chip's tensor cores add up
// (Numerics knows). Where several mechanisms will do, the fastest is taken.
//
//===----------------------------------------------------------------------===//

#include "ts/Strategy/Wish.h"

#include "ts/Numerics/Bound.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace ts;

static num::Precision asNumeric(PrecisionMode mode) {
  return num::Precision(unsigned(mode));
}

/// Fastest first.
static SmallVector<PrecisionMode> mechanismsOf(const Problem &problem,
                                               const Chip &chip) {
  SmallVector<PrecisionMode> modes;
  for (num::Precision mechanism :
       num::mechanismsFor(asNumeric(problem.precision), problem.k, chip))
    modes.push_back(PrecisionMode(unsigned(mechanism)));
  return modes;
}

/// By how much the mode may be slower and be taken: where writing binds, all
/// are equal but for the error of the model, or of two measurements, and the
/// bits of plain ieee then cost nothing.
static double marginOf(PrecisionMode mode, const Decision &decision,
                       const Decision &best) {
  // One schedule on several H200s (benchmarks/headline.md).
  constexpr double measuredMargin = 0.01;
  if (mode != PrecisionMode::Ieee)
    return 0;
  bool areMeasured = decision.measured > 0 && best.measured > 0;
  return areMeasured ? measuredMargin : modelMargin;
}

Resolved ts::resolve(const Problem &problem, const Layouts &layouts,
                     TargetAttr target, const TuningDatabase &database) {
  SmallVector<PrecisionMode> modes = mechanismsOf(problem, target.getInfo());
  Problem meant = problem;
  Resolved best = {Decision(), problem.precision};
  for (PrecisionMode mode : modes) {
    // Of those on the tensor cores the first is the fastest, whatever is known
    // of each; only plain ieee, on a pipe of its own, may be faster than that.
    if (best.decision.schedule && mode != PrecisionMode::Ieee)
      continue;
    meant.precision = mode;
    Decision decision = decide(meant, layouts, target, database);
    bool isLast = mode == modes.back();
    // What only streams on the tensor cores is no faster than plain ieee.
    bool hasOwn = decision.schedule &&
                  decision.schedule.getShapeClass() != ShapeClass::General;
    if (!hasOwn && !(isLast && decision.schedule))
      continue;
    if (!best.decision.schedule ||
        decision.expected() * (1 - marginOf(mode, decision, best.decision)) <
            best.decision.expected())
      best = {std::move(decision), mode};
  }
  return best;
}

PrecisionMode ts::mechanismFor(ScheduleAttr schedule, Problem problem,
                               const Chip &chip) {
  PrecisionMode wish = problem.precision;
  MmaAttr mma = schedule.getMma();
  for (PrecisionMode mode : mechanismsOf(problem, chip)) {
    problem.precision = mode;
    std::optional<MmaKind> instruction = instructionFor(problem);
    if (mma ? instruction == mma.getInstruction() : !instruction)
      return mode;
  }
  return wish;
}

std::string ts::describeBound(const Problem &problem, PrecisionMode mechanism,
                              const Chip &chip) {
  PrecisionMode wish = problem.precision;
  if (!problem.element.isF32() || wish == PrecisionMode::Ieee)
    return "";
  bool isNormwise = wish == PrecisionMode::F16x3 ||
                    wish == PrecisionMode::Fp32AccurateNormwise;
  num::Magnitude magnitude =
      isNormwise ? num::Magnitude::Normwise : num::Magnitude::Elementwise;
  auto bound = [&](PrecisionMode mode) {
    return num::productBound(asNumeric(mode), num::ElementType::F32, problem.k,
                             magnitude, chip.tensorCore);
  };
  std::string text;
  llvm::raw_string_ostream out(text);
  out << stringifyPrecisionMode(mechanism);
  if (mechanism != wish)
    out << " for " << stringifyPrecisionMode(wish);
  out << llvm::format(": error at most %.2e of ", bound(mechanism))
      << num::name(magnitude)
      << llvm::format(" (ieee: %.2e)", bound(PrecisionMode::Ieee));
  return text;
}
