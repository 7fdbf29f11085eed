//===- SimDevice.cpp - The simulator as a device --------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Every launch is executed and checked before it returns; a defect of a kernel
// is an error of its launch, exactly as a refused launch is on a GPU.
//
//===----------------------------------------------------------------------===//

#include "../Checks.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

#include <chrono>

using namespace llvm;

namespace ts::rt {

namespace {
struct SimKernel {
  sim::Module *module;
  std::string name;
};

class SimDeviceImpl final : public SimDevice {
public:
  explicit SimDeviceImpl(SimOptions options);
  const DeviceInfo &info() const override { return deviceInfo; }
  sim::Memory &memory() override { return storage; }
  ArrayRef<sim::LaunchResult> results() const override { return kept; }

  Expected<DeviceAddress> allocate(uint64_t bytes) override;
  Error free(DeviceAddress address) override { return storage.free(address); }
  bool owns(DeviceAddress address) const override {
    return storage.contains(address);
  }
  Error copyToDevice(DeviceAddress to, const void *from,
                     uint64_t bytes) override;
  Error copyToHost(void *to, DeviceAddress from, uint64_t bytes) override;
  Error copyOnDevice(DeviceAddress to, DeviceAddress from,
                     uint64_t bytes) override;
  Error fill(DeviceAddress to, ArrayRef<uint8_t> pattern,
             uint64_t count) override;

  Expected<ModuleHandle> loadModule(StringRef image) override;
  Error unloadModule(ModuleHandle module) override;
  Expected<KernelHandle> getKernel(ModuleHandle module,
                                   StringRef name) override;
  KernelFacts facts(KernelHandle kernel) override { return {}; }
  Error launch(KernelHandle kernel, const Launch &launch) override;
  Error synchronize() override { return Error::success(); }
  Expected<double> time(function_ref<Error()> work) override;

private:
  /// Runs a command; its duration counts for `time`.
  Error command(function_ref<Error()> run);
  Expected<sim::LaunchConfig> configure(const SimKernel &kernel,
                                        const Launch &launch) const;

