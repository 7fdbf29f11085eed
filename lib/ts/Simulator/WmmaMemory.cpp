//===- WmmaMemory.cpp - wmma.load and wmma.store --------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Each element is checked as an access of the lane that holds it.
//
//===----------------------------------------------------------------------===//

#include "Wmma.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace ts::sim {

static constexpr WmmaForm wmmaForms[] = {
    {16, 16, 16, 16, "f16", "f32"},  {32, 8, 16, 16, "f16", "f32"},
    {8, 32, 16, 16, "f16", "f32"},   {16, 16, 16, 16, "f16", "f16"},
    {32, 8, 16, 16, "f16", "f16"},   {8, 32, 16, 16, "f16", "f16"},
    {16, 16, 16, 16, "bf16", "f32"}, {32, 8, 16, 16, "bf16", "f32"},
    {8, 32, 16, 16, "bf16", "f32"},  {16, 16, 8, 32, "tf32", "f32"},
    {8, 8, 4, 64, "f64", "f64"},     {16, 16, 16, 8, "s8", "s32"},
    {32, 8, 16, 8, "s8", "s32"},     {8, 32, 16, 8, "s8", "s32"},
    {16, 16, 16, 8, "u8", "s32"},    {32, 8, 16, 8, "u8", "s32"},
    {8, 32, 16, 8, "u8", "s32"},
};

WmmaLayout wmmaLayout(const WmmaForm &form, WmmaRole role, bool byColumn) {
  WmmaLayout layout{role == WmmaRole::B ? form.k : form.m,
                    role == WmmaRole::A ? form.k : form.n, form.bits, 0,
                    byColumn};
  StringRef sum = form.sum;
  if (role == WmmaRole::Sum)
    layout.bits = sum == "f16" ? 16 : sum == "f64" ? 64 : 32;
  bool twice = role != WmmaRole::Sum && StringRef(form.operand) == "f16";
  layout.registers =
      twice ? 8 : layout.rows * layout.columns / (32 * layout.each());
  return layout;
}

const WmmaForm *findWmmaForm(StringRef shape, StringRef operand,
                             StringRef sum) {
  for (const WmmaForm &form : wmmaForms)
    if (shape ==
            ("m" + Twine(form.m) + "n" + Twine(form.n) + "k" + Twine(form.k))
                .str() &&
        (operand.empty() || operand == form.operand) &&
        (sum.empty() || sum == form.sum))
      return &form;
  return nullptr;
}

bool takeColumn(Decoder &d) {
  StringRef next = d.takeNext();
  if (next != "row" && next != "col")
    d.failHere("'wmma' needs '.row' or '.col', and not '." + next + "'");
  return next == "col";
}

//===----------------------------------------------------------------------===//
// Loads and stores
//===----------------------------------------------------------------------===//

/// Address and stride are the same in all lanes.
static bool agreedOn(Warp &w, const Instruction &i, const Slot *from,
                     uint64_t &address, uint64_t &stride) {
  address = w.addressOf(i, from[0], 0);
  const uint32_t *strides = w.lanes<uint32_t>(i.operands[i.count - 1u]);
  stride = strides[0];
  for (unsigned l = 1; l < 32; ++l)
    if (w.addressOf(i, from[0], l) != address || strides[l] != stride) {
      w.report(Finding::Kind::Divergence, l, 0,
               "the lanes of a warp disagree on the matrix's address");
      return false;
    }
  return true;
}

/// One element of one lane, between a register and memory.
static bool moveElement(Warp &w, const Instruction &i, const WmmaLayout &layout,
                        Slot slot, unsigned bit, unsigned lane,
                        uint64_t address, bool write) {
  unsigned bytes = layout.bits / 8;
  Access access;
  if (!w.locate(i.space, address, bytes, lane, write, access) ||
      (!write && !w.checkWritten(i.space, address, bytes, lane, access)))
    return false;
  uint64_t value = write ? getElement(w, slot, layout.bits, bit, lane) : 0;
  bool same = write && std::memcmp(access.data, &value, bytes) == 0 &&
              all_of(ArrayRef(access.flags, bytes),
                     [](uint8_t flags) { return flags & writtenFlag; });
  w.note(access, address, bytes, lane, write ? Touching::Write : Touching::Read,
         false, same);
  if (write) {
    std::memcpy(access.data, &value, bytes);
    std::memset(access.flags, writtenFlag | kernelFlag, bytes);
    return true;
  }
  std::memcpy(&value, access.data, bytes);
  putElement(w, slot, layout.bits, bit, lane, value);
  return true;
}

