//===- HostDevice.h - A device for tests ------------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Host memory behind the device interface: lets the runner be tested without
// kernels.
//
//===----------------------------------------------------------------------===//

#ifndef TS_UNITTESTS_RUNNER_HOSTDEVICE_H
#define TS_UNITTESTS_RUNNER_HOSTDEVICE_H

#include "ts/Runtime/Device.h"

#include <cstring>
#include <map>

/// Allocations are vectors; there is nothing to launch.
class HostDevice : public ts::rt::Device {
public:
  HostDevice() {
    deviceInfo.kind = "host";
    deviceInfo.name = "host";
  }
  const ts::rt::DeviceInfo &info() const override { return deviceInfo; }
  llvm::Expected<ts::rt::DeviceAddress> allocate(uint64_t bytes) override {
    std::vector<uint8_t> memory(bytes + 1);
    auto address = reinterpret_cast<ts::rt::DeviceAddress>(memory.data());
    blocks.emplace(address, std::move(memory));
    return address;
  }
  llvm::Error free(ts::rt::DeviceAddress address) override {
    blocks.erase(address);
    return llvm::Error::success();
  }
  bool owns(ts::rt::DeviceAddress) const override { return true; }
  llvm::Error copyToDevice(ts::rt::DeviceAddress to, const void *from,
                           uint64_t bytes) override {
    std::memcpy(reinterpret_cast<void *>(to), from, bytes);
    return llvm::Error::success();
  }
  llvm::Error copyToHost(void *to, ts::rt::DeviceAddress from,
                         uint64_t bytes) override {
    std::memcpy(to, reinterpret_cast<void *>(from), bytes);
    return llvm::Error::success();
  }
  llvm::Error copyOnDevice(ts::rt::DeviceAddress to, ts::rt::DeviceAddress from,
                           uint64_t bytes) override {
    return copyToDevice(to, reinterpret_cast<void *>(from), bytes);
  }
  llvm::Error fill(ts::rt::DeviceAddress to, llvm::ArrayRef<uint8_t> pattern,
                   uint64_t count) override {
    for (uint64_t i = 0; i < count; ++i)
      std::memcpy(reinterpret_cast<uint8_t *>(to) + i * pattern.size(),
                  pattern.data(), pattern.size());
    return llvm::Error::success();
  }
  llvm::Expected<ts::rt::ModuleHandle> loadModule(llvm::StringRef) override {
    return llvm::createStringError("no modules here");
  }
  llvm::Error unloadModule(ts::rt::ModuleHandle) override {
    return llvm::Error::success();
  }
  llvm::Expected<ts::rt::KernelHandle> getKernel(ts::rt::ModuleHandle,
                                                 llvm::StringRef) override {
    return llvm::createStringError("no kernels here");
  }
  ts::rt::KernelFacts facts(ts::rt::KernelHandle) override { return {}; }
  llvm::Error launch(ts::rt::KernelHandle, const ts::rt::Launch &) override {
    return llvm::createStringError("nothing to launch");
  }
  llvm::Error synchronize() override { return llvm::Error::success(); }
  llvm::Expected<double> time(llvm::function_ref<llvm::Error()> work) override {
    if (llvm::Error error = work())
      return std::move(error);
    return 1.0;
  }

private:
  ts::rt::DeviceInfo deviceInfo;
  std::map<ts::rt::DeviceAddress, std::vector<uint8_t>> blocks;
};

#endif // TS_UNITTESTS_RUNNER_HOSTDEVICE_H
