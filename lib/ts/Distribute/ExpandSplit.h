//===- ExpandSplit.h - A lane's part of ts.split ---------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_DISTRIBUTE_EXPANDSPLIT_H
#define TS_LIB_DISTRIBUTE_EXPANDSPLIT_H

#include "Fragments.h"
#include "ts/IR/TS.h"

namespace ts {

/// The fragments of each result of `op`, from those of its source, which
/// `layout` deals.
llvm::SmallVector<Fragments> expandSplit(mlir::ImplicitLocOpBuilder &b,
                                         SplitOp op, const Layout &layout,
                                         const Fragments &source);

} // namespace ts

#endif // TS_LIB_DISTRIBUTE_EXPANDSPLIT_H
