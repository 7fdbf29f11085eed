//===- MatrixOps.cpp - ldmatrix and movmatrix -----------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Matrices of 8 x 8 16-bit elements that a warp holds together: lane l has the
// elements 2 (l % 4) and the next one of row l / 4, or of that column if the
// matrix is transposed.
//
//===----------------------------------------------------------------------===//

#include "Lanes.h"

using namespace llvm;

namespace ts::sim {

static constexpr uint8_t transposed = 1;

using Matrix = uint16_t[8][8];

static uint32_t pairOf(const Matrix &matrix, unsigned lane, bool transpose) {
  unsigned major = lane / 4, minor = 2 * (lane % 4);
  uint32_t low = transpose ? matrix[minor][major] : matrix[major][minor];
  uint32_t high =
      transpose ? matrix[minor + 1][major] : matrix[major][minor + 1];
  return high << 16 | low;
}

static void done(Warp &w, const Instruction &i) {
  for (unsigned r = 0; r < i.results; ++r)
    w.written[i.operands[r].index] = allLanes;
  ++w.pc;
}

/// Lane 8 m + r has the address of row r of matrix m.
static void loadMatrix(Warp &w, const Instruction &i) {
  if (!allLanesHere(w, "ldmatrix"))
    return;
  unsigned count = i.results;
  Matrix matrices[4];
  uint64_t addresses[32];
  for (unsigned l = 0; l < 8 * count; ++l) {
    uint64_t address = addresses[l] = w.addressOf(i, i.operands[count], l);
    Access access;
    if (!w.find<16>(i.space, address, l, /*write=*/false, access))
      return;
    // The row goes to four lanes; the race check knows the one that asked.
    w.note(access, address, 16, l, Touching::Read, false, false);
    std::memcpy(matrices[l / 8][l % 8], access.data, 16);
  }
  w.exec = count == 4 ? allLanes : (1u << (8 * count)) - 1;
  // Each matrix fills a pass with what it returns, whatever its rows share.
  countAccess(w, i, addresses, 16, false, /*pairs=*/false);
  w.exec = allLanes;
  for (unsigned m = 0; m < count; ++m)
    for (unsigned l = 0; l < 32; ++l)
      w.lanes<uint32_t>(i.operands[m])[l] =
          pairOf(matrices[m], l, i.flags & transposed);
  done(w, i);
}

void decodeLoadMatrix(Decoder &d) {
  d.require("sync");
  d.require("aligned");
  d.require("m8n8");
  int length = d.takeOneOf({"x1", "x2", "x4"});
  if (length < 0)
    return d.failHere("'ldmatrix' needs .x1, .x2 or .x4");
  bool transpose = d.take("trans");
  d.out.space = d.take("shared") || d.take("shared::cta") ? Space::Shared
                                                          : Space::Generic;
  d.require("b16");
  d.expectOperands(2);
  const ParsedOperand *whole = d.operand(0);
  ArrayRef<ParsedOperand> values(*whole);
  if (whole->kind == ParsedOperand::Kind::Vector)
    values = whole->elements;
  if (values.size() != 1u << length)
    return d.fail(whole->location, "expected " + Twine(1u << length) +
                                       " registers, found " +
                                       Twine(values.size()));
  for (const ParsedOperand &value : values)
    d.result(value, {TypeKind::Bits, 32});
  d.address(1);
  d.out.bytes = 16;
  d.out.flags |= transpose ? transposed : 0;
  d.out.control = true;
  d.out.handler = loadMatrix;
}

static void moveMatrix(Warp &w, const Instruction &i) {
  if (!allLanesHere(w, "movmatrix"))
    return;
  Matrix matrix;
  const uint32_t *from = w.lanes<uint32_t>(i.operands[1]);
  for (unsigned l = 0; l < 32; ++l)
    for (unsigned e = 0; e < 2; ++e)
      matrix[l / 4][2 * (l % 4) + e] = uint16_t(from[l] >> (16 * e));
  for (unsigned l = 0; l < 32; ++l)
    w.lanes<uint32_t>(i.operands[0])[l] = pairOf(matrix, l, true);
  done(w, i);
}

void decodeMoveMatrix(Decoder &d) {
  for (StringRef modifier : {"sync", "aligned", "m8n8", "trans", "b16"})
    d.require(modifier);
  d.expectOperands(2);
  d.result(0, {TypeKind::Bits, 32});
  d.source(1, {TypeKind::Bits, 32});
  d.out.control = true;
  d.out.handler = moveMatrix;
}

} // namespace ts::sim
