//===- Layout.h - Which lane owns which element ----------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A layout deals the elements of a tile to lanes and registers. It is a list of
// factors, each a digit: a lane's number and a register's number, written in
// the mixed radix of their factors (the last factor of each source is the
// fastest), give the digits, and
//
//   coordinate[dim] = sum over the factors of `dim` of digit * stride
//
// So the FFMA tile of 8 x 512 elements whose 32 lanes own four groups of four
// consecutive columns is
//
//   lanes:     (dim 1, size 32, stride 4)
//   registers: (dim 0, size 8, stride 1) (dim 1, size 4, stride 128)
//              (dim 1, size 4, stride 1)
//
// and the accumulator of mma.m16n8 is lanes (0, 8, 1) (1, 4, 2), registers
// (0, 2, 8) (1, 2, 1). A lane factor of stride 0 replicates. Knows nothing of
// MLIR: a layout is a value with an algebra, tested by itself.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LAYOUT_LAYOUT_H
#define TS_LAYOUT_LAYOUT_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <optional>

namespace ts {

class Layout {
public:
  enum class Source { Lane, Register };
  struct Factor {
    Source source;
    unsigned dim;
    int64_t size;
    int64_t stride;
  };
  using Coordinate = llvm::SmallVector<int64_t, 2>;

  Layout(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<Factor> factors);

  /// The layout of a tile of `shape` dealt to a grid of `lanes` (both rows x
  /// columns): a lane's rows are consecutive, its columns come in groups of
  /// `vector` consecutive ones, the lanes side by side. Needs
  /// shape[0] % lanes[0] == 0 and shape[1] % (lanes[1] * vector) == 0.
  static Layout forTile(llvm::ArrayRef<int64_t> shape,
                        llvm::ArrayRef<int64_t> lanes, int64_t vector);

  /// Of what forTile dealt to `lanes` side by side in runs of `vector`, the same
  /// owners after each `lanes * vector` columns have moved, from place p to
  /// (p % vector) * lanes + p / vector: what a lane had side by side is `lanes`
  /// columns apart, and what neighbouring lanes had is side by side.
  Layout spread(int64_t lanes, int64_t vector) const;
  /// The reverse, of what was spread.
  Layout gathered(int64_t lanes, int64_t vector) const;

  /// A tile of `shape` dealt by rows: neighbouring lanes own neighbouring runs
  /// of `vector` columns, as many lanes side by side as the row has runs.
  /// Halves `vector` until the 32 lanes have enough to do; empty if even single
  /// elements are too few or do not deal evenly.
  static std::optional<Layout> forRows(llvm::ArrayRef<int64_t> shape,
                                       int64_t vector);

  /// The layout restricted to coordinate 0 of `dim`: what a lane needs of an
  /// operand that does not have that dimension. Its lanes become replicas.
  Layout projected(unsigned dim) const;

  llvm::ArrayRef<int64_t> shape() const { return extents; }
  llvm::ArrayRef<Factor> factors() const { return digits; }
  int64_t laneCount() const { return count(Source::Lane); }
  int64_t registerCount() const { return count(Source::Register); }

  /// Coordinates that do not depend on the other number.
  Coordinate laneOffset(int64_t lane) const;
  Coordinate registerOffset(int64_t reg) const;
  /// The register whose offset that is, if there is one.
  std::optional<int64_t> registerAt(const Coordinate &offset) const;
  /// Coordinate of register `reg` of lane `lane`.
  Coordinate coordinate(int64_t lane, int64_t reg) const;

  /// Registers that are consecutive columns (the last dimension), aligned to
  /// their number: what one vector value of a lane holds.
  int64_t fragmentWidth() const;
  int64_t fragmentCount() const { return registerCount() / fragmentWidth(); }

  /// True if every element has an owner, and all elements equally many.
  bool isComplete() const;

  /// True if every lane owns the same elements in the same registers.
  bool operator==(const Layout &other) const;
  bool operator!=(const Layout &other) const { return !(*this == other); }

private:
  int64_t count(Source source) const;
  Coordinate offset(Source source, int64_t number) const;

  Coordinate extents;
  llvm::SmallVector<Factor, 6> digits;
};

} // namespace ts

#endif // TS_LAYOUT_LAYOUT_H
