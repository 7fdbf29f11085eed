//===- Mma.h - Tiles dealt to the lanes of mma.sync ------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// How a warp's tile of A (rows x depth), B (depth x columns) and C (rows x
// columns) is dealt to lanes when it is computed by many mma.sync. The
// instruction fixes which lane holds which element of *its* operands; which
// element of the tile that is remains free, as long as both operands agree on
// k, and C and an operand agree on rows and columns. The freedom is spent so
// that a lane owns runs of consecutive k of A and of consecutive columns of B
// and C: then all accesses are wide, and no value changes lanes.
//
// With g = lane / 4 and t = lane % 4 (PTX ISA, "Matrix Fragments for mma"):
// the instruction's first operand has rows g (+ 8) and k of t, its second k of
// t and column g, its result rows g (+ 8) and columns 2t, 2t + 1.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LAYOUT_MMA_H
#define TS_LAYOUT_MMA_H

#include "ts/Layout/Layout.h"

#include <string>

namespace ts {

/// The extents of a matrix instruction, and how its operands are packed.
struct MmaShape {
  int64_t m, n, k;
  /// Bytes of an element of an operand.
  int64_t bytes;

  /// Elements in one register of an operand (2 for 16-bit types).
  int64_t packed() const { return bytes == 2 ? 2 : 1; }
  /// Groups of 8 rows: 2, or 1 for m8n8k4.
  int64_t halves() const { return m / 8; }
  /// Elements along k that a lane holds of one row or column.
  int64_t slots() const { return k / 4; }
  /// Elements that a lane accesses at most with one instruction.
  int64_t accessWidth() const { return 16 / bytes; }
};

/// A tile of C as a grid of instructions.
class MmaTile {
public:
  /// `columns`: the instruction's rows run over the columns of C, otherwise
  /// over its rows. `vector`: consecutive columns of C that a lane owns.
  MmaTile(MmaShape shape, bool columns, int64_t rows, int64_t cols,
          int64_t depth, int64_t vector);

  /// Empty if the instructions cover the tile, else what is wrong with it.
  static std::string problem(MmaShape shape, bool columns, int64_t rows,
                             int64_t cols, int64_t depth, int64_t vector);

  Layout a() const;
  Layout b() const;
  Layout c() const;

  /// One instruction: which rows, columns and steps of k it covers.
  struct Instance {
    int64_t row, column, step;
  };
  int64_t rowTiles() const;
  int64_t columnTiles() const;
  int64_t steps() const { return depth / shape.k; }

  /// Offsets within the lane of register `reg` (in the order of PTX) of the
  /// instruction's first operand, second operand and result. Those of the
  /// first are in B if the rows run over columns, else in A.
  Layout::Coordinate first(Instance at, int64_t reg) const;
  Layout::Coordinate second(Instance at, int64_t reg) const;
  Layout::Coordinate result(Instance at, int64_t reg) const;
  int64_t firstCount() const { return shape.halves() * shape.slots(); }
  int64_t secondCount() const { return shape.slots(); }
  int64_t resultCount() const { return 2 * shape.halves(); }

private:
  int64_t columnOffset(int64_t tile) const;
  /// Consecutive k in a run of a lane, and where the lane's k `number` is.
  int64_t kRun() const;
  int64_t kOffset(int64_t number) const;

  MmaShape shape;
  bool columns;
  int64_t rows, cols, depth, vector;
};

} // namespace ts

#endif // TS_LAYOUT_MMA_H
