//===- Checks.cpp - What happens after the first execution ----------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Checking, timing, writing results and describing all of it.
//
//===----------------------------------------------------------------------===//

#include "Session.h"

#include "ts/Runner/OutputFile.h"

#include "ts/Numerics/Random.h"
#include "ts/Target/Target.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <algorithm>
#include <cmath>

using namespace ts;
using llvm::Error;
using llvm::Expected;

/// Of the machine that computed the results: the GPU's, if its row is known,
/// else the one that was compiled for. What is known of neither gets the oldest
/// chip's, whose bounds are the widest.
TensorCore Session::tensorCore() const {
  if (const Chip *chip = lookupDevice(device->info().name))
    return chip->tensorCore;
  if (compiled.target)
    return compiled.target.getInfo().tensorCore;
  return lookupChip("a100")->tensorCore;
}

void Session::describe(Report &report) const {
  report.file = options.file;
  report.entry = compiled.entry;
  report.device = device->info();
  report.chip = compiled.target ? compiled.target.getChip().str() : "";
  report.isa = compiled.target ? compiled.target.getIsa() : 0;
  report.schedules = compiled.schedules;
  std::optional<llvm::StringRef> ptx;
  if (chosen.products.size() == 1 && compiled.ptx.size() == 1)
    ptx = compiled.ptx.front();
  for (const ChosenProduct &product : chosen.products)
    report.explanations.push_back(explain(product, database, ptx, {}));
  for (auto [argument, role] : llvm::zip(arguments, roles)) {
    report.arguments.push_back(argument.describe());
    uint64_t size = argument.type.elementCount() * byteSize(argument.type.type);
    report.bytes += size * (role.isInput + role.isOutput);
    report.outputBytes += role.isOutput ? size : 0;
  }
  report.multiplyAdds = std::isfinite(multiplyAdds) ? multiplyAdds : 0;
  report.hasOutputs = !arguments.empty();
  if (simulator)
    describeSimulation(report);
}

void Session::describeSimulation(Report &report) const {
  SimulatedWork work;
  work.sampleSeed = options.seed;
  work.milliseconds = function->milliseconds();
  for (const sim::LaunchResult &launch : simulator->results()) {
    ++work.launches;
    work.blocksRun += launch.blocksRun;
    work.blocksTotal += launch.blocksTotal;
    work.counters.threadInstructions += launch.counters.threadInstructions;
    work.counters.warpInstructions += launch.counters.warpInstructions;
    work.counters.globalBytesRead += launch.counters.globalBytesRead;
    work.counters.globalBytesWritten += launch.counters.globalBytesWritten;
    work.counters.fmas += launch.counters.fmas;
    work.counters.barriers += launch.counters.barriers;
  }
  report.simulated = work;
  report.counters = counterObjects;
}

llvm::json::Array Session::findings() const {
  llvm::json::Array all;
  if (simulator)
    for (const sim::LaunchResult &launch : simulator->results())
      for (llvm::json::Value &finding : findingsOf(launch))
        all.push_back(std::move(finding));
  return all;
}

/// The first and the last 64 rows, and as many random groups of as many.
std::vector<std::pair<int64_t, int64_t>>
Session::sampleRows(int64_t rows) const {
  constexpr int64_t group = 64, groups = 16;
  if (options.check != RunOptions::Check::Sample || rows <= group * groups)
    return {};
  std::vector<std::pair<int64_t, int64_t>> result = {{0, group}};
  for (int64_t i = 1; i + 1 < groups; ++i) {
    // One group somewhere in each of the equal parts between the ends.
    int64_t part = (rows - 2 * group) / (groups - 2);
    int64_t begin = group + (i - 1) * part;
    int64_t room = std::max<int64_t>(part - group, 1);
    begin += int64_t(num::randomBits(options.seed, i) % uint64_t(room));
    result.push_back({begin, std::min(begin + group, rows - group)});
  }
  result.push_back({rows - group, rows});
  return result;
}

Error Session::checkContract(Report &report, llvm::StringRef when) {
  VerifyRequest request{*device, arguments, compiled.contract, tensorCore(),
                        isSampled()};
  auto products = compiled.contract.getProducts();
  if (products.size() == 1 && std::isfinite(multiplyAdds))
    request.rows = sampleRows(arguments[products[0].getC()].type.shape[0]);
  Expected<std::vector<OutputReport>> checked = verify(request);
  if (!checked) {
    Error rest = llvm::handleErrors(
        checked.takeError(), [&](std::unique_ptr<RunError> error) -> Error {
          if (error->getCode() != ExitCode::NotChecked)
            return Error(std::move(error));
          report.notChecked = error->message();
          return Error::success();
        });
    return withCode(ExitCode::DeviceError, std::move(rest));
  }
  // One schedule for each product, in the contract's order.
  if (compiled.mechanisms.size() == checked->size())
    for (auto [output, mechanism] : llvm::zip(*checked, compiled.mechanisms))
      output.mechanism = mechanism;
  for (OutputReport &output : *checked) {
    std::string problem = output.problem();
    if (!problem.empty())
      report.problems.push_back(when.str() + problem);
    if (output.elements > 0 && output.result.isVacuous())
      report.notChecked = output.result.compared == 0
                              ? "the blocks that were run wrote nothing"
                              : "no element can be compared";
  }
  if (when.empty())
    llvm::append_range(report.outputs, *checked);
  return Error::success();
}

