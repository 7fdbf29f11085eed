//===- Banks.h - Shared memory without bank conflicts ----------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Shared memory has 32 banks of 4 bytes. One request of a warp is served in
// parts: lanes with 8 bytes in two halves, with 16 bytes in four quarters, and
// within a part different words of one bank take turns (CUDA C++ Best Practices
// Guide, "Shared Memory"; measured for wide accesses).
//
//===----------------------------------------------------------------------===//

#ifndef TS_LAYOUT_BANKS_H
#define TS_LAYOUT_BANKS_H

#include "ts/Layout/Layout.h"

namespace ts {

/// The most words of one bank that one part of an access needs (1 = no
/// conflict), over all accesses of a matrix with `pitch` elements between rows
/// that is read or written as `layout` says, `width` columns at a time.
int64_t bankConflicts(const Layout &layout, int64_t pitch, int64_t width,
                      int64_t elementBytes);

/// The smallest distance of rows, at least `columns`, with the fewest
/// conflicts among those that keep `width` elements aligned.
int64_t bestPitch(const Layout &layout, int64_t columns, int64_t width,
                  int64_t elementBytes);

} // namespace ts

#endif // TS_LAYOUT_BANKS_H
