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

#include "GridRaces.h"
#include "Lanes.h"

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

template <class T>
static T updated(AtomicOp op, T old, T b, T c) {
  if constexpr (std::is_floating_point_v<T>) {
    T sum = old + b;
    return sum == sum ? sum : std::numeric_limits<T>::quiet_NaN();
  } else {
    using U = std::make_unsigned_t<T>;
    switch (op) {
    case AtomicOp::Add:
      return T(U(old) + U(b));
    case AtomicOp::Min:
      return std::min(old, b);
    case AtomicOp::Max:
      return std::max(old, b);
    case AtomicOp::And:
      return old & b;
    case AtomicOp::Or:
      return old | b;
    case AtomicOp::Xor:
      return old ^ b;
    case AtomicOp::Inc:
      return old >= b ? 0 : old + 1;
    case AtomicOp::Dec:
      return old == 0 || old > b ? b : old - 1;
    case AtomicOp::Exch:
      return b;
    case AtomicOp::Cas:
      return old == b ? c : old;
    }
    return b;
  }
}

/// Flags: whether the old value is a result. `bytes` holds the operation.
template <class T>
static void atomic(Warp &w, const Instruction &i) {
  using U = std::conditional_t<sizeof(T) == 4, uint32_t, uint64_t>;
  AtomicOp op = AtomicOp(i.bytes);
  const Slot *from = &i.operands[i.results];
  uint64_t addresses[32];
  for (uint32_t rest = w.exec; rest; rest &= rest - 1) {
    unsigned l = unsigned(countr_zero(rest));
    uint64_t address = addresses[l] = w.addressOf(i, from[0], l);
    Access access;
    if (!w.locate(i.space, address, sizeof(T), l, true, access) ||
        !w.checkWritten(i.space, address, sizeof(T), l, access))
      return;
    w.note(access, address, sizeof(T), l, Touching::Write, /*strong=*/true,
           false);
    T b = w.lanes<T>(from[1])[l];
    T c = op == AtomicOp::Cas ? w.lanes<T>(from[2])[l] : b;
    U *at = reinterpret_cast<U *>(access.data);
    U old = __atomic_load_n(at, __ATOMIC_SEQ_CST);
    while (!__atomic_compare_exchange_n(
        at, &old, bit_cast<U>(updated<T>(op, bit_cast<T>(old), b, c)), false,
        __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
    }
    std::memset(access.flags, writtenFlag | kernelFlag, sizeof(T));
    if (i.results)
      w.lanes<U>(i.operands[0])[l] = old;
  }
  countAccess(w, i, addresses, sizeof(T), true);
  uint64_t bytes = uint64_t(popcount(w.exec)) * sizeof(T);
  if (i.space == Space::Global || i.space == Space::Generic)
    w.block.counters.globalBytesRead += bytes;
}

bool isGlobalAtomic(const Instruction &i) {
  static const Handler handlers[] = {atomic<float>,   atomic<double>,
                                     atomic<int32_t>, atomic<uint32_t>,
                                     atomic<int64_t>, atomic<uint64_t>};
  return i.space != Space::Shared && is_contained(handlers, i.handler);
}

static Handler atomicHandler(AtomicOp op, Type type) {
  if (type.isFloat() && op != AtomicOp::Add)
    return nullptr;
  if (type.isFloat())
    return type.bits == 32 ? atomic<float> : atomic<double>;
  if (type.bits == 32)
    return type.isSigned() ? atomic<int32_t> : atomic<uint32_t>;
  if (type.bits == 64)
    return type.isSigned() ? atomic<int64_t> : atomic<uint64_t>;
  return nullptr;
}

void decodeAtomic(Decoder &d) {
  bool returns = d.opcode() == "atom";
  d.takeOneOf({"relaxed", "acquire", "release", "acq_rel"});
  d.takeOneOf({"cta", "cluster", "gpu", "sys"});
  d.out.space = d.take("global")                            ? Space::Global
                : d.take("shared") || d.take("shared::cta") ? Space::Shared
                                                            : Space::Generic;
  int op = d.takeOneOf(
      {"add", "min", "max", "and", "or", "xor", "inc", "dec", "exch", "cas"});
  if (op < 0)
    return d.failHere("'" + d.opcode() + "' needs an operation");
  Type type = d.takeType("busf");
  unsigned sources = AtomicOp(op) == AtomicOp::Cas ? 2 : 1;
  d.expectOperands(returns + 1 + sources);
  if (returns)
    d.result(0, type);
  d.address(returns);
  for (unsigned n = 0; n < sources; ++n)
    d.source(returns + 1 + n, type);
  d.out.bytes = uint8_t(op);
  d.out.handler = atomicHandler(AtomicOp(op), type);
}

} // namespace ts::sim
