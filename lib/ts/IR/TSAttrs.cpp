//===- TSAttrs.cpp - Attributes of the ts dialect -------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ts/IR/TS.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace ts;

#include "ts/IR/TSEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "ts/IR/TSAttrs.cpp.inc"

void TSDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "ts/IR/TSAttrs.cpp.inc"
      >();
}

using EmitError = function_ref<InFlightDiagnostic()>;

LogicalResult TargetAttr::verify(EmitError emitError, StringRef name,
                                 unsigned isa) {
  const Chip *chip = lookupChip(name);
  if (!chip)
    return emitError() << "unknown chip '" << name << "'; known chips are "
                       << knownChipNames();
  if (!Isa(isa).isKnown())
    return emitError() << "unknown isa " << isa << "; known are "
                       << knownIsaNames();
  if (isa > chip->computeCapability)
    return emitError() << "isa " << isa << " is newer than chip '" << name
                       << "', which has " << chip->computeCapability;
  return success();
}

const Chip &TargetAttr::getInfo() const { return *lookupChip(getChip()); }

LogicalResult BlocksAttr::verify(EmitError emitError, BlockOrder order,
                                 int64_t columns, int64_t rows, int64_t count) {
  return success();
}

LogicalResult FmaAttr::verify(EmitError emitError, ArrayRef<int64_t> lanes,
                              int64_t vector, int64_t unroll, FmaOrder order) {
  return success();
}

LogicalResult OperandAttr::verify(EmitError emitError, Home home, int64_t depth,
                                  int64_t swap) {
  return success();
}

LogicalResult ScheduleAttr::verify(EmitError emitError, ShapeClass shapeClass,
                                   BlocksAttr blocks, ArrayRef<int64_t> warps,
                                   ArrayRef<int64_t> tile, FmaAttr math,
                                   OperandAttr a, OperandAttr b, int64_t ahead,
                                   StoreAttr store) {
  return success();
}
