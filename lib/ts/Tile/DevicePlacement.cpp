//===- DevicePlacement.cpp - Buffers on the device ------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
//   %t = memref.alloc()          =>  %t = gpu.alloc (), freed before the return
//   memref.copy %s, %t           =>  gpu.memcpy %t, %s
//   linalg.fill ins(%x) outs(%t) =>  gpu.memset %t, %x
//   memref.get_global @constant  =>  its copy on the device
//
//===----------------------------------------------------------------------===//

#include "DevicePlacement.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace ts;

static bool isContiguous(Value buffer) {
  auto type = dyn_cast<MemRefType>(buffer.getType());
  return type && type.getLayout().isIdentity();
}

namespace {

/// Replaces the operations of one function.
class DevicePlacement {
public:
  explicit DevicePlacement(func::FuncOp function)
      : function(function), rewriter(function.getContext()) {}

  LogicalResult run();

private:
  Value allocate(Location loc, MemRefType type, ValueRange sizes);
  LogicalResult place(memref::AllocOp op);
  void place(memref::GetGlobalOp op);
  LogicalResult place(memref::CopyOp op);
  void place(linalg::FillOp op);

  func::FuncOp function;
  IRRewriter rewriter;
};

} // namespace

/// A device buffer that lives as long as its function runs: one that a branch
/// or a loop made may be read behind it. Only if its size is computed inside of
/// one does it stay there, to the end of that block.
Value DevicePlacement::allocate(Location loc, MemRefType type,
                                ValueRange sizes) {
  OpBuilder::InsertionGuard guard(rewriter);
  Block *entry = &function.getBody().front();
  SmallVector<Operation *> ends;
  if (sizes.empty())
    rewriter.setInsertionPointToStart(entry);
  if (rewriter.getBlock() == entry)
    function.walk([&](func::ReturnOp end) { ends.push_back(end); });
  else
    ends.push_back(rewriter.getBlock()->getTerminator());
  auto alloc = gpu::AllocOp::create(rewriter, loc, type, /*asyncToken=*/Type(),
                                    /*asyncDependencies=*/ValueRange(), sizes,
                                    /*symbolOperands=*/ValueRange());
  for (Operation *end : ends) {
    rewriter.setInsertionPoint(end);
    gpu::DeallocOp::create(rewriter, loc, Type(), ValueRange(),
                           alloc.getMemref());
  }
  return alloc.getMemref();
}

LogicalResult DevicePlacement::place(memref::AllocOp op) {
  bool escapes = llvm::any_of(op->getUsers(), [](Operation *user) {
    return user->hasTrait<OpTrait::IsTerminator>();
  });
  if (escapes && !op.getDynamicSizes().empty())
    return op.emitError() << "a matrix of dynamic size cannot leave the branch "
                             "or loop that computes it";
  rewriter.setInsertionPoint(op);
  rewriter.replaceOp(op,
                     allocate(op.getLoc(), op.getType(), op.getDynamicSizes()));
  return success();
}

/// Constants are host data: kernels get a copy.
void DevicePlacement::place(memref::GetGlobalOp op) {
  rewriter.setInsertionPointAfter(op);
  Value copy = allocate(op.getLoc(), op.getType(), ValueRange());
  auto memcpy = gpu::MemcpyOp::create(rewriter, op.getLoc(), Type(),
                                      ValueRange(), copy, op.getResult());
  rewriter.replaceAllUsesExcept(op.getResult(), copy, memcpy);
}

LogicalResult DevicePlacement::place(memref::CopyOp op) {
  auto type = dyn_cast<MemRefType>(op.getTarget().getType());
  if (type && llvm::is_contained(type.getShape(), 0)) {
    rewriter.eraseOp(op);
    return success();
  }
  for (Value buffer : {op.getSource(), op.getTarget()})
    if (!isContiguous(buffer))
      return op.emitError()
             << "a copy that tensors need here has no device form: "
             << buffer.getType() << " is not contiguous";
  rewriter.setInsertionPoint(op);
  rewriter.replaceOpWithNewOp<gpu::MemcpyOp>(op, TypeRange(), ValueRange(),
                                             op.getTarget(), op.getSource());
  return success();
}

void DevicePlacement::place(linalg::FillOp op) {
  Value buffer = op.getOutputs()[0], value = op.getInputs()[0];
  if (!isContiguous(buffer) ||
      value.getType() != cast<MemRefType>(buffer.getType()).getElementType())
    return;
  rewriter.setInsertionPoint(op);
  rewriter.replaceOpWithNewOp<gpu::MemsetOp>(op, TypeRange(), ValueRange(),
                                             buffer, value);
}

LogicalResult DevicePlacement::run() {
  SmallVector<Operation *> ops;
  function.walk([&](Operation *op) { ops.push_back(op); });
  for (Operation *op : ops) {
    LogicalResult result = success();
    if (auto alloc = dyn_cast<memref::AllocOp>(op))
      result = place(alloc);
    else if (auto global = dyn_cast<memref::GetGlobalOp>(op))
      place(global);
    else if (auto fill = dyn_cast<linalg::FillOp>(op))
      place(fill);
    else if (auto copy = dyn_cast<memref::CopyOp>(op))
      result = place(copy);
    if (failed(result))
      return failure();
  }
  return success();
}

LogicalResult ts::placeOnDevice(func::FuncOp function) {
  return DevicePlacement(function).run();
}
