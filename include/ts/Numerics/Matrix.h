//===- Matrix.h - A view of a matrix in host memory ------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Strides in elements in both directions, so that transposed operands,
// sub-matrices and memrefs of any layout are the same thing to the references.
//
//===----------------------------------------------------------------------===//

#ifndef TS_NUMERICS_MATRIX_H
#define TS_NUMERICS_MATRIX_H

#include "ts/Numerics/ElementType.h"

namespace ts::num {

struct Matrix {
  const void *data = nullptr;
  ElementType type = ElementType::F32;
  int64_t rows = 0, columns = 0;
  int64_t rowStride = 0, columnStride = 1;

  /// A dense row-major matrix.
  static Matrix dense(const void *data, ElementType type, int64_t rows,
                      int64_t columns) {
    return {data, type, rows, columns, columns, 1};
  }
  Matrix transposed() const {
    return {data, type, columns, rows, columnStride, rowStride};
  }
  const void *address(int64_t row, int64_t column) const {
    return static_cast<const char *>(data) +
           (row * rowStride + column * columnStride) * byteSize(type);
  }
  double at(int64_t row, int64_t column) const {
    return loadAsDouble(address(row, column), type);
  }
};

} // namespace ts::num

#endif // TS_NUMERICS_MATRIX_H
