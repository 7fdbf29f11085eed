//===- Alignment.h - What is known of an address ---------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_DISTRIBUTE_ALIGNMENT_H
#define TS_LIB_DISTRIBUTE_ALIGNMENT_H

#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/Value.h"

namespace ts {

/// The largest number that is known to divide an index value, whatever the
/// loops and ids it comes from; 0 for the constant 0.
int64_t knownDivisor(mlir::Value index);
int64_t knownDivisor(mlir::OpFoldResult index);

/// The largest number of elements that is known to divide the distance of a
/// view's first element from a 16-byte boundary. The memrefs a kernel is given
/// begin at such a boundary before their layout's offset (every allocator of
/// the CUDA driver aligns to 256 bytes), and so do shared buffers.
int64_t knownElementAlignment(mlir::Value view);

} // namespace ts

#endif // TS_LIB_DISTRIBUTE_ALIGNMENT_H
