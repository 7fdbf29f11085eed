//===- Estimate.h - One prediction on its way ------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The terms of the model, a function for each. SmTerms.cpp has those of one SM,
// MemoryTerms.cpp those that all SMs share, Model.cpp joins them.
//
//===----------------------------------------------------------------------===//

#ifndef TS_STRATEGY_ESTIMATE_H
#define TS_STRATEGY_ESTIMATE_H

#include "ts/Strategy/Model.h"

namespace ts {

class Estimate {
public:
  Estimate(const ModelConstants &c, const Plan &plan,
           const CompiledFacts &facts);

  Prediction run();

private:
  // Of one SM, in milliseconds: what its pipes need, were no warp to wait.
  double addPipes();
  double addIssue();
  double addShared();
  double addSpills();
  // What its warps wait for, one after the other.
  double addLatency();
  double addBlocks();
  double addRing();
  // Of all SMs together.
  double addDram();
  double addL2();

  double writeLoss() const;
  double lostClocks() const;
  double fetchClocks() const;
  double chainClocks() const;
  double tilesInChain() const;
  /// Of all warps, prologues included, for the busiest SM.
  double total(double Work::*kind) const;
  double milliseconds(double clocks) const { return clocks / clock * 1e-6; }
  double startsPerSM() const;
  double blocksPerSM() const;
  /// Adds a term and returns its time.
  double add(llvm::StringLiteral name, double milliseconds, std::string detail);

  const ModelConstants &c;
  const Plan &plan;
  const Chip &chip;
  Work tile, prologue;
  double clock; ///< GHz; lower where the tensor cores are busy
  double clocksPerMma = 0;
  Prediction result;
};

} // namespace ts

#endif // TS_STRATEGY_ESTIMATE_H
