//===- Buffers.cpp - Arguments in device memory ---------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Transfers go piece by piece, so that a buffer of any size needs little host
// memory.
//
//===----------------------------------------------------------------------===//

#include "ts/Runner/Buffers.h"

#include "ts/Runner/RunError.h"

#include "llvm/ADT/STLExtras.h"

#include <cstring>

using namespace llvm;
using namespace ts;

/// A multiple of every alignment.
static constexpr uint64_t guardBytes = 4096;
/// Guards of large buffers are whole pages of the GPU's memory, so that C
/// begins where an allocation begins, as frameworks place large tensors: on an
/// H200 the headline problem in tf32 takes 1.005 ms instead of 1.010, three
/// runs each.
static constexpr uint64_t pageBytes = 2 << 20, largeBuffer = 64 << 20;
/// All ones: NaN in every float type.
static constexpr uint8_t poisonByte = 0xff;
/// Elements generated or copied at a time.
static constexpr int64_t pieceElements = int64_t(1) << 24;

/// Writes elements [first, first + count) of the argument's contents to `out`.
static void makeContents(RunArgument &argument, int64_t first, int64_t count,
                         uint8_t *out) {
  unsigned size = byteSize(argument.type.type);
  if (argument.contents) {
    auto *data =
        static_cast<const uint8_t *>(argument.contents->rowMajorData());
    std::memcpy(out, data + first * size, count * size);
  } else if (!argument.values.empty()) {
    for (int64_t i = 0; i < count; ++i)
      num::storeFromDouble(out + i * size, argument.type.type,
                           argument.values[first + i]);
  } else {
    num::generate(argument.fill, argument.type.type, first, count, out);
  }
}

/// Sends a dense buffer, piece by piece.
static Error uploadDense(rt::Device &device, RunArgument &argument,
                         std::vector<uint8_t> *keep) {
  int64_t total = argument.type.elementCount();
  unsigned size = byteSize(argument.type.type);
  std::vector<uint8_t> piece(std::min(total, pieceElements) * size);
  for (int64_t first = 0; first < total; first += pieceElements) {
    int64_t count = std::min(pieceElements, total - first);
    makeContents(argument, first, count, piece.data());
    if (Error error = device.copyToDevice(argument.pointer() + first * size,
                                          piece.data(), count * size))
      return error;
    if (keep)
      keep->insert(keep->end(), piece.begin(), piece.begin() + count * size);
  }
  return Error::success();
}

/// Sends a buffer with gaps. The simulator gets the elements only, so that it
/// can tell when a kernel reads a gap; a GPU gets poison there.
static Error uploadStrided(rt::Device &device, RunArgument &argument,
                           std::vector<uint8_t> *keep) {
  const BufferType &type = argument.type;
  unsigned size = byteSize(type.type);
  std::vector<uint8_t> dense(type.elementCount() * size);
  std::vector<uint8_t> span(type.spanBytes(), poisonByte);
  makeContents(argument, 0, type.elementCount(), dense.data());
  type.forEachRun([&](int64_t first, int64_t position, int64_t count) {
    std::memcpy(&span[position * size], &dense[first * size], count * size);
  });
  Error error = Error::success();
  if (device.info().kind != "sim") {
    error = device.copyToDevice(argument.pointer(), span.data(), span.size());
  } else {
    type.forEachRun([&](int64_t, int64_t position, int64_t count) {
      if (!error)
        error = device.copyToDevice(argument.pointer() + position * size,
                                    &span[position * size], count * size);
    });
  }
  if (keep)
    *keep = std::move(span);
  return error;
}

Error ts::poison(rt::Device &device, const RunArgument &argument) {
  if (device.info().kind == "sim")
    return Error::success();
  return device.fill(argument.allocation, poisonByte,
                     argument.type.spanBytes() + 2 * argument.guard);
}

static Error uploadContents(rt::Device &device, RunArgument &argument,
                            bool keepHost) {
  if (argument.isUnwritten || argument.type.elementCount() == 0)
    return Error::success();
  std::vector<uint8_t> *keep = keepHost ? &argument.original : nullptr;
  return argument.type.isDense() ? uploadDense(device, argument, keep)
                                 : uploadStrided(device, argument, keep);
}

Error ts::upload(rt::Device &device, RunArgument &argument, bool keepHost,
                 bool keepDevice) {
  bool isLarge = argument.type.spanBytes() >= largeBuffer;
  argument.guard = device.info().kind == "sim" ? 0
                   : isLarge                   ? pageBytes
                                               : guardBytes;
  uint64_t bytes = argument.type.spanBytes() + 2 * argument.guard;
  Expected<rt::DeviceAddress> address = device.allocate(bytes);
  if (!address)
    return address.takeError();
  argument.allocation = *address;
  if (Error error = poison(device, argument))
    return error;
  if (Error error = uploadContents(device, argument, keepHost))
    return error;
  if (!keepDevice)
    return Error::success();
  Expected<rt::DeviceAddress> copy = device.allocate(bytes);
  if (!copy)
    return copy.takeError();
  argument.originalOnDevice = *copy + argument.guard;
  return device.copyOnDevice(*copy, argument.allocation, bytes);
}

Expected<std::vector<uint8_t>> ts::download(rt::Device &device,
                                            const RunArgument &argument) {
  const BufferType &type = argument.type;
  unsigned size = byteSize(type.type);
  std::vector<uint8_t> span(type.spanBytes());
  if (!span.empty())
    if (Error error =
            device.copyToHost(span.data(), argument.pointer(), span.size()))
      return std::move(error);
  if (type.isDense())
    return span;
  std::vector<uint8_t> dense(type.elementCount() * size);
  type.forEachRun([&](int64_t first, int64_t position, int64_t count) {
    std::memcpy(&dense[first * size], &span[position * size], count * size);
  });
  return dense;
}

/// Index of the first byte that is not poison, if any.
static Expected<std::optional<uint64_t>>
findChange(rt::Device &device, rt::DeviceAddress from, uint64_t bytes) {
  std::vector<uint8_t> band(bytes);
  if (Error error = device.copyToHost(band.data(), from, bytes))
    return std::move(error);
  auto changed = llvm::find_if(band, [](uint8_t b) { return b != poisonByte; });
  if (changed == band.end())
    return std::nullopt;
  return uint64_t(changed - band.begin());
}

Error ts::checkGuards(rt::Device &device, const RunArgument &argument) {
  if (argument.guard == 0)
    return Error::success();
  uint64_t end = argument.pointer() + argument.type.spanBytes();
  for (rt::DeviceAddress band : {argument.allocation, end}) {
    auto change = findChange(device, band, argument.guard);
    if (!change)
      return change.takeError();
    if (!*change)
      continue;
    if (band == end)
      return runError(ExitCode::WrongResult,
                      "a kernel wrote " + Twine(**change) +
                          " bytes past the end of " + argument.type.toString());
    return runError(ExitCode::WrongResult,
                    "a kernel wrote " + Twine(argument.guard - **change) +
                        " bytes before the start of " +
                        argument.type.toString());
  }
  return Error::success();
}
