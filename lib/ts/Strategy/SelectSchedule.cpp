//===- SelectSchedule.cpp - One schedule for every product ----------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The only step that decides: writes what `decide` says onto the operation,
// with a remark that says why. A schedule written by hand stays; it passes the
// same check.
//
//   ts.matmul ins(...) outs(...)
// =>
//   ts.matmul {schedule = #ts.schedule<out, ...>} ins(...) outs(...)
//
//===----------------------------------------------------------------------===//

#include "ts/IR/ScheduleLegality.h"
#include "ts/Passes.h"
#include "ts/Strategy/Wish.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/Remarks.h"

namespace ts {
#define GEN_PASS_DEF_SELECTSCHEDULEPASS
#include "ts/Passes.h.inc"
} // namespace ts

using namespace mlir;
using namespace ts;

namespace {

struct SelectSchedule : ts::impl::SelectSchedulePassBase<SelectSchedule> {
  using Base::Base;

  void runOnOperation() override {
    if (failed(parseGiven()) || failed(loadDatabase()))
      return signalPassFailure();
    SmallVector<MatmulOp> products;
    getOperation()->walk([&](MatmulOp op) {
      if (!op->getParentOfType<gpu::LaunchOp>())
        products.push_back(op);
    });
    for (MatmulOp op : products)
      if (failed(select(op)))
        return signalPassFailure();
  }

private:
  /// The schedule given as an option, for every product without one.
  LogicalResult parseGiven() {
    given = nullptr;
    if (schedule.empty())
      return success();
    Attribute parsed = parseAttribute(schedule, &getContext());
    given = dyn_cast_or_null<ScheduleAttr>(parsed);
    if (!given)
      return getOperation()->emitError(
          "option 'schedule' is not a #ts.schedule");
    return success();
  }

  /// The database given as an option, or the one that was built in.
  LogicalResult loadDatabase() {
    database = &TuningDatabase::shipped();
    if (!tuningDb.empty()) {
      llvm::Expected<TuningDatabase> loaded = TuningDatabase::load(tuningDb);
      if (!loaded)
        return emitError(UnknownLoc::get(&getContext()))
               << llvm::toString(loaded.takeError());
      ownDatabase = std::move(*loaded);
      database = &ownDatabase;
    }
    if (!database->getWarning().empty())
      emitWarning(UnknownLoc::get(&getContext())) << database->getWarning();
    return success();
  }

  LogicalResult select(MatmulOp op) {
    TargetAttr target = getTarget(op);
    if (!target)
      return op.emitOpError("stands in a module without ts.target");
    Problem problem = problemOf(op), meant = problem;
    if (failed(checkStatic(op, problem)))
      return failure();
    const Chip &chip = target.getInfo();
    ScheduleAttr byHand = op.getScheduleAttr() ? op.getScheduleAttr() : given;
    auto emitError = [&] { return op.emitOpError(); };
    Decision chosen;
    if (byHand) {
      meant.precision = mechanismFor(byHand, problem, chip);
      if (failed(verifyFits(byHand, meant, target, emitError)))
        return failure();
      chosen = decidedByHand(byHand, meant, target);
    } else {
      Resolved resolved = resolve(problem, layoutsOf(op), target, *database);
      chosen = resolved.decision;
      meant.precision = resolved.mechanism;
    }
    if (!chosen.schedule)
      return op.emitOpError()
             << "no schedule computes K = " << problem.k << " on "
             << problem.element << " in precision '"
             << stringifyPrecisionMode(problem.precision) << "'"
             << (problem.precision == PrecisionMode::F16x3
                     ? ", which scales all of K together, in registers"
                     : "");
    if (failed(verifyFits(chosen.schedule, meant, target, emitError)))
      return failure();
    note(op, "schedule",
         chosen.reason + "; the model: " + chosen.prediction.summary());
    if (std::string bound = describeBound(problem, meant.precision, chip);
        !bound.empty())
      note(op, "bound", bound);
    op.setScheduleAttr(chosen.schedule);
    if (meant.precision != problem.precision)
      op.setPrecision(meant.precision);
    return success();
  }

  static LogicalResult checkStatic(MatmulOp op, const Problem &problem) {
    for (auto [name, extent] :
         {std::pair("m", problem.m), {"n", problem.n}, {"k", problem.k}})
      if (ShapedType::isDynamic(extent))
        return op.emitOpError()
               << "extent " << name
               << " is dynamic; a schedule needs static shapes";
    return success();
  }

  static void note(MatmulOp op, StringRef name, StringRef text) {
    remark::passed(op.getLoc(), remark::RemarkOpts::name(name).category(
                                    "ts-select-schedule"))
        << text;
  }

  ScheduleAttr given;
  TuningDatabase ownDatabase;
  const TuningDatabase *database = nullptr;
};

} // namespace
