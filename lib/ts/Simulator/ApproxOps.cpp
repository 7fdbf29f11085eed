//===- ApproxOps.cpp - Approximate functions and tests of floats ----------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// PTX gives each approximate function a largest error. Here they are computed
// in double precision and rounded once, which is well within it; a GPU's last
// bits may differ.
//
//===----------------------------------------------------------------------===//

#include "Convert.h"
#include "Half.h"
#include "NaN.h"

#include "llvm/ADT/bit.h"

#include <cmath>

using namespace llvm;

namespace ts::sim {

static constexpr Type f32{TypeKind::Float, 32};
static constexpr uint8_t flushFlag = 1;

static float flushedIf(bool flush, float value) {
  bool tiny = (bit_cast<uint32_t>(value) & 0x7f800000) == 0;
  return flush && tiny ? std::copysign(0.0f, value) : value;
}

/// One argument, and two for a quotient: the other one is 1.
template <double (*function)(double)>
static uint64_t approximate(uint64_t bits, const Instruction &i) {
  bool flush = i.flags & flushFlag;
  float x = flushedIf(flush, bit_cast<float>(uint32_t(bits)));
  float y = flushedIf(flush, float(function(x)));
  return y == y ? bit_cast<uint32_t>(y) : 0x7fffffffu;
}

static double reciprocal(double x) { return 1 / x; }
static double reciprocalRoot(double x) { return 1 / std::sqrt(x); }

/// Made of the upper half of the argument, and nothing in the lower one of the
/// result.
template <double (*function)(double)>
static uint64_t approximateUpper(uint64_t bits, const Instruction &) {
  constexpr uint64_t upper = ~uint64_t(0) << 32;
  auto flushed = [](uint64_t v) {
    bool tiny = (v & (uint64_t(0x7ff) << 52)) == 0;
    return tiny ? v & (uint64_t(1) << 63) : v;
  };
  double y = function(bit_cast<double>(flushed(bits) & upper));
  // A NaN with nothing in its upper half counts as infinite (seen on an H200).
  return y != y ? uint64_t(nan32) << 32
                : flushed(bit_cast<uint64_t>(y)) & upper;
}

static uint64_t reciprocalRootOfDouble(uint64_t bits, const Instruction &) {
  double x = bit_cast<double>(bits), y = 1 / std::sqrt(x);
  return y == y   ? bit_cast<uint64_t>(y)
         : x != x ? bits | quiet64
                  : 0xfff8000000000000;
}

static void decodeOnDoubles(Decoder &d, bool flushes) {
  bool rcp = d.opcode() == "rcp";
  if ((!rcp && d.opcode() != "rsqrt") || (rcp && !flushes))
    return d.failHere("'" + d.opcode() + "' has no form of this type");
  Type f64{TypeKind::Float, 64};
  d.expectOperands(2);
  d.result(0, f64);
  d.source(1, f64);
  d.out.scalar = !flushes ? reciprocalRootOfDouble
                 : rcp    ? approximateUpper<reciprocal>
                          : approximateUpper<reciprocalRoot>;
  d.out.handler = convertLanes(64, 64);
}

static void divide(Warp &w, const Instruction &i) {
  for (uint32_t rest = w.exec; rest; rest &= rest - 1) {
    unsigned l = unsigned(countr_zero(rest));
    bool flush = i.flags & flushFlag;
    double a = flushedIf(flush, w.lanes<float>(i.operands[1])[l]),
           b = flushedIf(flush, w.lanes<float>(i.operands[2])[l]);
    float result = flushedIf(flush, float(a / b));
    w.lanes<uint32_t>(i.operands[0])[l] =
        result == result ? bit_cast<uint32_t>(result) : 0x7fffffffu;
  }
}

/// f16 or bf16, alone or in pairs; `bytes` of a register.
template <double (*function)(double), bool BFloat>
static uint64_t approximateHalves(uint64_t bits, const Instruction &i) {
  constexpr Format format = BFloat ? bf16Format : f16Format;
  auto flushed = [&](uint32_t half) {
    bool tiny = (half & format.infinity()) == 0;
    return i.flags & flushFlag && tiny ? half & 0x8000 : half;
  };
  uint64_t result = 0;
  for (unsigned shift = 0; shift < i.bytes * 8u; shift += 16) {
    double x = expand(flushed(uint16_t(bits >> shift)), format);
    result |= uint64_t(flushed(compress(function(x), format))) << shift;
  }
  return result;
}

static void decodeOnHalves(Decoder &d, Type type) {
  bool tanh = d.opcode() == "tanh";
  bool bfloat = type.kind == TypeKind::BFloat || type.kind == TypeKind::BFloat2;
  if (!tanh && d.opcode() != "ex2")
    return d.failHere("'" + d.opcode() + "' has no form of this type");
  if (bfloat && !tanh)
    d.require("ftz");
  d.out.flags = bfloat && !tanh ? flushFlag : 0;
  d.expectOperands(2);
  d.result(0, type);
  d.source(1, type);
  d.out.bytes = uint8_t(type.bytes());
  d.out.scalar = bfloat ? (tanh ? approximateHalves<std::tanh, true>
                                : approximateHalves<std::exp2, true>)
                        : (tanh ? approximateHalves<std::tanh, false>
                                : approximateHalves<std::exp2, false>);
  d.out.handler = convertLanes(type.bits, type.bits);
}

static Scalar functionNamed(StringRef name) {
  if (name == "ex2")
    return approximate<std::exp2>;
  if (name == "lg2")
    return approximate<std::log2>;
  if (name == "sin")
    return approximate<std::sin>;
  if (name == "cos")
    return approximate<std::cos>;
  if (name == "tanh")
    return approximate<std::tanh>;
  if (name == "sqrt")
    return approximate<std::sqrt>;
  if (name == "rcp")
    return approximate<reciprocal>;
  return approximate<reciprocalRoot>;
}

bool decodeApproximate(Decoder &d) {
  bool quotient = d.opcode() == "div";
  if (!d.take("approx") && !(quotient && d.take("full")))
    return false;
  if (std::optional<Type> halves = d.acceptType("hgHG")) {
    decodeOnHalves(d, *halves);
    return true;
  }
  d.out.flags = d.take("ftz") ? flushFlag : 0;
  if (d.take("f64")) {
    decodeOnDoubles(d, d.out.flags);
    return true;
  }
  d.require("f32");
  d.expectOperands(quotient ? 3 : 2);
  d.result(0, f32);
  d.source(1, f32);
  if (quotient) {
    d.source(2, f32);
    d.out.handler = divide;
    return true;
  }
  d.out.scalar = functionNamed(d.opcode());
  d.out.handler = convertLanes(32, 32);
  return true;
}

void decodeFunction(Decoder &d) {
  if (!decodeApproximate(d))
    d.failHere("'" + d.opcode() + "' needs '.approx'");
}

//===----------------------------------------------------------------------===//
// Properties of numbers
//===----------------------------------------------------------------------===//

namespace {
enum Property : uint8_t {
  Finite,
  Infinite,
  Number,
  NotANumber,
  Normal,
  Subnormal
};
} // namespace

template <class T>
static bool has(uint8_t property, T value) {
  int kind = std::fpclassify(value);
  switch (property) {
  case Finite:
    return std::isfinite(value);
  case Infinite:
    return kind == FP_INFINITE;
  case Number:
    return kind != FP_NAN;
  case NotANumber:
    return kind == FP_NAN;
  case Normal:
    // Zeros count as normal.
    return kind == FP_NORMAL || kind == FP_ZERO;
  default:
    return kind == FP_SUBNORMAL;
  }
}

template <class T>
static void testProperty(Warp &w, const Instruction &i) {
  uint32_t &p = w.predicate(i.operands[0]), value = 0;
  for (unsigned l = 0; l < 32; ++l)
    value |= uint32_t(has(i.flags, w.lanes<T>(i.operands[1])[l])) << l;
  p = (p & ~w.exec) | (value & w.exec);
}

void decodeTestProperty(Decoder &d) {
  int property = d.takeOneOf(
      {"finite", "infinite", "number", "notanumber", "normal", "subnormal"});
  if (property < 0)
    return d.failHere("'testp' needs a property");
  Type type = d.takeType("f");
  d.expectOperands(2);
  d.result(0, {TypeKind::Pred, 1});
  d.source(1, type);
  d.out.flags = uint8_t(property);
  d.out.handler = type.bits == 32 ? testProperty<float> : testProperty<double>;
}

} // namespace ts::sim
