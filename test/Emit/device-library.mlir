// REQUIRES: libdevice
// A function of CUDA's device library is linked in, or its absence is said.
// RUN: ts-opt %s --ts-emit-binary | FileCheck %s --check-prefix=LINKED
// RUN: env CUDA_HOME=%t.nowhere not ts-opt %s --ts-emit-binary 2>&1 | FileCheck %s
// LINKED-NOT: __nv_expf
// LINKED: ex2.approx
// LINKED-NOT: __nv_expf
// CHECK: error: CUDA path: {{.*}}.nowhere does not exist or is not a directory

module {
  gpu.module @kernels [#nvvm.target<O = 3, chip = "sm_89", features = "+ptx78">] {
    llvm.func @__nv_expf(f32) -> f32
    llvm.func @exp(%a: !llvm.ptr) attributes {nvvm.kernel} {
      %v = llvm.load %a : !llvm.ptr -> f32
      %w = llvm.call @__nv_expf(%v) : (f32) -> f32
      llvm.store %w, %a : f32, !llvm.ptr
      llvm.return
    }
  }
}
