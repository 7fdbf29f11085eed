//===- PlaceShared.cpp - Lay shared buffers out ---------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Gives every ts.alloc of a kernel its place in dynamic shared memory (more
// than 48 KB of it has to be dynamic) and tells the launch how much there is.
//
//   %ring = ts.alloc warp : memref<8x2x8x32xf32, strided<[768, 384, 1, 12]>>
// =>
//   %all = gpu.dynamic_shared_memory : memref<?xi8>
//   %flat = memref.view %all[%offset] : memref<6144xf32>
//   %ring = memref.reinterpret_cast %flat to strides: [768, 384, 1, 12]
//
//===----------------------------------------------------------------------===//

#include "ts/IR/BufferPlan.h"
#include "ts/IR/TS.h"
#include "ts/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/Support/MathExtras.h"

namespace ts {
#define GEN_PASS_DEF_PLACESHAREDPASS
#include "ts/Passes.h.inc"
} // namespace ts

using namespace mlir;
using namespace ts;

/// Of every buffer: enough for 128-bit accesses.
static constexpr int64_t bufferAlignment = 16;

static Value place(ImplicitLocOpBuilder &b, Value memory, int64_t offset,
                   MemRefType type) {
  Value position = arith::ConstantIndexOp::create(b, offset);
  auto flatType =
      MemRefType::get({BufferShape::of(type).span()}, type.getElementType(),
                      MemRefLayoutAttrInterface(), type.getMemorySpace());
  Value flat =
      memref::ViewOp::create(b, flatType, memory, position, ValueRange());
  auto [strides, start] = type.getStridesAndOffset();
  return memref::ReinterpretCastOp::create(b, type, flat, start,
                                           type.getShape(), strides);
}

/// Bytes of all buffers of a kernel; replaces them by their places.
static int64_t placeBuffers(gpu::LaunchOp launch, ArrayRef<AllocOp> buffers) {
  ImplicitLocOpBuilder b(launch.getLoc(), launch.getContext());
  b.setInsertionPointToStart(&launch.getBody().front());
  auto space =
      gpu::AddressSpaceAttr::get(b.getContext(), gpu::AddressSpace::Workgroup);
  auto bytesType = MemRefType::get({ShapedType::kDynamic}, b.getI8Type(),
                                   MemRefLayoutAttrInterface(), space);
  Value memory = gpu::DynamicSharedMemoryOp::create(b, bytesType);
  int64_t offset = 0;
  for (AllocOp buffer : buffers) {
    auto type = cast<MemRefType>(buffer.getMemref().getType());
    Value placed = place(b, memory, offset, type);
    offset =
        llvm::alignTo(offset + BufferShape::of(type).bytes(), bufferAlignment);
    buffer.replaceAllUsesWith(placed);
  }
  // Not before: the first of them may be where the builder inserts.
  for (AllocOp buffer : buffers)
    buffer.erase();
  return offset;
}

namespace {

struct PlaceShared : ts::impl::PlaceSharedPassBase<PlaceShared> {
  void runOnOperation() override {
    SmallVector<gpu::LaunchOp> launches;
    getOperation()->walk(
        [&](gpu::LaunchOp launch) { launches.push_back(launch); });
    for (gpu::LaunchOp launch : launches) {
      auto buffers = llvm::to_vector(launch.getBody().getOps<AllocOp>());
      if (buffers.empty())
        continue;
      if (launch.getDynamicSharedMemorySize()) {
        launch.emitOpError("has dynamic shared memory of its own beside "
                           "ts.alloc");
        return signalPassFailure();
      }
      int64_t bytes = placeBuffers(launch, buffers);
      ImplicitLocOpBuilder b(launch.getLoc(), launch);
      Value size = arith::ConstantIntOp::create(b, bytes, 32);
      launch.getDynamicSharedMemorySizeMutable().assign(size);
    }
  }
};

} // namespace
