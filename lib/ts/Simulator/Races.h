//===- Races.h - Accesses that nothing orders -------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Two accesses of different threads to the same bytes, one of them a write, are
// a hazard unless a barrier (or, between blocks, a fence) lies between them,
// whatever the order they happened to run in. Every 4 bytes of memory have a
// cell with their last accesses, stamped with a clock that ticks at every
// synchronization of the block; a table says up to which tick each warp has
// seen each other one.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_SIMULATOR_RACES_H
#define TS_LIB_SIMULATOR_RACES_H

#include "WordParts.h"

#include "llvm/ADT/DenseMap.h"

#include <array>
#include <memory>
#include <optional>
#include <vector>

namespace ts::sim {

class Block;
class Warp;
struct Instruction;
struct PendingCopy;

enum class Touching : uint8_t { Read, Write };

/// One access to a word, packed. 0 is none.
struct Touch {
  uint64_t bits = 0;
  static constexpr unsigned maxPc = (1u << 20) - 1;
  static Touch of(uint32_t tick, unsigned warp, unsigned lane, uint32_t pc,
                  unsigned bytes, bool strong) {
    return {uint64_t(tick) << 35 | uint64_t(pc < maxPc ? pc : maxPc) << 15 |
            uint64_t(warp) << 10 | uint64_t(lane) << 5 | uint64_t(strong) << 4 |
            bytes};
  }
  uint32_t tick() const { return uint32_t(bits >> 35); }
  uint32_t pc() const { return uint32_t(bits >> 15) & maxPc; }
  unsigned warp() const { return unsigned(bits >> 10) & 31; }
  unsigned lane() const { return unsigned(bits >> 5) & 31; }
  unsigned thread() const { return unsigned(bits >> 5) & 1023; }
  bool strong() const { return (bits >> 4) & 1; }
  unsigned bytes() const { return bits & 15; }
};

/// Words that are looked at together if a whole warp accessed them.
constexpr unsigned rowWords = 32, rowBytes = rowWords * 4;

/// Of each word of shared memory the last two writes of different bytes and the
/// last reads by two warps, with their lanes. Arrays, not an array of cells, so
/// that a warp's read of neighbours is a few vector operations.
struct SharedCells {
  std::array<std::vector<Touch>, 2> writes, reads;
  std::array<std::vector<uint32_t>, 2> lanes;
  /// Of each row: how often it was written to, and by warp how often it had
  /// been when every write was found to be ordered before all its lanes.
  std::vector<uint32_t> version, checked;

  SharedCells(size_t words, unsigned warps);
};

struct GlobalCell {
  Touch write, read;
  Touch plain; ///< the plain write before `write`, if that is a strong one
};
/// A row of global memory. While every access was one of a whole row by lanes
/// side by side, the touches are those of its first word.
struct GlobalRow {
  Touch write, read;
  /// The lane of word w is that of the first plus w >> shift.
  uint8_t writeShift = 0, readShift = 0;
  int32_t cells = -1; ///< where the words have cells of their own, or -1
};
/// The touch of word `n` of a row whose first word has this one.
inline Touch ofWord(Touch first, uint8_t shift, unsigned n) {
  return {first.bits ? first.bits + (uint64_t(n >> shift) << 5) : 0};
}
constexpr unsigned cellsPerPage = pageBytes / 4;
using RowPage = std::array<GlobalRow, pageBytes / rowBytes>;
using RowCells = std::array<GlobalCell, rowWords>;

/// Which bytes of each word the access [offset, offset + bytes) touches.
template <class Each>
void eachWord(uint32_t offset, unsigned bytes, Each each) {
  if (bytes >= 4) {
    for (unsigned done = 0; done < bytes; done += 4)
      each((offset + done) / 4, 15u, done);
    return;
  }
  each(offset / 4, ((1u << bytes) - 1) << (offset % 4), 0u);
}

/// Lanes of a warp next to each other, that access one place (`same`) or places
/// side by side.
struct Lanes {
  unsigned warp, first, count;
  uint32_t pc;
  bool same;
  uint32_t mask() const { return (~0u >> (32 - count)) << first; }
};

/// What one block did to one page of global memory, for the comparison with
/// other blocks. Accesses before a fence are published, those behind a fence or
/// an atomic operation acquired.
struct PageUse {
  uint64_t page;  ///< address
  uint64_t block; ///< number within the run
  bool published, acquired;
  std::array<uint64_t, cellsPerPage / 64> plainWrites{}, strongWrites{},
      reads{}, strongReads{};
  /// thread << 20 | pc of one of them
  uint32_t firstRead = 0, firstStrongRead = 0;
  PageParts parts; ///< empty: all accesses were to whole words
  bool writesAny() const { return !writers.empty(); }
  void setWriters(Touch write, uint8_t shift, unsigned first, unsigned words);
  /// thread << 20 | pc, of one of the four words that this is among.
  uint32_t writerOf(unsigned word) const;

private:
  /// Of each four words; or, while only whole rows were written and all with
  /// one shift, of each row's first word.
  std::vector<uint32_t> writers;
  uint8_t writersShift = 0;
};

/// The accesses of the block that runs.
class Races {
public:
  explicit Races(Block &block);
  ~Races();
  void start();

