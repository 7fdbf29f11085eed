//===- Decode.cpp - The decoder's helpers ---------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Looking operands up and checking them against the instruction's types.
//
//===----------------------------------------------------------------------===//

#include "Decode.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace ts::sim {

Decoder::Decoder(const ParsedInstruction &parsed, Symbols &symbols,
                 Kernel &kernel)
    : out(kernel.code.back()), parsed(parsed), symbols(symbols), kernel(kernel),
      modifiers(parsed.modifiers) {
  out.line = parsed.location.line;
  if (parsed.guard < 0)
    return;
  out.guarded = true;
  out.guardNegated = parsed.guardNegated;
  out.guard = kernel.registers[parsed.guard].slot;
}

void Decoder::fail(Location location, const Twine &message) {
  if (complaint)
    return;
  complaint = message.str();
  complaintLocation = location;
}

Error Decoder::finish() {
  if (!complaint && !modifiers.empty())
    fail(parsed.modifierLocation(modifiers.front()),
         "unknown modifier '." + modifiers.front() + "' of '" + parsed.opcode +
             "'");
  if (!complaint && !out.handler)
    failHere("this form of '" + parsed.opcode + "' is not supported");
  if (complaint)
    return errorAt(complaintLocation, *complaint);
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Modifiers
//===----------------------------------------------------------------------===//

bool Decoder::take(StringRef modifier) {
  auto found = find(modifiers, modifier);
  if (found == modifiers.end())
    return false;
  modifiers.erase(found);
  return true;
}

void Decoder::require(StringRef modifier) {
  if (!take(modifier))
    failHere("'" + parsed.opcode + "' needs '." + modifier + "'");
}

StringRef Decoder::takeNext() {
  if (modifiers.empty()) {
    failHere("'" + parsed.opcode + "' needs more modifiers");
    return "";
  }
  StringRef first = modifiers.front();
  modifiers.erase(modifiers.begin());
  return first;
}

int Decoder::takeOneOf(ArrayRef<StringRef> names) {
  for (auto [index, name] : enumerate(names))
    if (take(name))
      return int(index);
  return -1;
}

std::optional<Type> Decoder::acceptType(StringRef kinds) {
  for (StringRef modifier : modifiers) {
    std::optional<Type> type = typeNamed(("." + modifier).str());
    if (!type)
      continue;
    if (!kinds.contains("busfphgHG"[unsigned(type->kind)]))
      return std::nullopt;
    take(modifier);
    return type;
  }
  return std::nullopt;
}

Type Decoder::takeType(StringRef kinds) {
  if (std::optional<Type> type = acceptType(kinds))
    return *type;
  // A type of another kind is the unknown modifier; none at all is this.
  for (StringRef modifier : modifiers)
    if (typeNamed(("." + modifier).str())) {
      fail(parsed.modifierLocation(modifier),
           "'" + parsed.opcode + "' has no form of type '." + modifier + "'");
      return {TypeKind::Bits, 32};
    }
  if (!modifiers.empty())
    fail(parsed.modifierLocation(modifiers.front()),
         "unknown modifier '." + modifiers.front() + "' of '" + parsed.opcode +
             "'");
  failHere("'" + parsed.opcode + "' needs a type");
  return {TypeKind::Bits, 32};
}

void Decoder::takeCacheHints() {
  static const StringRef hints[] = {"ca",
                                    "cg",
                                    "cs",
                                    "lu",
                                    "cv",
                                    "wb",
                                    "wt",
                                    "nc",
                                    "L1::evict_normal",
                                    "L1::evict_unchanged",
                                    "L1::evict_first",
                                    "L1::evict_last",
                                    "L1::no_allocate",
                                    "L2::evict_first",
                                    "L2::evict_last",
                                    "L2::evict_normal",
                                    "L2::64B",
                                    "L2::128B",
                                    "L2::256B"};
  for (StringRef hint : hints)
    take(hint);
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

const ParsedOperand *Decoder::operand(unsigned n) {
  static const ParsedOperand none;
  if (n < parsed.operands.size())
    return &parsed.operands[n];
  failHere("'" + parsed.opcode + "' has only " + Twine(parsed.operands.size()) +
           " operands");
  return &none;
}

void Decoder::expectOperands(unsigned least, unsigned most) {
  unsigned count = parsed.operands.size();
  if (count < least || count > most)
    failHere("'" + parsed.opcode + "' takes " + Twine(least) +
             (least == most ? Twine("") : " to " + Twine(most)) +
             " operands, not " + Twine(count));
}

void Decoder::add(Slot slot) {
  if (out.count == out.operands.size())
    return failHere("too many operands");
  out.operands[out.count++] = slot;
}

Slot Decoder::constant(Type type, uint64_t bits) {
  unsigned bytes = type.isPred() ? maskBytes : type.bytes();
  for (const Constant &known : kernel.constants)
    if (known.bits == bits && known.bytes == bytes && known.symbol < 0)
      return known.slot;
  Slot slot = kernel.allocate(type, 0);
  kernel.constants.push_back({slot, bytes, bits, -1});
  return slot;
}

Slot Decoder::sink(Type type) {
  uint32_t index = uint32_t(kernel.registers.size());
  Slot slot = kernel.allocate(type, index);
  kernel.registers.push_back({"_", type, slot});
  return slot;
}

Slot Decoder::registerSlot(const ParsedOperand &operand, Type type,
                           bool wider) {
  const Register &reg = kernel.registers[operand.reg];
  bool predicate = reg.type.isPred();
  if (reg.clock)
    fail(operand.location, "'" + reg.name + "' is read by 'mov' alone");
  if (predicate != type.isPred() ||
      (!predicate &&
       (wider ? reg.type.bits < type.bits : reg.type.bits != type.bits)))
    fail(operand.location,
         "register '" + operand.name + "' has " +
             (predicate ? "one bit" : std::to_string(reg.type.bits) + " bits") +
             ", and '" + parsed.opcode + "' needs " +
             (type.isPred() ? "a predicate"
                            : std::to_string(type.bits) + " bits"));
  return reg.slot;
}

Slot Decoder::number(const ParsedOperand &operand, Type type) {
  uint64_t bits = operand.value;
  bool single = operand.kind == ParsedOperand::Kind::Single;
  bool isDouble = operand.kind == ParsedOperand::Kind::Double;
  if (isDouble && type.bits == 32)
    bits = bit_cast<uint32_t>(float(bit_cast<double>(bits)));
  else if (single && type.isFloat() && type.bits == 64)
    bits = bit_cast<uint64_t>(double(bit_cast<float>(uint32_t(bits))));
  else if (operand.kind == ParsedOperand::Kind::Integer && type.isFloat())
    fail(operand.location,
         "an integer is not a value of type .f" + Twine(unsigned(type.bits)));
  if (type.isPred())
    bits = bits ? ~0u : 0;
  else if (type.bits < 64)
    bits &= (uint64_t(1) << type.bits) - 1;
  return constant(type, bits);
}

void Decoder::result(const ParsedOperand &operand, Type type, bool wider) {
  if (operand.kind == ParsedOperand::Kind::Sink) {
    add(sink(type));
  } else if (operand.kind == ParsedOperand::Kind::Register) {
    if (kernel.registers[operand.reg].slot.index == 0)
      fail(operand.location, "'" + operand.name + "' cannot be written");
    add(registerSlot(operand, type, wider));
  } else {
    fail(operand.location,
         "the result of '" + parsed.opcode + "' must be a register");
  }
  out.results = out.count;
}

void Decoder::source(const ParsedOperand &operand, Type type, bool wider) {
  using Kind = ParsedOperand::Kind;
  switch (operand.kind) {
  case Kind::Register:
    return add(registerSlot(operand, type, wider));
  case Kind::Integer:
  case Kind::Single:
  case Kind::Double:
    return add(number(operand, type));
  case Kind::Symbol: {
    if (std::optional<Slot> slot = symbols.frameVariable(operand.name)) {
      if (type.bits != 64 || (!operand.address && operand.offset))
        fail(operand.location, "this address of a recursive function's "
                               "variable is not supported");
      if (kernel.localBytes > mostLocalBytes)
        fail(operand.location,
             "'" + operand.name + "' is too large for a recursive function: " +
                 Twine(recursionLimit) + " of them are over " +
                 Twine(mostLocalBytes) + " bytes of local memory");
      return add(*slot);
    }
    std::optional<Constant> known = symbols.address(operand.name);
    if (!known)
      return fail(operand.location, "unknown name '" + operand.name + "'");
    if (type.isPred() || type.bits < 32)
      return fail(operand.location,
                  "an address does not fit into '" + parsed.opcode + "'");
    known->bytes = type.bytes();
    known->bits += operand.address ? 0 : uint64_t(operand.offset);
    known->slot = kernel.allocate(type, 0);
    kernel.constants.push_back(*known);
    return add(known->slot);
  }
  default:
    return fail(operand.location,
                "'" + parsed.opcode + "' cannot take this operand");
  }
}

void Decoder::result(unsigned n, Type type, bool wider) {
  result(*operand(n), type, wider);
}

void Decoder::source(unsigned n, Type type, bool wider) {
  source(*operand(n), type, wider);
}

unsigned Decoder::bitsOf(const ParsedOperand &operand) const {
  return operand.kind == ParsedOperand::Kind::Register
             ? kernel.registers[operand.reg].type.bits
             : 0;
}

void Decoder::address(unsigned n) {
  const ParsedOperand &from = *operand(n);
  if (!from.address)
    return fail(from.location, "expected an address in brackets");
  // Shared addresses may be held in 32 bits.
  unsigned bits = bitsOf(from) == 32 ? 32 : 64;
  if (bits == 32 && (out.space == Space::Generic || out.space == Space::Global))
    return fail(from.location, "an address of this space has 64 bits");
  out.immediate = from.offset;
  Type type{TypeKind::Bits, 64};
  if (bits == 64)
    return source(from, type);
  out.flags |= 0x80;
  source(from, {TypeKind::Bits, 32});
}

uint64_t Decoder::integer(unsigned n) {
  const ParsedOperand &from = *operand(n);
  if (from.kind != ParsedOperand::Kind::Integer)
    fail(from.location, "expected an integer");
  return from.value;
}

std::optional<uint32_t> Decoder::labelOf(const ParsedOperand &operand) const {
  return symbols.position(operand.name);
}

} // namespace ts::sim
