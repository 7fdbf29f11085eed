//===- GridRaces.h - Hazards between the blocks of a launch -----*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// See GridRaces.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_SIMULATOR_GRIDRACES_H
#define TS_LIB_SIMULATOR_GRIDRACES_H

#include "Races.h"

namespace ts::sim {

/// Two blocks in conflict: `first` and `second` are thread << 20 | pc.
struct GridRace {
  const char *kind;
  uint64_t address;
  uint64_t firstBlock, secondBlock;
  uint32_t first, second;
};

/// Sorts the uses; at most one hazard for each block and page.
std::vector<GridRace> compareBlocks(std::vector<PageUse> &uses);

} // namespace ts::sim

#endif // TS_LIB_SIMULATOR_GRIDRACES_H
