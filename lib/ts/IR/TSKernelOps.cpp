//===- TSKernelOps.cpp - Operations inside a kernel -----------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ts/IR/TS.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace ts;

/// True if a matrix of type `small` fits into one of type `large` (a dynamic
/// extent fits everywhere), and both hold the same elements.
static bool fitsInto(MemRefType small, MemRefType large) {
  if (small.getRank() != large.getRank() ||
      small.getElementType() != large.getElementType())
    return false;
  for (auto [s, l] : llvm::zip_equal(small.getShape(), large.getShape()))
    if (ShapedType::isStatic(s) && ShapedType::isStatic(l) && s > l)
      return false;
  return true;
}

Value HomeOp::getViewSource() { return getSource(); }

LogicalResult HomeOp::verify() {
  auto source = cast<MemRefType>(getSource().getType());
  auto result = cast<MemRefType>(getResult().getType());
  if (!fitsInto(source, result))
    return emitOpError() << "source " << source << " does not fit into result "
                         << result;
  Home home = getOperand().getHome();
  if (home == Home::Global && source.getShape() != result.getShape())
    return emitOpError() << "home 'global' cannot pad " << source << " to "
                         << result;
  if (home != Home::Global && !result.hasStaticShape())
    return emitOpError() << "home '" << stringifyHome(home)
                         << "' needs a static shape, got " << result;
  return success();
}

Value WindowOp::getViewSource() { return getSource(); }

LogicalResult WindowOp::verify() {
  auto type = cast<MemRefType>(getSource().getType());
  SmallVector<int64_t> strides;
  int64_t offset;
  if (type.getRank() != 2 ||
      failed(type.getStridesAndOffset(strides, offset)) || strides[1] != 1 ||
      ShapedType::isDynamic(strides[0]))
    return emitOpError() << "source " << type
                         << " has no rows of neighbouring elements";
  int64_t line = getLine(), width = getWidth();
  if (line < 1 || !llvm::isPowerOf2_64(line) || width < line ||
      width % line != 0)
    return emitOpError() << "width " << width << " is not made of lines of "
                         << line << ", which must be a power of two";
  return success();
}

LogicalResult AllocOp::verify() {
  auto type = cast<MemRefType>(getMemref().getType());
  if (!gpu::GPUDialect::hasWorkgroupMemoryAddressSpace(type))
    return emitOpError() << "buffer " << type << " is not in shared memory";
  SmallVector<int64_t> strides;
  int64_t offset;
  if (type.getRank() == 0 || !type.hasStaticShape() ||
      type.getNumElements() == 0 ||
      failed(type.getStridesAndOffset(strides, offset)) || offset != 0 ||
      llvm::any_of(strides, [](int64_t stride) { return stride < 1; }))
    return emitOpError() << "buffer " << type
                         << " needs positive, static extents and strides";
  if (getSwap() != 0 && getSwap() != 1)
    return emitOpError() << "swap = " << getSwap() << " must be 0 or 1";
  auto spread = getSpread();
  if (!spread)
    return success();
  if (spread->size() != 2 || llvm::any_of(*spread, [&](int64_t factor) {
        return factor < 1 || factor > type.getShape().back();
      }))
    return emitOpError() << "spread takes two positive numbers (lanes, vector) "
                            "of at most the columns";
  int64_t group = (*spread)[0] * (*spread)[1];
  if (type.getShape().back() % group != 0 || getSwap() != 0)
    return emitOpError() << "spread needs columns in whole groups of " << group
                         << " and no swap";
  return success();
}

LogicalResult CopyOp::verify() {
  auto source = cast<MemRefType>(getSource().getType());
  auto target = cast<MemRefType>(getTarget().getType());
  if (!fitsInto(source, target) || target.getRank() != 2)
    return emitOpError() << "source " << source << " does not fit into target "
                         << target;
  if (!gpu::GPUDialect::hasWorkgroupMemoryAddressSpace(target))
    return emitOpError() << "target " << target << " is not in shared memory";
  return success();
}

LogicalResult StoreOp::verify() {
  auto target = cast<MemRefType>(getTarget().getType());
  if (static_cast<int64_t>(getIndices().size()) != target.getRank())
    return emitOpError() << getIndices().size() << " indices for " << target;
  if (getElementTypeOrSelf(getValue()) != target.getElementType())
    return emitOpError() << "value " << getValue().getType()
                         << " does not match " << target;
  return success();
}

static Type pieceType(PieceKind kind, MLIRContext *context) {
  switch (kind) {
  case PieceKind::Tf32:
    return Float32Type::get(context);
  case PieceKind::Bf16:
    return BFloat16Type::get(context);
  case PieceKind::ScaledF16:
    return Float16Type::get(context);
  }
  llvm_unreachable("unknown kind of piece");
}

LogicalResult SplitOp::verify() {
  VectorType source = getSource().getType();
  bool isScaled = getKind() == PieceKind::ScaledF16;
  if (getAlong().has_value() != isScaled)
    return emitOpError() << "kind '" << stringifyPieceKind(getKind())
                         << (isScaled ? "' needs the dimension of k"
                                      : "' takes no dimension of k");
  if (isScaled && *getAlong() != 0 && *getAlong() != 1)
    return emitOpError() << "along = " << *getAlong() << " must be 0 or 1";
  if (getParts().empty())
    return emitOpError() << "has no pieces";
  Type element = pieceType(getKind(), getContext());
  auto expected = VectorType::get(source.getShape(), element);
  for (Value piece : getParts())
    if (piece.getType() != expected)
      return emitOpError() << "piece has type " << piece.getType()
                           << ", but the source's pieces have " << expected;
  if (!isScaled)
    return success();
  SmallVector<int64_t> shape(source.getShape());
  shape[*getAlong()] = 1;
  auto scale = VectorType::get(shape, source.getElementType());
  if (getScale().getType() != scale)
    return emitOpError() << "scale has type " << getScale().getType()
                         << ", but the source's scale has " << scale;
  return success();
}
