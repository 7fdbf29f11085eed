//===- Compile.h - From a parsed module to one that runs --------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Runs the steps one by one, so that each form can be dumped, and keeps what a
// run has to know of the forms on the way.
//
//===----------------------------------------------------------------------===//

#ifndef TS_RUNNER_COMPILE_H
#define TS_RUNNER_COMPILE_H

#include "ts/IR/TS.h"
#include "ts/Runner/BufferType.h"

#include "mlir/IR/BuiltinOps.h"

namespace ts {

struct CompileSettings {
  std::string chip = "rtx4090";
  unsigned isa = 89;
  std::string schedule;   ///< for products without one
  std::string dumpFolder; ///< one file per step, if not empty
  std::string tuningDb;   ///< instead of the one built in, if not empty
  /// Takes the first diagnostic instead of standard error, if not null.
  std::string *diagnostic = nullptr;
};

/// What a run has to know of a compiled module, which holds host code and
/// kernels when this is returned.
struct Compiled {
  std::string entry;
  std::vector<BufferType> arguments;
  ContractAttr contract; ///< null: nothing says what the function computes
  TargetAttr target;     ///< null for files that bring their own
  std::vector<std::string> schedules;
  /// How each of the scheduled products is computed: its precision, which
  /// `select` makes a mechanism where the contract has a wish.
  std::vector<std::string> mechanisms;
  std::vector<std::string> ptx; ///< of each module of kernels
};

/// Runs every step; each does nothing to IR that is past it already. The first
/// diagnostic becomes the error.
llvm::Expected<Compiled> compile(mlir::ModuleOp module, llvm::StringRef entry,
                                 const CompileSettings &settings);

} // namespace ts

#endif // TS_RUNNER_COMPILE_H
