//===- Layout.cpp - Which lane owns which element -------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ts/Layout/Layout.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <vector>

using namespace ts;

Layout::Layout(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<Factor> factors)
    : extents(shape), digits(factors) {}

Layout Layout::forTile(llvm::ArrayRef<int64_t> shape,
                       llvm::ArrayRef<int64_t> lanes, int64_t vector) {
  int64_t rows = shape[0] / lanes[0];
  int64_t group = lanes[1] * vector;
  return Layout(shape, {{Source::Lane, 0, lanes[0], rows},
                        {Source::Lane, 1, lanes[1], vector},
                        {Source::Register, 0, rows, 1},
                        {Source::Register, 1, shape[1] / group, group},
                        {Source::Register, 1, vector, 1}});
}

Layout Layout::spread(int64_t lanes, int64_t vector) const {
  // Digits do not carry, so that the move of a sum is the sum of the moves.
  Layout result = *this;
  int64_t group = lanes * vector;
  for (Factor &factor : result.digits)
    if (int64_t at = factor.stride; factor.dim == extents.size() - 1)
      factor.stride =
          at / group * group + at % vector * lanes + at % group / vector;
  return result;
}

Layout Layout::gathered(int64_t lanes, int64_t vector) const {
  // The transpose of `lanes` x `vector` is undone by that of the reverse.
  return spread(vector, lanes);
}

std::optional<Layout> Layout::forRows(llvm::ArrayRef<int64_t> shape,
                                      int64_t vector) {
  constexpr int64_t lanes = 32;
  for (; vector >= 1; vector /= 2) {
    if (shape[1] % vector != 0)
      continue;
    int64_t runs = shape[1] / vector;
    // The lanes side by side must be a power of two that divides the runs.
    int64_t across = std::min(lanes, runs & -runs), down = lanes / across;
    if (shape[0] % down != 0)
      continue;
    return Layout(shape, {{Source::Lane, 0, down, 1},
                          {Source::Lane, 1, across, vector},
                          {Source::Register, 0, shape[0] / down, down},
                          {Source::Register, 1, runs / across, across * vector},
                          {Source::Register, 1, vector, 1}});
  }
  return std::nullopt;
}

Layout Layout::projected(unsigned dim) const {
  Layout result({}, {});
  result.extents = extents;
  result.extents[dim] = 1;
  for (Factor factor : digits) {
    if (factor.dim == dim && factor.source == Source::Register)
      continue;
    if (factor.dim == dim)
      factor.stride = 0;
    result.digits.push_back(factor);
  }
  return result;
}

int64_t Layout::count(Source source) const {
  int64_t product = 1;
  for (const Factor &factor : digits)
    if (factor.source == source)
      product *= factor.size;
  return product;
}

Layout::Coordinate Layout::offset(Source source, int64_t number) const {
  Coordinate result(extents.size(), 0);
  for (const Factor &factor : llvm::reverse(digits)) {
    if (factor.source != source)
      continue;
    result[factor.dim] += number % factor.size * factor.stride;
    number /= factor.size;
  }
  return result;
}

Layout::Coordinate Layout::laneOffset(int64_t lane) const {
  return offset(Source::Lane, lane);
}

Layout::Coordinate Layout::registerOffset(int64_t reg) const {
  return offset(Source::Register, reg);
}

Layout::Coordinate Layout::coordinate(int64_t lane, int64_t reg) const {
  Coordinate result = laneOffset(lane), inLane = registerOffset(reg);
  for (auto [sum, part] : llvm::zip_equal(result, inLane))
    sum += part;
  return result;
}

int64_t Layout::fragmentWidth() const {
  unsigned last = extents.size() - 1;
  for (const Factor &factor : llvm::reverse(digits))
    if (factor.source == Source::Register)
      return factor.dim == last && factor.stride == 1 ? factor.size : 1;
  return 1;
}

std::optional<int64_t> Layout::registerAt(const Coordinate &offset) const {
  for (int64_t reg = 0; reg < registerCount(); ++reg)
    if (registerOffset(reg) == offset)
      return reg;
  return std::nullopt;
}

bool Layout::operator==(const Layout &other) const {
  if (extents != other.extents || laneCount() != other.laneCount() ||
      registerCount() != other.registerCount())
    return false;
  for (int64_t lane = 0; lane < laneCount(); ++lane)
    if (laneOffset(lane) != other.laneOffset(lane))
      return false;
  for (int64_t reg = 0; reg < registerCount(); ++reg)
    if (registerOffset(reg) != other.registerOffset(reg))
      return false;
  return true;
}

bool Layout::isComplete() const {
  int64_t elements = 1;
  for (int64_t extent : extents)
    elements *= extent;
  std::vector<int64_t> owners(elements, 0);
  for (int64_t lane = 0; lane < laneCount(); ++lane)
    for (int64_t reg = 0; reg < registerCount(); ++reg) {
      int64_t linear = 0;
      for (auto [position, extent] :
           llvm::zip_equal(coordinate(lane, reg), extents)) {
        if (position < 0 || position >= extent)
          return false;
        linear = linear * extent + position;
      }
      ++owners[linear];
    }
  return llvm::all_equal(owners) && owners.front() > 0;
}
