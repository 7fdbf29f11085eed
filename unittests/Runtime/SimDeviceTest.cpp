//===- SimDeviceTest.cpp - The simulator as a device ----------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// What the device adds to the simulator: parameters, errors of launches, and
// the entry points of compiled host code on top of it.
//
//===----------------------------------------------------------------------===//

#include "TestErrors.h"

#include "ts/Runtime/Device.h"

#include "llvm/ADT/STLExtras.h"

#include <numeric>

using namespace llvm;
using namespace ts;
using namespace ts::rt;

/// add: c[i] = a[i] + n for the i-th thread of the grid.
/// wild: block 0 stores behind its 16 bytes, every other block to address 64.
static const char ptx[] = R"(.version 7.8
.target sm_89
.address_size 64

.visible .entry add(
	.param .u64 add_param_0,
	.param .u32 add_param_1,
	.param .u64 add_param_2
)
{
	.reg .b32 %r<8>;
	.reg .b64 %rd<8>;
	ld.param.u64 %rd1, [add_param_0];
	ld.param.u32 %r1, [add_param_1];
	ld.param.u64 %rd2, [add_param_2];
	mov.u32 %r2, %ctaid.x;
	mov.u32 %r3, %ntid.x;
	mov.u32 %r4, %tid.x;
	mad.lo.s32 %r5, %r2, %r3, %r4;
	mul.wide.u32 %rd3, %r5, 4;
	add.s64 %rd4, %rd1, %rd3;
	add.s64 %rd5, %rd2, %rd3;
	ld.global.u32 %r6, [%rd4];
	add.s32 %r7, %r6, %r1;
	st.global.u32 [%rd5], %r7;
	ret;
}

.visible .entry wild(
	.param .u64 wild_param_0
)
{
	.reg .pred %p<2>;
	.reg .b32 %r<3>;
	.reg .b64 %rd<3>;
	ld.param.u64 %rd1, [wild_param_0];
	mov.u32 %r1, %ctaid.x;
	mov.u32 %r2, 1;
	setp.ne.s32 %p1, %r1, 0;
	@%p1 bra $L_other;
	st.global.u32 [%rd1+16], %r2;
	ret;
$L_other:
	mov.u64 %rd2, 64;
	st.global.u32 [%rd2], %r2;
	ret;
}
)";

namespace {
class SimDeviceTest : public testing::Test {
protected:
  void make(SimOptions options = {}) {
    options.threads = 1;
    device = SimDevice::create(std::move(options));
    module = valueOf(device->loadModule(ptx));
  }
  KernelHandle kernel(StringRef name) {
    return valueOf(device->getKernel(module, name));
  }
  /// Launches add(a, n, c) with this many blocks of 32 threads.
  Error add(DeviceAddress a, uint32_t n, DeviceAddress c, uint32_t blocks) {
    void *parameters[] = {&a, &n, &c};
    Launch launch;
    launch.grid[0] = blocks;
    launch.block[0] = 32;
    launch.parameters = parameters;
    launch.parameterCount = 3;
    return device->launch(kernel("add"), launch);
  }
  Error wild(DeviceAddress c) {
    void *parameters[] = {&c};
    Launch launch;
    launch.grid[0] = 2;
    launch.parameters = parameters;
    return device->launch(kernel("wild"), launch);
  }
  /// `count` numbers on the device, from `first` upwards.
  DeviceAddress numbers(uint32_t first, size_t count) {
    std::vector<uint32_t> values(count);
    std::iota(values.begin(), values.end(), first);
    DeviceAddress address = valueOf(device->allocate(4 * count));
    EXPECT_EQ(textOf(device->copyToDevice(address, values.data(), 4 * count)),
              "");
    return address;
  }
  std::vector<uint32_t> read(DeviceAddress from, size_t count) {
    std::vector<uint32_t> values(count);
    EXPECT_EQ(textOf(device->copyToHost(values.data(), from, 4 * count)), "");
    return values;
  }

  std::unique_ptr<SimDevice> device;
  ModuleHandle module = nullptr;
};
} // namespace

