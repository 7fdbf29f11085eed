//===- AttachNVVMTarget.cpp - #ts.target in upstream's terms --------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Upstream's own pass takes the chip as text and appends, so that a module
// which has a target is compiled twice. Here the module's #ts.target decides,
// and a target that is there already stays alone.
//
//===----------------------------------------------------------------------===//

#include "ts/Passes.h"
#include "ts/Target/Target.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

namespace ts {
#define GEN_PASS_DEF_ATTACHNVVMTARGETPASS
#include "ts/Passes.h.inc"
} // namespace ts

using namespace mlir;
using namespace ts;

static constexpr int optimizationLevel = 3;

namespace {
struct AttachNVVMTarget
    : public ts::impl::AttachNVVMTargetPassBase<AttachNVVMTarget> {
  void runOnOperation() override {
    SmallVector<gpu::GPUModuleOp> kernels;
    for (auto kernel : getOperation().getOps<gpu::GPUModuleOp>())
      if (!kernel.getTargetsAttr())
        kernels.push_back(kernel);
    if (kernels.empty())
      return;

    MLIRContext *context = &getContext();
    auto target = TSDialect::TargetAttrHelper(context).getAttr(getOperation());
    if (!target) {
      getOperation().emitError("kernels to emit, but no ts.target on the "
                               "module: run ts-attach-target first");
      return signalPassFailure();
    }
    Attribute nvvm = NVVM::NVVMTargetAttr::get(
        context, optimizationLevel, "nvptx64-nvidia-cuda",
        Isa(target.getIsa()).getName(), minimumPtxVersion(target.getIsa()));
    for (gpu::GPUModuleOp kernel : kernels)
      kernel.setTargetsAttr(ArrayAttr::get(context, nvvm));
  }
};
} // namespace
