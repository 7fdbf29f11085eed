//===- Bound.cpp - A-priori error bounds ----------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Everything is relative to the magnitude S of a result: s = sum|a||b|, or
// N = K max|a| max|b| (normwise). u = 2^-24 is half a unit of the last place of
// an f32 (2^-53 for f64), and rounding to nearest is (1 + d), |d| <= u/(1 + u).
//
// ieee: the first product passes through K roundings, every other through
// fewer: (1 + u/(1 + u))^K - 1, that is K u in first order.
//
// Tensor cores (TensorCore in Target.h): a sum of n products and the
// accumulator aligns all terms to the largest exponent e and drops what is
// below q = 2^(e - F). The term with exponent e loses nothing: an f32 has 23
// fraction bits and a product at most 20, and F >= 23. So at most n terms (n -
// 1 of the first sum, whose accumulator is zero) lose less than q each, and the
// truncation of the sum to f32 loses less than 2^-23 of it. All three steps
// only make terms smaller, so that no partial sum exceeds the sum of the
// magnitudes of its products, and 2^e is at most max(|accumulator|,
// |products|).
//   Elementwise both are at most s:
//     (K - 1) 2^-F + 2^-23 S, with S sums.
//   A first product of nearly s with the others just below q comes close. S are
//   the sums of as many instructions as K needs: a kernel may deal K to them in
//   any order, but not to more of them (verifyFits).
//   Normwise every product is at most P = N / K. Sum b of t_b products meets
//   what is at most (t_1 + ... + t_(b-1)) P: over all sums at most K^2 (1 -
//   1/S) / 2 P, for equal t_b. What is truncated is at most b n P.
//
// Pieces of p bits, each the rounding to nearest of what the ones before left
// over: for 2^e <= |x| < 2^(e+1) the first leaves at most r1 = 2^-p of 2^e.
// That is a multiple of the last place of x, and at the next rounding below
// 2^(e - p), so that r2 = 2^-(2p+1); three pieces of 8 bits leave nothing of an
// f32. Piece i is no larger than what it rounds. With n pieces a product loses
//     2 r_n + r_n^2 + the products of pieces that the mode leaves out.
// The product of the leading pieces is at most (1 + 2^-p)^2 |a||b|; the cross
// products, which have an accumulator of their own, are smaller by 2^-p, and so
// is what their sum loses. Those without one begin the leading sum, which then
// starts from them instead of zero (startBound). Last, main + cross rounds
// once. A schedule may do either or both: the bound has room for both.
//
// f16x3: the same with p = 11, but relative to the largest entry of the row or
// column, which becomes 1 <= |x| < 2: an entry below 2^-14 of it has pieces
// that are subnormal, and an error of 2^-36 of the largest, not of itself.
// Scaling by powers of two is exact.
//
//===----------------------------------------------------------------------===//

#include "ts/Numerics/Bound.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"

#include <algorithm>
#include <cmath>

using namespace ts;
using namespace ts::num;

static constexpr double infinity = std::numeric_limits<double>::infinity();

/// What two entries of at least 2^-100 (the smallest that the bounds of rounded
/// operands speak of) lose, relative to themselves, where their last pieces are
/// subnormal: half the smallest bf16, 2^-134, each.
static constexpr double pieceUnderflow = 2 * 0x1p-34;

llvm::StringRef ts::num::name(Magnitude magnitude) {
  return magnitude == Magnitude::Normwise ? "K max|a| max|b|" : "sum|a||b|";
}

/// (1 + u/(1 + u))^count - 1.
static double roundings(double count, double u) {
  return std::expm1(count * std::log1p(u / (1 + u)));
}

namespace {
/// How the instructions of a mode add up.
struct Adder {
  Adder(const TensorCore &core, bool isTf32)
      : terms(isTf32 ? core.tf32Terms() : core.halfTerms()),
        instruction(isTf32 ? 8 : 16),
        aligned(std::exp2(-double(core.fractionBits))) {}
  /// Sums in which k products are added up.
  double sums(double k) const {
    return std::ceil(k / instruction) * instruction / terms;
  }
  double terms;       ///< products of one sum
  double instruction; ///< products of one instruction
  double aligned;     ///< what alignment may lose of the largest term, of each
};
} // namespace

/// Loss of `products` sums of k terms in one accumulator, elementwise.
static double sumBound(double k, double products, const Adder &adder) {
  if (products * k <= 1)
    return 0; // One product of at most 22 bits.
  return (products * k - 1) * adder.aligned +
         products * adder.sums(k) * 0x1p-23;
}

/// The same for one sum, normwise.
static double normwiseSumBound(double k, const Adder &adder) {
  if (k <= 1)
    return 0;
  double sums = adder.sums(k), before = (sums - 1) * adder.terms;
  double aligned = std::min(k, adder.terms) - 1 + k * k * (1 - 1 / sums) / 2;
  double truncated = before * sums / 2 + k;
  return (aligned * adder.aligned + truncated * 0x1p-23) / k;
}

