//===- FloatOps.cpp - Floating-point arithmetic ---------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Decoding of arithmetic, integer forms included, as they share opcodes.
//
//===----------------------------------------------------------------------===//

#include "Lanes.h"
#include "NaN.h"

#include <cfenv>

using namespace llvm;

namespace ts::sim {

namespace any {
#include "FloatLanes.inc"
} // namespace any

#ifdef TS_SIM_AVX2
TS_BEGIN_AVX2
namespace avx2 {
#include "FloatLanes.inc"
} // namespace avx2
TS_END_AVX2
#endif

//===----------------------------------------------------------------------===//
// Directed rounding
//===----------------------------------------------------------------------===//

/// One lane at a time in the host's rounding mode; `volatile` keeps the
/// operation between the two changes of the mode.
template <FloatOp op, class T>
static T directedLane(T a, T b, T c) {
  if constexpr (op == FloatOp::Min || op == FloatOp::Max)
    return any::OpExtreme<op == FloatOp::Max, false>::template run<T>(a, b);
  if constexpr (op == FloatOp::MinNaN || op == FloatOp::MaxNaN)
    return any::OpExtreme<op == FloatOp::MaxNaN, true>::template run<T>(a, b);
  if constexpr (op == FloatOp::Abs)
    return any::OpAbs::run<T>(a);
  if constexpr (op == FloatOp::Neg)
    return any::OpNeg::run<T>(a);
  volatile T x = a, y = b, z = c, result;
  if constexpr (op == FloatOp::Add)
    result = x + y;
  else if constexpr (op == FloatOp::Sub)
    result = x - y;
  else if constexpr (op == FloatOp::Mul)
    result = x * y;
  else if constexpr (op == FloatOp::Div)
    result = x / y;
  else if constexpr (op == FloatOp::Rcp)
    result = T(1) / x;
  else if constexpr (op == FloatOp::Sqrt)
    result = std::sqrt(T(x));
  else if constexpr (op == FloatOp::Fma)
    result = std::fma(T(x), T(y), T(z));
  else
    result = x;
  if constexpr (op == FloatOp::Fma)
    return exactFma(T(result), a, b, c);
  if constexpr (op == FloatOp::Div)
    return exact(T(result), a, b);
  return exact(T(result), b, a);
}

/// `.ftz` is for f32 alone.
template <class T>
static T flushed(T value, uint8_t flags) {
  bool tiny = std::fabs(value) < T(std::numeric_limits<float>::min());
  return (flags & FlushSubnormals) && tiny ? std::copysign(T(0), value) : value;
}

/// To [0, 1]; a NaN becomes 0.
template <class T>
static T saturated(T value, uint8_t flags) {
  if (!(flags & SaturateToOne))
    return value;
  return value > T(0) ? std::min(value, T(1)) : T(0);
}

template <FloatOp op, class T>
static void directed(Warp &w, const Instruction &i) {
  static const int modes[] = {FE_TONEAREST, FE_TOWARDZERO, FE_DOWNWARD,
                              FE_UPWARD};
  int before = std::fegetround();
  std::fesetround(modes[i.flags & 3]);
  auto value = [&](unsigned n, unsigned l) {
    T read = n < i.count ? w.lanes<T>(i.operands[n])[l] : T(0);
    return flushed(read, i.flags);
  };
  for (unsigned l = 0; l < 32; ++l)
    if ((w.exec >> l) & 1)
      w.lanes<T>(i.operands[0])[l] = saturated(
          flushed(directedLane<op, T>(value(1, l), value(2, l), value(3, l)),
                  i.flags),
          i.flags);
  std::fesetround(before);
}

template <FloatOp op>
static Handler directedOf(Type type) {
  return type.bits == 32 ? directed<op, float> : directed<op, double>;
}

static Handler directedHandler(FloatOp op, Type type) {
  switch (op) {
  case FloatOp::Add:
    return directedOf<FloatOp::Add>(type);
  case FloatOp::Sub:
    return directedOf<FloatOp::Sub>(type);
  case FloatOp::Mul:
    return directedOf<FloatOp::Mul>(type);
  case FloatOp::Fma:
    return directedOf<FloatOp::Fma>(type);
  case FloatOp::Div:
    return directedOf<FloatOp::Div>(type);
  case FloatOp::Rcp:
    return directedOf<FloatOp::Rcp>(type);
  case FloatOp::Sqrt:
    return directedOf<FloatOp::Sqrt>(type);
  case FloatOp::Min:
    return directedOf<FloatOp::Min>(type);
  case FloatOp::Max:
    return directedOf<FloatOp::Max>(type);
  case FloatOp::MinNaN:
    return directedOf<FloatOp::MinNaN>(type);
  case FloatOp::MaxNaN:
    return directedOf<FloatOp::MaxNaN>(type);
  case FloatOp::Abs:
    return directedOf<FloatOp::Abs>(type);
  case FloatOp::Neg:
    return directedOf<FloatOp::Neg>(type);
  default:
    return nullptr;
  }
}

Handler floatHandler(FloatOp op, Type type, uint8_t flags) {
  if (flags)
    return directedHandler(op, type);
#ifdef TS_SIM_AVX2
  if (haveAvx2())
    return avx2::floatHandler(op, type);
#endif
  return any::floatHandler(op, type);
}

/// `.xorsign.abs`: the smaller or the larger magnitude, with the product's
/// sign. Flags next to FloatFlags.
enum MagnitudeFlags : uint8_t { LargerOne = 1, KeepNaN = 2 };

static void extremeMagnitude(Warp &w, const Instruction &i) {
  for (uint32_t rest = w.exec; rest; rest &= rest - 1) {
    unsigned l = unsigned(countr_zero(rest));
    float a = flushed(w.lanes<float>(i.operands[1])[l], i.flags),
          b = flushed(w.lanes<float>(i.operands[2])[l], i.flags);
    bool negative = std::signbit(a) != std::signbit(b);
    a = std::fabs(a), b = std::fabs(b);
    float value = (i.flags & LargerOne ? a > b : a < b) ? a : b;
    if (a != a || b != b)
      value = (i.flags & KeepNaN) ? a + b : a != a ? b : a;
    uint32_t bits = bit_cast<uint32_t>(value) | uint32_t(negative) << 31;
    w.lanes<uint32_t>(i.operands[0])[l] = value == value ? bits : nan32;
  }
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

namespace {
/// How an opcode is called on floats and on integers.
struct Arithmetic {
  const char *name;
  unsigned sources;
  std::optional<FloatOp> onFloats;
  std::optional<IntegerOp> onIntegers;
  bool rounds;
};
} // namespace

static const Arithmetic arithmetic[] = {
    {"add", 2, FloatOp::Add, IntegerOp::Add, true},
    {"sub", 2, FloatOp::Sub, IntegerOp::Sub, true},
    {"mul", 2, FloatOp::Mul, IntegerOp::MulLo, true},
    {"mad", 3, FloatOp::Fma, IntegerOp::MadLo, true},
    {"fma", 3, FloatOp::Fma, std::nullopt, true},
    {"div", 2, FloatOp::Div, IntegerOp::Div, true},
    {"rem", 2, std::nullopt, IntegerOp::Rem, false},
    {"rcp", 1, FloatOp::Rcp, std::nullopt, true},
    {"sqrt", 1, FloatOp::Sqrt, std::nullopt, true},
    {"min", 2, FloatOp::Min, IntegerOp::Min, false},
    {"max", 2, FloatOp::Max, IntegerOp::Max, false},
    {"abs", 1, FloatOp::Abs, IntegerOp::Abs, false},
    {"neg", 1, FloatOp::Neg, IntegerOp::Neg, false},
    {"copysign", 2, FloatOp::CopySign, std::nullopt, false},
};

static void decodeMagnitude(Decoder &d, bool max, uint8_t flags) {
  d.require("abs");
  if (d.take("NaN"))
    flags |= KeepNaN;
  d.result(0, {TypeKind::Float, 32});
  for (unsigned n : {1u, 2u})
    d.source(n, {TypeKind::Float, 32});
  d.out.flags = uint8_t(flags | (max ? LargerOne : 0));
  d.out.handler = extremeMagnitude;
}

static void decodeOnFloats(Decoder &d, const Arithmetic &entry, Type type) {
  FloatOp op = *entry.onFloats;
  int rounding = entry.rounds ? d.takeOneOf({"rn", "rz", "rm", "rp"}) : 0;
  bool exactByDefault =
      op == FloatOp::Add || op == FloatOp::Sub || op == FloatOp::Mul;
  if (rounding < 0 && !exactByDefault)
    return d.failHere("'" + d.opcode() + "' needs a rounding mode");
  bool f32 = type.bits == 32, limited = op <= FloatOp::Fma;
  uint8_t flags = uint8_t(std::max(rounding, 0));
  if (f32 && op != FloatOp::CopySign && d.take("ftz"))
    flags |= FlushSubnormals;
  if (f32 && limited && d.take("sat"))
    flags |= SaturateToOne;
  bool extreme = op == FloatOp::Min || op == FloatOp::Max;
  if (f32 && extreme && d.take("xorsign"))
    return decodeMagnitude(d, op == FloatOp::Max, flags);
  if (op == FloatOp::Min && d.take("NaN"))
    op = FloatOp::MinNaN;
  if (op == FloatOp::Max && d.take("NaN"))
    op = FloatOp::MaxNaN;
  d.result(0, type);
  for (unsigned n = 1; n <= entry.sources; ++n)
    d.source(n, type);
  d.out.flags = flags;
  d.out.isFma = op == FloatOp::Fma;
  d.out.handler = floatHandler(op, type, flags);
}

static void decodeOnIntegers(Decoder &d, const Arithmetic &entry, Type type) {
  IntegerOp op = *entry.onIntegers;
  bool product = op == IntegerOp::MulLo || op == IntegerOp::MadLo;
  bool mad = op == IntegerOp::MadLo, wide = false;
  if (product && d.take("wide")) {
    op = mad ? IntegerOp::MadWide : IntegerOp::MulWide;
    wide = true;
  } else if (product && d.take("hi")) {
    op = mad ? IntegerOp::MadHi : IntegerOp::MulHi;
  } else if (product) {
    d.require("lo");
  }
  Type whole{type.kind, uint8_t(wide ? type.bits * 2 : type.bits)};
  if (type.bits == 8 || (wide && type.bits == 64))
    return d.failHere("'" + d.opcode() + "' has no form of this type");
  d.result(0, whole);
  for (unsigned n = 1; n <= entry.sources; ++n)
    d.source(n, n == 3 ? whole : type);
  d.out.handler = integerHandler(op, type);
}

void decodeArithmetic(Decoder &d) {
  if (decodeOnHalves(d))
    return;
  StringRef name = d.opcode();
  if (d.has("cc"))
    return decodeCarry(d);
  if ((name == "rcp" || name == "sqrt" || name == "div") &&
      decodeApproximate(d))
    return;
  const Arithmetic *entry = arithmetic;
  while (d.opcode() != entry->name)
    ++entry;
  Type type = d.takeType(!entry->onFloats     ? "us"
                         : !entry->onIntegers ? "f"
                                              : "usf");
  d.expectOperands(1 + entry->sources);
  if (type.isFloat())
    decodeOnFloats(d, *entry, type);
  else
    decodeOnIntegers(d, *entry, type);
}

} // namespace ts::sim
