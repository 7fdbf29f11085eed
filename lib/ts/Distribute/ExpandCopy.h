//===- ExpandCopy.h - A thread's share of a copy ---------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_DISTRIBUTE_EXPANDCOPY_H
#define TS_LIB_DISTRIBUTE_EXPANDCOPY_H

#include "ts/IR/TS.h"

#include "mlir/IR/PatternMatch.h"

namespace ts {

/// Replaces a ts.copy by the asynchronous copies of one of `threads` threads;
/// `thread` is this thread's number among them.
void expandCopy(mlir::RewriterBase &rewriter, CopyOp copy, mlir::Value thread,
                int64_t threads);

/// The buffer behind a view; null for memory that is not a ts.alloc.
AllocOp bufferOf(mlir::Value view);

} // namespace ts

#endif // TS_LIB_DISTRIBUTE_EXPANDCOPY_H
