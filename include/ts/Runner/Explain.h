//===- Explain.h - Why this schedule ----------------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A decision with everything behind it, for people and for scripts: who chose,
// what was measured near it, what the model expects and what binds.
//
//===----------------------------------------------------------------------===//

#ifndef TS_RUNNER_EXPLAIN_H
#define TS_RUNNER_EXPLAIN_H

#include "ts/Runner/Chosen.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace ts {

struct Explanation {
  /// A measured schedule of this problem or of one near it.
  struct Measured {
    std::string shape, schedule, date;
    double milliseconds, ratio, distance;
  };

  std::string chip, shape, precision, schedule;
  Source source = Source::Strategy;
  std::string reason;
  Prediction prediction;
  double floor = 0;        ///< ms for writing C alone
  bool isFromPtx = false;  ///< instructions were counted in the PTX
  int64_t registers = 0;   ///< by ptxas; 0: estimated
  std::string floorSource; ///< "measured" or "data sheet"
  std::vector<Measured> neighbours;

  void print(llvm::raw_ostream &os) const;
  llvm::json::Value toJson() const;
};

/// `ptx` is the text of the product's kernel, if it was compiled by itself.
Explanation explain(const ChosenProduct &product,
                    const TuningDatabase &database,
                    std::optional<llvm::StringRef> ptx,
                    const ModelConstants &constants);

} // namespace ts

#endif // TS_RUNNER_EXPLAIN_H
