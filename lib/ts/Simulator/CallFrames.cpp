//===- CallFrames.cpp - What a function called again must not lose --------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A function has fixed registers and fixed memory for its parameters. Where it
// may be called while it runs, a call puts the caller's own away, lane by lane,
// and the return brings them back. Its variables, whose addresses may be handed
// on, have a place for each depth instead.
//
//===----------------------------------------------------------------------===//

#include "CallFrames.h"

using namespace llvm;

namespace ts::sim {

/// Calls `each(data, flags, bytes)` for the pieces of the lane's frame; a
/// predicate and the flag of a register are bits, and come as `each(word)`.
template <class Bytes, class Bit>
static void eachPiece(Warp &w, const Function &function, unsigned lane,
                      Bytes bytes, Bit bit) {
  auto visit = [&](const Register &reg) {
    bit(w.written[reg.slot.index]);
    if (reg.type.isPred())
      bit(w.predicate(reg.slot));
    else
      bytes(w.file + reg.slot.offset + lane * reg.type.bytes(),
            reg.type.bytes());
  };
  for (uint32_t r = function.firstRegister; r < function.lastRegister; ++r)
    visit(w.kernel.registers[r]);
  for (const FrameVariable &variable : function.variables)
    visit(w.kernel.registers[variable.slot.index]);
  for (const Region &region : function.memory) {
    size_t at = size_t(lane) * w.kernel.localBytes + region.base;
    bytes(w.local.data() + at, region.size);
    bytes(w.localFlags.data() + at, region.size);
  }
}

static void putAway(Warp &w, const Function &function, unsigned lane) {
  std::vector<uint8_t> frame;
  eachPiece(
      w, function, lane,
      [&](uint8_t *data, size_t count) {
        frame.insert(frame.end(), data, data + count);
      },
      [&](uint32_t word) { frame.push_back(word >> lane & 1); });
  w.frames[lane].push_back(std::move(frame));
}

static void bringBack(Warp &w, const Function &function, unsigned lane) {
  std::vector<uint8_t> frame = std::move(w.frames[lane].back());
  w.frames[lane].pop_back();
  const uint8_t *from = frame.data();
  eachPiece(
      w, function, lane,
      [&](uint8_t *data, size_t count) {
        std::memcpy(data, from, count);
        from += count;
      },
      [&](uint32_t &word) {
        word = (word & ~(1u << lane)) | uint32_t(*from++) << lane;
      });
}

bool enterAgain(Warp &w, const Function &function, unsigned lane) {
  uint32_t &depth = w.depths[function.number * 32 + lane];
  if (depth == recursionLimit) {
    w.report(Finding::Kind::Trap, lane, 0,
             "calls of '" + Twine(function.name) + "' nest deeper than " +
                 Twine(recursionLimit) + ", the most that are simulated");
    return false;
  }
  if (depth)
    putAway(w, function, lane);
  for (const Region &region : function.memory) {
    size_t at = size_t(lane) * w.kernel.localBytes + region.base;
    std::memset(w.localFlags.data() + at, 0, region.size);
  }
  for (const FrameVariable &variable : function.variables) {
    w.lanes<uint64_t>(variable.slot)[lane] = uint64_t(variable.region + depth)
                                             << regionBits;
    w.written[variable.slot.index] |= 1u << lane;
  }
  ++depth;
  return true;
}

void leaveAgain(Warp &w, const Function &function, unsigned lane) {
  if (--w.depths[function.number * 32 + lane] == 0)
    return;
  bringBack(w, function, lane);
  for (uint32_t r = function.firstRegister; r < function.lastRegister; ++r)
    w.loseOrigins(r, 1u << lane);
}

} // namespace ts::sim
