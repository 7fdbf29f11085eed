//===- Lanes.h - Loops over the lanes of registers --------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The handlers of arithmetic come from `.inc` files that are compiled twice in
// one source: once for any machine, once for machines with AVX2 and FMA. The
// decoder takes those that the running machine can execute.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_SIMULATOR_LANES_H
#define TS_LIB_SIMULATOR_LANES_H

#include "Decode.h"
#include "Warp.h"

#include <cmath>
#include <limits>
#include <type_traits>
#include <utility>

// Lanes never depend on each other; a result may be one of the sources.
// Unrolling first would leave nothing to vectorize.
#if defined(__clang__)
#define TS_EACH(N, COUNT)                                                      \
  _Pragma("clang loop vectorize(assume_safety) interleave_count(4)") _Pragma(  \
      "clang loop unroll(disable)") for (unsigned N = 0; N < COUNT; ++N)
#else
#define TS_EACH(N, COUNT)                                                      \
  _Pragma("GCC ivdep") for (unsigned N = 0; N < COUNT; ++N)
#endif
#define TS_EACH_LANE TS_EACH(l, 32)

// A build for any machine only, to compare with.
#if defined(__x86_64__) && !defined(TS_SIM_BASELINE)
#define TS_SIM_AVX2 1
#endif

// Around what is compiled for AVX2 and FMA.
#define TS_PRAGMA(...) _Pragma(#__VA_ARGS__)
#if defined(__clang__)
#define TS_BEGIN_AVX2                                                          \
  TS_PRAGMA(clang attribute push(__attribute__((target("avx2,fma"))),          \
                                 apply_to = function))
#define TS_END_AVX2 TS_PRAGMA(clang attribute pop)
#else
#define TS_BEGIN_AVX2                                                          \
  TS_PRAGMA(GCC push_options) TS_PRAGMA(GCC target("avx2,fma"))
#define TS_END_AVX2 TS_PRAGMA(GCC pop_options)
#endif

namespace ts::sim {

/// True if the handlers compiled for AVX2 and FMA may run here.
bool haveAvx2();

enum class IntegerOp : uint8_t {
  Add,
  Sub,
  MulLo,
  MulHi,
  MulWide,
  MadLo,
  MadHi,
  MadWide,
  Div,
  Rem,
  Min,
  Max,
  Abs,
  Neg,
  And,
  Or,
  Xor,
  Not,
  CNot,
  Shl,
  Shr,
  Popc,
  Clz,
  Brev,
  Bfind,
  BfindShift,
  Bfe,
  Bfi,
  Prmt,
  ShfLeftWrap,
  ShfLeftClamp,
  ShfRightWrap,
  ShfRightClamp,
  Move,
  Select
};
enum class FloatOp : uint8_t {
  Add,
  Sub,
  Mul,
  Fma,
  Div,
  Rcp,
  Sqrt,
  Min,
  Max,
  MinNaN,
  MaxNaN,
  Abs,
  Neg,
  CopySign
};
enum class CompareOp : uint8_t {
  Eq,
  Ne,
  Lt,
  Le,
  Gt,
  Ge,
  Equ,
  Neu,
  Ltu,
  Leu,
  Gtu,
  Geu,
  Num,
  Nan
};
/// Flags of float arithmetic next to the rounding.
enum FloatFlags : uint8_t { FlushSubnormals = 4, SaturateToOne = 8 };

/// Waits for the lanes of the mask in this slot, and leaves those to execute;
/// false if not all are here. Lanes that come together with different masks are
/// several groups.
bool gatherLanes(Warp &w, Slot mask);
/// The results of the lanes that were waited for are there.
void finishGathered(Warp &w, const Instruction &i);

/// True if every lane of the warp takes part in `name`, or else a finding.
bool allLanesHere(Warp &w, const char *name);

/// Flags of loads, stores and atomic operations, next to Decoder::address's.
enum AccessFlags : uint8_t {
  wideFlag = 8,     ///< a fence that other blocks can see
  releaseFlag = 16, ///< the access is one after a fence
  volatileFlag = 32,
  strongFlag = 64 ///< others may synchronize through it: volatile, relaxed, ...
};
/// What an access that releases does first.
void releaseBefore(Warp &w, const Instruction &i);

/// Counts a warp's access of `bytes` for each lane.
void countBytes(Warp &w, Space space, unsigned bytes, bool write);
/// The same, for the profile too; `addresses` by lane. `pairs`: lanes that
/// share an address can be served together.
void countAccess(Warp &w, const Instruction &i, const uint64_t *addresses,
                 unsigned bytes, bool write, bool pairs = true);

/// Decodes `set` of f16 and bf16, and `setp` of pairs of them. `with`: how to
/// combine with a predicate.
void decodeCompareHalves(Decoder &d, CompareOp op, unsigned with, bool flushes);

/// The handler of an operation on this type, or null.
Handler integerHandler(IntegerOp op, Type type);
/// `flags`: the rounding in the lowest two bits, then FloatFlags.
Handler floatHandler(FloatOp op, Type type, uint8_t flags);

} // namespace ts::sim

#endif // TS_LIB_SIMULATOR_LANES_H
