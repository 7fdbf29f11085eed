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

LogicalResult TSDialect::verifyOperationAttribute(Operation *op,
                                                  NamedAttribute attribute) {
  return success();
}
