//===- Timing.cpp - How long device work takes ----------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The L2 is cleared by a fill of scratch memory outside of the timed window.
// The device is not waited for after that fill: while it runs, the host issues
// the timed work, so that the time of issuing it is not measured either.
//
//===----------------------------------------------------------------------===//

#include "ts/Runtime/Timing.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"

#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>

using namespace llvm;

namespace ts::rt {

double Samples::min() const {
  return values.empty() ? 0 : *min_element(values);
}

double Samples::mean() const {
  return values.empty() ? 0
                        : std::accumulate(values.begin(), values.end(), 0.0) /
                              values.size();
}

double Samples::quantile(double q) const {
  if (values.empty())
    return 0;
  std::vector<double> sorted(values);
  sort(sorted);
  double place = q * (sorted.size() - 1);
  size_t below = static_cast<size_t>(place);
  size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

double Samples::noise() const {
  if (values.size() < 2)
    return std::numeric_limits<double>::infinity();
  double center = mean(), squares = 0;
  for (double value : values)
    squares += (value - center) * (value - center);
  if (squares == 0)
    return 0;
  double deviation = std::sqrt(squares / (values.size() - 1));
  return deviation / std::sqrt(double(values.size())) / center;
}

StringRef toString(Stop stop) {
  switch (stop) {
  case Stop::Quiet:
    return "noise below the limit";
  case Stop::SampleLimit:
    return "sample limit";
  case Stop::TimeLimit:
    return "time limit";
  }
  llvm_unreachable("unknown reason to stop");
}

double Timing::ratio() const {
  return baseline.empty() ? 0 : work.median() / baseline.median();
}

namespace {
/// Scratch memory of twice the L2, freed at the end of the measurement.
class Scratch {
public:
  explicit Scratch(Device &device) : device(device) {}
  ~Scratch() {
    if (bytes)
      consumeError(device.free(address));
  }
  Error allocate(uint64_t wanted) {
    if (wanted == 0)
      return Error::success();
    Expected<DeviceAddress> got = device.allocate(wanted);
    if (!got)
      return got.takeError();
    address = *got;
    bytes = wanted;
    return Error::success();
  }
  Error clear() {
    static constexpr uint8_t pattern = 0x5a;
    return bytes ? device.fill(address, pattern, bytes) : Error::success();
  }

private:
  Device &device;
  DeviceAddress address = 0;
  uint64_t bytes = 0;
};
} // namespace

static Error sample(Device &device, Scratch &scratch,
                    const TimingOptions &options, function_ref<Error()> work,
                    Samples &samples) {
  if (Error error = scratch.clear())
    return error;
  if (options.afterClearing)
    if (Error error = options.afterClearing())
      return error;
  Expected<double> milliseconds = device.time(work);
  if (!milliseconds)
    return milliseconds.takeError();
  samples.add(*milliseconds);
  return Error::success();
}

/// The reason to stop now, if there is one.
static std::optional<Stop> reasonToStop(const Timing &timing, double seconds,
                                        const TimingOptions &options) {
  size_t count = timing.work.all().size();
  if (count >= options.minSamples && timing.work.noise() < options.maxNoise &&
      (timing.baseline.empty() || timing.baseline.noise() < options.maxNoise))
    return Stop::Quiet;
  if (count >= options.maxSamples)
    return Stop::SampleLimit;
  if (seconds >= options.maxSeconds)
    return Stop::TimeLimit;
  return std::nullopt;
}

Expected<Timing> measure(Device &device, function_ref<Error()> work,
                         const TimingOptions &options,
                         function_ref<Error()> baseline) {
  Scratch scratch(device);
  if (Error error =
          scratch.allocate(2 * options.l2Bytes.value_or(device.info().l2Bytes)))
    return std::move(error);
  for (unsigned run = 0; run < options.warmUp; ++run)
    for (function_ref<Error()> callback : {work, baseline})
      if (callback)
        if (Error error = callback())
          return std::move(error);
  if (Error error = device.synchronize())
    return std::move(error);

  Timing timing;
  auto start = std::chrono::steady_clock::now();
  while (true) {
    if (Error error = sample(device, scratch, options, work, timing.work))
      return std::move(error);
    if (baseline)
      if (Error error =
              sample(device, scratch, options, baseline, timing.baseline))
        return std::move(error);
    std::chrono::duration<double> passed =
        std::chrono::steady_clock::now() - start;
    if (auto stop = reasonToStop(timing, passed.count(), options)) {
      timing.stop = *stop;
      return timing;
    }
  }
}

} // namespace ts::rt
