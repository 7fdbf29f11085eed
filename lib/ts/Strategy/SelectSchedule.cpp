//===- SelectSchedule.cpp - One schedule for every product ----------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The only step that decides: writes what `decide` says onto the operation,
// with a remark that says why. A schedule written by hand stays; it passes the
// same check. A precision that is a wish becomes the mechanism that is expected
// to be the fastest of those that fulfil it.
//
//   ts.matmul ins(...) outs(...)
// =>
//   ts.matmul {schedule = #ts.schedule<out, ...>} ins(...) outs(...)
//
//===----------------------------------------------------------------------===//

#include "ts/IR/ScheduleLegality.h"
#include "ts/Numerics/Bound.h"
#include "ts/Passes.h"
#include "ts/Strategy/Decision.h"
#include "ts/Strategy/Draft.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/Remarks.h"
#include "llvm/Support/Format.h"

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
    Problem problem = problemOf(op);
    if (failed(checkStatic(op, problem)))
      return failure();
    ScheduleAttr byHand = op.getScheduleAttr() ? op.getScheduleAttr() : given;
    PrecisionMode wish = problem.precision;
    Decision chosen = byHand ? takeByHand(byHand, problem, target)
                             : propose(op, problem, target);
    if (!chosen.schedule)
      return op.emitOpError()
             << "no schedule computes K = " << problem.k << " on "
             << problem.element << " in precision '"
             << stringifyPrecisionMode(problem.precision) << "'";
    if (failed(verifyFits(chosen.schedule, problem, target,
                          [&] { return op.emitOpError(); })))
      return failure();
    note(op, "schedule",
         chosen.reason + "; the model: " + chosen.prediction.summary());
    noteBound(op, wish, problem, target.getInfo());
    op.setScheduleAttr(chosen.schedule);
    if (problem.precision != wish)
      op.setPrecision(problem.precision);
    return success();
  }

  /// Sets the problem's precision to what the schedule can carry out.
  static Decision takeByHand(ScheduleAttr schedule, Problem &problem,
                             TargetAttr target) {
    problem.precision = mechanismFor(schedule, problem, target.getInfo());
    if (!fits(schedule, problem, target))
      return {schedule, Source::Hand, "", {}, 0}; // verifyFits says why
    return decidedByHand(schedule, problem, target);
  }

  static num::Precision asNumeric(PrecisionMode mode) {
    return num::Precision(unsigned(mode));
  }

  /// The mechanisms that give what the problem's precision promises on the
  /// chip, fastest first.
  static SmallVector<PrecisionMode> mechanismsOf(const Problem &problem,
                                                 const Chip &chip) {
    SmallVector<PrecisionMode> modes;
    for (num::Precision mechanism :
         num::mechanismsFor(asNumeric(problem.precision), problem.k, chip))
      modes.push_back(PrecisionMode(unsigned(mechanism)));
    return modes;
  }

  /// The mechanism that a schedule by hand can carry out; the wish itself if
  /// there is none, which verifyFits then refuses.
  static PrecisionMode mechanismFor(ScheduleAttr schedule, Problem problem,
                                    const Chip &chip) {
    PrecisionMode wish = problem.precision;
    for (PrecisionMode mode : mechanismsOf(problem, chip)) {
      problem.precision = mode;
      std::optional<MmaKind> instruction = instructionFor(problem);
      MmaAttr mma = schedule.getMma();
      if (mma ? instruction == mma.getInstruction() : !instruction)
        return mode;
    }
    return wish;
  }

  /// The mechanism that is expected to be the fastest; `ieee` if none is faster
  /// by more than the model may be wrong. What only streams on the tensor cores
  /// is no faster than that. Sets the problem's precision to it.
  Decision propose(MatmulOp op, Problem &problem, TargetAttr target) {
    PrecisionMode wish = problem.precision;
    SmallVector<PrecisionMode> modes = mechanismsOf(problem, target.getInfo());
    Decision best;
    for (PrecisionMode mode : modes) {
      Problem trial = problem;
      trial.precision = mode;
      Decision decision = decide(trial, layoutsOf(op), target, *database);
      bool isLast = mode == modes.back();
      if (!decision.schedule ||
          (!isLast && decision.schedule.getShapeClass() == ShapeClass::General))
        continue;
      double margin = mode == PrecisionMode::Ieee ? 1 - modelMargin : 1;
      if (!best.schedule || decision.expected() * margin < best.expected()) {
        best = std::move(decision);
        problem.precision = mode;
      }
    }
    if (!best.schedule)
      problem.precision = wish;
    return best;
  }

  /// What the mode promises about errors, and who keeps the promise.
  static void noteBound(MatmulOp op, PrecisionMode wish, const Problem &problem,
                        const Chip &chip) {
    if (!problem.element.isF32() || wish == PrecisionMode::Ieee)
      return;
    std::string text;
    llvm::raw_string_ostream out(text);
    out << stringifyPrecisionMode(problem.precision);
    if (problem.precision != wish)
      out << " for " << stringifyPrecisionMode(wish);
    out << ": error at most ";
    bool isNormwise = wish == PrecisionMode::F16x3 ||
                      wish == PrecisionMode::Fp32AccurateNormwise;
    num::Magnitude magnitude =
        isNormwise ? num::Magnitude::Normwise : num::Magnitude::Elementwise;
    auto bound = [&](PrecisionMode mode) {
      return num::productBound(asNumeric(mode), num::ElementType::F32,
                               problem.k, magnitude, chip.tensorCore);
    };
    out << llvm::format("%.2e of ", bound(problem.precision))
        << num::name(magnitude)
        << llvm::format(" (ieee: %.2e)", bound(PrecisionMode::Ieee));
    note(op, "bound", text);
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

  static void note(MatmulOp op, StringRef name, const std::string &reason) {
    remark::passed(op.getLoc(), remark::RemarkOpts::name(name).category(
                                    "ts-select-schedule"))
        << reason;
  }

  ScheduleAttr given;
  TuningDatabase ownDatabase;
  const TuningDatabase *database = nullptr;
};

} // namespace
