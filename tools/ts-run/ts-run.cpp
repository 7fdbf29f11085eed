//===- ts-run.cpp - Compiles, runs and checks a .mlir file ----------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The main function: options, one session, the report, the exit code.
//
//===----------------------------------------------------------------------===//

#include "CrashHandler.h"
#include "Options.h"
#include "Predict.h"
#include "Ptx.h"
#include "Session.h"
#include "Watchdog.h"

#include "ts/Pipeline/Pipeline.h"
#include "ts/Runner/OutputFile.h"
#include "ts/Runner/Parse.h"

#include "llvm/Support/raw_ostream.h"

using namespace ts;

static llvm::Error writeJson(const RunOptions &options,
                             llvm::json::Value report) {
  if (options.json.empty())
    return llvm::Error::success();
  std::string text;
  llvm::raw_string_ostream os(text);
  os << llvm::formatv("{0:2}\n", report);
  return writeFile(options.json, "", text);
}

using ModelFunction = llvm::Expected<llvm::json::Value>(mlir::MLIRContext &,
                                                        const RunOptions &,
                                                        llvm::raw_ostream &);

static ExitCode printModel(mlir::MLIRContext &context,
                           const RunOptions &options, ModelFunction ask) {
  bool isSilent = options.quiet || options.json == "-";
  llvm::Expected<llvm::json::Value> result =
      ask(context, options, isSilent ? llvm::nulls() : llvm::outs());
  if (!result)
    return reportError(result.takeError(), llvm::errs());
  llvm::outs().flush();
  if (llvm::Error error = writeJson(options, std::move(*result)))
    return reportError(std::move(error), llvm::errs());
  return ExitCode::Ok;
}

static ExitCode tuneFile(mlir::MLIRContext &context,
                         const RunOptions &options) {
  if (options.device == RunOptions::DeviceKind::Sim)
    return reportError(runError(ExitCode::BadInput,
                                "--tune needs a GPU: the simulator has no "
                                "clock to measure schedules with"),
                       llvm::errs());
  Session session(context, options);
  TuneReport report;
  if (llvm::Error error = session.tune(report))
    return reportError(std::move(error), llvm::errs());
  if (!options.quiet && options.json != "-")
    report.print(llvm::outs());
  if (llvm::Error error = writeJson(options, report.toJson()))
    return reportError(std::move(error), llvm::errs());
  return report.exitCode();
}

static ExitCode runFile(const RunOptions &options) {
  mlir::DialectRegistry registry;
  registerDialects(registry);
  mlir::MLIRContext context(registry);
  if (options.tune)
    return tuneFile(context, options);
  if (options.modelReport)
    return printModel(context, options, reportModel);
  if (!options.predict.empty())
    return printModel(context, options, predictFile);
  Session session(context, options);
  Report report;
  if (llvm::Error error = session.run(report)) {
    ExitCode code = reportError(std::move(error), llvm::errs());
    llvm::json::Array findings = session.findings();
    if (findings.empty())
      return code;
    if (llvm::Error error = writeJson(
            options, llvm::json::Object{{"file", options.file},
                                        {"findings", std::move(findings)},
                                        {"exit_code", int(code)}}))
      return reportError(std::move(error), llvm::errs());
    return code;
  }
  if (!options.quiet && options.json != "-") {
    report.print(llvm::outs());
    llvm::outs() << session.counterText();
  }
  llvm::outs().flush();
  for (const std::string &problem : report.problems)
    llvm::errs() << "error: " << problem << "\n";
  if (report.exitCode() == ExitCode::NotChecked)
    llvm::errs() << "error: not checked: " << report.notChecked << "\n";
  if (llvm::Error error = writeJson(options, report.toJson()))
    return reportError(std::move(error), llvm::errs());
  return report.exitCode();
}

/// The simulator alone, without the compiler.
static ExitCode runPtxFile(int argc, char **argv) {
  llvm::Expected<PtxOptions> options = parsePtxOptions(argc, argv);
  if (!options)
    return reportError(options.takeError(), llvm::errs());
  return runPtx(*options);
}

int main(int argc, char **argv) {
  if (isPtxRun(argc, argv))
    return int(runPtxFile(argc, argv));
  llvm::Expected<RunOptions> options = parseOptions(argc, argv);
  if (!options)
    return int(reportError(options.takeError(), llvm::errs()));
  Watchdog watchdog(options->timeout);
  ExitCode code = ExitCode::Ok;
  runWithBigStack([&] {
    installCrashHandler();
    code = runFile(*options);
  });
  return int(code);
}
