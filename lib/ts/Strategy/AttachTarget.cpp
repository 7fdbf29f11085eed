//===- AttachTarget.cpp - Write #ts.target on the module ------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Names the machine once, in the IR, so that no later step asks an option. A
// target that the file carries already was written by hand and stays.
//
//   module { ... }
// =>
//   module attributes {ts.target = #ts.target<"h200", isa = 89>} { ... }
//
//===----------------------------------------------------------------------===//

#include "ts/IR/TS.h"
#include "ts/Passes.h"

#include "mlir/IR/BuiltinOps.h"

namespace ts {
#define GEN_PASS_DEF_ATTACHTARGETPASS
#include "ts/Passes.h.inc"
} // namespace ts

using namespace mlir;
using namespace ts;

namespace {

struct AttachTarget : ts::impl::AttachTargetPassBase<AttachTarget> {
  using Base::Base;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    TSDialect::TargetAttrHelper targets(&getContext());
    if (targets.isAttrPresent(module))
      return;
    auto emitError = [&] { return module.emitError(); };
    auto target = TargetAttr::getChecked(emitError, &getContext(),
                                         StringRef(chip), unsigned(isa));
    if (!target)
      return signalPassFailure();
    targets.setAttr(module, target);
  }
};

} // namespace
