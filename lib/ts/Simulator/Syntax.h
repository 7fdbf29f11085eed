//===- Syntax.h - Tokens and instructions as they were written --*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The text's own shape, between the lexer and the decoder.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_SIMULATOR_SYNTAX_H
#define TS_LIB_SIMULATOR_SYNTAX_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <vector>

namespace ts::sim {

struct Location {
  unsigned line = 1, column = 1;
};

/// "line 3, column 7: message".
llvm::Error errorAt(Location location, const llvm::Twine &message);

struct Token {
  enum class Kind { Word, Integer, Single, Double, String, Punctuation, End };
  Kind kind = Kind::End;
  llvm::StringRef text;
  Location location;
  uint64_t value = 0; ///< the integer, or the bits of the float
  bool is(char punctuation) const {
    return kind == Kind::Punctuation && text[0] == punctuation;
  }
  bool isWord(llvm::StringRef word) const {
    return kind == Kind::Word && text == word;
  }
};

/// Splits PTX into tokens; words keep their dots, so that `ld.global.f32` and
/// `%tid.x` are one token each.
llvm::Expected<std::vector<Token>> tokenize(llvm::StringRef text);

struct ParsedOperand {
  enum class Kind { Register, Integer, Single, Double, Symbol, Vector, Sink };
  Kind kind = Kind::Sink;
  Location location;
  llvm::StringRef name;
  int reg = -1;    ///< index into the kernel's registers
  int second = -1; ///< the other predicate of `%p|%q`, if any
  uint64_t value = 0;
  int64_t offset = 0;
  bool address = false; ///< written in brackets
  bool negated = false; ///< `!%p`
  std::vector<ParsedOperand> elements;
};

struct ParsedInstruction {
  Location location;
  llvm::StringRef opcode; ///< up to the first dot
  llvm::SmallVector<llvm::StringRef, 6> modifiers;
  llvm::SmallVector<ParsedOperand, 5> operands;
  int guard = -1;
  bool guardNegated = false;
  unsigned callResults = 0; ///< of a call: operands before the name
  llvm::StringRef targets;  ///< of an indirect call: the list or the prototype
  std::vector<std::string> callees; ///< of a call: what may be called
  Location modifierLocation(llvm::StringRef modifier) const {
    return {location.line,
            location.column + unsigned(modifier.data() - opcode.data())};
  }
};

} // namespace ts::sim

#endif // TS_LIB_SIMULATOR_SYNTAX_H
