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

static uint32_t whoOf(Touch touch) { return touch.thread() << 20 | touch.pc(); }

static uint64_t bitsOf(unsigned first, unsigned words) {
  return ((uint64_t(1) << words) - 1) << (first % 64);
}

/// Of lanes side by side that wrote to words from `first` on.
void PageUse::setWriters(Touch write, uint8_t shift, unsigned first,
                         unsigned words) {
  if (writers.empty()) {
    writers.resize(cellsPerPage / rowWords);
    writersShift = shift;
  }
  bool byRow = writers.size() == cellsPerPage / rowWords;
  if (byRow && words == rowWords && shift == writersShift) {
    writers[first / rowWords] = whoOf(write);
    return;
  }
  if (byRow) {
    std::vector<uint32_t> each(cellsPerPage / 4);
    for (unsigned n = 0; n < each.size(); ++n)
      each[n] = writerOf(n * 4);
    writers = std::move(each);
  }
  for (unsigned n = std::min(3u, words - 1); n < words; n += 4)
    writers[(first + n) / 4] = whoOf(ofWord(write, shift, n));
}

uint32_t PageUse::writerOf(unsigned word) const {
  if (writers.size() == cellsPerPage / 4)
    return writers[word / 4];
  // The last of each four words.
  unsigned lanes = (word % rowWords | 3) >> writersShift;
  return writers[word / rowWords] + (lanes << 20);
}

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
  // `words` of them from `first` on, by lanes that lie side by side.
  auto noteWrite = [&](Touch write, uint8_t shift, unsigned first,
                       unsigned words) {
    if (!write.bits)
      return;
    PageUse &use = useOf(write);
    auto &written = write.strong() ? use.strongWrites : use.plainWrites;
    written[first / 64] |= bitsOf(first, words);
    use.setWriters(write, shift, first, words);
  };
  auto noteRead = [&](Touch read, uint8_t shift, unsigned first,
                      unsigned words) {
    if (!read.bits)
      return;
    PageUse &use = useOf(read);
    auto &reads = read.strong() ? use.strongReads : use.reads;
    reads[first / 64] |= bitsOf(first, words);
    (read.strong() ? use.firstStrongRead : use.firstRead) =
        whoOf(ofWord(read, shift, words - 1));
  };
  for (unsigned first = 0; first < cellsPerPage; first += rowWords) {
    const GlobalRow &row = rows[first / rowWords];
    if (row.cells < 0) {
      noteWrite(row.write, row.writeShift, first, rowWords);
      noteRead(row.read, row.readShift, first, rowWords);
      continue;
    }
    for (unsigned n = 0; n < rowWords; ++n) {
      noteWrite(apart[row.cells][n].plain, 0, first + n, 1);
      noteWrite(apart[row.cells][n].write, 0, first + n, 1);
      noteRead(apart[row.cells][n].read, 0, first + n, 1);
    }
  }
}

/// A word that was touched, and of whose bytes nothing is known, is whole.
static void completeParts(PageUse &use) {
  for (unsigned word = 0; word < use.parts.size(); ++word) {
    uint64_t bit = uint64_t(1) << (word % 64);
    uint64_t writes = use.plainWrites[word / 64] | use.strongWrites[word / 64];
    if (writes & bit && !(use.parts[word] & 15))
      use.parts[word] |= 15;
    uint64_t reads = use.reads[word / 64] | use.strongReads[word / 64];
    if (reads & bit && !(use.parts[word] >> 4))
      use.parts[word] |= 15 << 4;
  }
}

void Races::summarize(uint64_t number, std::vector<PageUse> &uses) {
  size_t first = uses.size();
  for (const Known &entry : known)
    summarizePage(number, entry.address, *entry.rows, uses);
  for (size_t use = first; parts && use < uses.size(); ++use) {
    uses[use].parts = parts->of(uses[use].page);
    completeParts(uses[use]);
  }
}

//===----------------------------------------------------------------------===//
// Comparing blocks
//===----------------------------------------------------------------------===//

static bool excused(const PageUse &a, const PageUse &b) {
  return (a.published && b.acquired) || (b.published && a.acquired);
}

namespace {
/// Bytes of two blocks in conflict, by kind.
struct Overlap {
  const char *kind;
  unsigned word, byte;
  bool strongRead = false;
};
/// How one of two uses touches what they have in common.
struct Side {
  const PageUse &use;
  bool writes;
};
} // namespace

/// The first of these words, the 64 from `from` on, in which both sides touch
/// the same byte.
static std::optional<Overlap> firstCommon(const char *kind, uint64_t words,
                                          unsigned from, Side a, Side b) {
  for (; words; words &= words - 1) {
    unsigned word = from + unsigned(countr_zero(words));
    if (unsigned common = partOf(a.use.parts, word, a.writes) &
                          partOf(b.use.parts, word, b.writes))
      return Overlap{kind, word, unsigned(countr_zero(common))};
  }
  return std::nullopt;
}

static std::optional<Overlap> overlap(const PageUse &a, const PageUse &b) {
  for (unsigned i = 0; i < a.reads.size(); ++i) {
    uint64_t aWrites = a.plainWrites[i] | a.strongWrites[i],
             bWrites = b.plainWrites[i] | b.strongWrites[i];
    // Who stores behind an atomic operation of its own knows what the others'
    // did, as the last block that resets a counter does.
    uint64_t aOpen = b.acquired ? a.plainWrites[i] : aWrites,
             bOpen = a.acquired ? b.plainWrites[i] : bWrites;
    uint64_t both = (aOpen & b.plainWrites[i]) | (a.plainWrites[i] & bOpen);
    auto common = [&](const char *kind, uint64_t words, bool first,
                      bool second) {
      return firstCommon(kind, words, i * 64, {a, first}, {b, second});
    };
    if (auto found = common("write-after-write", both, true, true))
      return found;
    if (auto found =
            common("read-after-write", aWrites & b.reads[i], true, false))
      return found;
    if (auto found =
            common("write-after-read", a.reads[i] & bWrites, false, true))
      return found;
    // Strong accesses may meet each other, but no plain one.
    auto found = common("read-after-write", a.plainWrites[i] & b.strongReads[i],
                        true, false);
    if (!found)
      found = common("write-after-read", a.strongReads[i] & b.plainWrites[i],
                     false, true);
    if (found) {
      found->strongRead = true;
      return found;
    }
  }
  return std::nullopt;
}

/// Parts are all that is known of a word, so that both uses need them, or none.
static void mergeParts(PageUse &into, const PageUse &use) {
  if (into.parts.empty() && !use.parts.empty())
    into.parts.resize(use.parts.size());
  for (size_t word = 0; word < into.parts.size(); ++word)
    into.parts[word] |= use.parts.empty() ? 0xff : use.parts[word];
}

static void merge(PageUse &into, const PageUse &use) {
  mergeParts(into, use);
  for (unsigned i = 0; i < use.reads.size(); ++i) {
    into.plainWrites[i] |= use.plainWrites[i];
    into.strongWrites[i] |= use.strongWrites[i];
    into.reads[i] |= use.reads[i];
    into.strongReads[i] |= use.strongReads[i];
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
          uint32_t read =
              found->strongRead ? use.firstStrongRead : use.firstRead;
          return reads ? read : use.writerOf(found->word);
        };
        StringRef kind = found->kind;
        races.push_back({found->kind,
                         uses[b].page + found->word * 4 + found->byte,
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
