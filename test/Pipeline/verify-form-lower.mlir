// RUN: ts-opt %s -split-input-file -verify-diagnostics --ts-verify-form=stage=lower

gpu.module @kernels {
  llvm.func @cast(%a: !llvm.ptr) {
    // expected-error @+1 {{'builtin.unrealized_conversion_cast' op has no lowering to llvm after step 'lower'}}
    %0 = builtin.unrealized_conversion_cast %a : !llvm.ptr to index
    llvm.return
  }
}

// -----

// expected-error @+1 {{'func.func' op has no lowering to llvm after step 'lower'}}
func.func private @f()

// -----

gpu.module @lowered {
  llvm.func @kernel(%a: !llvm.ptr) attributes {nvvm.kernel} {
    nvvm.barrier0
    llvm.return
  }
}
