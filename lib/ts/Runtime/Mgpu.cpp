//===- Mgpu.cpp - The entry points that compiled host code calls ----------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Upstream's lowering of GPU host code calls functions with these names and
// signatures, which return no status. A call that fails leaves its error here
// and turns all later calls into no-ops, so that a failed launch is never
// followed by work on its missing results.
//
// A device has one stream on which everything runs in program order: streams
// and events are tokens, and waiting for any of them waits for the device.
//
//===----------------------------------------------------------------------===//

#include "MemRefRange.h"

#include "ts/Runtime/Device.h"

#include "llvm/Support/FormatVariadic.h"

#include <cstring>
#include <limits>

using namespace llvm;

namespace ts::rt {

namespace {
struct State {
  Device *device = nullptr;
  std::optional<std::string> error;
};
} // namespace

static State &state() {
  static State instance;
  return instance;
}

void setCurrentDevice(Device *device) { state().device = device; }

Error takeError() {
  if (!state().error)
    return Error::success();
  std::string text = std::move(*state().error);
  state().error.reset();
  return createStringError(text);
}

/// Runs the body of one entry point, unless one has failed before.
static void enter(const char *name, function_ref<Error(Device &)> body) {
  State &current = state();
  if (current.error)
    return;
  Error error = current.device ? body(*current.device)
                               : createStringError("no device is open");
  if (error)
    current.error = name + (": " + toString(std::move(error)));
}

/// As `enter`, for an entry point that returns a pointer; null if it failed.
template <typename T>
static void *enterFor(const char *name,
                      function_ref<Expected<T>(Device &)> body) {
  void *result = nullptr;
  enter(name, [&](Device &device) -> Error {
    Expected<T> value = body(device);
    if (!value)
      return value.takeError();
    result = (void *)*value;
    return Error::success();
  });
  return result;
}

static DeviceAddress addressOf(const void *pointer) {
  return reinterpret_cast<DeviceAddress>(pointer);
}

static Error copy(Device &device, void *to, void *from, size_t bytes) {
  bool toDevice = device.owns(addressOf(to));
  bool fromDevice = device.owns(addressOf(from));
  if (toDevice && fromDevice)
    return device.copyOnDevice(addressOf(to), addressOf(from), bytes);
  if (toDevice)
    return device.copyToDevice(addressOf(to), from, bytes);
  if (fromDevice)
    return device.copyToHost(to, addressOf(from), bytes);
  // Kernels may be writing to registered host memory.
  if (Error error = device.synchronize())
    return error;
  std::memmove(to, from, bytes);
  return Error::success();
}

/// Grid or block extents, which host code passes as 64-bit indices.
static Error narrow(StringRef what, std::array<intptr_t, 3> from,
                    std::array<uint32_t, 3> &to) {
  for (auto [axis, extent] : enumerate(from)) {
    if (extent < 0 || extent > std::numeric_limits<uint32_t>::max())
      return createStringError(
          formatv("{0} {1} is {2}, outside of what a GPU can launch", what,
                  StringRef("xyz").substr(axis, 1), extent)
              .str());
    to[axis] = static_cast<uint32_t>(extent);
  }
  return Error::success();
}

static Error launch(Device &device, void *kernel, std::array<intptr_t, 3> grid,
                    std::array<intptr_t, 3> block, int32_t sharedBytes,
                    void **parameters, void **extra,
                    std::optional<uint64_t> parameterCount) {
  Launch launch;
  if (Error error = narrow("grid", grid, launch.grid))
    return error;
  if (Error error = narrow("block", block, launch.block))
    return error;
  if (sharedBytes < 0)
    return createStringError(
        formatv("{0} bytes of dynamic shared memory", sharedBytes).str());
  if (extra)
    return createStringError("extra launch options are not supported");
  launch.sharedBytes = static_cast<uint32_t>(sharedBytes);
  launch.parameters = parameters;
  launch.parameterCount = parameterCount;
  return device.launch(kernel, launch);
}

static Error withRange(int64_t rank, void *descriptor, int64_t elementBytes,
                       function_ref<Error(HostRange)> body) {
  Expected<HostRange> range = rangeOfMemRef(rank, descriptor, elementBytes);
  if (!range)
    return range.takeError();
  return range->bytes == 0 ? Error::success() : body(*range);
}

extern "C" {

static void *mgpuModuleLoad(void *data, size_t bytes) {
  return enterFor<ModuleHandle>("mgpuModuleLoad", [&](Device &device) {
    return device.loadModule(StringRef(static_cast<char *>(data), bytes));
  });
}

// The level is what the PTX was optimised with already; the driver's compiler
// stays at its own highest level.
static void *mgpuModuleLoadJIT(void *data, int optLevel) {
  return enterFor<ModuleHandle>("mgpuModuleLoadJIT", [&](Device &device) {
    return device.loadModule(static_cast<char *>(data));
  });
}

// Runs when host code is torn down too, possibly after its device: the device
// has then unloaded its modules itself.
static void mgpuModuleUnload(void *module) {
  if (!module || !state().device)
    return;
  enter("mgpuModuleUnload",
        [&](Device &device) { return device.unloadModule(module); });
}

static void *mgpuModuleGetFunction(void *module, const char *name) {
  return enterFor<KernelHandle>("mgpuModuleGetFunction", [&](Device &device) {
    return device.getKernel(module, name);
  });
}

static void mgpuLaunchKernel(void *function, intptr_t gridX, intptr_t gridY,
                             intptr_t gridZ, intptr_t blockX, intptr_t blockY,
                             intptr_t blockZ, int32_t sharedBytes, void *stream,
                             void **parameters, void **extra,
                             size_t parameterCount) {
  enter("mgpuLaunchKernel", [&](Device &device) {
    return launch(device, function, {gridX, gridY, gridZ},
                  {blockX, blockY, blockZ}, sharedBytes, parameters, extra,
                  parameterCount);
  });
}

static void mgpuLaunchClusterKernel(void *function, intptr_t clusterX,
                                    intptr_t clusterY, intptr_t clusterZ,
                                    intptr_t gridX, intptr_t gridY,
                                    intptr_t gridZ, intptr_t blockX,
                                    intptr_t blockY, intptr_t blockZ,
                                    int32_t sharedBytes, void *stream,
                                    void **parameters, void **extra) {
  enter("mgpuLaunchClusterKernel", [&](Device &device) -> Error {
    if (clusterX != 1 || clusterY != 1 || clusterZ != 1)
      return createStringError(
          formatv("clusters of {0} x {1} x {2} blocks are not supported",
                  clusterX, clusterY, clusterZ)
              .str());
    return launch(device, function, {gridX, gridY, gridZ},
                  {blockX, blockY, blockZ}, sharedBytes, parameters, extra,
                  std::nullopt);
  });
}

static void *mgpuStreamCreate() { return &state(); }
static void mgpuStreamDestroy(void *stream) {}
static void mgpuStreamSynchronize(void *stream) {
  enter("mgpuStreamSynchronize",
        [](Device &device) { return device.synchronize(); });
}
static void mgpuStreamWaitEvent(void *stream, void *event) {}

static void *mgpuEventCreate() { return &state(); }
static void mgpuEventDestroy(void *event) {}
static void mgpuEventSynchronize(void *event) {
  enter("mgpuEventSynchronize",
        [](Device &device) { return device.synchronize(); });
}
static void mgpuEventRecord(void *event, void *stream) {}

static void *mgpuMemAlloc(uint64_t bytes, void *stream, bool hostShared) {
  return enterFor<DeviceAddress>("mgpuMemAlloc", [&](Device &device) {
    return hostShared ? device.allocateManaged(bytes) : device.allocate(bytes);
  });
}

static void mgpuMemFree(void *pointer, void *stream) {
  if (!pointer)
    return;
  enter("mgpuMemFree",
        [&](Device &device) { return device.free(addressOf(pointer)); });
}

static void mgpuMemcpy(void *to, void *from, size_t bytes, void *stream) {
  if (bytes == 0)
    return;
  enter("mgpuMemcpy",
        [&](Device &device) { return copy(device, to, from, bytes); });
}

static void mgpuMemset32(void *to, unsigned value, size_t count, void *stream) {
  enter("mgpuMemset32", [&](Device &device) {
    uint8_t pattern[4];
    std::memcpy(pattern, &value, sizeof(pattern));
    return device.fill(addressOf(to), pattern, count);
  });
}

static void mgpuMemset16(void *to, unsigned short value, size_t count,
                         void *stream) {
  enter("mgpuMemset16", [&](Device &device) {
    uint8_t pattern[2];
    std::memcpy(pattern, &value, sizeof(pattern));
    return device.fill(addressOf(to), pattern, count);
  });
}

static void mgpuMemHostRegister(void *pointer, uint64_t bytes) {
  enter("mgpuMemHostRegister",
        [&](Device &device) { return device.registerHost(pointer, bytes); });
}

static void mgpuMemHostUnregister(void *pointer) {
  enter("mgpuMemHostUnregister",
        [&](Device &device) { return device.unregisterHost(pointer); });
}

static void mgpuMemHostRegisterMemRef(int64_t rank, void *descriptor,
                                      int64_t elementBytes) {
  enter("mgpuMemHostRegisterMemRef", [&](Device &device) {
    return withRange(rank, descriptor, elementBytes, [&](HostRange range) {
      return device.registerHost(range.begin, range.bytes);
    });
  });
}

static void mgpuMemHostUnregisterMemRef(int64_t rank, void *descriptor,
                                        int64_t elementBytes) {
  enter("mgpuMemHostUnregisterMemRef", [&](Device &device) {
    return withRange(rank, descriptor, elementBytes, [&](HostRange range) {
      return device.unregisterHost(range.begin);
    });
  });
}

static void mgpuSetDefaultDevice(int32_t number) {
  enter("mgpuSetDefaultDevice", [&](Device &device) {
    return number == 0 ? Error::success()
                       : createStringError(formatv("device {0} was asked for, "
                                                   "and only device 0 is used",
                                                   number)
                                               .str());
  });
}

} // extern "C"

ArrayRef<EntryPoint> entryPoints() {
#define TS_ENTRY_POINT(name)                                                   \
  { #name, reinterpret_cast < void *>(name) }
  static const EntryPoint table[] = {
      TS_ENTRY_POINT(mgpuModuleLoad),
      TS_ENTRY_POINT(mgpuModuleLoadJIT),
      TS_ENTRY_POINT(mgpuModuleUnload),
      TS_ENTRY_POINT(mgpuModuleGetFunction),
      TS_ENTRY_POINT(mgpuLaunchKernel),
      TS_ENTRY_POINT(mgpuLaunchClusterKernel),
      TS_ENTRY_POINT(mgpuStreamCreate),
      TS_ENTRY_POINT(mgpuStreamDestroy),
      TS_ENTRY_POINT(mgpuStreamSynchronize),
      TS_ENTRY_POINT(mgpuStreamWaitEvent),
      TS_ENTRY_POINT(mgpuEventCreate),
      TS_ENTRY_POINT(mgpuEventDestroy),
      TS_ENTRY_POINT(mgpuEventSynchronize),
      TS_ENTRY_POINT(mgpuEventRecord),
      TS_ENTRY_POINT(mgpuMemAlloc),
      TS_ENTRY_POINT(mgpuMemFree),
      TS_ENTRY_POINT(mgpuMemcpy),
      TS_ENTRY_POINT(mgpuMemset32),
      TS_ENTRY_POINT(mgpuMemset16),
      TS_ENTRY_POINT(mgpuMemHostRegister),
      TS_ENTRY_POINT(mgpuMemHostUnregister),
      TS_ENTRY_POINT(mgpuMemHostRegisterMemRef),
      TS_ENTRY_POINT(mgpuMemHostUnregisterMemRef),
      TS_ENTRY_POINT(mgpuSetDefaultDevice),
  };
#undef TS_ENTRY_POINT
  return table;
}

} // namespace ts::rt
