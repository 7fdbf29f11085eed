//===- StageResults.cpp - A tile of C through shared memory ---------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The instruction decides which lane ends up with which element of C. Before
// the store the warp deals its tile anew, so that one store instruction writes
// long runs of few rows. Neither layout is named here: a value that no product
// makes or takes is dealt by rows (ts-distribute-lanes).
//
//   vector.transfer_write %tile, %c
// =>
//   vector.transfer_write %tile, %mine      // of this warp, in shared memory
//   %rows = vector.transfer_read %mine
//   vector.transfer_write %rows, %c
//
// Tiles at the rim of C go directly, under their guards.
//
//===----------------------------------------------------------------------===//

#include "Staging.h"
#include "ts/IR/BufferPlan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace ts;

/// Whole tiles that are written to global memory.
static SmallVector<vector::TransferWriteOp> findStores(gpu::LaunchOp launch) {
  SmallVector<vector::TransferWriteOp> stores;
  launch.walk([&](vector::TransferWriteOp write) {
    auto target = cast<MemRefType>(write.getBase().getType());
    if (!write.hasOutOfBoundsDim() &&
        !gpu::GPUDialect::hasWorkgroupMemoryAddressSpace(target))
      stores.push_back(write);
  });
  return stores;
}

/// The part of the buffer that belongs to the calling warp.
static Value warpsView(ImplicitLocOpBuilder &b, Value buffer, Value thread) {
  Value warpSize = arith::ConstantIndexOp::create(b, 32);
  Value warp = arith::DivUIOp::create(b, thread, warpSize);
  auto type = cast<MemRefType>(buffer.getType());
  ArrayRef<int64_t> shape = type.getShape();
  OpFoldResult zero = b.getIndexAttr(0), one = b.getIndexAttr(1);
  SmallVector<OpFoldResult> offsets{warp, zero, zero}, strides(3, one);
  SmallVector<OpFoldResult> sizes{one, b.getIndexAttr(shape[1]),
                                  b.getIndexAttr(shape[2])};
  auto view = memref::SubViewOp::inferRankReducedResultType(
      shape.drop_front(), type, offsets, sizes, strides);
  return memref::SubViewOp::create(b, view, buffer, offsets, sizes, strides);
}

void ts::stageResults(RewriterBase &rewriter, gpu::LaunchOp launch,
                      ScheduleAttr schedule) {
  SmallVector<vector::TransferWriteOp> stores = findStores(launch);
  if (stores.empty())
    return;
  Type element = stores.front().getVectorType().getElementType();
  BufferShape plan = BufferPlan(schedule, /*k=*/1, element, element).c();
  if (!plan.exists())
    return;
  rewriter.setInsertionPointToStart(&launch.getBody().front());
  ImplicitLocOpBuilder b(launch.getLoc(), rewriter);
  Value buffer = AllocOp::create(b, plan.type(), Scope::Warp);
  Value mine = warpsView(b, buffer, launch.getThreadIds().x);
  for (vector::TransferWriteOp store : stores) {
    rewriter.setInsertionPoint(store);
    Location loc = store.getLoc();
    Value zero = arith::ConstantIndexOp::create(rewriter, loc, 0);
    SmallVector<Value> first(2, zero);
    SmallVector<bool> inBounds(2, true);
    vector::TransferWriteOp::create(rewriter, loc, store.getVector(), mine,
                                    first, ArrayRef<bool>(inBounds));
    Value rows = vector::TransferReadOp::create(
        rewriter, loc, store.getVectorType(), mine, first,
        /*padding=*/std::nullopt, ArrayRef<bool>(inBounds));
    rewriter.modifyOpInPlace(
        store, [&] { store.getValueToStoreMutable().assign(rows); });
  }
}
