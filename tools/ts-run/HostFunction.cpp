//===- HostFunction.cpp - The compiled entry function ---------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Joins the host code with the runtime entry points, and calls it with
// descriptors.
//
//===----------------------------------------------------------------------===//

#include "HostFunction.h"

#include "ts/Runner/Parse.h"
#include "ts/Runner/RunError.h"

#include "llvm/ADT/STLExtras.h"

#include <chrono>

using namespace ts;
using llvm::Error;
using llvm::Expected;

/// The host code as a module in process, its constructors run.
static Expected<std::unique_ptr<HostModule>> load(mlir::ModuleOp module) {
  std::vector<HostSymbol> symbols;
  for (const rt::EntryPoint &point : rt::entryPoints())
    symbols.push_back({point.name, point.address});
  DiagnosticCollector diagnostics(module.getContext());
  Expected<std::unique_ptr<HostModule>> host =
      HostModule::create(module, symbols);
  // Loading a kernel fails inside of a constructor, which returns nothing.
  if (Error error = rt::takeError()) {
    if (!host)
      llvm::consumeError(host.takeError());
    return withCode(ExitCode::DeviceError, std::move(error));
  }
  if (!host)
    return withCode(ExitCode::CompileError, host.takeError());
  return host;
}

Expected<std::unique_ptr<HostFunction>>
HostFunction::create(mlir::ModuleOp module, llvm::StringRef entry,
                     llvm::ArrayRef<RunArgument> arguments) {
  std::unique_ptr<HostFunction> function(new HostFunction());
  function->entry = entry.str();
  for (const RunArgument &argument : arguments)
    function->descriptors.push_back(
        memrefDescriptor(argument.type, argument.pointer()));
  Expected<std::unique_ptr<HostModule>> host = load(module);
  if (!host)
    return host.takeError();
  function->host = std::move(*host);
  return function;
}

Error HostFunction::call() {
  // The host code may keep or change descriptors: each call gets its own.
  std::vector<std::vector<int64_t>> copies = descriptors;
  std::vector<void *> pointers;
  for (std::vector<int64_t> &descriptor : copies)
    pointers.push_back(descriptor.data());
  std::vector<void *> slots;
  for (void *&pointer : pointers)
    slots.push_back(&pointer);
  auto start = std::chrono::steady_clock::now();
  Error error = host->invoke(entry, slots);
  std::chrono::duration<double, std::milli> took =
      std::chrono::steady_clock::now() - start;
  spent += took.count();
  return llvm::joinErrors(std::move(error), rt::takeError());
}
