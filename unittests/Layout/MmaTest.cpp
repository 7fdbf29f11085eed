//===- MmaTest.cpp - Tiles dealt to mma.sync ------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Executes the instructions of a tile by the fragment tables of the PTX ISA, on
// values with a number of their own at each place: only layouts that agree with
// the tables, and with each other, give the product.
//
//===----------------------------------------------------------------------===//

#include "ts/Layout/Mma.h"
#include "ts/Layout/Banks.h"

#include "gtest/gtest.h"

#include <vector>

using namespace ts;

namespace {

using Matrix = std::vector<std::vector<int64_t>>;

Matrix zeros(int64_t rows, int64_t columns) {
  return Matrix(rows, std::vector<int64_t>(columns, 0));
}

/// PTX ISA, "Matrix Fragments for mma": row and column of register `i` of a
/// lane in the instruction's operands and result.
struct Table {
  MmaShape shape;

  std::pair<int64_t, int64_t> first(int64_t g, int64_t t, int64_t i) const {
    if (shape.k == 16)
      return {g + 8 * (i / 2 % 2), 2 * t + i % 2 + 8 * (i / 4)};
    if (shape.k == 8)
      return {g + 8 * (i % 2), t + 4 * (i / 2)};
    return {g, t};
  }
  std::pair<int64_t, int64_t> second(int64_t g, int64_t t, int64_t i) const {
    if (shape.k == 16)
      return {2 * t + i % 2 + 8 * (i / 2), g};
    return {t + 4 * i, g};
  }
  std::pair<int64_t, int64_t> result(int64_t g, int64_t t, int64_t i) const {
    return {g + 8 * (i / 2), 2 * t + i % 2};
  }
};

int64_t valueAt(const Matrix &matrix, const Layout &layout, int64_t lane,
                const Layout::Coordinate &offset) {
  Layout::Coordinate at = layout.laneOffset(lane);
  return matrix.at(at[0] + offset[0]).at(at[1] + offset[1]);
}

void checkProduct(MmaShape shape, bool columns, int64_t rows, int64_t cols,
                  int64_t depth, int64_t vector) {
  ASSERT_EQ(MmaTile::problem(shape, columns, rows, cols, depth, vector), "");
  MmaTile tile(shape, columns, rows, cols, depth, vector);
  Layout layoutA = tile.a(), layoutB = tile.b(), layoutC = tile.c();
  EXPECT_TRUE(layoutA.isComplete());
  EXPECT_TRUE(layoutB.isComplete());
  EXPECT_TRUE(layoutC.isComplete());
  Matrix a = zeros(rows, depth), b = zeros(depth, cols), c = zeros(rows, cols);
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t k = 0; k < depth; ++k)
      a[i][k] = 1 + i * depth + k;
  for (int64_t k = 0; k < depth; ++k)
    for (int64_t j = 0; j < cols; ++j)
      b[k][j] = 1000 + k * cols + j;
  Table table{shape};
  for (int64_t step = 0; step < tile.steps(); ++step)
    for (int64_t row = 0; row < tile.rowTiles(); ++row)
      for (int64_t column = 0; column < tile.columnTiles(); ++column) {
        MmaTile::Instance at{row, column, step};
        Matrix first = zeros(shape.m, shape.k),
               second = zeros(shape.k, shape.n);
        for (int64_t lane = 0; lane < 32; ++lane) {
          int64_t g = lane / 4, t = lane % 4;
          for (int64_t i = 0; i < tile.firstCount(); ++i) {
            auto [r, k] = table.first(g, t, i);
            first.at(r).at(k) =
                columns ? valueAt(b, layoutB, lane, tile.first(at, i))
                        : valueAt(a, layoutA, lane, tile.first(at, i));
          }
          for (int64_t i = 0; i < tile.secondCount(); ++i) {
            auto [k, n] = table.second(g, t, i);
            second.at(k).at(n) =
                columns ? valueAt(a, layoutA, lane, tile.second(at, i))
                        : valueAt(b, layoutB, lane, tile.second(at, i));
          }
        }
        for (int64_t lane = 0; lane < 32; ++lane)
          for (int64_t i = 0; i < tile.resultCount(); ++i) {
            auto [r, n] = table.result(lane / 4, lane % 4, i);
            Layout::Coordinate offset = tile.result(at, i);
            EXPECT_TRUE(layoutC.registerAt(offset).has_value());
            Layout::Coordinate place = layoutC.laneOffset(lane);
            for (int64_t k = 0; k < shape.k; ++k)
              c.at(place[0] + offset[0]).at(place[1] + offset[1]) +=
                  first[r][k] * second[k][n];
          }
      }
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < cols; ++j) {
      int64_t expected = 0;
      for (int64_t k = 0; k < depth; ++k)
        expected += a[i][k] * b[k][j];
      ASSERT_EQ(c[i][j], expected) << "at (" << i << ", " << j << ")";
    }
}

