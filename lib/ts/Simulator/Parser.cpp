//===- Parser.cpp - Module-level directives -------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Everything outside kernel bodies. A directive that is not named here is an
// error: what is skipped could change what the program means.
//
//===----------------------------------------------------------------------===//

#include "Parser.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

#include <optional>

using namespace llvm;

namespace ts::sim {

//===----------------------------------------------------------------------===//
// TokenStream
//===----------------------------------------------------------------------===//

Error TokenStream::unexpected(const Twine &what) const {
  const Token &token = peek();
  if (token.kind == Token::Kind::End)
    return errorAt(token.location, "expected " + what + ", found the end");
  return errorAt(token.location,
                 "expected " + what + ", found '" + token.text + "'");
}

Error TokenStream::expect(char punctuation) {
  if (accept(punctuation))
    return Error::success();
  return unexpected("'" + Twine(punctuation) + "'");
}

Error TokenStream::expectWord(StringRef what, StringRef &word) {
  if (peek().kind != Token::Kind::Word)
    return unexpected(what);
  word = next().text;
  return Error::success();
}

Error TokenStream::expectInteger(uint64_t &value) {
  if (peek().kind != Token::Kind::Integer)
    return unexpected("an integer");
  value = next().value;
  return Error::success();
}

void TokenStream::skipLine() {
  unsigned line = peek().location.line;
  while (peek().kind != Token::Kind::End && peek().location.line == line)
    next();
}

Error TokenStream::skipBraces() {
  Location start = peek().location;
  if (Error error = expect('{'))
    return error;
  for (unsigned depth = 1; depth;) {
    if (peek().kind == Token::Kind::End)
      return errorAt(start, "this '{' has no '}'");
    const Token &token = next();
    depth += token.is('{') ? 1 : 0;
    depth -= token.is('}') ? 1 : 0;
  }
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Modules
//===----------------------------------------------------------------------===//

namespace {
class ModuleParser {
public:
  ModuleParser(Module::Impl &module, TokenStream in)
      : module(module), in(std::move(in)) {}
  Error run();

private:
  Error parseHeader();
  Error parseTop();
  Error parseEntry();
  Error parseParameter(Kernel &kernel);
  Error parseLimits(Kernel &kernel);
  Error parseGlobal(bool external, bool constant);
  Error parseShared(bool external);
  Error declare(StringRef name, Location location);

  Module::Impl &module;
  TokenStream in;
  ModuleScope scope;
};
} // namespace

Error ModuleParser::parseHeader() {
  if (!in.acceptWord(".version"))
    return in.unexpected("'.version'");
  if (in.peek().kind != Token::Kind::Double)
    return in.unexpected("a PTX version");
  in.next();
  if (!in.acceptWord(".target"))
    return in.unexpected("'.target'");
  StringRef target;
  do {
    if (Error error = in.expectWord("a target", target))
      return error;
    if (!target.starts_with("sm_") && target != "debug")
      return errorAt(in.peek().location, "unknown target '" + target + "'");
    // `sm_90a` and the like end in a letter.
    if (target.consume_front("sm_") && target.consumeInteger(10, module.target))
      return errorAt(in.peek().location, "unknown target");
  } while (in.accept(','));
  if (in.acceptWord(".address_size")) {
    uint64_t size;
    if (Error error = in.expectInteger(size))
      return error;
    if (size != 64)
      return errorAt(in.peek().location, "an address size of " + Twine(size) +
                                             " is not supported, only 64");
  }
  return Error::success();
}

Error ModuleParser::parseTop() {
  if (in.acceptWord(".file") || in.acceptWord(".loc")) {
    in.skipLine();
    return Error::success();
  }
  if (in.acceptWord(".section")) {
    in.next();
    return in.skipBraces();
  }
  if (in.acceptWord(".pragma")) {
    in.next();
    return in.expect(';');
  }
  bool external = in.acceptWord(".extern");
  if (!external && !in.acceptWord(".visible") && !in.acceptWord(".weak"))
    in.acceptWord(".common");
  if (in.acceptWord(".entry"))
    return parseEntry();
  if (in.acceptWord(".func"))
    return skipFunction(in);
  if (in.acceptWord(".global"))
    return parseGlobal(external, /*constant=*/false);
  if (in.acceptWord(".const"))
    return parseGlobal(external, /*constant=*/true);
  if (in.acceptWord(".shared"))
    return parseShared(external);
  if (in.peek().kind == Token::Kind::Word)
    return errorAt(in.peek().location,
                   "unknown directive '" + in.peek().text + "'");
  return in.unexpected("a directive");
}

Error ModuleParser::declare(StringRef name, Location location) {
  if (scope.globals.count(name) || scope.shared.count(name))
    return errorAt(location, "'" + name + "' is declared twice");
  return Error::success();
}

Error ModuleParser::parseGlobal(bool external, bool constant) {
  Location location = in.peek().location;
  if (external)
    return errorAt(location, "an external global has no definition here");
  Expected<Variable> variable = parseVariable(in);
  if (!variable)
    return variable.takeError();
  if (Error error = declare(variable->name, location))
    return error;
  // Globals without initial values are zero, as the driver makes them.
  variable->initial.resize(variable->size);
  variable->constant = constant;
  scope.globals[variable->name] = int(module.globals.size());
  for (InitialAddress &pointer : variable->addresses) {
    auto found = scope.globals.find(pointer.name);
    auto function = scope.functions.find(pointer.name);
    if (found == scope.globals.end() && function == scope.functions.end())
      return errorAt(pointer.location,
                     "unknown global variable '" + pointer.name + "'");
    if (found != scope.globals.end()) {
      pointer.symbol = found->second;
      continue;
    }
    uint8_t *at = variable->initial.data() + pointer.offset;
    support::endian::write64le(at, support::endian::read64le(at) +
                                       function->second.address);
  }
  erase_if(variable->addresses,
           [](const InitialAddress &pointer) { return pointer.symbol < 0; });
  module.globals.push_back(std::move(*variable));
  return in.expect(';');
}

Error ModuleParser::parseShared(bool external) {
  Location location = in.peek().location;
  Expected<Variable> variable = parseVariable(in);
  if (!variable)
    return variable.takeError();
  if (Error error = declare(variable->name, location))
    return error;
  if (variable->initialised)
    return errorAt(location, "shared memory has no initial values");
  if (variable->size >> regionBits)
    return errorAt(location, "'" + variable->name + "' has " +
                                 Twine(variable->size) +
                                 " bytes, and 1048575 are the most");
  if (external != (variable->size == 0))
    return errorAt(location, external
                                 ? "an external shared array has no size here"
                                 : "only an external shared array may be '[]'");
  variable->shared = true;
  variable->dynamic = external;
  scope.shared[variable->name] = std::move(*variable);
  return in.expect(';');
}

Error ModuleParser::parseParameter(Kernel &kernel) {
  Type type;
  uint64_t align = 1, ignored;
  if (!in.acceptWord(".param"))
    return in.unexpected("'.param'");
  bool aligned = in.acceptWord(".align");
  if (aligned)
    if (Error error = in.expectInteger(align))
      return error;
  if (Error error = expectType(in, type))
    return error;
  if (in.acceptWord(".ptr")) {
    if (!in.acceptWord(".global") && !in.acceptWord(".shared"))
      in.acceptWord(".const") || in.acceptWord(".local");
    if (in.acceptWord(".align"))
      if (Error error = in.expectInteger(ignored))
        return error;
  }
  StringRef name;
  uint64_t count;
  if (Error error = in.expectWord("a parameter's name", name))
    return error;
  if (Error error = parseExtents(in, count))
    return error;
  unsigned size = unsigned(count * type.bytes());
  uint32_t base = uint32_t(alignTo(kernel.parameterBytes, 16));
  kernel.parameters.push_back({name.str(), size});
  kernel.parameterRegions.push_back({base, size, name.str()});
  kernel.parameterBytes = base + size;
  return Error::success();
}

Error ModuleParser::parseLimits(Kernel &kernel) {
  while (in.peek().kind == Token::Kind::Word) {
    StringRef name = in.peek().text;
    bool threads = name == ".reqntid" || name == ".maxntid";
    if (name == ".pragma") {
      in.next(), in.next();
      if (Error error = in.expect(';'))
        return error;
      continue;
    }
    if (!threads && name != ".minnctapersm" && name != ".maxnreg")
      return errorAt(in.peek().location, "unknown directive '" + name + "'");
    in.next();
    std::array<uint32_t, 3> values{1, 1, 1};
    unsigned count = 0;
    do {
      uint64_t value;
      if (Error error = in.expectInteger(value))
        return error;
      if (count == 3)
        return in.unexpected("at most three numbers");
      values[count++] = uint32_t(value);
    } while (in.accept(','));
    if (name == ".reqntid")
      kernel.required = values;
    else if (name == ".maxntid")
      kernel.maxThreads = values[0] * values[1] * values[2];
  }
  return Error::success();
}

Error ModuleParser::parseEntry() {
  auto kernel = std::make_unique<Kernel>();
  Location location = in.peek().location;
  StringRef name;
  if (Error error = in.expectWord("a kernel's name", name))
    return error;
  if (module.find(name))
    return errorAt(location, "kernel '" + name + "' is defined twice");
  kernel->name = name.str();
  kernel->parameterRegions.emplace_back();
  if (in.accept('(') && !in.accept(')')) {
    do {
      if (Error error = parseParameter(*kernel))
        return error;
    } while (in.accept(','));
    if (Error error = in.expect(')'))
      return error;
  }
  if (Error error = parseLimits(*kernel))
    return error;
  if (Error error = parseBody(in, scope, *kernel))
    return error;
  module.kernels.push_back(std::move(kernel));
  return Error::success();
}

Error ModuleParser::run() {
  if (Error error = parseHeader())
    return error;
  if (Error error = findFunctions(in, scope))
    return error;
  while (in.peek().kind != Token::Kind::End)
    if (Error error = parseTop())
      return error;
  return checkOtherFunctions(in, scope);
}

Error parseModule(Module::Impl &module) {
  Expected<std::vector<Token>> tokens = tokenize(module.text);
  if (!tokens)
    return tokens.takeError();
  return ModuleParser(module, TokenStream(std::move(*tokens))).run();
}

} // namespace ts::sim
