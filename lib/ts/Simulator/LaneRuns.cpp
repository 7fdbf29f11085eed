//===- LaneRuns.cpp - Lanes that access memory as one ---------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The checks of a run, once for all of its lanes.
//
//===----------------------------------------------------------------------===//

#include "LaneRuns.h"

namespace ts::sim {

static bool findShared(Warp &w, unsigned bytes, Run &run) {
  uint64_t region = run.address >> regionBits;
  uint64_t inside = run.address & ((uint64_t(1) << regionBits) - 1);
  const std::vector<Region> &regions = w.block.grid.shared;
  if (region >= regions.size() || inside + bytes > regions[region].size)
    return false;
  uint64_t at = regions[region].base + inside;
  run.access = {w.block.shared.data() + at, w.block.sharedFlags.data() + at,
                nullptr};
  return true;
}

static bool findGlobal(Warp &w, unsigned bytes, bool write, Run &run) {
  Allocation *in = w.lastAllocation;
  if (!in || !in->holds(run.address, bytes) || (write && in->readOnly))
    return false;
  uint64_t inPage = (run.address - in->base) % pageBytes;
  if (inPage + bytes > pageBytes)
    return false;
  Page *page = write ? in->makePage(run.address) : in->page(run.address);
  if (!page)
    return false;
  run.access = {page->data + inPage, page->flags + inPage, page};
  return true;
}

bool findWhole(Warp &w, Space space, unsigned bytes, bool write, Run &run) {
  if (space == Space::Shared)
    return findShared(w, bytes, run);
  // A single place is rare in global memory.
  return space == Space::Global && !run.same &&
         findGlobal(w, bytes, write, run);
}

bool noteRun(Warp &w, const Run &run, unsigned bytes, bool write) {
  Races &races = *w.block.races;
  Lanes lanes{w.number, run.first, run.lanes, w.pc, run.same};
  if (Page *page = run.access.page)
    return races.globalRows(lanes, run.address, page,
                            uint32_t(run.access.data - page->data), bytes,
                            write);
  auto offset = uint32_t(run.access.data - w.block.shared.data());
  return write ? races.sharedWrite(lanes, offset, bytes)
               : races.sharedRead(lanes, offset, bytes);
}

} // namespace ts::sim
