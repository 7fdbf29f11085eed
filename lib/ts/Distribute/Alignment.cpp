//===- Alignment.cpp - What is known of an address ------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// NVPTX splits every vector access whose alignment is not stated (a factor of
// two on the headline kernel), so the widest legal access has to be derived
// from the views and the index arithmetic in front of it.
//
//===----------------------------------------------------------------------===//

#include "Alignment.h"

#include "ts/IR/TS.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/ADT/TypeSwitch.h"

#include <numeric>

using namespace mlir;
using namespace ts;

/// Deeper chains of index arithmetic are taken as unknown.
static constexpr unsigned maxDepth = 16;

static int64_t divisorOf(Value index, unsigned depth);

static int64_t divisorOf(AffineExpr expr, ValueRange operands,
                         unsigned dimCount, unsigned depth) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return std::abs(constant.getValue());
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return divisorOf(operands[dim.getPosition()], depth);
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
    return divisorOf(operands[dimCount + symbol.getPosition()], depth);
  auto binary = cast<AffineBinaryOpExpr>(expr);
  int64_t lhs = divisorOf(binary.getLHS(), operands, dimCount, depth);
  int64_t rhs = divisorOf(binary.getRHS(), operands, dimCount, depth);
  switch (expr.getKind()) {
  case AffineExprKind::Add:
  case AffineExprKind::Mod:
    return std::gcd(lhs, rhs);
  case AffineExprKind::Mul:
    return lhs * rhs;
  default:
    return 1;
  }
}

static int64_t divisorOfMap(AffineMap map, ValueRange operands,
                            unsigned depth) {
  int64_t divisor = 0;
  for (AffineExpr expr : map.getResults())
    divisor =
        std::gcd(divisor, divisorOf(expr, operands, map.getNumDims(), depth));
  return divisor;
}

static int64_t divisorOfArgument(BlockArgument argument, unsigned depth) {
  auto loop = dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp());
  if (!loop || argument != loop.getInductionVar())
    return 1;
  return std::gcd(divisorOf(loop.getLowerBound(), depth),
                  divisorOf(loop.getStep(), depth));
}

static int64_t divisorOf(Value index, unsigned depth) {
  if (std::optional<int64_t> constant = getConstantIntValue(index))
    return std::abs(*constant);
  if (depth == 0)
    return 1;
  --depth;
  if (auto argument = dyn_cast<BlockArgument>(index))
    return divisorOfArgument(argument, depth);
  auto common = [&](Operation *op) {
    return std::gcd(divisorOf(op->getOperand(0), depth),
                    divisorOf(op->getOperand(1), depth));
  };
  return llvm::TypeSwitch<Operation *, int64_t>(index.getDefiningOp())
      .Case<arith::AddIOp, arith::SubIOp, arith::MaxUIOp, arith::MinUIOp,
            arith::MaxSIOp, arith::MinSIOp, arith::RemUIOp>(common)
      .Case([&](arith::MulIOp op) {
        return divisorOf(op.getLhs(), depth) * divisorOf(op.getRhs(), depth);
      })
      .Case([&](affine::AffineApplyOp op) {
        return divisorOfMap(op.getAffineMap(), op.getMapOperands(), depth);
      })
      .Case([&](affine::AffineMinOp op) {
        return divisorOfMap(op.getMap(), op.getMapOperands(), depth);
      })
      .Default([](Operation *) { return int64_t(1); });
}

int64_t ts::knownDivisor(Value index) { return divisorOf(index, maxDepth); }

int64_t ts::knownDivisor(OpFoldResult index) {
  if (std::optional<int64_t> constant = getConstantIntValue(index))
    return std::abs(*constant);
  return knownDivisor(cast<Value>(index));
}

int64_t ts::knownElementAlignment(Value view) {
  auto type = cast<MemRefType>(view.getType());
  if (auto transpose = view.getDefiningOp<memref::TransposeOp>())
    return knownElementAlignment(transpose.getIn());
  if (auto cast = view.getDefiningOp<memref::CastOp>())
    return knownElementAlignment(cast.getSource());
  if (auto window = view.getDefiningOp<WindowOp>())
    return knownElementAlignment(window.getSource());
  auto subview = view.getDefiningOp<memref::SubViewOp>();
  if (!subview) {
    auto [strides, offset] = type.getStridesAndOffset();
    int64_t vector = 128 / type.getElementTypeBitWidth();
    return ShapedType::isDynamic(offset) ? 1 : std::gcd(vector, offset);
  }
  int64_t alignment = knownElementAlignment(subview.getSource());
  auto [strides, offset] = subview.getSourceType().getStridesAndOffset();
  for (auto [position, stride] :
       llvm::zip_equal(subview.getMixedOffsets(), strides)) {
    int64_t step = ShapedType::isDynamic(stride) ? 1 : stride;
    alignment = std::gcd(alignment, knownDivisor(position) * step);
  }
  return alignment;
}
