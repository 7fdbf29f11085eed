//===- Warp.h - The state of a warp and of its block ------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A warp executes one group of lanes at a time: the lanes at the lowest
// position run, others wait there for them. Groups that wait for each other are
// parked; when all are, the program is wrong.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_SIMULATOR_WARP_H
#define TS_LIB_SIMULATOR_WARP_H

#include "Pages.h"
#include "Profile.h"
#include "Program.h"
#include "Races.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/Twine.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/Compiler.h"

#include <cstring>
#include <optional>

namespace ts::sim {

constexpr uint32_t allLanes = ~0u;

/// Lanes that are at one position, while they do not run.
struct Group {
  uint32_t pc = 0, mask = 0;
  /// Lanes that must be here too before the group goes on; 0 = it may run.
  uint32_t needs = 0;
  bool parked = false;
  int barrier = -1; ///< the block barrier it waits at, if any
};

/// One asynchronous copy of a warp, not yet landed.
struct PendingCopy {
  uint32_t mask = 0;
  uint32_t bytes = 0;
  uint32_t pc = 0;
  std::array<uint32_t, 32> group, to;
  std::array<uint64_t, 32> address;
  alignas(16) uint8_t data[32 * 16]; ///< `bytes` of each lane
};

struct Barrier {
  uint32_t arrived = 0;              ///< threads
  uint32_t expected = 0;             ///< threads; 0 = all that have not exited
  uint32_t trueCount = 0, votes = 0; ///< of a reduction
};

/// What all blocks of a launch share.
struct Grid {
  const Kernel &kernel;
  const Module::Impl &module;
  Memory::Impl &memory;
  const LaunchConfig &config;
  std::vector<uint8_t> image; ///< initial register file
  std::vector<uint8_t> parameters;
  std::vector<uint8_t> parameterFlags; ///< all written
  std::vector<Region> shared;          ///< with the dynamic bytes
  uint32_t sharedBytes = 0;
  MmaModel mma = MmaModel::Ada;
};

class Warp;

/// Names a hazard by the order of its lines, as nothing else orders the two
/// accesses: a read above a write is "write-after-read", whichever ran first.
void orderByLine(Finding &race);

/// Runs the launch's blocks, `total` in the grid.
LaunchResult runBlocks(const Grid &grid, uint64_t total);

/// What a barrier's reduction makes of its predicates; in Instruction::bytes.
enum class BarrierResult : uint8_t { Popc, And, Or };

class Block {
public:
  Block(const Grid &grid);
  ~Block();
  /// Runs the block with this linear number.
  void run(uint64_t number);

  const Grid &grid;
  std::array<uint32_t, 3> index{0, 0, 0};
  std::vector<uint8_t> shared, sharedFlags;
  std::array<Barrier, 16> barriers;
  Counters counters;
  std::vector<Finding> findings;
  bool ended = false;           ///< a finding ended the block
  std::unique_ptr<Races> races; ///< null if they are not looked for
  std::unique_ptr<Profile> profile;
  std::vector<std::unique_ptr<Warp>> warps;
  std::string output; ///< of `printf`

  uint32_t liveThreads() const;
  /// Lets the threads at a barrier go on if all came; false if not.
  bool release(unsigned id);

private:
  void start(uint64_t number);
  bool releaseBarriers();
  void runWarps();
  void dropExplained();
  void reportDeadlock();
};

/// Bytes of one lane's access, and their flags; in global memory their page.
struct Access {
  uint8_t *data = nullptr, *flags = nullptr;
  Page *page = nullptr;
};

class Warp {
public:
  Warp(Block &block, unsigned number);
  /// Runs until the warp waits for others, ends, or its slice is used up.
  void run(uint64_t slice);
  void start();
  bool finished() const { return live == 0; }
  bool waiting() const { return active == 0; }

