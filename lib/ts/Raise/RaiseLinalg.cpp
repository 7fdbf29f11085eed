//===- RaiseLinalg.cpp - linalg's matrix products become ts.matmul --------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Takes every linalg operation that multiplies two matrices, whatever its name:
// what counts is its indexing maps (so transposed forms need no cases) and that
// its body multiplies and adds floating-point numbers. linalg adds to its
// destination, so beta = 1, unless the destination was just filled with zero.
//
//   %0 = linalg.fill ins(%zero : f32) outs(%empty : tensor<64x128xf32>)
//   %1 = linalg.matmul ins(%a, %b : ...) outs(%0 : tensor<64x128xf32>)
// =>
//   %1 = ts.matmul ins(%a, %b : ...) outs(%empty : tensor<64x128xf32>)
//
// Contractions that are no product of two matrices stay, with a remark.
//
//===----------------------------------------------------------------------===//

#include "ts/IR/TS.h"
#include "ts/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/IR/LinalgInterfaces.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

namespace ts {
#define GEN_PASS_DEF_RAISELINALGPASS
#include "ts/Passes.h.inc"
} // namespace ts

using namespace mlir;
using namespace ts;

namespace {

/// A contraction read as a product of two matrices.
struct Product {
  Value a, b;
  bool transposeA = false, transposeB = false;
};

/// The destination of a product, and whether it has to be added to.
struct Destination {
  Value c;
  bool accumulate = true;
  linalg::FillOp absorbed; ///< of a buffer: to be erased
};

} // namespace

/// True if `map` is (row, column), or with `transposed` set (column, row).
static bool isMatrix(AffineMap map, unsigned row, unsigned column,
                     bool &transposed) {
  if (map.getNumResults() != 2 || !map.isProjectedPermutation())
    return false;
  unsigned first = map.getDimPosition(0), second = map.getDimPosition(1);
  transposed = first == column && second == row;
  return transposed || (first == row && second == column);
}

/// Reads the indexing maps. The factors may stand in any order: products of
/// numbers commute.
static FailureOr<Product> matchMaps(linalg::LinalgOp op) {
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  if (maps.size() != 3 || op.getNumLoops() != 3 ||
      op.getNumReductionLoops() != 1 || maps[2].getNumResults() != 2 ||
      !maps[2].isProjectedPermutation())
    return failure();
  unsigned m = maps[2].getDimPosition(0), n = maps[2].getDimPosition(1);
  unsigned k = 3 - m - n;
  Product product;
  for (unsigned first : {0, 1}) {
    product.a = op->getOperand(first);
    product.b = op->getOperand(1 - first);
    if (isMatrix(maps[first], m, k, product.transposeA) &&
        isMatrix(maps[1 - first], k, n, product.transposeB))
      return product;
  }
  return failure();
}

/// True if the body only multiplies, adds, and widens its factors.
static bool hasPlainBody(linalg::LinalgOp op) {
  return llvm::all_of(op.getBlock()->getOperations(), [](Operation &inner) {
    return isa<arith::MulFOp, arith::AddFOp, arith::ExtFOp, linalg::YieldOp>(
        inner);
  });
}

/// Precision that keeps what linalg says, or nothing if there is none.
static std::optional<PrecisionMode> precisionOf(Type a, Type b, Type c) {
  if (a != b)
    return std::nullopt;
  if ((a.isF32() || a.isF64()) && a == c)
    return PrecisionMode::Ieee;
  if ((a.isF16() || a.isBF16()) && (c == a || c.isF32()))
    return PrecisionMode::Native;
  return std::nullopt;
}

static bool isZero(Value value) {
  return matchPattern(value, m_AnyZeroFloat());
}

