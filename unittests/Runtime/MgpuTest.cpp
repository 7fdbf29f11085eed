//===- MgpuTest.cpp - The entry points of compiled host code --------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The entry points are called as compiled host code calls them: by address and
// with the signatures of its declarations.
//
//===----------------------------------------------------------------------===//

#include "CudaFixture.h"

#include "llvm/ADT/STLExtras.h"

#include <numeric>
#include <set>

using namespace llvm;
using namespace ts::rt;

namespace {
/// Calls the entry point `name` with exactly these argument types.
template <typename Result, typename... Args>
Result call(StringRef name, Args... args) {
  const EntryPoint *found =
      find_if(entryPoints(), [&](auto &entry) { return name == entry.name; });
  if (found == entryPoints().end()) {
    ADD_FAILURE() << "no entry point " << name.str();
    return Result();
  }
  return reinterpret_cast<Result (*)(Args...)>(found->address)(args...);
}

class MgpuTest : public CudaFixture {
protected:
  void SetUp() override {
    CudaFixture::SetUp();
    device = open();
    setCurrentDevice(device.get());
  }
  void TearDown() override {
    setCurrentDevice(nullptr);
    consumeError(takeError());
  }

  void *alloc(uint64_t bytes, bool shared = false) {
    return call<void *>("mgpuMemAlloc", bytes, stream, shared);
  }
  void copy(void *to, void *from, uint64_t bytes) {
    call<void>("mgpuMemcpy", to, from, size_t(bytes), stream);
  }
  void *kernel() {
    char ptx[] = ".version 7.8";
    void *module = call<void *>("mgpuModuleLoadJIT", (void *)ptx, 2);
    return call<void *>("mgpuModuleGetFunction", module, (const char *)"store");
  }
  void launch(void *kernel, void **parameters, intptr_t gridX = 1,
              int32_t sharedBytes = 0) {
    intptr_t one = 1;
    call<void>("mgpuLaunchKernel", kernel, gridX, one, one, one, one, one,
               sharedBytes, stream, parameters, (void **)nullptr, size_t(2));
  }

  std::unique_ptr<Device> device;
  void *stream = nullptr;
};
} // namespace

TEST_F(MgpuTest, AWholeProgram) {
  stream = call<void *>("mgpuStreamCreate");
  void *event = call<void *>("mgpuEventCreate");
  EXPECT_NE(stream, nullptr);
  EXPECT_NE(event, nullptr);
  std::vector<uint32_t> host(6), back(6);
  std::iota(host.begin(), host.end(), 100);
  void *a = alloc(24), *b = alloc(24);
  copy(a, host.data(), 24);
  copy(b, a, 24);
  void *place = static_cast<uint32_t *>(b) + 3;
  uint32_t value = 5;
  void *parameters[] = {&place, &value};
  launch(kernel(), parameters, 9, 256);
  call<void>("mgpuMemset32", b, 7u, size_t(1), stream);
  call<void>("mgpuMemset16", (void *)(static_cast<uint32_t *>(b) + 5),
             (unsigned short)1, size_t(2), stream);
  call<void>("mgpuEventRecord", event, stream);
  call<void>("mgpuStreamWaitEvent", stream, event);
  call<void>("mgpuEventSynchronize", event);
  call<void>("mgpuStreamSynchronize", stream);
  copy(back.data(), b, 24);
  call<void>("mgpuMemFree", a, stream);
  call<void>("mgpuMemFree", b, stream);
  call<void>("mgpuMemFree", (void *)nullptr, stream);
  call<void>("mgpuEventDestroy", event);
  call<void>("mgpuStreamDestroy", stream);
  EXPECT_EQ(textOf(takeError()), "");
  EXPECT_EQ(back, (std::vector<uint32_t>{7, 101, 102, 5, 104, 0x10001}));
  EXPECT_TRUE(cuda->memory.empty());
  EXPECT_TRUE(is_contained(cuda->commands, "launch 9 1 1 1 1 1 256"));
}

TEST_F(MgpuTest, CopyBetweenHostBuffers) {
  char from[] = "abcdef", to[] = "......";
  copy(to + 1, from, 4);
  EXPECT_EQ(textOf(takeError()), "");
  EXPECT_STREQ(to, ".abcd.");
}

TEST_F(MgpuTest, ImageEndsAtItsSize) {
  char image[] = "PTX text|and what lies behind it";
  EXPECT_NE(call<void *>("mgpuModuleLoad", (void *)image, size_t(8)), nullptr);
  EXPECT_EQ(cuda->lastImage, "PTX text");
  EXPECT_EQ(cuda->modules, 1);
}

TEST_F(MgpuTest, FirstErrorIsKeptAndLaterCallsDoNothing) {
  cuda->failures["cuModuleLoadDataEx"] = {222};
  void *function = kernel();
  EXPECT_EQ(function, nullptr);
  uint64_t place = 0;
  void *parameters[] = {&place, &place};
  size_t calls = cuda->calls.size();
  launch(function, parameters);
  EXPECT_EQ(alloc(64), nullptr);
  copy(parameters, parameters, 16);
  call<void>("mgpuStreamSynchronize", stream);
  call<void>("mgpuMemFree", (void *)64, stream);
  call<void>("mgpuModuleUnload", (void *)nullptr);
  EXPECT_EQ(cuda->calls.size(), calls);
  std::string text = textOf(takeError());
  EXPECT_EQ(StringRef(text).take_front(19), "mgpuModuleLoadJIT: ");
  EXPECT_SAYS(text, "(222)");
  // Once taken, it is gone, and calls work again.
  EXPECT_EQ(textOf(takeError()), "");
  EXPECT_NE(alloc(64), nullptr);
}

