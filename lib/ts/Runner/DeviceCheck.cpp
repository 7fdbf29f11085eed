//===- DeviceCheck.cpp - A result against the device's reference ----------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Launches the check kernel and adds up what its threads found.
//
//===----------------------------------------------------------------------===//

#include "Verifiers.h"

#include "ts/Runner/RunError.h"

#include <algorithm>
#include <cmath>
#include <limits>

using llvm::Error;
using llvm::Expected;
using namespace ts;

static constexpr llvm::StringLiteral kernelName = "ts_check";
static constexpr unsigned threadsPerBlock = 256;

namespace {
/// What one thread of the kernel leaves behind.
struct ThreadResult {
  int64_t mismatches, first;
  double worst, errorSquared, referenceSquared;
  int64_t nonFinite, nonFiniteWrong;
};
static_assert(sizeof(ThreadResult) == 7 * 8, "as the kernel writes it");

class DeviceChecker {
public:
  DeviceChecker(rt::Device &device, const TensorCore &core)
      : device(device), core(core) {}
  Error prepare();
  Error release();
  /// Checks rows [begin, end).
  Expected<num::CheckResult> run(const num::Product &product,
                                 const num::Matrix &result, int64_t begin,
                                 int64_t end);

private:
  Error launch(const num::Product &product, const num::Matrix &result,
               int64_t begin, int64_t rows, uint32_t blocks);
  Error describeFirst(const num::Product &product, const num::Matrix &result,
                      num::Mismatch &at);
  Expected<float> load(const void *address);

  rt::Device &device;
  TensorCore core;
  rt::ModuleHandle module = nullptr;
  rt::KernelHandle kernel = nullptr;
  rt::DeviceAddress out = 0;
  uint32_t maxBlocks = 1;
};
} // namespace

Error DeviceChecker::prepare() {
  Expected<std::string> ptx = compileCheckKernel();
  if (!ptx)
    return ptx.takeError();
  Expected<rt::ModuleHandle> loaded = device.loadModule(*ptx);
  if (!loaded)
    return loaded.takeError();
  module = *loaded;
  Expected<rt::KernelHandle> found = device.getKernel(module, kernelName);
  if (!found)
    return found.takeError();
  kernel = *found;
  maxBlocks = std::max(1u, device.info().multiprocessors * 8);
  Expected<rt::DeviceAddress> memory = device.allocate(
      uint64_t(maxBlocks) * threadsPerBlock * sizeof(ThreadResult));
  if (!memory)
    return memory.takeError();
  out = *memory;
  return Error::success();
}

Error DeviceChecker::release() {
  Error error = Error::success();
  if (out)
    error = llvm::joinErrors(std::move(error), device.free(out));
  if (module)
    error = llvm::joinErrors(std::move(error), device.unloadModule(module));
  return error;
}

static uint64_t addressOf(const num::Matrix &matrix, int64_t row) {
  return reinterpret_cast<uint64_t>(matrix.address(row, 0));
}

Error DeviceChecker::launch(const num::Product &p, const num::Matrix &result,
                            int64_t begin, int64_t rows, uint32_t blocks) {
  num::Matrix old = p.c0.value_or(result);
  int64_t words[] = {int64_t(addressOf(p.a, begin)),
                     int64_t(addressOf(p.b, 0)),
                     int64_t(addressOf(result, begin)),
                     int64_t(addressOf(old, begin)),
                     int64_t(out),
                     rows,
                     p.columns(),
                     p.depth(),
                     p.a.rowStride,
                     p.a.columnStride,
                     p.b.rowStride,
                     p.b.columnStride,
                     result.rowStride,
                     result.columnStride,
                     old.rowStride,
                     old.columnStride};
  auto alpha = float(p.alpha), beta = float(p.beta);
  double slack = num::errorBound(p, core).slack;
  std::vector<void *> parameters;
  for (int64_t &word : words)
    parameters.push_back(&word);
  parameters.insert(parameters.end(), {&alpha, &beta, &slack});
  rt::Launch launch;
  launch.grid = {blocks, 1, 1};
  launch.block = {threadsPerBlock, 1, 1};
  launch.parameters = parameters.data();
  launch.parameterCount = parameters.size();
  if (Error error = device.launch(kernel, launch))
    return error;
  return device.synchronize();
}

