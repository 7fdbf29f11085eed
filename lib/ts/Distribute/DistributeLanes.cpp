//===- DistributeLanes.cpp - Deal warp-level vectors to lanes -------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A mechanical expansion by Layout. Until here a vector of rank 2 means a value
// that the 32 lanes of a warp share; after this step every lane has its own
// fragments, vectors of a few consecutive columns.
//
//   %c2 = vector.contract %a, %b, %c
//           : vector<8x1xf32>, vector<1x512xf32> into vector<8x512xf32>
// =>
//   %c2_00 = vector.fma %a_0, %b_0, %c_00 : vector<4xf32>
//   ...                                    // 8 rows x 4 groups of columns
//
// AssignLayouts.cpp finds the layout of every value. Operands are replicated
// over lanes where a layout says so, at no cost; between products no value
// changes hands.
//
//===----------------------------------------------------------------------===//

#include "CheckPlain.h"
#include "EarlyStores.h"
#include "ExpandCopy.h"
#include "ExpandFma.h"
#include "ExpandMma.h"
#include "ExpandSplit.h"
#include "LaneAccess.h"
#include "LaneDistributor.h"
#include "ts/IR/TS.h"
#include "ts/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace ts {
#define GEN_PASS_DEF_DISTRIBUTELANESPASS
#include "ts/Passes.h.inc"
} // namespace ts

using namespace mlir;
using namespace ts;

static Type elementTypeOf(Value value) {
  return cast<VectorType>(value.getType()).getElementType();
}

int64_t LaneDistributor::fragmentCount(Value value) const {
  const Layout &layout = layouts.of(value);
  return layout.registerCount() / fragmentWidth(layout, elementTypeOf(value));
}

LogicalResult LaneDistributor::distribute() {
  if (failed(layouts.assign()))
    return failure();
  b.setInsertionPointToStart(&launch.getBody().front());
  thread = launch.getThreadIds().x;
  lane =
      arith::RemUIOp::create(b, thread, arith::ConstantIndexOp::create(b, 32));
  if (failed(distribute(launch.getBody().front())))
    return failure();
  for (Operation *op : llvm::reverse(replaced))
    rewriter.eraseOp(op);
  return success();
}

LogicalResult LaneDistributor::distribute(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(block))
    if (failed(distribute(&op)))
      return failure();
  return success();
}

/// Refuses what the expansion would not notice.
LogicalResult LaneDistributor::check(Operation *op) {
  for (Value operand : op->getOperands()) {
    if (!isWarpLevel(operand.getType()))
      continue;
    auto constant = operand.getDefiningOp<arith::ConstantOp>();
    if (constant && failed(checkPlain(constant)))
      return failure();
    if (!constant && !fragments.contains(operand))
      return op->emitOpError("uses a warp-level vector from outside of the "
                             "kernel, of which no lane owns a part");
  }
  return touchesWarpLevel(op) ? checkPlain(op) : success();
}

LogicalResult LaneDistributor::distributeInside(Operation *op) {
  for (Region &region : op->getRegions())
    for (Block &block : region)
      if (failed(distribute(block)))
        return failure();
  return success();
}

LogicalResult LaneDistributor::distribute(Operation *op) {
  if (failed(check(op)))
    return failure();
  b.setInsertionPoint(op);
  b.setLoc(op->getLoc());
  if (auto copyOp = dyn_cast<CopyOp>(op)) {
    copy(copyOp);
    return success();
  }
  if (!touchesWarpLevel(op))
    return distributeInside(op);
  if (auto yieldOp = dyn_cast<scf::YieldOp>(op)) {
    yield(yieldOp);
    return success();
  }
  if (isa<arith::ConstantOp>(op))
    return success();
  replaced.push_back(op);
  if (auto loopOp = dyn_cast<scf::ForOp>(op))
    return loop(loopOp);
  if (auto branchOp = dyn_cast<scf::IfOp>(op))
    return branch(branchOp);
  if (auto broadcastOp = dyn_cast<vector::BroadcastOp>(op))
    return broadcast(broadcastOp);
  if (auto writeOp = dyn_cast<vector::TransferWriteOp>(op))
    return write(writeOp);
  if (auto readOp = dyn_cast<vector::TransferReadOp>(op))
    read(readOp);
  else if (auto product = dyn_cast<vector::ContractionOp>(op))
    contract(product);
  else if (auto splitOp = dyn_cast<SplitOp>(op))
    split(splitOp);
  else if (OpTrait::hasElementwiseMappableTraits(op) || isa<vector::FMAOp>(op))
    elementwise(op);
  else
    return op->emitOpError("on a warp-level vector cannot be dealt to lanes");
  return success();
}

void LaneDistributor::copy(CopyOp op) {
  bool isBlock = op.getScope() == Scope::Block;
  expandCopy(rewriter, op, isBlock ? thread : lane,
             isBlock ? schedule.getThreadCount() : 32);
}