TEST_F(MgpuTest, NullKernelIsAnError) {
  launch(nullptr, nullptr);
  EXPECT_EQ(textOf(takeError()),
            "mgpuLaunchKernel: launch: not a kernel of this device");
  EXPECT_EQ(call<void *>("mgpuModuleGetFunction", (void *)nullptr,
                         (const char *)"store"),
            nullptr);
  EXPECT_SAYS(textOf(takeError()), "not a module of this device");
}

TEST_F(MgpuTest, RefusedLaunches) {
  void *function = kernel();
  launch(function, nullptr, intptr_t(1) << 32);
  EXPECT_EQ(textOf(takeError()), "mgpuLaunchKernel: grid x is 4294967296, "
                                 "outside of what a GPU can launch");
  launch(function, nullptr, -1);
  EXPECT_SAYS(textOf(takeError()), "grid x is -1");
  launch(function, nullptr, 0);
  EXPECT_SAYS(textOf(takeError()), "grid x is 0");
  launch(function, nullptr, 1, -4);
  EXPECT_SAYS(textOf(takeError()), "-4 bytes of dynamic shared memory");
  intptr_t one = 1, two = 2;
  call<void>("mgpuLaunchClusterKernel", function, two, one, one, one, one, one,
             one, one, one, int32_t(0), stream, (void **)nullptr,
             (void **)nullptr);
  EXPECT_SAYS(textOf(takeError()), "clusters of 2 x 1 x 1 blocks");
}

TEST_F(MgpuTest, WithoutADevice) {
  setCurrentDevice(nullptr);
  // Host code that is torn down after its device is no error.
  call<void>("mgpuModuleUnload", (void *)stream);
  EXPECT_EQ(textOf(takeError()), "");
  EXPECT_EQ(alloc(4), nullptr);
  EXPECT_EQ(textOf(takeError()), "mgpuMemAlloc: no device is open");
}

TEST_F(MgpuTest, OnlyDeviceZero) {
  call<void>("mgpuSetDefaultDevice", int32_t(0));
  EXPECT_EQ(textOf(takeError()), "");
  call<void>("mgpuSetDefaultDevice", int32_t(3));
  EXPECT_SAYS(textOf(takeError()), "device 3 was asked for");
}

TEST_F(MgpuTest, ManagedMemoryWhereAsked) {
  EXPECT_NE(alloc(64, true), nullptr);
  EXPECT_TRUE(is_contained(cuda->calls, "cuMemAllocManaged"));
  EXPECT_FALSE(is_contained(cuda->calls, "cuMemAlloc_v2"));
}

TEST_F(MgpuTest, HostRegistrationCoversAllElements) {
  struct {
    float *allocated, *aligned;
    int64_t offset, sizes[2], strides[2];
  } memref = {nullptr, nullptr, 5, {3, 4}, {100, -1}};
  std::vector<float> buffer(400);
  memref.allocated = buffer.data();
  memref.aligned = buffer.data() + 1;
  auto registerIt = [&](StringRef name) {
    call<void>(name, int64_t(2), (void *)&memref, int64_t(4));
  };
  registerIt("mgpuMemHostRegisterMemRef");
  EXPECT_EQ(textOf(takeError()), "");
  // Elements from 5 - 3 to 5 + 200, seen from the aligned pointer.
  ASSERT_EQ(cuda->registered.size(), 1u);
  EXPECT_EQ(cuda->registered[0], buffer.data() + 3);
  EXPECT_EQ(cuda->commands.back(), "register 816");
  registerIt("mgpuMemHostUnregisterMemRef");
  EXPECT_EQ(textOf(takeError()), "");
  EXPECT_TRUE(cuda->registered.empty());

  memref.sizes[1] = 0;
  registerIt("mgpuMemHostRegisterMemRef");
  EXPECT_EQ(textOf(takeError()), "");
  EXPECT_TRUE(cuda->registered.empty());

  memref.sizes[1] = int64_t(1) << 62;
  memref.strides[1] = 16;
  registerIt("mgpuMemHostRegisterMemRef");
  EXPECT_SAYS(textOf(takeError()), "larger than an address can name");
}

TEST_F(MgpuTest, HostRegistrationOfAPointer) {
  std::vector<char> buffer(40);
  call<void>("mgpuMemHostRegister", (void *)buffer.data(), uint64_t(40));
  EXPECT_EQ(cuda->commands.back(), "register 40");
  call<void>("mgpuMemHostUnregister", (void *)buffer.data());
  EXPECT_EQ(textOf(takeError()), "");
  cuda->failures["cuMemHostRegister_v2"] = {1};
  call<void>("mgpuMemHostRegister", (void *)buffer.data(), uint64_t(40));
  EXPECT_SAYS(textOf(takeError()),
              "mgpuMemHostRegister: cuMemHostRegister failed");
}

TEST(EntryPoints, NamesAreUnique) {
  std::set<std::string> names;
  for (const EntryPoint &entry : entryPoints()) {
    EXPECT_TRUE(StringRef(entry.name).starts_with("mgpu"));
    EXPECT_TRUE(names.insert(entry.name).second) << entry.name;
    EXPECT_NE(entry.address, nullptr);
  }
}
