//===- Functions.cpp - Functions that kernels call ------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A function is parsed anew for each kernel that calls it, once, and becomes a
// part of that kernel's code. Its text may come before or after the kernel's.
//
//===----------------------------------------------------------------------===//

#include "BodyParser.h"

using namespace llvm;

namespace ts::sim {

/// Deeper nesting would be a chain of calls that no program has.
static constexpr unsigned maxCallDepth = 64;

/// `.param .align 8 .b8 name[24]` or `.reg .b32 name`.
static Error parseFormal(TokenStream &in, Formal &formal) {
  formal.inRegister = in.acceptWord(".reg");
  if (!formal.inRegister && !in.acceptWord(".param"))
    return in.unexpected("'.param' or '.reg'");
  if (!formal.inRegister) {
    Expected<Variable> variable = parseVariable(in);
    if (!variable)
      return variable.takeError();
    formal.variable = std::move(*variable);
    return Error::success();
  }
  if (Error error = expectType(in, formal.type))
    return error;
  if (formal.type.isPred() || formal.type.bits < 16)
    return in.unexpected("a register of 16 to 64 bits");
  StringRef name;
  if (Error error = in.expectWord("a register", name))
    return error;
  formal.variable.name = name.str();
  formal.variable.size = formal.type.bytes();
  return Error::success();
}

static Error parseFormals(TokenStream &in, std::vector<Formal> &formals) {
  if (!in.accept('(') || in.accept(')'))
    return Error::success();
  do {
    formals.emplace_back();
    if (Error error = parseFormal(in, formals.back()))
      return error;
  } while (in.accept(','));
  return in.expect(')');
}

std::vector<uint64_t> sizesOf(const std::vector<Formal> &formals) {
  std::vector<uint64_t> sizes;
  for (const Formal &formal : formals)
    sizes.push_back(formal.variable.size);
  return sizes;
}

Error parseSignature(TokenStream &in, Function &function) {
  if (Error error = parseFormals(in, function.results))
    return error;
  StringRef name;
  if (Error error = in.expectWord("a function's name", name))
    return error;
  function.name = name.str();
  if (Error error = parseFormals(in, function.parameters))
    return error;
  in.acceptWord(".noreturn");
  return Error::success();
}

Error skipFunction(TokenStream &in) {
  Function ignored;
  if (Error error = parseSignature(in, ignored))
    return error;
  return in.accept(';') ? Error::success() : in.skipBraces();
}

/// Functions that are named where none is called or defined: after a ',' that
/// no results of a call precede, or in a list of initial values.
static void findAddresses(TokenStream &in, ModuleScope &scope) {
  Token before, last;
  while (in.peek().kind != Token::Kind::End) {
    Token token = in.next();
    bool named = last.is('{') || last.is('=') || last.is('(') ||
                 (last.is(',') && !before.is(')'));
    if (token.kind == Token::Kind::Word && named)
      if (auto found = scope.functions.find(token.text);
          found != scope.functions.end())
        found->second.addressTaken = true;
    before = last;
    last = token;
  }
}

Error findFunctions(TokenStream &in, ModuleScope &scope) {
  size_t begin = in.mark();
  while (in.peek().kind != Token::Kind::End) {
    if (!in.next().isWord(".func"))
      continue;
    size_t text = in.mark();
    Location location = in.peek().location;
    Function function;
    if (Error error = parseSignature(in, function))
      return error;
    if (in.accept(';'))
      continue;
    FunctionText known{
        text, sizesOf(function.results), sizesOf(function.parameters),
        functionWindow + functionBytes * (scope.functions.size() + 1)};
    if (!scope.functions.try_emplace(function.name, known).second)
      return errorAt(location,
                     "function '" + function.name + "' is defined twice");
    if (Error error = in.skipBraces())
      return error;
  }
  in.seek(begin);
  findAddresses(in, scope);
  in.seek(begin);
  return Error::success();
}

static Error parseFunction(TokenStream &in, ModuleScope &scope, Kernel &kernel,
                           Function &function) {
  Location location = in.peek().location;
  if (Error error = parseSignature(in, function))
    return error;
  Type position{TypeKind::Bits, 32};
  function.firstRegister = uint32_t(kernel.registers.size());
  function.returnTo = kernel.allocate(position, function.firstRegister);
  kernel.registers.push_back({function.name, position, function.returnTo});
  BodyParser body(in, scope, kernel, &function);
  for (std::vector<Formal> *formals : {&function.results, &function.parameters})
    for (Formal &formal : *formals)
      if (Error error = body.declareFormal(formal, location))
        return error;
  function.declared = true;
  if (Error error = body.run())
    return error;
  function.complete = true;
  return Error::success();
}

Error needFunction(TokenStream &in, ModuleScope &scope, Kernel &kernel,
                   StringRef name, Location called) {
  unsigned depth = 0;
  const Function *again = nullptr;
  for (const auto &known : kernel.functions) {
    again = known->name == name ? known.get() : again;
    depth += known->complete ? 0 : 1;
  }
  // All that are not complete have called their way to here, and may be on a
  // way back to themselves.
  if (again && (!again->complete || again->recursive))
    for (const auto &known : kernel.functions)
      known->recursive |= !known->complete;
  // `assert` and `printf` call functions without a text.
  if (again || name == assertFunction || name == printFunction)
    return Error::success();
  auto text = scope.functions.find(name);
  if (text == scope.functions.end())
    return errorAt(called, "function '" + name + "' is not defined here");
  if (depth == maxCallDepth)
    return errorAt(called, "calls nest deeper than " + Twine(maxCallDepth));
  scope.decoded.insert(name);
  kernel.functions.push_back(std::make_unique<Function>());
  Function &function = *kernel.functions.back();
  function.name = name.str();
  function.number = uint32_t(kernel.functions.size() - 1);
  function.address = text->second.address;
  size_t back = in.mark();
  in.seek(text->second.begin);
  if (Error error = parseFunction(in, scope, kernel, function))
    return error;
  in.seek(back);
  return Error::success();
}

Error checkOtherFunctions(TokenStream &in, ModuleScope &scope) {
  for (const auto &entry : scope.functions) {
    if (scope.decoded.contains(entry.first()))
      continue;
    Kernel kernel;
    kernel.makeEmpty();
    if (Error error = needFunction(in, scope, kernel, entry.first(), {}))
      return error;
  }
  return Error::success();
}

} // namespace ts::sim
