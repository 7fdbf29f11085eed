//===- SortBy.h - Order by a key, equal ones as they were -----*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A search must give the same result every time, so that ties are broken by the
// order of what was given. (std::stable_sort of the library used here calls a
// function that it deprecates itself.)
//
//===----------------------------------------------------------------------===//

#ifndef TS_STRATEGY_SORTBY_H
#define TS_STRATEGY_SORTBY_H

#include "llvm/ADT/STLExtras.h"

#include <vector>

namespace ts {

/// Sorts by `key(element)`, ascending and stable.
template <typename T, typename Key>
void sortBy(std::vector<T> &list, Key key) {
  std::vector<std::pair<decltype(key(list[0])), size_t>> order;
  for (auto [index, element] : llvm::enumerate(list))
    order.push_back({key(element), index});
  llvm::sort(order);
  std::vector<T> sorted;
  for (const auto &entry : order)
    sorted.push_back(std::move(list[entry.second]));
  list = std::move(sorted);
}

} // namespace ts

#endif // TS_STRATEGY_SORTBY_H