/// The fill with zero of `buffer` that nothing stands between and `op`.
static linalg::FillOp findFillBefore(Operation *op, Value buffer) {
  for (Operation *before = op->getPrevNode(); before;
       before = before->getPrevNode()) {
    auto fill = dyn_cast<linalg::FillOp>(before);
    if (fill && fill.getOutputs()[0] == buffer)
      return isZero(fill.getInputs()[0]) ? fill : nullptr;
    if (!isMemoryEffectFree(before))
      return nullptr;
  }
  return nullptr;
}

/// Looks through what made the destination zero.
static Destination findDestination(linalg::LinalgOp op, const Product &product,
                                   RewriterBase &rewriter) {
  Value c = op.getDpsInits()[0];
  if (isa<MemRefType>(c.getType())) {
    linalg::FillOp fill = nullptr;
    if (product.a != c && product.b != c)
      fill = findFillBefore(op, c);
    return {c, /*accumulate=*/!fill, fill};
  }
  if (auto fill = c.getDefiningOp<linalg::FillOp>();
      fill && isZero(fill.getInputs()[0]))
    return {fill.getOutputs()[0], /*accumulate=*/false, nullptr};
  if (matchPattern(c, m_AnyZeroFloat())) {
    auto type = cast<RankedTensorType>(c.getType());
    Value empty = tensor::EmptyOp::create(
        rewriter, op.getLoc(), type.getShape(), type.getElementType());
    return {empty, /*accumulate=*/false, nullptr};
  }
  return {c, /*accumulate=*/true, nullptr};
}

static void raise(linalg::LinalgOp op, const Product &product,
                  PrecisionMode precision, RewriterBase &rewriter) {
  rewriter.setInsertionPoint(op);
  Destination destination = findDestination(op, product, rewriter);
  FloatAttr beta;
  bool isDouble = getElementTypeOrSelf(product.a).isF64();
  if (destination.accumulate)
    beta = isDouble ? rewriter.getF64FloatAttr(1.0)
                    : rewriter.getF32FloatAttr(1.0);
  PrecisionModeAttr precisionAttr;
  if (precision != PrecisionMode::Ieee)
    precisionAttr = PrecisionModeAttr::get(op.getContext(), precision);
  auto matmul = MatmulOp::create(rewriter, op.getLoc(), op->getResultTypes(),
                                 ValueRange{product.a, product.b},
                                 ValueRange{destination.c}, product.transposeA,
                                 product.transposeB, /*alpha=*/nullptr, beta,
                                 precisionAttr, /*schedule=*/nullptr);
  if (destination.absorbed)
    rewriter.eraseOp(destination.absorbed);
  rewriter.replaceOp(op, matmul.getResultTensors());
}

/// Raises one contraction, or says why it stays.
static void visit(linalg::LinalgOp op, RewriterBase &rewriter) {
  FailureOr<Product> product = matchMaps(op);
  if (failed(product)) {
    op.emitRemark() << "not raised: its indexing maps are not those of a "
                       "product of two matrices";
    return;
  }
  Type a = getElementTypeOrSelf(product->a),
       b = getElementTypeOrSelf(product->b),
       c = getElementTypeOrSelf(op.getDpsInits()[0]);
  std::optional<PrecisionMode> precision = precisionOf(a, b, c);
  if (!precision) {
    op.emitRemark() << "not raised: no precision mode multiplies " << a
                    << " by " << b << " into " << c;
    return;
  }
  if (!hasPlainBody(op)) {
    op.emitRemark() << "not raised: its body does more than multiply and add";
    return;
  }
  raise(op, *product, *precision, rewriter);
}

namespace {

struct RaiseLinalg : ts::impl::RaiseLinalgPassBase<RaiseLinalg> {
  void runOnOperation() override {
    SmallVector<linalg::LinalgOp> contractions;
    getOperation()->walk([&](linalg::LinalgOp op) {
      if (linalg::isaContractionOpInterface(op))
        contractions.push_back(op);
    });
    IRRewriter rewriter(&getContext());
    for (linalg::LinalgOp op : contractions)
      visit(op, rewriter);
  }
};

} // namespace
