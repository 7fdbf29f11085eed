//===- Body.cpp - The body of a kernel ------------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Registers, variables and labels of nested scopes, then the instructions one
// by one; these are decoded once every label is known.
//
//===----------------------------------------------------------------------===//

#include "Decode.h"
#include "Parser.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

#include <optional>

using namespace llvm;

namespace ts::sim {

namespace {
class BodyParser {
public:
  BodyParser(TokenStream &in, ModuleScope &module, Kernel &kernel)
      : in(in), symbols(module, kernel), kernel(kernel) {}
  Error run();

private:
  struct Scope {
    StringMap<int> registers;
  };

  Error parseStatement();
  Error parseRegisters();
  Error declare(const Twine &name, Type type, Location location);
  Error parseLocalVariable(bool shared);
  Error parseInstruction();
  Error parseGuard(ParsedInstruction &instruction);
  Error parseOperand(ParsedOperand &operand);
  Error parseAddress(ParsedOperand &operand);
  Error parseVector(ParsedOperand &operand);
  Error parseNumber(ParsedOperand &operand);
  Error parseName(ParsedOperand &operand);
  int find(StringRef name) const;

  TokenStream &in;
  Symbols symbols;
  Kernel &kernel;
  std::vector<Scope> scopes;
  std::vector<ParsedInstruction> instructions;
};
} // namespace

int BodyParser::find(StringRef name) const {
  for (const Scope &scope : reverse(scopes))
    if (auto found = scope.registers.find(name); found != scope.registers.end())
      return found->second;
  return -1;
}

Error BodyParser::declare(const Twine &name, Type type, Location location) {
  std::string text = name.str();
  int index = int(kernel.registers.size());
  if (!scopes.back().registers.try_emplace(text, index).second)
    return errorAt(location, "register '" + text + "' is declared twice");
  Slot slot = kernel.allocate(type, uint32_t(index));
  kernel.registers.push_back({std::move(text), type, slot});
  return Error::success();
}

Error BodyParser::parseRegisters() {
  std::optional<Type> type;
  if (in.peek().kind == Token::Kind::Word)
    type = typeNamed(in.peek().text);
  if (!type)
    return in.unexpected("a type of registers");
  if (type->bits == 8)
    return in.unexpected("registers of at least 16 bits");
  in.next();
  do {
    Location location = in.peek().location;
    StringRef name;
    if (Error error = in.expectWord("a register", name))
      return error;
    if (!in.accept('<')) {
      if (Error error = declare(name, *type, location))
        return error;
      continue;
    }
    uint64_t count;
    if (Error error = in.expectInteger(count))
      return error;
    if (count > 1u << 16)
      return errorAt(location, Twine(count) + " registers are too many");
    for (uint64_t i = 0; i < count; ++i)
      if (Error error = declare(name + Twine(i), *type, location))
        return error;
    if (Error error = in.expect('>'))
      return error;
  } while (in.accept(','));
  return in.expect(';');
}

Error BodyParser::parseLocalVariable(bool shared) {
  Location location = in.peek().location;
  Expected<Variable> variable = parseVariable(in);
  if (!variable)
    return variable.takeError();
  if (variable->initialised || variable->size == 0)
    return errorAt(location, "'" + variable->name +
                                 "' needs a size and no initial values");
  if (variable->size >> regionBits)
    return errorAt(location, "'" + variable->name + "' has " +
                                 Twine(variable->size) +
                                 " bytes, and 1048575 are the most");
  variable->shared = shared;
  variable->local = !shared;
  if (!symbols.declare(std::move(*variable)))
    return errorAt(location, "this variable is declared twice");
  return in.expect(';');
}

Error BodyParser::parseNumber(ParsedOperand &operand) {
  bool negative = in.accept('-');
  const Token &token = in.next();
  operand.value = token.value;
  switch (token.kind) {
  case Token::Kind::Integer:
    operand.kind = ParsedOperand::Kind::Integer;
    operand.value = negative ? 0 - token.value : token.value;
    return Error::success();
  case Token::Kind::Single:
    operand.kind = ParsedOperand::Kind::Single;
    operand.value ^= negative ? uint64_t(1) << 31 : 0;
    return Error::success();
  case Token::Kind::Double:
    operand.kind = ParsedOperand::Kind::Double;
    operand.value ^= negative ? uint64_t(1) << 63 : 0;
    return Error::success();
  default:
    return errorAt(token.location,
                   "expected an operand, found '" + token.text + "'");
  }
}

Error BodyParser::parseName(ParsedOperand &operand) {
  if (Error error = in.expectWord("an operand", operand.name))
    return error;
  operand.kind = ParsedOperand::Kind::Symbol;
  if (operand.name == "_")
    operand.kind = ParsedOperand::Kind::Sink;
  else if (operand.name == "WARP_SZ") {
    operand.kind = ParsedOperand::Kind::Integer;
    operand.value = 32;
  } else if (int found = find(operand.name); found >= 0) {
    operand.kind = ParsedOperand::Kind::Register;
    operand.reg = found;
  } else if (int special = symbols.special(operand.name); special >= 0) {
    operand.kind = ParsedOperand::Kind::Register;
    operand.reg = special;
  } else if (operand.name.starts_with("%")) {
    return errorAt(operand.location, "unknown register '" + operand.name + "'");
  }
  return Error::success();
}

Error BodyParser::parseAddress(ParsedOperand &operand) {
  if (in.peek().kind == Token::Kind::Word) {
    if (Error error = parseName(operand))
      return error;
  } else if (Error error = parseNumber(operand)) {
    return error;
  }
  operand.address = true;
  if (in.accept('+')) {
    ParsedOperand offset;
    if (Error error = parseNumber(offset))
      return error;
    operand.offset = int64_t(offset.value);
  } else if (in.accept('-')) {
    uint64_t offset;
    if (Error error = in.expectInteger(offset))
      return error;
    operand.offset = -int64_t(offset);
  }
  return in.expect(']');
}

Error BodyParser::parseVector(ParsedOperand &operand) {
  operand.kind = ParsedOperand::Kind::Vector;
  do {
    operand.elements.emplace_back();
    if (Error error = parseOperand(operand.elements.back()))
      return error;
  } while (in.accept(','));
  return in.expect('}');
}

Error BodyParser::parseOperand(ParsedOperand &operand) {
  operand.location = in.peek().location;
  if (in.accept('['))
    return parseAddress(operand);
  if (in.accept('{'))
    return parseVector(operand);
  operand.negated = in.accept('!');
  if (in.peek().kind != Token::Kind::Word)
    return parseNumber(operand);
  if (Error error = parseName(operand))
    return error;
  if (in.accept('|')) {
    ParsedOperand other;
    other.location = in.peek().location;
    if (Error error = parseName(other))
      return error;
    // A sink takes what the second result would be.
    operand.second = other.reg;
  }
  if (in.peek().is('+') && operand.kind == ParsedOperand::Kind::Symbol) {
    in.next();
    uint64_t offset;
    if (Error error = in.expectInteger(offset))
      return error;
    operand.offset = int64_t(offset);
  }
  return Error::success();
}

Error BodyParser::parseGuard(ParsedInstruction &instruction) {
  if (!in.accept('@'))
    return Error::success();
  instruction.guardNegated = in.accept('!');
  Location location = in.peek().location;
  StringRef name;
  if (Error error = in.expectWord("a predicate", name))
    return error;
  instruction.guard = find(name);
  if (instruction.guard < 0 ||
      !kernel.registers[instruction.guard].type.isPred())
    return errorAt(location, "'" + name + "' is not a predicate");
  return Error::success();
}

Error BodyParser::parseInstruction() {
  ParsedInstruction instruction;
  if (Error error = parseGuard(instruction))
    return error;
  instruction.location = in.peek().location;
  StringRef word;
  if (Error error = in.expectWord("an instruction", word))
    return error;
  SmallVector<StringRef, 8> parts;
  word.split(parts, '.');
  instruction.opcode = parts[0];
  instruction.modifiers.assign(parts.begin() + 1, parts.end());
  if (!in.peek().is(';')) {
    do {
      instruction.operands.emplace_back();
      if (Error error = parseOperand(instruction.operands.back()))
        return error;
    } while (in.accept(','));
  }
  if (Error error = in.expect(';'))
    return error;
  instructions.push_back(std::move(instruction));
  return Error::success();
}

Error BodyParser::parseStatement() {
  if (in.accept('{')) {
    scopes.emplace_back();
    return Error::success();
  }
  if (in.accept('}')) {
    scopes.pop_back();
    return Error::success();
  }
  if (in.accept(';'))
    return Error::success();
  if (in.acceptWord(".reg"))
    return parseRegisters();
  if (in.acceptWord(".shared"))
    return parseLocalVariable(/*shared=*/true);
  if (in.acceptWord(".local"))
    return parseLocalVariable(/*shared=*/false);
  if (in.acceptWord(".loc") || in.acceptWord(".file")) {
    in.skipLine();
    return Error::success();
  }
  if (in.acceptWord(".pragma")) {
    in.next();
    return in.expect(';');
  }
  const Token &token = in.peek();
  if (token.kind == Token::Kind::Word && token.text.starts_with("."))
    return errorAt(token.location, "unknown directive '" + token.text + "'");
  if (token.kind != Token::Kind::Word || !in.peek(1).is(':'))
    return parseInstruction();
  if (!symbols.label(token.text, uint32_t(instructions.size())))
    return errorAt(token.location,
                   "label '" + token.text + "' is defined twice");
  in.next(), in.next();
  return Error::success();
}

Error BodyParser::run() {
  kernel.registers.push_back({"", {TypeKind::Bits, 64}, {}});
  kernel.shared.emplace_back();
  kernel.local.emplace_back();
  if (!in.peek().is('{'))
    return in.unexpected("'{'");
  do {
    if (in.peek().kind == Token::Kind::End)
      return in.unexpected("'}'");
    if (Error error = parseStatement())
      return error;
  } while (!scopes.empty());
  for (const ParsedInstruction &instruction : instructions) {
    kernel.code.emplace_back();
    if (Error error = decode(instruction, symbols, kernel))
      return error;
  }
  // Running off the end is an exit.
  ParsedInstruction end;
  end.opcode = "exit";
  end.location = in.peek().location;
  kernel.code.emplace_back();
  return decode(end, symbols, kernel);
}

Error parseBody(TokenStream &in, ModuleScope &scope, Kernel &kernel) {
  return BodyParser(in, scope, kernel).run();
}

} // namespace ts::sim
