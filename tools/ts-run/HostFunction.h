//===- HostFunction.h - The compiled entry function -------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Host code and kernels of a module, ready to be called with the arguments of a
// run.
//
//===----------------------------------------------------------------------===//

#ifndef TS_RUN_HOSTFUNCTION_H
#define TS_RUN_HOSTFUNCTION_H

#include "ts/Emit/HostModule.h"
#include "ts/Runner/Buffers.h"

namespace ts {

class HostFunction {
public:
  /// Compiles the host code and loads the kernels on the current device.
  static llvm::Expected<std::unique_ptr<HostFunction>>
  create(mlir::ModuleOp module, llvm::StringRef entry,
         llvm::ArrayRef<RunArgument> arguments);

  /// Runs it once; what failed in a runtime entry point is the error.
  llvm::Error call();
  /// Time that calls have taken so far, on the host.
  double milliseconds() const { return spent; }

private:
  HostFunction() = default;

  std::unique_ptr<HostModule> host;
  std::string entry;
  std::vector<std::vector<int64_t>> descriptors;
  double spent = 0;
};

} // namespace ts

#endif // TS_RUN_HOSTFUNCTION_H
