//===- AtomicOps.cpp - Atomic operations on memory ------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Blocks run on several host threads, so that global memory is updated by the
// host's own atomic instructions.
//
//===----------------------------------------------------------------------===//

#include "Half.h"
#include "Lanes.h"
#include "NaN.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace ts::sim {

namespace {
enum class AtomicOp : uint8_t {
  Add,
  Min,
  Max,
  And,
  Or,
  Xor,
  Inc,
  Dec,
  Exch,
  Cas
};
} // namespace

// What a word becomes. `Word` is the unsigned type that the host updates.

template <class T>
struct Integer {
  using Word = std::make_unsigned_t<T>;
  static Word update(AtomicOp op, Word before, Word second, Word third, bool) {
    T old = T(before), b = T(second);
    switch (op) {
    case AtomicOp::Add:
      return Word(before + second);
    case AtomicOp::Min:
      return Word(std::min(old, b));
    case AtomicOp::Max:
      return Word(std::max(old, b));
    case AtomicOp::And:
      return before & second;
    case AtomicOp::Or:
      return before | second;
    case AtomicOp::Xor:
      return before ^ second;
    case AtomicOp::Inc:
      return before >= second ? 0 : Word(before + 1);
    case AtomicOp::Dec:
      return before == 0 || before > second ? second : Word(before - 1);
    case AtomicOp::Exch:
      return second;
    case AtomicOp::Cas:
      return before == second ? third : before;
    }
    return second;
  }
};

/// Sums of f32 in global memory flush subnormal numbers (PTX ISA, "atom").
struct Single {
  using Word = uint32_t;
  static float flushed(Word bits, bool flushes) {
    bool tiny = flushes && (bits & 0x7f800000) == 0;
    return bit_cast<float>(tiny ? bits & 0x80000000 : bits);
  }
  static Word update(AtomicOp, Word old, Word b, Word, bool global) {
    float sum = flushed(old, global) + flushed(b, global);
    sum = flushed(bit_cast<Word>(sum), global);
    return bit_cast<Word>(exact(sum));
  }
};

/// Sums in global memory pass a NaN on as it is, signaling or not (measured on
/// an H200); those in shared memory are loops around `add`, which makes it
/// quiet.
struct Double {
  using Word = uint64_t;
  static Word update(AtomicOp, Word old, Word b, Word, bool global) {
    if (global && isNaN64(b))
      return b;
    if (global && isNaN64(old))
      return old;
    double x = bit_cast<double>(old), y = bit_cast<double>(b);
    return bit_cast<Word>(exact(x + y, y, x));
  }
};

/// f16 or bf16, alone or in pairs.
template <class W, bool BFloat>
struct Halves {
  using Word = W;
  static Word update(AtomicOp, Word old, Word b, Word, bool) {
    constexpr Format format = BFloat ? bf16Format : f16Format;
    Word result = 0;
    for (unsigned shift = 0; shift < sizeof(Word) * 8; shift += 16) {
      double x = expand(uint16_t(old >> shift), format),
             y = expand(uint16_t(b >> shift), format);
      result |= Word(compress(fusedOdd(x, 1, y), format) << shift);
    }
    return result;
  }
};

/// Flags: whether the old value is a result. `bytes` holds the operation.
template <class Kind>
static void atomic(Warp &w, const Instruction &i) {
  using Word = typename Kind::Word;
  constexpr unsigned bytes = sizeof(Word);
  AtomicOp op = AtomicOp(i.bytes);
  const Slot *from = &i.operands[i.results];
  uint64_t addresses[32];
  releaseBefore(w, i);
  for (uint32_t rest = w.exec; rest; rest &= rest - 1) {
    unsigned l = unsigned(countr_zero(rest));
    uint64_t address = addresses[l] = w.addressOf(i, from[0], l);
    Access access;
    if (!w.locate(i.space, address, bytes, l, true, access) ||
        !w.checkWritten(i.space, address, bytes, l, access))
      return;
    w.note(access, address, bytes, l, Touching::Write, /*strong=*/true, false);
    Word b = w.lanes<Word>(from[1])[l];
    Word c = op == AtomicOp::Cas ? w.lanes<Word>(from[2])[l] : b;
    Word *at = reinterpret_cast<Word *>(access.data);
    Word old = __atomic_load_n(at, __ATOMIC_SEQ_CST);
    while (!__atomic_compare_exchange_n(
        at, &old, Kind::update(op, old, b, c, access.page != nullptr), false,
        __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
    }
    std::memset(access.flags, writtenFlag | kernelFlag, bytes);
    if (i.results)
      w.lanes<Word>(i.operands[0])[l] = old;
  }
  countAccess(w, i, addresses, bytes, true);
  if (i.space == Space::Global || i.space == Space::Generic)
    w.block.counters.globalBytesRead += uint64_t(popcount(w.exec)) * bytes;
}

static Handler atomicHandler(AtomicOp op, Type type) {
  bool s = type.isSigned();
  if (type.isHalf() || type.isFloat()) {
    if (op != AtomicOp::Add)
      return nullptr;
    switch (type.kind) {
    case TypeKind::Half:
      return atomic<Halves<uint16_t, false>>;
    case TypeKind::BFloat:
      return atomic<Halves<uint16_t, true>>;
    case TypeKind::Half2:
      return atomic<Halves<uint32_t, false>>;
    case TypeKind::BFloat2:
      return atomic<Halves<uint32_t, true>>;
    default:
      return type.bits == 32 ? atomic<Single> : atomic<Double>;
    }
  }
  switch (type.bits) {
  case 16:
    return op == AtomicOp::Cas ? atomic<Integer<uint16_t>> : nullptr;
  case 32:
    return s ? atomic<Integer<int32_t>> : atomic<Integer<uint32_t>>;
  case 64:
    return s ? atomic<Integer<int64_t>> : atomic<Integer<uint64_t>>;
  }
  return nullptr;
}

void decodeAtomic(Decoder &d) {
  bool returns = d.opcode() == "atom";
  int order = d.takeOneOf({"relaxed", "acquire", "release", "acq_rel"});
  int scope = d.takeOneOf({"cta", "cluster", "gpu", "sys"});
  d.out.space = d.take("global")                            ? Space::Global
                : d.take("shared") || d.take("shared::cta") ? Space::Shared
                                                            : Space::Generic;
  int op = d.takeOneOf(
      {"add", "min", "max", "and", "or", "xor", "inc", "dec", "exch", "cas"});
  if (op < 0)
    return d.failHere("'" + d.opcode() + "' needs an operation");
  bool noFlush = d.take("noftz");
  Type type = d.takeType("busfhgHG");
  if (noFlush != type.isHalf())
    return d.failHere("sums of 16-bit floats, and these alone, are '.noftz'");
  unsigned sources = AtomicOp(op) == AtomicOp::Cas ? 2 : 1;
  d.expectOperands(returns + 1 + sources);
  if (returns)
    d.result(0, type);
  d.address(returns);
  d.accesses(type.bytes());
  d.communicates();
  for (unsigned n = 0; n < sources; ++n)
    d.source(returns + 1 + n, type);
  d.out.bytes = uint8_t(op);
  if (order >= 2)
    d.out.flags |= scope == 0 ? releaseFlag : releaseFlag | wideFlag;
  d.out.handler = atomicHandler(AtomicOp(op), type);
}

} // namespace ts::sim
