//===- DecodeSpecial.cpp - What few instructions need of the decoder ------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Parameters of calls, the condition code, matrices of many registers, and what
// the checks want to know of a kernel as a whole.
//
//===----------------------------------------------------------------------===//

#include "Decode.h"

using namespace llvm;

namespace ts::sim {

void Decoder::accesses(unsigned bytes) {
  bool global = out.space == Space::Global || out.space == Space::Generic;
  kernel.touchesPartsOfWords |= global && bytes < 4;
}

void Decoder::communicates() {
  kernel.communicates |=
      out.space == Space::Global || out.space == Space::Generic;
}

bool Decoder::isLocalParameter(unsigned n) {
  return symbols.localOffset(operand(n)->name).has_value();
}

Place Decoder::placeOf(const ParsedOperand &operand, unsigned bytes,
                       bool isResult) {
  if (operand.kind == ParsedOperand::Kind::Symbol) {
    std::optional<uint32_t> offset = symbols.localOffset(operand.name);
    if (!offset)
      fail(operand.location, "unknown parameter '" + operand.name + "'");
    else if (symbols.localSize(operand.name) != bytes)
      fail(operand.location, "'" + operand.name + "' has " +
                                 Twine(symbols.localSize(operand.name)) +
                                 " bytes, and the function wants " +
                                 Twine(bytes));
    return {true, offset.value_or(0), 0};
  }
  Type type{TypeKind::Bits, uint8_t(bytes * 8)};
  if (bytes != 2 && bytes != 4 && bytes != 8) {
    fail(operand.location, "this parameter does not fit into a register");
    return {};
  }
  isResult ? result(operand, type) : source(operand, type);
  if (failed())
    return {};
  Slot slot = out.operands[out.count - 1];
  return {false, slot.offset, slot.index};
}

CallSite &Decoder::newCall() {
  kernel.calls.push_back(std::make_unique<CallSite>());
  return *kernel.calls.back();
}

const std::vector<uint32_t> *Decoder::branchTable(const ParsedOperand &list) {
  const std::vector<StringRef> *labels = symbols.findTable(list.name);
  if (!labels) {
    fail(list.location, "unknown list of labels '" + list.name + "'");
    return nullptr;
  }
  kernel.branchTables.push_back(std::make_unique<std::vector<uint32_t>>());
  for (StringRef label : *labels) {
    std::optional<uint32_t> position = symbols.position(label);
    if (!position)
      fail(list.location,
           "unknown label '" + label + "' in '" + list.name + "'");
    kernel.branchTables.back()->push_back(position.value_or(0));
  }
  return kernel.branchTables.back().get();
}

std::optional<Special> Decoder::clockOf(const ParsedOperand &operand) const {
  if (operand.kind != ParsedOperand::Kind::Register)
    return std::nullopt;
  return kernel.registers[operand.reg].clock;
}

void Decoder::conditionCode(bool isResult) {
  if (!kernel.conditionCode)
    kernel.conditionCode = sink({TypeKind::Pred, 1});
  add(*kernel.conditionCode);
  if (isResult)
    out.results = out.count;
}

std::vector<Slot> Decoder::slots(unsigned n, unsigned count, Type type,
                                 bool result) {
  const ParsedOperand *whole = operand(n);
  ArrayRef<ParsedOperand> values(*whole);
  if (whole->kind == ParsedOperand::Kind::Vector)
    values = whole->elements;
  if (values.size() != count)
    fail(whole->location, "this matrix has " + Twine(count) +
                              " registers, not " + Twine(values.size()));
  std::vector<Slot> found;
  for (const ParsedOperand &value : values) {
    if (value.kind != ParsedOperand::Kind::Register) {
      fail(value.location, "a matrix is held in registers");
      continue;
    }
    found.push_back(registerSlot(value, type, false));
    if (result && found.back().index == 0)
      fail(value.location, "'" + value.name + "' cannot be written");
  }
  return found;
}

Fragments &Decoder::newFragments() {
  kernel.fragments.push_back(std::make_unique<Fragments>());
  return *kernel.fragments.back();
}

} // namespace ts::sim
