//===- TSFolds.cpp - Canonical forms of ts.matmul -------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ts/IR/TS.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"

#include <utility>

using namespace mlir;
using namespace ts;

/// Removes a product that changes nothing: its result is its destination.
static void removeProduct(MatmulOp op, PatternRewriter &rewriter) {
  if (op.hasPureBufferSemantics())
    rewriter.eraseOp(op);
  else
    rewriter.replaceOp(op, op.getC());
}

namespace {

/// Attributes that only say what holds without them.
struct DropDefaults : OpRewritePattern<MatmulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(MatmulOp op,
                                PatternRewriter &rewriter) const override {
    bool alpha = op.getAlpha() && op.getAlphaValue() == 1.0;
    bool beta = op.getBeta() && op.getBetaValue() == 0.0;
    bool precision = op.getPrecision() == PrecisionMode::Ieee;
    if (!alpha && !beta && !precision)
      return rewriter.notifyMatchFailure(op, "no attribute is a default");
    rewriter.modifyOpInPlace(op, [&] {
      if (alpha)
        op.removeAlphaAttr();
      if (beta)
        op.removeBetaAttr();
      if (precision)
        op.removePrecisionAttr();
    });
    return success();
  }
};

/// No rows or no columns: nothing to write. No k and beta = 1: nothing to add.
struct RemoveEmpty : OpRewritePattern<MatmulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(MatmulOp op,
                                PatternRewriter &rewriter) const override {
    bool isEmpty = op.getM() == 0 || op.getN() == 0;
    bool isUnchanged = op.getK() == 0 && op.getBetaValue() == 1.0;
    if (!isEmpty && !isUnchanged)
      return rewriter.notifyMatchFailure(op, "writes something");
    removeProduct(op, rewriter);
    return success();
  }
};

/// alpha = 0: neither A nor B is read, which is what a product without any k
/// step says too.
struct RemoveZeroAlpha : OpRewritePattern<MatmulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(MatmulOp op,
                                PatternRewriter &rewriter) const override {
    if (op.getAlphaValue() != 0.0)
      return rewriter.notifyMatchFailure(op, "alpha is not 0");
    Value a = op.getA(), b = op.getB();
    if (op.getK() != 0) {
      a = withoutK(rewriter, a, op.getTransposeA() ? 0 : 1);
      b = withoutK(rewriter, b, op.getTransposeB() ? 1 : 0);
    }
    rewriter.modifyOpInPlace(op, [&] {
      op.getInputsMutable().assign({a, b});
      op.removeAlphaAttr();
    });
    return success();
  }

private:
  /// The matrix with extent 0 in direction `dim`.
  static Value withoutK(PatternRewriter &rewriter, Value matrix, int64_t dim) {
    Location loc = matrix.getLoc();
    bool isBuffer = isa<MemRefType>(matrix.getType());
    SmallVector<OpFoldResult> offsets(2, rewriter.getIndexAttr(0));
    SmallVector<OpFoldResult> strides(2, rewriter.getIndexAttr(1));
    SmallVector<OpFoldResult> sizes =
        isBuffer ? memref::getMixedSizes(rewriter, loc, matrix)
                 : tensor::getMixedSizes(rewriter, loc, matrix);
    sizes[dim] = rewriter.getIndexAttr(0);
    if (isBuffer)
      return memref::SubViewOp::create(rewriter, loc, matrix, offsets, sizes,
                                       strides);
    return tensor::ExtractSliceOp::create(rewriter, loc, matrix, offsets, sizes,
                                          strides);
  }
};

/// beta = 0 does not read C: what some operation put into it need not be there.
struct SkipOverwritten : OpRewritePattern<MatmulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(MatmulOp op,
                                PatternRewriter &rewriter) const override {
    auto result = dyn_cast<OpResult>(op.getC());
    if (op.getBetaValue() != 0.0 || !result)
      return rewriter.notifyMatchFailure(op, "C is read or an argument");
    auto producer = dyn_cast<DestinationStyleOpInterface>(result.getOwner());
    if (!producer || !producer.hasPureTensorSemantics())
      return rewriter.notifyMatchFailure(op, "C has no destination itself");
    Value destination = producer.getTiedOpOperand(result)->get();
    rewriter.modifyOpInPlace(
        op, [&] { op.getOutputsMutable().assign(destination); });
    return success();
  }
};

