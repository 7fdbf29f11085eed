//===- EmitBinary.cpp - From gpu.module to PTX and cubin ------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Upstream's back end writes the PTX. The PTX is the first object of the
// binary, the one that host code hands to mgpuModuleLoadJIT: a driver of any
// newer chip compiles it, and the simulator reads it.
//
//===----------------------------------------------------------------------===//

#include "ts/Emit/Emit.h"
#include "ts/Passes.h"

#include "mlir/Dialect/GPU/IR/CompilationInterfaces.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/GPU/Transforms/Passes.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "llvm-c/Target.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/Threading.h"

namespace ts {
#define GEN_PASS_DEF_EMITBINARYPASS
#include "ts/Passes.h.inc"
} // namespace ts

using namespace mlir;
using namespace ts;

static std::optional<StringRef> objectOf(gpu::BinaryOp binary,
                                         gpu::CompilationTarget format) {
  for (auto object : binary.getObjects().getAsRange<gpu::ObjectAttr>())
    if (object.getFormat() == format)
      return object.getObject().getValue();
  return std::nullopt;
}

std::optional<StringRef> ts::getPtx(gpu::BinaryOp binary) {
  std::optional<StringRef> ptx =
      objectOf(binary, gpu::CompilationTarget::Assembly);
  return ptx ? std::optional(ptx->rtrim('\0')) : std::nullopt;
}

std::optional<StringRef> ts::getPtx(ModuleOp module) {
  auto binaries = llvm::to_vector(module.getOps<gpu::BinaryOp>());
  return binaries.size() == 1 ? getPtx(binaries.front()) : std::nullopt;
}

std::optional<StringRef> ts::getCubin(gpu::BinaryOp binary) {
  return objectOf(binary, gpu::CompilationTarget::Binary);
}

/// Upstream notes in an object how long it took, so that no two runs would
/// print the same.
static void dropTimes(gpu::BinaryOp binary) {
  SmallVector<Attribute> objects;
  for (auto object : binary.getObjects().getAsRange<gpu::ObjectAttr>())
    objects.push_back(gpu::ObjectAttr::get(
        object.getTarget(), object.getFormat(), object.getObject(),
        /*properties=*/nullptr, object.getKernels()));
  binary.setObjectsAttr(ArrayAttr::get(binary.getContext(), objects));
}

/// The prefix of the functions of CUDA's device library.
static constexpr StringLiteral devicePrefix = "__nv_";

static LLVM::LLVMFuncOp firstDeviceFunction(ModuleOp module) {
  LLVM::LLVMFuncOp found;
  module.walk([&](gpu::GPUModuleOp kernels) {
    for (auto func : kernels.getOps<LLVM::LLVMFuncOp>())
      if (!found && func.isExternal() &&
          func.getName().starts_with(devicePrefix))
        found = func;
  });
  return found;
}

void ts::initializeNvptx() {
  static llvm::once_flag initialized;
  llvm::call_once(initialized, [] {
    LLVMInitializeNVPTXTarget();
    LLVMInitializeNVPTXTargetInfo();
    LLVMInitializeNVPTXTargetMC();
    LLVMInitializeNVPTXAsmPrinter();
  });
}

/// LLVM takes a chip it does not know for the oldest one, with a warning.
static LogicalResult checkChips(ModuleOp module) {
  initializeNvptx();
  auto isKnown = [](NVVM::NVVMTargetAttr nvvm) {
    std::string error;
    llvm::Triple triple(nvvm.getTriple());
    const llvm::Target *target =
        llvm::TargetRegistry::lookupTarget(triple, error);
    if (!target)
      return false;
    std::unique_ptr<llvm::MCSubtargetInfo> info(
        target->createMCSubtargetInfo(triple, "", ""));
    return info && info->isCPUStringValid(nvvm.getChip());
  };
  for (auto kernels : module.getOps<gpu::GPUModuleOp>()) {
    ArrayAttr targets = kernels.getTargetsAttr();
    if (!targets)
      return kernels.emitError("the module has no target: run "
                               "ts-attach-nvvm-target first");
    for (Attribute target : targets)
      if (auto nvvm = dyn_cast<NVVM::NVVMTargetAttr>(target);
          nvvm && !isKnown(nvvm))
        return kernels.emitError()
               << "the target's chip '" << nvvm.getChip()
               << "' is not one that LLVM can emit code for";
  }
  return success();
}