template <bool Write>
static void move(Warp &w, const Instruction &i) {
  if (!allLanesHere(w, Write ? "wmma.store" : "wmma.load"))
    return;
  WmmaLayout layout =
      wmmaLayout(wmmaForms[i.bytes], WmmaRole(i.flags & 3), false);
  // The sums are dealt out by rows, whatever their layout in memory.
  bool byColumn = i.flags & ByColumn;
  layout.byColumn = byColumn && WmmaRole(i.flags & 3) != WmmaRole::Sum;
  const Slot *from = &i.operands[i.results];
  const Slot *registers = Write ? from + 1 : i.operands.data();
  uint64_t base, stride;
  if (!agreedOn(w, i, from, base, stride))
    return;
  uint64_t addresses[8][32];
  bool ok = true;
  eachElement(layout, [&](unsigned n, unsigned r, unsigned bit, unsigned l) {
    unsigned inner = layout.byColumn ? layout.rows : layout.columns;
    uint64_t major = n / inner, minor = n % inner;
    if (layout.byColumn != byColumn)
      std::swap(major, minor);
    uint64_t address = base + (major * stride + minor) * layout.bits / 8;
    if (bit == 0)
      addresses[r][l] = address;
    ok = ok && moveElement(w, i, layout, registers[r], bit, l, address, Write);
  });
  if (!ok)
    return;
  for (unsigned r = 0; r < layout.registers; ++r)
    countAccess(w, i, addresses[r], layout.registerBits() / 8, Write);
  for (unsigned r = 0; r < i.results; ++r)
    w.written[i.operands[r].index] = allLanes;
  ++w.pc;
}

static void addRegisters(Decoder &d, unsigned n, const WmmaLayout &layout,
                         bool result) {
  const ParsedOperand *whole = d.operand(n);
  ArrayRef<ParsedOperand> values(*whole);
  if (whole->kind == ParsedOperand::Kind::Vector)
    values = whole->elements;
  if (values.size() != layout.registers)
    return d.fail(whole->location,
                  "this matrix has " + Twine(layout.registers) +
                      " registers, not " + Twine(values.size()));
  for (const ParsedOperand &value : values)
    result ? d.result(value, layout.type()) : d.source(value, layout.type());
}

void decodeWmmaMove(Decoder &d, bool write) {
  int role = write ? 2 : d.takeOneOf({"a", "b", "c"});
  if (write)
    d.require("d");
  if (role < 0)
    return d.failHere("'wmma.load' needs .a, .b or .c");
  bool column = takeColumn(d);
  d.out.space = d.take("global")                            ? Space::Global
                : d.take("shared") || d.take("shared::cta") ? Space::Shared
                                                            : Space::Generic;
  StringRef shape = d.takeNext(), type = d.takeNext();
  const WmmaForm *form = WmmaRole(role) == WmmaRole::Sum
                             ? findWmmaForm(shape, "", type)
                             : findWmmaForm(shape, type, "");
  if (!form)
    return d.failHere("a matrix of '" + shape + "' and type '" + type +
                      "' is not supported");
  WmmaLayout layout = wmmaLayout(*form, WmmaRole(role), column);
  d.expectOperands(2, 3);
  if (d.failed())
    return;
  if (!write)
    addRegisters(d, 0, layout, /*result=*/true);
  d.address(write ? 0 : 1);
  if (write)
    addRegisters(d, 1, layout, false);
  ParsedOperand stride;
  stride.kind = ParsedOperand::Kind::Integer;
  stride.value = column ? layout.rows : layout.columns;
  d.source(d.operandCount() == 3 ? *d.operand(2) : stride,
           {TypeKind::Unsigned, 32});
  d.accesses(layout.bits / 8);
  d.out.bytes = uint8_t(form - wmmaForms);
  d.out.flags |= uint8_t(role | (column ? ByColumn : 0));
  d.out.control = true;
  d.out.handler = write ? move<true> : move<false>;
}

} // namespace ts::sim
