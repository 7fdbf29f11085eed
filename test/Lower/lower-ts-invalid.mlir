// RUN: ts-opt %s -verify-diagnostics --pass-pipeline='builtin.module(gpu.module(ts-lower-ops))'

gpu.module @kernels {
  gpu.func @unfinished() kernel {
    // expected-error @below {{cannot be lowered: an earlier step has to replace it}}
    %b = ts.alloc block : memref<3x7xf32, #gpu.address_space<workgroup>>
    gpu.return
  }
}
