//===- Profile.cpp - What each instruction did ----------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Global memory moves in sectors of 32 bytes, four to a line. Shared memory has
// 32 banks of 4 bytes; each takes one word at a time, and lanes that want the
// same word share it. Accesses of 8 bytes are served for half a warp at a time,
// those of 16 for a quarter; loads in which the lanes of pairs share an address
// for twice as many.
//
//===----------------------------------------------------------------------===//

#include "Profile.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

using namespace llvm;

namespace ts::sim {

/// How many pieces of `size` bytes the accesses touch.
static unsigned pieces(ArrayRef<uint64_t> addresses, unsigned bytes,
                       unsigned size) {
  SmallVector<uint64_t, 64> touched;
  for (uint64_t address : addresses)
    for (uint64_t piece = address / size; piece <= (address + bytes - 1) / size;
         ++piece)
      touched.push_back(piece);
  llvm::sort(touched);
  return unsigned(std::unique(touched.begin(), touched.end()) -
                  touched.begin());
}

void Profile::global(uint32_t pc, ArrayRef<uint64_t> addresses,
                     unsigned bytes) {
  LineCounters &at = counts[pc];
  ++at.requests;
  at.bytes += uint64_t(addresses.size()) * bytes;
  at.sectors += pieces(addresses, bytes, 32);
  at.lines += pieces(addresses, bytes, 128);
  // Lanes that read the same bytes need them once.
  SmallVector<uint64_t, 32> distinct(addresses.begin(), addresses.end());
  llvm::sort(distinct);
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  at.idealSectors += (distinct.size() * bytes + 31) / 32;
}

/// Whether each lane has the address of the lane `apart` from it. A missing
/// lane counts as one more of the first that is there.
static bool pairsAgree(const uint64_t *addresses, uint32_t mask,
                       unsigned apart) {
  auto of = [&](unsigned l) {
    return addresses[mask >> l & 1 ? l : unsigned(countr_zero(mask))];
  };
  for (unsigned l = 0; l < 32; ++l)
    if (of(l) != of(l ^ apart))
      return false;
  return true;
}

// What is returned is the limit, 128 bytes a pass, and lanes l and l ^ 1, or l
// and l ^ 2, share it if all such pairs have one address (said by NVIDIA of
// Volta and Turing: forums.developer.nvidia.com/t/77228; on an H200 all lanes
// of one address were measured, and that stores do not gain).
size_t lanesTogether(const uint64_t *addresses, uint32_t mask, unsigned bytes,
                     bool pairs) {
  size_t lanes = bytes <= 4 ? 32 : bytes <= 8 ? 16 : 8;
  bool shares =
      pairs && bytes > 4 &&
      (pairsAgree(addresses, mask, 1) || pairsAgree(addresses, mask, 2));
  return shares ? 2 * lanes : lanes;
}

/// Passes that the banks of shared memory need.
static unsigned bankWavefronts(ArrayRef<uint64_t> addresses, unsigned bytes,
                               size_t together) {
  unsigned total = 0;
  for (size_t first = 0; first < addresses.size(); first += together) {
    std::array<SmallVector<uint64_t, 4>, 32> banks;
    unsigned most = 0;
    for (uint64_t address :
         addresses.slice(first, std::min(together, addresses.size() - first)))
      for (uint64_t word = address / 4; word <= (address + bytes - 1) / 4;
           ++word) {
        auto &bank = banks[word % 32];
        if (!is_contained(bank, word))
          bank.push_back(word);
        most = std::max(most, unsigned(bank.size()));
      }
    total += most;
  }
  return total;
}

void Profile::shared(uint32_t pc, ArrayRef<uint64_t> addresses, unsigned bytes,
                     size_t lanes) {
  LineCounters &at = counts[pc];
  ++at.requests;
  at.bytes += uint64_t(addresses.size()) * bytes;
  at.wavefronts += bankWavefronts(addresses, bytes, lanes);
  at.idealWavefronts += (addresses.size() + lanes - 1) / lanes;
}

} // namespace ts::sim