  // For handlers -----------------------------------------------------------
  template <class T>
  T *lanes(Slot slot) const {
    return reinterpret_cast<T *>(file + slot.offset);
  }
  uint32_t &predicate(Slot slot) const {
    return *reinterpret_cast<uint32_t *>(file + slot.offset);
  }
  uint64_t addressOf(const Instruction &i, Slot slot, unsigned lane) const {
    uint64_t base = i.flags & 0x80 ? lanes<uint32_t>(slot)[lane]
                                   : lanes<uint64_t>(slot)[lane];
    return base + uint64_t(i.immediate);
  }
  /// Finds the bytes of an access and reports it if it is not allowed: outside,
  /// misaligned, or (for reads) never written.
  bool locate(Space space, uint64_t address, unsigned bytes, unsigned lane,
              bool write, Access &access);
  /// Checks that every byte was written, and none is still being copied to.
  bool checkWritten(Space space, uint64_t address, unsigned bytes,
                    unsigned lane, const Access &access);
  /// Reports a write to shared memory that a copy has yet to arrive in.
  void checkNotCopying(uint64_t address, unsigned bytes, unsigned lane,
                       const Access &access);
  /// `locate` and `checkWritten` for an access of Bytes bytes, the usual case
  /// first. With `Check` off, a read may meet bytes that were never written.
  template <unsigned Bytes, bool Check = true>
  bool find(Space space, uint64_t address, unsigned lane, bool write,
            Access &access) {
    if (LLVM_LIKELY(space == Space::Shared)) {
      uint64_t region = address >> regionBits;
      uint64_t inside = address & ((uint64_t(1) << regionBits) - 1);
      const std::vector<Region> &regions = block.grid.shared;
      if (LLVM_LIKELY(region < regions.size() &&
                      inside + Bytes <= regions[region].size &&
                      address % Bytes == 0)) {
        uint64_t at = regions[region].base + inside;
        access = {block.shared.data() + at, block.sharedFlags.data() + at,
                  nullptr};
        return !Check || write || isWritten<Bytes>(access.flags) ||
               checkWritten(space, address, Bytes, lane, access);
      }
    }
    return locate(space, address, Bytes, lane, write, access) &&
           (!Check || write || isWritten<Bytes>(access.flags) ||
            checkWritten(space, address, Bytes, lane, access));
  }
  template <unsigned Bytes>
  static bool isWritten(const uint8_t *flags) {
    constexpr uint64_t ones = 0x0101010101010101;
    uint64_t words[2] = {~uint64_t(0), ~uint64_t(0)};
    std::memcpy(words, flags, Bytes);
    return (words[0] & words[1] & ones) == ones;
  }
  /// Lanes in which result `r` of the current instruction has no value after
  /// all: an element of a vector load that was never written.
  void forget(unsigned r, unsigned lane) {
    forgotten[r] |= 1u << lane;
    hasForgotten = true;
  }
  /// These lanes of a register have no value any more.
  void lose(uint32_t index, uint32_t lanes) {
    written[index] &= ~lanes;
    if (LLVM_UNLIKELY(!origins.empty()))
      loseOrigins(index, lanes);
  }
  /// Where these lanes have no value, nobody knows any more why.
  void loseOrigins(uint32_t index, uint32_t lanes);
  /// Remembers that the current instruction loads bytes that were never written
  /// into a register that has no value yet.
  void noteOrigin(Slot to, unsigned lane, uint64_t address, unsigned bytes);
  /// Reports that a lane reads a register without a value: there, or where that
  /// was loaded from memory never written.
  void reportRegister(Slot slot, unsigned lane);
  /// Ends the block.
  void report(Finding::Kind kind, unsigned lane, uint64_t address,
              const llvm::Twine &message);
  /// A hazard with the access of `thread` at `pc`; the block goes on.
  void reportRace(const char *hazard, unsigned lane, uint64_t address,
                  unsigned thread, uint32_t pc);
  Site siteOf(uint32_t pc, unsigned thread) const;
  /// Tells the race check of an access, if there is one.
  void note(const Access &access, uint64_t address, unsigned bytes,
            unsigned lane, Touching how, bool strong, bool same) {
    if (LLVM_UNLIKELY(block.races != nullptr))
      noteAccess(access, address, bytes, lane, how, strong, same);
  }
  void noteAccess(const Access &access, uint64_t address, unsigned bytes,
                  unsigned lane, Touching how, bool strong, bool same);
  /// The executing lanes go to `target`, the other active ones go on.
  void branch(uint32_t target);
  /// Each executing lane goes where its entry says. `isBranch`: lanes that part
  /// are counted.
  void scatter(const uint32_t *targets, bool isBranch = false);
  void exit();
  /// True if the executing lanes are exactly those of `needed` that have not
  /// exited; otherwise they are parked here until they are.
  bool converge(uint32_t needed);
  /// Lanes that wait at this instruction are among the executing ones.
  void gatherHere();
  /// These of the executing lanes come to this instruction again.
  void leaveOut(uint32_t lanes);
  /// The executing lanes wait here, each set of them for the other one.
  void park(llvm::ArrayRef<std::pair<uint32_t, uint32_t>> lanesAndNeeds);
  /// The executing lanes wait at a barrier of the block.
  void waitAtBarrier(unsigned id, uint32_t threads, uint32_t expected);
  void releaseFrom(int barrier, const Barrier &state);

