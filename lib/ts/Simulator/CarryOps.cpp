//===- CarryOps.cpp - Arithmetic with a carry -----------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// `.cc` leaves the carry in the condition code: one bit of each lane, kept as a
// predicate that has no name. PTX says that a difference leaves its borrow; the
// hardware adds the complement and leaves the carry of that, the borrow's
// opposite, and takes it so (measured on an H200, benchmarks/simulator.md).
// Only a sum behind a difference, or a difference behind a sum, shows which.
//
//===----------------------------------------------------------------------===//

#include "Lanes.h"

using namespace llvm;

namespace ts::sim {

namespace {
enum CarryFlags : uint8_t {
  Reads = 1,
  Writes = 2,
  Subtracts = 4,
  Multiplies = 8,
  UpperHalf = 16
};
} // namespace

template <class T>
static std::make_unsigned_t<T> product(T a, T b, bool upper) {
  using U = std::make_unsigned_t<T>;
  using Wide = std::conditional_t<
      sizeof(T) == 8,
      std::conditional_t<std::is_signed_v<T>, __int128, unsigned __int128>,
      std::conditional_t<std::is_signed_v<T>, int64_t, uint64_t>>;
  return upper ? U((Wide(a) * Wide(b)) >> (sizeof(T) * 8)) : U(U(a) * U(b));
}

/// Results: the number, and the condition code if it is written. The condition
/// code is the last source if it is read.
template <class T>
static void withCarry(Warp &w, const Instruction &i) {
  using U = std::make_unsigned_t<T>;
  const Slot *from = &i.operands[i.results];
  uint32_t carries = 0,
           before = i.flags & Reads ? w.predicate(i.operands[i.count - 1u]) : 0;
  for (uint32_t rest = w.exec; rest; rest &= rest - 1) {
    unsigned l = unsigned(countr_zero(rest));
    T first = w.lanes<T>(from[0])[l], second = w.lanes<T>(from[1])[l];
    U a = U(first), b = U(second), result;
    bool in = before >> l & 1, out;
    if (i.flags & Multiplies) {
      a = product(first, second, i.flags & UpperHalf);
      b = w.lanes<U>(from[2])[l];
    }
    if (i.flags & Subtracts) {
      b = U(~b);
      in |= !(i.flags & Reads);
    }
    result = U(a + b + in);
    out = result < a || (in && result == a);
    w.lanes<U>(i.operands[0])[l] = result;
    carries |= uint32_t(out) << l;
  }
  if (!(i.flags & Writes))
    return;
  uint32_t &code = w.predicate(i.operands[1]);
  code = (code & ~w.exec) | carries;
}

void decodeCarry(Decoder &d) {
  StringRef name = d.opcode();
  uint8_t flags = name.ends_with("c") ? Reads : 0;
  if (name.starts_with("sub"))
    flags |= Subtracts;
  if (name.starts_with("mad")) {
    flags |= Multiplies;
    if (d.take("hi"))
      flags |= UpperHalf;
    else
      d.require("lo");
  }
  if (d.take("cc"))
    flags |= Writes;
  Type type = d.takeType("us");
  unsigned sources = flags & Multiplies ? 3 : 2;
  d.expectOperands(1 + sources);
  d.result(0, type);
  if (flags & Writes)
    d.conditionCode(/*result=*/true);
  for (unsigned n = 1; n <= sources; ++n)
    d.source(n, type);
  if (flags & Reads)
    d.conditionCode(/*result=*/false);
  d.out.flags = flags;
  bool s = type.isSigned();
  if (type.bits == 32)
    d.out.handler = s ? withCarry<int32_t> : withCarry<uint32_t>;
  if (type.bits == 64)
    d.out.handler = s ? withCarry<int64_t> : withCarry<uint64_t>;
}

} // namespace ts::sim
