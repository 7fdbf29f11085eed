//===- WordParts.h - Which bytes of a word a block touched ------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Blocks are compared by words of 4 bytes. Two blocks may well have different
// halves of one, as the edge of a tile of 16-bit elements does; kernels that
// access less than a word keep this table beside the cells.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_SIMULATOR_WORDPARTS_H
#define TS_LIB_SIMULATOR_WORDPARTS_H

#include "Pages.h"

#include "llvm/ADT/DenseMap.h"

#include <vector>

namespace ts::sim {

/// Of each word of a page: the bytes read in the upper four bits, the bytes
/// written in the lower four.
using PageParts = std::vector<uint8_t>;

/// Bytes of a word that were `written`, or read; without parts, all of them.
inline unsigned partOf(const PageParts &parts, unsigned word, bool written) {
  return parts.empty() ? 15 : parts[word] >> (written ? 0 : 4) & 15;
}

/// What the running block touched.
class WordParts {
public:
  void clear() { pages.clear(), last = nullptr; }
  void touch(uint64_t page, uint32_t offset, unsigned bytes, bool write) {
    if (!last || page != lastPage) {
      last = &pages[page];
      last->resize(pageBytes / 4);
      lastPage = page;
    }
    for (unsigned done = 0; done < bytes; done += 4) {
      unsigned mask = bytes >= 4 ? 15 : ((1u << bytes) - 1) << offset % 4;
      (*last)[(offset + done) / 4] |= uint8_t(mask << (write ? 0 : 4));
    }
  }
  PageParts of(uint64_t page) const { return pages.lookup(page); }

private:
  llvm::DenseMap<uint64_t, PageParts> pages;
  PageParts *last = nullptr;
  uint64_t lastPage = 0;
};

} // namespace ts::sim

#endif // TS_LIB_SIMULATOR_WORDPARTS_H
