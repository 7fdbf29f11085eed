//===- EarlyStores.cpp - Stores as soon as there is something to store ----===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Behind the last step of k all stores of a tile stand together. Each is moved
// up to the instruction that computes its value. ptxas moves them back to the
// end of the block, where they queue up, and the loads that follow wait behind
// them. It moves no store across a barrier of the warp, which stands behind
// each row if a schedule says so; the barrier is one instruction where ptxas
// knows that the warp is together (with `index = 32` it does), else a branch.
//
//===----------------------------------------------------------------------===//

#include "EarlyStores.h"

#include "ts/IR/TS.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace ts;

/// Stores to global memory, of what is computed in the same block. Stores to
/// shared memory stay between their barriers.
static SmallVector<StoreOp> storesOfResults(gpu::LaunchOp launch) {
  SmallVector<StoreOp> stores;
  launch.walk([&](StoreOp store) {
    auto target = cast<MemRefType>(store.getTarget().getType());
    Operation *last = store.getValue().getDefiningOp();
    if (!gpu::GPUDialect::hasWorkgroupMemoryAddressSpace(target) && last &&
        last->getBlock() == store->getBlock())
      stores.push_back(store);
  });
  return stores;
}

/// Moves each store right behind the instruction that computes its value, so
/// that memory gets work while the last k step is still being computed.
void ts::startStoresEarly(gpu::LaunchOp launch) {
  IRRewriter rewriter(launch.getContext());
  for (StoreOp store : storesOfResults(launch)) {
    Operation *last = store.getValue().getDefiningOp();
    DominanceInfo dominance(launch);
    Operation *next = last->getNextNode();
    if (next != store &&
        succeeded(moveOperationDependencies(rewriter, store, next, dominance)))
      store->moveBefore(next);
  }
}

void ts::spaceStores(gpu::LaunchOp launch, int64_t columns) {
  int64_t written = 0;
  Block *block = nullptr;
  for (StoreOp store : storesOfResults(launch)) {
    if (block != store->getBlock())
      written = 0;
    block = store->getBlock();
    auto vector = dyn_cast<VectorType>(store.getValue().getType());
    written += vector ? vector.getNumElements() : 1;
    if (written % columns != 0)
      continue;
    OpBuilder builder(launch.getContext());
    builder.setInsertionPointAfter(store);
    Location loc = store.getLoc();
    Value all = arith::ConstantIntOp::create(builder, loc, -1, 32);
    NVVM::SyncWarpOp::create(builder, loc, all);
  }
}
