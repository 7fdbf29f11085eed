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
#include <map>
#include <tuple>
#include <vector>

using namespace ts;

static constexpr int64_t bankCount = 32, bankBytes = 4;

/// Distances worth a try: beyond this many banks of padding all repeats.
static constexpr int64_t maxPaddingBytes = bankCount * bankBytes;

using Places = llvm::SmallVector<std::pair<int64_t, int64_t>, 32>;

/// Row and column of every lane's first register. Another register moves the
/// places of all lanes by the same distance, and with it their banks: one shows
/// the conflicts of all.
static Places placesOf(const Layout &layout) {
  Places places;
  for (int64_t lane = 0; lane < layout.laneCount(); ++lane) {
    Layout::Coordinate at = layout.laneOffset(lane);
    places.push_back({at[0], at[1]});
  }
  return places;
}

/// Words per bank of lanes that access `width` columns at the same time.
static int64_t
conflictsOfPart(llvm::ArrayRef<std::pair<int64_t, int64_t>> places,
                int64_t pitch, int64_t width, int64_t elementBytes) {
  llvm::SmallVector<int64_t, 64> words;
  for (auto [row, column] : places) {
    int64_t byte = (row * pitch + column) * elementBytes;
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

static int64_t conflictsOf(const Places &places, int64_t pitch, int64_t width,
                           int64_t elementBytes) {
  int64_t parts = std::max<int64_t>(1, width * elementBytes / bankBytes);
  int64_t lanes = places.size() / parts, most = 1;
  for (int64_t part = 0; part < parts; ++part)
    most = std::max(
        most, conflictsOfPart(llvm::ArrayRef(places).slice(part * lanes, lanes),
                              pitch, width, elementBytes));
  return most;
}

int64_t ts::bankConflicts(const Layout &layout, int64_t pitch, int64_t width,
                          int64_t elementBytes) {
  return conflictsOf(placesOf(layout), pitch, width, elementBytes);
}

static int64_t searchPitch(const Places &places, int64_t columns, int64_t width,
                           int64_t elementBytes) {
  int64_t first = llvm::alignTo(columns, width), best = first, fewest = 0;
  for (int64_t pitch = first; (pitch - first) * elementBytes <= maxPaddingBytes;
       pitch += width) {
    int64_t conflicts = conflictsOf(places, pitch, width, elementBytes);
    if (fewest == 0 || conflicts < fewest) {
      fewest = conflicts;
      best = pitch;
    }
    if (fewest == 1)
      break;
  }
  return best;
}

int64_t ts::bestPitch(const Layout &layout, int64_t columns, int64_t width,
                      int64_t elementBytes) {
  // A search over schedules asks the same few questions thousands of times.
  using Key = std::tuple<std::vector<std::pair<int64_t, int64_t>>, int64_t,
                         int64_t, int64_t>;
  static thread_local std::map<Key, int64_t> known;
  Places places = placesOf(layout);
  Key key({places.begin(), places.end()}, columns, width, elementBytes);
  auto [entry, isNew] = known.try_emplace(std::move(key), 0);
  if (isNew)
    entry->second = searchPitch(places, columns, width, elementBytes);
  return entry->second;
}
