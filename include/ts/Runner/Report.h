//===- Report.h - What a run says about itself ------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A number is printed only with what makes it checkable; the table for people
// and the JSON for scripts hold the same facts.
//
//===----------------------------------------------------------------------===//

#ifndef TS_RUNNER_REPORT_H
#define TS_RUNNER_REPORT_H

#include "ts/Runner/Explain.h"
#include "ts/Runner/RunError.h"
#include "ts/Runner/Verify.h"
#include "ts/Runtime/Timing.h"

#include "llvm/Support/JSON.h"

namespace ts {

/// The simulated part of a run.
struct SimulatedWork {
  uint64_t launches = 0, blocksRun = 0, blocksTotal = 0;
  sim::Counters counters;
  uint64_t sampleSeed = 0;
  double milliseconds = 0; ///< of the host
};

struct Report {
  std::string file, entry;
  rt::DeviceInfo device;
  std::string chip;
  unsigned isa = 0;
  std::string ptxasVersion;              ///< empty: no ptxas
  std::vector<std::string> schedules;    ///< one per product that has one
  std::vector<std::string> arguments;    ///< what each was filled with
  std::vector<Explanation> explanations; ///< if they were asked for
  std::vector<std::string> kernelFacts;
  /// Largest of all kernels, per thread, as the driver compiled them.
  unsigned registers = 0, localBytes = 0;
  uint64_t bytes = 0;       ///< that must move: operands read, results written
  uint64_t outputBytes = 0; ///< of these, written
  double multiplyAdds = 0;
  std::optional<SimulatedWork> simulated;
  llvm::json::Array counters; ///< of each launch, if they were asked for
  std::optional<rt::Timing> timing;
  std::vector<OutputReport> outputs;
  /// Why nothing, or not everything, was checked.
  std::string notChecked;
  bool hasOutputs = true;            ///< there is something to check at all
  bool checkDeclined = false;        ///< --check=none
  std::vector<std::string> problems; ///< each makes the run a failure

  ExitCode exitCode() const;
  void print(llvm::raw_ostream &os) const;
  llvm::json::Value toJson() const;
};

/// Why a measured time cannot be true, or empty: nothing that writes the output
/// to memory is faster than a memset of it in the same run.
std::string impossibleTime(const rt::Timing &timing, uint64_t outputBytes,
                           uint64_t l2Bytes);

} // namespace ts

#endif // TS_RUNNER_REPORT_H
