//===- Tune.cpp - Measuring schedules on a GPU ----------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Gives the tuner its measuring function: compile with a schedule, run, compare
// every output, time against a memset, run and compare again. What was measured
// is added to the database after each stage, so that nothing is lost when a
// later kernel hangs.
//
//===----------------------------------------------------------------------===//

#include "Session.h"

#include "ts/Emit/Emit.h"
#include "ts/IR/ScheduleText.h"
#include "ts/Strategy/Tuner.h"
#include "ts/Target/Target.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Chrono.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Threading.h"

#include <chrono>

using namespace ts;
using llvm::Error;
using llvm::Expected;

/// Untimed runs of each schedule: the first one has been checked already.
static constexpr unsigned tuningWarmUp = 1;

static std::string today() {
  return llvm::formatv(
      "{0:%Y-%m-%d}", llvm::sys::TimePoint<>(std::chrono::system_clock::now()));
}

/// Makes the outputs what they were before the first run.
Error Session::resetOutputs() {
  for (unsigned index : outputs) {
    RunArgument &argument = arguments[index];
    Error error = argument.originalOnDevice
                      ? device->copyOnDevice(argument.pointer(),
                                             argument.originalOnDevice,
                                             argument.type.spanBytes())
                      : poison(*device, argument);
    if (error)
      return error;
  }
  return Error::success();
}

/// One run from poisoned outputs, all of which are then compared.
Error Session::runAndVerify(HostFunction &kernel, Measurement &result) {
  if (Error error = resetOutputs())
    return error;
  if (Error error = kernel.call())
    return error;
  if (Error error = device->synchronize())
    return error;
  VerifyRequest request{*device, arguments, compiled.contract, tensorCore()};
  Expected<std::vector<OutputReport>> checked = verify(request);
  if (!checked)
    return checked.takeError();
  result.checked = result.outputs = 0;
  for (OutputReport &output : *checked) {
    result.checked += output.result.compared;
    result.outputs += output.elements;
    if (result.wrong.empty())
      result.wrong = output.problem();
  }
  for (const RunArgument &argument : arguments)
    if (Error error = checkGuards(*device, argument)) {
      if (!error.isA<RunError>())
        return error;
      result.wrong = llvm::toString(std::move(error));
    }
  return Error::success();
}

Error Session::timeSchedule(HostFunction &kernel, unsigned samples,
                            Measurement &result) {
  rt::TimingOptions timing;
  timing.warmUp = tuningWarmUp;
  timing.minSamples = timing.maxSamples = samples;
  Expected<rt::Timing> measured = measureAgainstFill(kernel, timing);
  if (!measured)
    return measured.takeError();
  result.milliseconds = measured->work.median();
  result.memsetMilliseconds = measured->baseline.median();
  result.samples = measured->work.all().size();
  uint64_t bytes = 0;
  for (unsigned index : outputs)
    bytes += arguments[index].type.elementCount() *
             byteSize(arguments[index].type.type);
  result.wrong = impossibleTime(*measured, bytes, device->info().l2Bytes);
  return Error::success();
}

Error Session::tryMeasure(ScheduleAttr schedule, unsigned samples,
                          Measurement &result) {
  std::shared_ptr<Prepared> built = ahead->take(schedule);
  if (!built->failed.empty())
    return llvm::createStringError(built->failed);
  Expected<std::unique_ptr<HostFunction>> kernel =
      HostFunction::create(*built->module, built->compiled.entry, arguments);
  if (!kernel)
    return kernel.takeError();
  Report facts;
  for (const std::string &ptx : built->compiled.ptx)
    if (Error error = describeLoaded(ptx, facts))
      return error;
  result.registers = facts.registers;
  result.localBytes = facts.localBytes;

  auto start = std::chrono::steady_clock::now();
  Error error = runAndVerify(**kernel, result);
  if (!error && result.wrong.empty())
    error = timeSchedule(**kernel, samples, result);
  // Kernels that race often show it only under load.
  if (!error && result.wrong.empty())
    error = runAndVerify(**kernel, result);
  std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  result.seconds = took.count();
  return error;
}

Measurement Session::measureSchedule(ScheduleAttr schedule, unsigned samples) {
  Measurement result;
  if (options.verbose)
    llvm::errs() << "ts-run: measuring " << schedule << "\n";
  if (Error error = tryMeasure(schedule, samples, result)) {
    result.failed = llvm::toString(std::move(error));
    // After an illegal access or a hang nothing runs any more.
    if (Error lost = device->synchronize()) {
      llvm::consumeError(std::move(lost));
      result.isFatal = true;
    }
  }
  if (!result.wrong.empty())
    llvm::errs() << "error: wrong result, never to be used: " << schedule
                 << ": " << result.wrong << "\n";
  return result;
}

