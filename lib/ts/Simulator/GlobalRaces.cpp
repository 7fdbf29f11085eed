//===- GlobalRaces.cpp - Hazards in global memory -------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Cells of global memory, within a block. Most rows are only ever accessed by
// whole warps and need no cell for each word.
//
//===----------------------------------------------------------------------===//

#include "Warp.h"

using namespace llvm;

namespace ts::sim {

void Races::forgetCells() {
  for (Known &entry : known)
    spare.push_back(std::move(entry.rows));
  known.clear();
  pages.clear();
  apart.clear();
  if (parts)
    parts->clear();
  lastPage = nullptr;
}

RowPage &Races::rowsOf(Page *page, uint64_t address) {
  if (page == lastPage)
    return *lastRows;
  auto [entry, fresh] = pages.try_emplace(page, known.size());
  if (fresh) {
    std::unique_ptr<RowPage> rows;
    if (spare.empty()) {
      rows = std::make_unique<RowPage>();
    } else {
      rows = std::move(spare.back());
      spare.pop_back();
      rows->fill({});
    }
    known.push_back({address, std::move(rows)});
  }
  lastPage = page;
  lastRows = known[entry->second].rows.get();
  return *lastRows;
}

/// The word's cell; its row gets cells if it had none.
GlobalCell &Races::cellOf(RowPage &page, uint32_t word) {
  GlobalRow &row = page[word / rowWords];
  if (row.cells < 0) {
    row.cells = int32_t(apart.size());
    apart.emplace_back();
    for (unsigned n = 0; n < rowWords; ++n)
      apart.back()[n] = {ofWord(row.write, row.writeShift, n),
                         ofWord(row.read, row.readShift, n),
                         {}};
  }
  return apart[row.cells][word % rowWords];
}

void Races::global(Warp &warp, unsigned lane, uint64_t address, Page *page,
                   uint32_t offset, unsigned bytes, Touching how, bool strong,
                   bool same) {
  if (strong)
    strongAccess(warp.number, lane, address, how);
  if (parts)
    parts->touch(address - offset, offset, bytes, how == Touching::Write);
  RowPage &rows = rowsOf(page, address - offset);
  eachWord(offset, bytes, [&](uint32_t word, unsigned mask, unsigned done) {
    GlobalCell &cell = cellOf(rows, word);
    Touch now = Touch::of(tick, warp.number, lane, warp.pc, mask, strong);
    bool writes = how == Touching::Write;
    auto conflicts = [&](Touch before) {
      return (before.bytes() & mask) && !(before.strong() && strong) &&
             !ordered(before, warp.number, lane);
    };
    for (Touch before : {cell.write, cell.plain})
      if (!(writes && same) && conflicts(before))
        warp.reportRace(writes ? "write-after-write" : "read-after-write", lane,
                        address + done, before.thread(), before.pc());
    // Lanes at the edge of a matrix read an element in bounds instead of their
    // own and drop it; the warp's later store cannot overtake its load.
    bool ownWarp = cell.read.warp() == warp.number;
    if (writes && !ownWarp && conflicts(cell.read))
      warp.reportRace("write-after-read", lane, address + done,
                      cell.read.thread(), cell.read.pc());
    if (writes && !(strong && cell.write.strong()))
      cell.plain = strong ? cell.write : Touch();
    (writes ? cell.write : cell.read) = now;
  });
}

/// True if lanes side by side, the first of them in `now`, may access the row,
/// and it has no cells.
bool Races::rowIsClear(const GlobalRow &row, Touch now, uint8_t shift,
                       bool write) const {
  auto clear = [&](Touch before, uint8_t by) {
    bool own = before.warp() == now.warp();
    return orderedForAll(before, now.warp()) ||
           (own && by == shift && before.lane() == now.lane());
  };
  if (row.cells >= 0 || !clear(row.write, row.writeShift))
    return false;
  // As for single words: a warp's own reads are not looked at.
  return !write || row.read.warp() == now.warp() ||
         clear(row.read, row.readShift);
}

bool Races::globalRows(const Lanes &lanes, uint64_t address, Page *page,
                       uint32_t offset, unsigned bytes, bool write) {
  const unsigned perRow = rowBytes / bytes, rows = lanes.count / perRow;
  const auto shift = uint8_t(Log2_32(bytes / 4));
  if (offset % rowBytes || lanes.same || parts)
    return false;
  GlobalRow *row = &rowsOf(page, address - offset)[offset / rowBytes];
  auto now = [&](unsigned n) {
    return Touch::of(tick, lanes.warp, lanes.first + n * perRow, lanes.pc, 15,
                     /*strong=*/false);
  };
  for (unsigned n = 0; n < rows; ++n)
    if (!rowIsClear(row[n], now(n), shift, write))
      return false;
  for (unsigned n = 0; n < rows; ++n) {
    (write ? row[n].write : row[n].read) = now(n);
    (write ? row[n].writeShift : row[n].readShift) = shift;
  }
  return true;
}

} // namespace ts::sim
