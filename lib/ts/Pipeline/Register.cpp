//===- Register.cpp - Passes and pipelines by name ------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// What a tool can name on its command line: the passes of this project, the
// whole road, and the upstream passes that stand in its printed text.
//
//===----------------------------------------------------------------------===//

#include "ts/Passes.h"
#include "ts/Pipeline/Pipeline.h"

#include "mlir/Conversion/AffineToStandard/AffineToStandard.h"
#include "mlir/Conversion/GPUCommon/GPUCommonPass.h"
#include "mlir/Conversion/GPUToNVVM/GPUToNVVMPass.h"
#include "mlir/Conversion/NVGPUToNVVM/NVGPUToNVVM.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Dialect/GPU/Transforms/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace ts {

static void registerUpstreamPasses() {
  registerTransformsPasses();
  registerPass([] { return createGpuLaunchSinkIndexComputationsPass(); });
  registerPass([] { return createGpuKernelOutliningPass(); });
  registerPass([] { return createConvertNVGPUToNVVMPass(); });
  registerPass([] { return createSCFToControlFlowPass(); });
  registerPass([] { return memref::createExpandStridedMetadataPass(); });
  registerPass([] { return createLowerAffinePass(); });
  registerPass([] { return createConvertGpuOpsToNVVMOps(); });
  registerPass([] { return createGpuToLLVMConversionPass(); });
  registerPass([] { return createReconcileUnrealizedCastsPass(); });
}

static void registerOwnPasses() {
  registerRaiseLinalgPass();
  registerRecordContractPass();
  registerAttachTargetPass();
  registerSelectSchedulePass();
  registerBufferizePass();
  registerTileKernelPass();
  registerVectorizeTilePass();
  registerStageOperandsPass();
  registerPipelineKPass();
  registerInsertBarriersPass();
  registerDistributeLanesPass();
  registerPlaceSharedPass();
  registerOutlineKernelPass();
  registerLowerTSPass();
  registerNarrowIndexPass();
  registerAsyncHostOpsPass();
  registerConvertToLLVMPass();
  registerAttachNVVMTargetPass();
  registerEmitBinaryPass();
  registerVerifyFormPass();
}

/// Adds the road that `text` describes, or says what is wrong with it.
static LogicalResult
addCompile(OpPassManager &pm, StringRef text,
           function_ref<LogicalResult(const Twine &)> errorHandler) {
  CompileOptions options;
  if (failed(options.parseFromString(text)))
    return failure();
  if (llvm::Error error = buildCompile(pm, options))
    return errorHandler(llvm::toString(std::move(error)));
  return success();
}

void registerPipelines() {
  registerUpstreamPasses();
  registerOwnPasses();
  registerPassPipeline(
      "ts-compile", "From ts.matmul to PTX: all steps, or up to stop-after",
      addCompile,
      [](function_ref<void(const mlir::detail::PassOptions &)> visit) {
        visit(CompileOptions());
      });
}

} // namespace ts