/// "sm_89" as 89; 0 if the chip is not spelt like that.
static unsigned isaOf(gpu::ObjectAttr object) {
  auto target = dyn_cast<NVVM::NVVMTargetAttr>(object.getTarget());
  unsigned isa = 0;
  if (!target || target.getChip().drop_front(3).getAsInteger(10, isa))
    return 0;
  return isa;
}

static AssemblyAttr toAttribute(MLIRContext *context, unsigned isa,
                                const AssembledModule &assembled) {
  SmallVector<KernelFactsAttr> kernels;
  for (const KernelFacts &facts : assembled.kernels)
    kernels.push_back(KernelFactsAttr::get(
        context, facts.kernel, facts.registers, facts.spillStores,
        facts.spillLoads, facts.stack, facts.shared));
  return AssemblyAttr::get(context, assembled.version, isa, kernels);
}

/// Adds the cubin of the binary's PTX behind it, and what ptxas reported.
static LogicalResult addCubin(gpu::BinaryOp binary) {
  std::optional<StringRef> ptx = getPtx(binary);
  if (!ptx || getCubin(binary))
    return success();
  SmallVector<Attribute> objects(binary.getObjects().begin(),
                                 binary.getObjects().end());
  auto first = cast<gpu::ObjectAttr>(objects.front());
  unsigned isa = isaOf(first);
  llvm::Expected<AssembledModule> assembled = assemble(*ptx, isa);
  if (!assembled)
    return binary.emitError() << llvm::toString(assembled.takeError());

  MLIRContext *context = binary.getContext();
  objects.push_back(
      gpu::ObjectAttr::get(first.getTarget(), gpu::CompilationTarget::Binary,
                           StringAttr::get(context, assembled->cubin)));
  binary.setObjectsAttr(ArrayAttr::get(context, objects));
  TSDialect::AssemblyAttrHelper(context).setAttr(
      binary, toAttribute(context, isa, *assembled));
  return success();
}

/// LLVM 22 does not know that all lanes of a warp execute an `mma` together: it
/// sinks one into a branch that some of them take, where its result is used.
static void markConvergent(llvm::Module &module) {
  for (llvm::Function &function : module)
    if (function.getName().starts_with("llvm.nvvm.mma."))
      for (llvm::User *user : function.users())
        if (auto *call = llvm::dyn_cast<llvm::CallBase>(user))
          call->setConvergent();
}

namespace {
struct EmitBinary : public ts::impl::EmitBinaryPassBase<EmitBinary> {
  using EmitBinaryPassBase::EmitBinaryPassBase;

  void runOnOperation() override {
    if (failed(checkChips(getOperation())) || failed(emitPtx()))
      return signalPassFailure();
    bool assembles = ptxas && findPtxas();
    for (auto binary : getOperation().getOps<gpu::BinaryOp>()) {
      dropTimes(binary);
      if (assembles && failed(addCubin(binary)))
        return signalPassFailure();
    }
  }

private:
  LogicalResult emitPtx() {
    // The device library is read only if it is needed: it costs more time than
    // a whole kernel.
    std::string toolkit;
    if (LLVM::LLVMFuncOp func = firstDeviceFunction(getOperation())) {
      std::optional<std::string> home = findCudaHome();
      if (!home)
        return func.emitError()
               << func.getName() << " is in CUDA's device library, and there "
               << "is no CUDA toolkit in CUDA_HOME or /usr/local/cuda";
      toolkit = *home;
    }
    gpu::TargetOptions options(toolkit, {}, {}, {},
                               gpu::CompilationTarget::Assembly,
                               /*getSymbolTableCallback=*/{}, markConvergent);
    // Some of upstream's errors do not make it fail.
    bool failedQuietly = false;
    ScopedDiagnosticHandler handler(&getContext(), [&](Diagnostic &diagnostic) {
      failedQuietly |= diagnostic.getSeverity() == DiagnosticSeverity::Error;
      return failure();
    });
    LogicalResult result =
        gpu::transformGpuModulesToBinaries(getOperation(), nullptr, options);
    return success(succeeded(result) && !failedQuietly);
  }
};
} // namespace
