//===- Operands.cpp - The operands of instructions ------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Registers, numbers, names, addresses and vectors, as far as they can be told
// apart without knowing the instruction.
//
//===----------------------------------------------------------------------===//

#include "BodyParser.h"

using namespace llvm;

namespace ts::sim {

int BodyParser::find(StringRef name) const {
  for (const Scope &scope : reverse(scopes))
    if (auto found = scope.registers.find(name); found != scope.registers.end())
      return found->second;
  return -1;
}

StringRef BodyParser::findParameter(StringRef name) const {
  for (const Scope &scope : reverse(scopes))
    if (auto found = scope.parameters.find(name);
        found != scope.parameters.end())
      return found->second;
  return "";
}

/// Special registers of the PTX ISA that are not simulated: of clusters,
/// graphs, performance counters and drivers.
static bool isOtherSpecial(StringRef name) {
  static const StringRef prefixes[] = {"%envreg",
                                       "%pm",
                                       "%cluster",
                                       "%ncluster",
                                       "%is_explicit_cluster",
                                       "%aggr_smem_size",
                                       "%current_graph_exec"};
  return any_of(prefixes,
                [&](StringRef prefix) { return name.starts_with(prefix); });
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
  } else if (StringRef unique = findParameter(operand.name); !unique.empty()) {
    operand.name = unique;
  } else if (operand.name.starts_with("%")) {
    return errorAt(operand.location,
                   isOtherSpecial(operand.name)
                       ? "special register '" + operand.name +
                             "' is not simulated"
                       : "unknown register '" + operand.name + "'");
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

Error BodyParser::parseOperandList(ParsedInstruction &instruction) {
  do {
    instruction.operands.emplace_back();
    if (Error error = parseOperand(instruction.operands.back()))
      return error;
  } while (in.accept(','));
  return Error::success();
}

/// `(results), name, (parameters)`: the results come first among the operands,
/// then the name.
Error BodyParser::parseCall(ParsedInstruction &call) {
  if (in.accept('(')) {
    if (Error error = parseOperandList(call))
      return error;
    if (Error error = in.expect(')'))
      return error;
    if (Error error = in.expect(','))
      return error;
  }
  call.callResults = unsigned(call.operands.size());
  call.operands.emplace_back();
  ParsedOperand &callee = call.operands.back();
  callee.kind = ParsedOperand::Kind::Symbol;
  callee.location = in.peek().location;
  if (Error error = in.expectWord("a function's name", callee.name))
    return error;
  callee.reg = find(callee.name);
  bool indirect = callee.reg >= 0, more = in.accept(',');
  if (indirect)
    callee.kind = ParsedOperand::Kind::Register;
  if (more && in.accept('(')) {
    if (!in.accept(')')) {
      if (Error error = parseOperandList(call))
        return error;
      if (Error error = in.expect(')'))
        return error;
    }
    more = in.accept(',');
  }
  if (!indirect && more)
    return errorAt(in.peek().location,
                   "an indirect call alone has a prototype");
  if (indirect && !more)
    return in.unexpected("the prototype or the targets of an indirect call");
  return more
             ? in.expectWord("a prototype or a list of functions", call.targets)
             : Error::success();
}

} // namespace ts::sim
