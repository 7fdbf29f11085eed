//===- LayoutTest.cpp - Which lane owns which element ---------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ts/Layout/Layout.h"

#include "gtest/gtest.h"

#include <array>

using namespace ts;

using Coordinate = Layout::Coordinate;
using Source = Layout::Source;

// The tile of the headline kernel: 8 rows, four groups of four columns a lane.
TEST(Layout, TileOfTheHeadlineKernel) {
  Layout tile = Layout::forTile({8, 512}, {1, 32}, 4);
  EXPECT_EQ(tile.laneCount(), 32);
  EXPECT_EQ(tile.registerCount(), 128);
  EXPECT_EQ(tile.fragmentWidth(), 4);
  EXPECT_EQ(tile.fragmentCount(), 32);
  EXPECT_TRUE(tile.isComplete());
  EXPECT_EQ(tile.coordinate(0, 0), (Coordinate{0, 0}));
  EXPECT_EQ(tile.coordinate(5, 3), (Coordinate{0, 23}));
  EXPECT_EQ(tile.coordinate(5, 4), (Coordinate{0, 128 + 20}));
  EXPECT_EQ(tile.coordinate(31, 127), (Coordinate{7, 511}));
}

// Lanes above each other own consecutive rows.
TEST(Layout, GridOfLanes) {
  Layout tile = Layout::forTile({32, 16}, {8, 4}, 1);
  EXPECT_EQ(tile.registerCount(), 16);
  EXPECT_EQ(tile.fragmentWidth(), 1);
  EXPECT_TRUE(tile.isComplete());
  EXPECT_EQ(tile.coordinate(4 * 3 + 1, 0), (Coordinate{12, 1}));
  EXPECT_EQ(tile.coordinate(4 * 3 + 1, 5), (Coordinate{13, 5}));
}

// Lane and register parts add up to the coordinate, everywhere.
TEST(Layout, PartsAddUp) {
  Layout tile = Layout::forTile({12, 64}, {4, 8}, 2);
  EXPECT_TRUE(tile.isComplete());
  for (int64_t lane = 0; lane < 32; ++lane)
    for (int64_t reg = 0; reg < tile.registerCount(); ++reg) {
      Coordinate a = tile.laneOffset(lane), b = tile.registerOffset(reg);
      EXPECT_EQ(tile.coordinate(lane, reg),
                (Coordinate{a[0] + b[0], a[1] + b[1]}));
    }
}

// An operand without columns: its lanes are replicas, its registers the rows.
TEST(Layout, Projection) {
  Layout tile = Layout::forTile({8, 512}, {1, 32}, 4);
  Layout column = tile.projected(1), row = tile.projected(0);
  EXPECT_EQ(column.shape(), llvm::ArrayRef<int64_t>({8, 1}));
  EXPECT_EQ(column.registerCount(), 8);
  EXPECT_EQ(column.fragmentWidth(), 1);
  EXPECT_EQ(column.laneCount(), 32);
  for (int64_t lane = 0; lane < 32; ++lane)
    EXPECT_EQ(column.coordinate(lane, 6), (Coordinate{6, 0}));
  EXPECT_TRUE(column.isComplete());
  EXPECT_EQ(row.shape(), llvm::ArrayRef<int64_t>({1, 512}));
  EXPECT_EQ(row.fragmentCount(), 4);
  EXPECT_EQ(row.coordinate(2, 9), (Coordinate{0, 256 + 9}));
  EXPECT_TRUE(row.isComplete());
  EXPECT_TRUE(row.projected(1).isComplete());
}

// The accumulator of mma.m16n8: row g (+ 8 for the upper half of the
// registers), column 2t + (i & 1), with g = lane / 4 and t = lane % 4 (PTX ISA,
// "mma").
TEST(Layout, AccumulatorOfMma) {
  Layout mma({16, 8}, {{Source::Lane, 0, 8, 1},
                       {Source::Lane, 1, 4, 2},
                       {Source::Register, 0, 2, 8},
                       {Source::Register, 1, 2, 1}});
  EXPECT_TRUE(mma.isComplete());
  EXPECT_EQ(mma.fragmentWidth(), 2);
  for (int64_t lane = 0; lane < 32; ++lane)
    for (int64_t i = 0; i < 4; ++i)
      EXPECT_EQ(
          mma.coordinate(lane, i),
          (Coordinate{lane / 4 + (i >= 2 ? 8 : 0), 2 * (lane % 4) + (i & 1)}));
}

