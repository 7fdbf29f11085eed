//===- TuneReport.cpp - What a tuning run says ----------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "TuneReport.h"

#include "ts/IR/ScheduleText.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace ts;
using llvm::formatv;

static bool isWrong(const Trial &trial) {
  return !trial.measured.wrong.empty();
}

ExitCode TuneReport::exitCode() const {
  if (llvm::any_of(result.trials, isWrong))
    return ExitCode::WrongResult;
  if (result.isDeviceLost || !result.best())
    return ExitCode::DeviceError;
  return ExitCode::Ok;
}

static void printTrial(llvm::raw_ostream &os, const Trial &trial) {
  const Measurement &m = trial.measured;
  if (!m.failed.empty()) {
    os << "failed: " << trial.schedule << ": " << m.failed << "\n";
    return;
  }
  if (!m.wrong.empty()) {
    os << "WRONG: " << trial.schedule << ": " << m.wrong << "\n";
    return;
  }
  os << formatv("{0,9:f4} {1,8:f3} {2,9:f3} {3,4} {4,5} {5,5}  ",
                m.milliseconds, m.cost(), trial.predicted, m.samples,
                m.registers, m.localBytes)
     << trial.schedule << "\n";
}

void TuneReport::print(llvm::raw_ostream &os) const {
  os << formatv("device    {0}, driver {1}\n", device.name,
                device.describeDriver());
  os << formatv("problem   {0}, {1}, {2} to {3}, limits of {4}\n", key.shape(),
                stringifyPrecisionMode(key.precision), key.element, key.result,
                key.chip);
  os << formatv("{0,9} {1,8} {2,9} {3,4} {4,5} {5,5}  {6}\n", "ms", "x memset",
                "predicted", "runs", "regs", "local", "schedule");
  for (const Trial &trial : result.trials)
    printTrial(os, trial);
  size_t usable = llvm::count_if(result.trials, [](const Trial &trial) {
    return trial.measured.isUsable();
  });
  os << formatv("measured  {0} schedules, {1} usable, in {2:f1} s of device "
                "time, seed {3}",
                result.trials.size(), usable, result.seconds, seed);
  if (result.notMeasured > 0)
    os << formatv("; no time for {0} candidates", result.notMeasured);
  os << "\n";
  if (result.isDeviceLost)
    os << "STOPPED: a kernel left the device unusable\n";
  if (const Trial *best = result.best())
    os << formatv("best      {0:f4} ms: ", best->measured.milliseconds)
       << best->schedule << "\n";
  os << "added to  " << file << "; runs take it with --tuning-db=" << file
     << "\n";
}

llvm::json::Value TuneReport::toJson() const {
  llvm::json::Array trials;
  for (const Trial &trial : result.trials) {
    const Measurement &m = trial.measured;
    trials.push_back(
        llvm::json::Object{{"schedule", printSchedule(trial.schedule)},
                           {"ms", m.milliseconds},
                           {"memset_ms", m.memsetMilliseconds},
                           {"predicted_ms", trial.predicted},
                           {"samples", m.samples},
                           {"checked", m.checked},
                           {"outputs", m.outputs},
                           {"registers", m.registers},
                           {"local_bytes", m.localBytes},
                           {"wrong", m.wrong},
                           {"failed", m.failed}});
  }
  return llvm::json::Object{
      {"device", device.name},
      {"driver", device.driverVersion},
      {"driver_release", device.driverRelease},
      {"chip", key.chip},
      {"shape", key.shape()},
      {"precision", stringifyPrecisionMode(key.precision)},
      {"seconds", result.seconds},
      {"seed", seed},
      {"database", file},
      {"not_measured", result.notMeasured},
      {"exit_code", int(exitCode())},
      {"trials", std::move(trials)}};
}
