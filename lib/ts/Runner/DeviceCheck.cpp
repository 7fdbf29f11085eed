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

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

using llvm::Error;
using llvm::Expected;
using namespace ts;

static constexpr llvm::StringLiteral kernelName = "ts_check";
static constexpr unsigned threadsPerBlock = 256;

namespace {
/// What one thread of the kernel leaves behind.
struct ThreadResult {
  int64_t mismatches, first;
  double worst;
  int64_t worstAt;
  double errorSquared, referenceSquared;
  int64_t nonFinite, nonFiniteWrong, notComparable, aboveBound, firstAbove;
};
static_assert(sizeof(ThreadResult) == 11 * 8, "as the kernel writes it");

// The kernel's numbers of the types are the enumeration's.
static_assert(int(num::ElementType::F16) == 0 &&
              int(num::ElementType::BF16) == 1 &&
              int(num::ElementType::F32) == 2 &&
              int(num::ElementType::F64) == 3);

/// The kernel's parameters, in its order and without padding.
struct Parameters {
  int64_t words[16];
  double numbers[7];
  int32_t flags[5];
};

/// Elements that are worth describing, by their index in the rows checked.
struct Places {
  int64_t first = -1, worst = -1, firstAbove = -1;
};

/// Memory and code of the check for one product after another.
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
  Expected<num::Mismatch> describe(const num::Product &product,
                                   const num::Matrix &result, int64_t row,
                                   int64_t column, bool exact);
  Error gather(const num::Matrix &matrix, std::vector<uint8_t> &bytes);

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

static Parameters makeParameters(const num::Product &p,
                                 const num::Matrix &result, int64_t begin,
                                 int64_t rows, uint64_t out,
                                 const num::ErrorBound &bound) {
  num::Matrix old = p.c0.value_or(result);
  return {{int64_t(addressOf(p.a, begin)), int64_t(addressOf(p.b, 0)),
           int64_t(addressOf(result, begin)), int64_t(addressOf(old, begin)),
           int64_t(out), rows, p.columns(), p.depth(), p.a.rowStride,
           p.a.columnStride, p.b.rowStride, p.b.columnStride, result.rowStride,
           result.columnStride, old.rowStride, old.columnStride},
          {p.alpha, p.beta, bound.factor, bound.slack, bound.smallestEntry,
           bound.largestEntry, bound.largestMagnitude},
          {int32_t(p.a.type), int32_t(p.b.type), int32_t(result.type),
           num::isBitExact(p), bound.magnitude == num::Magnitude::Normwise}};
}

Error DeviceChecker::launch(const num::Product &p, const num::Matrix &result,
                            int64_t begin, int64_t rows, uint32_t blocks) {
  Parameters values =
      makeParameters(p, result, begin, rows, out, num::errorBound(p, core));
  std::vector<void *> parameters;
  for (int64_t &word : values.words)
    parameters.push_back(&word);
  for (double &number : values.numbers)
    parameters.push_back(&number);
  for (int32_t &flag : values.flags)
    parameters.push_back(&flag);
  rt::Launch launch;
  launch.grid = {blocks, 1, 1};
  launch.block = {threadsPerBlock, 1, 1};
  launch.parameters = parameters.data();
  launch.parameterCount = parameters.size();
  if (Error error = device.launch(kernel, launch))
    return error;
  return device.synchronize();
}

/// Reads a matrix on the device, element by element, into dense memory.
Error DeviceChecker::gather(const num::Matrix &matrix,
                            std::vector<uint8_t> &bytes) {
  unsigned size = byteSize(matrix.type);
  bytes.resize(matrix.rows * matrix.columns * size);
  uint8_t *to = bytes.data();
  for (int64_t i = 0; i < matrix.rows; ++i)
    for (int64_t j = 0; j < matrix.columns; ++j, to += size)
      if (Error error = device.copyToHost(
              to, reinterpret_cast<rt::DeviceAddress>(matrix.address(i, j)),
              size))
        return error;
  return Error::success();
}

static num::Matrix part(const num::Matrix &matrix, int64_t row, int64_t rows,
                        int64_t column, int64_t columns) {
  num::Matrix result = matrix;
  result.data = matrix.address(row, column);
  result.rows = rows;
  result.columns = columns;
  return result;
}

/// What an element should be, by the host's reference: the chain, or the exact
/// result.
Expected<num::Mismatch> DeviceChecker::describe(const num::Product &p,
                                                const num::Matrix &result,
                                                int64_t row, int64_t column,
                                                bool exact) {
  num::Product one = p;
  num::Matrix old = part(p.c0.value_or(result), row, 1, column, 1);
  num::Matrix got = part(result, row, 1, column, 1);
  one.a = part(p.a, row, 1, 0, p.depth());
  one.b = part(p.b, 0, p.depth(), column, 1);
  std::vector<uint8_t> bytes[4];
  num::Matrix *matrices[] = {&one.a, &one.b, &old, &got};
  for (auto [matrix, data] : llvm::zip(matrices, bytes)) {
    if (Error error = gather(*matrix, data))
      return std::move(error);
    *matrix = num::Matrix::dense(data.data(), matrix->type, matrix->rows,
                                 matrix->columns);
  }
  if (p.beta != 0)
    one.c0 = old;
  num::ReferenceRow reference;
  num::Reference(one, core).row(0, 0, 1, reference);
  return num::Mismatch{row, column,
                       exact ? reference.exact[0] : reference.chain[0],
                       got.at(0, 0)};
}

/// The earlier of two indices, -1 being none.
static int64_t earlier(int64_t x, int64_t y) {
  return x < 0 ? y : y < 0 ? x : std::min(x, y);
}

static Places addUp(llvm::ArrayRef<ThreadResult> threads,
                    num::CheckResult &sum) {
  Places places;
  for (const ThreadResult &thread : threads) {
    sum.mismatches += thread.mismatches;
    places.first = earlier(places.first, thread.first);
    sum.nonFinite += thread.nonFinite;
    sum.nonFiniteWrong += thread.nonFiniteWrong;
    sum.notComparable += thread.notComparable;
    sum.aboveBound += thread.aboveBound;
    places.firstAbove = earlier(places.firstAbove, thread.firstAbove);
    sum.errorSquared += thread.errorSquared;
    sum.referenceSquared += thread.referenceSquared;
    if (thread.worst > sum.maxScaledError) {
      sum.maxScaledError = thread.worst;
      places.worst = thread.worstAt;
    }
  }
  return places;
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
  Places places = addUp(threads, sum);
  // Only what a report of a failure will say: reading operands takes a while.
  struct Place {
    int64_t at;
    std::optional<num::Mismatch> *to;
    bool exact;
  };
  bool bitExact = num::isBitExact(product), isBad = sum.aboveBound > 0;
  for (Place place :
       {Place{bitExact ? places.first : -1, &sum.first, false},
        Place{isBad ? places.worst : -1, &sum.worst, true},
        Place{isBad ? places.firstAbove : -1, &sum.firstAbove, true}}) {
    if (place.at < 0)
      continue;
    Expected<num::Mismatch> described =
        describe(product, result, begin + place.at / product.columns(),
                 place.at % product.columns(), place.exact);
    if (!described)
      return described.takeError();
    *place.to = *described;
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
