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

LogicalResult TargetAttr::verify(EmitError emitError, StringRef chip,
                                 unsigned isa) {
  return success();
}

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