TEST_F(SimDeviceTest, LaunchPassesEachParameterAtItsSize) {
  make();
  DeviceAddress a = numbers(1000, 96), c = valueOf(device->allocate(384));
  EXPECT_EQ(textOf(add(a, 70000, c, 3)), "");
  std::vector<uint32_t> expected(96);
  std::iota(expected.begin(), expected.end(), 71000);
  EXPECT_EQ(read(c, 96), expected);
  ASSERT_EQ(device->results().size(), 1u);
  EXPECT_EQ(device->results()[0].blocksRun, 3u);
  EXPECT_EQ(device->results()[0].blocksTotal, 3u);
  EXPECT_EQ(device->results()[0].counters.globalBytesWritten, 384u);
}

TEST_F(SimDeviceTest, FindingsAreTheErrorOneALine) {
  make();
  DeviceAddress c = valueOf(device->allocate(16));
  std::string text = textOf(wild(c));
  SmallVector<StringRef> lines;
  StringRef(text).split(lines, '\n');
  ASSERT_EQ(lines.size(), 2u) << text;
  EXPECT_SAYS(lines[0].str(), "kernel 'wild', line 41");
  EXPECT_SAYS(lines[1].str(), "kernel 'wild', line 45");
  // The result of the failed launch is kept, with what was found.
  ASSERT_EQ(device->results().size(), 1u);
  EXPECT_EQ(device->results()[0].findings.size(), 2u);
}

TEST_F(SimDeviceTest, SampledBlocksOnly) {
  SimOptions options;
  options.sample = [](uint64_t total) {
    EXPECT_EQ(total, 5u);
    return std::vector<uint64_t>{1, total - 1};
  };
  make(std::move(options));
  DeviceAddress a = numbers(10, 160), c = valueOf(device->allocate(640));
  EXPECT_EQ(textOf(add(a, 1, c, 5)), "");
  std::vector<uint32_t> got = read(c, 160);
  for (unsigned i = 0; i < 160; ++i)
    EXPECT_EQ(got[i], is_contained({1u, 4u}, i / 32) ? 11 + i : 0) << i;
  EXPECT_EQ(device->results()[0].blocksRun, 2u);
  EXPECT_EQ(device->results()[0].blocksTotal, 5u);
}

TEST_F(SimDeviceTest, CopiesAndFills) {
  make();
  DeviceAddress a = numbers(0x01020304, 4), b = valueOf(device->allocate(16));
  EXPECT_EQ(textOf(device->copyOnDevice(b + 4, a + 4, 12)), "");
  EXPECT_EQ(textOf(device->fill(b, {7, 8}, 2)), "");
  EXPECT_EQ(read(b, 4), (std::vector<uint32_t>{0x08070807, 0x01020305,
                                               0x01020306, 0x01020307}));
  EXPECT_SAYS(textOf(device->fill(b, {1, 2, 3}, 1)), "1, 2 or 4 bytes, not 3");
  std::vector<char> host(17);
  EXPECT_NE(textOf(device->copyToDevice(b, host.data(), 17)), "");
  EXPECT_NE(textOf(device->copyToHost(host.data(), b, 17)), "");
}

TEST_F(SimDeviceTest, OwnsItsMemoryOnly) {
  make();
  int host = 0;
  DeviceAddress a = valueOf(device->allocate(16));
  EXPECT_TRUE(device->owns(a + 15));
  EXPECT_FALSE(device->owns(a + 16));
  EXPECT_FALSE(device->owns(reinterpret_cast<DeviceAddress>(&host)));
  EXPECT_EQ(textOf(device->free(a)), "");
  EXPECT_FALSE(device->owns(a));
  EXPECT_NE(textOf(device->free(a)), "");
  EXPECT_TRUE(device->owns(valueOf(device->allocate(0))));
}

