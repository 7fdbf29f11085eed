//===- Driver.cpp - Loading the CUDA driver -------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Each way in which a machine can have no usable driver gets its own message:
// no library, a library without the calls, the toolkit's stub, a driver that is
// too old.
//
//===----------------------------------------------------------------------===//

#include "Driver.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <dlfcn.h>

using namespace llvm;

namespace ts::rt::cuda {

/// CUDA 11.8 is the first driver that knows sm_89 and PTX 7.8, the oldest PTX
/// that the compiler emits.
static constexpr int oldestVersion = 11080;

static std::string versionText(int version) {
  return formatv("{0}.{1}", version / 1000, version % 1000 / 10).str();
}

Expected<std::unique_ptr<Library>> Library::open(StringRef path) {
  auto library = std::make_unique<Library>();
  library->path = path.str();
  // Never closed: the driver may keep threads and exit handlers of its own.
  library->handle = dlopen(library->path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library->handle)
    return createStringError(
        Twine("no CUDA driver library: ") + dlerror() +
        "; install the NVIDIA driver, or run on the simulator");
  return std::move(library);
}

void *Library::find(const char *symbol) {
  void *address = dlsym(handle, symbol);
  if (!address)
    missing.push_back(symbol);
  return address;
}

std::string driverRelease(StringRef management) {
  Expected<std::unique_ptr<Library>> library = Library::open(management);
  if (!library) {
    consumeError(library.takeError());
    return "";
  }
  // The NVML API Reference: all three return 0 for success; 80 bytes are enough
  // for any version.
  auto init = reinterpret_cast<int (*)()>((*library)->find("nvmlInit_v2"));
  auto version = reinterpret_cast<int (*)(char *, unsigned)>(
      (*library)->find("nvmlSystemGetDriverVersion"));
  auto shutdown = reinterpret_cast<int (*)()>((*library)->find("nvmlShutdown"));
  if (!(*library)->missing.empty() || init() != 0)
    return "";
  char text[80] = {};
  bool isKnown = version(text, sizeof(text) - 1) == 0;
  shutdown();
  return isKnown ? text : "";
}

Driver::Driver(std::unique_ptr<Library> library)
    : owned(std::move(library)), lib(*owned) {}

Expected<std::unique_ptr<Driver>> Driver::load(StringRef path) {
  Expected<std::unique_ptr<Library>> library = Library::open(path);
  if (!library)
    return library.takeError();
  std::unique_ptr<Driver> driver(new Driver(std::move(*library)));
  if (!driver->lib.missing.empty())
    return createStringError("driver library '" + path + "' does not have " +
                             join(driver->lib.missing, ", ") +
                             "; update the NVIDIA driver");
  // A stub answers this call too, always with its own code.
  if (Error error = driver->call(driver->init, 0))
    return createStringError("driver library '" + path +
                             "': " + toString(std::move(error)));
  if (Error error = driver->call(driver->driverGetVersion, &driver->version))
    return std::move(error);
  if (driver->version < oldestVersion)
    return createStringError("the CUDA driver is too old: it supports CUDA " +
                             driver->versionText() + ", and " +
                             cuda::versionText(oldestVersion) +
                             " is needed; update the NVIDIA driver");
  return std::move(driver);
}

std::string Driver::versionText() const { return cuda::versionText(version); }

Error Driver::failure(StringRef symbol, Result result) const {
  symbol.consume_back("_v2");
  const CodeFacts *facts = findCode(result);
  std::string name = facts ? facts->name.str() : "an error without a name";
  const char *driversName = nullptr;
  if (!facts && getErrorName.function(result, &driversName) == Success &&
      driversName)
    name = driversName;
  std::string text = formatv("{0} failed: {1} ({2})", symbol, name, result);
  if (facts)
    text += ": " + facts->advice.str();
  if (result == UnsupportedPtx)
    text += " (it supports CUDA " + versionText() + ")";
  return createStringError(text);
}

} // namespace ts::rt::cuda
