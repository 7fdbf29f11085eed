//===- CudaMemory.cpp - Memory of a GPU -----------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Copies from and to the host wait for their end: the host's buffer may be
// reused as soon as they return. Fills and copies on the device do not.
//
//===----------------------------------------------------------------------===//

#include "../Checks.h"
#include "CudaDevice.h"

#include "llvm/Support/FormatVariadic.h"

#include <cstring>

using namespace llvm;

namespace ts::rt::cuda {

/// The driver refuses to allocate nothing, and an empty matrix is not an error.
static uint64_t atLeastOne(uint64_t bytes) {
  return std::max<uint64_t>(bytes, 1);
}

static Error withSize(Error error, uint64_t bytes, const DeviceInfo &info) {
  return createStringError(
      formatv("allocating {0} bytes on a device of {1}: {2}", bytes,
              info.totalBytes, toString(std::move(error)))
          .str());
}

Expected<DeviceAddress> CudaDevice::allocate(uint64_t bytes) {
  if (Error error = enter())
    return std::move(error);
  Pointer address = 0;
  if (Error error = driver->call(driver->memAlloc, &address, atLeastOne(bytes)))
    return withSize(std::move(error), bytes, deviceInfo);
  allocations[address] = atLeastOne(bytes);
  return address;
}

Expected<DeviceAddress> CudaDevice::allocateManaged(uint64_t bytes) {
  if (Error error = enter())
    return std::move(error);
  Pointer address = 0;
  if (Error error = driver->call(driver->memAllocManaged, &address,
                                 atLeastOne(bytes), ManagedAttachGlobal))
    return withSize(std::move(error), bytes, deviceInfo);
  allocations[address] = atLeastOne(bytes);
  return address;
}

Error CudaDevice::free(DeviceAddress address) {
  auto found = allocations.find(address);
  if (found == allocations.end())
    return createStringError(
        formatv("{0:x} was not allocated on this device", address).str());
  if (Error error = enter())
    return error;
  allocations.erase(found);
  return driver->call(driver->memFree, address);
}

std::map<DeviceAddress, uint64_t>::const_iterator
CudaDevice::find(DeviceAddress address) const {
  auto after = allocations.upper_bound(address);
  if (after == allocations.begin())
    return allocations.end();
  auto [start, bytes] = *std::prev(after);
  return address - start < bytes ? std::prev(after) : allocations.end();
}

bool CudaDevice::owns(DeviceAddress address) const {
  return find(address) != allocations.end();
}

Error CudaDevice::checkRange(DeviceAddress address, uint64_t bytes) const {
  auto found = find(address);
  // An address from elsewhere (registered memory, say) is the driver's to
  // judge.
  if (found == allocations.end())
    return Error::success();
  uint64_t offset = address - found->first;
  if (bytes <= found->second - offset)
    return Error::success();
  return createStringError(
      formatv("{0} bytes from offset {1} are outside of an allocation of {2}",
              bytes, offset, found->second)
          .str());
}

Error CudaDevice::copyToDevice(DeviceAddress to, const void *from,
                               uint64_t bytes) {
  if (bytes == 0)
    return Error::success();
  if (Error error = checkRange(to, bytes))
    return error;
  if (Error error = command([&] {
        return driver->call(driver->memcpyHtoD, to, from, bytes, stream);
      }))
    return error;
  return synchronize();
}

Error CudaDevice::copyToHost(void *to, DeviceAddress from, uint64_t bytes) {
  if (bytes == 0)
    return Error::success();
  if (Error error = checkRange(from, bytes))
    return error;
  if (Error error = command([&] {
        return driver->call(driver->memcpyDtoH, to, from, bytes, stream);
      }))
    return error;
  return synchronize();
}

Error CudaDevice::copyOnDevice(DeviceAddress to, DeviceAddress from,
                               uint64_t bytes) {
  if (bytes == 0)
    return Error::success();
  for (DeviceAddress address : {to, from})
    if (Error error = checkRange(address, bytes))
      return error;
  return command([&] {
    return driver->call(driver->memcpyDtoD, to, from, bytes, stream);
  });
}

template <typename T>
static T valueOf(ArrayRef<uint8_t> pattern) {
  T value;
  std::memcpy(&value, pattern.data(), sizeof(T));
  return value;
}

Error CudaDevice::fill(DeviceAddress to, ArrayRef<uint8_t> pattern,
                       uint64_t count) {
  if (Error error = checkPattern(pattern))
    return error;
  if (count == 0)
    return Error::success();
  if (count > UINT64_MAX / pattern.size())
    return createStringError(
        formatv("{0} patterns are more bytes than an address can name", count)
            .str());
  if (Error error = checkRange(to, count * pattern.size()))
    return error;
  return command([&] {
    switch (pattern.size()) {
    case 1:
      return driver->call(driver->memset8, to, pattern[0], count, stream);
    case 2:
      return driver->call(driver->memset16, to, valueOf<uint16_t>(pattern),
                          count, stream);
    default:
      return driver->call(driver->memset32, to, valueOf<uint32_t>(pattern),
                          count, stream);
    }
  });
}

Error CudaDevice::registerHost(void *pointer, uint64_t bytes) {
  if (Error error = enter())
    return error;
  if (Error error = driver->call(driver->hostRegister, pointer, bytes,
                                 HostRegisterPortable | HostRegisterDeviceMap))
    return error;
  registered.push_back(pointer);
  Pointer address = 0;
  Error error =
      driver->call(driver->hostGetDevicePointer, &address, pointer, 0);
  if (!error && address == reinterpret_cast<Pointer>(pointer))
    return Error::success();
  if (!error)
    error = createStringError(
        "this GPU sees registered host memory at another address than the "
        "host: allocate device memory and copy");
  return joinErrors(std::move(error), unregisterHost(pointer));
}

Error CudaDevice::unregisterHost(void *pointer) {
  auto found = llvm::find(registered, pointer);
  if (found == registered.end())
    return Device::unregisterHost(pointer);
  // A kernel still running may use the memory.
  if (Error error = synchronize())
    return error;
  registered.erase(found);
  return driver->call(driver->hostUnregister, pointer);
}

} // namespace ts::rt::cuda