/// Reads what a cast hides: the source of a tensor.cast or memref.cast knows
/// more about its shape.
struct FoldCastsOfOperands : OpRewritePattern<MatmulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(MatmulOp op,
                                PatternRewriter &rewriter) const override {
    SmallVector<Value> operands(op->getOperands());
    for (unsigned i = 0; i < 3; ++i) {
      Value kept = std::exchange(operands[i], sourceOf(operands[i]));
      if (!fit(op, operands))
        operands[i] = kept;
    }
    if (llvm::equal(operands, op->getOperands()))
      return rewriter.notifyMatchFailure(op, "no operand is a cast");
    if (op.hasPureBufferSemantics() || operands[2] == op.getC()) {
      rewriter.modifyOpInPlace(op, [&] { op->setOperands(operands); });
      return success();
    }
    auto product = cast<MatmulOp>(rewriter.clone(*op));
    rewriter.modifyOpInPlace(product, [&] {
      product->setOperands(operands);
      product->getResult(0).setType(operands[2].getType());
    });
    rewriter.replaceOpWithNewOp<tensor::CastOp>(op, op->getResult(0).getType(),
                                                product->getResult(0));
    return success();
  }

private:
  /// Extents may differ behind a cast: a tile in shared memory is larger than
  /// what is left of C at its rim. Such a cast stays.
  static bool fit(MatmulOp op, ArrayRef<Value> operands) {
    auto agree = [](int64_t one, int64_t other) {
      return one == other || ShapedType::isDynamic(one) ||
             ShapedType::isDynamic(other);
    };
    auto extent = [&](unsigned operand, unsigned dim) {
      return cast<ShapedType>(operands[operand].getType()).getDimSize(dim);
    };
    unsigned kOfA = op.getTransposeA() ? 0 : 1;
    unsigned kOfB = op.getTransposeB() ? 1 : 0;
    return agree(extent(0, kOfA), extent(1, kOfB)) &&
           agree(extent(0, 1 - kOfA), extent(2, 0)) &&
           agree(extent(1, 1 - kOfB), extent(2, 1));
  }

  static Value sourceOf(Value value) {
    auto fromTensor = value.getDefiningOp<tensor::CastOp>();
    if (fromTensor && tensor::canFoldIntoConsumerOp(fromTensor))
      return fromTensor.getSource();
    auto fromBuffer = value.getDefiningOp<memref::CastOp>();
    if (fromBuffer && memref::CastOp::canFoldIntoConsumerOp(fromBuffer) &&
        isa<MemRefType>(fromBuffer.getSource().getType()))
      return fromBuffer.getSource();
    return value;
  }
};

/// Computes the shape that the only reader wants: a cast of the result to a
/// type that says more becomes a cast of the destination.
struct FoldCastOfResult : OpRewritePattern<MatmulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(MatmulOp op,
                                PatternRewriter &rewriter) const override {
    if (op.hasPureBufferSemantics() || !op->hasOneUse())
      return rewriter.notifyMatchFailure(op, "not one reader");
    auto reader = dyn_cast<tensor::CastOp>(*op->user_begin());
    if (!reader ||
        !tensor::preservesStaticInformation(op.getC().getType(),
                                            reader.getType()) ||
        !isa<RankedTensorType>(reader.getType()))
      return rewriter.notifyMatchFailure(op, "the reader knows no more");
    Value c = tensor::CastOp::create(rewriter, op.getLoc(), reader.getType(),
                                     op.getC());
    auto product = cast<MatmulOp>(rewriter.clone(*op));
    rewriter.modifyOpInPlace(product, [&] {
      product.getOutputsMutable().assign(c);
      product->getResult(0).setType(c.getType());
    });
    rewriter.replaceOp(reader, product->getResult(0));
    rewriter.eraseOp(op);
    return success();
  }
};

} // namespace

void MatmulOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                           MLIRContext *context) {
  patterns.add<DropDefaults, RemoveEmpty, RemoveZeroAlpha, SkipOverwritten,
               FoldCastsOfOperands, FoldCastOfResult>(context);
}
