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
#include <numeric>
#include <vector>

/// What may be wrong with a kernel.
struct Defects {
  bool truncates = false;       ///< pieces cut off instead of rounded
  int droppedProduct = -1;      ///< index in the mechanism's cross products
  float scale = 1;              ///< a wrong factor for the cross terms
  bool productsOutside = false; ///< no defect: another order of the products
  size_t apart = 0;             ///< no defect: so many small products last
  bool isDealt = false;         ///< no defect: K dealt to lanes in runs
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
    if (defects.isDealt)
      for (std::vector<float> *values : {&a, &b})
        *values = dealt(*values);
    Pieces as = split(a), bs = split(b);
    size_t apart = isScaled() ? mechanism.cross.size() : defects.apart;
    float cross = crossSum(0, as, bs, 0, apart);
    float main = crossSum(0, as, bs, apart, mechanism.cross.size());
    main = products(main, as[0], bs[0], 0, a.size());
    if (apart == 0)
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

  /// Continues a sum by the cross products number first to end.
  float crossSum(float sum, const Pieces &as, const Pieces &bs, size_t first,
                 size_t end) const {
    size_t depth = as[0].size();
    size_t step = defects.productsOutside ? depth : instructionDepth();
    for (size_t k = 0; k < depth; k += step)
      for (size_t i = first; i < end; ++i)
        if (int(i) != defects.droppedProduct)
          sum = products(sum, as[mechanism.cross[i].a],
                         bs[mechanism.cross[i].b], k, step);
    return sum * defects.scale;
  }

  /// What instructions take whose four lanes own runs of k, filled up with
  /// zeros (include/ts/Layout/Mma.h; PTX ISA, "Matrix Fragments for mma").
  std::vector<float> dealt(const std::vector<float> &values) const {
    size_t depth = instructionDepth(), slots = depth / 4, packed = slots / 2;
    size_t count = (values.size() + depth - 1) / depth * depth;
    size_t run = std::gcd(count / 4, isTf32() ? 8 : 16);
    std::vector<float> result(count, 0.0f);
    for (size_t lane = 0; lane < 4; ++lane)
      for (size_t i = 0; i < count / 4; ++i) {
        size_t k = i / run * 4 * run + lane * run + i % run;
        size_t slot = i % slots;
        size_t place = i / slots * depth + packed * lane + slot % packed +
                       slot / packed * 4 * packed;
        if (k < values.size())
          result[place] = values[k];
      }
    return result;
  }

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
