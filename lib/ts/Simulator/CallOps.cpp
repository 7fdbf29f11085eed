//===- CallOps.cpp - Calls and returns ------------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A call copies its parameters to the function's own places and notes, for each
// lane, where it came from; the return copies the results back. Lanes may be
// called from different places at once, and part at the return.
//
//===----------------------------------------------------------------------===//

#include "Lanes.h"

using namespace llvm;

namespace ts::sim {

namespace {
/// One lane's value of a place, and which of its bytes were written.
struct Value {
  uint8_t *data, *flags; ///< no flags of a register
};
} // namespace

static Value valueAt(Warp &w, const Place &place, unsigned bytes,
                     unsigned lane) {
  if (!place.local)
    return {w.file + place.offset + lane * bytes, nullptr};
  size_t at = size_t(lane) * w.kernel.localBytes + place.offset;
  return {w.local.data() + at, w.localFlags.data() + at};
}

static bool isWritten(const Warp &w, const Value &value, const Place &place,
                      unsigned bytes, unsigned lane) {
  if (place.local)
    return std::all_of(value.flags, value.flags + bytes,
                       [](uint8_t flags) { return flags & writtenFlag; });
  return !w.checksInit || (w.written[place.index] >> lane & 1);
}

static void transfer(Warp &w, const Transfer &what, unsigned lane) {
  Value from = valueAt(w, what.from, what.bytes, lane),
        to = valueAt(w, what.to, what.bytes, lane);
  std::memcpy(to.data, from.data, what.bytes);
  // A structure keeps its gaps, which are never written.
  if (from.flags && to.flags) {
    std::memcpy(to.flags, from.flags, what.bytes);
    return;
  }
  bool written = isWritten(w, from, what.from, what.bytes, lane);
  uint32_t bit = 1u << lane;
  if (to.flags)
    std::memset(to.flags, written ? writtenFlag : 0, what.bytes);
  else
    w.written[what.to.index] =
        (w.written[what.to.index] & ~bit) | (written ? bit : 0);
}

static const Call &callOf(const Instruction &i) {
  return *reinterpret_cast<const Call *>(i.immediate);
}

static void call(Warp &w, const Instruction &i) {
  const Call &call = callOf(i);
  const Function &function = *call.function;
  // Its registers are new to each call.
  for (uint32_t r = function.firstRegister; r < function.lastRegister; ++r)
    w.written[r] &= ~w.exec;
  w.written[function.returnTo.index] |= w.exec;
  for (uint32_t rest = w.exec; rest; rest &= rest - 1) {
    unsigned l = unsigned(countr_zero(rest));
    for (const Transfer &parameter : call.parameters)
      transfer(w, parameter, l);
    w.lanes<uint32_t>(function.returnTo)[l] = w.pc + 1;
  }
  w.branch(function.entry);
}

static void returnLanes(Warp &w, const Instruction &i) {
  const uint32_t *to = w.lanes<uint32_t>(i.operands[0]);
  for (uint32_t rest = w.exec; rest; rest &= rest - 1) {
    unsigned l = unsigned(countr_zero(rest));
    for (const Transfer &result : callOf(w.kernel.code[to[l] - 1]).results)
      transfer(w, result, l);
  }
  w.scatter(to);
}

static void failAssertion(Warp &w, const Instruction &) {
  w.report(Finding::Kind::Trap, unsigned(countr_zero(w.exec)), 0,
           "an assertion failed");
}

static void addTransfers(Decoder &d, const std::vector<Formal> &formals,
                         unsigned first, bool results,
                         std::vector<Transfer> &transfers) {
  for (auto [n, formal] : enumerate(formals)) {
    unsigned bytes = unsigned(formal.variable.size);
    Place inside{!formal.inRegister,
                 formal.inRegister ? formal.slot.offset : formal.base,
                 formal.slot.index};
    Place outside = d.placeOf(*d.operand(first + unsigned(n)), bytes, results);
    transfers.push_back(results ? Transfer{inside, outside, bytes}
                                : Transfer{outside, inside, bytes});
  }
}

void decodeCall(Decoder &d) {
  d.take("uni");
  unsigned name = d.callResults();
  const ParsedOperand &callee = *d.operand(name);
  if (callee.name == assertFunction) {
    d.out.handler = failAssertion;
    return;
  }
  const Function *function = d.callee(callee);
  if (!function)
    return d.failHere("function '" + callee.name + "' is not known");
  unsigned given = d.operandCount() - name - 1;
  if (name != function->results.size() || given != function->parameters.size())
    return d.failHere("'" + function->name + "' has " +
                      Twine(function->parameters.size()) + " parameters and " +
                      Twine(function->results.size()) + " results, not " +
                      Twine(given) + " and " + Twine(name));
  Call &call = d.newCall();
  call.function = function;
  addTransfers(d, function->results, 0, /*results=*/true, call.results);
  addTransfers(d, function->parameters, name + 1, false, call.parameters);
  d.out.immediate = reinterpret_cast<int64_t>(&call);
  d.out.control = true;
  d.out.handler = ts::sim::call;
}

void decodeReturn(Decoder &d) {
  const Function *function = d.function();
  if (!function)
    return decodeExit(d);
  d.take("uni");
  d.expectOperands(0);
  d.out.operands[0] = function->returnTo;
  d.out.control = true;
  d.out.handler = returnLanes;
}

} // namespace ts::sim
