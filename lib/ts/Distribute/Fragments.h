//===- Fragments.h - A lane's registers of a warp-level value --*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A lane holds its elements of a value in vectors of a few neighbours, so that
// loads, stores and packed conversions find them together.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_DISTRIBUTE_FRAGMENTS_H
#define TS_LIB_DISTRIBUTE_FRAGMENTS_H

#include "ts/Layout/Layout.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace ts {

/// The vectors of one value, in the order of the layout's registers.
using Fragments = llvm::SmallVector<mlir::Value>;

/// Elements of each vector of a value of `element` in `layout`: neighbouring
/// columns, at most 128 bits; pairs of 16-bit elements, which are registers of
/// the machine.
int64_t fragmentWidth(const Layout &layout, mlir::Type element);

/// The same elements in vectors of `width`.
Fragments withWidth(mlir::ImplicitLocOpBuilder &b, const Fragments &fragments,
                    int64_t width);

/// One element.
mlir::Value elementOf(mlir::ImplicitLocOpBuilder &b, const Fragments &fragments,
                      int64_t reg);

/// Elements `registers` as one vector, taken as they lie where possible.
mlir::Value gather(mlir::ImplicitLocOpBuilder &b, const Fragments &fragments,
                   llvm::ArrayRef<int64_t> registers);

/// The elements, in vectors of `width`.
Fragments packed(mlir::ImplicitLocOpBuilder &b,
                 llvm::ArrayRef<mlir::Value> elements, int64_t width);

/// A small replicated value as other lanes want it: each lane fetches its
/// elements from one that has them. Null if that takes more than a shuffle per
/// element.
std::optional<Fragments> moved(mlir::ImplicitLocOpBuilder &b,
                               const Fragments &fragments, const Layout &from,
                               const Layout &to, mlir::Value lane);

} // namespace ts

#endif // TS_LIB_DISTRIBUTE_FRAGMENTS_H