TEST_F(SimDeviceTest, RefusesWhatItCannotDo) {
  make();
  EXPECT_SAYS(failureOf(device->loadModule("\x7f"
                                           "ELF")),
              "machine code: compile to PTX");
  EXPECT_NE(failureOf(device->loadModule("this is not PTX")), "");
  EXPECT_SAYS(failureOf(device->getKernel(module, "mul")),
              "no kernel 'mul'; it has: add, wild");
  EXPECT_SAYS(failureOf(device->allocateManaged(4)),
              "'simulator' has no memory shared with the host");
  EXPECT_SAYS(textOf(device->registerHost(&module, 8)),
              "kernels on device 'simulator' cannot reach host memory");
  Launch launch;
  launch.parameterCount = 2;
  EXPECT_SAYS(textOf(device->launch(kernel("add"), launch)),
              "2 parameters given, and the kernel has 3");
  launch.grid[0] = 0;
  EXPECT_SAYS(textOf(device->launch(kernel("add"), launch)), "grid x is 0");
  EXPECT_SAYS(textOf(device->launch(nullptr, launch)), "not a kernel");
  EXPECT_TRUE(device->results().empty());
}

TEST_F(SimDeviceTest, SharedMemoryLimit) {
  SimOptions options;
  options.sharedLimit = 1024;
  make(std::move(options));
  EXPECT_EQ(device->info().sharedBytesPerBlock, 1024u);
  DeviceAddress a = numbers(1, 1);
  void *parameters[] = {&a};
  Launch launch;
  launch.parameters = parameters;
  launch.sharedBytes = 1025;
  EXPECT_SAYS(textOf(device->launch(kernel("wild"), launch)), "1024");
}

TEST_F(SimDeviceTest, UnloadedModuleIsGone) {
  make();
  KernelHandle handle = kernel("add");
  EXPECT_EQ(kernel("add"), handle);
  EXPECT_EQ(textOf(device->unloadModule(module)), "");
  EXPECT_SAYS(textOf(device->launch(handle, {})), "not a kernel");
  EXPECT_SAYS(textOf(device->unloadModule(module)), "not a module");
  EXPECT_SAYS(failureOf(device->getKernel(module, "add")), "not a module");
}

TEST_F(SimDeviceTest, TimeIsSpentInCommands) {
  make();
  DeviceAddress a = numbers(0, 64), c = valueOf(device->allocate(256));
  EXPECT_EQ(valueOf(device->time([] { return Error::success(); })), 0.0);
  EXPECT_GT(valueOf(device->time([&] { return add(a, 1, c, 2); })), 0.0);
  EXPECT_NE(failureOf(device->time([&] { return wild(c); })), "");
  EXPECT_SAYS(
      failureOf(device->time([&] {
        return device->time([] { return Error::success(); }).takeError();
      })),
      "already being taken");
}

TEST_F(SimDeviceTest, EntryPointsKeepALaunchsFindings) {
  make();
  setCurrentDevice(device.get());
  auto address = [](StringRef name) {
    return find_if(entryPoints(),
                   [&](auto &entry) { return name == entry.name; })
        ->address;
  };
  auto load =
      reinterpret_cast<void *(*)(void *, int)>(address("mgpuModuleLoadJIT"));
  auto get = reinterpret_cast<void *(*)(void *, const char *)>(
      address("mgpuModuleGetFunction"));
  auto alloc = reinterpret_cast<void *(*)(uint64_t, void *, bool)>(
      address("mgpuMemAlloc"));
  auto launch = reinterpret_cast<void (*)(
      void *, intptr_t, intptr_t, intptr_t, intptr_t, intptr_t, intptr_t,
      int32_t, void *, void **, void **, size_t)>(address("mgpuLaunchKernel"));
  auto hostRegister = reinterpret_cast<void (*)(void *, uint64_t)>(
      address("mgpuMemHostRegister"));
  void *loaded = load(const_cast<char *>(ptx), 2);
  void *c = alloc(16, nullptr, false);
  void *parameters[] = {&c};
  launch(get(loaded, "wild"), 1, 1, 1, 1, 1, 1, 0, nullptr, parameters, nullptr,
         1);
  EXPECT_SAYS(textOf(takeError()),
              "mgpuLaunchKernel: memcheck: kernel 'wild', line 41");
  launch(get(loaded, "wild"), 1, 1, 1, 1, 1, 1, 0, nullptr, parameters, nullptr,
         5);
  EXPECT_SAYS(textOf(takeError()), "5 parameters given, and the kernel has 1");
  hostRegister(&c, 8);
  EXPECT_SAYS(textOf(takeError()), "mgpuMemHostRegister: kernels on device "
                                   "'simulator' cannot reach host memory");
  setCurrentDevice(nullptr);
}
