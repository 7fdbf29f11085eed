//===- CudaDeviceTest.cpp - The CUDA layer on a fake driver ---------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Opening and closing, memory and time.
//
//===----------------------------------------------------------------------===//

#include "CudaFixture.h"

#include "llvm/ADT/STLExtras.h"

#include <numeric>

using namespace llvm;
using namespace ts::rt;

namespace {
class CudaDeviceTest : public CudaFixture {};
} // namespace

TEST_F(CudaDeviceTest, InfoComesFromTheDriver) {
  auto device = open();
  const DeviceInfo &info = device->info();
  EXPECT_EQ(info.kind, "cuda");
  EXPECT_EQ(info.name, "Fake GPU");
  EXPECT_EQ(info.driverVersion, "13.0");
  EXPECT_EQ(info.driverRelease, "580.1.2");
  EXPECT_EQ(info.describeDriver(), "580.1.2 (CUDA 13.0)");
  EXPECT_EQ(info.computeCapability, 90u);
  EXPECT_EQ(info.multiprocessors, 132u);
  EXPECT_EQ(info.sharedBytesPerBlock, 232448u);
  EXPECT_EQ(info.l2Bytes, 60u << 20);
  EXPECT_EQ(info.totalBytes, uint64_t(141) << 30);
}

TEST_F(CudaDeviceTest, NothingTellsTheRelease) {
  for (const char *library : {"/nonexistent/libnvidia-ml.so.1", "libc.so.6"})
    EXPECT_EQ(
        valueOf(openCudaDevice(TS_FAKE_CUDA, library))->info().driverRelease,
        "");
  for (const char *call : {"nvmlInit_v2", "nvmlSystemGetDriverVersion"}) {
    *cuda = ts::fake::Cuda();
    cuda->failures[call] = {/*code=*/9};
    EXPECT_EQ(open()->info().driverRelease, "");
    EXPECT_EQ(open()->info().describeDriver(), "13.0");
  }
}

TEST_F(CudaDeviceTest, MissingLibrary) {
  std::string text = failureOf(openCudaDevice("/nonexistent/libcuda.so.1"));
  EXPECT_SAYS(text, "no CUDA driver library");
  EXPECT_SAYS(text, "/nonexistent/libcuda.so.1");
  EXPECT_SAYS(text, "simulator");
}

TEST_F(CudaDeviceTest, LibraryWithoutTheCalls) {
  std::string text = failureOf(openCudaDevice("libc.so.6"));
  EXPECT_SAYS(text, "does not have cuInit, ");
  EXPECT_SAYS(text, "update the NVIDIA driver");
}

TEST_F(CudaDeviceTest, StubLibrary) {
  cuda->failures["cuInit"] = {34};
  std::string text = openFailure();
  EXPECT_SAYS(text, TS_FAKE_CUDA);
  EXPECT_SAYS(text, "cuInit failed: CUDA_ERROR_STUB_LIBRARY (34)");
  EXPECT_SAYS(text, "LD_LIBRARY_PATH");
}

TEST_F(CudaDeviceTest, NoGpu) {
  cuda->failures["cuInit"] = {100};
  EXPECT_SAYS(openFailure(), "CUDA_ERROR_NO_DEVICE (100)");
  cuda->failures.clear();
  cuda->deviceCount = 0;
  EXPECT_SAYS(openFailure(), "CUDA_ERROR_NO_DEVICE (100)");
}

TEST_F(CudaDeviceTest, OldDriver) {
  cuda->driverVersion = 11070;
  EXPECT_SAYS(openFailure(), "supports CUDA 11.7, and 11.8 is needed");
  cuda->driverVersion = 11080;
  EXPECT_EQ(open()->info().driverVersion, "11.8");
}

