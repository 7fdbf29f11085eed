//===- CacheCleaner.cpp - An L2 without anybody's data --------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ts/Runner/CacheCleaner.h"

#include "Verifiers.h"

using namespace ts;
using llvm::Error;
using llvm::Expected;

static constexpr llvm::StringLiteral kernelText =
#include "ReadMemory.mlir.inc"
    ;

static constexpr uint32_t threadsPerBlock = 256;
/// Times the memory is read. The host takes about 0.1 ms from here until it has
/// queued the work to be timed; a GPU that idles meanwhile starts it slower (13
/// us of the headline problem on an H200, 10 us of a memset). One pass takes 30
/// us.
static constexpr unsigned passes = 16;
/// Enough loads in flight to read at full speed.
static constexpr uint32_t blocksPerMultiprocessor = 8;

CacheCleaner::~CacheCleaner() {
  if (memory)
    llvm::consumeError(device.free(memory));
  if (module)
    llvm::consumeError(device.unloadModule(module));
}

Error CacheCleaner::prepare() {
  Expected<std::string> ptx = compileRunnerKernel(kernelText);
  if (!ptx)
    return ptx.takeError();
  Expected<rt::ModuleHandle> loaded = device.loadModule(*ptx);
  if (!loaded)
    return loaded.takeError();
  module = *loaded;
  Expected<rt::KernelHandle> found = device.getKernel(module, "ts_read");
  if (!found)
    return found.takeError();
  kernel = *found;
  uint64_t bytes = 2 * device.info().l2Bytes;
  Expected<rt::DeviceAddress> allocated = device.allocate(bytes);
  if (!allocated)
    return allocated.takeError();
  memory = *allocated;
  words = bytes / sizeof(uint32_t);
  static constexpr uint8_t zero[4] = {};
  return device.fill(memory, zero, words);
}

Error CacheCleaner::clean() {
  void *parameters[] = {&memory, &words};
  rt::Launch launch;
  launch.grid = {device.info().multiprocessors * blocksPerMultiprocessor, 1, 1};
  launch.block = {threadsPerBlock, 1, 1};
  launch.parameters = parameters;
  launch.parameterCount = std::size(parameters);
  for (unsigned pass = 0; pass < passes; ++pass)
    if (Error error = device.launch(kernel, launch))
      return error;
  return Error::success();
}
