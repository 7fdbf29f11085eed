//===- Body.cpp - The body of a kernel or a function ----------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Registers, variables and labels of nested scopes, then the instructions one
// by one; these are decoded once every label is known.
//
//===----------------------------------------------------------------------===//

#include "BodyParser.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

#include <optional>

using namespace llvm;

namespace ts::sim {

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

/// A variable that parameters of a call are put into, or of a function are
/// found in: memory of each lane, under a name of its own.
Error BodyParser::declareParameter(Variable variable, Location location) {
  if (variable.initialised || variable.size == 0 || variable.size >> regionBits)
    return errorAt(location, "parameter '" + variable.name +
                                 "' needs a size below 1 MiB and no initial "
                                 "values");
  std::string name = variable.name;
  names.push_back(name + "@" + std::to_string(names.size()));
  if (!scopes.back().parameters.try_emplace(name, names.back()).second)
    return errorAt(location, "parameter '" + name + "' is declared twice");
  variable.name = names.back();
  variable.local = variable.parameter = true;
  symbols.declare(std::move(variable));
  return Error::success();
}

Error BodyParser::parseParameter() {
  Location location = in.peek().location;
  Expected<Variable> variable = parseVariable(in);
  if (!variable)
    return variable.takeError();
  if (Error error = declareParameter(std::move(*variable), location))
    return error;
  return in.expect(';');
}

Error BodyParser::declareFormal(Formal &formal, Location location) {
  if (formal.inRegister) {
    if (Error error = declare(formal.variable.name, formal.type, location))
      return error;
    formal.slot = kernel.registers.back().slot;
    return Error::success();
  }
  if (Error error = declareParameter(formal.variable, location))
    return error;
  formal.base = *symbols.localOffset(names.back());
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
  // First, because operands of an unknown one may be of an unknown form.
  if (Error error = checkOpcode(instruction))
    return error;
  if (instruction.opcode == "call") {
    if (Error error = parseCall(instruction))
      return error;
  } else if (!in.peek().is(';')) {
    if (Error error = parseOperandList(instruction))
      return error;
  }
  if (Error error = in.expect(';'))
    return error;
  instructions.push_back(std::move(instruction));
  return Error::success();
}

/// What begins with a dot.
Error BodyParser::parseDirective(const Token &token) {
  if (in.acceptWord(".reg"))
    return parseRegisters();
  if (in.acceptWord(".shared"))
    return parseLocalVariable(/*shared=*/true);
  if (in.acceptWord(".local"))
    return parseLocalVariable(/*shared=*/false);
  if (in.acceptWord(".param"))
    return parseParameter();
  if (in.acceptWord(".loc") || in.acceptWord(".file")) {
    in.skipLine();
    return Error::success();
  }
  if (in.acceptWord(".pragma")) {
    in.next();
    return in.expect(';');
  }
  return errorAt(token.location, "unknown directive '" + token.text + "'");
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
  const Token &token = in.peek();
  if (token.kind == Token::Kind::Word && token.text.starts_with("."))
    return parseDirective(token);
  if (token.kind != Token::Kind::Word || !in.peek(1).is(':'))
    return parseInstruction();
  if (!symbols.label(token.text, uint32_t(instructions.size())))
    return errorAt(token.location,
                   "label '" + token.text + "' is defined twice");
  StringRef label = token.text;
  in.next(), in.next();
  return parseList(label);
}

/// `.branchtargets`, `.calltargets` and `.callprototype`, behind their label.
Error BodyParser::parseList(StringRef label) {
  bool branches = in.acceptWord(".branchtargets");
  Targets targets;
  if (!branches && in.acceptWord(".callprototype")) {
    targets.prototype = true;
    if (Error error = parseSignature(in, targets.signature))
      return error;
    callTargets[label] = std::move(targets);
    return in.expect(';');
  }
  if (!branches && !in.acceptWord(".calltargets"))
    return Error::success();
  do {
    targets.names.emplace_back();
    if (Error error = in.expectWord("a name", targets.names.back()))
      return error;
  } while (in.accept(','));
  if (branches)
    symbols.branchTable(label, std::move(targets.names));
  else
    callTargets[label] = std::move(targets);
  return in.expect(';');
}

/// The functions that the call may be one of.
Error BodyParser::findCallees(ParsedInstruction &call) {
  const ParsedOperand &callee = call.operands[call.callResults];
  if (callee.kind != ParsedOperand::Kind::Register) {
    call.callees.push_back(callee.name.str());
    return Error::success();
  }
  auto found = callTargets.find(call.targets);
  if (found == callTargets.end())
    return errorAt(callee.location, "unknown prototype or list of functions '" +
                                        call.targets + "'");
  const Targets &targets = found->second;
  for (StringRef name : targets.names)
    call.callees.push_back(name.str());
  // Of those that fit, each whose address may have come here.
  for (const auto &entry : module.functions) {
    const FunctionText &text = entry.second;
    if (targets.prototype && text.addressTaken &&
        text.results == sizesOf(targets.signature.results) &&
        text.parameters == sizesOf(targets.signature.parameters))
      call.callees.push_back(entry.first().str());
  }
  llvm::sort(call.callees);
  return Error::success();
}

/// Functions that are called come first: lanes in them are behind those that
/// wait for their return, and run until they have caught up.
Error BodyParser::decodeAll() {
  if (function)
    function->lastRegister = uint32_t(kernel.registers.size());
  for (ParsedInstruction &instruction : instructions) {
    if (instruction.opcode != "call")
      continue;
    if (Error error = findCallees(instruction))
      return error;
    Location location = instruction.operands[instruction.callResults].location;
    for (const std::string &callee : instruction.callees)
      if (Error error = needFunction(in, module, kernel, callee, location))
        return error;
  }
  symbols.start = uint32_t(kernel.code.size());
  if (function)
    function->entry = symbols.start;
  for (const ParsedInstruction &instruction : instructions) {
    kernel.code.emplace_back();
    if (Error error = decode(instruction, symbols, kernel))
      return error;
  }
  return Error::success();
}

Error BodyParser::run() {
  if (!in.peek().is('{'))
    return in.unexpected("'{'");
  size_t outside = scopes.size();
  do {
    if (in.peek().kind == Token::Kind::End)
      return in.unexpected("'}'");
    if (Error error = parseStatement())
      return error;
  } while (scopes.size() > outside);
  // Running off the end is a return.
  instructions.emplace_back();
  instructions.back().opcode = "ret";
  instructions.back().location = in.peek().location;
  return decodeAll();
}

Error parseBody(TokenStream &in, ModuleScope &scope, Kernel &kernel) {
  kernel.makeEmpty();
  BodyParser body(in, scope, kernel);
  if (Error error = body.run())
    return error;
  kernel.entry = body.entry();
  return Error::success();
}

} // namespace ts::sim
