//===- Draft.h - A schedule as plain numbers -------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// An attribute cannot be changed. A search takes a schedule apart, changes a
// number or two, and asks for the attribute of what came out.
//
//===----------------------------------------------------------------------===//

#ifndef TS_STRATEGY_DRAFT_H
#define TS_STRATEGY_DRAFT_H

#include "ts/IR/ScheduleLegality.h"

#include <array>
#include <string>

namespace ts {

/// The fields of #ts.schedule; columns of a block follow from warps and tile.
struct Draft {
  ShapeClass shapeClass = ShapeClass::Out;
  BlockOrder blocks = BlockOrder::Grid;
  int64_t gridRows = 0;    ///< order grid
  int64_t group = 1;       ///< order grid: row bands that take a slice together
  bool snake = false;      ///< order grid: every other group walks back
  int64_t skew = 0;        ///< columns that neighbouring slices share
  int64_t linearCount = 0; ///< order linear
  int64_t residents = 0;   ///< blocks that shall share an SM; 0: as come
  std::array<int64_t, 2> warps = {1, 1}, tile = {8, 128};
  bool isMma = false;
  // math = fma<...>
  std::array<int64_t, 2> lanes = {1, 32};
  int64_t unroll = 1;
  FmaOrder fmaOrder = FmaOrder::Rows;
  bool spread = false; ///< a lane's columns lie a row of lanes apart
  // math = mma<...>
  MmaKind instruction = MmaKind::Tf32;
  Orientation orientation = Orientation::Columns;
  int64_t depth = 8;
  int64_t sums = 1; ///< accumulators for the products of pieces
  // both
  int64_t vector = 4;
  struct Operand {
    Home home = Home::Global;
    int64_t depth = 1, swap = 0, rows = 0;
    bool pieces = false, dense = false;
  } a, b;
  int64_t ahead = 0;
  StorePolicy policy = StorePolicy::Default;
  bool early = false;
  StorePath path = StorePath::Direct;
  bool spaced = false; ///< a warp barrier behind each row of early stores
  int64_t index = 64;  ///< bits that the kernel counts with where it can

  static Draft of(ScheduleAttr schedule);
  int64_t columns() const { return warps[1] * tile[1]; }
  /// Columns from one slice to the next.
  int64_t sliceStep() const { return columns() - skew; }
  /// The attribute, or null and in `fault` why there is none.
  ScheduleAttr build(mlir::MLIRContext *context,
                     std::string *fault = nullptr) const;
};

/// True if verifyFits has nothing against the schedule; else `fault` says why.
bool fits(ScheduleAttr schedule, const Problem &problem, TargetAttr target,
          std::string *fault = nullptr);

} // namespace ts

#endif // TS_STRATEGY_DRAFT_H
