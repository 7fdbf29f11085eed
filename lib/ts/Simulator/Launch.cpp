//===- Launch.cpp - Prepares a launch -------------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// What a launch needs before its blocks run: checks of its shape, addresses of
// globals, the first state of the registers.
//
//===----------------------------------------------------------------------===//

#include "Parser.h"
#include "Warp.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace ts::sim {

//===----------------------------------------------------------------------===//
// Modules
//===----------------------------------------------------------------------===//

const Kernel *Module::Impl::find(StringRef name) const {
  for (const auto &kernel : kernels)
    if (kernel->name == name)
      return kernel.get();
  return nullptr;
}

StringRef Module::Impl::line(unsigned number) const {
  return number && number <= lines.size() ? lines[number - 1] : StringRef();
}

Module::Module(std::unique_ptr<Impl> impl) : storage(std::move(impl)) {}
Module::~Module() = default;

Expected<std::unique_ptr<Module>> Module::parse(StringRef ptx) {
  auto impl = std::make_unique<Impl>();
  impl->text = ptx.str();
  for (StringRef rest = impl->text; !rest.empty();) {
    auto [line, after] = rest.split('\n');
    impl->lines.push_back(line);
    rest = after;
  }
  if (Error error = parseModule(*impl))
    return std::move(error);
  return std::unique_ptr<Module>(new Module(std::move(impl)));
}

std::vector<std::string> Module::kernels() const {
  std::vector<std::string> names;
  for (const auto &kernel : storage->kernels)
    names.push_back(kernel->name);
  return names;
}

StringRef Module::line(unsigned number) const { return storage->line(number); }
unsigned Module::lineCount() const { return unsigned(storage->lines.size()); }

static Error noKernel(StringRef name) {
  return createStringError("the module has no kernel '" + name + "'");
}

Expected<std::vector<unsigned>> Module::parameterSizes(StringRef kernel) const {
  const Kernel *found = storage->find(kernel);
  if (!found)
    return noKernel(kernel);
  std::vector<unsigned> sizes;
  for (const Parameter &parameter : found->parameters)
    sizes.push_back(parameter.size);
  return sizes;
}

//===----------------------------------------------------------------------===//
// Checking and preparing a launch
//===----------------------------------------------------------------------===//

static uint64_t product(const std::array<uint32_t, 3> &shape) {
  return uint64_t(shape[0]) * shape[1] * shape[2];
}

static Error refuse(const Kernel &kernel, const Twine &why) {
  return createStringError("kernel '" + kernel.name + "': " + why);
}

static Error checkShape(const Kernel &kernel, const LaunchConfig &config) {
  uint64_t threads = product(config.block);
  if (product(config.grid) == 0 || threads == 0)
    return refuse(kernel, "an empty grid or block");
  if (config.grid[0] > 0x7fffffff || config.grid[1] > 65535 ||
      config.grid[2] > 65535)
    return refuse(kernel, "a grid has at most 2147483647 x 65535 x 65535 "
                          "blocks");
  if (threads > 1024 || config.block[2] > 64)
    return refuse(kernel, "a block has at most 1024 threads, and 64 along z");
  if (kernel.required[0] && kernel.required != config.block)
    return refuse(kernel, formatv("it requires blocks of ({0},{1},{2}) threads",
                                  kernel.required[0], kernel.required[1],
                                  kernel.required[2])
                              .str());
  if (kernel.maxThreads && threads > kernel.maxThreads)
    return refuse(kernel, "it allows at most " + Twine(kernel.maxThreads) +
                              " threads in a block, not " + Twine(threads));
  return Error::success();
}

static Error checkConfig(const Kernel &kernel, const LaunchConfig &config) {
  if (Error error = checkShape(kernel, config))
    return error;
  if (config.parameters.size() != kernel.parameters.size())
    return refuse(kernel, Twine(config.parameters.size()) +
                              " parameters given, and it has " +
                              Twine(kernel.parameters.size()));
  for (auto [given, wanted] : zip(config.parameters, kernel.parameters))
    if (given.size() != wanted.size)
      return refuse(kernel, "parameter '" + wanted.name + "' has " +
                                Twine(wanted.size) + " bytes, not " +
                                Twine(given.size()));
  if (config.dynamicSharedBytes >> regionBits)
    return refuse(kernel, Twine(config.dynamicSharedBytes) +
                              " bytes of dynamic shared memory are too many");
  uint64_t own = kernel.sharedBytes - kernel.reservedBytes();
  uint64_t shared = own + config.dynamicSharedBytes;
  if (shared > config.sharedLimit)
    return refuse(kernel, Twine(shared) + " bytes of shared memory (" +
                              Twine(own) + " static, " +
                              Twine(config.dynamicSharedBytes) +
                              " dynamic) are over the limit of " +
                              Twine(config.sharedLimit));
  for (uint64_t block : config.blocks)
    if (block >= product(config.grid))
      return refuse(kernel, "block " + Twine(block) + " is not in a grid of " +
                                Twine(product(config.grid)));
  return Error::success();
}

