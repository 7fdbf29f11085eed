//===- EarlyStores.cpp - Stores as soon as there is something to store ----===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Behind the last step of k all stores of a tile stand together. Each is moved
// up to the instruction that computes its value.
//
//===----------------------------------------------------------------------===//

#include "EarlyStores.h"

#include "ts/IR/TS.h"

#include "mlir/IR/Dominance.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace ts;

/// Moves each store right behind the instruction that computes its value, so
/// that memory gets work while the last k step is still being computed.
void ts::startStoresEarly(gpu::LaunchOp launch) {
  IRRewriter rewriter(launch.getContext());
  SmallVector<StoreOp> stores;
  launch.walk([&](StoreOp store) {
    // Stores to shared memory stay between their barriers.
    auto target = cast<MemRefType>(store.getTarget().getType());
    if (!gpu::GPUDialect::hasWorkgroupMemoryAddressSpace(target))
      stores.push_back(store);
  });
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
