//===- Predict.h - What the model says of a file ----------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// --predict and --model-report: no device is opened.
//
//===----------------------------------------------------------------------===//

#ifndef TS_RUN_PREDICT_H
#define TS_RUN_PREDICT_H

#include "Options.h"

#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/JSON.h"

namespace ts {

/// The explanation of every product on every chip of options.predict, to `os`;
/// the same as JSON in the result.
llvm::Expected<llvm::json::Value> predictFile(mlir::MLIRContext &context,
                                              const RunOptions &options,
                                              llvm::raw_ostream &os);

/// Predicted and measured time of every record of the tuning database, and how
/// far they are apart.
llvm::Expected<llvm::json::Value> reportModel(mlir::MLIRContext &context,
                                              const RunOptions &options,
                                              llvm::raw_ostream &os);

} // namespace ts

#endif // TS_RUN_PREDICT_H
