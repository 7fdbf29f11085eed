//===- MemoryOps.cpp - Loads and stores -----------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Each lane's address is located and checked; a block ends at the first lane
// that may not go where it wants.
//
//===----------------------------------------------------------------------===//

#include "LaneRuns.h"

using namespace llvm;

namespace ts::sim {

/// A generic address's own space.
static Space spaceOf(const Instruction &i, uint64_t address) {
  if (i.space != Space::Generic)
    return i.space;
  uint64_t window = address >> windowBits;
  return window == 0   ? Space::Global
         : window == 1 ? Space::Shared
         : window == 2 ? Space::Local
                       : Space::Param;
}

void countBytes(Warp &w, Space space, unsigned bytes, bool write) {
  Counters &counters = w.block.counters;
  uint64_t all = uint64_t(popcount(w.exec)) * bytes;
  if (space == Space::Global)
    (write ? counters.globalBytesWritten : counters.globalBytesRead) += all;
  if (space == Space::Shared)
    (write ? counters.sharedBytesWritten : counters.sharedBytesRead) += all;
}

void countAccess(Warp &w, const Instruction &i, const uint64_t *addresses,
                 unsigned bytes, bool write, bool pairs) {
  Space space = spaceOf(i, addresses[countr_zero(w.exec)]);
  countBytes(w, space, bytes, write);
  if (LLVM_LIKELY(!w.block.profile))
    return;
  SmallVector<uint64_t, 32> active;
  for (uint32_t rest = w.exec; rest; rest &= rest - 1)
    active.push_back(addresses[countr_zero(rest)]);
  if (space == Space::Global)
    w.block.profile->global(w.pc, active, bytes);
  else if (space == Space::Shared)
    w.block.profile->shared(
        w.pc, active, bytes,
        lanesTogether(addresses, w.exec, bytes, pairs && !write));
}

/// True if an element counts as never written: in a thread's own memory if no
/// byte of it was (structures are copied with their gaps), elsewhere if one was
/// not.
template <unsigned Bytes>
static bool lacksValue(const uint8_t *flags, bool local) {
  if (!local)
    return !Warp::isWritten<Bytes>(flags);
  return std::none_of(flags, flags + Bytes,
                      [](uint8_t flag) { return flag & writtenFlag; });
}

/// For a load that meets bytes never written. Compilers load the gap between
/// two elements they need along with them, and copy what nobody set within a
/// thread's own memory: no defect yet. The register has no value, which is one
/// as soon as it is used.
template <class Element, unsigned V>
static bool checkElements(Warp &w, const Instruction &i, uint64_t address,
                          unsigned lane, const Access &access) {
  constexpr unsigned each = sizeof(Element), bytes = each * V;
  if (anyCopying(access.flags, bytes))
    return w.checkWritten(i.space, address, bytes, lane, access);
  if (!w.checksInit)
    return true;
  const bool local = spaceOf(i, address) == Space::Local;
  uint32_t missing = 0;
  for (unsigned v = 0; v < V; ++v)
    missing |= lacksValue<each>(access.flags + v * each, local) << v;
  const bool nothing = missing == (1u << V) - 1;
  if (nothing && !local)
    return w.checkWritten(i.space, address, bytes, lane, access);
  for (; missing; missing &= missing - 1) {
    unsigned v = unsigned(countr_zero(missing));
    w.forget(v, lane);
    w.lose(i.operands[v].index, 1u << lane);
    if (nothing)
      w.noteOrigin(i.operands[v], lane, address, bytes);
  }
  return true;
}

/// Loads V elements of type Element into registers of type Reg.
template <class Element, class Reg, unsigned V>
static void load(Warp &w, const Instruction &i) {
  constexpr unsigned bytes = sizeof(Element) * V;
  const Slot from = i.operands[V];
  uint64_t addresses[32];
  for (uint32_t rest = w.exec; rest; rest &= rest - 1) {
    unsigned l = unsigned(countr_zero(rest));
    uint64_t address = addresses[l] = w.addressOf(i, from, l);
    Access access;
    if (!w.find<bytes, /*Check=*/false>(i.space, address, l, /*write=*/false,
                                        access))
      return;
    if (LLVM_UNLIKELY(!Warp::isWritten<bytes>(access.flags)) &&
        !checkElements<Element, V>(w, i, address, l, access))
      return;
    w.note(access, address, bytes, l, Touching::Read, i.flags & strongFlag,
           false);
    Element values[V];
    std::memcpy(values, access.data, bytes);
    for (unsigned v = 0; v < V; ++v)
      w.lanes<Reg>(i.operands[v])[l] = Reg(values[v]);
  }
  countAccess(w, i, addresses, bytes, false);
}

/// For a store that may be to a thread's own memory: what has no value leaves
/// none there. False if that is stored elsewhere.
template <class Element, unsigned V>
static bool storeEmpty(Warp &w, const Instruction &i, uint64_t address,
                       unsigned lane, const Access &access) {
  for (unsigned v = 0; v < V; ++v) {
    Slot from = i.operands[i.copied + v];
    if (LLVM_LIKELY(w.written[from.index] >> lane & 1))
      continue;
    if (spaceOf(i, address) != Space::Local) {
      w.reportRegister(from, lane);
      return false;
    }
    std::memset(access.flags + v * sizeof(Element), 0, sizeof(Element));
  }
  return true;
}

template <class Element, class Reg, unsigned V>
static void store(Warp &w, const Instruction &i) {
  constexpr unsigned bytes = sizeof(Element) * V;
  uint64_t addresses[32];
  releaseBefore(w, i);
  for (uint32_t rest = w.exec; rest; rest &= rest - 1) {
    unsigned l = unsigned(countr_zero(rest));
    uint64_t address = addresses[l] = w.addressOf(i, i.operands[0], l);
    Access access;
    if (!w.find<bytes>(i.space, address, l, /*write=*/true, access))
      return;
    Element values[V];
    for (unsigned v = 0; v < V; ++v)
      values[v] = Element(w.lanes<Reg>(i.operands[1 + v])[l]);
    w.checkNotCopying(address, bytes, l, access);
    // Two threads may write the same value: nobody can tell them apart.
    w.note(access, address, bytes, l, Touching::Write, i.flags & strongFlag,
           Warp::isWritten<bytes>(access.flags) &&
               std::memcmp(access.data, values, bytes) == 0);
    std::memcpy(access.data, values, bytes);
    std::memset(access.flags, writtenFlag | kernelFlag, bytes);
    if (LLVM_UNLIKELY(i.copies && w.checksInit) &&
        !storeEmpty<Element, V>(w, i, address, l, access))
      return;
  }
  countAccess(w, i, addresses, bytes, true);
}

//===----------------------------------------------------------------------===//
// Runs of lanes
//===----------------------------------------------------------------------===//

namespace any {
#include "LaneRuns.inc"
} // namespace any

#ifdef TS_SIM_AVX2
TS_BEGIN_AVX2
namespace avx2 {
#include "LaneRuns.inc"
} // namespace avx2
TS_END_AVX2
#endif

//===----------------------------------------------------------------------===//
// Choosing
//===----------------------------------------------------------------------===//

template <class Element, class Reg, bool Store, unsigned V>
static constexpr Handler laneByLane() {
  if constexpr (Store)
    return store<Element, Reg, V>;
  else
    return load<Element, Reg, V>;
}

template <class Element, class Reg, bool Store, unsigned V>
static Handler handlerOf() {
  // No access is wider than 16 bytes.
  if constexpr (sizeof(Element) * V > 16) {
    return nullptr;
  } else {
    constexpr Handler lanes = laneByLane<Element, Reg, Store, V>();
    if constexpr (sizeof(Element) == sizeof(Reg) && sizeof(Reg) >= 4) {
#ifdef TS_SIM_AVX2
      if (haveAvx2())
        return avx2::accessRuns<Reg, Store, V, lanes>;
#endif
      return any::accessRuns<Reg, Store, V, lanes>;
    }
    return lanes;
  }
}

template <class Element, class Reg, bool Store>
static Handler ofLength(unsigned length) {
  switch (length) {
  case 1:
    return handlerOf<Element, Reg, Store, 1>();
  case 2:
    return handlerOf<Element, Reg, Store, 2>();
  default:
    return handlerOf<Element, Reg, Store, 4>();
  }
}

template <class Element, bool Store>
static Handler ofRegister(unsigned bits, unsigned length) {
  switch (bits) {
  case 16:
    return ofLength<Element, uint16_t, Store>(length);
  case 32:
    return ofLength<Element, uint32_t, Store>(length);
  case 64:
    return ofLength<Element, uint64_t, Store>(length);
  }
  return nullptr;
}

template <bool Store>
static Handler ofElement(Type type, unsigned bits, unsigned length) {
  // Stores only cut the register; loads extend a signed element.
  bool s = type.isSigned() && !Store;
  switch (type.bits) {
  case 8:
    return s ? ofRegister<int8_t, Store>(bits, length)
             : ofRegister<uint8_t, Store>(bits, length);
  case 16:
    return s ? ofRegister<int16_t, Store>(bits, length)
             : ofRegister<uint16_t, Store>(bits, length);
  case 32:
    return s ? ofRegister<int32_t, Store>(bits, length)
             : ofRegister<uint32_t, Store>(bits, length);
  default:
    return ofRegister<uint64_t, Store>(bits, length);
  }
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

/// The space of the address in this operand.
static Space takeSpace(Decoder &d, unsigned address) {
  if (d.take("global") || d.take("const"))
    return Space::Global;
  if (d.take("shared") || d.take("shared::cta"))
    return Space::Shared;
  if (d.take("local"))
    return Space::Local;
  if (d.take("param") || d.take("param::entry") || d.take("param::func"))
    return d.isLocalParameter(address) ? Space::Local : Space::Param;
  return Space::Generic;
}

/// All are executed in order; which order is asked for matters to racecheck.
static void takeOrder(Decoder &d) {
  int order =
      d.takeOneOf({"weak", "volatile", "relaxed", "acquire", "release"});
  if (order > 0)
    d.out.flags |= strongFlag;
  if (order == 1)
    d.out.flags |= volatileFlag;
  int scope = order >= 0 ? d.takeOneOf({"cta", "cluster", "gpu", "sys"}) : -1;
  if (order == 4)
    d.out.flags |= scope > 0 ? releaseFlag | wideFlag : releaseFlag;
}

static unsigned takeLength(Decoder &d) {
  return d.take("v4") ? 4 : d.take("v2") ? 2 : 1;
}

/// The registers of a vector, or the one register; the widest decides.
static unsigned addValues(Decoder &d, unsigned n, Type type, unsigned length,
                          bool store) {
  const ParsedOperand *whole = d.operand(n);
  ArrayRef<ParsedOperand> values(*whole);
  if (whole->kind == ParsedOperand::Kind::Vector)
    values = whole->elements;
  if (values.size() != length)
    d.fail(whole->location, "expected " + Twine(length) + " values, found " +
                                Twine(values.size()));
  unsigned bits = 0;
  for (const ParsedOperand &value : values)
    bits = std::max(bits, d.bitsOf(value));
  // Only constants: registers as wide as the elements, at least 16 bits.
  bits = std::max({bits, unsigned(type.bits), 16u});
  for (const ParsedOperand &value : values) {
    if (d.bitsOf(value) && d.bitsOf(value) != bits)
      d.fail(value.location, "the registers of one access differ in width");
    Type reg{type.bits == bits ? type.kind : TypeKind::Bits, uint8_t(bits)};
    store ? d.source(value, reg) : d.result(value, reg);
  }
  return bits;
}

void decodeLoad(Decoder &d) {
  takeOrder(d);
  d.out.space = takeSpace(d, 1);
  d.takeCacheHints();
  unsigned length = takeLength(d);
  Type type = d.takeType("busf");
  d.expectOperands(2 + (d.take("L2::cache_hint") ? 1 : 0));
  unsigned bits = addValues(d, 0, type, length, /*store=*/false);
  d.accesses(type.bytes() * length);
  d.address(1);
  if (!d.failed())
    d.out.handler = ofElement<false>(type, bits, length);
}

void decodeStore(Decoder &d) {
  takeOrder(d);
  if (d.take("const"))
    return d.failHere("constant memory cannot be written");
  d.out.space = takeSpace(d, 0);
  if (d.out.space == Space::Param)
    return d.failHere("a kernel's parameters cannot be written");
  d.takeCacheHints();
  unsigned length = takeLength(d);
  Type type = d.takeType("busf");
  d.expectOperands(2 + (d.take("L2::cache_hint") ? 1 : 0));
  d.address(0);
  unsigned bits = addValues(d, 1, type, length, /*store=*/true);
  d.accesses(type.bytes() * length);
  if (d.out.flags & strongFlag)
    d.communicates();
  if (d.out.space == Space::Local || d.out.space == Space::Generic)
    d.copies(1, length);
  if (!d.failed())
    d.out.handler = ofElement<true>(type, bits, length);
}

} // namespace ts::sim
