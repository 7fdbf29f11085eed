//===- ReportJson.cpp - What a run says about itself ----------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The same facts for scripts; names stay as they are once published.
//
//===----------------------------------------------------------------------===//

#include "ts/Runner/Report.h"

#include <cmath>

using namespace llvm;
using namespace ts;

/// JSON has no infinities; they become null.
static json::Value number(double value) {
  return std::isfinite(value) ? json::Value(value) : json::Value(nullptr);
}

static json::Array strings(ArrayRef<std::string> texts) {
  json::Array array;
  for (const std::string &text : texts)
    array.push_back(text);
  return array;
}

static json::Object toJson(const rt::Samples &samples) {
  json::Array all;
  for (double value : samples.all())
    all.push_back(value);
  return json::Object{
      {"median", samples.median()},    {"min", samples.min()},
      {"mean", samples.mean()},        {"q05", samples.quantile(0.05)},
      {"q95", samples.quantile(0.95)}, {"noise", number(samples.noise())},
      {"samples", std::move(all)}};
}

static void add(json::Object &object, StringRef key,
                const std::optional<num::Mismatch> &at) {
  if (!at)
    return;
  object[key] = json::Object{{"row", at->row},
                             {"column", at->column},
                             {"expected", number(at->expected)},
                             {"got", number(at->got)}};
}

static json::Object toJson(const OutputReport &output) {
  const num::CheckResult &result = output.result;
  json::Object object{{"argument", output.argument},
                      {"where", output.where},
                      {"precision", name(output.precision)},
                      {"mechanism", output.mechanism},
                      {"bit_exact", output.bitExact},
                      {"elements", output.elements},
                      {"compared", result.compared},
                      {"mismatches", result.mismatches},
                      {"missing", output.missing},
                      {"stray_bytes", output.strayBytes},
                      {"non_finite", result.nonFinite},
                      {"non_finite_wrong", result.nonFiniteWrong},
                      {"not_comparable", result.notComparable},
                      {"above_bound", result.aboveBound},
                      {"relative_error", number(result.relativeError())},
                      {"max_scaled_error", number(result.maxScaledError)},
                      {"magnitude", name(output.magnitude)},
                      {"bound", number(output.bound)},
                      {"smallest_entry", number(output.smallestEntry)},
                      {"reference_norm", std::sqrt(result.referenceSquared)}};
  add(object, "first_mismatch", result.first);
  add(object, "first_above_bound", result.firstAbove);
  return object;
}

static json::Object toJson(const SimulatedWork &work) {
  return json::Object{
      {"launches", work.launches},
      {"blocks_run", work.blocksRun},
      {"blocks_total", work.blocksTotal},
      {"sample_seed", work.sampleSeed},
      {"warp_instructions", work.counters.warpInstructions},
      {"thread_instructions", work.counters.threadInstructions},
      {"fmas", work.counters.fmas},
      {"global_bytes_read", work.counters.globalBytesRead},
      {"global_bytes_written", work.counters.globalBytesWritten},
      {"host_ms", work.milliseconds}};
}

static json::Object toJson(const rt::DeviceInfo &device) {
  return json::Object{{"kind", device.kind},
                      {"name", device.name},
                      {"driver", device.driverVersion},
                      {"driver_release", device.driverRelease},
                      {"compute_capability", device.computeCapability},
                      {"multiprocessors", device.multiprocessors}};
}

json::Value Report::toJson() const {
  json::Array checks;
  for (const OutputReport &output : outputs)
    checks.push_back(::toJson(output));
  json::Array reasons;
  for (const Explanation &explanation : explanations)
    reasons.push_back(explanation.toJson());
  json::Object object{{"file", file},
                      {"entry", entry},
                      {"device", ::toJson(device)},
                      {"chip", chip},
                      {"isa", isa},
                      {"ptxas", ptxasVersion},
                      {"schedules", strings(schedules)},
                      {"explanations", std::move(reasons)},
                      {"kernels", strings(kernelFacts)},
                      {"arguments", strings(arguments)},
                      {"bytes", bytes},
                      {"output_bytes", outputBytes},
                      {"multiply_adds", number(multiplyAdds)},
                      {"outputs", std::move(checks)},
                      {"not_checked", notChecked},
                      {"problems", strings(problems)},
                      {"exit_code", int(exitCode())}};
  if (simulated)
    object["simulated"] = ::toJson(*simulated);
  if (!counters.empty())
    object["counters"] = json::Array(counters);
  if (timing) {
    object["time_ms"] = ::toJson(timing->work);
    object["stop"] = toString(timing->stop);
    if (!timing->baseline.empty()) {
      object["memset_ms"] = ::toJson(timing->baseline);
      object["ratio_to_memset"] = timing->ratio();
    }
  }
  return object;
}
