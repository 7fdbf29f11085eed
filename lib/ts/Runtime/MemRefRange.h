//===- MemRefRange.h - The host bytes of a memref --------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Compiled host code hands a memref over as a descriptor; the driver wants the
// bytes behind it.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_RUNTIME_MEMREFRANGE_H
#define TS_LIB_RUNTIME_MEMREFRANGE_H

#include "llvm/Support/Error.h"

#include <cstdint>

namespace ts::rt {

/// From the lowest to the highest byte that a strided memref can reach.
struct HostRange {
  char *begin = nullptr;
  uint64_t bytes = 0; ///< 0 if the memref has no elements
};

/// The range of a memref `descriptor` of this rank: two pointers, an offset,
/// `rank` sizes, `rank` strides.
llvm::Expected<HostRange> rangeOfMemRef(int64_t rank, const void *descriptor,
                                        int64_t elementBytes);

} // namespace ts::rt

#endif // TS_LIB_RUNTIME_MEMREFRANGE_H
