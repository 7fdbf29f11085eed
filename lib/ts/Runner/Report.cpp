//===- Report.cpp - What a run says about itself --------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The table for people.
//
//===----------------------------------------------------------------------===//

#include "ts/Runner/Report.h"

#include "llvm/Support/FormatVariadic.h"

#include <algorithm>
#include <cmath>

using namespace llvm;
using namespace ts;

/// Noise that a ratio to the floor may have before it is called impossible.
static constexpr double floorTolerance = 0.95;

std::string ts::impossibleTime(const rt::Timing &timing, uint64_t outputBytes,
                               uint64_t l2Bytes) {
  // What stays in the cache, or takes no longer than a launch, has no floor.
  bool hasFloor = outputBytes >= (uint64_t(64) << 20) &&
                  outputBytes > 2 * l2Bytes && !timing.baseline.empty();
  if (!hasFloor || timing.ratio() >= floorTolerance)
    return "";
  return formatv("impossible: {0:f3} ms is below {1:f3} ms, the time of a "
                 "memset of the output in the same run",
                 timing.work.median(), timing.baseline.median());
}

ExitCode Report::exitCode() const {
  if (!problems.empty())
    return ExitCode::WrongResult;
  if (checkDeclined || !hasOutputs)
    return ExitCode::Ok;
  return notChecked.empty() ? ExitCode::Ok : ExitCode::NotChecked;
}

static void line(raw_ostream &os, StringRef name, const Twine &text) {
  os << formatv("{0,-10} ", name) << text << "\n";
}

static std::string describeDevice(const rt::DeviceInfo &device) {
  if (device.kind == "sim")
    return "simulator";
  return formatv("{0} (sm_{1}, {2} SMs), driver {3}", device.name,
                 device.computeCapability, device.multiprocessors,
                 device.describeDriver());
}

static std::string describeBytes(double bytes) {
  const char *units[] = {"B", "KB", "MB", "GB", "TB"};
  unsigned unit = 0;
  for (; bytes >= 1000 && unit < 4; ++unit)
    bytes /= 1000;
  return formatv(unit == 0 ? "{0:f0} {1}" : "{0:f2} {1}", bytes, units[unit]);
}

static void printTiming(raw_ostream &os, const Report &report) {
  const rt::Samples &work = report.timing->work;
  double seconds = work.median() * 1e-3;
  line(os, "time",
       formatv("{0:f4} ms median of {1} ({2:f4} to {3:f4}; stopped: {4})",
               work.median(), work.all().size(), work.quantile(0.05),
               work.quantile(0.95), toString(report.timing->stop)));
  line(os, "rate",
       formatv("{0:f1} GB/s, {1:f2} TFLOP/s", report.bytes / seconds * 1e-9,
               2 * report.multiplyAdds / seconds * 1e-12));
  if (!report.timing->baseline.empty())
    line(os, "floor",
         formatv("memset of the output in the same run: {0:f4} ms; {1:f3} x "
                 "memset, {2:f1}% of the floor",
                 report.timing->baseline.median(), report.timing->ratio(),
                 100 / report.timing->ratio()));
}

static void printSimulated(raw_ostream &os, const SimulatedWork &work) {
  std::string share = "all blocks";
  if (work.blocksRun < work.blocksTotal)
    share = formatv("{0} of {1} blocks ({2:f2}%), sample seed {3}",
                    work.blocksRun, work.blocksTotal,
                    100.0 * work.blocksRun / work.blocksTotal, work.sampleSeed);
  line(os, "simulated",
       formatv("{0} in {1} launch{2}, {3} warp instructions, {4} fused "
               "multiply-adds, {5:f2} s",
               share, work.launches, work.launches == 1 ? "" : "es",
               work.counters.warpInstructions, work.counters.fmas,
               work.milliseconds * 1e-3));
}

/// What was measured beside what was promised.
static std::string describeError(const OutputReport &output) {
  const num::CheckResult &result = output.result;
  std::string bound =
      std::isfinite(output.bound)
          ? formatv("max {0:e2} of {1}, bound {2:e2}", result.maxScaledError,
                    name(output.magnitude), output.bound)
                .str()
      : output.bitExact ? std::string("compared with the chain itself")
                        : std::string("no bound at this K");
  if (!output.bitExact)
    return formatv("{0}; relative {1:e2}", bound, result.relativeError());
  std::string bits = result.mismatches == 0
                         ? std::string("every bit equal")
                         : formatv("{0} differ in bits", result.mismatches);
  return formatv("{0} ({1}), relative {2:e2}; {3}", bits,
                 name(output.precision), result.relativeError(), bound);
}

static void printOutput(raw_ostream &os, const OutputReport &output) {
  const num::CheckResult &result = output.result;
  double share = output.elements
                     ? 100.0 * result.compared / double(output.elements)
                     : 100.0;
  line(os, "checked",
       formatv("argument {0}: {1} of {2} elements ({3:f2}%), on the {4}",
               output.argument, result.compared, output.elements, share,
               output.where));
  if (output.where == "file") {
    line(os, "error",
         formatv("relative {0:e2}, {1} elements differ in bits",
                 result.relativeError(), result.mismatches));
    return;
  }
  std::string precision = name(output.precision).str();
  if (!output.mechanism.empty() && output.mechanism != precision)
    precision += ", by " + output.mechanism;
  precision += num::describeSmallest(output.smallestEntry);
  line(os, "precision", precision);
  line(os, "error", describeError(output));
  if (result.nonFinite > 0)
    line(os, "",
         formatv("{0} elements are NaN or infinite, as they must be",
                 result.nonFinite - result.nonFiniteWrong));
  if (result.notComparable > 0)
    line(os, "",
         formatv("{0} {1} cannot be compared: {2} promises nothing about {3}",
                 result.notComparable,
                 result.notComparable == 1 ? "element" : "elements",
                 name(output.precision),
                 result.notComparable == 1 ? "it" : "them"));
  if (result.compared > 0 && result.hasZeroReference())
    line(os, "note",
         "the reference is zero: any kernel that writes zeros "
         "passes this check");
}

void Report::print(raw_ostream &os) const {
  line(os, "run", file + ", @" + entry);
  line(os, "device", describeDevice(device));
  if (!chip.empty())
    line(os, "compiled",
         formatv("for {0}, PTX of sm_{1}, ptxas {2}", chip, isa,
                 ptxasVersion.empty() ? "not used" : ptxasVersion));
  for (const std::string &schedule : schedules)
    line(os, "schedule", schedule);
  for (const Explanation &explanation : explanations)
    explanation.print(os);
  for (const std::string &facts : kernelFacts)
    line(os, "kernel", facts);
  for (auto [index, argument] : llvm::enumerate(arguments))
    line(os, index == 0 ? "arguments" : "",
         formatv("{0}: {1}", index, argument));
  if (bytes > 0)
    line(os, "bytes",
         describeBytes(double(bytes)) + ", of these written " +
             describeBytes(double(outputBytes)));
  if (simulated)
    printSimulated(os, *simulated);
  if (timing)
    printTiming(os, *this);
  for (const OutputReport &output : outputs)
    printOutput(os, output);
  if (!notChecked.empty())
    line(os, "checked", "nothing: " + notChecked);
  for (const std::string &problem : problems)
    line(os, "WRONG", problem);
  line(os, "result",
       exitCode() == ExitCode::WrongResult  ? "FAILED"
       : exitCode() == ExitCode::NotChecked ? "NOT CHECKED"
       : notChecked.empty()                 ? "ok"
                                            : "ran without errors");
}
