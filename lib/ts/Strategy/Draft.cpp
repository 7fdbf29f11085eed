//===- Draft.cpp - A schedule as plain numbers ----------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ts/Strategy/Draft.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Location.h"

using namespace mlir;
using namespace ts;

namespace {
/// Keeps diagnostics of one trial from the user: that a schedule does not fit
/// is an answer here, not an error.
class Trial {
public:
  Trial(MLIRContext *context, std::string *fault)
      : context(context), handler(context, [fault](Diagnostic &diagnostic) {
          if (fault)
            *fault = diagnostic.str();
        }) {}
  InFlightDiagnostic operator()() const {
    return emitError(UnknownLoc::get(context));
  }

private:
  MLIRContext *context;
  ScopedDiagnosticHandler handler;
};
} // namespace

static Draft::Operand operandOf(OperandAttr operand) {
  return {operand.getHome(), operand.getDepth(),  operand.getSwap(),
          operand.getRows(), operand.getPieces(), operand.getDense()};
}

Draft Draft::of(ScheduleAttr schedule) {
  Draft draft;
  draft.shapeClass = schedule.getShapeClass();
  draft.blocks = schedule.getBlocks().getOrder();
  draft.gridRows = schedule.getBlocks().getRows();
  draft.linearCount = schedule.getBlocks().getCount();
  draft.residents = schedule.getBlocks().getResidents();
  draft.group = schedule.getBlocks().getGroup();
  draft.snake = schedule.getBlocks().getSnake();
  draft.skew = schedule.getBlocks().getSkew();
  draft.warps = {schedule.getWarps()[0], schedule.getWarps()[1]};
  draft.tile = {schedule.getTile()[0], schedule.getTile()[1]};
  if (FmaAttr fma = schedule.getFma()) {
    draft.lanes = {fma.getLanes()[0], fma.getLanes()[1]};
    draft.unroll = fma.getUnroll();
    draft.fmaOrder = fma.getOrder();
    draft.spread = fma.getSpread();
    draft.vector = fma.getVector();
  } else {
    MmaAttr mma = schedule.getMma();
    draft.isMma = true;
    draft.instruction = mma.getInstruction();
    draft.orientation = mma.getOrientation();
    draft.depth = mma.getDepth();
    draft.vector = mma.getVector();
    draft.sums = mma.getSums();
  }
  draft.a = operandOf(schedule.getA());
  draft.b = operandOf(schedule.getB());
  draft.ahead = schedule.getAhead();
  draft.policy = schedule.getStore().getPolicy();
  draft.early = schedule.getStore().getEarly();
  draft.path = schedule.getStore().getPath();
  draft.spaced = schedule.getStore().getSpaced();
  draft.index = schedule.getIndex();
  return draft;
}

ScheduleAttr Draft::build(MLIRContext *context, std::string *fault) const {
  Trial trial(context, fault);
  auto operand = [&](const Operand &from) {
    return OperandAttr::getChecked(trial, context, from.home, from.depth,
                                   from.swap, from.rows, from.pieces,
                                   from.dense);
  };
  bool isLinear = blocks == BlockOrder::Linear;
  auto blocksAttr = BlocksAttr::getChecked(
      trial, context, blocks, columns(), isLinear ? 0 : gridRows,
      isLinear ? linearCount : 0, residents, isLinear ? 1 : group,
      !isLinear && snake, skew);
  Attribute math;
  if (isMma)
    math = MmaAttr::getChecked(trial, context, instruction, orientation, depth,
                               vector, sums);
  else
    math = FmaAttr::getChecked(trial, context, ArrayRef<int64_t>(lanes), vector,
                               unroll, fmaOrder, spread);
  OperandAttr aAttr = operand(a), bAttr = operand(b);
  auto storeAttr =
      StoreAttr::getChecked(trial, context, policy, early, path, spaced);
  if (!blocksAttr || !math || !aAttr || !bAttr || !storeAttr)
    return nullptr;
  return ScheduleAttr::getChecked(
      trial, context, shapeClass, blocksAttr, ArrayRef<int64_t>(warps),
      ArrayRef<int64_t>(tile), math, aAttr, bAttr, ahead, storeAttr, index);
}

bool ts::fits(ScheduleAttr schedule, const Problem &problem, TargetAttr target,
              std::string *fault) {
  Trial trial(schedule.getContext(), fault);
  return succeeded(
      verifyFits(schedule, problem, target, [&] { return trial(); }));
}
