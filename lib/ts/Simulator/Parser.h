//===- Parser.h - Tokens to kernels -----------------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The parser of a module's directives, and of one kernel's body.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_SIMULATOR_PARSER_H
#define TS_LIB_SIMULATOR_PARSER_H

#include "Program.h"
#include "Syntax.h"

#include "llvm/ADT/StringSet.h"

#include <optional>

namespace ts::sim {

/// A stream of tokens with the usual helpers. Errors carry the location of the
/// token they are about.
class TokenStream {
public:
  explicit TokenStream(std::vector<Token> tokens) : tokens(std::move(tokens)) {}
  const Token &peek(unsigned ahead = 0) const {
    return tokens[std::min(position + ahead, tokens.size() - 1)];
  }
  const Token &next() {
    const Token &token = peek();
    position += position + 1 < tokens.size();
    return token;
  }
  bool accept(char punctuation) {
    bool found = peek().is(punctuation);
    if (found)
      next();
    return found;
  }
  bool acceptWord(llvm::StringRef word) {
    bool found = peek().isWord(word);
    if (found)
      next();
    return found;
  }
  llvm::Error expect(char punctuation);
  llvm::Error expectWord(llvm::StringRef what, llvm::StringRef &word);
  llvm::Error expectInteger(uint64_t &value);
  /// "expected WHAT, found 'TOKEN'" at the next token.
  llvm::Error unexpected(const llvm::Twine &what) const;
  /// `.loc` and `.file` end with their line.
  void skipLine();
  /// The tokens of `{ ... }`, from the opening brace.
  llvm::Error skipBraces();

  /// Where it is, and back to there.
  size_t mark() const { return position; }
  void seek(size_t mark) { position = mark; }

private:
  std::vector<Token> tokens;
  size_t position = 0;
};

/// The type a word such as ".b32" names, or none.
std::optional<Type> typeNamed(llvm::StringRef word);

/// The type of a variable or a parameter.
llvm::Error expectType(TokenStream &in, Type &type);

/// `[n][m]`: the product, 1 for none and 0 for `[]`.
llvm::Error parseExtents(TokenStream &in, uint64_t &count);

/// `.align N .type name[n] = {...}` of a variable, from behind the state space.
llvm::Expected<Variable> parseVariable(TokenStream &in);

/// What is known of a function before it is decoded.
struct FunctionText {
  size_t begin = 0;                          ///< behind `.func`
  std::vector<uint64_t> results, parameters; ///< sizes
  uint64_t address = 0;
  bool addressTaken = false;
};

/// What a kernel's body may refer to from outside.
struct ModuleScope {
  llvm::StringMap<int> globals; ///< index into Module::Impl::globals
  llvm::StringMap<Variable> shared;
  /// Functions with a body.
  llvm::StringMap<FunctionText> functions;
  llvm::StringSet<> decoded; ///< functions that some kernel calls
};

/// Parses the body from its opening brace, and decodes it into `kernel`.
llvm::Error parseBody(TokenStream &in, ModuleScope &scope, Kernel &kernel);

/// Makes all functions of the module known, wherever they are defined. The
/// stream ends where it began.
llvm::Error findFunctions(TokenStream &in, ModuleScope &scope);

/// From behind `.func` to the body, or to the ';' of a declaration.
llvm::Error parseSignature(TokenStream &in, Function &function);

/// Sizes of parameters or results.
std::vector<uint64_t> sizesOf(const std::vector<Formal> &formals);

/// Skips a function from behind `.func`.
llvm::Error skipFunction(TokenStream &in);

/// What a failed `assert` of CUDA calls.
constexpr char assertFunction[] = "__assertfail";
/// What `printf` of CUDA calls.
constexpr char printFunction[] = "vprintf";

/// Decodes the function into the kernel, unless that has been done.
llvm::Error needFunction(TokenStream &in, ModuleScope &scope, Kernel &kernel,
                         llvm::StringRef name, Location called);

/// Decodes functions that no kernel calls, for the errors in them.
llvm::Error checkOtherFunctions(TokenStream &in, ModuleScope &scope);

/// Parses a whole module into `module`, whose text is already there.
llvm::Error parseModule(Module::Impl &module);

} // namespace ts::sim

#endif // TS_LIB_SIMULATOR_PARSER_H