  // Synchronization -------------------------------------------------------
  void arrive(unsigned barrier, unsigned warp, uint32_t lanes, bool waits);
  void complete(unsigned barrier);
  void syncLanes(unsigned warp, uint32_t lanes);
  /// `wide`: other blocks can see it.
  void fence(unsigned warp, uint32_t lanes, bool wide);
  /// An operation that others may synchronize with through `address`. It tells
  /// them of what lies before the warp's last fence; that a fence follows the
  /// operation of those who learn of it is taken for granted.
  void strongAccess(unsigned warp, unsigned lane, uint64_t address,
                    Touching how);

  // Accesses --------------------------------------------------------------
  /// `same`: a write leaves the bytes as they are.
  void shared(Warp &warp, unsigned lane, uint64_t address, uint32_t offset,
              unsigned bytes, Touching how, bool strong, bool same);
  void global(Warp &warp, unsigned lane, uint64_t address, Page *page,
              uint32_t offset, unsigned bytes, Touching how, bool strong,
              bool same);

  // The same for several lanes at once, `bytes` for each: 4, 8 or 16. False if
  // a hazard is not excluded or (in global memory) they access no whole rows:
  // nothing is noted then, and the lanes are to be looked at one by one.
  bool sharedRead(const Lanes &lanes, uint32_t offset, unsigned bytes);
  bool sharedWrite(const Lanes &lanes, uint32_t offset, unsigned bytes);
  bool globalRows(const Lanes &lanes, uint64_t address, Page *page,
                  uint32_t offset, unsigned bytes, bool write);
  /// The writes that the copies of all lanes begin with, and those that land.
  void sharedCopies(Warp &warp, const PendingCopy &copy);
  void landed(const Warp &warp, const PendingCopy &copy, uint32_t lanes);
  bool globalRows(const Warp &warp, uint64_t address, Page *page,
                  uint32_t offset, unsigned bytes, bool write);

