//===- Timing.h - How long device work takes -------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Measures work on a device until the noise is small enough, with a cold L2,
// and interleaved with a baseline, so that their ratio does not depend on how
// the clock drifted between two runs.
//
//===----------------------------------------------------------------------===//

#ifndef TS_RUNTIME_TIMING_H
#define TS_RUNTIME_TIMING_H

#include "ts/Runtime/Device.h"

#include <functional>

namespace ts::rt {

struct TimingOptions {
  unsigned warmUp = 3;      ///< untimed runs of each callback
  unsigned minSamples = 20; ///< of each callback
  unsigned maxSamples = 500;
  double maxSeconds = 15; ///< on the host's clock, after the warm-up
  /// Stop when the relative standard error of the mean is below this.
  double maxNoise = 0.005;
  /// Fill twice this much memory before every timed run, so that it finds
  /// nothing of its own in the L2; the device's own L2 if not given, 0 for no
  /// clearing.
  std::optional<uint64_t> l2Bytes;
  /// Runs behind the clearing, before every timed run.
  std::function<llvm::Error()> afterClearing;
};

/// Times of one callback, in the order they were taken.
class Samples {
public:
  void add(double milliseconds) { values.push_back(milliseconds); }
  llvm::ArrayRef<double> all() const { return values; }
  bool empty() const { return values.empty(); }
  double min() const;
  double mean() const;
  double median() const { return quantile(0.5); }
  /// The value below which the share `q` (0 to 1) of the samples lies,
  /// interpolated between neighbours; 0 without samples.
  double quantile(double q) const;
  /// Standard error of the mean divided by the mean; infinite for fewer than
  /// two samples.
  double noise() const;

private:
  std::vector<double> values;
};

/// Why a measurement ended.
enum class Stop { Quiet, SampleLimit, TimeLimit };
llvm::StringRef toString(Stop stop);

struct Timing {
  Samples work, baseline; ///< `baseline` is empty without one
  Stop stop = Stop::Quiet;
  /// Median of the work over median of the baseline; 0 without one.
  double ratio() const;
};

/// Measures `work`, and `baseline` (if given) alternately with it.
llvm::Expected<Timing> measure(Device &device,
                               llvm::function_ref<llvm::Error()> work,
                               const TimingOptions &options = {},
                               llvm::function_ref<llvm::Error()> baseline = {});

} // namespace ts::rt

#endif // TS_RUNTIME_TIMING_H
