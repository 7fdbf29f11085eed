//===- Parallel.h - Loops over the machine's cores -------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// One loop, so that generators and references share one way to use threads.
//
//===----------------------------------------------------------------------===//

#ifndef TS_NUMERICS_PARALLEL_H
#define TS_NUMERICS_PARALLEL_H

#include "llvm/ADT/STLFunctionalExtras.h"

#include <cstdint>

namespace ts::num {

/// Calls `body(i)` once for every i in [0, count), in any order, on all cores.
void parallelFor(int64_t count, llvm::function_ref<void(int64_t)> body);

} // namespace ts::num

#endif // TS_NUMERICS_PARALLEL_H