constexpr MmaShape tf32{16, 8, 8, 4}, half{16, 8, 16, 2}, f64{8, 8, 4, 8};

} // namespace

TEST(Mma, ColumnsOfCAreTheInstructionsRows) {
  checkProduct(tf32, true, 8, 64, 32, 4);
  checkProduct(tf32, true, 16, 32, 40, 4);
  checkProduct(half, true, 8, 64, 32, 4);
  checkProduct(half, true, 24, 128, 48, 8);
  checkProduct(f64, true, 8, 32, 12, 2);
}

/// A lane owns at most 32 bytes of consecutive k: longer runs of four lanes
/// would begin in the same banks.
TEST(Mma, LongProductsInterleaveTheirRuns) {
  for (MmaShape shape : {tf32, half}) {
    int64_t run = 2 * shape.accessWidth(), depth = 2 * 4 * run;
    checkProduct(shape, true, 8, 64, depth, 4);
    checkProduct(shape, false, 16, 16, depth, 4);
    Layout a = MmaTile(shape, true, 8, 64, depth, 4).a();
    EXPECT_EQ(a.laneOffset(1), (Layout::Coordinate{0, run}));
    EXPECT_EQ(a.registerOffset(run), (Layout::Coordinate{0, 4 * run}));
    int64_t pitch = bestPitch(a, depth, shape.accessWidth(), shape.bytes);
    EXPECT_EQ(pitch, depth + shape.accessWidth());
    EXPECT_EQ(bankConflicts(a, pitch, shape.accessWidth(), shape.bytes), 1);
  }
  // What 32 bytes do not divide has runs of what both share.
  checkProduct(half, true, 8, 32, 112, 4);
}

TEST(Mma, RowsOfCAreTheInstructionsRows) {
  checkProduct(tf32, false, 16, 16, 16, 4);
  checkProduct(half, false, 32, 32, 32, 4);
  checkProduct(half, false, 16, 32, 16, 8);
  checkProduct(f64, false, 8, 8, 8, 2);
}

TEST(Mma, SaysWhatDoesNotFit) {
  EXPECT_EQ(MmaTile::problem(tf32, true, 12, 64, 32, 4),
            "rows are 12, which the instruction's 8 do not divide");
  EXPECT_EQ(MmaTile::problem(half, false, 16, 24, 32, 4),
            "columns are 24, which the instruction's 16 do not divide");
  EXPECT_EQ(MmaTile::problem(half, true, 8, 64, 40, 4),
            "depth is 40, which the instruction's 16 do not divide");
}

TEST(Layout, ForRows) {
  std::optional<Layout> rows = Layout::forRows({8, 64}, 4);
  ASSERT_TRUE(rows.has_value());
  EXPECT_TRUE(rows->isComplete());
  EXPECT_EQ(rows->fragmentWidth(), 4);
  // 16 lanes side by side, two rows above each other.
  EXPECT_EQ(rows->laneOffset(15), (Layout::Coordinate{0, 60}));
  EXPECT_EQ(rows->laneOffset(16), (Layout::Coordinate{1, 0}));
  // Too few elements for wide runs, and for 32 lanes at all.
  EXPECT_EQ(Layout::forRows({2, 32}, 4)->fragmentWidth(), 2);
  EXPECT_FALSE(Layout::forRows({1, 16}, 4).has_value());
}

TEST(Banks, ConflictsAndPitch) {
  // A column of 32 rows, 32 words apart: all in one bank.
  Layout column({32, 1}, {{Layout::Source::Lane, 0, 32, 1}});
  EXPECT_EQ(bankConflicts(column, 32, 1, 4), 32);
  EXPECT_EQ(bankConflicts(column, 33, 1, 4), 1);
  EXPECT_EQ(bestPitch(column, 32, 1, 4), 33);
  // 128-bit reads of A for tf32 m16n8k8 meet without padding.
  Layout a = MmaTile(tf32, true, 8, 64, 32, 4).a();
  EXPECT_EQ(bankConflicts(a, 32, 4, 4), 2);
  EXPECT_EQ(bestPitch(a, 32, 4, 4), 36);
  EXPECT_EQ(bankConflicts(a, 36, 4, 4), 1);
}
