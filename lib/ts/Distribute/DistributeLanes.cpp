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
// The layout of a value follows from its shape: that of the tile of C, without
// the dimensions the value does not have. So operands replicated over lanes
// cost nothing, and no value ever has to change hands between lanes.
//
//===----------------------------------------------------------------------===//

#include "CheckPlain.h"
#include "ExpandCopy.h"
#include "LaneAccess.h"
#include "ts/IR/TS.h"
#include "ts/Layout/Layout.h"
#include "ts/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Dominance.h"
#include "mlir/Transforms/RegionUtils.h"

namespace ts {
#define GEN_PASS_DEF_DISTRIBUTELANESPASS
#include "ts/Passes.h.inc"
} // namespace ts

using namespace mlir;
using namespace ts;

/// A value the lanes of a warp share.
static bool isWarpLevel(Type type) {
  auto vector = dyn_cast<VectorType>(type);
  return vector && vector.getRank() == 2;
}

static bool touchesWarpLevel(Operation *op) {
  return llvm::any_of(op->getOperandTypes(), isWarpLevel) ||
         llvm::any_of(op->getResultTypes(), isWarpLevel);
}

namespace {

class LaneDistributor {
public:
  LaneDistributor(gpu::LaunchOp launch, ScheduleAttr schedule)
      : launch(launch), schedule(schedule), rewriter(launch.getContext()),
        b(launch.getLoc(), rewriter),
        tile(Layout::forTile(schedule.getTile(), schedule.getFma().getLanes(),
                             schedule.getFma().getVector())) {}

  LogicalResult distribute();

private:
  using Fragments = SmallVector<Value>;

  LogicalResult distribute(Block &block);
  LogicalResult distribute(Operation *op);
  LogicalResult check(Operation *op);
  Fragments fragmentsOf(Value value);
  void read(vector::TransferReadOp op);
  void write(vector::TransferWriteOp op);
  void contract(vector::ContractionOp op);
  LogicalResult loop(scf::ForOp op);
  void yield(scf::YieldOp op);
  void elementwise(Operation *op);
  void copy(CopyOp op);

  FailureOr<Layout> layoutOf(Operation *user, Type type) const;
  SmallVector<std::pair<int64_t, int64_t>> fmaOrder(int64_t rows,
                                                    int64_t groups) const;
  Fragments expanded(ValueRange values);
  VectorType fragmentType(const Layout &layout, Type type) const {
    return VectorType::get({layout.fragmentWidth()},
                           cast<VectorType>(type).getElementType());
  }

  gpu::LaunchOp launch;
  ScheduleAttr schedule;
  IRRewriter rewriter;
  ImplicitLocOpBuilder b;
  Layout tile;
  Value thread, lane;
  DenseMap<Value, Fragments> fragments;
  SmallVector<Operation *> replaced;
};

} // namespace

/// The tile's layout without the dimensions in which `type` has extent 1.
FailureOr<Layout> LaneDistributor::layoutOf(Operation *user, Type type) const {
  Layout layout = tile;
  auto shape = cast<VectorType>(type).getShape();
  for (unsigned dim = 0; dim < 2; ++dim)
    if (shape[dim] == 1 && tile.shape()[dim] != 1)
      layout = layout.projected(dim);
  if (layout.shape() != shape)
    return user->emitOpError()
           << "value " << type << " does not belong to the schedule's tile of "
           << tile.shape()[0] << "x" << tile.shape()[1];
  return layout;
}

