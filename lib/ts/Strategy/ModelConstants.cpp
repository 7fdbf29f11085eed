//===- ModelConstants.cpp - Numbers that were fitted ----------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ts/Strategy/ModelConstants.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <cmath>

using namespace ts;

using C = ModelConstants;

static const ConstantEntry entries[] = {
    {"exponent", &C::exponent},
    {"launch", &C::launch},
    {"stall", &C::stall},
    {"stallAlone", &C::stallAlone},
    {"stallNoAhead", &C::stallNoAhead},
    {"portNoSwap", &C::portNoSwap},
    {"portRows", &C::portRows},
    {"portColumns", &C::portColumns},
    {"codeMiss", &C::codeMiss},
    {"codeBytes", &C::codeBytes},
    {"ringWait", &C::ringWait},
    {"mmaShare90", &C::mmaShare90},
    {"mmaClock", &C::mmaClock},
    {"clockSettles", &C::clockSettles},
    {"sharedClocks", &C::sharedClocks},
    {"storeClocks", &C::storeClocks},
    {"dependentClocks", &C::dependentClocks},
    {"fetchClocks", &C::fetchClocks},
    {"blockLatency", &C::blockLatency},
    {"l2BytesPerClock", &C::l2BytesPerClock},
    {"copyClocks", &C::copyClocks},
    {"barrierClocks", &C::barrierClocks},
    {"burstShare", &C::burstShare},
    {"spillClocks", &C::spillClocks},
    {"hotBytesPerClock", &C::hotBytesPerClock},
    {"windowNarrow", &C::windowNarrow},
    {"windowWide", &C::windowWide},
    {"windowStart", &C::windowStart},
    {"windowDoublings", &C::windowDoublings},
    {"driftNarrow", &C::driftNarrow},
    {"driftWide", &C::driftWide},
    {"tailShare", &C::tailShare},
    {"unmarkedGrid", &C::unmarkedGrid},
    {"tornRows", &C::tornRows},
    {"tornEdgeLinear", &C::tornEdgeLinear},
    {"tornEdgeGrid", &C::tornEdgeGrid},
    {"unmarkedLinear", &C::unmarkedLinear},
    {"wavefrontWide", &C::wavefrontWide},
    {"wavefrontUniform", &C::wavefrontUniform},
};

llvm::ArrayRef<ConstantEntry> ts::modelConstantEntries() { return entries; }

llvm::Error ts::setConstants(ModelConstants &constants, llvm::StringRef text) {
  for (llvm::StringRef part : llvm::split(text, ',')) {
    if (part.empty())
      continue;
    llvm::StringRef name, number;
    std::tie(name, number) = part.split('=');
    double value = 0;
    if (number.getAsDouble(value) || !std::isfinite(value))
      return llvm::createStringError("'" + part + "' is not NAME=NUMBER");
    const auto *entry = llvm::find_if(
        entries, [&](const ConstantEntry &e) { return e.name == name; });
    if (entry == std::end(entries))
      return llvm::createStringError(
          "the model has no constant '" + name + "'; it has " +
          llvm::join(
              llvm::map_range(
                  entries, [](const ConstantEntry &e) { return e.name.str(); }),
              ", "));
    constants.*entry->member = value;
  }
  return llvm::Error::success();
}
