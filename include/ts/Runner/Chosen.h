//===- Chosen.h - The products of a file and their schedules ---*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// For those who ask about schedules instead of running them: a file as it is
// after the step `select`, with the decision behind every product.
//
//===----------------------------------------------------------------------===//

#ifndef TS_RUNNER_CHOSEN_H
#define TS_RUNNER_CHOSEN_H

#include "ts/Runner/Compile.h"
#include "ts/Strategy/Decision.h"

#include "mlir/IR/OwningOpRef.h"

namespace ts {

struct ChosenProduct {
  MatmulOp op;
  Problem problem;
  Layouts layouts;
  TargetAttr target;
  Decision decision;
};

struct Chosen {
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::vector<ChosenProduct> products;
};

/// Runs a copy of the module up to `select`. A schedule that the file or
/// `settings` gives is a decision by hand.
llvm::Expected<Chosen> choose(mlir::ModuleOp module,
                              const CompileSettings &settings,
                              const TuningDatabase &database);

} // namespace ts

#endif // TS_RUNNER_CHOSEN_H
