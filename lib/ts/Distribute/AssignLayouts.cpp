//===- AssignLayouts.cpp - A layout for every warp-level value ------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The product of a tile fixes the layouts of its operands and of its result:
// by the lanes of the schedule on the FMA pipe, by the matrix instruction on
// the tensor cores. From there they spread through everything that keeps shape
// and element order (loops, branches, arithmetic, ts.split). A value on neither
// side of a product, such as a tile of C on its way from shared memory to the
// store, may be dealt as suits its access: by rows, as wide as the store
// allows.
//
//===----------------------------------------------------------------------===//

#include "AssignLayouts.h"

#include "LaneAccess.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"

using namespace mlir;
using namespace ts;

bool ts::isWarpLevel(Type type) {
  auto vector = dyn_cast<VectorType>(type);
  return vector && vector.getRank() == 2;
}

bool ts::touchesWarpLevel(Operation *op) {
  return llvm::any_of(op->getOperandTypes(), isWarpLevel) ||
         llvm::any_of(op->getResultTypes(), isWarpLevel);
}

LogicalResult LayoutMap::give(Value value, const Layout &layout,
                              Operation *user) {
  if (!isWarpLevel(value.getType()) || value.getDefiningOp<arith::ConstantOp>())
    return success();
  auto type = cast<VectorType>(value.getType());
  if (layout.shape() != type.getShape()) {
    ArrayRef<int64_t> tile = schedule.getTile();
    return user->emitOpError()
           << "value " << type << " does not belong to the schedule's tile of "
           << tile[0] << "x" << tile[1];
  }
  auto [known, isNew] = layouts.try_emplace(value, layout);
  if (isNew)
    pending.push_back(value);
  else if (known->second != layout)
    return user->emitOpError()
           << "value " << type << " is needed in two layouts";
  return success();
}

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

namespace {

struct ProductLayouts {
  Layout a, b, c;
};

} // namespace

static ProductLayouts productLayouts(ScheduleAttr schedule) {
  if (schedule.getMma()) {
    MmaTile tile = schedule.getMmaTile();
    return {tile.a(), tile.b(), tile.c()};
  }
  FmaAttr fma = schedule.getFma();
  Layout tile = fma.getLayout(schedule.getTile());
  return {tile.projected(1), tile.projected(0), tile};
}

