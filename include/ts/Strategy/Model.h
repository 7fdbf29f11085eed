//===- Model.h - How long a schedule should take ---------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Predicts the time of a schedule from what it makes the chip do: one term for
// each resource, as if that alone were needed, and their combination. It ranks
// schedules before any is run, and says what binds the one that was chosen.
//
//===----------------------------------------------------------------------===//

#ifndef TS_STRATEGY_MODEL_H
#define TS_STRATEGY_MODEL_H

#include "ts/Strategy/ModelConstants.h"
#include "ts/Strategy/Work.h"

#include <string>
#include <vector>

namespace ts {

/// The time that one resource alone would need.
struct Term {
  llvm::StringRef name;
  double milliseconds;
  std::string detail; ///< the figures behind it, for people
};

struct Prediction {
  double milliseconds = 0;
  std::vector<Term> terms;
  /// Blocks that an SM holds at a time; 0: the schedule cannot be launched.
  int64_t residentBlocks = 0;

  /// The largest term.
  const Term &binding() const;
  /// "1.32 ms, bound by issue"
  std::string summary() const;
};

/// What is known of a kernel once it has been compiled; numbers that are not
/// given are estimated from the schedule.
struct CompiledFacts {
  int64_t registers = 0;
  int64_t localBytes = 0;      ///< per thread; counts if `registers` does
  std::optional<Work> perTile; ///< instructions of a warp for one tile
};

class Model {
public:
  explicit Model(const ModelConstants &constants = {}) : constants(constants) {}

  Prediction predict(ScheduleAttr schedule, const Problem &problem,
                     const Chip &chip, const CompiledFacts &facts = {}) const;

private:
  ModelConstants constants;
};

} // namespace ts

#endif // TS_STRATEGY_MODEL_H
