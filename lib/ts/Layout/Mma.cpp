//===- Mma.cpp - Tiles dealt to the lanes of mma.sync ---------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ts/Layout/Mma.h"

#include "llvm/ADT/Twine.h"

#include <cassert>
#include <numeric>

using namespace ts;

using Source = Layout::Source;

/// Lanes g (0 to 7) and t (0 to 3) of a warp: lane = 4 g + t.
static constexpr int64_t lanesG = 8, lanesT = 4;

/// Rows (or columns) that the instruction's columns, two per lane t, cover.
static constexpr int64_t resultPair = 2;

MmaTile::MmaTile(MmaShape shape, bool columns, int64_t rows, int64_t cols,
                 int64_t depth, int64_t vector)
    : shape(shape), columns(columns), rows(rows), cols(cols), depth(depth),
      vector(vector) {
  assert(problem(shape, columns, rows, cols, depth, vector).empty());
}

std::string MmaTile::problem(MmaShape shape, bool columns, int64_t rows,
                             int64_t cols, int64_t depth, int64_t vector) {
  int64_t rowUnit = columns ? shape.n : shape.m;
  int64_t columnUnit = columns ? lanesG * vector : lanesT * vector;
  int64_t vectorUnit = columns ? shape.halves() : resultPair;
  auto divides = [](llvm::StringRef what, int64_t extent, int64_t unit) {
    if (extent > 0 && extent % unit == 0)
      return std::string();
    return (what + " " + llvm::Twine(extent) + ", which the instruction's " +
            llvm::Twine(unit) + " do not divide")
        .str();
  };
  std::string fault = divides("rows are", rows, rowUnit);
  if (fault.empty())
    fault = divides("vector is", vector, vectorUnit);
  if (fault.empty())
    fault = divides("columns are", cols, columnUnit);
  if (fault.empty())
    fault = divides("depth is", depth, shape.k);
  return fault;
}

/// At most two accesses of 16 bytes of what the instruction takes: 32 bytes
/// from lane to lane spread over all banks with one access between rows, 64
/// bytes would meet in the same ones (as values that are split only behind the
/// access do: they are twice as long).
int64_t MmaTile::kRun() const {
  return std::gcd(depth / lanesT, 2 * shape.accessWidth());
}

int64_t MmaTile::kOffset(int64_t number) const {
  return number / kRun() * lanesT * kRun() + number % kRun();
}

Layout MmaTile::a() const {
  int64_t run = kRun(), group = lanesT * run;
  return Layout({rows, depth}, {{Source::Lane, 0, lanesG, 1},
                                {Source::Lane, 1, lanesT, run},
                                {Source::Register, 0, rows / 8, 8},
                                {Source::Register, 1, depth / group, group},
                                {Source::Register, 1, run, 1}});
}

Layout MmaTile::b() const {
  int64_t run = kRun();
  Layout::Factor t{Source::Lane, 0, lanesT, run};
  Layout::Factor k{Source::Register, 0, run, 1};
  Layout::Factor runs{Source::Register, 0, depth / (lanesT * run),
                      lanesT * run};
  if (columns) {
    int64_t group = lanesG * vector;
    return Layout({depth, cols}, {{Source::Lane, 1, lanesG, vector},
                                  t,
                                  {Source::Register, 1, cols / group, group},
                                  runs,
                                  k,
                                  {Source::Register, 1, vector, 1}});
  }
  int64_t group = lanesT * vector;
  return Layout({depth, cols},
                {{Source::Lane, 1, lanesT, vector},
                 {Source::Lane, 1, resultPair, 1},
                 t,
                 {Source::Register, 1, cols / group, group},
                 {Source::Register, 1, vector / resultPair, resultPair},
                 runs,
                 k});
}

Layout MmaTile::c() const {
  if (columns) {
    int64_t group = lanesG * vector;
    return Layout({rows, cols}, {{Source::Lane, 1, lanesG, vector},
                                 {Source::Lane, 0, lanesT, resultPair},
                                 {Source::Register, 0, rows / 8, 8},
                                 {Source::Register, 0, resultPair, 1},
                                 {Source::Register, 1, cols / group, group},
                                 {Source::Register, 1, vector, 1}});
  }
  int64_t group = lanesT * vector;
  return Layout({rows, cols}, {{Source::Lane, 0, lanesG, 1},
                               {Source::Lane, 1, lanesT, vector},
                               {Source::Register, 0, rows / 8, 8},
                               {Source::Register, 1, cols / group, group},
                               {Source::Register, 1, vector, 1}});
}

int64_t MmaTile::rowTiles() const {
  return rows / (columns ? shape.n : shape.m);
}

int64_t MmaTile::columnTiles() const {
  return cols / (columns ? shape.m : shape.n);
}

/// Within the lane: tiles of one group take turns inside the run of `vector`
/// columns that the lane owns of it.
int64_t MmaTile::columnOffset(int64_t tile) const {
  int64_t perTile = columns ? shape.halves() : resultPair;
  int64_t inGroup = vector / perTile;
  int64_t group = (columns ? lanesG : lanesT) * vector;
  return tile / inGroup * group + tile % inGroup * perTile;
}

Layout::Coordinate MmaTile::first(Instance at, int64_t reg) const {
  // PTX packs neighbouring k into a register, then counts halves, then k.
  int64_t half = reg / shape.packed() % shape.halves();
  int64_t slot = reg % shape.packed() +
                 shape.packed() * (reg / (shape.packed() * shape.halves()));
  int64_t k = kOffset(at.step * shape.slots() + slot);
  if (columns)
    return {k, columnOffset(at.column) + half};
  return {at.row * shape.m + 8 * half, k};
}

Layout::Coordinate MmaTile::second(Instance at, int64_t reg) const {
  int64_t k = kOffset(at.step * shape.slots() + reg);
  if (columns)
    return {at.row * shape.n, k};
  return {k, columnOffset(at.column)};
}

Layout::Coordinate MmaTile::result(Instance at, int64_t reg) const {
  int64_t half = reg / 2, pair = reg % 2;
  if (columns)
    return {at.row * shape.n + pair, columnOffset(at.column) + half};
  return {at.row * shape.m + 8 * half, columnOffset(at.column) + pair};
}
