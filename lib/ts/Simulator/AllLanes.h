//===- AllLanes.h - Accesses that a whole warp makes as one -----*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_SIMULATOR_ALLLANES_H
#define TS_LIB_SIMULATOR_ALLLANES_H

#include "Lanes.h"

namespace ts::sim {

/// How the lanes' addresses lie to each other.
enum class Places : uint8_t { Same, SideBySide, Other };

/// The access of all lanes to one place, or to places side by side.
struct AllLanes {
  uint64_t address = 0; ///< of the first lane
  bool same = false;
  Access access;
};

// Inlined into what is compiled for AVX2 too.
template <unsigned Bytes, class Base>
LLVM_ATTRIBUTE_ALWAYS_INLINE Places placesOf(const Base *bases) {
  const uint64_t first = bases[0];
  uint64_t apart = 0, unequal = 0;
  TS_EACH_LANE {
    uint64_t base = bases[l];
    unequal |= base ^ first;
    apart |= base ^ (first + uint64_t(l) * Bytes);
  }
  return unequal == 0 ? Places::Same
         : apart == 0 ? Places::SideBySide
                      : Places::Other;
}

LLVM_ATTRIBUTE_ALWAYS_INLINE bool allWritten(const uint8_t *flags,
                                             unsigned bytes) {
  uint8_t all = writtenFlag;
  for (unsigned i = 0; i < bytes; ++i)
    all &= flags[i];
  return all;
}

/// Finds the bytes of all lanes; false if a lane may not go there, or they do
/// not lie in one piece, or each lane's address is wanted for the profile.
bool findWhole(Warp &w, Space space, unsigned bytes, bool write, AllLanes &all);

/// Tells the race check of `bytes` for each lane; false if it has to be told of
/// each lane.
bool noteAll(Warp &w, const AllLanes &all, unsigned bytes, bool write);

} // namespace ts::sim

#endif // TS_LIB_SIMULATOR_ALLLANES_H
