//===- CacheCleaner.h - An L2 without anybody's data -----------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Filling scratch memory removes a run's data from the L2, but leaves lines
// that still have to be written to memory, and the timed run then pays for
// that: on an H200 3 % of the headline problem (the kernel's streaming stores
// are evicted before the old lines, so that it has less of the cache to collect
// them in). Reading other memory afterwards leaves the cache cold and clean,
// and the GPU busy until the work to be timed is queued.
//
//===----------------------------------------------------------------------===//

#ifndef TS_RUNNER_CACHECLEANER_H
#define TS_RUNNER_CACHECLEANER_H

#include "ts/Runtime/Device.h"

namespace ts {

/// Memory of twice the L2 and the kernel that reads it.
class CacheCleaner {
public:
  explicit CacheCleaner(rt::Device &device) : device(device) {}
  ~CacheCleaner();

  /// Allocates and compiles; to be called once.
  llvm::Error prepare();
  /// Puts the reads on the device's queue.
  llvm::Error clean();

private:
  rt::Device &device;
  rt::ModuleHandle module = nullptr;
  rt::KernelHandle kernel = nullptr;
  rt::DeviceAddress memory = 0;
  uint64_t words = 0;
};

} // namespace ts

#endif // TS_RUNNER_CACHECLEANER_H
