//===- TileVectors.cpp - A tile's operands and result as vectors
//-----------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "TileVectors.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace ts;

static MemRefType typeOf(Value matrix) {
  return cast<MemRefType>(matrix.getType());
}

TileVectors::TileVectors(MatmulOp op, ScheduleAttr schedule,
                         ImplicitLocOpBuilder &b)
    : rows(schedule.getTile()[0]), columns(schedule.getTile()[1]),
      zero(arith::ConstantIndexOp::create(b, 0)), op(op), b(b) {
  bool isWide = typeOf(op.getC()).getElementType().isF64();
  accumulator = isWide ? Type(b.getF64Type()) : Type(b.getF32Type());
}

Value TileVectors::splat(double value) {
  auto attr =
      DenseElementsAttr::get(tileType(), b.getFloatAttr(accumulator, value));
  return arith::ConstantOp::create(b, attr);
}

/// A dimension is in bounds if the view is known to be as large as the vector.
/// A vector of one element stands at an index inside the loop's range.
static SmallVector<bool> inBoundsOf(Value matrix, Value row, Value column,
                                    int64_t height, int64_t width) {
  auto shape = typeOf(matrix).getShape();
  auto isIn = [](int64_t extent, Value index, int64_t size) {
    if (size == 1 || extent == size)
      return true;
    return ShapedType::isStatic(extent) && extent % size == 0;
  };
  return {isIn(shape[0], row, height), isIn(shape[1], column, width)};
}

Value TileVectors::read(Value matrix, Value row, Value column, int64_t height,
                        int64_t width, Outside outside) {
  auto type = VectorType::get({height, width}, typeOf(matrix).getElementType());
  SmallVector<bool> inBounds = inBoundsOf(matrix, row, column, height, width);
  std::optional<Value> padding;
  if (outside == Outside::Zero && llvm::is_contained(inBounds, false))
    padding = arith::ConstantOp::create(b, b.getZeroAttr(type.getElementType()))
                  .getResult();
  return vector::TransferReadOp::create(b, type, matrix,
                                        ValueRange{row, column}, padding,
                                        ArrayRef<bool>(inBounds));
}

void TileVectors::write(Value sum) {
  Type stored = typeOf(op.getC()).getElementType();
  if (stored != accumulator)
    sum = arith::TruncFOp::create(b, VectorType::get({rows, columns}, stored),
                                  sum);
  SmallVector<bool> inBounds = inBoundsOf(op.getC(), zero, zero, rows, columns);
  vector::TransferWriteOp::create(b, sum, op.getC(), ValueRange{zero, zero},
                                  ArrayRef<bool>(inBounds));
}

Value TileVectors::readOldC() {
  Value old = read(op.getC(), zero, zero, rows, columns);
  if (typeOf(op.getC()).getElementType() != accumulator)
    old = arith::ExtFOp::create(b, tileType(), old);
  return old;
}

Value TileVectors::contract(Value lhs, Value rhs, Value sum) {
  AffineExpr m, n, k;
  bindDims(b.getContext(), m, n, k);
  using Exprs = SmallVector<AffineExpr>;
  Exprs ofA{m, k}, ofB{k, n}, ofC{m, n};
  using vector::IteratorType;
  return vector::ContractionOp::create(
      b, lhs, rhs, sum, ArrayRef<ArrayRef<AffineExpr>>{ofA, ofB, ofC},
      {IteratorType::parallel, IteratorType::parallel,
       IteratorType::reduction});
}