/// A constant may stand outside of the kernel, and serve several layouts; it is
/// dealt where it is used.
Fragments LaneDistributor::fragmentsOf(Value value, const Layout &layout) {
  auto op = value.getDefiningOp<arith::ConstantOp>();
  if (!op)
    return fragments.lookup(value);
  auto splat = cast<DenseElementsAttr>(op.getValue());
  int64_t width = fragmentWidth(layout, elementTypeOf(value));
  auto attr =
      DenseElementsAttr::get(VectorType::get({width}, elementTypeOf(value)),
                             splat.getSplatValue<Attribute>());
  return Fragments(layout.registerCount() / width,
                   arith::ConstantOp::create(b, attr));
}

static TileAccess accessOf(Value base, ValueRange indices, ArrayAttr inBounds) {
  AllocOp buffer = bufferOf(base);
  TileAccess access{base,
                    llvm::to_vector<2>(indices),
                    {},
                    buffer ? int64_t(buffer.getSwap()) : 0};
  if ((access.window = base.getDefiningOp<WindowOp>()))
    access.view = access.window.getSource();
  for (bool in : inBounds.getAsValueRange<BoolAttr>())
    access.inBounds.push_back(in);
  return access;
}

void LaneDistributor::read(vector::TransferReadOp op) {
  TileAccess access = accessOf(op.getBase(), op.getIndices(), op.getInBounds());
  access.zeroOutside = !op.getPadding().getDefiningOp<ub::PoisonOp>();
  const Layout &layout = layouts.of(op);
  AllocOp buffer = bufferOf(op.getBase());
  if (!buffer || !buffer.getSpread()) {
    fragments[op] = LaneAccess(b, layout, lane).read(access);
    return;
  }
  // Where the buffer keeps the lane's columns, register by register.
  auto spread = *buffer.getSpread();
  Layout places = layout.gathered(spread[0], spread[1]);
  fragments[op] = withWidth(b, LaneAccess(b, places, lane).read(access),
                            fragmentWidth(layout, elementTypeOf(op)));
}

LogicalResult LaneDistributor::write(vector::TransferWriteOp op) {
  // Policies speak of global memory.
  auto target = cast<MemRefType>(op.getBase().getType());
  bool isShared = gpu::GPUDialect::hasWorkgroupMemoryAddressSpace(target);
  StorePolicy policy =
      isShared ? StorePolicy::Default : schedule.getStore().getPolicy();
  Value value = op.getVector();
  std::optional<Layout> layout;
  if (value.getDefiningOp<arith::ConstantOp>())
    layout = Layout::forRows(op.getVectorType().getShape(),
                             rowAccessWidth(op.getBase()));
  else
    layout = layouts.of(value);
  if (!layout)
    return op.emitOpError() << "value " << op.getVectorType()
                            << " does not deal evenly to 32 lanes";
  LaneAccess(b, *layout, lane)
      .write(accessOf(op.getBase(), op.getIndices(), op.getInBounds()),
             fragmentsOf(value, *layout), policy);
  return success();
}

void LaneDistributor::contract(vector::ContractionOp op) {
  Fragments a = fragmentsOf(op.getLhs()), rhs = fragmentsOf(op.getRhs());
  Fragments sums = fragmentsOf(op.getAcc(), layouts.of(op.getResult()));
  MmaAttr mma = schedule.getMma();
  fragments[op.getResult()] =
      mma ? expandMma(b, mma.getInstruction(), mma.getOrientation(),
                      schedule.getMmaTile(), {a, rhs, sums})
          : expandFma(b, schedule.getFma().getOrder(), {a, rhs, sums});
}

void LaneDistributor::elementwise(Operation *op) {
  Value result = op->getResult(0);
  const Layout &layout = layouts.of(result);
  int64_t wanted = fragmentWidth(layout, elementTypeOf(result)), width = wanted;
  for (Value operand : op->getOperands())
    width = std::min(width, fragmentWidth(layout, elementTypeOf(operand)));
  SmallVector<Fragments> operands;
  for (Value operand : op->getOperands())
    operands.push_back(withWidth(b, fragmentsOf(operand, layout), width));
  auto type = VectorType::get({width}, elementTypeOf(result));
  Fragments out;
  for (int64_t i = 0; i < layout.registerCount() / width; ++i) {
    SmallVector<Value> values;
    for (const Fragments &operand : operands)
      values.push_back(operand[i]);
    OperationState state(op->getLoc(), op->getName(), values, type,
                         op->getAttrs());
    out.push_back(b.create(state)->getResult(0));
  }
  fragments[result] = withWidth(b, out, wanted);
}

