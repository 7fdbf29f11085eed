//===- CompareOps.cpp - Comparisons ---------------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A comparison makes a mask of lanes, which setp combines with a predicate and
// set turns into a number.
//
//===----------------------------------------------------------------------===//

#include "Half.h"
#include "Lanes.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace ts::sim {

static constexpr Type pred{TypeKind::Pred, 1};

using Comparison = uint32_t (*)(const void *, const void *);

template <CompareOp op, class T>
static bool holds(T a, T b) {
  bool unordered = a != a || b != b;
  switch (op) {
  case CompareOp::Eq:
    return a == b;
  case CompareOp::Ne:
    return !unordered && a != b;
  case CompareOp::Lt:
    return a < b;
  case CompareOp::Le:
    return a <= b;
  case CompareOp::Gt:
    return a > b;
  case CompareOp::Ge:
    return a >= b;
  case CompareOp::Equ:
    return unordered || a == b;
  case CompareOp::Neu:
    return unordered || a != b;
  case CompareOp::Ltu:
    return unordered || a < b;
  case CompareOp::Leu:
    return unordered || a <= b;
  case CompareOp::Gtu:
    return unordered || a > b;
  case CompareOp::Geu:
    return unordered || a >= b;
  case CompareOp::Num:
    return !unordered;
  case CompareOp::Nan:
    return unordered;
  }
  return false;
}

template <CompareOp op, class T>
static uint32_t compare(const void *a, const void *b) {
  auto *x = static_cast<const T *>(a), *y = static_cast<const T *>(b);
  uint32_t lanes = 0;
  for (unsigned l = 0; l < 32; ++l)
    lanes |= uint32_t(holds<op, T>(x[l], y[l])) << l;
  return lanes;
}

template <CompareOp op, bool BFloat>
static uint32_t compareHalves(const void *a, const void *b) {
  auto *x = static_cast<const uint16_t *>(a),
       *y = static_cast<const uint16_t *>(b);
  auto value = [](uint16_t half) {
    return bit_cast<float>(BFloat ? uint32_t(half) << 16 : singleOf(half));
  };
  uint32_t lanes = 0;
  for (unsigned l = 0; l < 32; ++l)
    lanes |= uint32_t(holds<op, float>(value(x[l]), value(y[l]))) << l;
  return lanes;
}

template <CompareOp op>
static Comparison comparisonOf(Type type) {
  if (type.kind == TypeKind::Half)
    return compareHalves<op, false>;
  if (type.kind == TypeKind::BFloat)
    return compareHalves<op, true>;
  if (type.isFloat())
    return type.bits == 32 ? compare<op, float> : compare<op, double>;
  bool s = type.isSigned();
  switch (type.bits) {
  case 16:
    return s ? compare<op, int16_t> : compare<op, uint16_t>;
  case 32:
    return s ? compare<op, int32_t> : compare<op, uint32_t>;
  case 64:
    return s ? compare<op, int64_t> : compare<op, uint64_t>;
  }
  return nullptr;
}

static Comparison comparison(CompareOp op, Type type) {
  switch (op) {
  case CompareOp::Eq:
    return comparisonOf<CompareOp::Eq>(type);
  case CompareOp::Ne:
    return comparisonOf<CompareOp::Ne>(type);
  case CompareOp::Lt:
    return comparisonOf<CompareOp::Lt>(type);
  case CompareOp::Le:
    return comparisonOf<CompareOp::Le>(type);
  case CompareOp::Gt:
    return comparisonOf<CompareOp::Gt>(type);
  case CompareOp::Ge:
    return comparisonOf<CompareOp::Ge>(type);
  case CompareOp::Equ:
    return comparisonOf<CompareOp::Equ>(type);
  case CompareOp::Neu:
    return comparisonOf<CompareOp::Neu>(type);
  case CompareOp::Ltu:
    return comparisonOf<CompareOp::Ltu>(type);
  case CompareOp::Leu:
    return comparisonOf<CompareOp::Leu>(type);
  case CompareOp::Gtu:
    return comparisonOf<CompareOp::Gtu>(type);
  case CompareOp::Geu:
    return comparisonOf<CompareOp::Geu>(type);
  case CompareOp::Num:
    return comparisonOf<CompareOp::Num>(type);
  case CompareOp::Nan:
    return comparisonOf<CompareOp::Nan>(type);
  }
  return nullptr;
}

//===----------------------------------------------------------------------===//
// Handlers
//===----------------------------------------------------------------------===//

namespace {
enum Combine : uint8_t { None, And, Or, Xor };
/// Flags of an instruction: how to combine, and whether the predicate is
/// negated; the comparison itself is in `immediate`.
constexpr uint8_t negatedFlag = 4, flushFlag = 8;
} // namespace

