//===- IntegerOps.cpp - Integer arithmetic and bits -----------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Decoding of everything on integers, and of moves and selections.
//
//===----------------------------------------------------------------------===//

#include "Lanes.h"

using namespace llvm;

namespace ts::sim {

namespace any {
#include "IntegerLanes.inc"
} // namespace any

#ifdef TS_SIM_AVX2
TS_BEGIN_AVX2
namespace avx2 {
#include "IntegerLanes.inc"
} // namespace avx2
TS_END_AVX2
#endif

bool haveAvx2() {
#ifdef TS_SIM_AVX2
  static const bool have =
      __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  return have;
#else
  return false;
#endif
}

Handler integerHandler(IntegerOp op, Type type) {
#ifdef TS_SIM_AVX2
  if (haveAvx2())
    return avx2::integerHandler(op, type);
#endif
  return any::integerHandler(op, type);
}

//===----------------------------------------------------------------------===//
// Bits
//===----------------------------------------------------------------------===//

static constexpr Type u32{TypeKind::Unsigned, 32};
static constexpr Type pred{TypeKind::Pred, 1};

static void sources(Decoder &d, unsigned first,
                    std::initializer_list<Type> of) {
  for (Type type : of)
    d.source(first++, type);
}

template <IntegerOp op>
static void onPredicates(Warp &w, const Instruction &i) {
  uint32_t a = w.predicate(i.operands[1]);
  uint32_t b = i.count > 2 ? w.predicate(i.operands[2]) : 0;
  uint32_t value = op == IntegerOp::And   ? a & b
                   : op == IntegerOp::Or  ? a | b
                   : op == IntegerOp::Xor ? a ^ b
                   : op == IntegerOp::Not ? ~a
                                          : a;
  uint32_t &to = w.predicate(i.operands[0]);
  to = (to & ~w.exec) | (value & w.exec);
}

static Handler predicateHandler(IntegerOp op) {
  switch (op) {
  case IntegerOp::And:
    return onPredicates<IntegerOp::And>;
  case IntegerOp::Or:
    return onPredicates<IntegerOp::Or>;
  case IntegerOp::Xor:
    return onPredicates<IntegerOp::Xor>;
  case IntegerOp::Not:
    return onPredicates<IntegerOp::Not>;
  case IntegerOp::Move:
    return onPredicates<IntegerOp::Move>;
  default:
    return nullptr;
  }
}

static void decodeLogic(Decoder &d, IntegerOp op, unsigned count) {
  Type type = d.takeType("bp");
  d.expectOperands(1 + count);
  d.result(0, type);
  for (unsigned n = 1; n <= count; ++n)
    d.source(n, type);
  if (!type.isPred())
    d.out.field = op == IntegerOp::And  ? BitField::Cut
                  : op == IntegerOp::Or ? BitField::Fill
                                        : BitField::None;
  d.out.handler =
      type.isPred() ? predicateHandler(op) : integerHandler(op, type);
}

static void decodeShift(Decoder &d) {
  bool left = d.opcode() == "shl";
  Type type = d.takeType(left ? "b" : "bus");
  d.expectOperands(3);
  d.result(0, type);
  sources(d, 1, {type, u32});
  d.out.handler = integerHandler(left ? IntegerOp::Shl : IntegerOp::Shr, type);
}

static void decodeFunnelShift(Decoder &d) {
  bool left = d.take("l");
  if (!left)
    d.require("r");
  bool clamp = d.take("clamp");
  if (!clamp)
    d.require("wrap");
  Type type = d.takeType("b");
  d.expectOperands(4);
  d.result(0, type);
  sources(d, 1, {type, type, u32});
  IntegerOp op =
      left ? (clamp ? IntegerOp::ShfLeftClamp : IntegerOp::ShfLeftWrap)
           : (clamp ? IntegerOp::ShfRightClamp : IntegerOp::ShfRightWrap);
  if (type.bits == 32)
    d.out.handler = integerHandler(op, type);
}

static void decodeCount(Decoder &d, IntegerOp op, StringRef kinds) {
  Type type = d.takeType(kinds);
  d.expectOperands(2);
  d.result(0, op == IntegerOp::Brev ? type : u32);
  d.source(1, type);
  if (type.bits != 16)
    d.out.handler = integerHandler(op, type);
}

static void decodeField(Decoder &d) {
  bool insert = d.opcode() == "bfi";
  Type type = d.takeType(insert ? "b" : "us");
  d.expectOperands(insert ? 5 : 4);
  d.result(0, type);
  if (insert)
    sources(d, 1, {type, type, u32, u32});
  else
    sources(d, 1, {type, u32, u32});
  if (type.bits != 16)
    d.out.handler =
        integerHandler(insert ? IntegerOp::Bfi : IntegerOp::Bfe, type);
}

static void decodePermute(Decoder &d) {
  Type type = d.takeType("b");
  d.expectOperands(4);
  d.result(0, type);
  sources(d, 1, {type, type, type});
  if (type.bits == 32)
    d.out.handler = integerHandler(IntegerOp::Prmt, type);
}

void decodeBits(Decoder &d) {
  StringRef name = d.opcode();
  if (name == "and")
    return decodeLogic(d, IntegerOp::And, 2);
  if (name == "or")
    return decodeLogic(d, IntegerOp::Or, 2);
  if (name == "xor")
    return decodeLogic(d, IntegerOp::Xor, 2);
  if (name == "not")
    return decodeLogic(d, IntegerOp::Not, 1);
  if (name == "cnot")
    return decodeLogic(d, IntegerOp::CNot, 1);
  if (name == "shl" || name == "shr")
    return decodeShift(d);
  if (name == "shf")
    return decodeFunnelShift(d);
  if (name == "popc")
    return decodeCount(d, IntegerOp::Popc, "b");
  if (name == "clz")
    return decodeCount(d, IntegerOp::Clz, "b");
  if (name == "brev")
    return decodeCount(d, IntegerOp::Brev, "b");
  if (name == "prmt")
    return decodePermute(d);
  if (name == "bfind")
    return decodeCount(
        d, d.take("shiftamt") ? IntegerOp::BfindShift : IntegerOp::Bfind, "us");
  decodeField(d);
}

static void lop3(Warp &w, const Instruction &i) {
  uint32_t *to = w.lanes<uint32_t>(i.operands[0]);
  const uint32_t *a = w.lanes<uint32_t>(i.operands[1]),
                 *b = w.lanes<uint32_t>(i.operands[2]),
                 *c = w.lanes<uint32_t>(i.operands[3]);
  for (unsigned l = 0; l < 32; ++l) {
    uint32_t value = 0;
    for (unsigned row = 0; row < 8; ++row)
      if ((i.immediate >> row) & 1)
        value |= (row & 4 ? a[l] : ~a[l]) & (row & 2 ? b[l] : ~b[l]) &
                 (row & 1 ? c[l] : ~c[l]);
    if ((w.exec >> l) & 1)
      to[l] = value;
  }
}

void decodeLop3(Decoder &d) {
  Type type = d.takeType("b");
  d.expectOperands(5);
  d.result(0, type);
  sources(d, 1, {type, type, type});
  d.out.immediate = int64_t(d.integer(4) & 0xff);
  if (type.bits == 32)
    d.out.handler = lop3;
}

//===----------------------------------------------------------------------===//
// Moves and selections
//===----------------------------------------------------------------------===//

/// Several registers into one, low part first.
template <class Whole, class Part>
static void pack(Warp &w, const Instruction &i) {
  constexpr unsigned parts = sizeof(Whole) / sizeof(Part);
  for (unsigned l = 0; l < 32; ++l) {
    uint64_t value = 0;
    for (unsigned p = 0; p < parts; ++p)
      value |= uint64_t(w.lanes<Part>(i.operands[1 + p])[l])
               << (p * sizeof(Part) * 8);
    if ((w.exec >> l) & 1)
      w.lanes<Whole>(i.operands[0])[l] = Whole(value);
  }
}

template <class Whole, class Part>
static void unpack(Warp &w, const Instruction &i) {
  constexpr unsigned parts = sizeof(Whole) / sizeof(Part);
  for (unsigned l = 0; l < 32; ++l) {
    if (!((w.exec >> l) & 1))
      continue;
    uint64_t value = w.lanes<Whole>(i.operands[parts])[l];
    for (unsigned p = 0; p < parts; ++p)
      w.lanes<Part>(i.operands[p])[l] = Part(value >> (p * sizeof(Part) * 8));
  }
}

static void decodePacking(Decoder &d, Type type, bool packs) {
  const ParsedOperand &parts = *d.operand(packs ? 1 : 0);
  unsigned count = parts.elements.size();
  Type part{TypeKind::Bits, uint8_t(type.bits / std::max(count, 1u))};
  if (packs)
    d.result(0, type);
  for (const ParsedOperand &element : parts.elements)
    packs ? d.source(element, part) : d.result(element, part);
  if (!packs)
    d.source(1, type);
  d.copies(d.out.results, d.out.count - d.out.results);
  if (type.bits == 64 && count == 2)
    d.out.handler =
        packs ? pack<uint64_t, uint32_t> : unpack<uint64_t, uint32_t>;
  else if (type.bits == 64 && count == 4)
    d.out.handler =
        packs ? pack<uint64_t, uint16_t> : unpack<uint64_t, uint16_t>;
  else if (type.bits == 32 && count == 2)
    d.out.handler =
        packs ? pack<uint32_t, uint16_t> : unpack<uint32_t, uint16_t>;
}

/// A count of the instructions that the warp has executed in this block: it
/// only grows, and is the same in every run.
template <class T, unsigned Shift>
static void readClock(Warp &w, const Instruction &i) {
  for (uint32_t rest = w.exec; rest; rest &= rest - 1)
    w.lanes<T>(i.operands[0])[countr_zero(rest)] = T(w.executed >> Shift);
}

static void decodeClock(Decoder &d, Type type, Special clock) {
  d.result(0, type);
  if (type.bits == 64)
    d.out.handler = readClock<uint64_t, 0>;
  else if (type.bits == 32)
    d.out.handler = clock == Special::Clock ? readClock<uint32_t, 0>
                                            : readClock<uint32_t, 32>;
}

void decodeMove(Decoder &d) {
  Type type = d.takeType("busfp");
  d.expectOperands(2);
  if (std::optional<Special> clock = d.clockOf(*d.operand(1)))
    return decodeClock(d, type, *clock);
  for (unsigned n : {0u, 1u})
    if (d.operand(n)->kind == ParsedOperand::Kind::Vector)
      return decodePacking(d, type, n == 1);
  d.result(0, type);
  d.source(1, type);
  d.copies(d.out.results, 1);
  d.out.handler = type.isPred() ? predicateHandler(IntegerOp::Move)
                                : integerHandler(IntegerOp::Move, type);
}

template <class T>
static void select(Warp &w, const Instruction &i) {
  uint32_t which = w.predicate(i.operands[3]), mask = w.exec;
  T *to = w.lanes<T>(i.operands[0]);
  const T *a = w.lanes<T>(i.operands[1]), *b = w.lanes<T>(i.operands[2]);
  TS_EACH_LANE {
    T value = (which >> l) & 1 ? a[l] : b[l];
    to[l] = (mask >> l) & 1 ? value : to[l];
  }
}

void decodeSelect(Decoder &d) {
  Type type = d.takeType("busf");
  d.expectOperands(4);
  d.result(0, type);
  sources(d, 1, {type, type, pred});
  d.out.handler = type.bits == 16   ? select<uint16_t>
                  : type.bits == 32 ? select<uint32_t>
                  : type.bits == 64 ? select<uint64_t>
                                    : nullptr;
}

} // namespace ts::sim
