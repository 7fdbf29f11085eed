//===- CudaDevice.cpp - Opening, closing and timing a GPU -----------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The life of the device and its one stream. Device 0 is the first one that
// CUDA_VISIBLE_DEVICES shows.
//
//===----------------------------------------------------------------------===//

#include "CudaDevice.h"
#include "../Checks.h"

using namespace llvm;

namespace ts::rt {

Expected<std::unique_ptr<Device>> openCudaDevice(StringRef library,
                                                 StringRef management) {
  return cuda::CudaDevice::open(library, management);
}

} // namespace ts::rt

namespace ts::rt::cuda {

CudaDevice::CudaDevice(std::unique_ptr<Driver> driver)
    : driver(std::move(driver)) {}

Expected<std::unique_ptr<Device>> CudaDevice::open(StringRef library,
                                                   StringRef management) {
  Expected<std::unique_ptr<Driver>> driver = Driver::load(library);
  if (!driver)
    return driver.takeError();
  std::unique_ptr<CudaDevice> device(new CudaDevice(std::move(*driver)));
  if (Error error = device->openFirstDevice())
    return std::move(error);
  device->deviceInfo.driverRelease = driverRelease(management);
  return std::move(device);
}

Error CudaDevice::openFirstDevice() {
  int count = 0;
  if (Error error = driver->call(driver->deviceGetCount, &count))
    return error;
  if (count == 0)
    return driver->failure(driver->deviceGetCount.symbol, NoDevice);
  if (Error error = driver->call(driver->deviceGet, &ordinal, 0))
    return error;
  if (Error error = readInfo())
    return error;
  if (Error error = driver->call(driver->contextRetain, &context, ordinal))
    return error;
  if (Error error = enter())
    return error;
  if (Error error =
          driver->call(driver->streamCreate, &stream, StreamNonBlocking))
    return error;
  if (Error error = driver->call(driver->eventCreate, &first, 0))
    return error;
  return driver->call(driver->eventCreate, &last, 0);
}

Expected<int> CudaDevice::attribute(DeviceAttribute attribute) {
  int value = 0;
  if (Error error =
          driver->call(driver->deviceGetAttribute, &value, attribute, ordinal))
    return std::move(error);
  return value;
}

Error CudaDevice::readInfo() {
  char name[256] = {};
  if (Error error =
          driver->call(driver->deviceGetName, name, sizeof(name) - 1, ordinal))
    return error;
  size_t totalBytes = 0;
  if (Error error = driver->call(driver->deviceTotalMem, &totalBytes, ordinal))
    return error;
  int major = 0, minor = 0, multiprocessors = 0, sharedBytes = 0, l2Bytes = 0;
  const std::pair<DeviceAttribute, int *> wanted[] = {
      {ComputeCapabilityMajor, &major},
      {ComputeCapabilityMinor, &minor},
      {MultiprocessorCount, &multiprocessors},
      {MaxSharedMemoryPerBlockOptin, &sharedBytes},
      {L2CacheSize, &l2Bytes}};
  for (auto [which, value] : wanted) {
    Expected<int> read = attribute(which);
    if (!read)
      return read.takeError();
    *value = *read;
  }
  deviceInfo.kind = "cuda";
  deviceInfo.name = name;
  deviceInfo.driverVersion = driver->versionText();
  deviceInfo.computeCapability = major * 10 + minor;
  deviceInfo.multiprocessors = multiprocessors;
  deviceInfo.sharedBytesPerBlock = sharedBytes;
  deviceInfo.totalBytes = totalBytes;
  deviceInfo.l2Bytes = l2Bytes;
  return Error::success();
}

CudaDevice::~CudaDevice() {
  if (!context)
    return;
  // After a lost GPU every call fails with the same error, which was reported
  // when it was met first.
  auto release = [](Error error) { consumeError(std::move(error)); };
  release(enter());
  if (stream)
    release(driver->call(driver->streamSynchronize, stream));
  for (auto [address, bytes] : allocations)
    release(driver->call(driver->memFree, address));
  for (void *pointer : registered)
    release(driver->call(driver->hostUnregister, pointer));
  for (Module module : modules)
    release(driver->call(driver->moduleUnload, module));
  for (Event event : {first, last})
    if (event)
      release(driver->call(driver->eventDestroy, event));
  if (stream)
    release(driver->call(driver->streamDestroy, stream));
  release(driver->call(driver->contextRelease, ordinal));
}

Error CudaDevice::enter() {
  return driver->call(driver->contextSetCurrent, context);
}

Error CudaDevice::command(function_ref<Error()> issue) {
  if (Error error = enter())
    return error;
  if (timing == Timing::Armed) {
    if (Error error = driver->call(driver->eventRecord, first, stream))
      return error;
    timing = Timing::Running;
  }
  if (Error error = issue())
    return error;
  // Recorded anew after every command, so that what the host does after the
  // last one is not measured.
  if (timing == Timing::Running)
    return driver->call(driver->eventRecord, last, stream);
  return Error::success();
}

Error CudaDevice::withLastKernel(Error error) const {
  if (!error || lastKernel.empty())
    return error;
  return createStringError(toString(std::move(error)) + "; launched last: " +
                           describe(lastKernel, lastLaunch));
}

Error CudaDevice::synchronize() {
  if (Error error = enter())
    return error;
  return withLastKernel(driver->call(driver->streamSynchronize, stream));
}

Expected<double> CudaDevice::time(function_ref<Error()> work) {
  if (timing != Timing::Off)
    return createStringError("a time is already being taken on this device");
  timing = Timing::Armed;
  Error failed = work();
  bool issued = timing == Timing::Running;
  timing = Timing::Off;
  if (failed)
    return std::move(failed);
  if (!issued)
    return 0.0;
  if (Error error =
          withLastKernel(driver->call(driver->eventSynchronize, last)))
    return std::move(error);
  float milliseconds = 0;
  if (Error error =
          driver->call(driver->eventElapsedTime, &milliseconds, first, last))
    return std::move(error);
  return milliseconds;
}

} // namespace ts::rt::cuda