LogicalResult LayoutMap::assignProducts() {
  ProductLayouts wanted = productLayouts(schedule);
  WalkResult result = launch.walk([&](vector::ContractionOp op) {
    if (failed(give(op.getLhs(), wanted.a, op)) ||
        failed(give(op.getRhs(), wanted.b, op)) ||
        failed(give(op.getAcc(), wanted.c, op)) ||
        failed(give(op.getResult(), wanted.c, op)))
      return WalkResult::interrupt();
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

//===----------------------------------------------------------------------===//
// Along uses and definitions
//===----------------------------------------------------------------------===//

/// Whether all warp-level operands and results have one layout.
static bool keepsLayout(Operation *op) {
  return OpTrait::hasElementwiseMappableTraits(op) || isa<vector::FMAOp>(op);
}

Layout ts::sourceLayout(vector::BroadcastOp op, Layout layout) {
  auto shape = cast<VectorType>(op.getSource().getType()).getShape();
  for (unsigned dim = 0; dim < 2; ++dim)
    if (shape[dim] == 1)
      layout = layout.projected(dim);
  return layout;
}

LogicalResult LayoutMap::spreadThrough(Operation *op, Value value,
                                       const Layout &layout) {
  if (keepsLayout(op)) {
    for (Value operand : op->getOperands())
      if (failed(give(operand, layout, op)))
        return failure();
    return give(op->getResult(0), layout, op);
  }
  if (auto split = dyn_cast<SplitOp>(op)) {
    if (value == split.getScale())
      return success();
    for (Value part : split.getParts())
      if (failed(give(part, layout, op)))
        return failure();
    if (Value scale = split.getScale())
      if (failed(give(scale, layout.projected(*split.getAlong()), op)))
        return failure();
    return give(split.getSource(), layout, op);
  }
  // A small value from memory is read as it is wanted; others are moved.
  if (auto broadcast = dyn_cast<vector::BroadcastOp>(op);
      broadcast && value == broadcast.getResult() &&
      broadcast.getSource().getDefiningOp<vector::TransferReadOp>())
    return give(broadcast.getSource(), sourceLayout(broadcast, layout), op);
  return success();
}

/// Values that are the same one, seen from inside or outside of a loop or a
/// branch.
SmallVector<Value> LayoutMap::equals(Value value) {
  SmallVector<Value> result;
  auto addLoop = [&](scf::ForOp loop, unsigned index) {
    result.push_back(loop.getInitArgs()[index]);
    result.push_back(loop.getRegionIterArgs()[index]);
    result.push_back(loop.getYieldedValues()[index]);
    result.push_back(loop.getResult(index));
  };
  auto addBranch = [&](scf::IfOp branch, unsigned index) {
    result.push_back(branch.thenYield().getOperand(index));
    result.push_back(branch.elseYield().getOperand(index));
    result.push_back(branch.getResult(index));
  };
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    auto loop = dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp());
    if (loop && argument.getArgNumber() > 0)
      addLoop(loop, argument.getArgNumber() - 1);
  } else if (auto loop = value.getDefiningOp<scf::ForOp>()) {
    addLoop(loop, cast<OpResult>(value).getResultNumber());
  } else if (auto branch = value.getDefiningOp<scf::IfOp>()) {
    addBranch(branch, cast<OpResult>(value).getResultNumber());
  }
  for (OpOperand &use : value.getUses()) {
    if (auto loop = dyn_cast<scf::ForOp>(use.getOwner())) {
      unsigned first = loop.getNumControlOperands();
      if (use.getOperandNumber() >= first)
        addLoop(loop, use.getOperandNumber() - first);
    } else if (isa<scf::YieldOp>(use.getOwner())) {
      Operation *parent = use.getOwner()->getParentOp();
      if (auto loop = dyn_cast<scf::ForOp>(parent))
        addLoop(loop, use.getOperandNumber());
      else if (auto branch = dyn_cast<scf::IfOp>(parent))
        addBranch(branch, use.getOperandNumber());
    }
  }
  return result;
}

LogicalResult LayoutMap::spread() {
  while (!pending.empty()) {
    Value value = pending.pop_back_val();
    Layout layout = layouts.at(value);
    SmallVector<Operation *> neighbours(value.getUsers());
    if (Operation *op = value.getDefiningOp())
      neighbours.push_back(op);
    for (Operation *op : neighbours)
      if (failed(spreadThrough(op, value, layout)))
        return failure();
    for (Value equal : equals(value))
      if (failed(give(equal, layout, launch)))
        return failure();
  }
  return success();
}

//===----------------------------------------------------------------------===//
// What no product reaches
//===----------------------------------------------------------------------===//

/// The widest run of columns that every store of the value allows.
static int64_t storeWidth(Value value) {
  auto type = cast<VectorType>(value.getType());
  int64_t width = maxLaneBits / type.getElementTypeBitWidth();
  for (Operation *user : value.getUsers())
    if (auto write = dyn_cast<vector::TransferWriteOp>(user))
      width = std::min(width, rowAccessWidth(write.getBase()));
  return width;
}

LogicalResult LayoutMap::assignRest() {
  WalkResult result = launch.walk([&](Operation *op) {
    for (Value value : op->getResults()) {
      if (!isWarpLevel(value.getType()) || layouts.contains(value) ||
          isa<arith::ConstantOp>(op))
        continue;
      auto shape = cast<VectorType>(value.getType()).getShape();
      std::optional<Layout> rows = Layout::forRows(shape, storeWidth(value));
      if (!rows) {
        op->emitOpError() << "value " << value.getType()
                          << " does not deal evenly to 32 lanes";
        return WalkResult::interrupt();
      }
      if (failed(give(value, *rows, op)) || failed(spread()))
        return WalkResult::interrupt();
    }
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

LogicalResult LayoutMap::assign() {
  if (failed(assignProducts()) || failed(spread()))
    return failure();
  return assignRest();
}
