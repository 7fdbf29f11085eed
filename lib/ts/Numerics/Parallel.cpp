//===- Parallel.cpp - Loops over the machine's cores ----------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Workers take the next index from a counter: rows of a masked check differ
// widely in their work.
//
//===----------------------------------------------------------------------===//

#include "ts/Numerics/Parallel.h"

#include "llvm/Support/ThreadPool.h"

#include <algorithm>
#include <atomic>

void ts::num::parallelFor(int64_t count,
                          llvm::function_ref<void(int64_t)> body) {
  if (count <= 1) {
    if (count == 1)
      body(0);
    return;
  }
  std::atomic<int64_t> next{0};
  auto worker = [&] {
    for (int64_t i = next++; i < count; i = next++)
      body(i);
  };
  llvm::DefaultThreadPool pool(llvm::hardware_concurrency());
  int64_t workers = std::min<int64_t>(count, pool.getMaxConcurrency());
  for (int64_t i = 0; i < workers; ++i)
    pool.async(worker);
  pool.wait();
}
