//===- Banks.cpp - Shared memory without bank conflicts -------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ts/Layout/Banks.h"

#include "llvm/Support/MathExtras.h"

#include <array>
#include <set>

using namespace ts;

static constexpr int64_t bankCount = 32, bankBytes = 4;

/// Distances worth a try: beyond this many banks of padding all repeats.
static constexpr int64_t maxPaddingBytes = bankCount * bankBytes;

/// Words per bank of the lanes [begin, end) that access `width` columns from
/// the offset of register `reg` on.
static int64_t conflictsOfPart(const Layout &layout, int64_t reg, int64_t begin,
                               int64_t end, int64_t pitch, int64_t width,
                               int64_t elementBytes) {
  std::array<std::set<int64_t>, bankCount> words;
  for (int64_t lane = begin; lane < end; ++lane) {
    Layout::Coordinate at = layout.coordinate(lane, reg);
    int64_t byte = (at[0] * pitch + at[1]) * elementBytes;
    for (int64_t word = byte / bankBytes;
         word * bankBytes < byte + width * elementBytes; ++word)
      words[word % bankCount].insert(word);
  }
  size_t most = 1;
  for (const auto &bank : words)
    most = std::max(most, bank.size());
  return most;
}

int64_t ts::bankConflicts(const Layout &layout, int64_t pitch, int64_t width,
                          int64_t elementBytes) {
  int64_t parts = std::max<int64_t>(1, width * elementBytes / bankBytes);
  int64_t lanes = layout.laneCount() / parts, most = 1;
  for (int64_t reg = 0; reg < layout.registerCount(); reg += width)
    for (int64_t part = 0; part < parts; ++part)
      most = std::max(most, conflictsOfPart(layout, reg, part * lanes,
                                            (part + 1) * lanes, pitch, width,
                                            elementBytes));
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
