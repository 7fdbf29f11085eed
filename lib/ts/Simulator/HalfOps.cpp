//===- HalfOps.cpp - Arithmetic on f16 and bf16 ---------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// One number at a time in double precision, or both of a pair. Each operation
// rounds once, to nearest, which is all that these types have.
//
//===----------------------------------------------------------------------===//

#include "Half.h"
#include "Lanes.h"

using namespace llvm;

namespace ts::sim {

namespace {
enum class HalfOp : uint8_t { Add, Sub, Mul, Fma, Min, Max, Abs, Neg };
enum Flags : uint8_t {
  FlushToZero = 1,
  Saturate = 2,
  Relu = 4,
  KeepNaN = 8,
  XorSign = 16
};
} // namespace

static uint32_t signOf(Format format) { return 1u << (format.bits() - 1); }

static bool isNaN(uint32_t bits, Format format) {
  return (bits & ~signOf(format)) > format.infinity();
}

static uint32_t flushed(uint32_t bits, Format format, uint8_t flags) {
  bool tiny = (bits & format.infinity()) == 0;
  return (flags & FlushToZero) && tiny ? bits & signOf(format) : bits;
}

/// The smaller or the larger number; -0 is less than +0, and a number beats a
/// NaN unless NaNs are to be kept.
static uint32_t extreme(bool max, uint32_t a, uint32_t b, Format format,
                        uint8_t flags) {
  uint32_t sign = signOf(format), result;
  bool keeps = flags & KeepNaN;
  uint32_t resultSign = (a ^ b) & sign;
  // NaNs have a sign too, which the number that beats one is given.
  if (flags & XorSign)
    a &= ~sign, b &= ~sign;
  if (isNaN(a, format) || isNaN(b, format)) {
    bool both = isNaN(a, format) && isNaN(b, format);
    if (both || keeps)
      return format.nan();
    result = isNaN(a, format) ? b : a;
    return flags & XorSign ? result | resultSign : result;
  }
  // Numbers with a sign count downwards.
  auto key = [&](uint32_t v) {
    return v & sign ? -int64_t(v & ~sign) - 1 : int64_t(v);
  };
  result = (key(a) < key(b)) == max ? b : a;
  return flags & XorSign ? result | resultSign : result;
}

static uint32_t bounded(uint32_t bits, Format format, uint8_t flags) {
  bool negative = bits & signOf(format);
  if ((flags & Relu) && !isNaN(bits, format) && negative)
    return 0;
  if (!(flags & Saturate))
    return bits;
  uint32_t one = uint32_t(format.bias()) << format.fraction;
  // A NaN saturates to +0.
  return negative || isNaN(bits, format) ? 0 : std::min(bits, one);
}

template <HalfOp op>
static uint32_t apply(uint32_t a, uint32_t b, uint32_t c, Format format,
                      uint8_t flags) {
  a = flushed(a, format, flags);
  // Additions of zero to a GPU, so that they settle NaNs too.
  if ((op == HalfOp::Abs || op == HalfOp::Neg) && isNaN(a, format))
    return format.nan();
  if constexpr (op == HalfOp::Abs)
    return a & ~signOf(format);
  if constexpr (op == HalfOp::Neg)
    return a ^ signOf(format);
  b = flushed(b, format, flags);
  if constexpr (op == HalfOp::Min || op == HalfOp::Max)
    return extreme(op == HalfOp::Max, a, b, format, flags);
  double x = expand(a, format), y = expand(b, format), result;
  if constexpr (op == HalfOp::Add)
    result = fusedOdd(x, 1, y);
  else if constexpr (op == HalfOp::Sub)
    result = fusedOdd(y, -1, x);
  else if constexpr (op == HalfOp::Mul)
    result = x * y;
  else
    result = fusedOdd(x, y, expand(flushed(c, format, flags), format));
  return bounded(flushed(compress(result, format), format, flags), format,
                 flags);
}

template <class Word, HalfOp op, bool BFloat>
static void halves(Warp &w, const Instruction &i) {
  constexpr Format format = BFloat ? bf16Format : f16Format;
  Word *to = w.lanes<Word>(i.operands[0]);
  auto from = [&](unsigned n) {
    return w.lanes<Word>(i.operands[n < i.count ? n : 1]);
  };
  const Word *a = from(1), *b = from(2), *c = from(3);
  for (uint32_t rest = w.exec; rest; rest &= rest - 1) {
    unsigned l = unsigned(countr_zero(rest));
    Word result = 0;
    for (unsigned shift = 0; shift < sizeof(Word) * 8; shift += 16)
      result |= Word(apply<op>(uint16_t(a[l] >> shift), uint16_t(b[l] >> shift),
                               uint16_t(c[l] >> shift), format, i.flags)
                     << shift);
    to[l] = result;
  }
}

template <HalfOp op>
static Handler ofType(Type type) {
  bool bfloat = type.kind == TypeKind::BFloat || type.kind == TypeKind::BFloat2;
  if (type.bits == 16)
    return bfloat ? halves<uint16_t, op, true> : halves<uint16_t, op, false>;
  return bfloat ? halves<uint32_t, op, true> : halves<uint32_t, op, false>;
}

static Handler ofOperation(HalfOp op, Type type) {
  switch (op) {
  case HalfOp::Add:
    return ofType<HalfOp::Add>(type);
  case HalfOp::Sub:
    return ofType<HalfOp::Sub>(type);
  case HalfOp::Mul:
    return ofType<HalfOp::Mul>(type);
  case HalfOp::Fma:
    return ofType<HalfOp::Fma>(type);
  case HalfOp::Min:
    return ofType<HalfOp::Min>(type);
  case HalfOp::Max:
    return ofType<HalfOp::Max>(type);
  case HalfOp::Abs:
    return ofType<HalfOp::Abs>(type);
  case HalfOp::Neg:
    return ofType<HalfOp::Neg>(type);
  }
  return nullptr;
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

static void takeFlags(Decoder &d, HalfOp op, Type type) {
  uint8_t &flags = d.out.flags;
  bool f16 = type.kind == TypeKind::Half || type.kind == TypeKind::Half2;
  if (f16 && d.take("ftz"))
    flags |= FlushToZero;
  if (op <= HalfOp::Fma && f16 && d.take("sat"))
    flags |= Saturate;
  if (op == HalfOp::Fma && d.take("relu"))
    flags |= Relu;
  if (op != HalfOp::Min && op != HalfOp::Max)
    return;
  if (d.take("NaN"))
    flags |= KeepNaN;
  if (d.take("xorsign")) {
    d.require("abs");
    flags |= XorSign;
  }
}

bool decodeOnHalves(Decoder &d) {
  static const StringRef names[] = {"add", "sub", "mul", "fma",
                                    "min", "max", "abs", "neg"};
  const StringRef *name =
      std::find(std::begin(names), std::end(names), d.opcode());
  std::optional<Type> type = d.acceptType("hgHG");
  if (!type)
    return false;
  if (name == std::end(names)) {
    d.failHere("'" + d.opcode() + "' has no form of this type");
    return true;
  }
  HalfOp op = HalfOp(name - names);
  unsigned sources = op == HalfOp::Fma ? 3 : op >= HalfOp::Abs ? 1 : 2;
  d.expectOperands(1 + sources);
  if (op == HalfOp::Fma)
    d.require("rn");
  else if (op < HalfOp::Fma)
    d.take("rn");
  takeFlags(d, op, *type);
  d.result(0, *type);
  for (unsigned n = 1; n <= sources; ++n)
    d.source(n, *type);
  d.out.isFma = op == HalfOp::Fma;
  d.out.handler = ofOperation(op, *type);
  return true;
}

} // namespace ts::sim