/// The addresses of the module's globals in this memory, made at first use.
static Expected<std::vector<uint64_t>> placeGlobals(const Module::Impl &module,
                                                    Memory &memory) {
  std::lock_guard<std::mutex> lock(module.mutex);
  uint64_t number = memory.impl().number;
  if (auto found = module.placed.find(number); found != module.placed.end())
    return found->second;
  std::vector<uint64_t> addresses;
  for (const Variable &variable : module.globals) {
    Expected<uint64_t> address = memory.allocate(variable.size);
    if (!address)
      return address.takeError();
    addresses.push_back(*address);
    memory.impl().below(*address)->readOnly = variable.constant;
    std::vector<uint8_t> initial = variable.initial;
    for (const InitialAddress &pointer : variable.addresses) {
      uint8_t *at = initial.data() + pointer.offset;
      support::endian::write64le(at, support::endian::read64le(at) +
                                         addresses[size_t(pointer.symbol)]);
    }
    if (Error error = memory.write(*address, initial))
      return std::move(error);
  }
  return module.placed[number] = addresses;
}

template <class T>
static void broadcast(uint8_t *to, T value) {
  for (unsigned l = 0; l < 32; ++l)
    std::memcpy(to + l * sizeof(T), &value, sizeof(T));
}

static void putConstant(uint8_t *to, unsigned bytes, uint64_t bits,
                        bool isMask) {
  if (isMask) {
    uint32_t mask = uint32_t(bits);
    std::memcpy(to, &mask, 4);
  } else if (bytes == 2) {
    broadcast(to, uint16_t(bits));
  } else if (bytes == 4) {
    broadcast(to, uint32_t(bits));
  } else {
    broadcast(to, bits);
  }
}

/// Special registers that are the same in all warps, or depend on the lane.
static void putSpecial(Grid &grid, const SpecialUse &use) {
  const LaunchConfig &config = grid.config;
  uint64_t warps = (product(config.block) + 31) / 32;
  for (unsigned l = 0; l < 32; ++l) {
    uint32_t bit = 1u << l, value = 0;
    switch (use.special) {
    case Special::Ntid:
      value = config.block[use.axis];
      break;
    case Special::Nctaid:
      value = config.grid[use.axis];
      break;
    case Special::LaneId:
      value = l;
      break;
    case Special::NWarpId:
      value = uint32_t(warps);
      break;
    case Special::MaskEq:
      value = bit;
      break;
    case Special::MaskLe:
      value = bit | (bit - 1);
      break;
    case Special::MaskLt:
      value = bit - 1;
      break;
    case Special::MaskGe:
      value = ~(bit - 1);
      break;
    case Special::MaskGt:
      value = ~(bit | (bit - 1));
      break;
    case Special::DynamicShared:
      value = uint32_t(config.dynamicSharedBytes);
      break;
    case Special::TotalShared:
      value = uint32_t(grid.kernel.sharedBytes - grid.kernel.reservedBytes() +
                       config.dynamicSharedBytes);
      break;
    case Special::NSmId:
      value = 1;
      break;
    // Set by the warp, or 0: one multiprocessor, one grid.
    default:
      break;
    }
    unsigned bytes = use.special == Special::GridId ? 8 : 4;
    std::memcpy(grid.image.data() + use.slot.offset + l * bytes, &value, 4);
  }
}

static void prepare(Grid &grid, ArrayRef<uint64_t> globals) {
  const Kernel &kernel = grid.kernel;
  grid.image.resize(kernel.fileBytes);
  for (const Constant &constant : kernel.constants) {
    uint64_t bits = constant.bits;
    if (constant.symbol >= 0)
      bits += globals[constant.symbol];
    putConstant(grid.image.data() + constant.slot.offset, constant.bytes, bits,
                constant.bytes == maskBytes);
  }
  for (const SpecialUse &use : kernel.specials)
    putSpecial(grid, use);
  grid.parameters.resize(kernel.parameterBytes + 16);
  grid.parameterFlags.assign(kernel.parameterBytes + 16, writtenFlag);
  for (auto [n, bytes] : enumerate(grid.config.parameters))
    std::copy(bytes.begin(), bytes.end(),
              grid.parameters.begin() + kernel.parameterRegions[n + 1].base);
  grid.mma = grid.config.mma;
  if (grid.mma == MmaModel::OfTarget)
    grid.mma = grid.module.target >= 90 ? MmaModel::Hopper : MmaModel::Ada;
  grid.shared = kernel.shared;
  grid.sharedBytes = uint32_t(alignTo(kernel.sharedBytes, 16));
  if (kernel.dynamicRegion >= 0) {
    Region &dynamic = grid.shared[kernel.dynamicRegion];
    dynamic.base = grid.sharedBytes;
    dynamic.size = uint32_t(grid.config.dynamicSharedBytes);
    grid.sharedBytes += dynamic.size;
  }
}

Expected<LaunchResult> Module::launch(StringRef name, Memory &memory,
                                      const LaunchConfig &config) const {
  const Kernel *kernel = storage->find(name);
  if (!kernel)
    return noKernel(name);
  if (Error error = checkConfig(*kernel, config))
    return std::move(error);
  Expected<std::vector<uint64_t>> globals = placeGlobals(*storage, memory);
  if (!globals)
    return globals.takeError();
  Grid grid{*kernel, *storage, memory.impl(), config, {}, {}, {}, {}, 0, {}};
  prepare(grid, *globals);
  return runBlocks(grid, product(config.grid));
}

} // namespace ts::sim
