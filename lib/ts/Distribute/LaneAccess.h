//===- LaneAccess.h - A lane's share of a memory access --------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_DISTRIBUTE_LANEACCESS_H
#define TS_LIB_DISTRIBUTE_LANEACCESS_H

#include "ts/IR/TS.h"
#include "ts/Layout/Layout.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace ts {

/// One warp-level access to a matrix: which tile of it, and who owns what.
struct TileAccess {
  mlir::Value view;                        ///< rank-2 memref
  llvm::SmallVector<mlir::Value, 2> index; ///< of the tile's first element
  llvm::SmallVector<bool, 2> inBounds;     ///< per dimension
  int64_t swap = 0;                        ///< of the buffer behind `view`
};

/// Emits the accesses of one lane, with the widest accesses that the layout,
/// the strides and the known alignment allow. A lane's values are fragments:
/// vectors of layout.fragmentWidth() consecutive columns.
class LaneAccess {
public:
  LaneAccess(mlir::ImplicitLocOpBuilder &b, const Layout &layout,
             mlir::Value lane)
      : b(b), layout(layout), lane(lane) {}

  /// What lies out of bounds reads as an arbitrary element of the view.
  llvm::SmallVector<mlir::Value> read(const TileAccess &access);
  /// What lies out of bounds is not written.
  void write(const TileAccess &access, mlir::ValueRange fragments,
             StorePolicy policy);

private:
  /// Neighbouring elements of one lane that one instruction accesses.
  struct Chunk {
    Layout::Coordinate offset; ///< of the first, within the lane
    unsigned dim;              ///< along which they lie
    llvm::SmallVector<int64_t, 4> registers;
  };

  llvm::SmallVector<Chunk> chunksOf(const TileAccess &access);
  bool isWide(const TileAccess &access, unsigned dim,
              const Layout::Coordinate &offset, int64_t width);
  mlir::Value laneIndex(unsigned dim);
  mlir::Value laneView(const TileAccess &access);
  llvm::SmallVector<mlir::Value> indicesOf(const TileAccess &access,
                                           const Layout::Coordinate &offset);
  mlir::Value readChunk(const TileAccess &access, mlir::Value base,
                        const Chunk &chunk);
  void readClamped(const TileAccess &access,
                   llvm::MutableArrayRef<mlir::Value> elements);
  void writeGuarded(const TileAccess &access,
                    llvm::ArrayRef<mlir::Value> elements, StorePolicy policy);
  mlir::Value extent(const TileAccess &access, unsigned dim);

  mlir::ImplicitLocOpBuilder &b;
  const Layout &layout;
  mlir::Value lane;
};

} // namespace ts

#endif // TS_LIB_DISTRIBUTE_LANEACCESS_H
