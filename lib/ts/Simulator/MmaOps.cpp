//===- MmaOps.cpp - mma.sync ----------------------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Which lane holds which element (PTX ISA, "Matrix fragments for mma"). With
// g = lane / 4, t = lane % 4 and E elements to a register, all forms follow one
// rule: register r of A holds row g + 8 (r % 2), columns E t + 4 E (r / 2) on;
// register r of B rows E t + 4 E r on of column g; C and D hold pairs of
// columns 2 t and 2 t + 1, of row g and then of row g + 8.
//
//===----------------------------------------------------------------------===//

#include "Mma.h"

#include "Lanes.h"

using namespace llvm;

namespace ts::sim {

namespace {

struct Form {
  unsigned m, n, k;
  unsigned bits; ///< of an element of A and B
  const char *operand, *sum;
};
} // namespace

static constexpr Form forms[] = {
    {16, 8, 4, 32, "tf32", "f32"}, {16, 8, 8, 32, "tf32", "f32"},
    {16, 8, 8, 16, "f16", "f32"},  {16, 8, 16, 16, "f16", "f32"},
    {16, 8, 8, 16, "f16", "f16"},  {16, 8, 16, 16, "f16", "f16"},
    {16, 8, 8, 16, "bf16", "f32"}, {16, 8, 16, 16, "bf16", "f32"},
    {8, 8, 4, 64, "f64", "f64"},   {8, 8, 16, 8, "s8", "s32"},
    {16, 8, 16, 8, "s8", "s32"},   {16, 8, 32, 8, "s8", "s32"},
    {8, 8, 32, 4, "s4", "s32"},    {16, 8, 32, 4, "s4", "s32"},
    {16, 8, 64, 4, "s4", "s32"},   {16, 8, 16, 8, "f8", "f32"},
    {16, 8, 32, 8, "f8", "f32"},   {16, 8, 16, 8, "f8", "f16"},
    {16, 8, 32, 8, "f8", "f16"},
};

/// Flags of an instruction.
enum MmaFlags : uint8_t { UnsignedA = 1, UnsignedB = 2, SaturateSum = 4 };

static const Form &formOf(const Instruction &i) {
  return *reinterpret_cast<const Form *>(i.immediate);
}
static StringRef operandOf(const Form &form) { return form.operand; }
static StringRef sumOf(const Form &form) { return form.sum; }

/// Bits of the registers of A and B.
static unsigned registerBits(const Form &form) {
  return std::max(form.bits, 32u);
}
static unsigned countOfA(const Form &form) {
  return form.m * form.k * form.bits / (32 * registerBits(form));
}
static unsigned countOfB(const Form &form) {
  return form.n * form.k * form.bits / (32 * registerBits(form));
}
static unsigned countOfC(const Form &form) {
  unsigned each = sumOf(form) == "f16" ? 2 : 1;
  return form.m * form.n / (32 * each);
}

//===----------------------------------------------------------------------===//
// Fragments
//===----------------------------------------------------------------------===//

/// Calls `put(row, k, register, bit, lane)` for each element of A, and of B
/// with its column instead of the row.
template <class Put>
static void eachOperand(const Form &form, bool isB, Put put) {
  unsigned bits = registerBits(form), each = bits / form.bits;
  unsigned count = isB ? countOfB(form) : countOfA(form);
  unsigned rowsOfRegisters = isB ? 1 : form.m / 8;
  for (unsigned r = 0; r < count; ++r) {
    unsigned firstRow = 8 * (r % rowsOfRegisters),
             firstColumn = 4 * each * (r / rowsOfRegisters);
    for (unsigned l = 0; l < 32; ++l)
      for (unsigned e = 0; e < each; ++e)
        put(firstRow + l / 4, firstColumn + each * (l % 4) + e, r,
            e * form.bits, l);
  }
}

/// Calls `put(row, column, register, bit, lane)` for each element of C or D.
template <class Put>
static void eachSum(const Form &form, Put put) {
  bool packed = sumOf(form) == "f16";
  unsigned count = countOfC(form);
  for (unsigned r = 0; r < count; ++r)
    for (unsigned l = 0; l < 32; ++l) {
      unsigned row = l / 4 + 8 * (packed ? r : r / 2), column = 2 * (l % 4);
      if (!packed) {
        put(row, column + r % 2, r, 0, l);
        continue;
      }
      put(row, column, r, 0, l);
      put(row, column + 1, r, 16, l);
    }
}

namespace {
/// The registers of one instruction.
struct Registers {
  Registers(Warp &w, const Instruction &i, const Form &form)
      : w(w), d(i.operands.data()), a(d + countOfC(form)),
        b(a + countOfA(form)), c(b + countOfB(form)) {}
  uint32_t word(const Slot *of, unsigned r, unsigned bit, unsigned lane) const {
    return w.lanes<uint32_t>(of[r])[lane] >> bit;
  }
  Warp &w;
  const Slot *d, *a, *b, *c;
};
} // namespace

//===----------------------------------------------------------------------===//
// Handlers
//===----------------------------------------------------------------------===//

bool allLanesHere(Warp &w, const char *name) {
  if (!w.converge(allLanes))
    return false;
  if (w.exec == allLanes)
    return true;
  w.report(Finding::Kind::Divergence, unsigned(countr_zero(w.exec)), 0,
           Twine("'") + name +
               "' is executed by all lanes of a warp, and lane " +
               Twine(countr_zero(~w.exec)) + " is not there");
  return false;
}

static void done(Warp &w, const Instruction &i) {
  for (unsigned r = 0; r < i.results; ++r)
    w.written[i.operands[r].index] = allLanes;
  const Form &form = formOf(i);
  w.block.counters.mmas += uint64_t(form.m) * form.n * form.k;
  ++w.pc;
}

template <Narrow typeA, Narrow typeB = typeA>
static void multiplyFloats(Warp &w, const Instruction &i) {
  if (!allLanesHere(w, "mma"))
    return;
  const Form &form = formOf(i);
  Registers regs(w, i, form);
  bool packed = sumOf(form) == "f16";
  FloatTile tile;
  tile.rows = form.m;
  tile.depth = form.k;
  tile.operandA = formatOf(typeA);
  tile.operandB = formatOf(typeB);
  tile.result = packed ? f16Format : f32Format;
  eachOperand(form, false, [&](auto row, auto k, auto r, auto bit, auto l) {
    tile.a[row][k] = narrowValue<typeA>(regs.word(regs.a, r, bit, l));
  });
  eachOperand(form, true, [&](auto n, auto k, auto r, auto bit, auto l) {
    tile.b[k][n] = narrowValue<typeB>(regs.word(regs.b, r, bit, l));
  });
  eachSum(form, [&](auto row, auto n, auto r, auto bit, auto l) {
    tile.c[row][n] = sumValue(regs.word(regs.c, r, bit, l), packed);
  });
  if (form.bits == 8)
    multiplyBytes(tile, w.block.grid.mma);
  else
    multiply(tile, mmaArithmetic(w.block.grid.mma, form.bits));
  eachSum(form, [&](auto row, auto n, auto r, auto bit, auto l) {
    uint32_t &to = w.lanes<uint32_t>(regs.d[r])[l];
    to = (bit ? to & 0xffff : 0) | sumBits(tile.c[row][n], packed) << bit;
  });
  done(w, i);
}

/// A chain of fused multiply-adds in ascending k, as measured on every GPU that
/// has them.
static void multiplyDoubles(Warp &w, const Instruction &i) {
  if (!allLanesHere(w, "mma"))
    return;
  const Form &form = formOf(i);
  Registers regs(w, i, form);
  double a[8][4], b[4][8], sums[8][8];
  eachOperand(form, false, [&](auto row, auto k, auto r, auto, auto l) {
    a[row][k] = w.lanes<double>(regs.a[r])[l];
  });
  eachOperand(form, true, [&](auto n, auto k, auto r, auto, auto l) {
    b[k][n] = w.lanes<double>(regs.b[r])[l];
  });
  eachSum(form, [&](auto row, auto n, auto r, auto, auto l) {
    sums[row][n] = w.lanes<double>(regs.c[r])[l];
    for (unsigned k = 0; k < form.k; ++k)
      sums[row][n] = multiplyAdd(a[row][k], b[k][n], sums[row][n]);
  });
  eachSum(form, [&](auto row, auto n, auto r, auto, auto l) {
    w.lanes<double>(regs.d[r])[l] = sums[row][n];
  });
  done(w, i);
}

static void multiplyIntegers(Warp &w, const Instruction &i) {
  if (!allLanesHere(w, "mma"))
    return;
  const Form &form = formOf(i);
  Registers regs(w, i, form);
  int32_t a[16][64], b[64][8];
  int64_t sums[16][8];
  eachOperand(form, false, [&](auto row, auto k, auto r, auto bit, auto l) {
    a[row][k] =
        integerOf(regs.word(regs.a, r, bit, l), form.bits, i.flags & UnsignedA);
  });
  eachOperand(form, true, [&](auto n, auto k, auto r, auto bit, auto l) {
    b[k][n] =
        integerOf(regs.word(regs.b, r, bit, l), form.bits, i.flags & UnsignedB);
  });
  eachSum(form, [&](auto row, auto n, auto r, auto, auto l) {
    sums[row][n] = int32_t(regs.word(regs.c, r, 0, l));
    for (unsigned k = 0; k < form.k; ++k)
      sums[row][n] += a[row][k] * b[k][n];
  });
  eachSum(form, [&](auto row, auto n, auto r, auto, auto l) {
    int64_t value = sums[row][n];
    if (i.flags & SaturateSum)
      value = std::clamp<int64_t>(value, INT32_MIN, INT32_MAX);
    w.lanes<uint32_t>(regs.d[r])[l] = uint32_t(value);
  });
  done(w, i);
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

static bool isByteFloat(StringRef type) {
  return type == "e4m3" || type == "e5m2";
}

static Handler multiplyByteFloats(StringRef a, StringRef b) {
  constexpr Narrow four = Narrow::E4M3, five = Narrow::E5M2;
  if (a == "e4m3")
    return b == "e4m3" ? multiplyFloats<four> : multiplyFloats<four, five>;
  return b == "e4m3" ? multiplyFloats<five, four> : multiplyFloats<five>;
}

/// "m16n8k8" as three numbers.
static bool parseShape(StringRef text, unsigned &m, unsigned &n, unsigned &k) {
  return text.consume_front("m") && !text.consumeInteger(10, m) &&
         text.consume_front("n") && !text.consumeInteger(10, n) &&
         text.consume_front("k") && !text.consumeInteger(10, k) && text.empty();
}

/// The registers of one matrix: as many as the form has, in braces or, if it is
/// one, without.
static void addMatrix(Decoder &d, unsigned n, unsigned count, Type type,
                      bool result) {
  const ParsedOperand *whole = d.operand(n);
  ArrayRef<ParsedOperand> values(*whole);
  if (whole->kind == ParsedOperand::Kind::Vector)
    values = whole->elements;
  if (values.size() != count)
    return d.fail(whole->location, "this matrix has " + Twine(count) +
                                       " registers, not " +
                                       Twine(values.size()));
  for (const ParsedOperand &value : values)
    result ? d.result(value, type) : d.source(value, type);
}

static const Form *findForm(Decoder &d, StringRef shape, StringRef a,
                            StringRef sum) {
  unsigned m, n, k;
  if (!parseShape(shape, m, n, k))
    return nullptr;
  // The table names the signed types for both, and one 8-bit float.
  std::string operand = isByteFloat(a) ? "f8" : a.str();
  if (a == "u8" || a == "u4")
    operand[0] = 's';
  for (const Form &form : forms)
    if (form.m == m && form.n == n && form.k == k && operand == form.operand &&
        sum == form.sum)
      return &form;
  return nullptr;
}

void decodeMma(Decoder &d) {
  d.require("sync");
  d.require("aligned");
  StringRef shape = d.takeNext();
  d.require("row");
  d.require("col");
  if (d.take("satfinite"))
    d.out.flags |= SaturateSum;
  d.takeOneOf({"rn"});
  StringRef to = d.takeNext(), a = d.takeNext(), b = d.takeNext(),
            from = d.takeNext();
  const Form *form = findForm(d, shape, a, to);
  bool integers = form && sumOf(*form) == "s32";
  bool bytes = isByteFloat(a) && isByteFloat(b);
  bool sameOperands =
      a == b || bytes || (integers && a.drop_front() == b.drop_front());
  if (!form || !sameOperands || to != from ||
      (!integers && (d.out.flags & SaturateSum)))
    return d.failHere("'mma." + shape + "' of types " + to + ", " + a + ", " +
                      b + ", " + from + " is not supported");
  d.out.flags |= (a[0] == 'u' ? UnsignedA : 0) | (b[0] == 'u' ? UnsignedB : 0);
  Type operand{TypeKind::Bits, uint8_t(registerBits(*form))};
  Type sum{TypeKind::Bits, uint8_t(form->bits == 64 ? 64 : 32)};
  d.expectOperands(4);
  addMatrix(d, 0, countOfC(*form), sum, /*result=*/true);
  addMatrix(d, 1, countOfA(*form), operand, false);
  addMatrix(d, 2, countOfB(*form), operand, false);
  addMatrix(d, 3, countOfC(*form), sum, false);
  d.out.immediate = reinterpret_cast<int64_t>(form);
  d.out.control = true;
  d.out.handler = integers                    ? multiplyIntegers
                  : bytes                     ? multiplyByteFloats(a, b)
                  : form->bits == 64          ? multiplyDoubles
                  : form->bits == 32          ? multiplyFloats<Narrow::TF32>
                  : operandOf(*form) == "f16" ? multiplyFloats<Narrow::F16>
                                              : multiplyFloats<Narrow::BF16>;
}

} // namespace ts::sim
