//===- CudaModule.cpp - Modules and kernels of a GPU ----------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// PTX is compiled by the driver when it is loaded; what its compiler says of a
// refused module is the only description of the defect, so it becomes part of
// the error.
//
//===----------------------------------------------------------------------===//

#include "../Checks.h"
#include "CudaDevice.h"

#include "llvm/Support/FormatVariadic.h"

using namespace llvm;

namespace ts::rt::cuda {

/// What a kernel may use without asking for more.
static constexpr uint64_t defaultSharedBytes = 48 * 1024;

namespace {
/// The buffers into which the driver's compiler writes, and the options that
/// name them.
class JitLogs {
public:
  JitLogs() : info(bytes, '\0'), errors(bytes, '\0') {}
  /// Both logs, or nothing if they are empty.
  std::string text() const {
    std::string both;
    for (StringRef log : {StringRef(errors.c_str()), StringRef(info.c_str())})
      if (!log.trim().empty())
        both += "\n" + log.trim().str();
    return both.empty() ? both : "\nthe driver's log:" + both;
  }

private:
  static constexpr uintptr_t bytes = 16 * 1024;
  std::string info, errors;

public:
  int options[5] = {InfoLogBuffer, InfoLogBufferBytes, ErrorLogBuffer,
                    ErrorLogBufferBytes, LogVerbose};
  // A number is passed as the value of the pointer itself.
  void *values[5] = {info.data(), reinterpret_cast<void *>(bytes - 1),
                     errors.data(), reinterpret_cast<void *>(bytes - 1),
                     reinterpret_cast<void *>(uintptr_t(1))};
};
} // namespace

Expected<ModuleHandle> CudaDevice::loadModule(StringRef image) {
  if (image.empty())
    return createStringError("the module's image is empty");
  if (Error error = enter())
    return std::move(error);
  // A copy, because PTX has to end in a zero byte, which `image` need not do.
  std::string text = image.str();
  JitLogs logs;
  Module module = nullptr;
  if (Error error =
          driver->call(driver->moduleLoad, &module, text.c_str(),
                       std::size(logs.options), logs.options, logs.values))
    return createStringError(
        formatv("loading a module of {0} on {1} (sm_{2}): {3}{4}",
                isBinaryImage(image) ? "machine code" : "PTX", deviceInfo.name,
                deviceInfo.computeCapability, toString(std::move(error)),
                logs.text())
            .str());
  modules.push_back(module);
  return module;
}

Error CudaDevice::unloadModule(ModuleHandle handle) {
  auto found = llvm::find(modules, static_cast<Module>(handle));
  if (found == modules.end())
    return createStringError("not a module of this device");
  // Its kernels may still be running.
  if (Error error = synchronize())
    return error;
  Module module = *found;
  modules.erase(found);
  erase_if(kernels, [&](auto &kernel) { return kernel->module == module; });
  return driver->call(driver->moduleUnload, module);
}

Expected<KernelHandle> CudaDevice::getKernel(ModuleHandle handle,
                                             StringRef name) {
  auto module = static_cast<Module>(handle);
  if (!is_contained(modules, module))
    return createStringError("kernel '" + name +
                             "': not a module of this device");
  for (auto &kernel : kernels)
    if (kernel->module == module && kernel->name == name)
      return kernel.get();
  if (Error error = enter())
    return std::move(error);
  Function function = nullptr;
  if (Error error = driver->call(driver->moduleGetFunction, &function, module,
                                 name.str().c_str()))
    return createStringError("kernel '" + name +
                             "': " + toString(std::move(error)));
  Expected<KernelFacts> facts = readFacts(function);
  if (!facts)
    return facts.takeError();
  uint64_t used =
      std::min<uint64_t>(facts->staticSharedBytes, defaultSharedBytes);
  kernels.push_back(std::make_unique<Kernel>(
      Kernel{name.str(), module, function, *facts,
             static_cast<uint32_t>(defaultSharedBytes - used)}));
  return kernels.back().get();
}

Expected<KernelFacts> CudaDevice::readFacts(Function function) {
  KernelFacts facts;
  const std::pair<FunctionAttribute, unsigned *> wanted[] = {
      {NumRegisters, &facts.registers},
      {SharedSizeBytes, &facts.staticSharedBytes},
      {LocalSizeBytes, &facts.localBytes}};
  for (auto [which, place] : wanted) {
    int value = 0;
    if (Error error =
            driver->call(driver->functionGetAttribute, &value, which, function))
      return std::move(error);
    *place = value;
  }
  return facts;
}

Kernel *CudaDevice::findKernel(KernelHandle handle) {
  auto found =
      find_if(kernels, [&](auto &kernel) { return kernel.get() == handle; });
  return found == kernels.end() ? nullptr : found->get();
}

KernelFacts CudaDevice::facts(KernelHandle handle) {
  Kernel *kernel = findKernel(handle);
  return kernel ? kernel->facts : KernelFacts();
}

Error CudaDevice::allowShared(Kernel &kernel, uint32_t dynamicBytes) {
  if (dynamicBytes <= kernel.dynamicLimit)
    return Error::success();
  uint64_t total = uint64_t(kernel.facts.staticSharedBytes) + dynamicBytes;
  if (total > deviceInfo.sharedBytesPerBlock)
    return createStringError(
        formatv("kernel '{0}' needs {1} bytes of shared memory, and {2} allows "
                "{3} for a block",
                kernel.name, total, deviceInfo.name,
                deviceInfo.sharedBytesPerBlock)
            .str());
  if (Error error = driver->call(driver->functionSetAttribute, kernel.function,
                                 MaxDynamicSharedSizeBytes, int(dynamicBytes)))
    return error;
  kernel.dynamicLimit = dynamicBytes;
  return Error::success();
}

Error CudaDevice::launch(KernelHandle handle, const Launch &launch) {
  Kernel *kernel = findKernel(handle);
  if (!kernel)
    return createStringError("launch: not a kernel of this device");
  if (Error error = checkShape(kernel->name, launch))
    return error;
  if (Error error = enter())
    return error;
  if (Error error = allowShared(*kernel, launch.sharedBytes))
    return error;
  Error failed = command([&] {
    return driver->call(driver->launchKernel, kernel->function, launch.grid[0],
                        launch.grid[1], launch.grid[2], launch.block[0],
                        launch.block[1], launch.block[2], launch.sharedBytes,
                        stream, launch.parameters, nullptr);
  });
  if (!failed) {
    lastKernel = kernel->name;
    lastLaunch = launch;
    return Error::success();
  }
  return createStringError(
      formatv("{0} ({1} registers a thread, {2} + {3} bytes of shared memory): "
              "{4}",
              describe(kernel->name, launch), kernel->facts.registers,
              kernel->facts.staticSharedBytes, launch.sharedBytes,
              toString(std::move(failed)))
          .str());
}

} // namespace ts::rt::cuda
