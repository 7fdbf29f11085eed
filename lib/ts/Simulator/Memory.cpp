//===- Memory.cpp - Sparse global memory ----------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The host's view of global memory. Addresses are never given twice, so that
// use after free is found for as long as the memory lives.
//
//===----------------------------------------------------------------------===//

#include "Pages.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MathExtras.h"

#include <cstdlib>
#include <cstring>

#include <sys/mman.h>

using namespace llvm;

namespace ts::sim {

/// Far above the host's own heap in most processes, and no small integer.
static constexpr uint64_t firstAddress = 0x700000000000;
static constexpr uint64_t lastAddress = 0xf00000000000;

//===----------------------------------------------------------------------===//
// Allocations
//===----------------------------------------------------------------------===//

Page *PagePool::take() {
  constexpr uint64_t most = (uint64_t(32) << 20) / sizeof(Page);
  if (left == 0) {
    // A small one first: most allocations of tests have a few pages.
    uint64_t pages =
        std::min(most, uint64_t(8) << std::min<size_t>(mappings.size(), 9));
    std::error_code error;
    mappings.emplace_back(sys::Memory::allocateMappedMemory(
        pages * sizeof(Page), nullptr,
        sys::Memory::MF_READ | sys::Memory::MF_WRITE, error));
    if (error)
      report_bad_alloc_error("no host memory for simulated pages");
    // Most time of a fresh page goes into the system's fault for it.
    if (pages == most)
      ::madvise(mappings.back().base(), pages * sizeof(Page), MADV_HUGEPAGE);
    left = pages;
  }
  auto *end = static_cast<uint8_t *>(mappings.back().base()) +
              mappings.back().allocatedSize();
  return reinterpret_cast<Page *>(end) - left--;
}

Allocation::Allocation(uint64_t base, uint64_t size) : base(base), size(size) {
  table = static_cast<std::atomic<Page *> *>(
      std::calloc(std::max<uint64_t>(pageCount(), 1), sizeof(*table)));
}

Allocation::~Allocation() { std::free(table); }

void FillRule::copy(uint64_t address, uint8_t *to, uint64_t bytes) const {
  uint64_t known = std::min<uint64_t>(bytes, patternBytes);
  for (uint64_t i = 0; i < known; ++i)
    to[i] = pattern[(address - begin + i) % patternBytes];
  // What is there already is a whole number of patterns: double it.
  for (; known < bytes; known *= 2)
    std::memcpy(to + known, to, std::min(known, bytes - known));
}

const FillRule *Allocation::rule(uint64_t address) const {
  uint64_t begin = address - (address - base) % pageBytes;
  uint64_t end = std::min(begin + pageBytes, base + size);
  for (auto it = rules.rbegin(); it != rules.rend(); ++it)
    if (it->begin <= begin && end <= it->end)
      return &*it;
  return nullptr;
}

Page *Allocation::makePage(uint64_t address) {
  if (Page *known = page(address))
    return known;
  std::lock_guard<std::mutex> lock(mutex);
  if (Page *known = page(address))
    return known;
  Page *fresh = pool.take();
  uint64_t number = (address - base) / pageBytes;
  uint64_t begin = base + number * pageBytes;
  if (const FillRule *filled = rule(address)) {
    filled->copy(begin, fresh->data, pageBytes);
    std::memset(fresh->flags, writtenFlag, pageBytes);
  }
  made.push_back(number);
  table[number].store(fresh, std::memory_order_release);
  return fresh;
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

static std::atomic<uint64_t> memories{0};

Memory::Impl::Impl() : number(++memories), next(firstAddress) {}
Memory::Memory() : storage(std::make_unique<Impl>()) {}
Memory::~Memory() = default;

Allocation *Memory::Impl::below(uint64_t address) const {
  auto above = allocations.upper_bound(address);
  return above == allocations.begin() ? nullptr
                                      : std::prev(above)->second.get();
}

static std::string hex(uint64_t value) { return "0x" + utohexstr(value, true); }

Expected<Allocation *> Memory::Impl::find(uint64_t address,
                                          uint64_t bytes) const {
  std::lock_guard<std::mutex> lock(mutex);
  Allocation *found = below(address);
  if (found && found->live && found->holds(address, bytes))
    return found;
  std::string text = Twine(bytes).str() + " bytes at " + hex(address) + " are ";
  if (!found || address - found->base > found->size)
    return createStringError(text + "in no allocation");
  if (!found->live)
    return createStringError(text + "in memory that was freed");
  return createStringError(text + "beyond the end of an allocation of " +
                           Twine(found->size) + " bytes at " +
                           hex(found->base));
}

Expected<uint64_t> Memory::allocate(uint64_t bytes) {
  std::lock_guard<std::mutex> lock(storage->mutex);
  // A guard gap of a page at least, and each allocation on its own pages.
  if (bytes > lastAddress - storage->next - 2 * pageBytes)
    return createStringError("out of simulated memory: " + Twine(bytes) +
                             " bytes were asked for");
  uint64_t base = storage->next;
  auto fresh = std::make_unique<Allocation>(base, bytes);
  if (!fresh->table)
    return createStringError("no host memory for the page table of " +
                             Twine(bytes) + " bytes");
  storage->next = alignTo(base + bytes, pageBytes) + pageBytes;
  storage->allocations[base] = std::move(fresh);
  return base;
}

Error Memory::free(uint64_t address) {
  std::lock_guard<std::mutex> lock(storage->mutex);
  auto found = storage->allocations.find(address);
  if (found == storage->allocations.end())
    return createStringError(hex(address) +
                             " is not the start of an allocation");
  if (!found->second->live)
    return createStringError(hex(address) + " was freed before");
  // The range stays known; its pages go.
  auto empty = std::make_unique<Allocation>(address, 0);
  empty->size = found->second->size;
  empty->live = false;
  found->second = std::move(empty);
  return Error::success();
}

bool Memory::contains(uint64_t address) const {
  std::lock_guard<std::mutex> lock(storage->mutex);
  Allocation *found = storage->below(address);
  return found && found->live && found->holds(address, 1);
}

/// Calls `work` with each piece of [address, address + bytes) in one page:
/// (offset from `address`, bytes of the piece).
template <class Work>
static void eachPage(const Allocation &in, uint64_t address, uint64_t bytes,
                     Work work) {
  for (uint64_t done = 0; done < bytes;) {
    uint64_t inPage = (address + done - in.base) % pageBytes;
    uint64_t piece = std::min(bytes - done, pageBytes - inPage);
    work(done, piece, inPage);
    done += piece;
  }
}

Error Memory::write(uint64_t address, ArrayRef<uint8_t> bytes) {
  if (bytes.empty())
    return Error::success();
  Expected<Allocation *> in = storage->find(address, bytes.size());
  if (!in)
    return in.takeError();
  eachPage(**in, address, bytes.size(),
           [&](uint64_t done, uint64_t piece, uint64_t inPage) {
             Page *page = (*in)->makePage(address + done);
             std::memcpy(page->data + inPage, bytes.data() + done, piece);
             for (uint64_t i = 0; i < piece; ++i)
               page->flags[inPage + i] |= writtenFlag;
           });
  return Error::success();
}

Error Memory::read(uint64_t address, MutableArrayRef<uint8_t> bytes) const {
  if (bytes.empty())
    return Error::success();
  Expected<Allocation *> in = storage->find(address, bytes.size());
  if (!in)
    return in.takeError();
  eachPage(**in, address, bytes.size(),
           [&](uint64_t done, uint64_t piece, uint64_t inPage) {
             uint8_t *to = bytes.data() + done;
             if (Page *page = (*in)->page(address + done)) {
               std::memcpy(to, page->data + inPage, piece);
             } else if (const FillRule *rule = (*in)->rule(address + done)) {
               rule->copy(address + done, to, piece);
             } else {
               std::memset(to, 0, piece);
             }
           });
  return Error::success();
}

Error Memory::fill(uint64_t address, ArrayRef<uint8_t> pattern,
                   uint64_t count) {
  if (pattern.size() != 1 && pattern.size() != 2 && pattern.size() != 4)
    return createStringError("a pattern has 1, 2 or 4 bytes, not " +
                             Twine(pattern.size()));
  if (count == 0)
    return Error::success();
  if (count > (uint64_t(1) << 48))
    return createStringError(Twine(count) + " repetitions are too many");
  uint64_t bytes = count * pattern.size();
  Expected<Allocation *> in = storage->find(address, bytes);
  if (!in)
    return in.takeError();
  FillRule rule{address, address + bytes, {}, unsigned(pattern.size())};
  std::copy(pattern.begin(), pattern.end(), rule.pattern.begin());
  // The rule speaks for whole pages that do not exist; the rest is written:
  // pages that exist, and the ends, which may be parts of pages.
  const uint64_t base = (*in)->base;
  std::vector<uint64_t> numbers = (*in)->made;
  numbers.push_back((address - base) / pageBytes);
  numbers.push_back((rule.end - 1 - base) / pageBytes);
  for (uint64_t number : numbers) {
    uint64_t page = base + number * pageBytes;
    uint64_t begin = std::max(rule.begin, page);
    uint64_t end = std::min(rule.end, page + pageBytes);
    bool whole =
        begin == page && (end == page + pageBytes || end == base + (*in)->size);
    if (begin >= end || (whole && !(*in)->page(page)))
      continue;
    Page *there = (*in)->makePage(page);
    rule.copy(begin, there->data + (begin - page), end - begin);
    for (uint64_t i = begin - page; i < end - page; ++i)
      there->flags[i] |= writtenFlag;
  }
  std::vector<FillRule> &rules = (*in)->rules;
  rules.erase(std::remove_if(rules.begin(), rules.end(),
                             [&](const FillRule &old) {
                               return rule.begin <= old.begin &&
                                      old.end <= rule.end;
                             }),
              rules.end());
  rules.push_back(rule);
  return Error::success();
}

Error Memory::kernelWrites(uint64_t address,
                           MutableArrayRef<uint8_t> out) const {
  if (out.empty())
    return Error::success();
  Expected<Allocation *> in = storage->find(address, out.size());
  if (!in)
    return in.takeError();
  eachPage(**in, address, out.size(),
           [&](uint64_t done, uint64_t piece, uint64_t inPage) {
             Page *page = (*in)->page(address + done);
             for (uint64_t i = 0; i < piece; ++i)
               out[done + i] =
                   page && (page->flags[inPage + i] & kernelFlag) ? 1 : 0;
           });
  return Error::success();
}

void Memory::clearKernelWrites() {
  std::lock_guard<std::mutex> lock(storage->mutex);
  for (auto &[base, allocation] : storage->allocations)
    for (uint64_t number : allocation->made)
      for (uint8_t &flags : allocation->table[number].load()->flags)
        flags &= ~kernelFlag;
}

} // namespace ts::sim
