//===- Checks.cpp - Checks that every device makes ------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The driver answers a bad launch shape with "invalid value"; these checks say
// which value, and hold for the simulator too.
//
//===----------------------------------------------------------------------===//

#include "Checks.h"

#include "llvm/Support/FormatVariadic.h"

using namespace llvm;

namespace ts::rt {

std::string describe(StringRef kernel, const Launch &launch) {
  const auto &[gx, gy, gz] = launch.grid;
  const auto &[bx, by, bz] = launch.block;
  return formatv("kernel '{0}': {1} x {2} x {3} blocks of {4} x {5} x {6} "
                 "threads",
                 kernel, gx, gy, gz, bx, by, bz);
}

static Error checkExtent(StringRef kernel, const Launch &launch,
                         StringRef extent, uint32_t value, uint32_t limit) {
  if (value >= 1 && value <= limit)
    return Error::success();
  return createStringError(formatv("{0}: {1} is {2}, and 1 to {3} are possible",
                                   describe(kernel, launch), extent, value,
                                   limit)
                               .str());
}

Error checkShape(StringRef kernel, const Launch &launch) {
  const struct {
    const char *name;
    uint32_t value, limit;
  } extents[] = {{"grid x", launch.grid[0], 0x7fffffff},
                 {"grid y", launch.grid[1], 65535},
                 {"grid z", launch.grid[2], 65535},
                 {"block x", launch.block[0], 1024},
                 {"block y", launch.block[1], 1024},
                 {"block z", launch.block[2], 64}};
  for (auto [name, value, limit] : extents)
    if (Error error = checkExtent(kernel, launch, name, value, limit))
      return error;
  return checkExtent(kernel, launch, "the number of threads in a block",
                     launch.block[0] * launch.block[1] * launch.block[2], 1024);
}

Error checkPattern(ArrayRef<uint8_t> pattern) {
  if (is_contained({1, 2, 4}, pattern.size()))
    return Error::success();
  return createStringError(
      formatv("a fill pattern has 1, 2 or 4 bytes, not {0}", pattern.size())
          .str());
}

bool isBinaryImage(StringRef image) {
  return image.starts_with("\x7f"
                           "ELF") ||
         image.starts_with("\x50\xed\x55\xba");
}

} // namespace ts::rt
