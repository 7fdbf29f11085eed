//===- HostCheck.cpp - A result against the host's reference --------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Reads the output in bands of memory with the record of what kernels wrote,
// and recomputes what was written.
//
//===----------------------------------------------------------------------===//

#include "Verifiers.h"

#include "ts/Runner/RunError.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cstring>

using namespace llvm;
using namespace ts;

/// Bytes of output looked at together: small enough to stay in the cache.
static constexpr int64_t bandBytes = int64_t(4) << 20;

Expected<std::vector<uint8_t>> ts::originalSpan(VerifyRequest &request,
                                                int64_t index) {
  RunArgument &argument = request.arguments[index];
  if (!argument.original.empty())
    return argument.original;
  std::vector<uint8_t> span(argument.type.spanBytes());
  if (!span.empty())
    if (Error error = request.device.copyToHost(span.data(), argument.pointer(),
                                                span.size()))
      return std::move(error);
  return span;
}

namespace {
/// Walks over one output from its first row to its last.
class BandChecker {
public:
  BandChecker(VerifyRequest &request, const num::Reference &reference,
              num::Matrix result, OutputReport &report)
      : request(request), reference(reference), result(result), report(report) {
    if (request.device.info().kind == "sim")
      memory = &static_cast<rt::SimDevice &>(request.device).memory();
  }
  Error checkRows(int64_t begin, int64_t end);

private:
  rt::DeviceAddress address(int64_t row, int64_t column) const {
    return reinterpret_cast<rt::DeviceAddress>(result.address(row, column));
  }
  int64_t maskRow(int64_t begin, int64_t i);
  Error buildMask(int64_t begin, int64_t rows);
  Error readWritten(int64_t begin, int64_t rows);
  Error checkBand(int64_t begin, int64_t rows);

  VerifyRequest &request;
  const num::Reference &reference;
  num::Matrix result; ///< addresses on the device
  OutputReport &report;
  sim::Memory *memory = nullptr;
  std::vector<uint8_t> bytes;   ///< of the band, gaps included
  std::vector<uint8_t> written; ///< one per byte; simulator only
  std::vector<uint8_t> mask;    ///< one per element
};
} // namespace

/// Marks what a kernel wrote of row `i` of the band: elements count if all of
/// their bytes do. Returns how many bytes of elements were written.
int64_t BandChecker::maskRow(int64_t begin, int64_t i) {
  int64_t size = byteSize(result.type), width = result.columns * size;
  const uint8_t *row = &written[i * result.rowStride * size];
  uint8_t *out = &mask[i * result.columns];
  bool isPacked = result.columnStride == 1;
  if (isPacked && !std::memchr(row, 0, width)) {
    std::memset(out, 1, result.columns);
    return width;
  }
  int64_t bytesWritten = 0;
  for (int64_t j = 0; j < result.columns; ++j) {
    const uint8_t *at = row + j * result.columnStride * size;
    if (isPacked && request.sampled && !*at) {
      // Most of a sampled output was never written: on to the next that was.
      auto *next =
          static_cast<const uint8_t *>(std::memchr(at, 1, row + width - at));
      if (!next)
        break;
      j = (next - row) / size;
      at = row + j * size;
    }
    int64_t count = std::count(at, at + size, 1);
    bytesWritten += count;
    out[j] = count == size;
    if (count == size || request.sampled)
      continue;
    ++report.missing;
    if (!report.firstMissing)
      report.firstMissing = {begin + i, j};
  }
  return bytesWritten;
}

Error BandChecker::buildMask(int64_t begin, int64_t rows) {
  written.resize(bytes.size());
  if (Error error = memory->kernelWrites(address(begin, 0), written))
    return error;
  mask.assign(rows * result.columns, 0);
  int64_t inElements = 0;
  for (int64_t i = 0; i < rows; ++i)
    inElements += maskRow(begin, i);
  bool hasGaps = result.columnStride != 1 || result.rowStride > result.columns;
  if (hasGaps)
    report.strayBytes +=
        std::count(written.begin(), written.end(), 1) - inElements;
  return Error::success();
}

