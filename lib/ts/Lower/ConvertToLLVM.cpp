//===- ConvertToLLVM.cpp - Upstream's conversions, one convention ---------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The conversions of kernels and of the host code that launches them have to
// agree on how a buffer is passed. A kernel whose buffers have static types
// takes bare pointers, one parameter each; otherwise every buffer of every
// kernel of the module is passed as upstream's descriptor. The choice depends
// on the module, so the conversions are run from here.
//
//===----------------------------------------------------------------------===//

#include "ts/IR/TS.h"
#include "ts/Passes.h"

#include "mlir/Conversion/GPUCommon/GPUCommonPass.h"
#include "mlir/Conversion/GPUToNVVM/GPUToNVVMPass.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Pass/PassManager.h"

namespace ts {
#define GEN_PASS_DEF_CONVERTTOLLVMPASS
#include "ts/Passes.h.inc"
} // namespace ts

using namespace mlir;
using namespace ts;

static bool canBeBare(Type type) {
  if (isa<UnrankedMemRefType>(type))
    return false;
  auto memref = dyn_cast<MemRefType>(type);
  return !memref || LLVMTypeConverter::canConvertToBarePtr(memref);
}

/// Whether every kernel can take its buffers as bare pointers. A binary was
/// compiled elsewhere: what is launched in it takes descriptors, as upstream
/// has it.
static bool canUseBarePointers(ModuleOp module) {
  WalkResult kernels = module.walk([](gpu::GPUFuncOp func) {
    bool bare =
        !func.isKernel() || llvm::all_of(func.getArgumentTypes(), canBeBare);
    return bare ? WalkResult::advance() : WalkResult::interrupt();
  });
  WalkResult launches = module.walk([&](gpu::LaunchFuncOp launch) {
    Operation *target =
        SymbolTable::lookupSymbolIn(module, launch.getKernelModuleName());
    bool passesBuffer =
        llvm::any_of(launch.getKernelOperands().getTypes(),
                     [](Type type) { return isa<BaseMemRefType>(type); });
    return isa_and_nonnull<gpu::BinaryOp>(target) && passesBuffer
               ? WalkResult::interrupt()
               : WalkResult::advance();
  });
  return !kernels.wasInterrupted() && !launches.wasInterrupted();
}

/// Functions that a runner may call get a wrapper that takes each buffer as a
/// pointer to its descriptor.
static void exportEntries(ModuleOp module) {
  UnitAttr unit = UnitAttr::get(module.getContext());
  for (auto func : module.getOps<func::FuncOp>())
    if (func.isPublic() && !func.isDeclaration())
      func->setDiscardableAttr(LLVM::LLVMDialect::getEmitCWrapperAttrName(),
                               unit);
}

/// The block size that is known is the only one the kernel is launched with,
/// which `.reqntid` says and the `.maxntid` of the conversion does not.
static void requireBlockSize(LLVM::LLVMFuncOp kernel) {
  auto name = gpu::GPUDialect::KnownBlockSizeAttrHelper(kernel.getContext());
  DenseI32ArrayAttr size = name.getAttr(kernel);
  if (!size)
    return;
  kernel->removeDiscardableAttr(NVVM::NVVMDialect::getMaxntidAttrName());
  kernel->setDiscardableAttr(NVVM::NVVMDialect::getReqntidAttrName(), size);
}

/// How many blocks of the kernel's schedule shall share an SM: ptxas keeps to
/// the registers that leaves.
static void requireResidents(LLVM::LLVMFuncOp kernel) {
  ScheduleAttr schedule =
      TSDialect::ScheduleAttrHelper(kernel.getContext()).getAttr(kernel);
  int64_t residents = schedule ? schedule.getBlocks().getResidents() : 0;
  if (residents == 0)
    return;
  Builder b(kernel.getContext());
  kernel->setDiscardableAttr(NVVM::NVVMDialect::getMinctasmAttrName(),
                             b.getI32IntegerAttr(residents));
}

/// A zero-sized internal variable reaches PTX as one byte. An external one has
/// no size there: its extent is what the launch asks for.
static void leaveSizeToLaunch(LLVM::GlobalOp global) {
  auto array = dyn_cast<LLVM::LLVMArrayType>(global.getGlobalType());
  bool shared = global.getAddrSpace() ==
                static_cast<unsigned>(NVVM::NVVMMemorySpace::Shared);
  if (shared && array && array.getNumElements() == 0)
    global.setLinkage(LLVM::Linkage::External);
}

namespace {
struct ConvertToLLVM : public ts::impl::ConvertToLLVMPassBase<ConvertToLLVM> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    exportEntries(module);
    if (failed(convert(canUseBarePointers(module))))
      return signalPassFailure();
    module.walk([](LLVM::LLVMFuncOp func) {
      if (func->hasAttr(gpu::GPUDialect::getKernelFuncAttrName())) {
        requireBlockSize(func);
        requireResidents(func);
      }
    });
    module.walk(leaveSizeToLaunch);
  }

private:
  LogicalResult convert(bool bare) {
    OpPassManager pm(ModuleOp::getOperationName());
    ConvertGpuOpsToNVVMOpsOptions kernelOptions;
    kernelOptions.useBarePtrCallConv = bare;
    OpPassManager &kernels = pm.nest<gpu::GPUModuleOp>();
    kernels.addPass(createConvertGpuOpsToNVVMOps(kernelOptions));
    kernels.addPass(createReconcileUnrealizedCastsPass());
    GpuToLLVMConversionPassOptions hostOptions;
    hostOptions.kernelBarePtrCallConv = bare;
    pm.addPass(createGpuToLLVMConversionPass(hostOptions));
    pm.addPass(createReconcileUnrealizedCastsPass());
    return runPipeline(pm, getOperation());
  }
};
} // namespace
