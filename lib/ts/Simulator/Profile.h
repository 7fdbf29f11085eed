//===- Profile.h - What each instruction did --------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Counters by instruction, of the blocks that one host thread ran.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_SIMULATOR_PROFILE_H
#define TS_LIB_SIMULATOR_PROFILE_H

#include "ts/Simulator/Simulator.h"

#include <array>
#include <vector>

namespace ts::sim {

class Profile {
public:
  explicit Profile(size_t instructions) : counts(instructions) {}

  void executed(size_t pc, unsigned threads) {
    ++counts[pc].warps;
    counts[pc].threads += threads;
  }
  /// A warp's access to global memory: the first byte of each lane's.
  void global(uint32_t pc, llvm::ArrayRef<uint64_t> addresses, unsigned bytes);
  /// The same of shared memory. `lanes` together move 128 bytes a pass.
  void shared(uint32_t pc, llvm::ArrayRef<uint64_t> addresses, unsigned bytes,
              size_t lanes);

  std::vector<LineCounters> counts;
};

/// How many of a warp's lanes are served together where all have banks of their
/// own. `addresses` by lane, of which those in `mask` mean something.
size_t lanesTogether(const uint64_t *addresses, uint32_t mask, unsigned bytes,
                     bool pairs);

} // namespace ts::sim

#endif // TS_LIB_SIMULATOR_PROFILE_H