Error Session::checkFiles(Report &report) {
  if (!expected.empty() && isSampled())
    return runError(ExitCode::BadInput,
                    "--expected_output needs the whole output: use "
                    "--blocks=all");
  for (auto [index, file] : llvm::enumerate(expected)) {
    Expected<OutputReport> compared = compareWithFile(
        *device, arguments[outputs[index]], file, options.tolerance);
    if (!compared)
      return withCode(ExitCode::DeviceError, compared.takeError());
    compared->argument = outputs[index];
    std::string problem = compared->problem();
    if (!problem.empty())
      report.problems.push_back("not as expected, " + problem);
    report.outputs.push_back(std::move(*compared));
  }
  return Error::success();
}

Error Session::check(Report &report) {
  say("checking");
  if (options.check == RunOptions::Check::None) {
    report.checkDeclined = true;
    report.notChecked = "--check=none";
  } else if (hasContract()) {
    if (Error error = checkContract(report, ""))
      return error;
  } else if (arguments.empty()) {
    report.notChecked = "the function has no outputs";
  } else if (expected.empty()) {
    report.notChecked = "no contract says what the function computes: give "
                        "--expected_output";
  }
  for (const RunArgument &argument : arguments)
    if (Error error = checkGuards(*device, argument)) {
      if (!error.isA<RunError>())
        return withCode(ExitCode::DeviceError, std::move(error));
      report.problems.push_back(llvm::toString(std::move(error)));
    }
  return checkFiles(report);
}

Error Session::writeOutputs() {
  if (!options.outputs.empty() && isSampled())
    return runError(ExitCode::BadInput,
                    "--output needs the whole output: use --blocks=all");
  for (auto [index, path] : llvm::enumerate(options.outputs)) {
    const RunArgument &argument = arguments[outputs[index]];
    Expected<std::vector<uint8_t>> data = download(*device, argument);
    if (!data)
      return withCode(ExitCode::DeviceError, data.takeError());
    if (Error error = writeFile(
            path, num::npyHeader(argument.type.type, argument.type.shape),
            llvm::toStringRef(*data)))
      return error;
  }
  return Error::success();
}

/// The floor is filling the output with one value, and nothing else.
Expected<rt::Timing> Session::measureAgainstFill(HostFunction &kernel,
                                                 rt::TimingOptions timing) {
  if (!simulator) {
    if (!cleaner) {
      cleaner = std::make_unique<CacheCleaner>(*device);
      if (Error error = cleaner->prepare())
        return std::move(error);
    }
    timing.afterClearing = [&] { return cleaner->clean(); };
  }
  const RunArgument *written = nullptr;
  if (outputs.size() == 1 && arguments[outputs[0]].type.isDense() &&
      arguments[outputs[0]].type.spanBytes() >= 4)
    written = &arguments[outputs[0]];
  uint8_t zero[4] = {};
  auto fill = [&] {
    return device->fill(written->pointer(), zero,
                        written->type.spanBytes() / 4);
  };
  auto work = [&] { return kernel.call(); };
  return written ? rt::measure(*device, work, timing, fill)
                 : rt::measure(*device, work, timing);
}

Error Session::time(Report &report) {
  bool wanted =
      options.repetitions.value_or(1) > 0 && (!simulator || options.benchmark);
  if (!wanted || isSampled() || !report.problems.empty())
    return Error::success();
  say("timing");
  rt::TimingOptions timing;
  timing.warmUp = options.warmup;
  if (options.repetitions)
    timing.minSamples = timing.maxSamples = *options.repetitions;
  if (simulator)
    timing.l2Bytes = 0;
  Expected<rt::Timing> measured = measureAgainstFill(*function, timing);
  if (!measured)
    return withCode(ExitCode::DeviceError, measured.takeError());
  std::string impossible =
      impossibleTime(*measured, report.outputBytes, device->info().l2Bytes);
  if (!impossible.empty())
    report.problems.push_back(impossible);
  report.timing = std::move(*measured);
  return checkAgain(report);
}

/// What was timed must still be right: kernels that race often show it only
/// under load.
Error Session::checkAgain(Report &report) {
  bool repeats = llvm::none_of(roles, [](const ArgumentRole &role) {
    return role.isInput && role.isOutput;
  });
  if (simulator || !hasContract() || !repeats || report.checkDeclined ||
      !report.notChecked.empty())
    return Error::success();
  for (unsigned index : outputs)
    if (Error error = poison(*device, arguments[index]))
      return withCode(ExitCode::DeviceError, std::move(error));
  if (Error error = function->call())
    return withCode(ExitCode::DeviceError, std::move(error));
  if (Error error = device->synchronize())
    return withCode(ExitCode::DeviceError, std::move(error));
  return checkContract(report, "after timing: ");
}
