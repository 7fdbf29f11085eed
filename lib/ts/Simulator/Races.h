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

/// `Land`: a write that was checked when it was issued.
enum class Touching : uint8_t { Read, Write, Land };

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

/// The last two writes of different bytes, and the last reads by two warps,
/// with their lanes.
struct SharedCell {
  std::array<Touch, 2> writes, reads;
  std::array<uint32_t, 2> lanes;
};
struct GlobalCell {
  Touch write, read;
};
constexpr unsigned cellsPerPage = pageBytes / 4;
using CellPage = std::array<GlobalCell, cellsPerPage>;

/// What one block did to one page of global memory, for the comparison with
/// other blocks. Accesses before a fence are published, those behind a fence or
/// an atomic operation acquired.
struct PageUse {
  uint64_t page;  ///< address
  uint64_t block; ///< number within the run
  bool published, acquired;
  std::array<uint64_t, cellsPerPage / 64> plainWrites{}, strongWrites{},
      reads{};
  uint32_t firstRead = 0;        ///< thread << 20 | pc of one of them
  std::vector<uint32_t> writers; ///< thread << 20 | pc, of each four words
  PageParts parts;               ///< empty: all accesses were to whole words
  bool writesAny() const { return !writers.empty(); }
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
  void fence();
  /// An operation that others may synchronize with through `address`.
  void strongAccess(unsigned warp, unsigned lane, uint64_t address);

  // Accesses --------------------------------------------------------------
  /// `same`: a write leaves the bytes as they are.
  void shared(Warp &warp, unsigned lane, uint64_t address, uint32_t offset,
              unsigned bytes, Touching how, bool strong, bool same);
  void global(Warp &warp, unsigned lane, uint64_t address, Page *page,
              uint32_t offset, unsigned bytes, Touching how, bool strong,
              bool same);

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
  bool orderedReads(Touch before, uint32_t lanes, unsigned warp,
                    unsigned lane) const;
  /// True if every lane of the warp may read this: only then can a broadcast be
  /// looked at once.
  bool readShared(Warp &warp, unsigned lane, uint64_t address, SharedCell &cell,
                  Touch now);
  void writeShared(Warp &warp, unsigned lane, uint64_t address,
                   SharedCell &cell, Touch now, bool same);
  void summarizePage(uint64_t blockNumber, uint64_t address,
                     const CellPage &cells, std::vector<PageUse> &uses) const;
  CellPage &cellsOf(Page *page, uint64_t address);
  void forgetCells();

  Block &block;
  uint32_t tick = 1, startTick = 1;
  uint32_t lastFence = 0, firstAcquire = 0;
  std::optional<WordParts> parts; ///< of kernels that access less than a word
  std::array<std::array<uint32_t, 32>, 32> seen{}, laneSync{};
  std::array<uint32_t, 32> lastSync{}, fullSync{};
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
  std::vector<SharedCell> cells;
  struct Known {
    uint64_t address;
    std::unique_ptr<CellPage> cells;
  };
  llvm::DenseMap<Page *, size_t> pages;
  std::vector<Known> known;
  std::vector<std::unique_ptr<CellPage>> spare;
  Page *lastPage = nullptr;
  CellPage *lastCells = nullptr;
};

} // namespace ts::sim

#endif // TS_LIB_SIMULATOR_RACES_H
