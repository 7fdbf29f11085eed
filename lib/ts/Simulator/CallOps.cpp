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

#include "CallFrames.h"

#include "llvm/ADT/STLFunctionalExtras.h"

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

static void setWritten(Warp &w, const Place &to, unsigned lane, bool written) {
  w.lose(to.index, 1u << lane);
  w.written[to.index] |= uint32_t(written) << lane;
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
  if (to.flags)
    std::memset(to.flags, written ? writtenFlag : 0, what.bytes);
  else
    setWritten(w, what.to, lane, written);
}

const Call *CallSite::find(const Function &function) const {
  for (const Call &call : calls)
    if (call.function == &function)
      return &call;
  return nullptr;
}

static const CallSite &siteOf(const Instruction &i) {
  return *reinterpret_cast<const CallSite *>(i.immediate);
}

/// The values that a call hands over, while neither side may change.
static void copyAcross(Warp &w, const std::vector<Transfer> &transfers,
                       unsigned lane, function_ref<bool()> between) {
  std::vector<uint8_t> bytes;
  for (const Transfer &what : transfers) {
    Value from = valueAt(w, what.from, what.bytes, lane);
    bytes.insert(bytes.end(), from.data, from.data + what.bytes);
    bool written = isWritten(w, from, what.from, what.bytes, lane);
    for (unsigned n = 0; n < what.bytes; ++n)
      bytes.push_back(from.flags ? from.flags[n] : written ? writtenFlag : 0);
  }
  if (!between())
    return;
  const uint8_t *at = bytes.data();
  for (const Transfer &what : transfers) {
    Value to = valueAt(w, what.to, what.bytes, lane);
    std::memcpy(to.data, at, what.bytes);
    const uint8_t *flags = at + what.bytes;
    at = flags + what.bytes;
    if (to.flags) {
      std::memcpy(to.flags, flags, what.bytes);
      continue;
    }
    setWritten(w, what.to, lane, std::all_of(flags, at, [](uint8_t f) {
                 return f & writtenFlag;
               }));
  }
}

/// Its registers are new to each call.
static void forgetRegisters(Warp &w, const Function &function, uint32_t lanes) {
  for (uint32_t r = function.firstRegister; r < function.lastRegister; ++r)
    w.lose(r, lanes);
  w.written[function.returnTo.index] |= lanes;
}

/// One lane of a call.
static void enter(Warp &w, const Call &call, unsigned l) {
  const Function &function = *call.function;
  if (function.recursive) {
    copyAcross(w, call.parameters, l, [&] {
      if (!enterAgain(w, function, l))
        return false;
      forgetRegisters(w, function, 1u << l);
      return true;
    });
  } else {
    for (const Transfer &parameter : call.parameters)
      transfer(w, parameter, l);
  }
  w.lanes<uint32_t>(function.returnTo)[l] = w.pc + 1;
}

static void call(Warp &w, const Instruction &i) {
  const Call &call = siteOf(i).calls[0];
  if (!call.function->recursive)
    forgetRegisters(w, *call.function, w.exec);
  for (uint32_t rest = w.exec; rest && !w.stopped; rest &= rest - 1)
    enter(w, call, unsigned(countr_zero(rest)));
  if (!w.stopped)
    w.branch(call.function->entry);
}

static void callIndirect(Warp &w, const Instruction &i) {
  const CallSite &site = siteOf(i);
  std::array<uint32_t, 32> targets{};
  for (uint32_t rest = w.exec; rest; rest &= rest - 1) {
    unsigned l = unsigned(countr_zero(rest));
    uint64_t address = w.lanes<uint64_t>(site.address)[l];
    auto found = std::find_if(
        site.calls.begin(), site.calls.end(),
        [&](const Call &call) { return call.function->address == address; });
    if (found == site.calls.end())
      return w.report(Finding::Kind::Trap, l, address,
                      "a call of 0x" + Twine::utohexstr(address) +
                          ", where no function of this kind is");
    if (!found->function->recursive)
      forgetRegisters(w, *found->function, 1u << l);
    enter(w, *found, l);
    if (w.stopped)
      return;
    targets[l] = found->function->entry;
  }
  w.scatter(targets.data(), /*isBranch=*/true);
}

static void returnLanes(Warp &w, const Instruction &i) {
  const auto &function = *reinterpret_cast<const Function *>(i.immediate);
  // A recursive function's own register is about to change.
  std::array<uint32_t, 32> to;
  std::copy_n(w.lanes<uint32_t>(i.operands[0]), 32, to.begin());
  for (uint32_t rest = w.exec; rest; rest &= rest - 1) {
    unsigned l = unsigned(countr_zero(rest));
    const CallSite &site = siteOf(w.kernel.code[to[l] - 1]);
    const std::vector<Transfer> &results = site.find(function)->results;
    if (function.recursive)
      copyAcross(w, results, l, [&] {
        leaveAgain(w, function, l);
        return true;
      });
    else
      for (const Transfer &result : results)
        transfer(w, result, l);
  }
  w.scatter(to.data());
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

static void addCall(Decoder &d, StringRef name, CallSite &site) {
  const Function *function = d.callee(name);
  if (!function)
    return d.failHere("function '" + name + "' is not known");
  unsigned results = d.callResults(), given = d.operandCount() - results - 1;
  if (results != function->results.size() ||
      given != function->parameters.size())
    return d.failHere("'" + function->name + "' has " +
                      Twine(function->parameters.size()) + " parameters and " +
                      Twine(function->results.size()) + " results, not " +
                      Twine(given) + " and " + Twine(results));
  Call call;
  call.function = function;
  addTransfers(d, function->results, 0, /*results=*/true, call.results);
  addTransfers(d, function->parameters, results + 1, false, call.parameters);
  site.calls.push_back(std::move(call));
}

void decodeCall(Decoder &d) {
  d.take("uni");
  const ParsedOperand &callee = *d.operand(d.callResults());
  bool indirect = callee.kind == ParsedOperand::Kind::Register;
  if (callee.name == assertFunction) {
    d.out.handler = failAssertion;
    return;
  }
  if (callee.name == printFunction)
    return decodePrint(d);
  CallSite &site = d.newCall();
  for (const std::string &name : d.callees())
    addCall(d, name, site);
  if (indirect) {
    d.source(callee, {TypeKind::Bits, 64});
    site.address = d.out.operands[d.out.count - 1];
  }
  d.out.immediate = reinterpret_cast<int64_t>(&site);
  d.out.control = true;
  d.out.handler = indirect ? callIndirect : ts::sim::call;
}

void decodeReturn(Decoder &d) {
  const Function *function = d.function();
  if (!function)
    return decodeExit(d);
  d.take("uni");
  d.expectOperands(0);
  d.out.operands[0] = function->returnTo;
  d.out.immediate = reinterpret_cast<int64_t>(function);
  d.out.control = true;
  d.out.handler = returnLanes;
}

} // namespace ts::sim
