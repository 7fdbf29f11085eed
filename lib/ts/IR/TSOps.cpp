//===- TSOps.cpp - Operations of the ts dialect ---------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ts/IR/TS.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace ts;

#define GET_OP_CLASSES
#include "ts/IR/TSOps.cpp.inc"

Value ts::getDestination(Value tensor) {
  auto result = dyn_cast<OpResult>(tensor);
  if (!result || !isa<TensorType>(tensor.getType()))
    return nullptr;
  if (auto cast = dyn_cast<tensor::CastOp>(result.getOwner()))
    return cast.getSource();
  auto producer = dyn_cast<DestinationStyleOpInterface>(result.getOwner());
  if (!producer || !producer.hasPureTensorSemantics())
    return nullptr;
  return producer.getTiedOpOperand(result)->get();
}

Value ts::findPlace(Value tensor) {
  while (Value destination = getDestination(tensor))
    tensor = destination;
  return tensor;
}

static int64_t extent(Value matrix, bool transposed, unsigned dim) {
  return cast<ShapedType>(matrix.getType())
      .getDimSize(transposed ? 1 - dim : dim);
}

int64_t MatmulOp::getM() { return extent(getA(), getTransposeA(), 0); }
int64_t MatmulOp::getN() { return extent(getB(), getTransposeB(), 1); }
int64_t MatmulOp::getK() { return extent(getA(), getTransposeA(), 1); }

double MatmulOp::getAlphaValue() {
  auto attr = getAlpha();
  return attr ? cast<FloatAttr>(*attr).getValueAsDouble() : 1.0;
}

double MatmulOp::getBetaValue() {
  auto attr = getBeta();
  return attr ? cast<FloatAttr>(*attr).getValueAsDouble() : 0.0;
}

PrecisionMode MatmulOp::getPrecisionMode() {
  return getPrecision().value_or(PrecisionMode::Ieee);
}

//===----------------------------------------------------------------------===//
// Verifier
//===----------------------------------------------------------------------===//

namespace {

/// An operand with the name messages call it by.
struct NamedMatrix {
  StringRef name;
  Value value;
  bool transposed = false;

  ShapedType getType() const { return cast<ShapedType>(value.getType()); }
  Type getElementType() const { return getType().getElementType(); }
};

/// One direction of a matrix as the product sees it.
struct NamedExtent {
  NamedMatrix matrix;
  unsigned dim; ///< of op(matrix)

  int64_t getSize() const {
    return extent(matrix.value, matrix.transposed, dim);
  }
  /// "rows" or "columns" of the matrix as it is written.
  StringRef getWord() const {
    return (dim == 0) != matrix.transposed ? "rows" : "columns";
  }
};

} // namespace

/// True for no memory space, or one that says global memory (1 in LLVM's
/// numbering for GPUs).
static bool isInGlobalMemory(MemRefType type) {
  Attribute space = type.getMemorySpace();
  if (auto number = dyn_cast_or_null<IntegerAttr>(space))
    return number.getInt() == 0 || number.getInt() == 1;
  auto named = dyn_cast_or_null<gpu::AddressSpaceAttr>(space);
  return !space || (named && named.getValue() == gpu::AddressSpace::Global);
}

/// Checks kind, rank and layout of one operand.
static LogicalResult verifyMatrix(MatmulOp op, NamedMatrix matrix) {
  ShapedType type = matrix.getType();
  if (isa<MemRefType>(type) != isa<MemRefType>(op.getA().getType()))
    return op.emitOpError()
           << "operand '" << matrix.name << "' is " << type << ", but 'a' is "
           << op.getA().getType() << "; tensors and memrefs do not mix";
  if (type.getRank() != 2)
    return op.emitOpError()
           << "operand '" << matrix.name << "' must be a matrix, got " << type;
  auto memref = dyn_cast<MemRefType>(type);
  if (!memref)
    return success();
  if (!memref.isStrided())
    return op.emitOpError() << "operand '" << matrix.name << "' is " << type
                            << ", whose layout is not strided";
  if (!isInGlobalMemory(memref))
    return op.emitOpError() << "operand '" << matrix.name << "' is " << type
                            << ", which is not in global memory";
  return success();
}

/// True for a view of a ts.home, which is a whole tile also where less than
/// that is left of the matrix: the rest of it is never stored.
static bool isHome(Value value) {
  while (!value.getDefiningOp<HomeOp>()) {
    auto view = value.getDefiningOp<ViewLikeOpInterface>();
    if (!view)
      return false;
    value = view.getViewSource();
  }
  return true;
}

static LogicalResult verifyExtents(MatmulOp op, NamedExtent first,
                                   NamedExtent second, StringRef letter) {
  int64_t a = first.getSize(), b = second.getSize();
  if (a == b || ShapedType::isDynamic(a) || ShapedType::isDynamic(b) ||
      isHome((a > b ? first : second).matrix.value))
    return success();
  return op.emitOpError() << "operand '" << first.matrix.name << "' has " << a
                          << " " << first.getWord() << ", but '"
                          << second.matrix.name << "' has " << b << " "
                          << second.getWord() << " (" << letter << ")";
}

