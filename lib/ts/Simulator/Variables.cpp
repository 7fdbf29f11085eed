//===- Variables.cpp - Types and variables --------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// What the declarations of parameters, of variables of the module, and of
// variables of a kernel have in common.
//
//===----------------------------------------------------------------------===//

#include "Parser.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/MathExtras.h"

#include <optional>

using namespace llvm;

namespace ts::sim {

std::optional<Type> typeNamed(StringRef word) {
  using K = TypeKind;
  return StringSwitch<std::optional<Type>>(word)
      .Case(".pred", Type{K::Pred, 1})
      .Case(".b8", Type{K::Bits, 8})
      .Case(".b16", Type{K::Bits, 16})
      .Case(".b32", Type{K::Bits, 32})
      .Case(".b64", Type{K::Bits, 64})
      .Case(".u8", Type{K::Unsigned, 8})
      .Case(".u16", Type{K::Unsigned, 16})
      .Case(".u32", Type{K::Unsigned, 32})
      .Case(".u64", Type{K::Unsigned, 64})
      .Case(".s8", Type{K::Signed, 8})
      .Case(".s16", Type{K::Signed, 16})
      .Case(".s32", Type{K::Signed, 32})
      .Case(".s64", Type{K::Signed, 64})
      .Case(".f32", Type{K::Float, 32})
      .Case(".f64", Type{K::Float, 64})
      .Case(".f16", Type{K::Half, 16})
      .Case(".bf16", Type{K::BFloat, 16})
      .Case(".f16x2", Type{K::Half2, 32})
      .Case(".bf16x2", Type{K::BFloat2, 32})
      .Default(std::nullopt);
}

/// The type of a variable, a parameter or a register.
Error expectType(TokenStream &in, Type &type) {
  std::optional<Type> named;
  if (in.peek().kind == Token::Kind::Word)
    named = typeNamed(in.peek().text);
  if (!named)
    return in.unexpected("a type");
  type = *named;
  in.next();
  return Error::success();
}

static void putInitial(Variable &variable, Type type, uint64_t bits) {
  for (unsigned i = 0; i < type.bytes(); ++i)
    variable.initial.push_back(uint8_t(bits >> (8 * i)));
}

/// `name`, `generic(name)`, either with `+ offset`. Addresses of globals are
/// generic ones here.
static Error parseInitialAddress(TokenStream &in, Type type,
                                 Variable &variable) {
  if (type.bits != 64 || type.isFloat())
    return in.unexpected("a number (addresses have 64 bits)");
  bool generic = in.acceptWord("generic");
  if (generic)
    if (Error error = in.expect('('))
      return error;
  InitialAddress pointer;
  pointer.location = in.peek().location;
  pointer.offset = variable.initial.size();
  StringRef name;
  if (Error error = in.expectWord("a variable's name", name))
    return error;
  pointer.name = name.str();
  if (generic)
    if (Error error = in.expect(')'))
      return error;
  uint64_t offset = 0;
  if (in.accept('+')) {
    bool negative = in.accept('-');
    if (Error error = in.expectInteger(offset))
      return error;
    offset = negative ? 0 - offset : offset;
  }
  variable.addresses.push_back(std::move(pointer));
  putInitial(variable, type, offset);
  return Error::success();
}

/// One initial value, converted to the element's type.
static Error parseInitialValue(TokenStream &in, Type type, Variable &variable) {
  if (in.peek().kind == Token::Kind::Word)
    return parseInitialAddress(in, type, variable);
  bool negative = in.accept('-');
  const Token &token = in.peek();
  uint64_t bits = token.value;
  if (token.kind == Token::Kind::Double && type.bits == 32) {
    float narrow = float(bit_cast<double>(bits));
    bits = bit_cast<uint32_t>(narrow);
    bits ^= negative ? uint64_t(1) << 31 : 0;
  } else if (token.kind == Token::Kind::Double) {
    bits ^= negative ? uint64_t(1) << 63 : 0;
  } else if (token.kind == Token::Kind::Integer) {
    bits = negative ? 0 - bits : bits;
  } else if (token.kind != Token::Kind::Single) {
    return in.unexpected("a number or an address");
  }
  in.next();
  putInitial(variable, type, bits);
  return Error::success();
}

static Error parseInitialValues(TokenStream &in, Type type,
                                Variable &variable) {
  if (!in.accept('{'))
    return parseInitialValue(in, type, variable);
  do {
    if (in.peek().is('{')) {
      if (Error error = parseInitialValues(in, type, variable))
        return error;
    } else if (Error error = parseInitialValue(in, type, variable)) {
      return error;
    }
  } while (in.accept(','));
  return in.expect('}');
}

/// `[n][m]`: the product, 0 for `[]`.
Error parseExtents(TokenStream &in, uint64_t &count) {
  count = 1;
  while (in.accept('[')) {
    uint64_t extent = 0;
    if (!in.peek().is(']'))
      if (Error error = in.expectInteger(extent))
        return error;
    if (extent > (uint64_t(1) << 32))
      return in.unexpected("an array of at most 2^32 elements");
    count *= extent;
    if (Error error = in.expect(']'))
      return error;
  }
  return Error::success();
}

/// `.attribute(.managed)`: the host's view of it is not ours.
static Error parseAttribute(TokenStream &in) {
  if (Error error = in.expect('('))
    return error;
  if (!in.acceptWord(".managed"))
    return in.unexpected("'.managed'");
  return in.expect(')');
}

Expected<Variable> parseVariable(TokenStream &in) {
  Variable variable;
  Type type;
  if (in.acceptWord(".attribute"))
    if (Error error = parseAttribute(in))
      return std::move(error);
  bool aligned = in.acceptWord(".align");
  if (aligned)
    if (Error error = in.expectInteger(variable.align))
      return std::move(error);
  if (variable.align == 0 || !isPowerOf2_64(variable.align))
    return in.unexpected("an alignment that is a power of 2");
  unsigned vector = in.acceptWord(".v4") ? 4 : in.acceptWord(".v2") ? 2 : 1;
  if (Error error = expectType(in, type))
    return std::move(error);
  if (type.isPred())
    return in.unexpected("a type other than .pred");
  if (!aligned)
    variable.align = type.bytes() * vector;
  StringRef name;
  if (Error error = in.expectWord("a name", name))
    return std::move(error);
  variable.name = name.str();
  uint64_t count;
  if (Error error = parseExtents(in, count))
    return std::move(error);
  variable.size = count * type.bytes() * vector;
  if (in.accept('=')) {
    variable.initialised = true;
    if (Error error = parseInitialValues(in, type, variable))
      return std::move(error);
    if (variable.size == 0)
      variable.size = variable.initial.size();
    if (variable.initial.size() > variable.size)
      return in.unexpected("no more initial values than elements");
    variable.initial.resize(variable.size);
  }
  return variable;
}

} // namespace ts::sim
