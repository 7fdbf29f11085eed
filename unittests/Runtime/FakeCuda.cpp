//===- FakeCuda.cpp - A CUDA driver in host memory ------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A shared library with the driver's symbols, so that every line of the
// runtime's CUDA layer runs in tests on a machine without a GPU. Its one
// kernel, `store(u64 address, u32 value)`, writes the value to the address.
//
//===----------------------------------------------------------------------===//

#include "FakeCuda.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <sstream>

using ts::fake::Cuda;

// The handles as the runtime declares them: UBSan compares the types of a
// function and of the pointer that it is called through.
namespace ts::rt::cuda {
using Context = struct OpaqueContext *;
using Stream = struct OpaqueStream *;
using Event = struct OpaqueEvent *;
using Module = struct OpaqueModule *;
using Function = struct OpaqueFunction *;
} // namespace ts::rt::cuda
using namespace ts::rt::cuda;

static Cuda &fake() {
  static Cuda instance;
  return instance;
}

extern "C" Cuda *tsFakeCuda() { return &fake(); }

/// The code that the call shall fail with, or 0.
static int failureOf(const char *symbol) {
  auto found = fake().failures.find(symbol);
  if (found == fake().failures.end())
    return 0;
  return found->second.after > 0 ? (--found->second.after, 0)
                                 : found->second.code;
}

/// Notes the call too.
static int note(const char *symbol) {
  fake().calls.push_back(symbol);
  return failureOf(symbol);
}

template <typename... Args>
static void command(double duration, const Args &...args) {
  std::ostringstream text;
  ((text << args << ' '), ...);
  std::string line = text.str();
  line.pop_back();
  fake().commands.push_back(line);
  fake().now += duration;
}

/// Handles are never null, and those of one kind never repeat.
template <typename Handle>
static void makeHandle(Handle *handle) {
  static uintptr_t next = 0x1000;
  *handle = reinterpret_cast<Handle>(next += 16);
}

static std::map<void *, double> &eventTimes() {
  static std::map<void *, double> times;
  return times;
}

template <typename T>
static void fillWith(uint64_t to, T value, size_t count) {
  std::fill_n(reinterpret_cast<T *>(to), count, value);
}

static int allocate(uint64_t *address, size_t bytes) {
  void *memory = std::calloc(bytes, 1);
  *address = reinterpret_cast<uint64_t>(memory);
  fake().memory[*address] = bytes;
  return 0;
}

#define NOTE(symbol)                                                           \
  if (int code = note(symbol))                                                 \
  return code

