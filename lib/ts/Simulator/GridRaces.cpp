//===- GridRaces.cpp - Hazards between the blocks of a launch -------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Blocks run in any order and on several host threads, so they are compared
// only once all have run, in block order: the findings do not depend on how
// they ran. No barrier orders blocks. A fence behind the first access and a
// fence or an atomic operation before the second one are taken as order, as
// kernels do that let the last block finish the work.
//
//===----------------------------------------------------------------------===//

#include "GridRaces.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"

#include <optional>

using namespace llvm;

namespace ts::sim {

//===----------------------------------------------------------------------===//
// What a block leaves behind
//===----------------------------------------------------------------------===//

void Races::summarizePage(uint64_t number, uint64_t address,
                          const RowPage &rows,
                          std::vector<PageUse> &uses) const {
  std::array<int, 4> made;
  made.fill(-1);
  auto useOf = [&](Touch touch) -> PageUse & {
    bool published = touch.tick() < lastFence;
    bool acquired = touch.tick() >= firstAcquire;
    int &index = made[published * 2 + acquired];
    if (index < 0) {
      index = int(uses.size());
      uses.emplace_back();
      uses.back().page = address;
      uses.back().block = number;
      uses.back().published = published;
      uses.back().acquired = acquired;
    }
    return uses[index];
  };
  for (unsigned word = 0; word < cellsPerPage; ++word) {
    const GlobalRow &row = rows[word / rowWords];
    unsigned n = word % rowWords;
    GlobalCell cell = row.cells >= 0
                          ? apart[row.cells][n]
                          : GlobalCell{ofWord(row.write, row.writeShift, n),
                                       ofWord(row.read, row.readShift, n)};
    uint64_t bit = uint64_t(1) << (word % 64);
    if (Touch write = cell.write; write.bits) {
      PageUse &use = useOf(write);
      (write.strong() ? use.strongWrites : use.plainWrites)[word / 64] |= bit;
      use.writers.resize(cellsPerPage / 4);
      use.writers[word / 4] = write.thread() << 20 | write.pc();
    }
    // Strong reads matter only to plain writes, and are rare.
    if (Touch read = cell.read; read.bits && !read.strong()) {
      PageUse &use = useOf(read);
      use.reads[word / 64] |= bit;
      use.firstRead = read.thread() << 20 | read.pc();
    }
  }
}

void Races::summarize(uint64_t number, std::vector<PageUse> &uses) {
  for (const Known &entry : known)
    summarizePage(number, entry.address, *entry.rows, uses);
}

//===----------------------------------------------------------------------===//
// Comparing blocks
//===----------------------------------------------------------------------===//

static bool excused(const PageUse &a, const PageUse &b) {
  return (a.published && b.acquired) || (b.published && a.acquired);
}

namespace {
/// Words of two blocks in conflict, by kind.
struct Overlap {
  const char *kind;
  unsigned word;
};
} // namespace

static std::optional<Overlap> overlap(const PageUse &a, const PageUse &b) {
  for (unsigned i = 0; i < a.reads.size(); ++i) {
    uint64_t aWrites = a.plainWrites[i] | a.strongWrites[i],
             bWrites = b.plainWrites[i] | b.strongWrites[i];
    uint64_t both = (aWrites & b.plainWrites[i]) | (a.plainWrites[i] & bWrites);
    if (both)
      return Overlap{"write-after-write", i * 64 + countr_zero(both)};
    if (uint64_t reads = aWrites & b.reads[i])
      return Overlap{"read-after-write", i * 64 + countr_zero(reads)};
    if (uint64_t writes = a.reads[i] & bWrites)
      return Overlap{"write-after-read", i * 64 + countr_zero(writes)};
  }
  return std::nullopt;
}

static void merge(PageUse &into, const PageUse &use) {
  for (unsigned i = 0; i < use.reads.size(); ++i) {
    into.plainWrites[i] |= use.plainWrites[i];
    into.strongWrites[i] |= use.strongWrites[i];
    into.reads[i] |= use.reads[i];
  }
}

std::vector<GridRace> compareBlocks(std::vector<PageUse> &uses) {
  llvm::sort(uses, [](const PageUse &a, const PageUse &b) {
    return std::pair(a.page, a.block) < std::pair(b.page, b.block);
  });
  std::vector<GridRace> races;
  for (size_t begin = 0, end; begin < uses.size(); begin = end) {
    bool anyWrite = false;
    for (end = begin; end < uses.size() && uses[end].page == uses[begin].page;
         ++end)
      anyWrite |= uses[end].writesAny();
    if (!anyWrite)
      continue;
    // Each block against all before it, one by one only if all of them together
    // touch the same words; one finding for each block is enough.
    PageUse before{};
    for (size_t b = begin; b < end; ++b) {
      bool touches = overlap(before, uses[b]).has_value();
      merge(before, uses[b]);
      for (size_t a = begin; touches && a < b; ++a) {
        if (uses[a].block == uses[b].block || excused(uses[a], uses[b]))
          continue;
        if (!uses[a].writesAny() && !uses[b].writesAny())
          continue;
        std::optional<Overlap> found = overlap(uses[a], uses[b]);
        if (!found)
          continue;
        auto whoOf = [&](const PageUse &use, bool reads) {
          return reads ? use.firstRead : use.writers[found->word / 4];
        };
        StringRef kind = found->kind;
        races.push_back({found->kind, uses[b].page + found->word * 4,
                         uses[a].block, uses[b].block,
                         whoOf(uses[a], kind == "write-after-read"),
                         whoOf(uses[b], kind == "read-after-write")});
        break;
      }
    }
  }
  return races;
}

} // namespace ts::sim
