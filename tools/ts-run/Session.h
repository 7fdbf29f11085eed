//===- Session.h - One run, from file to report -----------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The stages of a run in their order; each leaves what the next one needs in
// the members below.
//
//===----------------------------------------------------------------------===//

#ifndef TS_RUN_SESSION_H
#define TS_RUN_SESSION_H

#include "HostFunction.h"
#include "Options.h"
#include "TuneReport.h"

#include "ts/Runner/CacheCleaner.h"
#include "ts/Runner/Chosen.h"
#include "ts/Runner/CompileAhead.h"
#include "ts/Runner/Entry.h"
#include "ts/Runner/Report.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"

namespace ts {

class Session {
public:
  Session(mlir::MLIRContext &context, const RunOptions &options)
      : context(context), options(options) {}
  ~Session();

  /// Everything up to the report. A wrong result is in the report; an error
  /// means that there is nothing to report.
  llvm::Error run(Report &report);

  /// What `--counters` asks for, once it has run.
  llvm::StringRef counterText() const { return counters; }
  /// What the simulator found, of a run that ended in an error.
  llvm::json::Array findings() const;

  /// Measures schedules of the file's one product and adds them to the
  /// tuning database.
  llvm::Error tune(TuneReport &report);

private:
  std::string chooseChip();
  llvm::Error compileFile();
  llvm::Error writeDumps();
  llvm::Error bind();
  llvm::Error readExpected();
  llvm::Error openDevice();
  llvm::Error openSimulator();
  llvm::Error upload();
  llvm::Error execute();
  llvm::Error check(Report &report);
  llvm::Error checkContract(Report &report, llvm::StringRef when);
  llvm::Error checkFiles(Report &report);
  llvm::Error time(Report &report);
  llvm::Error checkAgain(Report &report);
  llvm::Error writeOutputs();
  llvm::Expected<rt::Timing> measureAgainstFill(HostFunction &kernel,
                                                rt::TimingOptions timing);

  llvm::Error chooseSchedules();
  llvm::Error checkTunable() const;
  llvm::Error prepareTuning();
  Measurement measureSchedule(ScheduleAttr schedule, unsigned samples);
  llvm::Error tryMeasure(ScheduleAttr schedule, unsigned samples,
                         Measurement &result);
  llvm::Error runAndVerify(HostFunction &kernel, Measurement &result);
  llvm::Error timeSchedule(HostFunction &kernel, unsigned samples,
                           Measurement &result);
  llvm::Error resetOutputs();
  TuningRecord recordOf(const Trial &trial) const;
  llvm::Error saveTrials(llvm::ArrayRef<Trial> trials) const;
  std::string tuningFile() const;

  void describe(Report &report) const;
  llvm::Error describeKernels(Report &report);
  llvm::Error describeLoaded(llvm::StringRef ptx, Report &report);
  void describeSimulation(Report &report) const;
  void say(const llvm::Twine &what) const;
  unsigned isa() const;
  bool isSampled() const;
  TensorCore tensorCore() const;
  bool hasContract() const;
  std::vector<std::pair<int64_t, int64_t>> sampleRows(int64_t rows) const;

  mlir::MLIRContext &context;
  const RunOptions &options;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  CompileSettings settings;
  TuningDatabase database = TuningDatabase::shipped();
  Chosen chosen; ///< empty unless schedules are asked about
  std::unique_ptr<CompileAhead> ahead; ///< of the tuner
  Compiled compiled;
  std::vector<RunArgument> arguments;
  std::vector<ArgumentRole> roles;
  std::vector<unsigned> outputs; ///< arguments that --output and so on mean
  std::vector<num::NpyFile> expected;
  double multiplyAdds = 0;
  /// The host function unloads its kernels when it goes: it must go first.
  std::unique_ptr<rt::Device> device;
  rt::SimDevice *simulator = nullptr;
  std::unique_ptr<HostFunction> function;
  std::string counters;                  ///< as text, of each launch
  llvm::json::Array counterObjects;      ///< the same for --json
  std::unique_ptr<CacheCleaner> cleaner; ///< once something was timed
};

} // namespace ts

#endif // TS_RUN_SESSION_H
