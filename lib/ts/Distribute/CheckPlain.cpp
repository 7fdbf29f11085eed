//===- CheckPlain.cpp - What lanes can be dealt ---------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// ts-distribute-lanes reads a few facts of each operation and takes the others
// for granted. A file that a person edited may say otherwise; it is refused
// here, rather than given wrong numbers.
//
//===----------------------------------------------------------------------===//

#include "CheckPlain.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

static LogicalResult checkTransfer(VectorTransferOpInterface op) {
  if (!isa<MemRefType>(op.getBase().getType()) ||
      op.getShapedType().getRank() != 2 ||
      !op.getPermutationMap().isIdentity() || op.getMask())
    return op->emitOpError("on a warp-level vector must access a memref of "
                           "rank 2 in its order and without a mask");
  auto read = dyn_cast<vector::TransferReadOp>(op.getOperation());
  if (read && op.hasOutOfBoundsDim() &&
      !read.getPadding().getDefiningOp<ub::PoisonOp>() &&
      !matchPattern(read.getPadding(), m_PosZeroFloat()))
    return op->emitOpError("out of bounds must be padded with ub.poison, where "
                           "lanes read any element of the view, or with 0");
  return success();
}

static LogicalResult checkProduct(vector::ContractionOp op) {
  AffineExpr m, n, k;
  bindDims(op.getContext(), m, n, k);
  auto plain = AffineMap::inferFromExprList(
      {ArrayRef<AffineExpr>{m, k}, {k, n}, {m, n}}, op.getContext());
  if (op.getKind() != vector::CombiningKind::ADD ||
      op.getIndexingMapsArray() != plain)
    return op.emitOpError("on warp-level vectors must add up the products of "
                          "(m, k) and (k, n) to (m, n)");
  return success();
}

LogicalResult ts::checkPlain(Operation *op) {
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case<VectorTransferOpInterface>(checkTransfer)
      .Case<vector::ContractionOp>(checkProduct)
      .Case([](arith::ConstantOp constant) -> LogicalResult {
        if (isa<SplatElementsAttr>(constant.getValue()))
          return success();
        return constant.emitOpError(
            "of a warp-level vector must have equal elements");
      })
      .Default([](Operation *) { return success(); });
}