TEST_F(CudaDeviceTest, EveryCallOfOpeningIsChecked) {
  { open(); }
  std::vector<std::string> calls = cuda->calls;
  calls.erase(find(calls, "cuStreamSynchronize"), calls.end());
  ASSERT_GT(calls.size(), 10u);
  for (const std::string &call : calls) {
    *cuda = ts::fake::Cuda();
    cuda->failures[call] = {4242};
    std::string shown(
        StringRef(call).take_until([](char c) { return c == '_'; }));
    EXPECT_SAYS(openFailure(),
                shown + " failed: CUDA_ERROR_FROM_TOMORROW (4242)");
    EXPECT_EQ(cuda->contexts, 0) << call;
    EXPECT_EQ(cuda->streams, 0) << call;
    EXPECT_EQ(cuda->events, 0) << call;
  }
}

TEST_F(CudaDeviceTest, ClosingFreesEverything) {
  {
    auto device = open();
    for (uint64_t bytes : {1, 100, 4096})
      valueOf(device->allocate(bytes));
    valueOf(device->allocateManaged(64));
    storeKernel(*device);
    std::vector<char> host(128);
    EXPECT_EQ(textOf(device->registerHost(host.data(), host.size())), "");
    EXPECT_EQ(cuda->memory.size(), 4u);
  }
  EXPECT_TRUE(cuda->memory.empty());
  EXPECT_TRUE(cuda->registered.empty());
  EXPECT_EQ(cuda->modules, 0);
  EXPECT_EQ(cuda->events, 0);
  EXPECT_EQ(cuda->streams, 0);
  EXPECT_EQ(cuda->contexts, 0);
}

TEST_F(CudaDeviceTest, CopiesMoveTheRightBytes) {
  auto device = open();
  std::vector<uint16_t> sent(1000), received(1000);
  std::iota(sent.begin(), sent.end(), 3);
  DeviceAddress a = valueOf(device->allocate(2000));
  DeviceAddress b = valueOf(device->allocate(2000));
  EXPECT_EQ(textOf(device->copyToDevice(a, sent.data(), 2000)), "");
  EXPECT_EQ(textOf(device->copyOnDevice(b + 20, a, 1980)), "");
  EXPECT_EQ(textOf(device->copyToHost(received.data(), b + 20, 1980)), "");
  EXPECT_TRUE(std::equal(sent.begin(), sent.end() - 10, received.begin()));
  EXPECT_EQ(received.back(), 0);
}

TEST_F(CudaDeviceTest, CopyOutOfAnAllocation) {
  auto device = open();
  DeviceAddress a = valueOf(device->allocate(100));
  std::vector<char> host(200);
  const std::string expected =
      "97 bytes from offset 4 are outside of an allocation of 100";
  EXPECT_EQ(textOf(device->copyToDevice(a + 4, host.data(), 97)), expected);
  EXPECT_EQ(textOf(device->copyToHost(host.data(), a + 4, 97)), expected);
  EXPECT_EQ(textOf(device->copyOnDevice(a, a + 4, 97)), expected);
  EXPECT_EQ(textOf(device->fill(a + 4, {uint8_t(0)}, 97)), expected);
  EXPECT_TRUE(cuda->commands.empty());
}

TEST_F(CudaDeviceTest, FillsOfEveryWidth) {
  auto device = open();
  DeviceAddress a = valueOf(device->allocate(12));
  std::vector<uint8_t> got(12);
  auto filled = [&](ArrayRef<uint8_t> pattern, uint64_t count) {
    EXPECT_EQ(textOf(device->fill(a, pattern, count)), "");
    EXPECT_EQ(textOf(device->copyToHost(got.data(), a, 12)), "");
    return got;
  };
  using Bytes = std::vector<uint8_t>;
  EXPECT_EQ(filled({7}, 12), Bytes(12, 7));
  EXPECT_EQ(filled({1, 2}, 3), (Bytes{1, 2, 1, 2, 1, 2, 7, 7, 7, 7, 7, 7}));
  EXPECT_EQ(filled({3, 4, 5, 6}, 2),
            (Bytes{3, 4, 5, 6, 3, 4, 5, 6, 7, 7, 7, 7}));
  EXPECT_EQ(filled({9}, 0), (Bytes{3, 4, 5, 6, 3, 4, 5, 6, 7, 7, 7, 7}));
  EXPECT_EQ(textOf(device->fill(a, {1, 2, 3}, 4)),
            "a fill pattern has 1, 2 or 4 bytes, not 3");
}

