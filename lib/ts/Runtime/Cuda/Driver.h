//===- Driver.h - The CUDA driver, found at run time -----------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The driver's calls as a table of function pointers. Linking the driver would
// make a tool unstartable on a machine without one, and including cuda.h would
// make the toolkit a build dependency; so the few types are declared here. A
// call can only be made through `Driver::call`, which checks its result.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_RUNTIME_CUDA_DRIVER_H
#define TS_LIB_RUNTIME_CUDA_DRIVER_H

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ts::rt::cuda {

using Result = int;
using Ordinal = int;
using Pointer = uint64_t;
using Context = struct OpaqueContext *;
using Stream = struct OpaqueStream *;
using Event = struct OpaqueEvent *;
using Module = struct OpaqueModule *;
using Function = struct OpaqueFunction *;

/// Values of the driver's result enumeration that the runtime tells apart.
enum Code : Result {
  Success = 0,
  OutOfMemory = 2,
  StubLibrary = 34,
  NoDevice = 100,
  UnsupportedPtx = 222,
};

/// Values of the driver's device attribute enumeration.
enum DeviceAttribute : int {
  MultiprocessorCount = 16,
  L2CacheSize = 38,
  ComputeCapabilityMajor = 75,
  ComputeCapabilityMinor = 76,
  MaxSharedMemoryPerBlockOptin = 97,
};

/// Values of the driver's function attribute enumeration.
enum FunctionAttribute : int {
  SharedSizeBytes = 1,
  LocalSizeBytes = 3,
  NumRegisters = 4,
  MaxDynamicSharedSizeBytes = 8,
};

/// Values of the driver's JIT option enumeration.
enum JitOption : int {
  InfoLogBuffer = 3,
  InfoLogBufferBytes = 4,
  ErrorLogBuffer = 5,
  ErrorLogBufferBytes = 6,
  LogVerbose = 12,
};

enum : unsigned {
  StreamNonBlocking = 1,
  HostRegisterPortable = 1,
  HostRegisterDeviceMap = 2,
  ManagedAttachGlobal = 1,
};

/// An open shared library; remembers the symbols it was found not to have.
class Library {
public:
  static llvm::Expected<std::unique_ptr<Library>> open(llvm::StringRef path);
  void *find(const char *symbol);

  std::string path;
  std::vector<std::string> missing;

private:
  void *handle = nullptr;
};

/// One driver call: its exported symbol and its address.
template <typename... Args>
struct Call {
  Call(Library &library, const char *symbol)
      : symbol(symbol),
        function(reinterpret_cast<Result (*)(Args...)>(library.find(symbol))) {}
  const char *symbol;
  Result (*function)(Args...);
};

/// The release of the driver, as "580.159.04", which is also that of its
/// compiler. Only the management library (NVML) tells it; empty without one.
std::string driverRelease(llvm::StringRef management);

/// The driver's calls that this runtime makes. A symbol ends in `_v2` where the
/// driver keeps an older form of the call under the plain name.
class Driver {
public:
  /// Loads and initialises the driver.
  static llvm::Expected<std::unique_ptr<Driver>> load(llvm::StringRef library);

  template <typename... Args>
  llvm::Error call(const Call<Args...> &call,
                   llvm::type_identity_t<Args>... args) const {
    Result result = call.function(args...);
    return result == Success ? llvm::Error::success()
                             : failure(call.symbol, result);
  }

  /// "cuLaunchKernel failed: CUDA_ERROR_... (701): what to do".
  llvm::Error failure(llvm::StringRef symbol, Result result) const;
  /// "13.0"
  std::string versionText() const;

private:
  explicit Driver(std::unique_ptr<Library> library);
  std::unique_ptr<Library> owned;
  Library &lib;
  int version = 0;

public:
  Call<unsigned> init{lib, "cuInit"};
  Call<int *> driverGetVersion{lib, "cuDriverGetVersion"};
  Call<Result, const char **> getErrorName{lib, "cuGetErrorName"};
  Call<int *> deviceGetCount{lib, "cuDeviceGetCount"};
  Call<Ordinal *, int> deviceGet{lib, "cuDeviceGet"};
  Call<char *, int, Ordinal> deviceGetName{lib, "cuDeviceGetName"};
  Call<int *, int, Ordinal> deviceGetAttribute{lib, "cuDeviceGetAttribute"};
  Call<size_t *, Ordinal> deviceTotalMem{lib, "cuDeviceTotalMem_v2"};
  Call<Context *, Ordinal> contextRetain{lib, "cuDevicePrimaryCtxRetain"};
  Call<Ordinal> contextRelease{lib, "cuDevicePrimaryCtxRelease_v2"};
  Call<Context> contextSetCurrent{lib, "cuCtxSetCurrent"};
  Call<Stream *, unsigned> streamCreate{lib, "cuStreamCreate"};
  Call<Stream> streamDestroy{lib, "cuStreamDestroy_v2"};
  Call<Stream> streamSynchronize{lib, "cuStreamSynchronize"};
  Call<Event *, unsigned> eventCreate{lib, "cuEventCreate"};
  Call<Event> eventDestroy{lib, "cuEventDestroy_v2"};
  Call<Event, Stream> eventRecord{lib, "cuEventRecord"};
  Call<Event> eventSynchronize{lib, "cuEventSynchronize"};
  Call<float *, Event, Event> eventElapsedTime{lib, "cuEventElapsedTime"};
  Call<Pointer *, size_t> memAlloc{lib, "cuMemAlloc_v2"};
  Call<Pointer *, size_t, unsigned> memAllocManaged{lib, "cuMemAllocManaged"};
  Call<Pointer> memFree{lib, "cuMemFree_v2"};
  Call<Pointer, const void *, size_t, Stream> //
      memcpyHtoD{lib, "cuMemcpyHtoDAsync_v2"};
  Call<void *, Pointer, size_t, Stream> memcpyDtoH{lib, "cuMemcpyDtoHAsync_v2"};
  Call<Pointer, Pointer, size_t, Stream> //
      memcpyDtoD{lib, "cuMemcpyDtoDAsync_v2"};
  Call<Pointer, uint8_t, size_t, Stream> memset8{lib, "cuMemsetD8Async"};
  Call<Pointer, uint16_t, size_t, Stream> memset16{lib, "cuMemsetD16Async"};
  Call<Pointer, uint32_t, size_t, Stream> memset32{lib, "cuMemsetD32Async"};
  Call<void *, size_t, unsigned> hostRegister{lib, "cuMemHostRegister_v2"};
  Call<void *> hostUnregister{lib, "cuMemHostUnregister"};
  Call<Pointer *, void *, unsigned> //
      hostGetDevicePointer{lib, "cuMemHostGetDevicePointer_v2"};
  Call<Module *, const void *, unsigned, int *, void **> //
      moduleLoad{lib, "cuModuleLoadDataEx"};
  Call<Module> moduleUnload{lib, "cuModuleUnload"};
  Call<Function *, Module, const char *> //
      moduleGetFunction{lib, "cuModuleGetFunction"};
  Call<int *, int, Function> functionGetAttribute{lib, "cuFuncGetAttribute"};
  Call<Function, int, int> functionSetAttribute{lib, "cuFuncSetAttribute"};
  Call<Function, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned,
       unsigned, Stream, void **, void **>
      launchKernel{lib, "cuLaunchKernel"};
};

/// The driver's name for a code and what to do about it; an empty name for a
/// code that needs no advice of its own.
struct CodeFacts {
  Result code;
  llvm::StringLiteral name, advice;
};
const CodeFacts *findCode(Result code);

} // namespace ts::rt::cuda

#endif // TS_LIB_RUNTIME_CUDA_DRIVER_H
