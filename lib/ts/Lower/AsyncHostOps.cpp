//===- AsyncHostOps.cpp - Tokens for blocking GPU operations --------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// gpu-to-llvm converts an operation such as gpu.memcpy only if it waits for
// exactly one token and returns one. Host code that says nothing about tokens
// means "done when the next operation starts", which this pass spells out:
//
//   gpu.memcpy %d, %s      =>   %0 = gpu.wait async
//                               %1 = gpu.memcpy async [%0] %d, %s
//                               gpu.wait [%1]
//
// A launch without a token is lowered as it is: it gets a stream of its own.
//
//===----------------------------------------------------------------------===//

#include "ts/Passes.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"

namespace ts {
#define GEN_PASS_DEF_ASYNCHOSTOPSPASS
#include "ts/Passes.h.inc"
} // namespace ts

using namespace mlir;
using namespace ts;

/// Whether upstream converts the operation only with tokens.
static bool needsToken(Operation *op) {
  if (!isa<gpu::AllocOp, gpu::DeallocOp, gpu::MemcpyOp, gpu::MemsetOp>(op))
    return false;
  if (auto alloc = dyn_cast<gpu::AllocOp>(op); alloc && alloc.getHostShared())
    return false;
  auto async = cast<gpu::AsyncOpInterface>(op);
  return !async.getAsyncToken() && async.getAsyncDependencies().empty();
}

static void giveToken(Operation *op) {
  OpBuilder builder(op);
  Type tokenType = builder.getType<gpu::AsyncTokenType>();
  auto begin = gpu::WaitOp::create(builder, op->getLoc(), tokenType, {});
  SmallVector<Type> types(op->getResultTypes());
  types.push_back(tokenType);

  OperationState state(op->getLoc(), op->getName(), op->getOperands(), types,
                       llvm::to_vector(op->getDiscardableAttrs()));
  state.propertiesAttr = op->getPropertiesAsAttribute();
  Operation *copy = builder.create(state);
  cast<gpu::AsyncOpInterface>(copy).addAsyncDependency(begin.getAsyncToken());
  gpu::WaitOp::create(builder, op->getLoc(), Type(), copy->getResults().back());
  op->replaceAllUsesWith(copy->getResults().drop_back());
  op->erase();
}

namespace {
struct AsyncHostOps : public ts::impl::AsyncHostOpsPassBase<AsyncHostOps> {
  void runOnOperation() override {
    SmallVector<Operation *> blocking;
    getOperation().walk([&](Operation *op) {
      if (needsToken(op))
        blocking.push_back(op);
    });
    for (Operation *op : blocking)
      giveToken(op);
  }
};
} // namespace
