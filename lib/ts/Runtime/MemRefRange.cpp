//===- MemRefRange.cpp - The host bytes of a memref -----------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Strides may be anything, negative ones included, and the descriptor comes
// from a file that a user wrote: every step is checked for overflow.
//
//===----------------------------------------------------------------------===//

#include "MemRefRange.h"

#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace ts::rt {

namespace {
/// The part of a descriptor that does not depend on the rank.
struct DescriptorHead {
  char *allocated, *aligned;
  int64_t offset;
};
} // namespace

Expected<HostRange> rangeOfMemRef(int64_t rank, const void *descriptor,
                                  int64_t elementBytes) {
  auto *head = static_cast<const DescriptorHead *>(descriptor);
  auto *sizes = reinterpret_cast<const int64_t *>(head + 1);
  auto *strides = sizes + rank;
  int64_t lowest = head->offset, highest = head->offset;
  int64_t span = 0, begin = 0, bytes = 0;
  bool overflow = false;
  for (int64_t dim = 0; dim < rank; ++dim) {
    if (sizes[dim] == 0)
      return HostRange();
    overflow |= MulOverflow(sizes[dim] - 1, strides[dim], span);
    int64_t &end = span < 0 ? lowest : highest;
    overflow |= AddOverflow(end, span, end);
  }
  overflow |= MulOverflow(lowest, elementBytes, begin);
  overflow |= SubOverflow(highest, lowest, span);
  overflow |= AddOverflow(span, int64_t(1), span);
  overflow |= MulOverflow(span, elementBytes, bytes);
  if (overflow)
    return createStringError("the memref is larger than an address can name");
  return HostRange{head->aligned + begin, static_cast<uint64_t>(bytes)};
}

} // namespace ts::rt
