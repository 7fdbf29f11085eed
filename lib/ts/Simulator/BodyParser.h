//===- BodyParser.h - The body of a kernel or a function --------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Statements are in Body.cpp, operands in Operands.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_SIMULATOR_BODYPARSER_H
#define TS_LIB_SIMULATOR_BODYPARSER_H

#include "Decode.h"
#include "Parser.h"

#include <deque>

namespace ts::sim {

class BodyParser {
public:
  BodyParser(TokenStream &in, ModuleScope &module, Kernel &kernel,
             Function *function = nullptr)
      : in(in), module(module), symbols(module, kernel, function),
        kernel(kernel), function(function) {
    scopes.emplace_back();
  }
  /// A parameter or a result of the function whose body this is.
  llvm::Error declareFormal(Formal &formal, Location location);
  llvm::Error run();
  /// The position of its first instruction, once it has run.
  uint32_t entry() const { return symbols.start; }

private:
  struct Scope {
    llvm::StringMap<int> registers;
    /// Parameters of calls: names are used again and again.
    llvm::StringMap<llvm::StringRef> parameters;
  };

  /// What an indirect call may call: functions by name, or all that fit.
  struct Targets {
    std::vector<llvm::StringRef> names;
    bool prototype = false;
    Function signature;
  };

  llvm::Error parseStatement();
  llvm::Error parseList(llvm::StringRef label);
  llvm::Error findCallees(ParsedInstruction &call);
  llvm::Error parseDirective(const Token &token);
  llvm::Error parseRegisters();
  llvm::Error declare(const llvm::Twine &name, Type type, Location location);
  llvm::Error parseLocalVariable(bool shared);
  llvm::Error parseParameter();
  llvm::Error declareParameter(Variable variable, Location location);
  llvm::Error parseInstruction();
  llvm::Error parseGuard(ParsedInstruction &instruction);
  llvm::Error parseCall(ParsedInstruction &instruction);
  llvm::Error parseOperandList(ParsedInstruction &instruction);
  llvm::Error parseOperand(ParsedOperand &operand);
  llvm::Error parseAddress(ParsedOperand &operand);
  llvm::Error parseVector(ParsedOperand &operand);
  llvm::Error parseNumber(ParsedOperand &operand);
  llvm::Error parseName(ParsedOperand &operand);
  int find(llvm::StringRef name) const;
  /// The unique name of a parameter of a call, or "".
  llvm::StringRef findParameter(llvm::StringRef name) const;
  llvm::Error decodeAll();

  TokenStream &in;
  ModuleScope &module;
  Symbols symbols;
  Kernel &kernel;
  Function *function; ///< whose body this is; null in a kernel's
  std::vector<Scope> scopes;
  llvm::StringMap<Targets> callTargets;
  std::vector<ParsedInstruction> instructions;
  std::deque<std::string> names; ///< of parameters, each once
};

} // namespace ts::sim

#endif // TS_LIB_SIMULATOR_BODYPARSER_H
