//===- CudaModuleTest.cpp - Modules and launches on a fake driver ---------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// What a refused module, a refused launch and a lost GPU say.
//
//===----------------------------------------------------------------------===//

#include "CudaFixture.h"

using namespace llvm;
using namespace ts::rt;

namespace {
class CudaModuleTest : public CudaFixture {
protected:
  /// Launches `store(place, 77)`.
  Error store(Device &device, KernelHandle kernel, Launch launch = {}) {
    if (!place)
      place = valueOf(device.allocate(4));
    void *parameters[] = {&place, &value};
    launch.parameters = parameters;
    return device.launch(kernel, launch);
  }
  DeviceAddress place = 0;
  uint32_t value = 77;
};
} // namespace

TEST_F(CudaModuleTest, LaunchRunsTheKernel) {
  auto device = open();
  Launch launch;
  launch.grid = {5, 6, 7};
  launch.block = {32, 4, 2};
  launch.sharedBytes = 512;
  EXPECT_EQ(textOf(store(*device, storeKernel(*device), launch)), "");
  EXPECT_EQ(cuda->commands,
            std::vector<std::string>{"launch 5 6 7 32 4 2 512"});
  uint32_t got = 0;
  EXPECT_EQ(textOf(device->copyToHost(&got, place, 4)), "");
  EXPECT_EQ(got, 77u);
}

TEST_F(CudaModuleTest, FactsComeFromTheDriver) {
  auto device = open();
  KernelFacts facts = device->facts(storeKernel(*device));
  EXPECT_EQ(facts.registers, 168u);
  EXPECT_EQ(facts.staticSharedBytes, 1024u);
  EXPECT_EQ(facts.localBytes, 16u);
}

TEST_F(CudaModuleTest, PtxIsEndedByAZeroByte) {
  auto device = open();
  char text[] = "PTX!more";
  valueOf(device->loadModule(StringRef(text, 4)));
  EXPECT_EQ(cuda->lastImage, "PTX!");
  EXPECT_SAYS(failureOf(device->loadModule("")), "empty");
}

TEST_F(CudaModuleTest, JitFailureCarriesTheLog) {
  auto device = open();
  cuda->failures["cuModuleLoadDataEx"] = {218};
  cuda->errorLog = "ptxas application ptx input, line 9; fatal : Parsing error";
  cuda->infoLog = "info : 0 bytes gmem\n";
  std::string text = failureOf(device->loadModule(".version 7.8"));
  EXPECT_SAYS(text, "loading a module of PTX on Fake GPU (sm_90)");
  EXPECT_SAYS(text, "cuModuleLoadDataEx failed: CUDA_ERROR_INVALID_PTX (218)");
  EXPECT_SAYS(text, "line 9; fatal : Parsing error");
  EXPECT_SAYS(text, "info : 0 bytes gmem");
}

TEST_F(CudaModuleTest, LongLogIsCutNotOverrun) {
  auto device = open();
  cuda->failures["cuModuleLoadDataEx"] = {218};
  cuda->errorLog = std::string(1 << 20, 'x');
  std::string text = failureOf(device->loadModule(".version 7.8"));
  EXPECT_GT(text.size(), 10000u);
  EXPECT_LT(text.size(), 40000u);
}

TEST_F(CudaModuleTest, LoadFailuresSayWhatToDo) {
  auto device = open();
  cuda->driverVersion = 12020;
  auto failing = [&](int code, StringRef image) {
    cuda->failures["cuModuleLoadDataEx"] = {code};
    return failureOf(device->loadModule(image));
  };
  EXPECT_SAYS(failing(222, ".version 9.0"),
              "(222): the PTX version is newer than this driver; emit an older "
              "PTX version or update the driver (it supports CUDA 13.0)");
  std::string text = failing(209, "\x7f"
                                  "ELF....");
  EXPECT_SAYS(text, "loading a module of machine code");
  EXPECT_SAYS(text, "CUDA_ERROR_NO_BINARY_FOR_GPU (209)");
  EXPECT_SAYS(text, "another GPU");
  EXPECT_SAYS(failing(221, "x"), "libnvidia-ptxjitcompiler");
  EXPECT_SAYS(failing(31337, "x"), "an error without a name (31337)");
}

TEST_F(CudaModuleTest, UnknownHandlesAreRefused) {
  auto device = open();
  ModuleHandle module = valueOf(device->loadModule("x"));
  EXPECT_SAYS(failureOf(device->getKernel(nullptr, "store")),
              "kernel 'store': not a module");
  EXPECT_SAYS(failureOf(device->getKernel(module, "absent")),
              "kernel 'absent': cuModuleGetFunction failed: "
              "CUDA_ERROR_NOT_FOUND (500)");
  EXPECT_SAYS(textOf(device->launch(nullptr, {})), "not a kernel");
  EXPECT_EQ(device->facts(nullptr).registers, 0u);
  KernelHandle kernel = valueOf(device->getKernel(module, "store"));
  EXPECT_EQ(valueOf(device->getKernel(module, "store")), kernel);
  EXPECT_EQ(textOf(device->unloadModule(module)), "");
  EXPECT_SAYS(textOf(store(*device, kernel)), "not a kernel");
  EXPECT_SAYS(textOf(device->unloadModule(module)), "not a module");
}

