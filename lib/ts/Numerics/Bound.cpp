//===- Bound.cpp - A-priori error bounds ----------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Everything relative to s = |alpha| sum|a||b| + |beta||c0|, u = 2^-24 (2^-53
// for f64): representation of the operands, plus accumulation, plus scaling,
// plus the rounding of the stored result.
//
//===----------------------------------------------------------------------===//

#include "ts/Numerics/Check.h"

#include "llvm/Support/ErrorHandling.h"

#include <limits>

using namespace ts::num;

/// What is lost by writing the operands in the mode's pieces, rounded, never
/// truncated: first order, with the second order added.
static double representationError(Precision precision) {
  switch (precision) {
  case Precision::Tf32:
    return 0x1p-10 + 0x1p-22;
  case Precision::Tf32x3:
    return 3 * 0x1p-22;
  case Precision::Bf16x3:
    return 3 * 0x1p-16;
  case Precision::Bf16x6:
    return 2 * 0x1p-24;
  case Precision::F16x3:
    return 0x1p-21;
  case Precision::Ieee:
  case Precision::Bf16x9:
  case Precision::Native:
  case Precision::Fp32Accurate:
  case Precision::Fp32AccurateNormwise:
    return 0;
  }
  llvm_unreachable("unknown precision");
}

/// Tensor cores truncate: up to one unit in the last place instead of half.
static double roundingsPerStep(Precision precision) {
  return precision == Precision::Ieee ? 1 : 2;
}

static double resultRounding(ElementType type) {
  switch (type) {
  case ElementType::F16:
    return 0x1p-11;
  case ElementType::BF16:
    return 0x1p-8;
  default:
    return 0;
  }
}

double ts::num::scaledErrorBound(const Product &product) {
  bool wide = product.resultType == ElementType::F64;
  double u = wide ? 0x1p-53 : 0x1p-24;
  double steps = double(product.depth()) * roundingsPerStep(product.precision) +
                 (product.alpha != 1) + (product.beta != 0);
  if (steps * u >= 1)
    return std::numeric_limits<double>::infinity();
  double accumulation = steps * u / (1 - steps * u);
  double bound = representationError(product.precision) + accumulation;
  bound += (1 + bound) * resultRounding(product.resultType);
  // The float64 reference has an error of its own.
  return bound + double(product.depth() + 2) * (wide ? 0x1p-63 : 0x1p-53);
}

double ts::num::underflowSlack(const Product &product) {
  double smallest = product.resultType == ElementType::F64   ? 0x1p-1074
                    : product.resultType == ElementType::F16 ? 0x1p-24
                                                             : 0x1p-149;
  return double(product.depth() + 3) * smallest;
}

bool ts::num::isBitExact(const Product &product) {
  return product.precision == Precision::Ieee;
}
