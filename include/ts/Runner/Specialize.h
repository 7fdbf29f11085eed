//===- Specialize.h - Sizes from the command line ---------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A file may leave sizes open that a schedule has to know: the inputs of a run
// close them before anything is compiled.
//
//===----------------------------------------------------------------------===//

#ifndef TS_RUNNER_SPECIALIZE_H
#define TS_RUNNER_SPECIALIZE_H

#include "ts/Runner/InputSpec.h"

#include "mlir/IR/BuiltinOps.h"

namespace ts {

/// Gives the arguments of the entry function the sizes of their inputs, where
/// its types leave them open. Inputs that do not fit, and sizes that no input
/// gives, are errors.
llvm::Error specialize(mlir::ModuleOp module, llvm::StringRef entry,
                       llvm::ArrayRef<InputSpec> inputs);

} // namespace ts

#endif // TS_RUNNER_SPECIALIZE_H
