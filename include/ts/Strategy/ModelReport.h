//===- ModelReport.h - The model against measurements -----------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A model is worth what its predictions were worth: predicted beside measured
// for every record of a database.
//
//===----------------------------------------------------------------------===//

#ifndef TS_STRATEGY_MODELREPORT_H
#define TS_STRATEGY_MODELREPORT_H

#include "ts/Strategy/Model.h"
#include "ts/Strategy/TuningDatabase.h"

namespace ts {

struct ModelReport {
  struct Row {
    const TuningRecord *record;
    Prediction prediction;
    /// Predicted over measured, less one.
    double error() const {
      return prediction.milliseconds / record->milliseconds - 1;
    }
  };
  std::vector<Row> rows;
  unsigned skipped = 0; ///< wrong results, schedules that are none, no chip

  double medianError() const; ///< of the absolute errors
  /// Spearman's: 1 if the model orders all schedules as they were measured.
  double rankCorrelation() const;
};

/// Predicts every usable record; registers are the record's own.
ModelReport compareModel(const ModelConstants &constants,
                         llvm::ArrayRef<TuningRecord> records,
                         mlir::MLIRContext *context);

/// Spearman's rank correlation; equal values share the mean of their ranks.
double rankCorrelation(llvm::ArrayRef<double> xs, llvm::ArrayRef<double> ys);

} // namespace ts

#endif // TS_STRATEGY_MODELREPORT_H
