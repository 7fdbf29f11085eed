// RUN: ts-opt %s -split-input-file --ts-emit-binary -verify-diagnostics

// expected-error @+2 {{Failed creating the llvm::Module.}}
// expected-error @+1 {{An error happened while serializing the module.}}
gpu.module @kernels [#nvvm.target<O = 3, chip = "sm_89", features = "+ptx78">] {
  llvm.func @cast(%a: !llvm.ptr) attributes {nvvm.kernel} {
    // expected-error @+1 {{LLVM Translation failed for operation: builtin.unrealized_conversion_cast}}
    %0 = builtin.unrealized_conversion_cast %a : !llvm.ptr to index
    %1 = builtin.unrealized_conversion_cast %0 : index to i64
    llvm.inline_asm has_side_effects "// $0", "l" %1 : (i64) -> ()
    llvm.return
  }
}

// -----

// LLVM would warn and emit code for its oldest chip.
// expected-error @+1 {{the target's chip 'sm_12345' is not one that LLVM can emit code for}}
gpu.module @unknown_chip [#nvvm.target<O = 3, chip = "sm_12345">] {
  llvm.func @nothing() attributes {nvvm.kernel} {
    llvm.return
  }
}

// -----

// expected-error @+1 {{the module has no target: run ts-attach-nvvm-target first}}
gpu.module @untargeted {
  llvm.func @nothing() attributes {nvvm.kernel} {
    llvm.return
  }
}