  Block &block;
  const Kernel &kernel;
  const unsigned number;
  uint8_t *file;
  std::vector<uint32_t> written;
  uint32_t pc = 0;           ///< of the running group
  uint32_t active = 0;       ///< lanes of the running group
  uint32_t exec = 0;         ///< active and allowed by the guard
  uint32_t live = 0;         ///< have not exited
  uint32_t initial = 0;      ///< exist at all
  bool stopped = false;      ///< a finding ended the block
  std::vector<Group> groups; ///< the others
  std::vector<PendingCopy> copies;
  std::array<uint32_t, 32> committed{};
  std::vector<uint8_t> local, localFlags;
  Allocation *lastAllocation = nullptr;
  uint64_t executed = 0;
  const bool checksInit;

private:
  friend class Block;
  bool locateGlobal(uint64_t address, unsigned bytes, unsigned lane, bool write,
                    Access &access);
  void reportRange(const std::vector<Region> &regions, const char *space,
                   uint64_t address, unsigned bytes, unsigned lane, bool write);
  void reportGlobal(uint64_t address, unsigned bytes, unsigned lane,
                    bool write);
  void reportCopying(uint64_t address, unsigned bytes, unsigned lane,
                     const Access &access, bool write);
  void addRace(Finding finding);
  void addUnwritten(unsigned lane, uint64_t address,
                    const std::string &message);
  void reportAt(uint32_t position, Finding::Kind kind, unsigned lane,
                uint64_t address, const llvm::Twine &message);
  void forgetResults(const Instruction &i);
  void applyGuard(const Instruction &i);
  bool checkSources(const Instruction &i);
  bool reportSource(const Instruction &i);
  /// A load of local memory that was never written; of no bytes: none.
  struct Origin {
    uint32_t pc = 0;
    unsigned bytes = 0;
    uint64_t address = 0;
    bool cut = false; ///< by an `and`
  };
  bool isOfField(const Instruction &i, Slot from, uint32_t lanes) const;
  void passField(const Instruction &i);
  void passOrigin(const Instruction &i, unsigned lane, const Origin &from);
  Origin originOf(const Instruction &i, unsigned lane) const;
  void passOn(const Instruction &i);
  void putReduction(const Group &group, const Barrier &state);
  /// Takes the next group that may run; none leaves the warp waiting.
  void pickGroup();
  void unpark();
  void mergeHere();
  void updateSwitch();
  void rotate();
  void stepLimit();

  std::unique_ptr<uint8_t[]> fileStorage;
  uint32_t switchAt = allLanes; ///< the lowest position of a group that may run
  uint32_t rotated = 0;
  std::array<uint32_t, 4> forgotten{}; ///< by result, of this instruction
  bool hasForgotten = false;
  bool deferred = false; ///< the instruction was parked, not executed

public:
  // Behind what each instruction needs.
  /// Of functions that may be called while they run: how deep each lane is in
  /// each of them, and what the calls have put away.
  std::vector<uint32_t> depths;
  std::array<std::vector<std::vector<uint8_t>>, 32> frames;

private:
  /// Where registers without a value got that from, by index * 32 + lane.
  llvm::DenseMap<uint64_t, Origin> origins;
};

} // namespace ts::sim

#endif // TS_LIB_SIMULATOR_WARP_H
