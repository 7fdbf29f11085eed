//===- PtxWork.h - What a warp does, read off the PTX -----------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Counts the instructions of the hot loops of an emitted kernel, so that the
// model need not estimate what the passes really made.
//
//===----------------------------------------------------------------------===//

#ifndef TS_STRATEGY_PTXWORK_H
#define TS_STRATEGY_PTXWORK_H

#include "ts/Strategy/Work.h"

#include "llvm/ADT/StringRef.h"

namespace ts {

/// Instructions of a warp for one tile, from the text of a module with one
/// kernel. `estimate` is what the schedule says: it tells how often the loop
/// over k runs, and what PTX does not show (which loads all lanes do from one
/// address). Nothing if the loops are not the expected ones, as where tiles at
/// the rim have loops of their own.
std::optional<Work> countPtx(llvm::StringRef ptx, const Work &estimate);

} // namespace ts

#endif // TS_STRATEGY_PTXWORK_H