  SimOptions options;
  DeviceInfo deviceInfo;
  sim::Memory storage;
  std::vector<std::unique_ptr<sim::Module>> modules;
  std::vector<std::unique_ptr<SimKernel>> kernels;
  std::vector<sim::LaunchResult> kept;
  std::optional<std::chrono::duration<double, std::milli>> timed;
};
} // namespace

SimDeviceImpl::SimDeviceImpl(SimOptions options) : options(std::move(options)) {
  deviceInfo.kind = "sim";
  deviceInfo.name = "simulator";
  deviceInfo.sharedBytesPerBlock = this->options.sharedLimit;
}

Expected<DeviceAddress> SimDeviceImpl::allocate(uint64_t bytes) {
  return storage.allocate(std::max<uint64_t>(bytes, 1));
}

Error SimDeviceImpl::command(function_ref<Error()> run) {
  auto start = std::chrono::steady_clock::now();
  Error error = run();
  if (timed)
    *timed += std::chrono::steady_clock::now() - start;
  return error;
}

Error SimDeviceImpl::copyToDevice(DeviceAddress to, const void *from,
                                  uint64_t bytes) {
  return command([&] {
    return storage.write(
        to, ArrayRef(static_cast<const uint8_t *>(from), size_t(bytes)));
  });
}

Error SimDeviceImpl::copyToHost(void *to, DeviceAddress from, uint64_t bytes) {
  return command([&] {
    return storage.read(
        from, MutableArrayRef(static_cast<uint8_t *>(to), size_t(bytes)));
  });
}

Error SimDeviceImpl::copyOnDevice(DeviceAddress to, DeviceAddress from,
                                  uint64_t bytes) {
  // Bytes never written arrive as written zeros: the memory's host view does
  // not tell them apart.
  return command([&]() -> Error {
    std::vector<uint8_t> buffer(std::min<uint64_t>(bytes, 1 << 20));
    for (uint64_t done = 0; done < bytes; done += buffer.size()) {
      auto part = MutableArrayRef(buffer).take_front(
          std::min<uint64_t>(buffer.size(), bytes - done));
      if (Error error = storage.read(from + done, part))
        return error;
      if (Error error = storage.write(to + done, part))
        return error;
    }
    return Error::success();
  });
}

Error SimDeviceImpl::fill(DeviceAddress to, ArrayRef<uint8_t> pattern,
                          uint64_t count) {
  if (Error error = checkPattern(pattern))
    return error;
  return command([&] { return storage.fill(to, pattern, count); });
}

Expected<ModuleHandle> SimDeviceImpl::loadModule(StringRef image) {
  if (isBinaryImage(image))
    return createStringError("the simulator executes PTX text, and this module "
                             "is machine code: compile to PTX");
  // An embedded image carries the zero byte that ends it for the driver.
  Expected<std::unique_ptr<sim::Module>> module =
      sim::Module::parse(image.rtrim('\0'));
  if (!module)
    return module.takeError();
  modules.push_back(std::move(*module));
  return modules.back().get();
}

Error SimDeviceImpl::unloadModule(ModuleHandle handle) {
  auto found =
      find_if(modules, [&](auto &module) { return module.get() == handle; });
  if (found == modules.end())
    return createStringError("not a module of this device");
  erase_if(kernels, [&](auto &kernel) { return kernel->module == handle; });
  modules.erase(found);
  return Error::success();
}

Expected<KernelHandle> SimDeviceImpl::getKernel(ModuleHandle handle,
                                                StringRef name) {
  auto module =
      find_if(modules, [&](auto &module) { return module.get() == handle; });
  if (module == modules.end())
    return createStringError("kernel '" + name +
                             "': not a module of this device");
  for (auto &kernel : kernels)
    if (kernel->module == handle && kernel->name == name)
      return kernel.get();
  std::vector<std::string> names = (*module)->kernels();
  if (!is_contained(names, name))
    return createStringError("the module has no kernel '" + name +
                             "'; it has: " + join(names, ", "));
  kernels.push_back(
      std::make_unique<SimKernel>(SimKernel{module->get(), name.str()}));
  return kernels.back().get();
}

Expected<sim::LaunchConfig>
SimDeviceImpl::configure(const SimKernel &kernel, const Launch &launch) const {
  Expected<std::vector<unsigned>> sizes =
      kernel.module->parameterSizes(kernel.name);
  if (!sizes)
    return sizes.takeError();
  if (launch.parameterCount && *launch.parameterCount != sizes->size())
    return createStringError(
        formatv("{0}: {1} parameters given, and the kernel has {2}",
                describe(kernel.name, launch), *launch.parameterCount,
                sizes->size())
            .str());
  sim::LaunchConfig config;
  config.grid = launch.grid;
  config.block = launch.block;
  config.dynamicSharedBytes = launch.sharedBytes;
  config.sharedLimit = options.sharedLimit;
  config.mma = options.mma;
  config.threads = options.threads;
  config.checks = options.checks;
  config.profile = options.profile;
  for (auto [index, size] : enumerate(*sizes)) {
    auto *bytes = static_cast<const uint8_t *>(launch.parameters[index]);
    config.parameters.emplace_back(bytes, bytes + size);
  }
  uint64_t total = uint64_t(launch.grid[0]) * launch.grid[1] * launch.grid[2];
  if (options.sample)
    config.blocks = options.sample(total);
  return config;
}

Error SimDeviceImpl::launch(KernelHandle handle, const Launch &launch) {
  auto found =
      find_if(kernels, [&](auto &kernel) { return kernel.get() == handle; });
  if (found == kernels.end())
    return createStringError("launch: not a kernel of this device");
  const SimKernel &kernel = **found;
  if (Error error = checkShape(kernel.name, launch))
    return error;
  Expected<sim::LaunchConfig> config = configure(kernel, launch);
  if (!config)
    return config.takeError();
  if (Error error = command([&]() -> Error {
        Expected<sim::LaunchResult> result =
            kernel.module->launch(kernel.name, storage, *config);
        if (!result)
          return result.takeError();
        kept.push_back(std::move(*result));
        outs() << kept.back().output;
        if (options.observe)
          options.observe(*kernel.module, kernel.name, kept.back());
        return Error::success();
      }))
    return error;
  ArrayRef<sim::Finding> findings = kept.back().findings;
  if (findings.empty())
    return Error::success();
  return createStringError(join(map_range(findings,
                                          [](const sim::Finding &finding) {
                                            return checkOf(finding.kind).str() +
                                                   ": " + toString(finding);
                                          }),
                                "\n"));
}

Expected<double> SimDeviceImpl::time(function_ref<Error()> work) {
  if (timed)
    return createStringError("a time is already being taken on this device");
  timed.emplace(0);
  Error error = work();
  double milliseconds = timed->count();
  timed.reset();
  if (error)
    return std::move(error);
  return milliseconds;
}

std::unique_ptr<SimDevice> SimDevice::create(SimOptions options) {
  return std::make_unique<SimDeviceImpl>(std::move(options));
}

} // namespace ts::rt
