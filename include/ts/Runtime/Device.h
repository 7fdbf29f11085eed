//===- Device.h - What a kernel runs on ------------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// One interface for the CUDA driver (found at run time, never linked) and for
// the simulator. Knows nothing of MLIR.
//
//===----------------------------------------------------------------------===//

#ifndef TS_RUNTIME_DEVICE_H
#define TS_RUNTIME_DEVICE_H

#include "ts/Simulator/Simulator.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ts::rt {

using DeviceAddress = uint64_t;
using ModuleHandle = void *;
using KernelHandle = void *;

struct DeviceInfo {
  std::string kind;               ///< "cuda" or "sim"
  std::string name;               ///< "NVIDIA H200", "simulator"
  std::string driverVersion;      ///< "13.0", empty for sim
  std::string driverRelease;      ///< "580.159.04"; empty if nothing tells it
  unsigned computeCapability = 0; ///< 90 for sm_90; 0 for sim
  unsigned multiprocessors = 0;
  uint64_t sharedBytesPerBlock = 0; ///< opt-in maximum
  uint64_t totalBytes = 0;
  uint64_t l2Bytes = 0; ///< 0 for sim

  /// "580.159.04 (CUDA 13.0)", or "13.0".
  std::string describeDriver() const;
};

struct Launch {
  std::array<uint32_t, 3> grid{1, 1, 1}, block{1, 1, 1};
  uint32_t sharedBytes = 0;
  void **parameters = nullptr; ///< one pointer per kernel parameter
  /// Length of `parameters` where the caller knows it; the simulator refuses a
  /// launch with another number than the kernel declares.
  std::optional<uint64_t> parameterCount;
};

/// What the driver (or the simulator) says of a kernel.
struct KernelFacts {
  unsigned registers = 0, staticSharedBytes = 0, localBytes = 0;
};

class Device {
public:
  virtual ~Device();
  virtual const DeviceInfo &info() const = 0;

  virtual llvm::Expected<DeviceAddress> allocate(uint64_t bytes) = 0;
  virtual llvm::Error free(DeviceAddress address) = 0;
  /// True for an address of this device's memory, false for a host pointer.
  virtual bool owns(DeviceAddress address) const = 0;
  virtual llvm::Error copyToDevice(DeviceAddress to, const void *from,
                                   uint64_t bytes) = 0;
  virtual llvm::Error copyToHost(void *to, DeviceAddress from,
                                 uint64_t bytes) = 0;
  virtual llvm::Error copyOnDevice(DeviceAddress to, DeviceAddress from,
                                   uint64_t bytes) = 0;
  /// Repeats `pattern` (1, 2 or 4 bytes) `count` times.
  virtual llvm::Error fill(DeviceAddress to, llvm::ArrayRef<uint8_t> pattern,
                           uint64_t count) = 0;

  /// Memory that host and kernels reach by the same address. Refused, with the
  /// reason, by a device that has none.
  virtual llvm::Expected<DeviceAddress> allocateManaged(uint64_t bytes);
  /// Lets kernels reach host memory by its host address, until it is
  /// unregistered. Refused, with the reason, where they cannot.
  virtual llvm::Error registerHost(void *pointer, uint64_t bytes);
  virtual llvm::Error unregisterHost(void *pointer);

  /// PTX text or a cubin. A JIT failure carries the driver's log.
  virtual llvm::Expected<ModuleHandle> loadModule(llvm::StringRef image) = 0;
  virtual llvm::Error unloadModule(ModuleHandle module) = 0;
  virtual llvm::Expected<KernelHandle> getKernel(ModuleHandle module,
                                                 llvm::StringRef name) = 0;
  virtual KernelFacts facts(KernelHandle kernel) = 0;
  /// Asynchronous on cuda; raises the shared-memory limit when it must.
  virtual llvm::Error launch(KernelHandle kernel, const Launch &launch) = 0;
  virtual llvm::Error synchronize() = 0;

  /// Runs `work` and returns the milliseconds between the start of its first
  /// device command (launch, fill or copy) and the end of its last, by device
  /// events; the host's share before the first and after the last is excluded.
  /// 0 if `work` issues no command. The simulator has no GPU clock and returns
  /// the host's time inside its commands.
  virtual llvm::Expected<double>
  time(llvm::function_ref<llvm::Error()> work) = 0;
};

/// Opens CUDA device 0 through the driver `library`, a name or a path. The
/// error says which of these it was: no driver library, stub library, no GPU,
/// driver too old. All memory still allocated is freed with the device. The
/// driver's release is asked of the library `management`, if it is there.
llvm::Expected<std::unique_ptr<Device>>
openCudaDevice(llvm::StringRef library = "libcuda.so.1",
               llvm::StringRef management = "libnvidia-ml.so.1");

struct SimOptions {
  unsigned threads = 0; ///< host threads; 0 = one per core
  uint64_t sharedLimit = 227 * 1024;
  /// How tensor cores add up; the PTX's target says nothing of the chip that
  /// is meant.
  sim::MmaModel mma = sim::MmaModel::OfTarget;
  sim::Checks checks;
  bool profile = false; ///< counters of each line
  /// Told of each launch that ended without an error of its own.
  std::function<void(const sim::Module &module, llvm::StringRef kernel,
                     const sim::LaunchResult &result)>
      observe;
  /// Blocks to run of a launch of `total` blocks; empty result = all.
  std::function<std::vector<uint64_t>(uint64_t total)> sample;
};

/// The simulator as a device; findings of a launch become its error, and all
/// of them are kept in `results()`.
class SimDevice : public Device {
public:
  static std::unique_ptr<SimDevice> create(SimOptions options);
  virtual sim::Memory &memory() = 0;
  virtual llvm::ArrayRef<sim::LaunchResult> results() const = 0;
};

/// The device that the mgpu* entry points act on, for this process. Errors in
/// an entry point (they return nothing) are kept: the first one is returned by
/// `takeError`, and every call after it does nothing until it is taken.
void setCurrentDevice(Device *device);
llvm::Error takeError();

/// Name and address of every mgpu* entry point, to be given to a JIT.
struct EntryPoint {
  const char *name;
  void *address;
};
llvm::ArrayRef<EntryPoint> entryPoints();

} // namespace ts::rt

#endif // TS_RUNTIME_DEVICE_H
