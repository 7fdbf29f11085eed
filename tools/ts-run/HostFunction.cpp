//===- HostFunction.cpp - The compiled entry function ---------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Compiles host code against the runtime's entry points, and calls it with
// descriptors.
//
//===----------------------------------------------------------------------===//

#include "HostFunction.h"

#include "CrashHandler.h"

#include "ts/Runner/RunError.h"

#include <chrono>

using namespace ts;
using llvm::Error;
using llvm::Expected;

Expected<std::unique_ptr<HostFunction>>
HostFunction::create(mlir::ModuleOp module, llvm::StringRef entry,
                     llvm::ArrayRef<RunArgument> arguments) {
  std::vector<HostSymbol> symbols;
  for (const rt::EntryPoint &point : rt::entryPoints())
    symbols.push_back({point.name, point.address});
  HostCodeScope scope; // constructors run at once
  Expected<std::unique_ptr<HostModule>> compiled =
      HostModule::create(module, symbols);
  if (!compiled)
    return withCode(ExitCode::CompileError, compiled.takeError());
  // Its constructors have loaded the kernels.
  if (Error error = rt::takeError())
    return withCode(ExitCode::DeviceError, std::move(error));

  std::unique_ptr<HostFunction> function(new HostFunction());
  function->host = std::move(*compiled);
  function->entry = entry.str();
  for (const RunArgument &argument : arguments)
    function->descriptors.push_back(
        memrefDescriptor(argument.type, argument.pointer()));
  return function;
}

Error HostFunction::call() {
  std::vector<void *> pointers;
  for (std::vector<int64_t> &descriptor : descriptors)
    pointers.push_back(descriptor.data());
  std::vector<void *> addresses;
  for (void *&pointer : pointers)
    addresses.push_back(&pointer);
  HostCodeScope scope;
  auto start = std::chrono::steady_clock::now();
  if (Error error = host->invoke(entry, addresses))
    return withCode(ExitCode::BadInput, std::move(error));
  std::chrono::duration<double, std::milli> took =
      std::chrono::steady_clock::now() - start;
  spent += took.count();
  return rt::takeError();
}