LogicalResult LaneDistributor::check(Operation *op) {
  for (Type type :
       llvm::concat<const Type>(SmallVector<Type>(op->getOperandTypes()),
                                SmallVector<Type>(op->getResultTypes())))
    if (isWarpLevel(type) && failed(layoutOf(op, type)))
      return failure();
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

LogicalResult LaneDistributor::distribute() {
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

LogicalResult LaneDistributor::distribute(Operation *op) {
  if (failed(check(op)))
    return failure();
  b.setInsertionPoint(op);
  b.setLoc(op->getLoc());
  if (auto copyOp = dyn_cast<CopyOp>(op)) {
    copy(copyOp);
    return success();
  }
  if (auto loopOp = dyn_cast<scf::ForOp>(op))
    return loop(loopOp);
  if (auto yieldOp = dyn_cast<scf::YieldOp>(op)) {
    yield(yieldOp);
    return success();
  }
  if (!touchesWarpLevel(op)) {
    for (Region &region : op->getRegions())
      for (Block &block : region)
        if (failed(distribute(block)))
          return failure();
    return success();
  }
  if (isa<arith::ConstantOp>(op))
    return success();
  if (auto readOp = dyn_cast<vector::TransferReadOp>(op))
    read(readOp);
  else if (auto writeOp = dyn_cast<vector::TransferWriteOp>(op))
    write(writeOp);
  else if (auto product = dyn_cast<vector::ContractionOp>(op))
    contract(product);
  else if (OpTrait::hasElementwiseMappableTraits(op) || isa<vector::FMAOp>(op))
    elementwise(op);
  else
    return op->emitOpError("on a warp-level vector cannot be dealt to lanes");
  replaced.push_back(op);
  return success();
}

void LaneDistributor::copy(CopyOp op) {
  bool isBlock = op.getScope() == Scope::Block;
  expandCopy(rewriter, op, isBlock ? thread : lane,
             isBlock ? schedule.getThreadCount() : 32);
}

/// A constant may stand outside of the kernel; it is dealt where it is used.
LaneDistributor::Fragments LaneDistributor::fragmentsOf(Value value) {
  auto op = value.getDefiningOp<arith::ConstantOp>();
  if (!op)
    return fragments.lookup(value);
  Layout layout = *layoutOf(op, op.getType());
  auto splat = cast<DenseElementsAttr>(op.getValue());
  auto attr = DenseElementsAttr::get(fragmentType(layout, op.getType()),
                                     splat.getSplatValue<Attribute>());
  return Fragments(layout.fragmentCount(), arith::ConstantOp::create(b, attr));
}

static TileAccess accessOf(Value base, ValueRange indices, ArrayAttr inBounds) {
  TileAccess access{base, llvm::to_vector<2>(indices), {}, bufferSwap(base)};
  for (bool in : inBounds.getAsValueRange<BoolAttr>())
    access.inBounds.push_back(in);
  return access;
}

void LaneDistributor::read(vector::TransferReadOp op) {
  Layout layout = *layoutOf(op, op.getType());
  fragments[op] =
      LaneAccess(b, layout, lane)
          .read(accessOf(op.getBase(), op.getIndices(), op.getInBounds()));
}

void LaneDistributor::write(vector::TransferWriteOp op) {
  Layout layout = *layoutOf(op, op.getVector().getType());
  LaneAccess(b, layout, lane)
      .write(accessOf(op.getBase(), op.getIndices(), op.getInBounds()),
             fragmentsOf(op.getVector()), schedule.getStore().getPolicy());
}

/// (row, group) of the fused multiply-adds of one k step, in the order asked
/// for. In snake order every other row walks backwards, so that the register of
/// B it starts with is the one just used.
SmallVector<std::pair<int64_t, int64_t>>
LaneDistributor::fmaOrder(int64_t rows, int64_t groups) const {
  SmallVector<std::pair<int64_t, int64_t>> order;
  FmaOrder kind = schedule.getFma().getOrder();
  if (kind == FmaOrder::Columns) {
    for (int64_t group = 0; group < groups; ++group)
      for (int64_t row = 0; row < rows; ++row)
        order.push_back({row, group});
    return order;
  }
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t step = 0; step < groups; ++step) {
      bool isBackwards = kind == FmaOrder::Snake && row % 2 == 1;
      order.push_back({row, isBackwards ? groups - 1 - step : step});
    }
  return order;
}

void LaneDistributor::contract(vector::ContractionOp op) {
  Fragments lhs = fragmentsOf(op.getLhs());
  Fragments rhs = fragmentsOf(op.getRhs());
  Fragments sums = fragmentsOf(op.getAcc());
  int64_t groups = rhs.size();
  Fragments broadcast;
  for (Value element : lhs) {
    Value scalar = vector::ExtractOp::create(b, element, 0);
    broadcast.push_back(
        vector::BroadcastOp::create(b, rhs.front().getType(), scalar));
  }
  for (auto [row, group] : fmaOrder(lhs.size(), groups)) {
    Value &sum = sums[row * groups + group];
    sum = vector::FMAOp::create(b, broadcast[row], rhs[group], sum);
  }
  fragments[op.getResult()] = sums;
}

void LaneDistributor::elementwise(Operation *op) {
  Value result = op->getResult(0);
  Layout layout = *layoutOf(op, result.getType());
  Fragments out;
  for (int64_t i = 0; i < layout.fragmentCount(); ++i) {
    Fragments operands;
    for (Value operand : op->getOperands())
      operands.push_back(fragmentsOf(operand)[i]);
    OperationState state(op->getLoc(), op->getName(), operands,
                         fragmentType(layout, result.getType()),
                         op->getAttrs());
    out.push_back(b.create(state)->getResult(0));
  }
  fragments[result] = out;
}

/// Warp-level values replaced by their fragments, others kept.
LaneDistributor::Fragments LaneDistributor::expanded(ValueRange values) {
  Fragments result;
  for (Value value : values)
    if (isWarpLevel(value.getType()))
      llvm::append_range(result, fragmentsOf(value));
    else
      result.push_back(value);
  return result;
}

LogicalResult LaneDistributor::loop(scf::ForOp op) {
  if (llvm::none_of(op.getResultTypes(), isWarpLevel))
    return distribute(*op.getBody());
  auto wide = scf::ForOp::create(b, op.getLowerBound(), op.getUpperBound(),
                                 op.getStep(), expanded(op.getInitArgs()));
  // Names the fragments of the old loop's arguments and results.
  auto bind = [&](ValueRange from, ValueRange to) {
    for (Value value : from) {
      if (!isWarpLevel(value.getType())) {
        rewriter.replaceAllUsesWith(value, to.front());
        to = to.drop_front();
        continue;
      }
      int64_t count = layoutOf(op, value.getType())->fragmentCount();
      fragments[value] = llvm::to_vector(to.take_front(count));
      to = to.drop_front(count);
    }
  };
  rewriter.replaceAllUsesWith(op.getInductionVar(), wide.getInductionVar());
  bind(op.getRegionIterArgs(), wide.getRegionIterArgs());
  bind(op.getResults(), wide.getResults());
  Block *body = wide.getBody();
  body->getOperations().splice(body->end(), op.getBody()->getOperations());
  replaced.push_back(op);
  return distribute(*body);
}

void LaneDistributor::yield(scf::YieldOp op) {
  if (!touchesWarpLevel(op))
    return;
  scf::YieldOp::create(b, expanded(op.getOperands()));
  rewriter.eraseOp(op);
}

/// Moves each store right behind the instruction that computes its value, so
/// that memory gets work while the last k step is still being computed.
static void startStoresEarly(gpu::LaunchOp launch) {
  IRRewriter rewriter(launch.getContext());
  SmallVector<StoreOp> stores;
  launch.walk([&](StoreOp store) { stores.push_back(store); });
  for (StoreOp store : stores) {
    Operation *last = store.getValue().getDefiningOp();
    if (!last || last->getBlock() != store->getBlock())
      continue;
    DominanceInfo dominance(launch);
    Operation *next = last->getNextNode();
    if (next != store &&
        succeeded(moveOperationDependencies(rewriter, store, next, dominance)))
      store->moveBefore(next);
  }
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
