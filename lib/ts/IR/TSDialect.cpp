//===- TSDialect.cpp - The ts dialect -------------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ts/IR/TS.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;
using namespace ts;

#include "ts/IR/TSDialect.cpp.inc"

void TSDialect::initialize() {
  registerAttributes();
  addOperations<
#define GET_OP_LIST
#include "ts/IR/TSOps.cpp.inc"
      >();
}

TargetAttr ts::getTarget(Operation *op) {
  TSDialect::TargetAttrHelper targets(op->getContext());
  for (; op; op = op->getParentOp())
    if (TargetAttr target = targets.getAttr(op))
      return target;
  return nullptr;
}

static LogicalResult verifyPlace(Operation *op, NamedAttribute attribute,
                                 bool isRightPlace, bool isRightKind,
                                 StringRef place, StringRef kind) {
  if (!isRightPlace)
    return op->emitOpError() << attribute.getName() << " belongs on " << place;
  if (!isRightKind)
    return op->emitOpError() << attribute.getName() << " must be " << kind
                             << ", got " << attribute.getValue();
  return success();
}

LogicalResult TSDialect::verifyOperationAttribute(Operation *op,
                                                  NamedAttribute attribute) {
  Attribute value = attribute.getValue();
  if (attribute.getName() == getTargetAttrHelper().getName())
    return verifyPlace(op, attribute, isa<ModuleOp>(op), isa<TargetAttr>(value),
                       "a module", "a #ts.target");
  if (attribute.getName() == getContractAttrHelper().getName())
    return verifyPlace(op, attribute, isa<FunctionOpInterface>(op),
                       isa<ContractAttr>(value), "a function",
                       "a #ts.contract");
  // A kernel keeps its schedule through outlining and lowering.
  if (attribute.getName() == getScheduleAttrHelper().getName())
    return verifyPlace(
        op, attribute,
        isa<gpu::LaunchOp, gpu::LaunchFuncOp, FunctionOpInterface>(op),
        isa<ScheduleAttr>(value), "a kernel", "a #ts.schedule");
  if (attribute.getName() == getAssemblyAttrHelper().getName())
    return verifyPlace(op, attribute, isa<gpu::BinaryOp>(op),
                       isa<AssemblyAttr>(value), "a gpu.binary",
                       "a #ts.assembly");
  return op->emitOpError() << "unknown attribute " << attribute.getName();
}
