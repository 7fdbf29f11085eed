//===- LineWindow.h - What of a tile a ts.window keeps ----------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_DISTRIBUTE_LINEWINDOW_H
#define TS_LIB_DISTRIBUTE_LINEWINDOW_H

#include "ts/IR/TS.h"
#include "ts/Layout/Layout.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/ADT/DenseMap.h"

namespace ts {

/// The predicates of one lane's stores to a ts.window.
class LineWindow {
public:
  /// `row` and `column` are those of the lane's first element in the window;
  /// `layout` deals a tile that begins at the window's first element.
  LineWindow(mlir::ImplicitLocOpBuilder &b, WindowOp window,
             const Layout &layout, mlir::Value row, mlir::Value column);

  /// True where the element `offset` away from the lane's first one is written;
  /// null if it is in every lane.
  mlir::Value keeps(const Layout::Coordinate &offset);

private:
  mlir::Value constant(int64_t value);
  mlir::Value firstOfRow(int64_t row);

  mlir::ImplicitLocOpBuilder &b;
  WindowOp window;
  mlir::Value row, column; ///< of the lane's first element; column in the slice
  int64_t lastColumn;      ///< of any lane's first element in the slice
  llvm::DenseMap<int64_t, mlir::Value> firsts; ///< by row of the lane
};

} // namespace ts

#endif // TS_LIB_DISTRIBUTE_LINEWINDOW_H
