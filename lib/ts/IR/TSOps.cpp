//===- TSOps.cpp - Operations of the ts dialect ---------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ts/IR/TS.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace ts;

#define GET_OP_CLASSES
#include "ts/IR/TSOps.cpp.inc"

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

LogicalResult MatmulOp::verify() { return success(); }

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