/// A value without rows or columns, repeated: every lane takes the element of
/// its row or column, from another lane if it has to.
LogicalResult LaneDistributor::broadcast(vector::BroadcastOp op) {
  Value source = op.getSource();
  if (!isWarpLevel(source.getType()))
    return op->emitOpError("on a warp-level vector cannot be dealt to lanes");
  const Layout &layout = layouts.of(op);
  Layout wanted = sourceLayout(op, layout);
  auto shape = cast<VectorType>(source.getType()).getShape();
  std::optional<Fragments> small =
      moved(b, fragmentsOf(source), layouts.of(source), wanted, lane);
  if (!small)
    return op->emitOpError("needs its source from too many lanes");
  SmallVector<Value> elements;
  for (int64_t reg = 0; reg < layout.registerCount(); ++reg) {
    Layout::Coordinate at = layout.registerOffset(reg);
    for (unsigned dim = 0; dim < 2; ++dim)
      if (shape[dim] == 1)
        at[dim] = 0;
    elements.push_back(elementOf(b, *small, *wanted.registerAt(at)));
  }
  fragments[op] = packed(b, elements, fragmentWidth(layout, elementTypeOf(op)));
  return success();
}

void LaneDistributor::split(SplitOp op) {
  const Layout &layout = layouts.of(op.getSource());
  SmallVector<Fragments> pieces =
      expandSplit(b, op, layout, fragmentsOf(op.getSource()));
  for (auto [result, piece] : llvm::zip_equal(op.getPieces(), pieces))
    fragments[result] = piece;
}

/// Warp-level values replaced by their fragments, others kept. `like` are the
/// values that they become, which are no constants.
SmallVector<Value> LaneDistributor::expanded(ValueRange values,
                                             ValueRange like) {
  SmallVector<Value> result;
  for (auto [value, target] : llvm::zip_equal(values, like))
    if (isWarpLevel(value.getType()))
      llvm::append_range(result, fragmentsOf(value, layouts.of(target)));
    else
      result.push_back(value);
  return result;
}

/// Names the fragments of the old operation's arguments or results.
void LaneDistributor::bind(ValueRange from, ValueRange to) {
  for (Value value : from) {
    if (!isWarpLevel(value.getType())) {
      rewriter.replaceAllUsesWith(value, to.front());
      to = to.drop_front();
      continue;
    }
    int64_t count = fragmentCount(value);
    fragments[value] = llvm::to_vector(to.take_front(count));
    to = to.drop_front(count);
  }
}

LogicalResult LaneDistributor::loop(scf::ForOp op) {
  auto wide = scf::ForOp::create(
      b, op.getLowerBound(), op.getUpperBound(), op.getStep(),
      expanded(op.getInitArgs(), op.getRegionIterArgs()));
  rewriter.replaceAllUsesWith(op.getInductionVar(), wide.getInductionVar());
  bind(op.getRegionIterArgs(), wide.getRegionIterArgs());
  bind(op.getResults(), wide.getResults());
  Block *body = wide.getBody();
  body->getOperations().splice(body->end(), op.getBody()->getOperations());
  origins[wide] = op;
  return distribute(*body);
}

LogicalResult LaneDistributor::branch(scf::IfOp op) {
  SmallVector<Type> types;
  for (Value result : op.getResults()) {
    if (!isWarpLevel(result.getType())) {
      types.push_back(result.getType());
      continue;
    }
    int64_t width = fragmentWidth(layouts.of(result), elementTypeOf(result));
    auto type = VectorType::get({width}, elementTypeOf(result));
    types.append(fragmentCount(result), type);
  }
  auto wide = scf::IfOp::create(b, types, op.getCondition(),
                                /*withElseRegion=*/true);
  bind(op.getResults(), wide.getResults());
  origins[wide] = op;
  for (auto [from, to] : {std::pair(op.thenBlock(), wide.thenBlock()),
                          std::pair(op.elseBlock(), wide.elseBlock())}) {
    to->getOperations().splice(to->end(), from->getOperations());
    if (failed(distribute(*to)))
      return failure();
  }
  return success();
}

void LaneDistributor::yield(scf::YieldOp op) {
  Operation *origin = origins.lookup(op->getParentOp());
  scf::YieldOp::create(b, expanded(op.getOperands(), origin->getResults()));
  rewriter.eraseOp(op);
}

namespace {

struct DistributeLanes : ts::impl::DistributeLanesPassBase<DistributeLanes> {
  void runOnOperation() override {
    TSDialect::ScheduleAttrHelper schedules(&getContext());
    SmallVector<gpu::LaunchOp> launches;
    getOperation()->walk([&](gpu::LaunchOp launch) {
      if (schedules.getAttr(launch) && needsWork(launch))
        launches.push_back(launch);
    });
    for (gpu::LaunchOp launch : launches) {
      ScheduleAttr schedule = schedules.getAttr(launch);
      if (failed(LaneDistributor(launch, schedule).distribute()))
        return signalPassFailure();
      if (schedule.getStore().getEarly())
        startStoresEarly(launch);
      if (schedule.getStore().getSpaced())
        spaceStores(launch,
                    schedule.getTile()[1] / schedule.getFma().getLanes()[1]);
    }
  }

  static bool needsWork(gpu::LaunchOp launch) {
    return launch
        .walk([](Operation *op) {
          return isa<CopyOp>(op) || touchesWarpLevel(op)
                     ? WalkResult::interrupt()
                     : WalkResult::advance();
        })
        .wasInterrupted();
  }
};

} // namespace
