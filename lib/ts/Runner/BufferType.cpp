//===- BufferType.cpp - How an argument lies in memory --------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Strided layouts: spans, runs and descriptors.
//
//===----------------------------------------------------------------------===//

#include "ts/Runner/BufferType.h"

#include "ts/Runner/RunError.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

using llvm::Error;
using llvm::Expected;
using namespace mlir;
using namespace ts;

static std::optional<num::ElementType> elementType(Type type) {
  if (type.isIndex() || type.isInteger(64))
    return num::ElementType::I64;
  if (type.isF16())
    return num::ElementType::F16;
  if (type.isBF16())
    return num::ElementType::BF16;
  if (type.isF32())
    return num::ElementType::F32;
  if (type.isF64())
    return num::ElementType::F64;
  if (type.isInteger(32))
    return num::ElementType::I32;
  if (type.isInteger(16))
    return num::ElementType::I16;
  if (type.isInteger(8))
    return num::ElementType::I8;
  return std::nullopt;
}

static std::string print(Type type) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << type;
  return text;
}

Expected<BufferType> BufferType::get(MemRefType memref) {
  BufferType result;
  auto type = elementType(memref.getElementType());
  if (!type)
    return runError(ExitCode::BadInput,
                    "an argument of type " + print(memref) +
                        " has an element type that cannot be filled");
  result.type = *type;
  llvm::append_range(result.shape, memref.getShape());
  if (failed(memref.getStridesAndOffset(result.strides, result.offset)))
    return runError(ExitCode::BadInput, "an argument of type " + print(memref) +
                                            " has a layout without strides");
  return result;
}

bool BufferType::isBound() const {
  return llvm::none_of(shape, ShapedType::isDynamic) &&
         llvm::none_of(strides, ShapedType::isDynamic) &&
         ShapedType::isStatic(offset);
}

static Error matchShape(BufferType &type, ArrayRef<int64_t> extents) {
  bool fits = extents.size() == type.shape.size();
  for (auto [extent, given] : llvm::zip(type.shape, extents))
    fits &= ShapedType::isDynamic(extent) || extent == given;
  if (!fits)
    return runError(
        ExitCode::BadInput,
        "shape [" +
            Twine(llvm::join(
                llvm::map_range(extents,
                                [](int64_t e) { return llvm::itostr(e); }),
                "x")) +
            "] does not fit an argument of type " + type.toString());
  type.shape.assign(extents.begin(), extents.end());
  return Error::success();
}

Error BufferType::bind(std::optional<ArrayRef<int64_t>> extents) {
  if (extents)
    if (Error error = matchShape(*this, *extents))
      return error;
  if (llvm::any_of(shape, ShapedType::isDynamic))
    return runError(ExitCode::BadInput,
                    "the sizes of an argument of type " + toString() +
                        " are not known: give them with --input");
  if (ShapedType::isDynamic(offset))
    offset = 0;
  bool overflow = false;
  int64_t dense = 1, span = offset;
  for (unsigned d = rank(); d-- > 0;) {
    if (ShapedType::isDynamic(strides[d]))
      strides[d] = dense;
    if (strides[d] < 0 || shape[d] < 0)
      return runError(ExitCode::BadInput, "an argument of type " + toString() +
                                              " has a negative stride");
    int64_t reach = 0;
    overflow |= llvm::MulOverflow(dense, std::max<int64_t>(shape[d], 1), dense);
    overflow |= llvm::MulOverflow(std::max<int64_t>(shape[d], 1) - 1,
                                  strides[d], reach);
    overflow |= llvm::AddOverflow(span, reach, span);
  }
  constexpr int64_t limit = int64_t(1) << 47;
  if (overflow || span >= limit || dense >= limit)
    return runError(ExitCode::BadInput, "an argument of type " + toString() +
                                            " is larger than any memory");
  return Error::success();
}

int64_t BufferType::elementCount() const {
  int64_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  return count;
}

int64_t BufferType::spanElements() const {
  if (elementCount() == 0)
    return 0;
  int64_t last = offset;
  for (auto [extent, stride] : llvm::zip(shape, strides))
    last += (extent - 1) * stride;
  return last + 1;
}

bool BufferType::isDense() const {
  if (elementCount() == 0)
    return true;
  int64_t expected = 1;
  for (unsigned d = rank(); d-- > 0;) {
    if (shape[d] != 1 && strides[d] != expected)
      return false;
    expected *= shape[d];
  }
  return offset == 0;
}

void BufferType::forEachRun(
    llvm::function_ref<void(int64_t, int64_t, int64_t)> body) const {
  int64_t total = elementCount();
  if (total == 0)
    return;
  // Inner dimensions that continue each other in memory form one run.
  int64_t run = 1;
  unsigned outer = rank();
  while (outer > 0 && (shape[outer - 1] == 1 || strides[outer - 1] == run))
    run *= shape[--outer];
  SmallVector<int64_t> index(outer, 0);
  for (int64_t first = 0; first < total; first += run) {
    int64_t position = offset;
    for (unsigned d = 0; d < outer; ++d)
      position += index[d] * strides[d];
    body(first, position, run);
    for (unsigned d = outer; d-- > 0;) {
      if (++index[d] < shape[d])
        break;
      index[d] = 0;
    }
  }
}

num::Matrix BufferType::matrix(const void *data) const {
  // Where only shapes are asked for there is no data to point into.
  auto *first = static_cast<const char *>(data);
  if (first)
    first += offset * byteSize(type);
  return {first, type, shape[0], shape[1], strides[0], strides[1]};
}

std::string BufferType::toString() const {
  std::string text;
  for (int64_t extent : shape)
    text += (ShapedType::isDynamic(extent) ? "?" : llvm::itostr(extent)) + "x";
  return text + name(type).str();
}

std::vector<int64_t> ts::memrefDescriptor(const BufferType &type,
                                          uint64_t pointer) {
  std::vector<int64_t> words = {int64_t(pointer), int64_t(pointer),
                                type.offset};
  words.insert(words.end(), type.shape.begin(), type.shape.end());
  words.insert(words.end(), type.strides.begin(), type.strides.end());
  return words;
}
