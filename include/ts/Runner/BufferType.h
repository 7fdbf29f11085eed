//===- BufferType.h - How an argument lies in memory ------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A memref type reduced to what a runner needs, with every extent, stride and
// product of them checked against overflow.
//
//===----------------------------------------------------------------------===//

#ifndef TS_RUNNER_BUFFERTYPE_H
#define TS_RUNNER_BUFFERTYPE_H

#include "ts/Numerics/Matrix.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/Support/Error.h"

#include <string>

namespace ts {

/// Element type, extents, strides and offset (both in elements) of a buffer.
/// Before `bind`, any of them may be `ShapedType::kDynamic`.
struct BufferType {
  num::ElementType type = num::ElementType::F32;
  llvm::SmallVector<int64_t> shape, strides;
  int64_t offset = 0;

  /// Fails for element types and layouts that a runner cannot fill.
  static llvm::Expected<BufferType> get(mlir::MemRefType memref);

  bool isBound() const;
  /// Takes the dynamic extents from `extents` (their static ones must agree)
  /// and makes the rest dense; then checks that everything is addressable.
  llvm::Error bind(std::optional<llvm::ArrayRef<int64_t>> extents);

  unsigned rank() const { return shape.size(); }
  int64_t elementCount() const;
  /// Elements from the pointer to the end of the last one, offset included.
  int64_t spanElements() const;
  uint64_t spanBytes() const { return spanElements() * byteSize(type); }
  /// Every element of the span belongs to the buffer, in row-major order.
  bool isDense() const;
  /// Calls `body(first, position, count)` for runs of elements adjacent in
  /// memory: `first` in row-major order, `position` in the span.
  void
  forEachRun(llvm::function_ref<void(int64_t, int64_t, int64_t)> body) const;
  /// The view of a bound buffer of rank 2 whose pointer is `data`.
  num::Matrix matrix(const void *data) const;
  /// "64x32xf32"
  std::string toString() const;
};

/// The words of the descriptor that `_mlir_ciface_` functions take.
std::vector<int64_t> memrefDescriptor(const BufferType &type, uint64_t pointer);

} // namespace ts

#endif // TS_RUNNER_BUFFERTYPE_H
