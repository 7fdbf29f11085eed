//===- WmmaOps.cpp - wmma.mma ---------------------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Products of fragments, by tiles of 16 rows and 8 columns.
//
//===----------------------------------------------------------------------===//

#include "Mma.h"
#include "Wmma.h"

using namespace llvm;

namespace ts::sim {

static unsigned numberOf(const WmmaLayout &layout, unsigned row,
                         unsigned column) {
  return layout.byColumn ? column * layout.rows + row
                         : row * layout.columns + column;
}

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

static bool gather(Warp &w, const WmmaLayout &layout, ArrayRef<Slot> registers,
                   Elements &elements) {
  for (Slot slot : registers)
    if (w.checksInit && w.written[slot.index] != allLanes) {
      w.report(Finding::Kind::Uninitialized,
               unsigned(countr_zero(~w.written[slot.index])), 0,
               "read of register " + w.kernel.registers[slot.index].name +
                   ", which was never written");
      return false;
    }
  eachElement(layout, [&](unsigned n, unsigned r, unsigned bit, unsigned l) {
    elements[n] = getElement(w, registers[r], layout.bits, bit, l);
  });
  return true;
}

namespace {
/// The matrices of one instruction.
struct Product {
  const WmmaForm &form;
  WmmaLayout a, b, sums;
  Elements ofA, ofB, ofSums;
  uint64_t left(unsigned row, unsigned k) const {
    return ofA[numberOf(a, row, k)];
  }
  uint64_t right(unsigned k, unsigned n) const {
    return ofB[numberOf(b, k, n)];
  }
  uint64_t &sum(unsigned row, unsigned n) {
    return ofSums[numberOf(sums, row, n)];
  }
};
} // namespace

/// 16 rows and 8 columns at a time.
template <Narrow type>
static void multiplyFloats(Product &p, MmaArithmetic arithmetic) {
  bool half = p.sums.bits == 16;
  FloatTile tile;
  tile.rows = std::min(p.form.m, 16u);
  tile.depth = p.form.k;
  tile.operandA = tile.operandB = formatOf(type);
  tile.result = half ? f16Format : f32Format;
  for (unsigned top = 0; top < p.form.m; top += tile.rows)
    for (unsigned first = 0; first < p.form.n; first += 8) {
      for (unsigned k = 0; k < tile.depth; ++k) {
        for (unsigned r = 0; r < tile.rows; ++r)
          tile.a[r][k] = narrowValue<type>(uint32_t(p.left(top + r, k)));
        for (unsigned n = 0; n < 8; ++n)
          tile.b[k][n] = narrowValue<type>(uint32_t(p.right(k, first + n)));
      }
      for (unsigned r = 0; r < tile.rows; ++r)
        for (unsigned n = 0; n < 8; ++n)
          tile.c[r][n] = sumValue(uint32_t(p.sum(top + r, first + n)), half);
      multiply(tile, arithmetic);
      for (unsigned r = 0; r < tile.rows; ++r)
        for (unsigned n = 0; n < 8; ++n)
          p.sum(top + r, first + n) = sumBits(tile.c[r][n], half);
    }
}

static uint64_t doubleSum(const Product &p, unsigned row, unsigned n,
                          uint64_t sum) {
  double value = bit_cast<double>(sum);
  for (unsigned k = 0; k < p.form.k; ++k)
    value = multiplyAdd(bit_cast<double>(p.left(row, k)),
                        bit_cast<double>(p.right(k, n)), value);
  return bit_cast<uint64_t>(value);
}

static uint64_t integerSum(const Product &p, unsigned row, unsigned n,
                           uint64_t sum, bool clamps) {
  bool isUnsigned = p.form.operand[0] == 'u';
  int64_t value = int32_t(sum);
  for (unsigned k = 0; k < p.form.k; ++k)
    value += integerOf(uint32_t(p.left(row, k)), 8, isUnsigned) *
             integerOf(uint32_t(p.right(k, n)), 8, isUnsigned);
  if (clamps)
    value = std::clamp<int64_t>(value, INT32_MIN, INT32_MAX);
  return uint32_t(value);
}

static void compute(Product &p, const Warp &w, const Instruction &i) {
  StringRef operand = p.form.operand;
  MmaArithmetic arithmetic = mmaArithmetic(w.block.grid.mma, p.form.bits);
  // Two `mma` of k = 4, also where `mma` itself takes k = 8 at once (measured
  // on an H200).
  if (operand == "tf32")
    arithmetic.terms = std::min(arithmetic.terms, 4u);
  if (operand == "f16")
    return multiplyFloats<Narrow::F16>(p, arithmetic);
  if (operand == "bf16")
    return multiplyFloats<Narrow::BF16>(p, arithmetic);
  if (operand == "tf32")
    return multiplyFloats<Narrow::TF32>(p, arithmetic);
  for (unsigned row = 0; row < p.form.m; ++row)
    for (unsigned n = 0; n < p.form.n; ++n) {
      uint64_t &sum = p.sum(row, n);
      sum = operand == "f64" ? doubleSum(p, row, n, sum)
                             : integerSum(p, row, n, sum, i.flags & Clamps);
    }
}

/// Sums of f32 as f16. ptxas makes an f16 C an f32 one first, and rounds an f32
/// result where f16 is wanted.
static WmmaLayout narrowed(WmmaLayout sums, bool halves) {
  if (halves)
    sums.bits = 16, sums.registers /= 2;
  return sums;
}

static void multiply(Warp &w, const Instruction &i) {
  if (!allLanesHere(w, "wmma.mma"))
    return;
  const auto &from = *reinterpret_cast<const Fragments *>(i.immediate);
  const WmmaForm &form = *static_cast<const WmmaForm *>(from.form);
  Product p{form,
            wmmaLayout(form, WmmaRole::A, i.flags & ColumnA),
            wmmaLayout(form, WmmaRole::B, i.flags & ColumnB),
            wmmaLayout(form, WmmaRole::Sum, false),
            {},
            {},
            {}};
  if (!gather(w, p.a, from.a, p.ofA) || !gather(w, p.b, from.b, p.ofB) ||
      !gather(w, narrowed(p.sums, i.flags & HalfC), from.c, p.ofSums))
    return;
  if (i.flags & HalfC)
    for (uint64_t &sum : p.ofSums)
      sum = singleOf(uint16_t(sum));
  compute(p, w, i);
  if (i.flags & HalfD)
    for (uint64_t &sum : p.ofSums)
      sum = halfOf(uint32_t(sum));
  WmmaLayout results = narrowed(p.sums, i.flags & HalfD);
  eachElement(results, [&](unsigned n, unsigned r, unsigned bit, unsigned l) {
    putElement(w, from.d[r], results.bits, bit, l, p.ofSums[n]);
  });
  for (Slot slot : from.d)
    w.written[slot.index] = allLanes;
  w.block.counters.mmas += uint64_t(form.m) * form.n * form.k;
  ++w.pc;
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

/// `.f32.f32` (of D and C) for f16, `.f32.bf16.bf16.f32` and the like for the
/// others.
static const WmmaForm *takeForm(Decoder &d, StringRef shape) {
  StringRef to = d.takeNext(), second = d.takeNext();
  if (second == "f16" || second == "f32") {
    bool mixed = to != second && (to == "f16" || to == "f32");
    if (mixed)
      d.out.flags |= to == "f16" ? HalfD : HalfC;
    return to == second || mixed
               ? findWmmaForm(shape, "f16", mixed ? "f32" : to)
               : nullptr;
  }
  StringRef third = d.takeNext(), from = d.takeNext();
  bool same = second == third && to == from;
  return same && second != "f16" ? findWmmaForm(shape, second, to) : nullptr;
}

static void decodeProduct(Decoder &d) {
  d.out.flags |= uint8_t(takeColumn(d) ? ColumnA : 0);
  d.out.flags |= uint8_t(takeColumn(d) ? ColumnB : 0);
  d.take("rn");
  bool clamps = d.take("satfinite");
  StringRef shape = d.takeNext();
  const WmmaForm *form = takeForm(d, shape);
  if (!form || (clamps && StringRef(form->sum) != "s32"))
    return d.failHere("'wmma.mma." + shape +
                      "' of these types is not supported");
  d.expectOperands(4);
  d.out.flags |= clamps ? Clamps : 0;
  WmmaLayout a = wmmaLayout(*form, WmmaRole::A, false),
             b = wmmaLayout(*form, WmmaRole::B, false),
             sums = wmmaLayout(*form, WmmaRole::Sum, false),
             from = narrowed(sums, d.out.flags & HalfC),
             to = narrowed(sums, d.out.flags & HalfD);
  Fragments &fragments = d.newFragments();
  fragments.form = form;
  fragments.d = d.slots(0, to.registers, to.type(), true);
  fragments.a = d.slots(1, a.registers, a.type(), false);
  fragments.b = d.slots(2, b.registers, b.type(), false);
  fragments.c = d.slots(3, from.registers, from.type(), false);
  d.out.immediate = reinterpret_cast<int64_t>(&fragments);
  d.out.control = true;
  d.out.handler = multiply;
}

void decodeWmma(Decoder &d) {
  d.require("sync");
  d.require("aligned");
  if (d.take("mma"))
    return decodeProduct(d);
  bool write = d.take("store");
  if (!write)
    d.require("load");
  decodeWmmaMove(d, write);
}

} // namespace ts::sim
