//===- Pages.h - Sparse global memory ---------------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The inside of `Memory`: allocations, each with a table of pages that exist
// once something wrote to them. Each byte has a byte of flags, not a bit, so
// that blocks on several host threads can write neighbours without atomics.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_SIMULATOR_PAGES_H
#define TS_LIB_SIMULATOR_PAGES_H

#include "ts/Simulator/Simulator.h"

#include "llvm/Support/Memory.h"

#include <atomic>
#include <map>
#include <mutex>

namespace ts::sim {

constexpr uint64_t pageBytes = 4096;
/// Of a byte: it has a value; a kernel wrote it; an asynchronous copy to it has
/// not landed.
constexpr uint8_t writtenFlag = 1, kernelFlag = 2, copyingFlag = 4;

struct Page {
  alignas(64) uint8_t data[pageBytes];
  alignas(64) uint8_t flags[pageBytes];
};

/// Pages of zeros, many to a mapping: a launch writes hundreds of thousands.
class PagePool {
public:
  Page *take();

private:
  std::vector<llvm::sys::OwningMemoryBlock> mappings;
  uint64_t left = 0; ///< pages, at the end of the last mapping
};

/// Bytes [begin, end) hold a repeated pattern wherever no page exists.
struct FillRule {
  uint64_t begin, end;
  std::array<uint8_t, 4> pattern;
  unsigned patternBytes;
  /// What the bytes from `address` on hold.
  void copy(uint64_t address, uint8_t *to, uint64_t bytes) const;
};

struct Allocation {
  Allocation(uint64_t base, uint64_t size);
  ~Allocation();
  uint64_t pageCount() const { return (size + pageBytes - 1) / pageBytes; }
  bool holds(uint64_t address, uint64_t bytes) const {
    return address >= base && bytes <= size && address - base <= size - bytes;
  }
  Page *page(uint64_t address) const {
    return table[(address - base) / pageBytes].load(std::memory_order_acquire);
  }
  /// The page of `address`, made if there is none. Safe for several threads.
  Page *makePage(uint64_t address);
  /// The last rule that covers the whole page of `address`, or none.
  const FillRule *rule(uint64_t address) const;

  uint64_t base, size;
  bool live = true;
  bool readOnly = false;      ///< for kernels: constant memory
  std::atomic<Page *> *table; ///< zeros from the system until touched
  std::vector<FillRule> rules;
  std::vector<uint64_t> made; ///< numbers of the pages that exist
  PagePool pool;
  std::mutex mutex;
};

struct Memory::Impl {
  Impl();
  /// The allocation at or below the address, live or not; null if none.
  Allocation *below(uint64_t address) const;
  /// The live allocation that holds these bytes, or an error that says why not.
  llvm::Expected<Allocation *> find(uint64_t address, uint64_t bytes) const;

  const uint64_t number; ///< differs for every memory of the process
  uint64_t next;
  std::map<uint64_t, std::unique_ptr<Allocation>> allocations;
  mutable std::mutex mutex;
};

} // namespace ts::sim

#endif // TS_LIB_SIMULATOR_PAGES_H
