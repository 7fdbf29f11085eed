//===- StageRegisters.cpp - An operand that stays in registers ------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// What a warp needs of the resident operand is read once where its home stands,
// and split there into its pieces, outside of the loops over rows.
//
//   %bs = ts.home %slice <home = registers>
//   scf.for ... { %b = vector.transfer_read %bs; %b0, %b1 = ts.split bf16 %b }
// =>
//   %b = vector.transfer_read %slice; %b0, %b1 = ts.split bf16 %b
//   scf.for ... { ... }
//
// At the rim the slice is narrower than the home: whole slices keep their wide
// reads in a branch of their own.
//
//===----------------------------------------------------------------------===//

#include "Staging.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace ts;

/// Reads the whole home from its source; what the source lacks is 0.
static Value readFilled(ImplicitLocOpBuilder &b, Value source,
                        VectorType type) {
  auto shape = cast<MemRefType>(source.getType()).getShape();
  Value zero = arith::ConstantIndexOp::create(b, 0);
  std::optional<Value> padding;
  if (shape != type.getShape())
    padding = arith::ConstantOp::create(b, b.getZeroAttr(type.getElementType()))
                  .getResult();
  SmallVector<bool> inBounds{shape[0] == type.getDimSize(0),
                             shape[1] == type.getDimSize(1)};
  return vector::TransferReadOp::create(b, type, source, ValueRange{zero, zero},
                                        padding, ArrayRef<bool>(inBounds));
}

/// The same with a branch for sources that are as wide as the home.
static Value readHome(ImplicitLocOpBuilder &b, HomeOp home, VectorType type) {
  Value source = home.getSource();
  auto shape = cast<MemRefType>(source.getType()).getShape();
  if (ShapedType::isStatic(shape[1]) || ShapedType::isDynamic(shape[0]))
    return readFilled(b, source, type);
  Value one = arith::ConstantIndexOp::create(b, 1);
  Value width = memref::DimOp::create(b, source, one);
  Value full = arith::ConstantIndexOp::create(b, type.getDimSize(1));
  Value isWhole =
      arith::CmpIOp::create(b, arith::CmpIPredicate::eq, width, full);
  auto whole = [&](OpBuilder &builder, Location loc) {
    ImplicitLocOpBuilder inner(loc, builder);
    SmallVector<OpFoldResult> offsets(2, builder.getIndexAttr(0));
    SmallVector<OpFoldResult> strides(2, builder.getIndexAttr(1));
    SmallVector<OpFoldResult> sizes{builder.getIndexAttr(shape[0]),
                                    builder.getIndexAttr(type.getDimSize(1))};
    Value view =
        memref::SubViewOp::create(inner, source, offsets, sizes, strides);
    scf::YieldOp::create(inner, readFilled(inner, view, type));
  };
  auto clipped = [&](OpBuilder &builder, Location loc) {
    ImplicitLocOpBuilder inner(loc, builder);
    scf::YieldOp::create(inner, readFilled(inner, source, type));
  };
  return scf::IfOp::create(b, isWhole, whole, clipped).getResult(0);
}

LogicalResult ts::stageRegisters(RewriterBase &rewriter, HomeOp home) {
  auto type = cast<MemRefType>(home.getResult().getType());
  auto whole = VectorType::get(type.getShape(), type.getElementType());
  rewriter.setInsertionPoint(home);
  ImplicitLocOpBuilder b(home.getLoc(), rewriter);
  Value value = readHome(b, home, whole);
  for (Operation *user : llvm::make_early_inc_range(home->getUsers())) {
    auto read = dyn_cast<vector::TransferReadOp>(user);
    bool isWhole = read && read.getType() == whole &&
                   llvm::all_of(read.getIndices(), [](Value index) {
                     return isZeroInteger(index);
                   });
    if (!isWhole)
      return user->emitOpError("home 'registers' can only be read as a whole");
    // Its pieces are made here too, once.
    for (Operation *next : llvm::make_early_inc_range(read->getUsers()))
      if (isa<SplitOp>(next))
        rewriter.moveOpBefore(next, home);
    rewriter.replaceOp(read, value);
  }
  rewriter.eraseOp(home);
  return success();
}
