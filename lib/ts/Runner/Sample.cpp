//===- Sample.cpp - Which blocks are simulated ----------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Draws without replacement from a seeded sequence.
//
//===----------------------------------------------------------------------===//

#include "ts/Runner/Sample.h"

#include "ts/Numerics/Random.h"

#include <algorithm>
#include <set>

std::vector<uint64_t> ts::sampleBlocks(uint64_t total, uint64_t count,
                                       uint64_t seed) {
  if (count >= total)
    return {};
  std::set<uint64_t> chosen = {0};
  if (count > 1)
    chosen.insert(total - 1);
  for (uint64_t draw = 0; chosen.size() < count; ++draw)
    chosen.insert(num::randomBits(seed, draw) % total);
  return {chosen.begin(), chosen.end()};
}

uint64_t ts::chooseBlockCount(uint64_t total, double multiplyAdds,
                              double wholeLimit, double sampleLimit) {
  if (multiplyAdds <= wholeLimit || total <= 3)
    return total;
  double perBlock = multiplyAdds / double(total);
  double affordable = sampleLimit / perBlock;
  return std::clamp<uint64_t>(uint64_t(std::min(affordable, 1e18)), 3, total);
}
