//===- Chosen.cpp - The products of a file and their schedules ------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ts/Runner/Chosen.h"

#include "ts/Pipeline/Pipeline.h"
#include "ts/Runner/Parse.h"
#include "ts/Runner/RunError.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;
using namespace ts;
using llvm::Error;
using llvm::Expected;

static Error runStep(ModuleOp module, const CompileSettings &settings,
                     void (*build)(OpPassManager &, const CompileOptions &)) {
  CompileOptions options;
  options.chip = settings.chip;
  options.isa = settings.isa;
  options.schedule = settings.schedule;
  options.tuningDb = settings.tuningDb;
  DiagnosticCollector diagnostics(module.getContext());
  PassManager pm(module.getContext());
  build(pm, options);
  bool ok = succeeded(pm.run(module));
  if (ok && !diagnostics.hasErrors())
    return Error::success();
  if (!diagnostics.hasErrors())
    return runError(ExitCode::CompileError, "no schedule could be selected");
  llvm::errs() << diagnostics.getErrors().front() << "\n";
  return runError(ExitCode::CompileError, "");
}

static SmallVector<MatmulOp> productsOf(ModuleOp module) {
  SmallVector<MatmulOp> products;
  module.walk([&](MatmulOp op) {
    if (!op->getParentOfType<gpu::LaunchOp>())
      products.push_back(op);
  });
  return products;
}

Expected<Chosen> ts::choose(ModuleOp module, const CompileSettings &settings,
                            const TuningDatabase &database) {
  Chosen chosen;
  chosen.module = module.clone();
  if (Error error = runStep(*chosen.module, settings, buildRaise))
    return std::move(error);
  SmallVector<bool> byHand;
  for (MatmulOp op : productsOf(*chosen.module))
    byHand.push_back(op.getScheduleAttr() || !settings.schedule.empty());
  if (Error error = runStep(*chosen.module, settings, buildSelect))
    return std::move(error);
  SmallVector<MatmulOp> products = productsOf(*chosen.module);
  if (products.empty() || products.size() != byHand.size())
    return runError(ExitCode::BadInput,
                    "the file has no product that a schedule is chosen for");
  for (auto [op, isByHand] : llvm::zip_equal(products, byHand)) {
    TargetAttr target = getTarget(op);
    Problem problem = problemOf(op);
    Layouts layouts = layoutsOf(op);
    Decision decision =
        isByHand ? decidedByHand(op.getScheduleAttr(), problem, target)
                 : decide(problem, layouts, target, database);
    chosen.products.push_back(
        {op, problem, layouts, target, std::move(decision)});
  }
  return std::move(chosen);
}
