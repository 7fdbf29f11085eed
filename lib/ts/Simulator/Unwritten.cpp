//===- Unwritten.cpp - Registers without a value --------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Compilers copy what has no value: the gap of a structure, a member nobody
// set, the one byte of an empty class. So a register without a value may be
// moved, packed, and stored to a thread's own memory, and such memory loaded;
// using it for anything else is a defect, of the load that brought it.
//
//===----------------------------------------------------------------------===//

#include "Warp.h"

using namespace llvm;

namespace ts::sim {

static uint64_t keyOf(uint32_t index, unsigned lane) {
  return uint64_t(index) * 32 + lane;
}

void Warp::noteOrigin(Slot to, unsigned lane, uint64_t address,
                      unsigned bytes) {
  origins[keyOf(to.index, lane)] = {pc, bytes, address};
}

void Warp::loseOrigins(uint32_t index, uint32_t lanes) {
  for (; lanes && !origins.empty(); lanes &= lanes - 1)
    origins.erase(keyOf(index, unsigned(countr_zero(lanes))));
}

void Warp::reportRegister(Slot slot, unsigned lane) {
  auto found = origins.find(keyOf(slot.index, lane));
  if (found == origins.end())
    return report(Finding::Kind::Uninitialized, lane, 0,
                  "read of register " + kernel.registers[slot.index].name +
                      ", which was never written");
  const Origin &from = found->second;
  reportAt(from.pc, Finding::Kind::Uninitialized, lane, from.address,
           "read of " + Twine(from.bytes) +
               (from.bytes == 1 ? " byte" : " bytes") +
               " of never-written local memory, used in line " +
               Twine(kernel.code[pc].line) + ",");
}

/// True of words that a bit field is cut out of, or then filled in, where the
/// word was loaded from local memory: the first field of it to be set.
bool Warp::isOfField(const Instruction &i, Slot from, uint32_t lanes) const {
  if (i.field == BitField::None)
    return false;
  for (; lanes; lanes &= lanes - 1) {
    auto found = origins.find(keyOf(from.index, unsigned(countr_zero(lanes))));
    if (found == origins.end() ||
        (i.field == BitField::Fill && !found->second.cut))
      return false;
  }
  return true;
}

/// The results have no value in this lane, which comes from there.
void Warp::passOrigin(const Instruction &i, unsigned lane, const Origin &from) {
  for (unsigned r = 0; r < i.results; ++r) {
    forget(r, lane);
    lose(i.operands[r].index, 1u << lane);
    if (from.bytes)
      origins[keyOf(i.operands[r].index, lane)] = from;
  }
}

/// Of a word that `and` cuts nothing is known; one that `or` fills counts as
/// written.
void Warp::passField(const Instruction &i) {
  if (i.field != BitField::Cut)
    return;
  for (unsigned s = i.results; s < i.count; ++s)
    for (uint32_t rest = exec & ~written[i.operands[s].index]; rest;
         rest &= rest - 1) {
      unsigned lane = unsigned(countr_zero(rest));
      Origin from = origins.lookup(keyOf(i.operands[s].index, lane));
      from.cut = true;
      passOrigin(i, lane, from);
    }
}

/// Where one of the copied operands comes from, if that is known.
Warp::Origin Warp::originOf(const Instruction &i, unsigned lane) const {
  for (unsigned n = 0; n < i.copies; ++n)
    if (auto found = origins.find(keyOf(i.operands[i.copied + n].index, lane));
        found != origins.end())
      return found->second;
  return {};
}

/// The results get what the copied operands lack.
void Warp::passOn(const Instruction &i) {
  uint32_t empty = exec;
  for (unsigned n = 0; n < i.copies; ++n)
    empty &= ~written[i.operands[i.copied + n].index];
  for (; empty; empty &= empty - 1) {
    unsigned lane = unsigned(countr_zero(empty));
    passOrigin(i, lane, originOf(i, lane));
  }
}

/// True if the sources without a value are only copied.
bool Warp::reportSource(const Instruction &i) {
  for (unsigned s = i.results; s < i.count; ++s)
    if (uint32_t missing = exec & ~written[i.operands[s].index];
        missing && !i.onlyCopies(s) && !isOfField(i, i.operands[s], missing)) {
      reportRegister(i.operands[s], unsigned(countr_zero(missing)));
      return false;
    }
  // Stores and control instructions see to it themselves.
  if (i.field != BitField::None)
    passField(i);
  else if (!i.control && i.results)
    passOn(i);
  return true;
}

} // namespace ts::sim
