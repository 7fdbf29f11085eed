//===- Predict.cpp - What the model says of a file ------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// For each chip: the schedule that would be chosen, compiled to PTX so that its
// instructions can be counted, and the model's terms.
//
//===----------------------------------------------------------------------===//

#include "Predict.h"

#include "ts/Runner/Explain.h"
#include "ts/Runner/Parse.h"
#include "ts/Runner/RunError.h"
#include "ts/Runner/Specialize.h"
#include "ts/Strategy/ModelReport.h"
#include "ts/Target/Target.h"

#include "llvm/Support/FormatVariadic.h"

using namespace ts;
using llvm::Error;
using llvm::Expected;

/// Emitted unless the chip is older, as in a run.
static constexpr unsigned defaultIsa = 89;

static Expected<std::vector<const Chip *>>
parseChips(llvm::ArrayRef<std::string> names) {
  std::vector<const Chip *> chips;
  for (const std::string &name : names) {
    const Chip *chip = lookupChip(name);
    if (!chip)
      return runError(ExitCode::BadInput, "--predict: unknown chip '" + name +
                                              "'; known chips are " +
                                              knownChipNames());
    chips.push_back(chip);
  }
  return chips;
}

static Expected<TuningDatabase> openDatabase(const RunOptions &options) {
  TuningDatabase database = TuningDatabase::shipped();
  if (!options.tuningDb.empty()) {
    Expected<TuningDatabase> loaded = TuningDatabase::load(options.tuningDb);
    if (!loaded)
      return withCode(ExitCode::BadInput, loaded.takeError());
    database = std::move(*loaded);
  }
  if (!database.getWarning().empty())
    llvm::errs() << "warning: " << database.getWarning() << "\n";
  return database;
}

static Expected<std::vector<Explanation>>
predictOn(const Chip &chip, mlir::ModuleOp module, const RunOptions &options,
          const TuningDatabase &database, const ModelConstants &constants) {
  CompileSettings settings;
  settings.chip = chip.name.str();
  settings.isa =
      options.isa ? options.isa : std::min(defaultIsa, chip.computeCapability);
  settings.schedule = options.schedule;
  settings.tuningDb = options.tuningDb;
  Expected<Chosen> chosen = choose(module, settings, database);
  if (!chosen)
    return chosen.takeError();
  mlir::OwningOpRef<mlir::ModuleOp> copy = module.clone();
  Expected<Compiled> compiled = compile(*copy, options.entry, settings);
  if (!compiled)
    return compiled.takeError();
  std::optional<llvm::StringRef> ptx;
  if (chosen->products.size() == 1 && compiled->ptx.size() == 1)
    ptx = compiled->ptx.front();
  std::vector<Explanation> explanations;
  for (const ChosenProduct &product : chosen->products)
    explanations.push_back(explain(product, database, ptx, constants));
  return explanations;
}

Expected<llvm::json::Value> ts::predictFile(mlir::MLIRContext &context,
                                            const RunOptions &options,
                                            llvm::raw_ostream &os) {
  Expected<std::vector<const Chip *>> chips = parseChips(options.predict);
  if (!chips)
    return chips.takeError();
  Expected<TuningDatabase> database = openDatabase(options);
  if (!database)
    return database.takeError();
  ModelConstants constants;
  if (Error error = setConstants(constants, options.modelConstants))
    return withCode(ExitCode::BadInput, std::move(error));
  Expected<mlir::OwningOpRef<mlir::ModuleOp>> module =
      parseFile(context, options.file);
  if (!module)
    return module.takeError();
  if (Error error = specialize(**module, options.entry, options.inputs))
    return std::move(error);
  llvm::json::Array array;
  for (const Chip *chip : *chips) {
    Expected<std::vector<Explanation>> explanations =
        predictOn(*chip, **module, options, *database, constants);
    if (!explanations)
      return explanations.takeError();
    for (const Explanation &explanation : *explanations) {
      if (!array.empty())
        os << "\n";
      explanation.print(os);
      array.push_back(explanation.toJson());
    }
  }
  return llvm::json::Value(std::move(array));
}

Expected<llvm::json::Value> ts::reportModel(mlir::MLIRContext &context,
                                            const RunOptions &options,
                                            llvm::raw_ostream &os) {
  Expected<TuningDatabase> database = openDatabase(options);
  if (!database)
    return database.takeError();
  ModelConstants constants;
  if (Error error = setConstants(constants, options.modelConstants))
    return withCode(ExitCode::BadInput, std::move(error));
  ModelReport report =
      compareModel(constants, database->getRecords(), &context);
  if (report.rows.empty())
    return runError(ExitCode::BadInput,
                    "the tuning database has no record that a prediction "
                    "could be compared with");
  os << llvm::formatv("{0,10} {1,10} {2,7}  {3,-8} {4}\n", "measured",
                      "predicted", "error", "bound by", "schedule");
  llvm::json::Array rows;
  for (const ModelReport::Row &row : report.rows) {
    const TuningRecord &record = *row.record;
    bool fits = row.prediction.residentBlocks > 0;
    llvm::StringRef binding =
        fits ? row.prediction.binding().name : llvm::StringRef("nothing");
    os << llvm::formatv("{0,10:f4} {1,10:f4} {2,6:f1}%  {3,-8} {4} {5} {6}\n",
                        record.milliseconds, row.prediction.milliseconds,
                        100 * row.error(), binding, record.key.shape(),
                        stringifyPrecisionMode(record.key.precision),
                        record.schedule);
    rows.push_back(llvm::json::Object{
        {"shape", record.key.shape()},
        {"precision", stringifyPrecisionMode(record.key.precision)},
        {"measured_ms", record.milliseconds},
        {"predicted_ms",
         fits ? llvm::json::Value(row.prediction.milliseconds) : nullptr},
        {"bound_by", binding},
        {"schedule", record.schedule}});
  }
  os << llvm::formatv("{0} schedules ({1} skipped): median absolute error "
                      "{2:f1}%, rank correlation {3:f3}\n",
                      report.rows.size(), report.skipped,
                      100 * report.medianError(), report.rankCorrelation());
  return llvm::json::Value(
      llvm::json::Object{{"median_error", report.medianError()},
                         {"rank_correlation", report.rankCorrelation()},
                         {"skipped", report.skipped},
                         {"rows", std::move(rows)}});
}