static LogicalResult verifyElementTypes(MatmulOp op, NamedMatrix a,
                                        NamedMatrix b, NamedMatrix c) {
  Type input = a.getElementType(), output = c.getElementType();
  if (!input.isF16() && !input.isBF16() && !input.isF32() && !input.isF64())
    return op.emitOpError() << "operand 'a' has element type " << input
                            << "; supported are f16, bf16, f32 and f64";
  if (b.getElementType() != input)
    return op.emitOpError() << "operand 'b' has element type "
                            << b.getElementType() << ", but 'a' has " << input;
  bool widens = (input.isF16() || input.isBF16()) && output.isF32();
  if (output != input && !widens)
    return op.emitOpError() << "operand 'c' has element type " << output
                            << ", but 'a' has " << input;
  return success();
}

/// Which operands a precision mode is defined for.
static bool allowsOperands(PrecisionMode mode, Type type) {
  switch (mode) {
  case PrecisionMode::Ieee:
    return type.isF32() || type.isF64();
  case PrecisionMode::Native:
    return !type.isF32();
  case PrecisionMode::Tf32:
  case PrecisionMode::Tf32x3:
  case PrecisionMode::Bf16x3:
  case PrecisionMode::Bf16x6:
  case PrecisionMode::Bf16x9:
  case PrecisionMode::F16x3:
  case PrecisionMode::Fp32Accurate:
  case PrecisionMode::Fp32AccurateNormwise:
    return type.isF32();
  }
  llvm_unreachable("unknown precision");
}

static LogicalResult verifyScale(MatmulOp op, StringRef name,
                                 std::optional<Attribute> attribute,
                                 Type input) {
  if (!attribute)
    return success();
  auto scale = cast<FloatAttr>(*attribute);
  // Narrower operands accumulate in f32 and are scaled there.
  bool isDouble = input.isF64();
  if (scale.getType().isF64() != isDouble)
    return op.emitOpError()
           << name << " has type " << scale.getType() << ", but products of "
           << input << " are scaled in " << (isDouble ? "f64" : "f32");
  if (!scale.getValue().isFinite())
    return op.emitOpError() << name << " = " << scale << " must be finite";
  return success();
}

static LogicalResult verifyResults(MatmulOp op) {
  bool isBuffer = isa<MemRefType>(op.getC().getType());
  unsigned results = op.getResultTensors().size();
  if (isBuffer && results != 0)
    return op.emitOpError()
           << "writes operand 'c' of type " << op.getC().getType()
           << " and can have no result, got " << op->getResult(0).getType();
  if (!isBuffer && results != 1)
    return op.emitOpError() << "needs one result of type "
                            << op.getC().getType() << ", got " << results;
  if (!isBuffer && op->getResult(0).getType() != op.getC().getType())
    return op.emitOpError() << "result has type " << op->getResult(0).getType()
                            << ", but operand 'c' has " << op.getC().getType();
  return success();
}

LogicalResult MatmulOp::verify() {
  if (getInputs().size() != 2 || getOutputs().size() != 1)
    return emitOpError() << "expects 2 inputs and 1 output, got "
                         << getInputs().size() << " and "
                         << getOutputs().size();
  NamedMatrix a{"a", getA(), getTransposeA()};
  NamedMatrix b{"b", getB(), getTransposeB()};
  NamedMatrix c{"c", getC()};
  for (const NamedMatrix &matrix : {a, b, c})
    if (failed(verifyMatrix(*this, matrix)))
      return failure();
  if (failed(verifyExtents(*this, {b, 0}, {a, 1}, "K")) ||
      failed(verifyExtents(*this, {c, 0}, {a, 0}, "M")) ||
      failed(verifyExtents(*this, {c, 1}, {b, 1}, "N")) ||
      failed(verifyElementTypes(*this, a, b, c)))
    return failure();
  Type input = a.getElementType();
  if (!allowsOperands(getPrecisionMode(), input))
    return emitOpError() << "precision '"
                         << stringifyPrecisionMode(getPrecisionMode())
                         << "' is not defined for operand 'a' of " << input
                         << (input.isF32() || input.isF64() ? ""
                                                            : "; use 'native'");
  if (failed(verifyScale(*this, "alpha", getAlpha(), input)) ||
      failed(verifyScale(*this, "beta", getBeta(), input)))
    return failure();
  return verifyResults(*this);
}

//===----------------------------------------------------------------------===//
// Effects
//===----------------------------------------------------------------------===//

void MatmulOp::getEffects(
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
  for (OpOperand &operand : getOperation()->getOpOperands()) {
    if (!isa<MemRefType>(operand.get().getType()))
      continue;
    bool isOutput = isDpsInit(&operand);
    if (!isOutput || getBetaValue() != 0.0)
      effects.emplace_back(MemoryEffects::Read::get(), &operand,
                           SideEffects::DefaultResource::get());
    if (isOutput)
      effects.emplace_back(MemoryEffects::Write::get(), &operand,
                           SideEffects::DefaultResource::get());
  }
}
