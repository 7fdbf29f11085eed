//===- TensorCoreModel.h - Mechanisms in software --------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// What a kernel of each mode computes, by the published model of the tensor
// cores' sums (the sources stand with the table of chips): bounds are tested
// against it. Defects can be planted.
//
//===----------------------------------------------------------------------===//

#ifndef TS_UNITTESTS_NUMERICS_TENSORCOREMODEL_H
#define TS_UNITTESTS_NUMERICS_TENSORCOREMODEL_H

#include "ts/Numerics/Reference.h"

#include "llvm/ADT/bit.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

/// What may be wrong with a kernel.
struct Defects {
  bool truncates = false;       ///< pieces cut off instead of rounded
  int droppedProduct = -1;      ///< index in the mechanism's cross products
  float scale = 1;              ///< a wrong factor for the cross terms
  bool productsOutside = false; ///< no defect: another order of the products
  bool isApart = false;         ///< no defect: small products added last
};

/// One element of a product, as the tensor cores of a chip compute it.
class TensorCoreModel {
public:
  TensorCoreModel(const ts::TensorCore &core, ts::num::Precision precision,
                  ts::num::ElementType operands, Defects defects = {})
      : core(core), mechanism(ts::num::mechanismOf(precision)),
        operands(operands), defects(defects) {}

  float element(std::vector<float> a, std::vector<float> b) const {
    float scale[2] = {1, 1};
    if (isScaled())
      for (auto [values, factor] : {std::pair(&a, &scale[0]), {&b, &scale[1]}})
        *factor = normalize(*values);
    Pieces as = split(a), bs = split(b);
    float main = 0, cross = 0;
    size_t step = defects.productsOutside ? a.size() : instructionDepth();
    for (size_t k = 0; k < a.size(); k += step)
      for (size_t i = 0; i < mechanism.cross.size(); ++i)
        if (int(i) != defects.droppedProduct)
          cross = products(cross, as[mechanism.cross[i].a],
                           bs[mechanism.cross[i].b], k, step);
    cross *= defects.scale;
    bool isApart = defects.isApart || isScaled();
    main = products(isApart ? 0 : cross, as[0], bs[0], 0, a.size());
    if (mechanism.cross.empty() || !isApart)
      return main;
    float sum = isScaled() ? std::fma(cross, 0x1p-11f, main) : main + cross;
    return sum * scale[0] * scale[1];
  }

private:
  using Pieces = std::vector<std::vector<float>>;

  bool isScaled() const {
    return mechanism.format == ts::num::PieceFormat::ScaledF16;
  }
  bool isHalf() const {
    return isScaled() || operands == ts::num::ElementType::F16;
  }
  bool isTf32() const { return mechanism.format == ts::num::PieceFormat::Tf32; }
  size_t instructionDepth() const { return isTf32() ? 8 : 16; }

  /// Divides by the power of two of the largest entry, which is returned.
  static float normalize(std::vector<float> &values) {
    float largest = 0;
    for (float value : values)
      largest = std::fmax(largest, std::fabs(value));
    int exponent = largest > 0 ? std::ilogb(largest) : -126;
    exponent = std::clamp(exponent, -126, 126);
    for (float &value : values)
      value *= std::ldexp(1.0f, -exponent);
    return std::ldexp(1.0f, exponent);
  }

  /// Cut to the leading `bits` of 24, or rounded there, ties away from zero.
  static float cut(float value, int bits, bool rounds) {
    auto word = llvm::bit_cast<uint32_t>(value);
    if (!std::isfinite(value))
      return value;
    uint32_t below = (1u << (24 - bits)) - 1;
    if (rounds)
      word += (below + 1) / 2;
    return llvm::bit_cast<float>(word & ~below);
  }
  float round(float value) const {
    using namespace ts::num;
    if (isTf32())
      return cut(value, 11, !defects.truncates);
    if (isHalf())
      return halfToFloat(floatToHalf(value));
    if (defects.truncates)
      return cut(value, 8, false);
    return bfloatToFloat(floatToBfloat(value));
  }
  Pieces split(const std::vector<float> &values) const {
    if (mechanism.format == ts::num::PieceFormat::None)
      return {values};
    Pieces pieces(mechanism.pieces);
    for (float rest : values)
      for (std::vector<float> &piece : pieces) {
        piece.push_back(round(rest));
        rest = (rest - piece.back()) * (isScaled() ? 0x1p11f : 1);
      }
    return pieces;
  }

  /// Adds the products of k in [first, first + count), one sum after another.
  float products(float c, const std::vector<float> &a,
                 const std::vector<float> &b, size_t first,
                 size_t count) const {
    size_t perSum = isTf32() ? core.tf32Terms() : core.halfTerms();
    size_t end = std::min(a.size(), first + count);
    for (size_t k = first; k < end; k += perSum)
      c = sum(c, a.data() + k, b.data() + k, std::min(perSum, end - k));
    return c;
  }

  int exponentOf(double value, int smallest) const {
    return value == 0 ? smallest : std::max(std::ilogb(value), smallest);
  }
  float sum(float c, const float *a, const float *b, size_t count) const {
    int smallest = isHalf() ? -14 : -126;
    std::vector<double> terms = {c};
    int largest = exponentOf(c, -126);
    for (size_t k = 0; k < count; ++k) {
      terms.push_back(double(a[k]) * b[k]);
      if (!std::isfinite(terms.back()))
        return std::numeric_limits<float>::quiet_NaN();
      if (terms.back() != 0)
        largest = std::max(largest, exponentOf(a[k], smallest) +
                                        exponentOf(b[k], smallest));
    }
    if (!std::isfinite(c))
      return c;
    int shift = int(core.fractionBits) - largest;
    double total = 0; // Whole numbers below 2^32: exact.
    for (double term : terms)
      total += std::trunc(std::ldexp(term, shift));
    return truncated(std::ldexp(total, -shift));
  }
  static float truncated(double value) {
    auto result = float(value);
    if (std::fabs(double(result)) > std::fabs(value))
      result = std::nextafter(result, 0.0f);
    return result;
  }

  ts::TensorCore core;
  ts::num::Mechanism mechanism;
  ts::num::ElementType operands;
  Defects defects;
};

#endif // TS_UNITTESTS_NUMERICS_TENSORCOREMODEL_H
