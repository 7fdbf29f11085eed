//===- Entry.cpp - The function that is run -------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Finds the entry function and reads its contract.
//
//===----------------------------------------------------------------------===//

#include "ts/Runner/Entry.h"

#include "ts/Runner/RunError.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using llvm::Error;
using llvm::Expected;
using namespace mlir;
using namespace ts;

/// The wrapper that C callers of a lowered function use.
static constexpr llvm::StringLiteral wrapperPrefix = "_mlir_ciface_";

Expected<FunctionOpInterface> ts::findEntry(ModuleOp module, StringRef name) {
  SmallVector<FunctionOpInterface> candidates;
  for (auto function : module.getOps<FunctionOpInterface>())
    if (function.isPublic() && !function.isExternal() &&
        !function.getName().starts_with(wrapperPrefix))
      candidates.push_back(function);
  StringRef wanted = name.empty() ? "main" : name;
  for (FunctionOpInterface function : candidates)
    if (function.getName() == wanted)
      return function;
  if (name.empty() && candidates.size() == 1)
    return candidates.front();
  std::string names = llvm::join(
      map_range(candidates, [](auto f) { return f.getName().str(); }), ", ");
  if (candidates.empty())
    return runError(ExitCode::BadInput,
                    "the file has no public function to run");
  if (name.empty())
    return runError(ExitCode::BadInput,
                    "the file has several public functions (" + names +
                        "): choose one with --entry");
  return runError(ExitCode::BadInput, "the file has no public function '" +
                                          name + "'; it has: " + names);
}

ContractAttr ts::getContract(FunctionOpInterface entry) {
  auto *dialect = entry->getContext()->getLoadedDialect<TSDialect>();
  return dialect ? dialect->getContractAttrHelper().getAttr(entry) : nullptr;
}

Expected<std::vector<BufferType>> ts::getArguments(FunctionOpInterface entry) {
  SmallVector<Type> types;
  if (ContractAttr contract = getContract(entry)) {
    llvm::append_range(types, contract.getArguments());
  } else {
    if (!entry.getResultTypes().empty() && !isa<LLVM::LLVMFuncOp>(*entry))
      return runError(ExitCode::BadInput,
                      "function '" + entry.getName() +
                          "' returns values; results must be arguments");
    llvm::append_range(types, entry.getArgumentTypes());
  }
  std::vector<BufferType> arguments;
  for (auto [index, type] : llvm::enumerate(types)) {
    auto memref = dyn_cast<MemRefType>(type);
    if (!memref) {
      std::string text;
      llvm::raw_string_ostream(text) << type;
      return runError(ExitCode::BadInput,
                      "argument " + Twine(index) + " of '" + entry.getName() +
                          "' has type " + text +
                          "; only memrefs can be given from outside");
    }
    Expected<BufferType> buffer = BufferType::get(memref);
    if (!buffer)
      return buffer.takeError();
    arguments.push_back(std::move(*buffer));
  }
  return arguments;
}

std::vector<ArgumentRole> ts::getRoles(ContractAttr contract,
                                       size_t arguments) {
  std::vector<ArgumentRole> roles(arguments);
  auto at = [&](int64_t index) -> ArgumentRole * {
    return index >= 0 && size_t(index) < arguments ? &roles[index] : nullptr;
  };
  for (ProductAttr product : contract.getProducts()) {
    for (int64_t operand : {product.getA(), product.getB()})
      if (ArgumentRole *role = at(operand); role && !role->isOutput)
        role->isInput = true;
    if (ArgumentRole *role = at(product.getC())) {
      bool reads = product.getBeta() && !product.getBeta().getValue().isZero();
      role->isInput |= reads && !role->isOutput;
      role->isOutput = true;
    }
  }
  return roles;
}
