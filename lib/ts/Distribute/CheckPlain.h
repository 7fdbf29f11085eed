//===- CheckPlain.h - What lanes can be dealt ------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_DISTRIBUTE_CHECKPLAIN_H
#define TS_LIB_DISTRIBUTE_CHECKPLAIN_H

#include "mlir/IR/Operation.h"

namespace ts {

/// Refuses an operation on warp-level vectors that says more than the expansion
/// to lanes reads of it.
llvm::LogicalResult checkPlain(mlir::Operation *op);

} // namespace ts

#endif // TS_LIB_DISTRIBUTE_CHECKPLAIN_H