namespace {
/// Sizes of the pieces of a mechanism, relative to the entry.
struct Pieces {
  explicit Pieces(const Mechanism &mechanism);
  double leading; ///< of the product of the leading pieces
  double cross;   ///< of all cross products together
  double leftOut; ///< of what no product contains
};
} // namespace

static unsigned significantBits(PieceFormat format) {
  return format == PieceFormat::Bf16 ? 8 : 11;
}

Pieces::Pieces(const Mechanism &mechanism) {
  unsigned p = significantBits(mechanism.format);
  // remainder(i): what i pieces leave over, and the size of piece i.
  auto remainder = [&](unsigned i) {
    return i * p >= 24 ? 0 : std::exp2(-double(i * p + i - 1));
  };
  leading = (1 + remainder(1)) * (1 + remainder(1));
  double rest = remainder(mechanism.pieces);
  cross = 0;
  leftOut = 2 * rest + rest * rest;
  for (unsigned a = 0; a < mechanism.pieces; ++a)
    for (unsigned b = a == 0 ? 1 : 0; b < mechanism.pieces; ++b) {
      double size = (a ? remainder(a) : 1 + remainder(1)) *
                    (b ? remainder(b) : 1 + remainder(1));
      bool isTaken = llvm::any_of(mechanism.cross, [&](PieceProduct product) {
        return product.a == a && product.b == b;
      });
      (isTaken ? cross : leftOut) += size;
    }
}

/// What the sum of the leading products loses more if it starts from that of
/// the cross products instead of zero.
static double startBound(const Pieces &pieces, double k, const Adder &adder) {
  double first = adder.aligned + (k <= 1 ? 0x1p-23 : 0);
  return pieces.leading * first +
         pieces.cross * (k * adder.aligned + adder.sums(k) * 0x1p-23);
}

static double splitBound(const Mechanism &mechanism, double k,
                         Magnitude magnitude, const TensorCore &core) {
  Pieces pieces(mechanism);
  Adder adder(core, mechanism.format == PieceFormat::Tf32);
  double main = magnitude == Magnitude::Normwise
                    ? normwiseSumBound(k, adder)
                    : sumBound(k, /*products=*/1, adder);
  double bound = pieces.leftOut + pieceUnderflow + pieces.leading * main;
  if (mechanism.cross.empty())
    return bound;
  bound += pieces.cross * sumBound(k, double(mechanism.cross.size()), adder);
  if (mechanism.format != PieceFormat::ScaledF16)
    bound += startBound(pieces, k, adder);
  return bound + (1 + bound) * 0x1p-24;
}

double ts::num::productBound(Precision precision, ElementType operands,
                             int64_t k, Magnitude magnitude,
                             const TensorCore &core) {
  double depth = double(k);
  bool isWide = operands == ElementType::F64;
  bool isHalf = operands == ElementType::F16 || operands == ElementType::BF16;
  double bound = infinity;
  switch (precision) {
  case Precision::Native:
    if (isHalf) {
      Adder adder(core, /*isTf32=*/false);
      bound = magnitude == Magnitude::Normwise
                  ? normwiseSumBound(depth, adder)
                  : sumBound(depth, /*products=*/1, adder);
      break;
    }
    [[fallthrough]];
  case Precision::Ieee:
  case Precision::Fp32Accurate:
  case Precision::Fp32AccurateNormwise:
    bound = roundings(depth, isWide ? 0x1p-53 : 0x1p-24);
    break;
  case Precision::F16x3:
    if (magnitude == Magnitude::Elementwise)
      return infinity;
    [[fallthrough]];
  case Precision::Tf32:
  case Precision::Tf32x3:
  case Precision::Bf16x3:
  case Precision::Bf16x6:
  case Precision::Bf16x9:
    bound = splitBound(mechanismOf(precision), depth, magnitude, core);
    break;
  }
  // A result that may be off by all of its magnitude says nothing.
  return bound < 1 ? bound : infinity;
}

std::vector<Precision> ts::num::mechanismsFor(Precision wish, int64_t k,
                                              const Chip &chip) {
  if (!isWish(wish))
    return {wish};
  Magnitude magnitude = wish == Precision::Fp32AccurateNormwise
                            ? Magnitude::Normwise
                            : Magnitude::Elementwise;
  auto bound = [&](Precision mechanism) {
    return productBound(mechanism, ElementType::F32, k, magnitude,
                        chip.tensorCore);
  };
  std::vector<Precision> result;
  // By the number of tensor instructions for one product; those of tf32 have
  // half the depth. None has fewer pieces than an f32 needs for 16 bits: what
  // single tf32 would fulfil at enormous K is not what the wish means.
  for (Precision mechanism :
       {Precision::F16x3, Precision::Bf16x3, Precision::Bf16x6,
        Precision::Bf16x9, Precision::Tf32x3})
    if (bound(mechanism) < infinity &&
        bound(mechanism) <= bound(Precision::Ieee))
      result.push_back(mechanism);
  result.push_back(Precision::Ieee);
  return result;
}
