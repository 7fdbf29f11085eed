//===- Emit.h - PTX, cubins and what is known of them ----------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// For those who come after the step `emit`: the PTX in a gpu.binary, and ptxas
// as a function from PTX to machine code and facts about each kernel.
//
//===----------------------------------------------------------------------===//

#ifndef TS_EMIT_EMIT_H
#define TS_EMIT_EMIT_H

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>
#include <vector>

namespace ts {

/// Makes LLVM know the NVPTX target; once, as its list of targets has no lock.
void initializeNvptx();

/// The PTX in a binary, without the zero byte that ends it for the driver.
/// Empty optional if the binary holds none.
std::optional<llvm::StringRef> getPtx(mlir::gpu::BinaryOp binary);

/// The PTX of the only gpu.binary of a module that has one; empty if there is
/// none or more than one.
std::optional<llvm::StringRef> getPtx(mlir::ModuleOp module);

/// The machine code in a binary, if ptxas was run.
std::optional<llvm::StringRef> getCubin(mlir::gpu::BinaryOp binary);

/// The folder of a CUDA toolkit: CUDA_HOME, or /usr/local/cuda where it exists.
std::optional<std::string> findCudaHome();

/// The ptxas on PATH, or the one of the CUDA toolkit.
std::optional<std::string> findPtxas();

/// What ptxas reports of one kernel; the attribute #ts.kernel_facts as a value.
struct KernelFacts {
  std::string kernel;
  unsigned registers = 0;
  unsigned spillStores = 0; ///< bytes per thread
  unsigned spillLoads = 0;  ///< bytes per thread
  unsigned stack = 0;       ///< bytes per thread
  unsigned shared = 0;      ///< static bytes per block
};

/// What ptxas made of a PTX text.
struct AssembledModule {
  std::string cubin;
  std::vector<KernelFacts> kernels;
  std::string version; ///< of ptxas, as "13.0.88"
};

/// Runs ptxas on `ptx` for sm_<isa>. An error carries what ptxas printed, or
/// says that there is no ptxas.
llvm::Expected<AssembledModule> assemble(llvm::StringRef ptx, unsigned isa);

/// Reads the facts out of what `ptxas -v` prints.
std::vector<KernelFacts> parsePtxasReport(llvm::StringRef report);

} // namespace ts

#endif // TS_EMIT_EMIT_H
