//===- Npy.h - Arrays in .npy files ----------------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Reader and writer of NumPy's array files. Files are input from anywhere:
// every size in them is checked against the file before it is used.
//
//===----------------------------------------------------------------------===//

#ifndef TS_NUMERICS_NPY_H
#define TS_NUMERICS_NPY_H

#include "ts/Numerics/ElementType.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <memory>
#include <string>

namespace ts::num {

/// What the header of a file says.
struct NpyHeader {
  ElementType type = ElementType::F32;
  llvm::SmallVector<int64_t> shape;
  bool columnMajor = false;
  uint64_t dataOffset = 0; ///< of the first element in the file
  uint64_t elements = 1;   ///< product of the shape
};

/// Elements of a file may stand for those of a buffer: the same type, or 16-bit
/// integers for bf16, which the format does not know.
bool npyTypeFits(ElementType file, ElementType buffer);

/// An array file, mapped or read; elements are used where they lie.
class NpyFile {
public:
  /// Errors name the file and say in one line what is wrong with it.
  static llvm::Expected<NpyFile> open(llvm::StringRef path);
  /// The same for bytes in memory; `name` stands for the path.
  static llvm::Expected<NpyFile>
  parse(std::unique_ptr<llvm::MemoryBuffer> buffer, llvm::StringRef name);

  const NpyHeader &header() const { return head; }
  /// Elements in row-major order whatever the file's order is: a pointer into
  /// the file or, for column-major files, into a copy made here.
  const void *rowMajorData();

private:
  NpyHeader head;
  std::unique_ptr<llvm::MemoryBuffer> buffer;
  std::vector<uint8_t> reordered;
};

/// The bytes that stand before row-major data of this type and shape (format
/// version 1.0). bf16, which the format does not know, is written as `<u2`.
std::string npyHeader(ElementType type, llvm::ArrayRef<int64_t> shape);

} // namespace ts::num

#endif // TS_NUMERICS_NPY_H
