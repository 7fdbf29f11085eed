//===- Precision.h - What a precision mode computes ------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A mode is a mechanism (which pieces of the operands are multiplied) or a wish
// (how exact the result must be) that a mechanism has to fulfil. The one place
// that knows how many pieces a mode has and which products of them it takes.
//
//===----------------------------------------------------------------------===//

#ifndef TS_NUMERICS_PRECISION_H
#define TS_NUMERICS_PRECISION_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace ts::num {

/// The precision modes, in the order of the dialect's enumeration.
enum class Precision {
  Ieee,
  Tf32,
  Tf32x3,
  Bf16x3,
  Bf16x6,
  Bf16x9,
  Native,
  F16x3,
  Fp32Accurate,
  Fp32AccurateNormwise
};
llvm::StringRef name(Precision precision);

/// True if the mode says how exact, not how.
bool isWish(Precision precision);

/// Number format of the pieces that an operand is split into.
enum class PieceFormat {
  None, ///< the operand itself
  Tf32, ///< 11 significant bits in an f32
  Bf16, ///< 8 significant bits
  /// 11 significant bits, after division of each row of A and column of B by
  /// the power of two of its largest entry; piece 1 is stored times 2^11.
  ScaledF16
};

/// What piece 1 of ScaledF16 is stored times: f16 has 11 significant bits.
constexpr double secondPieceScale = 0x1p11;

/// Piece `a` of A times piece `b` of B (0 is the leading one).
struct PieceProduct {
  unsigned a, b;
};

/// How a mechanism computes: pieces, the small products in the order in which
/// they are added up, apart from the product of the leading pieces.
struct Mechanism {
  PieceFormat format;
  unsigned pieces;
  llvm::ArrayRef<PieceProduct> cross;
};

/// The mechanism of a mode that is no wish.
Mechanism mechanismOf(Precision precision);

} // namespace ts::num

#endif // TS_NUMERICS_PRECISION_H