  /// Appends what this block did to global memory.
  void summarize(uint64_t blockNumber, std::vector<PageUse> &uses);

private:
  struct Arrival {
    unsigned warp;
    uint32_t tick, lanes;
    bool waits;
    std::array<uint32_t, 32> seen;
  };
  bool ordered(Touch before, unsigned warp, unsigned lane) const;
  /// The same for two lanes of a warp.
  bool lanesOrdered(uint32_t then, unsigned warp, unsigned from,
                    unsigned lane) const;
  /// From now on what the warp's lanes have seen of each other is known lane by
  /// lane, because they synchronize in parts.
  void part(unsigned warp);
  /// Lanes `to` see what lanes `from` did until `now`, and had seen.
  void join(unsigned warp, uint32_t to, uint32_t from, uint32_t now);
  bool orderedReads(Touch before, uint32_t lanes, unsigned warp,
                    unsigned lane) const;
  /// True if this is ordered before whatever any lane of the warp does now.
  bool orderedForAll(Touch before, unsigned warp) const {
    uint32_t then = before.tick(), from = before.warp();
    return then < startTick ||
           (from == warp ? fullSync[warp] : seen[warp][from]) > then;
  }
  bool clearForWrite(uint32_t word, unsigned warp) const {
    return orderedForAll(cells.writes[0][word], warp) &&
           orderedForAll(cells.writes[1][word], warp) &&
           orderedForAll(cells.reads[0][word], warp) &&
           orderedForAll(cells.reads[1][word], warp);
  }
  bool writesOrderedForAll(uint32_t begin, uint32_t end, unsigned warp) const;
  bool seesWrites(uint32_t begin, uint32_t end, unsigned warp);
  /// True if every lane of the warp may read this: only then can a broadcast be
  /// looked at once.
  bool readShared(Warp &warp, unsigned lane, uint64_t address, uint32_t word,
                  Touch now);
  void putRead(uint32_t word, uint32_t lanes, Touch now);
  void writeShared(Warp &warp, unsigned lane, uint64_t address, uint32_t word,
                   Touch now, bool same);
  void reportWrite(Warp &warp, unsigned lane, uint64_t address, uint32_t word,
                   Touch now, bool same);
  void putWrite(uint32_t word, Touch now) {
    cells.writes[0][word] = now;
    ++cells.version[word / rowWords];
  }
  bool rowIsClear(const GlobalRow &row, Touch now, uint8_t shift,
                  bool write) const;
  GlobalCell &cellOf(RowPage &page, uint32_t word);
  void summarizePage(uint64_t blockNumber, uint64_t address,
                     const RowPage &rows, std::vector<PageUse> &uses) const;
  RowPage &rowsOf(Page *page, uint64_t address);
  void forgetCells();

  Block &block;
  const unsigned warpCount;
  uint32_t tick = 1, startTick = 1;
  uint32_t lastFence = 0, firstAcquire = 0;
  std::optional<WordParts> parts; ///< of kernels that access less than a word
  std::array<std::array<uint32_t, 32>, 32> seen{}, laneSync{};
  /// Of each warp what it had seen at its last fence; of each lane when that
  /// was, and for which fence and when it last did a strong access.
  std::array<std::array<uint32_t, 32>, 32> fenced{}, laneFence{},
      laneReleased{}, laneAcquired{};
  std::array<uint32_t, 32> lastSync{}, fullSync{};
  /// Of warps in `parted`, instead of `laneSync`: up to which tick each lane
  /// has seen each other one.
  using LaneClocks = std::array<std::array<uint32_t, 32>, 32>;
  std::array<std::unique_ptr<LaneClocks>, 32> lanesSeen;
  uint32_t parted = 0;
  std::array<std::vector<Arrival>, 16> arrivals;
  llvm::DenseMap<uint64_t, std::array<uint32_t, 32>> released;

  /// The last read that is the same for all lanes of its warp.
  struct Broadcast {
    uint32_t offset = 0, bytes = 0, pc = 0, tick = 0, warp = 0;
    bool operator==(const Broadcast &other) const {
      return offset == other.offset && bytes == other.bytes && pc == other.pc &&
             tick == other.tick && warp == other.warp;
    }
  } broadcast;
  SharedCells cells;
  struct Known {
    uint64_t address;
    std::unique_ptr<RowPage> rows;
  };
  llvm::DenseMap<Page *, size_t> pages;
  std::vector<Known> known;
  std::vector<std::unique_ptr<RowPage>> spare;
  std::vector<RowCells> apart; ///< of rows that need cells
  Page *lastPage = nullptr;
  RowPage *lastRows = nullptr;
};

} // namespace ts::sim

#endif // TS_LIB_SIMULATOR_RACES_H