TEST_F(CudaDeviceTest, OwnsItsAllocationsOnly) {
  auto device = open();
  int host = 0;
  DeviceAddress a = valueOf(device->allocate(16));
  EXPECT_TRUE(device->owns(a));
  EXPECT_TRUE(device->owns(a + 15));
  EXPECT_FALSE(device->owns(a + 16));
  EXPECT_FALSE(device->owns(a - 1));
  EXPECT_FALSE(device->owns(reinterpret_cast<DeviceAddress>(&host)));
  EXPECT_EQ(textOf(device->free(a)), "");
  EXPECT_FALSE(device->owns(a));
  EXPECT_SAYS(textOf(device->free(a)), "was not allocated on this device");
  // An empty matrix has an address, too.
  EXPECT_TRUE(device->owns(valueOf(device->allocate(0))));
}

TEST_F(CudaDeviceTest, OutOfMemoryNamesTheSize) {
  auto device = open();
  cuda->failures["cuMemAlloc_v2"] = {2};
  std::string text = failureOf(device->allocate(4294967296));
  EXPECT_SAYS(text, "allocating 4294967296 bytes on a device of 151397597184");
  EXPECT_SAYS(text, "cuMemAlloc failed: CUDA_ERROR_OUT_OF_MEMORY (2)");
}

TEST_F(CudaDeviceTest, HostMemoryAtAnotherAddressIsRefused) {
  auto device = open();
  cuda->hostShift = 4096;
  std::vector<char> host(64);
  EXPECT_SAYS(textOf(device->registerHost(host.data(), 64)),
              "at another address than the host");
  EXPECT_TRUE(cuda->registered.empty());
  cuda->hostShift = 0;
  EXPECT_EQ(textOf(device->registerHost(host.data(), 64)), "");
  EXPECT_EQ(textOf(device->unregisterHost(host.data())), "");
  EXPECT_SAYS(textOf(device->unregisterHost(host.data())), "never registered");
}

TEST_F(CudaDeviceTest, TimeIsFromFirstToLastCommand) {
  auto device = open();
  DeviceAddress a = valueOf(device->allocate(8));
  KernelHandle kernel = storeKernel(*device);
  uint32_t value = 11;
  void *parameters[] = {&a, &value};
  Launch launch;
  launch.parameters = parameters;
  cuda->commands.clear();
  double milliseconds = valueOf(device->time([&]() -> Error {
    cuda->now += 1000; // the host before its first command
    if (Error error = device->launch(kernel, launch))
      return error;
    cuda->now += 0.5; // the GPU waits for the host
    if (Error error = device->fill(a + 4, {uint8_t(1)}, 4))
      return error;
    cuda->now += 3000; // the host after its last command
    return Error::success();
  }));
  EXPECT_DOUBLE_EQ(milliseconds, 4 + 0.5 + 2);
  EXPECT_EQ(cuda->commands,
            (std::vector<std::string>{"record", "launch 1 1 1 1 1 1 0",
                                      "record", "fill8 4", "record"}));
}

TEST_F(CudaDeviceTest, NoEventsOutsideOfATime) {
  auto device = open();
  DeviceAddress a = valueOf(device->allocate(8));
  EXPECT_EQ(valueOf(device->time([] { return Error::success(); })), 0.0);
  EXPECT_SAYS(failureOf(device->time(
                  [] { return createStringError("from the work"); })),
              "from the work");
  EXPECT_SAYS(
      failureOf(device->time([&] {
        return device->time([] { return Error::success(); }).takeError();
      })),
      "already being taken");
  EXPECT_EQ(textOf(device->fill(a, {uint8_t(1)}, 8)), "");
  EXPECT_EQ(cuda->commands, std::vector<std::string>{"fill8 8"});
}
