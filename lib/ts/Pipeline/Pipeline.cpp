//===- Pipeline.cpp - The steps of the compiler, in order -----------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Read from top to bottom, this is the road of one ts.matmul. A step ends with
// a clean-up and with a check of the form it promises.
//
//===----------------------------------------------------------------------===//

#include "ts/Pipeline/Pipeline.h"
#include "ts/Passes.h"

#include "mlir/Conversion/AffineToStandard/AffineToStandard.h"
#include "mlir/Conversion/NVGPUToNVVM/NVGPUToNVVM.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/GPU/Transforms/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace ts {

static constexpr StringLiteral names[] = {"raise",     "select",  "tile",
                                          "vectorize", "overlap", "distribute",
                                          "lower",     "emit"};

ArrayRef<StringRef> stepNames() {
  static const SmallVector<StringRef> list(std::begin(names), std::end(names));
  return list;
}

static StringRef nameOf(Step step) {
  return names[static_cast<unsigned>(step)];
}

llvm::Expected<Step> parseStep(StringRef name) {
  for (auto [index, known] : llvm::enumerate(names))
    if (name == known)
      return static_cast<Step>(index);
  return llvm::createStringError("there is no step '" + name +
                                 "'; the steps are " +
                                 llvm::join(stepNames(), ", "));
}

/// A pattern of upstream's that compares every two values a loop carries, by
/// all that they are computed from: 2 s for the 128 sums of a lane
/// (10007 x 10007 x 33). No step makes a loop carry a value twice.
static constexpr StringLiteral slowPattern =
    "(anonymous namespace)::RemoveDuplicateSuccessorInputUses";

/// What every step ends with.
static void finishStep(OpPassManager &pm, Step step) {
  // All else as createCanonicalizerPass() has it.
  auto config =
      GreedyRewriteConfig()
          .setUseTopDownTraversal(true)
          .setRegionSimplificationLevel(GreedySimplifyRegionLevel::Normal);
  pm.addPass(createCanonicalizerPass(config, {slowPattern.str()}));
  pm.addPass(createCSEPass());
  pm.addPass(createVerifyFormPass({nameOf(step).str()}));
}

void buildRaise(OpPassManager &pm, const CompileOptions &options) {
  pm.addPass(createRaiseLinalgPass());
  pm.addPass(createRecordContractPass());
  finishStep(pm, Step::Raise);
}

void buildSelect(OpPassManager &pm, const CompileOptions &options) {
  pm.addPass(createAttachTargetPass({options.chip, options.isa}));
  pm.addPass(createSelectSchedulePass({options.schedule, options.tuningDb}));
  finishStep(pm, Step::Select);
}

void buildTile(OpPassManager &pm, const CompileOptions &options) {
  pm.addPass(createBufferizePass());
  pm.addPass(createTileKernelPass());
  finishStep(pm, Step::Tile);
}

void buildVectorize(OpPassManager &pm, const CompileOptions &options) {
  pm.addPass(createVectorizeTilePass());
  finishStep(pm, Step::Vectorize);
}

void buildOverlap(OpPassManager &pm, const CompileOptions &options) {
  pm.addPass(createStageOperandsPass());
  pm.addPass(createPipelineKPass());
  pm.addPass(createInsertBarriersPass());
  finishStep(pm, Step::Overlap);
}

void buildDistribute(OpPassManager &pm, const CompileOptions &options) {
  pm.addPass(createDistributeLanesPass());
  pm.addPass(createPlaceSharedPass());
  pm.addPass(createLoopInvariantCodeMotionPass());
  finishStep(pm, Step::Distribute);
}

void buildLower(OpPassManager &pm, const CompileOptions &options) {
  // Constants move into the kernel, or they would become its arguments.
  pm.addPass(createGpuLaunchSinkIndexComputationsPass());
  pm.addPass(createOutlineKernelPass());
  pm.addNestedPass<gpu::GPUModuleOp>(createLowerTSPass());
  pm.addNestedPass<gpu::GPUModuleOp>(createNarrowIndexPass());
  pm.addPass(createConvertNVGPUToNVVMPass());
  pm.addPass(createSCFToControlFlowPass());
  pm.addPass(memref::createExpandStridedMetadataPass());
  pm.addPass(createLowerAffinePass());
  pm.addPass(createAsyncHostOpsPass());
  pm.addPass(createConvertToLLVMPass());
  finishStep(pm, Step::Lower);
}

void buildEmit(OpPassManager &pm, const CompileOptions &options) {
  pm.addPass(createAttachNVVMTargetPass());
  pm.addPass(createEmitBinaryPass({options.ptxas}));
  finishStep(pm, Step::Emit);
}

llvm::Error buildCompile(OpPassManager &pm, const CompileOptions &options) {
  llvm::Expected<Step> last = parseStep(options.stopAfter);
  if (!last)
    return last.takeError();
  using Builder = void (*)(OpPassManager &, const CompileOptions &);
  static constexpr Builder builders[] = {
      buildRaise,   buildSelect,     buildTile,  buildVectorize,
      buildOverlap, buildDistribute, buildLower, buildEmit};
  static_assert(std::size(builders) == std::size(names));
  for (Builder build : ArrayRef(builders).take_front(unsigned(*last) + 1))
    build(pm, options);
  return llvm::Error::success();
}

} // namespace ts
