//===- Precision.cpp - What a precision mode computes ---------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ts/Numerics/Precision.h"

#include "llvm/Support/ErrorHandling.h"

using namespace ts::num;

llvm::StringRef ts::num::name(Precision precision) {
  static constexpr llvm::StringLiteral names[] = {
      "ieee",   "tf32",   "tf32x3", "bf16x3",        "bf16x6",
      "bf16x9", "native", "f16x3",  "fp32_accurate", "fp32_accurate_normwise"};
  return names[unsigned(precision)];
}

bool ts::num::isWish(Precision precision) {
  return precision == Precision::Fp32Accurate ||
         precision == Precision::Fp32AccurateNormwise;
}

Mechanism ts::num::mechanismOf(Precision precision) {
  // Smallest products first, so that the least is lost when they are added.
  static constexpr PieceProduct second[] = {{0, 1}, {1, 0}};
  static constexpr PieceProduct third[] = {
      {0, 2}, {2, 0}, {1, 1}, {0, 1}, {1, 0}};
  static constexpr PieceProduct all[] = {{2, 2}, {1, 2}, {2, 1}, {0, 2},
                                         {2, 0}, {1, 1}, {0, 1}, {1, 0}};
  switch (precision) {
  case Precision::Ieee:
  case Precision::Native:
    return {PieceFormat::None, 1, {}};
  case Precision::Tf32:
    return {PieceFormat::Tf32, 1, {}};
  case Precision::Tf32x3:
    return {PieceFormat::Tf32, 2, second};
  case Precision::Bf16x3:
    return {PieceFormat::Bf16, 2, second};
  case Precision::Bf16x6:
    return {PieceFormat::Bf16, 3, third};
  case Precision::Bf16x9:
    return {PieceFormat::Bf16, 3, all};
  case Precision::F16x3:
    return {PieceFormat::ScaledF16, 2, second};
  case Precision::Fp32Accurate:
  case Precision::Fp32AccurateNormwise:
    break;
  }
  llvm_unreachable("a wish has no mechanism of its own");
}
