//===- Mma.h - Tensor-core arithmetic on whole tiles ------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// D = A * B + C on small dense matrices, apart from how a warp's lanes hold
// them. PTX leaves the order, the rounding and the width of the sum open; the
// models are those that were measured on GPUs (Fasi et al. 2021, PeerJ CS
// 7:e330; Khattak and Mikaitis, arXiv 2512.07004; MMA-Sim, arXiv 2511.10909).
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_SIMULATOR_MMA_H
#define TS_LIB_SIMULATOR_MMA_H

#include "Bytes.h"
#include "NaN.h"
#include "ts/Simulator/Simulator.h"

namespace ts::sim {

enum class Narrow : uint8_t { TF32, F16, BF16, E4M3, E5M2 };

/// An element of A or B.
template <Narrow type>
double narrowValue(uint32_t bits) {
  if constexpr (type == Narrow::TF32)
    // The hardware does not read the 13 lowest bits.
    return llvm::bit_cast<float>(bits & ~0x1fffu);
  else if constexpr (type == Narrow::F16)
    return llvm::bit_cast<float>(singleOf(uint16_t(bits)));
  else if constexpr (type == Narrow::E4M3)
    return valueOfE4M3(bits);
  else if constexpr (type == Narrow::E5M2)
    return valueOfE5M2(bits);
  else
    return llvm::bit_cast<float>(bits << 16);
}

/// The format whose exponents an element has; tf32 has those of bf16.
constexpr Format formatOf(Narrow type) {
  return type == Narrow::F16    ? f16Format
         : type == Narrow::E4M3 ? e4m3Format
         : type == Narrow::E5M2 ? e5m2Format
                                : bf16Format;
}

/// An element of C, and of D: f32, or f16.
inline double sumValue(uint32_t bits, bool half) {
  return half ? expand(bits & 0xffff, f16Format)
              : double(llvm::bit_cast<float>(bits));
}
inline uint32_t sumBits(double value, bool half) {
  if (half)
    return compress(value, f16Format);
  return value == value ? llvm::bit_cast<uint32_t>(float(value)) : nan32;
}

/// One step of the chain that f64 products are, as measured on every GPU.
inline double multiplyAdd(double a, double b, double c) {
  return exactFma(std::fma(a, b, c), a, b, c);
}

/// The low bits of `word` as an integer.
inline int32_t integerOf(uint32_t word, unsigned bits, bool isUnsigned) {
  uint32_t value = word & ((1u << bits) - 1);
  bool negative = !isUnsigned && (value >> (bits - 1)) & 1;
  return int32_t(value) - (negative ? 1 << bits : 0);
}

constexpr unsigned maxMmaK = 32;

/// Operands of one instruction on floating-point numbers. Every number of the
/// narrow types, and of f32, is a double.
struct FloatTile {
  unsigned rows, depth;
  Format operandA, operandB, result; ///< the last one of C and D
  alignas(64) double a[16][maxMmaK], b[maxMmaK][8], c[16][8];
};

/// How the sum of one output is made.
struct MmaArithmetic {
  /// Terms summed at once; the next ones start from the rounded result.
  unsigned terms;
  /// Bits kept behind the point of the largest term; more is cut off.
  unsigned fraction;
  /// Rounds the exact sum to nearest, and the other numbers mean nothing.
  bool exact;
  /// Bits behind the point of a sum in f32; less than f32 has if operands are
  /// of 8 bits.
  unsigned kept = 23;
};

/// The arithmetic of a model for operands of `bits` bits (8, 16 or 32).
MmaArithmetic mmaArithmetic(MmaModel model, unsigned bits);

/// Replaces `tile.c` by the result.
void multiply(FloatTile &tile, MmaArithmetic arithmetic);

/// The same for operands of 8 bits. `mma` of Hopper does not have them: two
/// products of f16 take their place, and an addition of C.
void multiplyBytes(FloatTile &tile, MmaModel model);

} // namespace ts::sim

#endif // TS_LIB_SIMULATOR_MMA_H
