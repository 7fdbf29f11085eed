//===- ModelReport.cpp - The model against measurements -------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ts/Strategy/ModelReport.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/STLExtras.h"

#include <cmath>

using namespace mlir;
using namespace ts;

double ModelReport::medianError() const {
  if (rows.empty())
    return 0;
  std::vector<double> errors;
  for (const Row &row : rows)
    errors.push_back(std::abs(row.error()));
  llvm::sort(errors);
  size_t half = errors.size() / 2;
  return errors.size() % 2 ? errors[half]
                           : (errors[half - 1] + errors[half]) / 2;
}

double ModelReport::rankCorrelation() const {
  std::vector<double> predicted, measured;
  for (const Row &row : rows) {
    predicted.push_back(row.prediction.milliseconds);
    measured.push_back(row.record->milliseconds);
  }
  return ts::rankCorrelation(predicted, measured);
}

/// The rank of each value; equal ones share the mean of theirs.
static std::vector<double> ranksOf(ArrayRef<double> values) {
  std::vector<size_t> order(values.size());
  for (size_t i = 0; i < order.size(); ++i)
    order[i] = i;
  llvm::sort(order,
             [&](size_t lhs, size_t rhs) { return values[lhs] < values[rhs]; });
  std::vector<double> ranks(values.size());
  for (size_t begin = 0, end; begin < order.size(); begin = end) {
    end = begin + 1;
    while (end < order.size() && values[order[end]] == values[order[begin]])
      ++end;
    for (size_t i = begin; i < end; ++i)
      ranks[order[i]] = (begin + end - 1) / 2.0;
  }
  return ranks;
}

double ts::rankCorrelation(ArrayRef<double> xs, ArrayRef<double> ys) {
  std::vector<double> rx = ranksOf(xs), ry = ranksOf(ys);
  double mean = (double(xs.size()) - 1) / 2, xy = 0, xx = 0, yy = 0;
  for (auto [x, y] : llvm::zip_equal(rx, ry)) {
    xy += (x - mean) * (y - mean);
    xx += (x - mean) * (x - mean);
    yy += (y - mean) * (y - mean);
  }
  return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : 0;
}

ModelReport ts::compareModel(const ModelConstants &constants,
                             ArrayRef<TuningRecord> records,
                             MLIRContext *context) {
  ScopedDiagnosticHandler silence(context, [](Diagnostic &) {});
  Model model(constants);
  ModelReport report;
  for (const TuningRecord &record : records) {
    const Chip *chip = lookupChip(record.key.chip);
    auto schedule = dyn_cast_or_null<ScheduleAttr>(
        parseAttribute(record.schedule, context));
    Type element = parseType(record.key.element, context);
    Type result = parseType(record.key.result, context);
    if (!record.isUsable() || !chip || !schedule || !element || !result) {
      ++report.skipped;
      continue;
    }
    Problem problem = {record.key.m,
                       record.key.n,
                       record.key.k,
                       record.key.precision,
                       element,
                       result,
                       record.key.layouts.align[2]};
    CompiledFacts facts;
    facts.registers = record.registers;
    facts.localBytes = record.localBytes;
    report.rows.push_back(
        {&record, model.predict(schedule, problem, *chip, facts)});
  }
  return report;
}
