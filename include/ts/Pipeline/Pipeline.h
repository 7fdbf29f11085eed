//===- Pipeline.h - The steps of the compiler ------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// One options struct and one builder per step, in the order of the road. The
// form of the IR after each step is said beside its builder.
//
//===----------------------------------------------------------------------===//

#ifndef TS_PIPELINE_PIPELINE_H
#define TS_PIPELINE_PIPELINE_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"
#include "llvm/Support/Error.h"

#include <string>

namespace ts {

/// The steps, in order; a step's name is its folder and its `stop-after` value.
enum class Step {
  Raise,
  Select,
  Tile,
  Vectorize,
  Overlap,
  Distribute,
  Lower,
  Emit
};

/// Names of all steps, in order ("raise", "select", ...).
llvm::ArrayRef<llvm::StringRef> stepNames();

/// The step of that name. The error lists the names there are.
llvm::Expected<Step> parseStep(llvm::StringRef name);

/// Options of the whole road, as text: `chip=rtx4090 stop-after=tile ...`.
struct CompileOptions : public mlir::PassPipelineOptions<CompileOptions> {
  Option<std::string> chip{
      *this, "chip",
      llvm::cl::desc("chip whose limits the schedules keep "
                     "to (rtx4090, h200, ...)"),
      llvm::cl::init("rtx4090")};
  Option<unsigned> isa{*this, "isa",
                       llvm::cl::desc("compute capability PTX is emitted for"),
                       llvm::cl::init(89)};
  Option<std::string> schedule{
      *this, "schedule",
      llvm::cl::desc("a #ts.schedule<...> for every product without one"),
      llvm::cl::init("")};
  Option<std::string> tuningDb{
      *this, "tuning-db",
      llvm::cl::desc("tuning database to ask instead of the one built in"),
      llvm::cl::init("")};
  Option<std::string> stopAfter{*this, "stop-after",
                                llvm::cl::desc("last step to run"),
                                llvm::cl::init("emit")};
  Option<bool> ptxas{*this, "ptxas",
                     llvm::cl::desc("assemble the PTX with ptxas when there is "
                                    "one, for its facts and for a cubin"),
                     llvm::cl::init(false)};
};

/// Every product is a ts.matmul; each entry function says what it computes.
void buildRaise(mlir::OpPassManager &pm, const CompileOptions &options);
/// The module has a #ts.target, each ts.matmul a #ts.schedule.
void buildSelect(mlir::OpPassManager &pm, const CompileOptions &options);
/// Buffers only; each product is a gpu.launch around tile-sized ts.matmul.
void buildTile(mlir::OpPassManager &pm, const CompileOptions &options);
/// No ts.matmul is left: tiles are vectors of a warp.
void buildVectorize(mlir::OpPassManager &pm, const CompileOptions &options);
/// No ts.home is left: operands lie in buffers, filled by ts.copy.
void buildOverlap(mlir::OpPassManager &pm, const CompileOptions &options);
/// A lane's own vectors, at most 128 bits wide; no ts.copy or ts.alloc.
void buildDistribute(mlir::OpPassManager &pm, const CompileOptions &options);
/// Kernels in a gpu.module of llvm and nvvm, host code of llvm.
void buildLower(mlir::OpPassManager &pm, const CompileOptions &options);
/// Kernels as PTX (and machine code) in a gpu.binary.
void buildEmit(mlir::OpPassManager &pm, const CompileOptions &options);

/// The whole road, up to and including `options.stopAfter`; an error if that
/// is no step.
llvm::Error buildCompile(mlir::OpPassManager &pm,
                         const CompileOptions &options);

/// Registers `--ts-compile`, all passes of the project, and those of upstream
/// that the road is made of.
void registerPipelines();

/// Registers every dialect, interface model and translation the road needs.
void registerDialects(mlir::DialectRegistry &registry);

} // namespace ts

#endif // TS_PIPELINE_PIPELINE_H
