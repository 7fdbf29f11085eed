//===- CudaDevice.h - A GPU behind the CUDA driver -------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// All commands go to one stream of the runtime's own, so that they run in
// program order and two events around them measure them and nothing else.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_RUNTIME_CUDA_CUDADEVICE_H
#define TS_LIB_RUNTIME_CUDA_CUDADEVICE_H

#include "Driver.h"

#include "ts/Runtime/Device.h"

#include <map>

namespace ts::rt::cuda {

/// What a KernelHandle of this device points to.
struct Kernel {
  std::string name;
  Module module;
  Function function;
  KernelFacts facts;
  uint32_t dynamicLimit; ///< dynamic shared bytes allowed so far
};

class CudaDevice final : public Device {
public:
  static llvm::Expected<std::unique_ptr<Device>>
  open(llvm::StringRef library, llvm::StringRef management);
  ~CudaDevice() override;
  const DeviceInfo &info() const override { return deviceInfo; }

  llvm::Expected<DeviceAddress> allocate(uint64_t bytes) override;
  llvm::Expected<DeviceAddress> allocateManaged(uint64_t bytes) override;
  llvm::Error free(DeviceAddress address) override;
  bool owns(DeviceAddress address) const override;
  llvm::Error copyToDevice(DeviceAddress to, const void *from,
                           uint64_t bytes) override;
  llvm::Error copyToHost(void *to, DeviceAddress from, uint64_t bytes) override;
  llvm::Error copyOnDevice(DeviceAddress to, DeviceAddress from,
                           uint64_t bytes) override;
  llvm::Error fill(DeviceAddress to, llvm::ArrayRef<uint8_t> pattern,
                   uint64_t count) override;
  llvm::Error registerHost(void *pointer, uint64_t bytes) override;
  llvm::Error unregisterHost(void *pointer) override;

  llvm::Expected<ModuleHandle> loadModule(llvm::StringRef image) override;
  llvm::Error unloadModule(ModuleHandle module) override;
  llvm::Expected<KernelHandle> getKernel(ModuleHandle module,
                                         llvm::StringRef name) override;
  KernelFacts facts(KernelHandle kernel) override;
  llvm::Error launch(KernelHandle kernel, const Launch &launch) override;
  llvm::Error synchronize() override;
  llvm::Expected<double> time(llvm::function_ref<llvm::Error()> work) override;

private:
  explicit CudaDevice(std::unique_ptr<Driver> driver);
  llvm::Error openFirstDevice();
  llvm::Error readInfo();
  llvm::Expected<int> attribute(DeviceAttribute attribute);

  /// Makes the GPU's context the one of the calling thread.
  llvm::Error enter();
  /// Issues a command to the stream, with the events of `time` around it.
  llvm::Error command(llvm::function_ref<llvm::Error()> issue);
  llvm::Error remember(llvm::Expected<DeviceAddress> address, uint64_t bytes);
  /// Refuses a range that begins inside an allocation and ends after it.
  llvm::Error checkRange(DeviceAddress address, uint64_t bytes) const;
  std::map<DeviceAddress, uint64_t>::const_iterator
  find(DeviceAddress address) const;

  Kernel *findKernel(KernelHandle handle);
  llvm::Expected<KernelFacts> readFacts(Function function);
  /// Raises the kernel's limit of dynamic shared memory where it must be.
  llvm::Error allowShared(Kernel &kernel, uint32_t dynamicBytes);
  /// An error of a wait, with the kernel that was launched last.
  llvm::Error withLastKernel(llvm::Error error) const;

  std::unique_ptr<Driver> driver;
  DeviceInfo deviceInfo;
  Ordinal ordinal = 0;
  Context context = nullptr;
  Stream stream = nullptr;
  Event first = nullptr, last = nullptr;
  enum class Timing { Off, Armed, Running } timing = Timing::Off;

  std::map<DeviceAddress, uint64_t> allocations; ///< address to bytes
  std::vector<void *> registered;                ///< host memory
  std::vector<Module> modules;
  std::vector<std::unique_ptr<Kernel>> kernels;
  std::string lastKernel;
  Launch lastLaunch;
};

} // namespace ts::rt::cuda

#endif // TS_LIB_RUNTIME_CUDA_CUDADEVICE_H
