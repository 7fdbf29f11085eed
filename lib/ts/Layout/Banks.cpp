//===- Banks.cpp - Shared memory without bank conflicts -------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ts/Layout/Banks.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/MathExtras.h"

#include <array>

using namespace ts;

static constexpr int64_t bankCount = 32, bankBytes = 4;

/// Distances worth a try: beyond this many banks of padding all repeats.
static constexpr int64_t maxPaddingBytes = bankCount * bankBytes;

/// Words per bank of the lanes [begin, end) that access `width` columns.
static int64_t conflictsOfPart(const Layout &layout, int64_t begin, int64_t end,
                               int64_t pitch, int64_t width,
                               int64_t elementBytes) {
  llvm::SmallVector<int64_t, 64> words;
  for (int64_t lane = begin; lane < end; ++lane) {
    Layout::Coordinate at = layout.laneOffset(lane);
    int64_t byte = (at[0] * pitch + at[1]) * elementBytes;
    for (int64_t word = byte / bankBytes;
         word * bankBytes < byte + width * elementBytes; ++word)
      words.push_back(word);
  }
  llvm::sort(words);
  words.erase(llvm::unique(words), words.end());
  std::array<int64_t, bankCount> count = {};
  for (int64_t word : words)
    ++count[word % bankCount];
  return std::max<int64_t>(1, *llvm::max_element(count));
}

int64_t ts::bankConflicts(const Layout &layout, int64_t pitch, int64_t width,
                          int64_t elementBytes) {
  // A register moves the places of all lanes by the same distance, and with it
  // their banks: one of them shows the conflicts of all.
  int64_t parts = std::max<int64_t>(1, width * elementBytes / bankBytes);
  int64_t lanes = layout.laneCount() / parts, most = 1;
  for (int64_t part = 0; part < parts; ++part)
    most =
        std::max(most, conflictsOfPart(layout, part * lanes, (part + 1) * lanes,
                                       pitch, width, elementBytes));
  return most;
}

int64_t ts::bestPitch(const Layout &layout, int64_t columns, int64_t width,
                      int64_t elementBytes) {
  int64_t first = llvm::alignTo(columns, width), best = first, fewest = 0;
  for (int64_t pitch = first; (pitch - first) * elementBytes <= maxPaddingBytes;
       pitch += width) {
    int64_t conflicts = bankConflicts(layout, pitch, width, elementBytes);
    if (fewest == 0 || conflicts < fewest) {
      fewest = conflicts;
      best = pitch;
    }
    if (fewest == 1)
      break;
  }
  return best;
}