TuningRecord Session::recordOf(const Trial &trial) const {
  const ChosenProduct &product = chosen.products.front();
  const Measurement &measured = trial.measured;
  TuningRecord record;
  record.key = TuningKey::of(product.problem, product.layouts, settings.chip);
  record.schedule = printSchedule(trial.schedule);
  record.milliseconds = measured.milliseconds;
  record.memsetMilliseconds = measured.memsetMilliseconds;
  record.samples = measured.samples;
  record.checked = measured.checked;
  record.outputs = measured.outputs;
  record.wrong = measured.wrong;
  const rt::DeviceInfo &info = device->info();
  record.device = info.name;
  record.driver =
      info.driverRelease.empty() ? info.driverVersion : info.driverRelease;
  // The PTX was given to the driver, whose compiler has the driver's version.
  record.compiler = "driver";
  record.registers = measured.registers;
  record.localBytes = measured.localBytes;
  record.date = today();
  return record;
}

Error Session::saveTrials(llvm::ArrayRef<Trial> trials) const {
  std::vector<TuningRecord> records;
  for (const Trial &trial : trials)
    if (trial.measured.failed.empty())
      records.push_back(recordOf(trial));
  return withCode(ExitCode::DeviceError, appendRecords(tuningFile(), records));
}

std::string Session::tuningFile() const {
  return options.tuningDb.empty() ? "ts-tuning-" + settings.chip + ".txt"
                                  : options.tuningDb;
}

/// Why --tune cannot run, if it cannot.
Error Session::checkTunable() const {
  if (simulator)
    return runError(ExitCode::DeviceError,
                    "--tune needs a GPU: the simulator has no clock to "
                    "measure schedules with");
  const Chip *chip = lookupDevice(device->info().name);
  if (chip && chip->name != settings.chip)
    return runError(ExitCode::BadInput,
                    "--tune measures this GPU, a chip '" + chip->name +
                        "': its times are no times of --chip=" + settings.chip);
  if (chosen.products.size() != 1 || !hasContract())
    return runError(ExitCode::BadInput,
                    "--tune needs a file with exactly one product, and this "
                    "one has " +
                        llvm::Twine(chosen.products.size()));
  return Error::success();
}

/// Threads that compile while one measures. More than eight would be idle: to
/// measure a kernel takes more than an eighth of the time to compile one.
static unsigned compilingThreads() {
  unsigned cores =
      llvm::heavyweight_hardware_concurrency().compute_thread_count();
  return std::min(8u, std::max(1u, cores - 1));
}

/// Everything up to the first measurement.
Error Session::prepareTuning() {
  using Stage = Error (Session::*)();
  for (Stage stage :
       {&Session::compileFile, &Session::bind, &Session::openDevice})
    if (Error error = (this->*stage)())
      return error;
  if (Error error = checkTunable())
    return error;
  if (Error error = upload())
    return error;
  rt::setCurrentDevice(device.get());
  ahead = std::make_unique<CompileAhead>(*chosen.module, options.entry,
                                         settings, compilingThreads());
  return Error::success();
}

/// What is measured first. What was chosen may come from the database, and the
/// strategies know schedules that the space has not.
static std::vector<Candidate> candidatesFor(const ChosenProduct &product,
                                            const Space &space,
                                            const Model &model, uint64_t seed) {
  PruneOptions pruning;
  pruning.seed = seed;
  std::vector<ScheduleAttr> always = {product.decision.schedule};
  llvm::append_range(always, proposalsFor(product.problem, product.target));
  return prune(space, model, product.problem, product.target.getInfo(), always,
               pruning);
}

Error Session::tune(TuneReport &report) {
  if (Error error = prepareTuning())
    return error;
  const ChosenProduct &product = chosen.products.front();
  Space space(product.problem, product.target);
  Model model;
  Error failure = Error::success();
  auto save = [&](llvm::ArrayRef<Trial> trials) {
    failure = llvm::joinErrors(std::move(failure), saveTrials(trials));
  };
  auto announce = [&](llvm::ArrayRef<ScheduleAttr> schedules) {
    ahead->announce(schedules);
  };
  auto measure = [&](ScheduleAttr schedule, unsigned samples) {
    return measureSchedule(schedule, samples);
  };
  auto surroundings = [&](ScheduleAttr schedule) {
    return rankedVariations(space, model, product.problem,
                            product.target.getInfo(), schedule);
  };
  TuneOptions tuning;
  tuning.budget = *options.tune;
  report.device = device->info();
  report.key = TuningKey::of(product.problem, product.layouts, settings.chip);
  report.seed = options.seed;
  report.file = tuningFile();
  report.result = Tuner(tuning, measure, surroundings, announce, save)
                      .run(candidatesFor(product, space, model, options.seed));
  return failure;
}
