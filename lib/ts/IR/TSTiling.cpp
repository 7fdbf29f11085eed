//===- TSTiling.cpp - TilingInterface of ts.matmul ------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The iteration domain is M x N, both parallel. K is not a loop of it: a chain
// of fused multiply-adds cannot be cut without saying where its partial sums
// live, which is for a schedule to decide.
//
//===----------------------------------------------------------------------===//

#include "ts/IR/TS.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace ts;

static OpFoldResult sizeOf(OpBuilder &b, Location loc, Value matrix,
                           int64_t dim) {
  if (isa<MemRefType>(matrix.getType()))
    return memref::getMixedSize(b, loc, matrix, dim);
  return tensor::getMixedSize(b, loc, matrix, dim);
}

/// A window of a matrix, as a tensor slice or as a view.
static Operation *sliceOf(OpBuilder &b, Location loc, Value matrix,
                          ArrayRef<OpFoldResult> offsets,
                          ArrayRef<OpFoldResult> sizes) {
  SmallVector<OpFoldResult> strides(2, b.getIndexAttr(1));
  if (isa<MemRefType>(matrix.getType()))
    return memref::SubViewOp::create(b, loc, matrix, offsets, sizes, strides);
  return tensor::ExtractSliceOp::create(b, loc, matrix, offsets, sizes,
                                        strides);
}

SmallVector<utils::IteratorType> MatmulOp::getLoopIteratorTypes() {
  return SmallVector<utils::IteratorType>(2, utils::IteratorType::parallel);
}

SmallVector<Range> MatmulOp::getIterationDomain(OpBuilder &b) {
  OpFoldResult zero = b.getIndexAttr(0), one = b.getIndexAttr(1);
  return {Range{zero, sizeOf(b, getLoc(), getC(), 0), one},
          Range{zero, sizeOf(b, getLoc(), getC(), 1), one}};
}

FailureOr<TilingResult>
MatmulOp::getTiledImplementation(OpBuilder &b, ArrayRef<OpFoldResult> offsets,
                                 ArrayRef<OpFoldResult> sizes) {
  OpFoldResult zero = b.getIndexAttr(0);
  OpFoldResult k = sizeOf(b, getLoc(), getA(), getTransposeA() ? 0 : 1);
  SmallVector<OpFoldResult> offsetsA{offsets[0], zero}, sizesA{sizes[0], k};
  SmallVector<OpFoldResult> offsetsB{zero, offsets[1]}, sizesB{k, sizes[1]};
  if (getTransposeA()) {
    std::swap(offsetsA[0], offsetsA[1]);
    std::swap(sizesA[0], sizesA[1]);
  }
  if (getTransposeB()) {
    std::swap(offsetsB[0], offsetsB[1]);
    std::swap(sizesB[0], sizesB[1]);
  }
  SmallVector<Operation *> slices{
      sliceOf(b, getLoc(), getA(), offsetsA, sizesA),
      sliceOf(b, getLoc(), getB(), offsetsB, sizesB),
      sliceOf(b, getLoc(), getC(), offsets, sizes)};

  auto tile = cast<MatmulOp>(b.clone(*getOperation()));
  for (auto [index, slice] : llvm::enumerate(slices))
    tile->setOperand(index, slice->getResult(0));
  if (!hasPureBufferSemantics())
    tile->getResult(0).setType(tile.getC().getType());
  // A schedule decides for the problem it was chosen for, not for a part.
  tile.removeScheduleAttr();
  return TilingResult{{tile}, SmallVector<Value>(tile->getResults()), slices};
}

LogicalResult MatmulOp::getResultTilePosition(
    OpBuilder &b, unsigned resultNumber, ArrayRef<OpFoldResult> offsets,
    ArrayRef<OpFoldResult> sizes, SmallVector<OpFoldResult> &resultOffsets,
    SmallVector<OpFoldResult> &resultSizes) {
  resultOffsets.assign(offsets.begin(), offsets.end());
  resultSizes.assign(sizes.begin(), sizes.end());
  return success();
}

LogicalResult MatmulOp::getIterationDomainTileFromResultTile(
    OpBuilder &b, unsigned resultNumber, ArrayRef<OpFoldResult> offsets,
    ArrayRef<OpFoldResult> sizes,
    SmallVectorImpl<OpFoldResult> &iterDomainOffsets,
    SmallVectorImpl<OpFoldResult> &iterDomainSizes) {
  iterDomainOffsets.assign(offsets.begin(), offsets.end());
  iterDomainSizes.assign(sizes.begin(), sizes.end());
  return success();
}

FailureOr<TilingResult>
MatmulOp::generateResultTileValue(OpBuilder &b, unsigned resultNumber,
                                  ArrayRef<OpFoldResult> offsets,
                                  ArrayRef<OpFoldResult> sizes) {
  return getTiledImplementation(b, offsets, sizes);
}
