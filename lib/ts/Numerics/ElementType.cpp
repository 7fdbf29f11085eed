//===- ElementType.cpp - Number formats of matrices -----------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Sizes, names and conversions of the element types.
//
//===----------------------------------------------------------------------===//

#include "ts/Numerics/ElementType.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/ErrorHandling.h"

#include <cmath>
#include <cstring>

using namespace ts::num;

unsigned ts::num::byteSize(ElementType type) {
  switch (type) {
  case ElementType::I8:
    return 1;
  case ElementType::F16:
  case ElementType::BF16:
  case ElementType::I16:
    return 2;
  case ElementType::F32:
  case ElementType::I32:
    return 4;
  case ElementType::F64:
  case ElementType::I64:
    return 8;
  }
  llvm_unreachable("unknown element type");
}

llvm::StringRef ts::num::name(ElementType type) {
  switch (type) {
  case ElementType::F16:
    return "f16";
  case ElementType::BF16:
    return "bf16";
  case ElementType::F32:
    return "f32";
  case ElementType::F64:
    return "f64";
  case ElementType::I8:
    return "i8";
  case ElementType::I16:
    return "i16";
  case ElementType::I32:
    return "i32";
  case ElementType::I64:
    return "i64";
  }
  llvm_unreachable("unknown element type");
}

std::optional<ElementType> ts::num::parseElementType(llvm::StringRef text) {
  return llvm::StringSwitch<std::optional<ElementType>>(text)
      .Case("f16", ElementType::F16)
      .Case("bf16", ElementType::BF16)
      .Case("f32", ElementType::F32)
      .Case("f64", ElementType::F64)
      .Case("i8", ElementType::I8)
      .Case("i16", ElementType::I16)
      .Case("i32", ElementType::I32)
      .Cases({"i64", "index"}, ElementType::I64)
      .Default(std::nullopt);
}

bool ts::num::isFloat(ElementType type) {
  return type == ElementType::F16 || type == ElementType::BF16 ||
         type == ElementType::F32 || type == ElementType::F64;
}

float ts::num::halfToFloat(uint16_t bits) {
  uint32_t sign = uint32_t(bits & 0x8000) << 16;
  uint32_t exponent = (bits >> 10) & 31, fraction = bits & 1023;
  if (exponent == 31)
    return llvm::bit_cast<float>(sign | 0x7f800000 | fraction << 13);
  if (exponent == 0) {
    float magnitude = std::ldexp(float(fraction), -24);
    return sign ? -magnitude : magnitude;
  }
  return llvm::bit_cast<float>(sign | (exponent + 112) << 23 | fraction << 13);
}

float ts::num::bfloatToFloat(uint16_t bits) {
  return llvm::bit_cast<float>(uint32_t(bits) << 16);
}

/// Rounds to a 16-bit format of `precision` significant bits (the leading one
/// included) and the exponent range [minExponent, maxExponent].
static uint16_t roundTo16(double value, int precision, int minExponent,
                          int maxExponent) {
  uint16_t sign = std::signbit(value) ? 0x8000 : 0;
  int fractionBits = precision - 1;
  uint16_t infinity = uint16_t((maxExponent - minExponent + 2) << fractionBits);
  if (std::isnan(value))
    return sign | infinity | uint16_t(1 << (fractionBits - 1));
  double magnitude = std::fabs(value);
  if (std::isinf(value) || magnitude >= std::ldexp(1.0, maxExponent + 1))
    return sign | infinity;
  if (magnitude == 0)
    return sign;
  int exponent = std::max(std::ilogb(magnitude), minExponent);
  // In units of the last place; nearbyint rounds to nearest even, and a carry
  // out of the fraction lands in the exponent, infinity included.
  auto units =
      uint32_t(std::nearbyint(std::ldexp(magnitude, fractionBits - exponent)));
  uint32_t bits = units + (uint32_t(exponent - minExponent) << fractionBits);
  return sign | uint16_t(bits);
}

uint16_t ts::num::doubleToHalf(double value) {
  return roundTo16(value, 11, -14, 15);
}
uint16_t ts::num::doubleToBfloat(double value) {
  return roundTo16(value, 8, -126, 127);
}
uint16_t ts::num::floatToHalf(float value) { return doubleToHalf(value); }
uint16_t ts::num::floatToBfloat(float value) { return doubleToBfloat(value); }

template <typename T>
static T read(const void *address) {
  T value;
  std::memcpy(&value, address, sizeof(T));
  return value;
}

uint64_t ts::num::loadBits(const void *address, ElementType type) {
  switch (byteSize(type)) {
  case 1:
    return read<uint8_t>(address);
  case 2:
    return read<uint16_t>(address);
  case 4:
    return read<uint32_t>(address);
  default:
    return read<uint64_t>(address);
  }
}

double ts::num::loadAsDouble(const void *address, ElementType type) {
  switch (type) {
  case ElementType::F16:
    return halfToFloat(read<uint16_t>(address));
  case ElementType::BF16:
    return bfloatToFloat(read<uint16_t>(address));
  case ElementType::F32:
    return read<float>(address);
  case ElementType::F64:
    return read<double>(address);
  case ElementType::I8:
    return read<int8_t>(address);
  case ElementType::I16:
    return read<int16_t>(address);
  case ElementType::I32:
    return read<int32_t>(address);
  case ElementType::I64:
    return double(read<int64_t>(address));
  }
  llvm_unreachable("unknown element type");
}

template <typename T>
static void write(void *address, T value) {
  std::memcpy(address, &value, sizeof(T));
}

/// NaN and values outside of int64_t have no integer; they become zero.
static int64_t toInteger(double value) {
  return std::fabs(value) < 9.2e18 ? int64_t(value) : 0;
}

void ts::num::storeFromDouble(void *address, ElementType type, double value) {
  switch (type) {
  case ElementType::F16:
    return write(address, doubleToHalf(value));
  case ElementType::BF16:
    return write(address, doubleToBfloat(value));
  case ElementType::F32:
    return write(address, float(value));
  case ElementType::F64:
    return write(address, value);
  case ElementType::I8:
    return write(address, int8_t(toInteger(value)));
  case ElementType::I16:
    return write(address, int16_t(toInteger(value)));
  case ElementType::I32:
    return write(address, int32_t(toInteger(value)));
  case ElementType::I64:
    return write(address, toInteger(value));
  }
}
