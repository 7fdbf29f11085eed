//===- TileVectors.h - A tile's operands and result as vectors --*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Warp-level reads and writes of the views of one tile-sized ts.matmul, shared
// by the two ways to multiply (FMA pipe, tensor cores).
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_VECTORIZE_TILEVECTORS_H
#define TS_LIB_VECTORIZE_TILEVECTORS_H

#include "ts/IR/TS.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace ts {

class TileVectors {
public:
  TileVectors(MatmulOp op, ScheduleAttr schedule,
              mlir::ImplicitLocOpBuilder &b);

  /// Extents of the tile, not of the views, which end at the rim of C.
  int64_t rows, columns;
  /// Type in which products are summed up and scaled.
  mlir::Type accumulator;
  mlir::Value zero; ///< index 0

  mlir::VectorType tileType() const {
    return mlir::VectorType::get({rows, columns}, accumulator);
  }
  /// `value` everywhere in the tile.
  mlir::Value splat(double value);

  enum class Outside { Anything, Zero };
  /// A part of a view as vector<height x width>; what lies outside of the view
  /// is poison or 0.
  mlir::Value read(mlir::Value matrix, mlir::Value row, mlir::Value column,
                   int64_t height, int64_t width,
                   Outside outside = Outside::Anything);
  /// Rounds the tile to C's type and writes what C has of it.
  void write(mlir::Value sum);
  /// C as it was, in the accumulator's type.
  mlir::Value readOldC();

  /// The product of two vectors added to `sum`.
  mlir::Value contract(mlir::Value a, mlir::Value b, mlir::Value sum);

private:
  MatmulOp op;
  mlir::ImplicitLocOpBuilder &b;
};

/// The sum over all k on the FMA pipe: one step of k at a time, in ascending
/// order.
mlir::Value sumByFma(MatmulOp op, TileVectors &tile,
                     mlir::ImplicitLocOpBuilder &b);

/// The sum over all k on the tensor cores, by the products of pieces that the
/// precision names.
mlir::Value sumByMma(MatmulOp op, MmaAttr mma, TileVectors &tile,
                     mlir::ImplicitLocOpBuilder &b);

} // namespace ts

#endif // TS_LIB_VECTORIZE_TILEVECTORS_H