static const float *flushLanes(const float *from, float *to) {
  for (unsigned l = 0; l < 32; ++l)
    to[l] =
        std::fabs(from[l]) < std::numeric_limits<float>::min() ? 0 : from[l];
  return to;
}

static uint32_t combine(uint8_t flags, uint32_t value, uint32_t with) {
  if (flags & negatedFlag)
    with = ~with;
  switch (flags & 3) {
  case And:
    return value & with;
  case Or:
    return value | with;
  case Xor:
    return value ^ with;
  default:
    return value;
  }
}

static uint32_t evaluate(Warp &w, const Instruction &i, bool inverted) {
  const Slot *from = &i.operands[i.results];
  auto compare = reinterpret_cast<Comparison>(i.immediate);
  const void *a = w.lanes<uint8_t>(from[0]), *b = w.lanes<uint8_t>(from[1]);
  float flushed[2][32];
  if (i.flags & flushFlag) {
    a = flushLanes(w.lanes<float>(from[0]), flushed[0]);
    b = flushLanes(w.lanes<float>(from[1]), flushed[1]);
  }
  uint32_t value = compare(a, b);
  if (inverted)
    value = ~value;
  return (i.flags & 3) ? combine(i.flags, value, w.predicate(from[2])) : value;
}

static void setPredicates(Warp &w, const Instruction &i) {
  uint32_t first = evaluate(w, i, false);
  // Both are computed before either is written: a source may be a result.
  uint32_t second = i.results == 2 ? evaluate(w, i, true) : 0;
  uint32_t &p = w.predicate(i.operands[0]);
  p = (p & ~w.exec) | (first & w.exec);
  if (i.results < 2)
    return;
  uint32_t &q = w.predicate(i.operands[1]);
  q = (q & ~w.exec) | (second & w.exec);
}

/// True is all ones, or 1.0 for a float.
template <bool Float>
static void setNumber(Warp &w, const Instruction &i) {
  uint32_t value = evaluate(w, i, false);
  for (unsigned l = 0; l < 32; ++l)
    if ((w.exec >> l) & 1)
      w.lanes<uint32_t>(i.operands[0])[l] = !((value >> l) & 1) ? 0
                                            : Float             ? 0x3f800000
                                                                : ~0u;
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

static std::optional<CompareOp> takeComparison(Decoder &d) {
  static const StringRef names[] = {"eq",  "ne",  "lt",  "le",  "gt",
                                    "ge",  "equ", "neu", "ltu", "leu",
                                    "gtu", "geu", "num", "nan"};
  static const std::pair<StringRef, CompareOp> unsignedNames[] = {
      {"lo", CompareOp::Lt},
      {"ls", CompareOp::Le},
      {"hi", CompareOp::Gt},
      {"hs", CompareOp::Ge}};
  if (int found = d.takeOneOf(names); found >= 0)
    return CompareOp(found);
  for (auto [name, op] : unsignedNames)
    if (d.take(name))
      return op;
  return std::nullopt;
}

void decodeCompare(Decoder &d) {
  bool numbers = d.opcode() == "set";
  std::optional<CompareOp> op = takeComparison(d);
  if (!op)
    return d.failHere("'" + d.opcode() + "' needs a comparison");
  int with = d.takeOneOf({"and", "or", "xor"}) + 1;
  bool flushes = d.take("ftz");
  if (d.has("f16x2") || d.has("bf16x2") ||
      (numbers && (d.has("f16") || d.has("bf16"))))
    return decodeCompareHalves(d, *op, unsigned(with), flushes);
  Type to = numbers ? d.takeType("usf") : pred;
  Type type = d.takeType(numbers ? "busf" : "busfhg");
  if (flushes && type == Type{TypeKind::Float, 32})
    d.out.flags |= flushFlag;
  d.expectOperands(with ? 4 : 3);
  if (!type.isFloat() && !type.isHalf() && *op > CompareOp::Ge)
    return d.failHere("this comparison is for floating-point types");
  if (numbers && to.bits != 32)
    return d.failHere("the result of 'set' has 32 bits");
  d.result(0, to);
  if (int second = d.operand(0)->second; second >= 0 && !numbers) {
    ParsedOperand other = *d.operand(0);
    other.reg = second;
    d.result(other, pred);
  }
  d.source(1, type);
  d.source(2, type);
  if (with) {
    d.source(3, pred);
    d.out.flags |= uint8_t(with | (d.operand(3)->negated ? negatedFlag : 0));
  }
  auto compare = comparison(*op, type);
  if (!compare)
    return;
  d.out.immediate = reinterpret_cast<int64_t>(compare);
  d.out.handler = !numbers       ? setPredicates
                  : to.isFloat() ? setNumber<true>
                                 : setNumber<false>;
}

} // namespace ts::sim
