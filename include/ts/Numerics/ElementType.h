//===- ElementType.h - Number formats of matrices --------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The element types that files, generators and references know, and the
// conversions that C++17 has no type for (f16, bf16).
//
//===----------------------------------------------------------------------===//

#ifndef TS_NUMERICS_ELEMENTTYPE_H
#define TS_NUMERICS_ELEMENTTYPE_H

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>

namespace ts::num {

/// Integers carry no sign, like MLIR's: their bits are what counts.
enum class ElementType { F16, BF16, F32, F64, I8, I16, I32, I64 };

/// Bytes of one element.
unsigned byteSize(ElementType type);
/// MLIR's spelling: "f32", "i8", ...
llvm::StringRef name(ElementType type);
/// The inverse of `name`; "index" is i64.
std::optional<ElementType> parseElementType(llvm::StringRef text);
bool isFloat(ElementType type);

/// Exact conversions of 16-bit floats; the way back rounds to nearest even.
float halfToFloat(uint16_t bits);
uint16_t floatToHalf(float value);
float bfloatToFloat(uint16_t bits);
uint16_t floatToBfloat(float value);

/// Rounds once from double, which no chain of the float functions does.
uint16_t doubleToHalf(double value);
uint16_t doubleToBfloat(double value);

/// Value of the element at `address`; integers are signed.
double loadAsDouble(const void *address, ElementType type);
/// Rounds `value` to `type` (integers: truncates towards zero and wraps).
void storeFromDouble(void *address, ElementType type, double value);
/// The raw bits of the element at `address`, zero-extended.
uint64_t loadBits(const void *address, ElementType type);

} // namespace ts::num

#endif // TS_NUMERICS_ELEMENTTYPE_H
