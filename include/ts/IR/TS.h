//===- TS.h - The ts dialect -----------------------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TS_IR_TS_H
#define TS_IR_TS_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/TilingInterface.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

#include "ts/Layout/Mma.h"
#include "ts/Target/Target.h"

#include "ts/IR/TSEnums.h.inc"

namespace ts {

/// Extents of a matrix instruction (PTX ISA, "mma").
MmaShape shapeOf(MmaKind instruction);

/// True if a store takes the policy from a register (PTX ISA, "createpolicy").
inline bool isL2Policy(StorePolicy policy) {
  return policy == StorePolicy::L2EvictFirst ||
         policy == StorePolicy::L2EvictLast;
}

} // namespace ts

#define GET_ATTRDEF_CLASSES
#include "ts/IR/TSAttrs.h.inc"

#include "ts/IR/TSDialect.h.inc"

#define GET_OP_CLASSES
#include "ts/IR/TSOps.h.inc"

namespace ts {

/// The target of the module around `op` (the nearest one that has a
/// ts.target), or null.
TargetAttr getTarget(mlir::Operation *op);

/// The tensor whose memory `tensor` is written to: the destination of what made
/// it, or the source of a cast; null where there is none.
mlir::Value getDestination(mlir::Value tensor);

/// The end of the chain of destinations: an argument, or what makes a new
/// place.
mlir::Value findPlace(mlir::Value tensor);

/// Lets one-shot bufferization know the operations of the dialect.
void registerBufferizationModels(mlir::DialectRegistry &registry);

} // namespace ts

#endif // TS_IR_TS_H
