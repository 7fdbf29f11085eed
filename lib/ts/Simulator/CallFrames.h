//===- CallFrames.h - What a function called again must not lose *- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Used for functions that may be called while they run.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_SIMULATOR_CALLFRAMES_H
#define TS_LIB_SIMULATOR_CALLFRAMES_H

#include "Lanes.h"

namespace ts::sim {

/// Makes room for one more call of the function in this lane; false, and a
/// finding, if there are too many. Values of parameters are read before.
bool enterAgain(Warp &w, const Function &function, unsigned lane);

/// Undoes the last `enterAgain`. Results are read before.
void leaveAgain(Warp &w, const Function &function, unsigned lane);

} // namespace ts::sim

#endif // TS_LIB_SIMULATOR_CALLFRAMES_H
