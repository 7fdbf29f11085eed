//===- AllLanes.cpp - Accesses that a whole warp makes as one -------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The checks of such an access, once for all lanes.
//
//===----------------------------------------------------------------------===//

#include "AllLanes.h"

namespace ts::sim {

static bool findShared(Warp &w, unsigned bytes, AllLanes &all) {
  uint64_t region = all.address >> regionBits;
  uint64_t inside = all.address & ((uint64_t(1) << regionBits) - 1);
  const std::vector<Region> &regions = w.block.grid.shared;
  if (region >= regions.size() || inside + bytes > regions[region].size)
    return false;
  uint64_t at = regions[region].base + inside;
  all.access = {w.block.shared.data() + at, w.block.sharedFlags.data() + at,
                nullptr};
  return true;
}

static bool findGlobal(Warp &w, unsigned bytes, bool write, AllLanes &all) {
  Allocation *in = w.lastAllocation;
  if (!in || !in->holds(all.address, bytes))
    return false;
  uint64_t inPage = (all.address - in->base) % pageBytes;
  if (inPage + bytes > pageBytes)
    return false;
  Page *page = write ? in->makePage(all.address) : in->page(all.address);
  if (!page)
    return false;
  all.access = {page->data + inPage, page->flags + inPage, page};
  return true;
}

bool findWhole(Warp &w, Space space, unsigned bytes, bool write, AllLanes &all) {
  if (w.block.profile)
    return false;
  if (space == Space::Shared)
    return findShared(w, bytes, all);
  // A single place is rare in global memory.
  return space == Space::Global && !all.same && findGlobal(w, bytes, write, all);
}

bool noteAll(Warp &w, const AllLanes &all, unsigned bytes, bool write) {
  Races &races = *w.block.races;
  if (Page *page = all.access.page)
    return races.globalRows(w, all.address, page,
                            uint32_t(all.access.data - page->data), bytes,
                            write);
  auto offset = uint32_t(all.access.data - w.block.shared.data());
  return write ? races.sharedWrite(w, offset, bytes)
               : races.sharedRead(w, offset, bytes, all.same);
}

} // namespace ts::sim