// A layout that leaves elements out, owns some twice, or leaves the tile.
TEST(Layout, Incomplete) {
  EXPECT_FALSE(Layout({4, 4}, {{Source::Lane, 0, 4, 1}}).isComplete());
  EXPECT_FALSE(
      Layout({1, 3}, {{Source::Lane, 1, 2, 1}, {Source::Register, 1, 2, 1}})
          .isComplete());
  EXPECT_FALSE(Layout({1, 4}, {{Source::Lane, 1, 4, 2}}).isComplete());
}

// A lane's columns lie a row of lanes apart: lanes beside each other own
// columns beside each other, whatever the register.
TEST(Layout, SpreadColumns) {
  Layout tile = Layout::forTile({8, 512}, {1, 32}, 4).spread(32, 4);
  EXPECT_TRUE(tile.isComplete());
  EXPECT_EQ(tile.registerCount(), 128);
  EXPECT_EQ(tile.coordinate(0, 0), (Coordinate{0, 0}));
  EXPECT_EQ(tile.coordinate(5, 0), (Coordinate{0, 5}));
  EXPECT_EQ(tile.coordinate(5, 1), (Coordinate{0, 32 + 5}));
  EXPECT_EQ(tile.coordinate(5, 3), (Coordinate{0, 96 + 5}));
  EXPECT_EQ(tile.coordinate(5, 4), (Coordinate{0, 128 + 5}));
  EXPECT_EQ(tile.coordinate(31, 127), (Coordinate{7, 511}));
  for (int64_t reg = 0; reg < 128; ++reg)
    for (int64_t lane = 0; lane + 1 < 32; ++lane)
      EXPECT_EQ(tile.coordinate(lane + 1, reg)[1],
                tile.coordinate(lane, reg)[1] + 1);
  // No two of a lane's columns are adjacent: one store each.
  EXPECT_EQ(tile.fragmentWidth(), 1);
}

// Two rows of lanes: the rows stay where they are, runs are 16 columns long.
TEST(Layout, SpreadColumnsOfTwoRowsOfLanes) {
  Layout plain = Layout::forTile({16, 256}, {2, 16}, 4);
  Layout tile = plain.spread(16, 4);
  EXPECT_TRUE(tile.isComplete());
  EXPECT_EQ(tile.coordinate(0, 1), (Coordinate{0, 16}));
  EXPECT_EQ(tile.coordinate(15, 0), (Coordinate{0, 15}));
  EXPECT_EQ(tile.coordinate(16, 0), plain.coordinate(16, 0));
  EXPECT_EQ(tile.coordinate(17, 5), (Coordinate{8, 64 + 16 + 1}));
  for (int64_t lane = 0; lane < 32; ++lane)
    for (int64_t reg = 0; reg < tile.registerCount(); ++reg)
      EXPECT_EQ(tile.coordinate(lane, reg)[0], plain.coordinate(lane, reg)[0]);
}

// What spreading does to a column gathering undoes, element by element.
TEST(Layout, GatheredUndoesSpread) {
  struct Case {
    std::array<int64_t, 2> shape, lanes;
    int64_t vector;
  };
  for (const Case &c : {Case{{8, 512}, {1, 32}, 4}, Case{{8, 192}, {1, 32}, 2},
                        Case{{16, 256}, {2, 16}, 4}, Case{{4, 24}, {4, 8}, 1},
                        Case{{32, 12}, {32, 1}, 4}}) {
    Layout tile = Layout::forTile(c.shape, c.lanes, c.vector);
    Layout back =
        tile.spread(c.lanes[1], c.vector).gathered(c.lanes[1], c.vector);
    for (int64_t lane = 0; lane < 32; ++lane)
      for (int64_t reg = 0; reg < tile.registerCount(); ++reg)
        EXPECT_EQ(back.coordinate(lane, reg), tile.coordinate(lane, reg));
  }
}

// Also of an operand without rows, as b is read: its places in the buffer are
// the lane's own four, side by side.
TEST(Layout, SpreadOperandIsGatheredInItsBuffer) {
  Layout b = Layout::forTile({8, 512}, {1, 32}, 4).spread(32, 4).projected(0);
  Layout places = b.gathered(32, 4);
  EXPECT_TRUE(places.isComplete());
  EXPECT_EQ(places.fragmentWidth(), 4);
  for (int64_t lane = 0; lane < 32; ++lane)
    for (int64_t reg = 0; reg < b.registerCount(); ++reg) {
      // Where ts.alloc says the buffer keeps the column.
      int64_t column = b.coordinate(lane, reg)[1], inGroup = column % 128;
      EXPECT_EQ(places.coordinate(lane, reg)[1],
                column / 128 * 128 + inGroup % 32 * 4 + inGroup / 32);
    }
}