/// Reads the marked elements only, row by row.
Error BandChecker::readWritten(int64_t begin, int64_t rows) {
  int64_t size = byteSize(result.type);
  for (int64_t i = 0; i < rows; ++i) {
    auto *row = mask.data() + i * result.columns, *end = row + result.columns;
    for (auto *from = std::find(row, end, 1); from != end;) {
      auto *to = std::find(from, end, 0);
      int64_t j = from - row, last = to - row - 1;
      int64_t at = i * result.rowStride + j * result.columnStride;
      int64_t count = (last - j) * result.columnStride + 1;
      if (Error error = request.device.copyToHost(
              &bytes[at * size], address(begin + i, j), count * size))
        return error;
      from = std::find(to, end, 1);
    }
  }
  return Error::success();
}

Error BandChecker::checkBand(int64_t begin, int64_t rows) {
  int64_t span = (rows - 1) * result.rowStride +
                 (result.columns - 1) * result.columnStride + 1;
  bytes.resize(span * byteSize(result.type));
  mask.clear();
  if (memory)
    if (Error error = buildMask(begin, rows))
      return error;
  if (request.sampled) {
    if (!std::memchr(mask.data(), 1, mask.size()))
      return Error::success();
    if (Error error = readWritten(begin, rows))
      return error;
  } else if (Error error = request.device.copyToHost(
                 bytes.data(), address(begin, 0), bytes.size())) {
    return error;
  }
  num::Matrix band = result;
  band.data = bytes.data();
  band.rows = rows;
  report.result.merge(num::check(reference, begin, band, mask));
  return Error::success();
}

Error BandChecker::checkRows(int64_t begin, int64_t end) {
  if (result.columns == 0)
    return Error::success();
  int64_t rowBytes = std::max<int64_t>(
      1, std::max(result.rowStride, result.columns * result.columnStride) *
             byteSize(result.type));
  int64_t step = std::max<int64_t>(1, bandBytes / rowBytes);
  for (int64_t row = begin; row < end; row += step)
    if (Error error = checkBand(row, std::min(step, end - row)))
      return error;
  return Error::success();
}

/// (A B)^T = B^T A^T, element by element the same chain.
static void transpose(num::Product &p, num::Matrix &result) {
  std::swap(p.a, p.b);
  p.a = p.a.transposed();
  p.b = p.b.transposed();
  if (p.c0)
    p.c0 = p.c0->transposed();
  result = result.transposed();
}

/// Back to the output's own rows and columns.
static void transpose(OutputReport &report) {
  for (std::optional<num::Mismatch> *at :
       {&report.result.first, &report.result.worst, &report.result.firstAbove})
    if (*at)
      std::swap((*at)->row, (*at)->column);
  if (report.firstMissing)
    std::swap(report.firstMissing->first, report.firstMissing->second);
}

Error ts::verifyOnHost(VerifyRequest &request, ProductAttr product,
                       OutputReport &report) {
  std::vector<std::vector<uint8_t>> spans(request.arguments.size());
  bool reads = product.getBeta() && !product.getBeta().getValue().isZero();
  for (int64_t index : {product.getA(), product.getB(), product.getC()}) {
    if (index == product.getC() && !reads)
      continue;
    Expected<std::vector<uint8_t>> span = originalSpan(request, index);
    if (!span)
      return span.takeError();
    spans[index] = std::move(*span);
  }
  num::Product p = makeProduct(
      product, request.arguments,
      [&](int64_t index) -> const void * { return spans[index].data(); });
  double work = double(p.rows()) * double(p.columns()) * double(p.depth());
  if (!request.sampled && request.rows.empty() && work > request.hostLimit)
    return runError(ExitCode::NotChecked,
                    "the product is too large to be repeated on the host");
  const RunArgument &c = request.arguments[product.getC()];
  num::Matrix result =
      c.type.matrix(reinterpret_cast<const void *>(c.pointer()));
  report.where = "host";
  // Bands follow memory: a column-major output is checked as its transpose.
  bool swap = result.rowStride < result.columnStride && request.rows.empty();
  if (swap)
    transpose(p, result);
  num::Reference reference(p, request.core);
  BandChecker checker(request, reference, result, report);
  std::vector<std::pair<int64_t, int64_t>> rows = request.rows;
  if (rows.empty())
    rows.push_back({0, p.rows()});
  for (auto [begin, end] : rows)
    if (Error error = checker.checkRows(begin, end))
      return error;
  if (swap)
    transpose(report);
  return Error::success();
}
