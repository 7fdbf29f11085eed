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
#include "ts/Passes.h"
#include "ts/Strategy/Strategy.h"

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
    if (failed(checkSupported(op, problem)))
      return failure();
    ScheduleAttr chosen = op.getScheduleAttr() ? op.getScheduleAttr() : given;
    if (chosen)
      note(op, "given by hand");
    else
      chosen = propose(op, problem, *lookupChip(target.getChip()));
    if (!chosen)
      return op.emitOpError()
             << "no schedule computes K = " << problem.k << " on "
             << problem.element << " in precision '"
             << stringifyPrecisionMode(problem.precision) << "'";
    op.setScheduleAttr(chosen);
    return verifyFits(chosen, problem, target,
                      [&] { return op.emitOpError(); });
  }

  /// Null if no strategy has one.
  ScheduleAttr propose(MatmulOp op, const Problem &problem, const Chip &chip) {
    for (const auto &strategy : createStrategies())
      if (auto proposal = strategy->propose(problem, chip, &getContext())) {
        note(op, proposal->reason);
        return proposal->schedule;
      }
    return nullptr;
  }

  /// What no strategy can do yet is refused by name.
  static LogicalResult checkSupported(MatmulOp op, const Problem &problem) {
    for (auto [name, extent] :
         {std::pair("m", problem.m), {"n", problem.n}, {"k", problem.k}})
      if (ShapedType::isDynamic(extent))
        return op.emitOpError()
               << "extent " << name
               << " is dynamic; a schedule needs static shapes";
    return success();
  }

  static void note(MatmulOp op, StringRef reason) {
    remark::passed(
        op.getLoc(),
        remark::RemarkOpts::name("schedule").category("ts-select-schedule"))
        << reason;
  }

  ScheduleAttr given;
};

} // namespace