TEST_F(CudaModuleTest, SharedMemoryLimitIsRaisedOnce) {
  auto device = open();
  KernelHandle kernel = storeKernel(*device);
  auto launchWith = [&](uint32_t bytes) {
    Launch launch;
    launch.sharedBytes = bytes;
    cuda->commands.clear();
    std::string text = textOf(store(*device, kernel, launch));
    return text.empty() ? cuda->commands.front() : text;
  };
  // 1024 bytes are static: 47 KB more fit into what every kernel may use.
  EXPECT_EQ(launchWith(47 * 1024), "launch 1 1 1 1 1 1 48128");
  EXPECT_EQ(launchWith(47 * 1024 + 1), "attribute 8 48129");
  EXPECT_EQ(launchWith(47 * 1024 + 1), "launch 1 1 1 1 1 1 48129");
  EXPECT_EQ(launchWith(231424), "attribute 8 231424");
  EXPECT_EQ(launchWith(1024), "launch 1 1 1 1 1 1 1024");
  EXPECT_EQ(launchWith(231425),
            "kernel 'store' needs 232449 bytes of shared memory, and Fake GPU "
            "allows 232448 for a block");
  EXPECT_TRUE(cuda->commands.empty());
}

TEST_F(CudaModuleTest, LaunchFailureNamesTheKernel) {
  auto device = open();
  KernelHandle kernel = storeKernel(*device);
  cuda->failures["cuLaunchKernel"] = {701};
  Launch launch;
  launch.block = {1024, 1, 1};
  std::string text = textOf(store(*device, kernel, launch));
  EXPECT_SAYS(text, "kernel 'store': 1 x 1 x 1 blocks of 1024 x 1 x 1 threads "
                    "(168 registers a thread, 1024 + 0 bytes");
  EXPECT_SAYS(text, "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES (701)");
  EXPECT_SAYS(text, "smaller blocks or tiles");
}

TEST_F(CudaModuleTest, ImpossibleShapesAreRefused) {
  auto device = open();
  KernelHandle kernel = storeKernel(*device);
  auto refused = [&](std::array<uint32_t, 3> grid,
                     std::array<uint32_t, 3> block) {
    Launch launch;
    launch.grid = grid;
    launch.block = block;
    return textOf(store(*device, kernel, launch));
  };
  EXPECT_SAYS(refused({0, 1, 1}, {1, 1, 1}),
              "grid x is 0, and 1 to 2147483647");
  EXPECT_SAYS(refused({1, 65536, 1}, {1, 1, 1}), "grid y is 65536");
  EXPECT_SAYS(refused({1, 1, 65536}, {1, 1, 1}), "grid z is 65536");
  EXPECT_SAYS(refused({1, 1, 1}, {1, 0, 1}), "block y is 0");
  EXPECT_SAYS(refused({1, 1, 1}, {1, 1, 65}), "block z is 65");
  EXPECT_SAYS(refused({1, 1, 1}, {64, 32, 1}), "threads in a block is 2048");
  EXPECT_TRUE(cuda->commands.empty());
}

TEST_F(CudaModuleTest, LostGpuNamesTheLastKernel) {
  for (auto [code, name] :
       {std::pair(700, "CUDA_ERROR_ILLEGAL_ADDRESS (700)"),
        std::pair(716, "CUDA_ERROR_MISALIGNED_ADDRESS (716)"),
        std::pair(702, "CUDA_ERROR_LAUNCH_TIMEOUT (702)")}) {
    *cuda = ts::fake::Cuda();
    place = 0;
    auto device = open();
    EXPECT_EQ(textOf(store(*device, storeKernel(*device))), "");
    cuda->failures["cuStreamSynchronize"] = {code};
    std::string text = textOf(device->synchronize());
    EXPECT_SAYS(text, std::string("cuStreamSynchronize failed: ") + name);
    EXPECT_SAYS(text, "must be started again");
    EXPECT_SAYS(text, "launched last: kernel 'store': 1 x 1 x 1 blocks");
  }
}

TEST_F(CudaModuleTest, FailureWhileTimed) {
  auto device = open();
  KernelHandle kernel = storeKernel(*device);
  cuda->failures["cuEventSynchronize"] = {700};
  std::string text =
      failureOf(device->time([&] { return store(*device, kernel); }));
  EXPECT_SAYS(text, "cuEventSynchronize failed: CUDA_ERROR_ILLEGAL_ADDRESS");
  EXPECT_SAYS(text, "kernel 'store'");
  cuda->failures.clear();
  EXPECT_EQ(valueOf(device->time([&] { return store(*device, kernel); })), 4.0);
}
