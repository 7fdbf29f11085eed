//===- Entry.h - The function that is run -----------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Which function of a module is the entry, what its arguments are, and what it
// promises to compute.
//
//===----------------------------------------------------------------------===//

#ifndef TS_RUNNER_ENTRY_H
#define TS_RUNNER_ENTRY_H

#include "ts/IR/TS.h"
#include "ts/Runner/BufferType.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

namespace ts {

/// The public function called `name`; without a name `main`, or else the only
/// public function with a body.
llvm::Expected<mlir::FunctionOpInterface> findEntry(mlir::ModuleOp module,
                                                    llvm::StringRef name);

/// The contract on an entry function, or null.
ContractAttr getContract(mlir::FunctionOpInterface entry);

/// Buffer types of the entry's arguments: from its contract or, without one,
/// from its signature (which host code that is lowered already no longer has).
llvm::Expected<std::vector<BufferType>>
getArguments(mlir::FunctionOpInterface entry);

/// How an argument takes part in the products of a contract.
struct ArgumentRole {
  bool isInput = false;  ///< read by a product (C with beta != 0 too)
  bool isOutput = false; ///< written by a product
};
std::vector<ArgumentRole> getRoles(ContractAttr contract, size_t arguments);

} // namespace ts

#endif // TS_RUNNER_ENTRY_H