Expected<float> DeviceChecker::load(const void *address) {
  float value;
  if (Error error = device.copyToHost(
          &value, reinterpret_cast<rt::DeviceAddress>(address), sizeof(value)))
    return std::move(error);
  return value;
}

/// Fills in expected and got of a mismatch from the operands on the device.
Error DeviceChecker::describeFirst(const num::Product &p,
                                   const num::Matrix &result,
                                   num::Mismatch &at) {
  float acc = 0;
  for (int64_t k = 0; k < p.depth(); ++k) {
    Expected<float> a = load(p.a.address(at.row, k));
    if (!a)
      return a.takeError();
    Expected<float> b = load(p.b.address(k, at.column));
    if (!b)
      return b.takeError();
    acc = std::fma(*a, *b, acc);
  }
  float value = float(p.alpha) * acc;
  if (p.beta != 0) {
    Expected<float> old = load(p.c0->address(at.row, at.column));
    if (!old)
      return old.takeError();
    value = std::fma(float(p.beta), *old, value);
  }
  Expected<float> got = load(result.address(at.row, at.column));
  if (!got)
    return got.takeError();
  at.expected = value;
  at.got = *got;
  return Error::success();
}

Expected<num::CheckResult> DeviceChecker::run(const num::Product &product,
                                              const num::Matrix &result,
                                              int64_t begin, int64_t end) {
  num::CheckResult sum;
  sum.compared = (end - begin) * product.columns();
  if (sum.compared == 0)
    return sum;
  auto blocks = uint32_t(std::min<int64_t>(
      maxBlocks, (sum.compared + threadsPerBlock - 1) / threadsPerBlock));
  if (Error error = launch(product, result, begin, end - begin, blocks))
    return std::move(error);
  std::vector<ThreadResult> threads(size_t(blocks) * threadsPerBlock);
  if (Error error = device.copyToHost(threads.data(), out,
                                      threads.size() * sizeof(ThreadResult)))
    return std::move(error);
  int64_t first = std::numeric_limits<int64_t>::max();
  for (const ThreadResult &thread : threads) {
    sum.mismatches += thread.mismatches;
    if (thread.first >= 0)
      first = std::min(first, thread.first);
    sum.nonFinite += thread.nonFinite;
    sum.nonFiniteWrong += thread.nonFiniteWrong;
    sum.errorSquared += thread.errorSquared;
    sum.referenceSquared += thread.referenceSquared;
    sum.maxScaledError = std::max(sum.maxScaledError, thread.worst);
  }
  if (sum.mismatches > 0) {
    sum.first = num::Mismatch{begin + first / product.columns(),
                              first % product.columns()};
    if (Error error = describeFirst(product, result, *sum.first))
      return std::move(error);
  }
  return sum;
}

Expected<num::CheckResult>
ts::checkOnDevice(rt::Device &device, const num::Product &product,
                  const TensorCore &core, const num::Matrix &result,
                  llvm::ArrayRef<std::pair<int64_t, int64_t>> rows) {
  DeviceChecker checker(device, core);
  if (Error error = checker.prepare())
    return llvm::joinErrors(std::move(error), checker.release());
  std::pair<int64_t, int64_t> whole{0, product.rows()};
  num::CheckResult sum;
  for (auto [begin, end] : rows.empty() ? llvm::ArrayRef(whole) : rows) {
    Expected<num::CheckResult> part = checker.run(product, result, begin, end);
    if (!part)
      return llvm::joinErrors(part.takeError(), checker.release());
    sum.merge(*part);
  }
  if (Error error = checker.release())
    return std::move(error);
  return sum;
}
