//===- HostModule.h - Host code compiled and run in process ----*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The entry function of a file is real code. This compiles the host half of a
// module that went through `emit` for this machine, with the addresses of the
// runtime's entry points given by the caller.
//
//===----------------------------------------------------------------------===//

#ifndef TS_EMIT_HOSTMODULE_H
#define TS_EMIT_HOSTMODULE_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"

#include <memory>

namespace llvm::orc {
class LLJIT;
}

namespace ts {

/// A function outside of the module that its code may call.
struct HostSymbol {
  llvm::StringRef name;
  void *address;
};

class HostModule {
public:
  /// Compiles `module` (llvm functions and gpu.binary) and runs its
  /// constructors, which load the kernels. An unknown function that the code
  /// calls is an error here. Translation errors are also diagnosed.
  static llvm::Expected<std::unique_ptr<HostModule>>
  create(mlir::ModuleOp module, llvm::ArrayRef<HostSymbol> symbols);

  /// Runs the destructors, which unload the kernels.
  ~HostModule();

  /// Calls `name`; `arguments` holds the address of each argument, and behind
  /// them the address for the result if there is one. A buffer is the address
  /// of a pointer to its descriptor where the function has a C interface
  /// (public functions of the source have).
  llvm::Error invoke(llvm::StringRef name, llvm::ArrayRef<void *> arguments);

private:
  HostModule(std::unique_ptr<llvm::orc::LLJIT> jit,
             llvm::StringMap<unsigned> functions);

  std::unique_ptr<llvm::orc::LLJIT> jit;
  /// Number of arguments and results of each function.
  llvm::StringMap<unsigned> functions;
};

} // namespace ts

#endif // TS_EMIT_HOSTMODULE_H