extern "C" {

int cuInit(unsigned flags) { return note("cuInit"); }

int cuDriverGetVersion(int *version) {
  NOTE("cuDriverGetVersion");
  *version = fake().driverVersion;
  return 0;
}

// The management library; its failures are none of opening a device.
int nvmlInit_v2() { return failureOf("nvmlInit_v2"); }

int nvmlSystemGetDriverVersion(char *version, unsigned bytes) {
  if (int code = failureOf("nvmlSystemGetDriverVersion"))
    return code;
  std::strncpy(version, "580.1.2", bytes);
  return 0;
}

int nvmlShutdown() { return failureOf("nvmlShutdown"); }

int cuGetErrorName(int code, const char **name) {
  if (code != 4242)
    return 1;
  *name = "CUDA_ERROR_FROM_TOMORROW";
  return 0;
}

int cuDeviceGetCount(int *count) {
  NOTE("cuDeviceGetCount");
  *count = fake().deviceCount;
  return 0;
}

int cuDeviceGet(int *device, int ordinal) {
  NOTE("cuDeviceGet");
  *device = ordinal + 7;
  return 0;
}

int cuDeviceGetName(char *name, int bytes, int device) {
  NOTE("cuDeviceGetName");
  std::strncpy(name, "Fake GPU", bytes);
  return device == 7 ? 0 : 101;
}

int cuDeviceGetAttribute(int *value, int attribute, int device) {
  NOTE("cuDeviceGetAttribute");
  auto found = fake().deviceAttributes.find(attribute);
  if (found == fake().deviceAttributes.end())
    return 1;
  *value = found->second;
  return device == 7 ? 0 : 101;
}

int cuDeviceTotalMem_v2(size_t *bytes, int device) {
  NOTE("cuDeviceTotalMem_v2");
  *bytes = size_t(141) << 30;
  return 0;
}

int cuDevicePrimaryCtxRetain(Context *context, int device) {
  NOTE("cuDevicePrimaryCtxRetain");
  makeHandle(context);
  ++fake().contexts;
  return 0;
}

int cuDevicePrimaryCtxRelease_v2(int device) {
  NOTE("cuDevicePrimaryCtxRelease_v2");
  --fake().contexts;
  return 0;
}

int cuCtxSetCurrent(Context context) { return note("cuCtxSetCurrent"); }

int cuStreamCreate(Stream *stream, unsigned flags) {
  NOTE("cuStreamCreate");
  makeHandle(stream);
  ++fake().streams;
  return 0;
}

int cuStreamDestroy_v2(Stream stream) {
  NOTE("cuStreamDestroy_v2");
  --fake().streams;
  return 0;
}

int cuStreamSynchronize(Stream stream) { return note("cuStreamSynchronize"); }

int cuEventCreate(Event *event, unsigned flags) {
  NOTE("cuEventCreate");
  makeHandle(event);
  ++fake().events;
  return 0;
}

int cuEventDestroy_v2(Event event) {
  NOTE("cuEventDestroy_v2");
  --fake().events;
  return 0;
}

int cuEventRecord(Event event, Stream stream) {
  NOTE("cuEventRecord");
  fake().commands.push_back("record");
  eventTimes()[event] = fake().now;
  return 0;
}

int cuEventSynchronize(Event event) { return note("cuEventSynchronize"); }

int cuEventElapsedTime(float *milliseconds, Event first, Event last) {
  NOTE("cuEventElapsedTime");
  *milliseconds = float(eventTimes().at(last) - eventTimes().at(first));
  return 0;
}

int cuMemAlloc_v2(uint64_t *address, size_t bytes) {
  NOTE("cuMemAlloc_v2");
  return bytes == 0 ? 1 : allocate(address, bytes);
}

int cuMemAllocManaged(uint64_t *address, size_t bytes, unsigned flags) {
  NOTE("cuMemAllocManaged");
  return bytes == 0 || flags != 1 ? 1 : allocate(address, bytes);
}

int cuMemFree_v2(uint64_t address) {
  NOTE("cuMemFree_v2");
  if (fake().memory.erase(address) == 0)
    return 1;
  std::free(reinterpret_cast<void *>(address));
  return 0;
}

int cuMemcpyHtoDAsync_v2(uint64_t to, const void *from, size_t bytes,
                         Stream stream) {
  NOTE("cuMemcpyHtoDAsync_v2");
  std::memcpy(reinterpret_cast<void *>(to), from, bytes);
  command(fake().copyDuration, "host to device", bytes);
  return 0;
}

int cuMemcpyDtoHAsync_v2(void *to, uint64_t from, size_t bytes, Stream stream) {
  NOTE("cuMemcpyDtoHAsync_v2");
  std::memcpy(to, reinterpret_cast<void *>(from), bytes);
  command(fake().copyDuration, "device to host", bytes);
  return 0;
}

int cuMemcpyDtoDAsync_v2(uint64_t to, uint64_t from, size_t bytes,
                         Stream stream) {
  NOTE("cuMemcpyDtoDAsync_v2");
  std::memcpy(reinterpret_cast<void *>(to), reinterpret_cast<void *>(from),
              bytes);
  command(fake().copyDuration, "device to device", bytes);
  return 0;
}

int cuMemsetD8Async(uint64_t to, uint8_t value, size_t count, Stream stream) {
  NOTE("cuMemsetD8Async");
  fillWith(to, value, count);
  command(fake().fillDuration, "fill8", count);
  return 0;
}

int cuMemsetD16Async(uint64_t to, uint16_t value, size_t count, Stream stream) {
  NOTE("cuMemsetD16Async");
  fillWith(to, value, count);
  command(fake().fillDuration, "fill16", count);
  return 0;
}

int cuMemsetD32Async(uint64_t to, uint32_t value, size_t count, Stream stream) {
  NOTE("cuMemsetD32Async");
  fillWith(to, value, count);
  command(fake().fillDuration, "fill32", count);
  return 0;
}

int cuMemHostRegister_v2(void *pointer, size_t bytes, unsigned flags) {
  NOTE("cuMemHostRegister_v2");
  fake().registered.push_back(pointer);
  command(0, "register", bytes);
  return 0;
}

int cuMemHostUnregister(void *pointer) {
  NOTE("cuMemHostUnregister");
  auto &registered = fake().registered;
  auto found = std::find(registered.begin(), registered.end(), pointer);
  if (found == registered.end())
    return 713;
  registered.erase(found);
  return 0;
}

int cuMemHostGetDevicePointer_v2(uint64_t *address, void *pointer,
                                 unsigned flags) {
  NOTE("cuMemHostGetDevicePointer_v2");
  *address = reinterpret_cast<uint64_t>(pointer) + fake().hostShift;
  return 0;
}

int cuModuleLoadDataEx(Module *module, const void *image, unsigned count,
                       int *options, void **values) {
  fake().lastImage = static_cast<const char *>(image);
  char *buffers[7] = {};
  size_t bytes[7] = {};
  for (unsigned i = 0; i < count; ++i) {
    if (options[i] == 3 || options[i] == 5)
      buffers[options[i]] = static_cast<char *>(values[i]);
    if (options[i] == 4 || options[i] == 6)
      bytes[options[i]] = reinterpret_cast<uintptr_t>(values[i]);
  }
  // Buffers and their sizes belong together, and a log never overruns one.
  for (auto [buffer, log] : {std::pair(3, fake().infoLog), //
                             std::pair(5, fake().errorLog)}) {
    size_t length = std::min(log.size(), bytes[buffer + 1]);
    if (buffers[buffer])
      std::memcpy(buffers[buffer], log.data(), length);
  }
  NOTE("cuModuleLoadDataEx");
  makeHandle(module);
  ++fake().modules;
  return 0;
}

int cuModuleUnload(Module module) {
  NOTE("cuModuleUnload");
  --fake().modules;
  return 0;
}

int cuModuleGetFunction(Function *function, Module module, const char *name) {
  NOTE("cuModuleGetFunction");
  if (std::strcmp(name, "store") != 0)
    return 500;
  makeHandle(function);
  return 0;
}

int cuFuncGetAttribute(int *value, int attribute, Function function) {
  NOTE("cuFuncGetAttribute");
  *value = fake().functionAttributes.at(attribute);
  return 0;
}

int cuFuncSetAttribute(Function function, int attribute, int value) {
  NOTE("cuFuncSetAttribute");
  command(0, "attribute", attribute, value);
  return 0;
}

int cuLaunchKernel(Function function, unsigned gx, unsigned gy, unsigned gz,
                   unsigned bx, unsigned by, unsigned bz, unsigned shared,
                   Stream stream, void **parameters, void **extra) {
  NOTE("cuLaunchKernel");
  uint64_t address;
  uint32_t value;
  std::memcpy(&address, parameters[0], sizeof(address));
  std::memcpy(&value, parameters[1], sizeof(value));
  std::memcpy(reinterpret_cast<void *>(address), &value, sizeof(value));
  command(fake().launchDuration, "launch", gx, gy, gz, bx, by, bz, shared);
  return 0;
}

} // extern "C"
