//===- TileRanges.h - How tiles cover C ------------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The index arithmetic of ts-tile-kernel: which slices and row tiles a block
// gets, and where the rim of C begins.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_TILE_TILERANGES_H
#define TS_LIB_TILE_TILERANGES_H

#include "ts/IR/TS.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace ts {

/// A block's share of the list of (slice, band) pairs, slice by slice. A band
/// is the row tiles that the warps of a block compute at a time.
struct LinearShare {
  mlir::Value begin, end;           ///< positions in the list
  mlir::Value firstSlice, endSlice; ///< slices it touches
};

/// The cover of an M x N matrix by a schedule's slices and tiles. All values
/// are of index type (64 bits: C may have more than 2^31 elements).
class Cover {
public:
  Cover(ScheduleAttr schedule, int64_t m, int64_t n);

  int64_t blockCount() const;
  /// True if slices and tiles divide C, so that it has no rim.
  bool isExact() const;
  /// The last column of C at which a warp's tile begins; C has columns.
  int64_t lastColumn() const;

  /// linear order: block `id` gets positions [id*T/count, (id+1)*T/count).
  LinearShare linearShare(mlir::ImplicitLocOpBuilder &b, mlir::Value id) const;
  /// First and end row tile of `slice` in a block's share.
  std::pair<mlir::Value, mlir::Value>
  tilesOfSlice(mlir::ImplicitLocOpBuilder &b, const LinearShare &share,
               mlir::Value slice) const;
  /// grid order: slice, first and end row tile of block `id`.
  std::tuple<mlir::Value, mlir::Value, mlir::Value>
  gridShare(mlir::ImplicitLocOpBuilder &b, mlir::Value id) const;

  /// True if the tile at (row, column) lies inside C as a whole.
  mlir::Value inside(mlir::ImplicitLocOpBuilder &b, mlir::Value row,
                     mlir::Value column) const;
  /// True if the tile's first column lies inside C.
  mlir::Value begins(mlir::ImplicitLocOpBuilder &b, mlir::Value column) const;

  /// min(size, N - column); a constant where there is no rim.
  mlir::OpFoldResult clippedColumns(mlir::ImplicitLocOpBuilder &b,
                                    mlir::Value column, int64_t size) const;
  /// min(size, extent - position) of positions that are multiples of the size;
  /// a constant where size divides extent.
  static mlir::OpFoldResult clipped(mlir::ImplicitLocOpBuilder &b,
                                    mlir::Value position, int64_t size,
                                    int64_t extent);
  static mlir::Value scaled(mlir::ImplicitLocOpBuilder &b, mlir::Value value,
                            int64_t factor);
  static mlir::Value divided(mlir::ImplicitLocOpBuilder &b, mlir::Value value,
                             int64_t divisor);
  static mlir::Value remainder(mlir::ImplicitLocOpBuilder &b, mlir::Value value,
                               int64_t divisor);
  static mlir::Value sum(mlir::ImplicitLocOpBuilder &b, mlir::Value lhs,
                         mlir::Value rhs);

private:
  /// min(size, extent - position)
  static mlir::OpFoldResult atMost(mlir::ImplicitLocOpBuilder &b,
                                   mlir::Value position, int64_t size,
                                   int64_t extent);
  /// grid order: slice and row band of block `id`.
  std::pair<mlir::Value, mlir::Value>
  gridPosition(mlir::ImplicitLocOpBuilder &b, mlir::Value id) const;

  ScheduleAttr schedule;
  int64_t m, n;
  int64_t slices;        ///< in C
  int64_t tilesPerSlice; ///< row tiles
  int64_t bandsPerSlice;
};

} // namespace ts

#endif // TS_LIB_TILE_TILERANGES_H
