//===- LaneRuns.h - Lanes that access memory as one -------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Lanes next to each other whose accesses lie in one place, or one behind the
// other, are checked, noted and done as one: a run. Whatever is out of the
// ordinary is left to the lanes, one by one; nothing has happened until then.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_SIMULATOR_LANERUNS_H
#define TS_LIB_SIMULATOR_LANERUNS_H

#include "Lanes.h"

namespace ts::sim {

/// How the addresses of a run's lanes lie to each other.
enum class Places : uint8_t { Same, SideBySide, Other };

struct Run {
  unsigned first = 0, lanes = 32;
  uint64_t address = 0; ///< of the first lane
  bool same = false;
  Access access;
  /// The bytes of the run, `each` of them a lane's.
  unsigned size(unsigned each) const { return same ? each : each * lanes; }
};

// Inlined into what is compiled for AVX2 too.
template <unsigned Bytes, class Base>
LLVM_ATTRIBUTE_ALWAYS_INLINE Places placesOf(const Base *bases,
                                             const Run &run) {
  bases += run.first;
  const uint64_t first = bases[0];
  uint64_t apart = 0, unequal = 0;
  TS_EACH(l, run.lanes) {
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

LLVM_ATTRIBUTE_ALWAYS_INLINE bool anyCopying(const uint8_t *flags,
                                             unsigned bytes) {
  uint8_t any = 0;
  for (unsigned i = 0; i < bytes; ++i)
    any |= flags[i];
  return any & copyingFlag;
}

/// Finds the run's bytes; false if a lane may not go there, or they do not lie
/// in one piece.
bool findWhole(Warp &w, Space space, unsigned bytes, bool write, Run &run);

/// Tells the race check of `bytes` for each lane; false if it has to be told of
/// each lane by itself.
bool noteRun(Warp &w, const Run &run, unsigned bytes, bool write);

} // namespace ts::sim

#endif // TS_LIB_SIMULATOR_LANERUNS_H
