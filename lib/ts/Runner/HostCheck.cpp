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

/// Bytes of output looked at together.
static constexpr int64_t bandBytes = int64_t(64) << 20;

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
  Error read(int64_t begin, int64_t rows);
  void buildMask(int64_t begin, int64_t rows);
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

/// Reads the memory from the first element of the band to its last.
Error BandChecker::read(int64_t begin, int64_t rows) {
  int64_t size = byteSize(result.type);
  int64_t span = (rows - 1) * result.rowStride +
                 (result.columns - 1) * result.columnStride + 1;
  auto from = reinterpret_cast<rt::DeviceAddress>(result.address(begin, 0));
  bytes.resize(span * size);
  if (memory) {
    written.resize(bytes.size());
    if (Error error = memory->kernelWrites(from, written))
      return error;
    // What no kernel wrote in a sampled run is not looked at.
    if (request.sampled && !std::memchr(written.data(), 1, written.size()))
      return Error::success();
  }
  return request.device.copyToHost(bytes.data(), from, bytes.size());
}

/// An element counts if a kernel wrote all of its bytes.
void BandChecker::buildMask(int64_t begin, int64_t rows) {
  int64_t size = byteSize(result.type);
  mask.assign(rows * result.columns, 0);
  int64_t inElements = 0;
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < result.columns; ++j) {
      int64_t at = (i * result.rowStride + j * result.columnStride) * size;
      int64_t count = 0;
      for (int64_t b = 0; b < size; ++b)
        count += written[at + b];
      inElements += count;
      mask[i * result.columns + j] = count == size;
      if (count == size || request.sampled)
        continue;
      ++report.missing;
      if (!report.firstMissing)
        report.firstMissing = {begin + i, j};
    }
  int64_t all = std::count(written.begin(), written.end(), 1);
  // Where rows overlap in memory the elements' bytes count more than once.
  report.strayBytes += std::max<int64_t>(all - inElements, 0);
}

Error BandChecker::checkBand(int64_t begin, int64_t rows) {
  if (Error error = read(begin, rows))
    return error;
  mask.clear();
  if (memory) {
    if (request.sampled && !std::memchr(written.data(), 1, written.size()))
      return Error::success();
    buildMask(begin, rows);
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
  // A column-major output is one band: each of its rows spans all of it.
  int64_t step = result.rowStride < result.columnStride
                     ? end - begin
                     : std::max<int64_t>(1, bandBytes / rowBytes);
  for (int64_t row = begin; row < end; row += step)
    if (Error error = checkBand(row, std::min(step, end - row)))
      return error;
  return Error::success();
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
  num::Reference reference(p);
  BandChecker checker(
      request, reference,
      c.type.matrix(reinterpret_cast<const void *>(c.pointer())), report);
  report.where = "host";
  std::vector<std::pair<int64_t, int64_t>> rows = request.rows;
  if (rows.empty())
    rows.push_back({0, p.rows()});
  for (auto [begin, end] : rows)
    if (Error error = checker.checkRows(begin, end))
      return error;
  return Error::success();
}
