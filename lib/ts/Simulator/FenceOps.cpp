//===- FenceOps.cpp - Fences and prefetches -------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Accesses happen in order here, so that a fence matters to racecheck alone,
// and a prefetch to nobody.
//
//===----------------------------------------------------------------------===//

#include "Lanes.h"

using namespace llvm;

namespace ts::sim {

void releaseBefore(Warp &w, const Instruction &i) {
  if (i.flags & releaseFlag && w.block.races)
    w.block.races->fence(w.number, w.exec, i.flags & wideFlag);
}

static void nothing(Warp &, const Instruction &) {}

static void fence(Warp &w, const Instruction &i) {
  if (w.block.races)
    w.block.races->fence(w.number, w.exec, i.flags & wideFlag);
}

void decodeFence(Decoder &d) {
  d.takeOneOf({"sc", "acq_rel", "acquire", "release"});
  int scope = d.takeOneOf({"cta", "cluster", "gpu", "gl", "sys"});
  if (scope < 0)
    d.failHere("'" + d.opcode() + "' needs a scope");
  d.expectOperands(0);
  d.out.flags = scope > 0 ? wideFlag : 0;
  d.out.handler = fence;
}

void decodePrefetch(Decoder &d) {
  bool uniform = d.opcode() == "prefetchu";
  int space = uniform ? -1 : d.takeOneOf({"global", "local"});
  if (space >= 0)
    d.out.space = space == 0 ? Space::Global : Space::Local;
  if (uniform)
    d.require("L1");
  else if (d.takeOneOf({"L1", "L2", "L2::evict_last", "L2::evict_normal"}) < 0)
    d.failHere("'prefetch' needs a cache level");
  d.expectOperands(1);
  d.address(0);
  d.out.handler = nothing;
}

} // namespace ts::sim
