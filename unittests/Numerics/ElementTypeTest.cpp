//===- ElementTypeTest.cpp - Conversions of 16-bit floats ---------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// All 2^16 values and roundings in between, against LLVM's software floats.
//
//===----------------------------------------------------------------------===//

#include "ts/Numerics/ElementType.h"
#include "ts/Numerics/Random.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/bit.h"
#include "gtest/gtest.h"

#include <cmath>

using namespace ts::num;
using llvm::APFloat;
using llvm::APInt;

static double viaAPFloat(const llvm::fltSemantics &semantics, uint16_t bits) {
  APFloat value(semantics, APInt(16, bits));
  bool lost;
  value.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &lost);
  return value.convertToDouble();
}

static uint16_t roundViaAPFloat(const llvm::fltSemantics &semantics,
                                double value) {
  APFloat rounded(value);
  bool lost;
  rounded.convert(semantics, APFloat::rmNearestTiesToEven, &lost);
  return uint16_t(rounded.bitcastToAPInt().getZExtValue());
}

TEST(ElementType, EveryHalfAndBfloatConverts) {
  for (unsigned bits = 0; bits < 65536; ++bits) {
    double half = viaAPFloat(APFloat::IEEEhalf(), bits);
    double bfloat = viaAPFloat(APFloat::BFloat(), bits);
    if (std::isnan(half)) {
      EXPECT_TRUE(std::isnan(halfToFloat(bits)));
    } else {
      EXPECT_EQ(half, double(halfToFloat(bits)));
      EXPECT_EQ(bits, floatToHalf(halfToFloat(bits)));
    }
    if (std::isnan(bfloat)) {
      EXPECT_TRUE(std::isnan(bfloatToFloat(bits)));
    } else {
      EXPECT_EQ(bfloat, double(bfloatToFloat(bits)));
      EXPECT_EQ(bits, floatToBfloat(bfloatToFloat(bits)));
    }
  }
}

TEST(ElementType, RoundsToNearestEven) {
  for (uint64_t i = 0; i < 200000; ++i) {
    auto value = llvm::bit_cast<float>(uint32_t(randomBits(7, i)));
    if (std::isnan(value))
      continue;
    EXPECT_EQ(roundViaAPFloat(APFloat::IEEEhalf(), value), floatToHalf(value));
    EXPECT_EQ(roundViaAPFloat(APFloat::BFloat(), value), floatToBfloat(value));
    // Around the formats' edges, where random bits seldom fall.
    double near = std::ldexp(1 + double(i % 4096) / 4096, int(i / 4096) - 26);
    EXPECT_EQ(roundViaAPFloat(APFloat::IEEEhalf(), near), doubleToHalf(near));
    EXPECT_EQ(roundViaAPFloat(APFloat::IEEEhalf(), -near), doubleToHalf(-near));
  }
}

TEST(ElementType, TiesGoToEvenAndOverflowToInfinity) {
  EXPECT_EQ(0x3c00, doubleToHalf(1 + 0x1p-11));
  EXPECT_EQ(0x3c02, doubleToHalf(1 + 3 * 0x1p-11));
  EXPECT_EQ(0x7bff, doubleToHalf(65519.99));
  EXPECT_EQ(0x7c00, doubleToHalf(65520));
  EXPECT_EQ(0xfc00, doubleToHalf(-1e300));
  EXPECT_EQ(0x0001, doubleToHalf(0x1.8p-25));
  EXPECT_EQ(0x0000, doubleToHalf(0x1p-25));
  EXPECT_EQ(0x8000, doubleToHalf(-0.0));
}

TEST(ElementType, NamesGoBothWays) {
  for (auto type :
       {ElementType::F16, ElementType::BF16, ElementType::F32, ElementType::F64,
        ElementType::I8, ElementType::I16, ElementType::I32, ElementType::I64})
    EXPECT_EQ(type, parseElementType(name(type)));
  EXPECT_EQ(ElementType::I64, parseElementType("index"));
  EXPECT_FALSE(parseElementType("f33"));
  EXPECT_FALSE(parseElementType(""));
}

TEST(ElementType, StoresAndLoadsEveryType) {
  char storage[8];
  for (auto type : {ElementType::F16, ElementType::BF16, ElementType::F32,
                    ElementType::F64, ElementType::I8, ElementType::I16,
                    ElementType::I32, ElementType::I64}) {
    storeFromDouble(storage, type, -7);
    EXPECT_EQ(-7, loadAsDouble(storage, type));
  }
  storeFromDouble(storage, ElementType::I32, NAN);
  EXPECT_EQ(0u, loadBits(storage, ElementType::I32));
  storeFromDouble(storage, ElementType::F32, 1.5);
  EXPECT_EQ(0x3fc00000u, loadBits(storage, ElementType::F32));
}
