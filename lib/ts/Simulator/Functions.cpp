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

/// From behind `.func` to the body, or to the ';' of a declaration.
static Error parseSignature(TokenStream &in, Function &function) {
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
    if (!scope.functions.try_emplace(function.name, text).second)
      return errorAt(location,
                     "function '" + function.name + "' is defined twice");
    if (Error error = in.skipBraces())
      return error;
  }
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
  if (Error error = body.run())
    return error;
  function.entry = body.entry();
  function.complete = true;
  return Error::success();
}

Error needFunction(TokenStream &in, ModuleScope &scope, Kernel &kernel,
                   StringRef name, Location called) {
  unsigned depth = 0;
  for (const auto &known : kernel.functions) {
    if (known->name == name && known->complete)
      return Error::success();
    if (known->name == name)
      return errorAt(called, "recursive calls are not supported, and '" + name +
                                 "' calls itself");
    depth += known->complete ? 0 : 1;
  }
  // `assert` calls it; it has no text, and needs none.
  if (name == assertFunction)
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
  size_t back = in.mark();
  in.seek(text->second);
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
