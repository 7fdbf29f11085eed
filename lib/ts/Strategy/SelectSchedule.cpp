//===- SelectSchedule.cpp - One schedule for every product ----------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The only place that decides. Asks the strategies in order and writes the
// first proposal that fits onto the operation, with a remark that says why. A
// schedule written by hand stays; it passes the same check.
//
//   ts.matmul ins(...) outs(...)
// =>
//   ts.matmul {schedule = #ts.schedule<out, ...>} ins(...) outs(...)
//
//===----------------------------------------------------------------------===//

#include "ts/IR/ScheduleLegality.h"
#include "ts/Numerics/Bound.h"
#include "ts/Passes.h"
#include "ts/Strategy/Strategy.h"

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
    if (failed(parseGiven()))
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

  LogicalResult select(MatmulOp op) {
    TargetAttr target = getTarget(op);
    if (!target)
      return op.emitOpError("stands in a module without ts.target");
    Problem problem = problemOf(op);
    if (failed(checkStatic(op, problem)))
      return failure();
    const Chip &chip = *lookupChip(target.getChip());
    ScheduleAttr chosen = op.getScheduleAttr() ? op.getScheduleAttr() : given;
    PrecisionMode wish = problem.precision;
    problem.precision = chosen ? mechanismFor(chosen, problem, chip) : wish;
    if (chosen)
      note(op, "schedule", "given by hand");
    else
      chosen = propose(op, problem, chip);
    if (!chosen)
      return op.emitOpError()
             << "no schedule computes K = " << problem.k << " on "
             << problem.element << " in precision '"
             << stringifyPrecisionMode(problem.precision) << "'";
    noteBound(op, wish, problem, chip);
    op.setScheduleAttr(chosen);
    if (problem.precision != wish)
      op.setPrecision(problem.precision);
    return verifyFits(chosen, problem, target,
                      [&] { return op.emitOpError(); });
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

  /// The fastest mechanism with a strategy of its own; what only streams is no
  /// faster than plain ieee. Sets the problem's precision to it.
  ScheduleAttr propose(MatmulOp op, Problem &problem, const Chip &chip) {
    PrecisionMode wish = problem.precision;
    SmallVector<PrecisionMode> modes = mechanismsOf(problem, chip);
    for (PrecisionMode mode : modes) {
      problem.precision = mode;
      std::optional<Proposal> proposal = firstProposal(problem, chip);
      bool isLast = mode == modes.back();
      if (!proposal || (!isLast && proposal->schedule.getShapeClass() ==
                                       ShapeClass::General))
        continue;
      note(op, "schedule", proposal->reason);
      return proposal->schedule;
    }
    problem.precision = wish;
    return nullptr;
  }

  std::optional<Proposal> firstProposal(const Problem &problem,
                                        const Chip &chip) {
    for (const auto &strategy : createStrategies())
      if (auto proposal = strategy->propose(problem, chip, &getContext()))
        return proposal;
    return std::nullopt;
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

  static void note(MatmulOp op, StringRef name, StringRef reason) {
    remark::passed(op.getLoc(), remark::RemarkOpts::name(name).category(
                                    "ts-select-schedule"))
        << reason;
  }

  ScheduleAttr given;
};

} // namespace
