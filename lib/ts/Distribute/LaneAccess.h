//===- LaneAccess.h - A lane's share of a memory access --------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_DISTRIBUTE_LANEACCESS_H
#define TS_LIB_DISTRIBUTE_LANEACCESS_H

#include "Fragments.h"
#include "LineWindow.h"
#include "ts/IR/TS.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace ts {

/// Widest access of one lane on every GPU since sm_30 (PTX ISA, "ld", "st":
/// vectors of at most 128 bits).
constexpr int64_t maxLaneBits = 128;

/// Neighbouring columns of a view that one access can take, wherever in a row
/// it begins at a multiple of them.
int64_t rowAccessWidth(mlir::Value view);

/// One warp-level access to a matrix: which tile of it, and who owns what.
struct TileAccess {
  mlir::Value view;                        ///< rank-2 memref
  llvm::SmallVector<mlir::Value, 2> index; ///< of the tile's first element
  llvm::SmallVector<bool, 2> inBounds;     ///< per dimension
  int64_t swap = 0;                        ///< of the buffer behind `view`
  bool zeroOutside = false;                ///< reads: 0 out of bounds
  WindowOp window = {};                    ///< writes: what it keeps; or null
};

/// Emits the accesses of one lane, with the widest accesses that the layout,
/// the strides and the known alignment allow.
class LaneAccess {
public:
  LaneAccess(mlir::ImplicitLocOpBuilder &b, const Layout &layout,
             mlir::Value lane)
      : b(b), layout(layout), lane(lane) {}

  /// What lies out of bounds reads as an arbitrary element of the view, or 0.
  Fragments read(const TileAccess &access);
  /// What lies out of bounds is not written.
  void write(const TileAccess &access, const Fragments &fragments,
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
  std::optional<LineWindow> windowOf(const TileAccess &access);
  mlir::Value laneView(const TileAccess &access);
  llvm::SmallVector<mlir::Value> indicesOf(const TileAccess &access,
                                           const Layout::Coordinate &offset);
  Fragments assemble(const TileAccess &access);
  mlir::Value readElement(const TileAccess &access,
                          llvm::SmallVector<mlir::Value, 2> indices);
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
