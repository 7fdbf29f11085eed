//===- Device.cpp - What every device has in common -----------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A device that cannot share memory with the host says so here, so that a file
// which asks for it fails with a reason instead of reading the wrong memory.
//
//===----------------------------------------------------------------------===//

#include "ts/Runtime/Device.h"

using namespace llvm;

namespace ts::rt {

std::string DeviceInfo::describeDriver() const {
  return driverRelease.empty()
             ? driverVersion
             : driverRelease + " (CUDA " + driverVersion + ")";
}

Device::~Device() = default;

Expected<DeviceAddress> Device::allocateManaged(uint64_t bytes) {
  return createStringError("device '" + info().name +
                           "' has no memory shared with the host: allocate "
                           "device memory and copy");
}

Error Device::registerHost(void *pointer, uint64_t bytes) {
  return createStringError("kernels on device '" + info().name +
                           "' cannot reach host memory: allocate device memory "
                           "and copy");
}

Error Device::unregisterHost(void *pointer) {
  return createStringError("host memory was never registered with device '" +
                           info().name + "'");
}

} // namespace ts::rt
