// RUN: ts-opt %s --pass-pipeline='builtin.module(gpu.module(ts-lower-ops,canonicalize,cse))' | FileCheck %s

// Each policy by width; the view's address is computed once, and constant
// indices are one 64-bit addition behind it, however far they lead.

gpu.module @kernels {
  // CHECK-LABEL: gpu.func @policies
  // CHECK: %[[FAR:.*]] = arith.constant 8589934592 : i64
  // CHECK: memref.extract_aligned_pointer_as_index
  // CHECK-NOT: memref.extract_aligned_pointer_as_index
  // CHECK: llvm.inline_asm has_side_effects "st.global.cs.v4.f32 [$0], {$1,$2,$3,$4};", "l,f,f,f,f"
  // CHECK: arith.addi %{{.*}}, %[[FAR]] : i64
  // CHECK: llvm.inline_asm has_side_effects "st.global.wt.v2.f32 [$0], {$1,$2};", "l,f,f"
  // CHECK: llvm.inline_asm has_side_effects "st.global.L1::no_allocate.f32 [$0], $1;", "l,f"
  // CHECK: vector.store %{{.*}} {alignment = 16 : i64}
  // CHECK: memref.store
  gpu.func @policies(%c: memref<131072x32768xf32>, %v4: vector<4xf32>,
                     %v2: vector<2xf32>, %s: f32, %i: index) kernel {
    %c0 = arith.constant 0 : index
    %far = arith.constant 65536 : index
    ts.store cs %v4, %c[%c0, %i] : vector<4xf32>, memref<131072x32768xf32>
    ts.store wt %v2, %c[%far, %i] : vector<2xf32>, memref<131072x32768xf32>
    ts.store no_allocate %s, %c[%i, %c0] : f32, memref<131072x32768xf32>
    ts.store default %v4, %c[%c0, %i] : vector<4xf32>, memref<131072x32768xf32>
    ts.store default %s, %c[%c0, %i] : f32, memref<131072x32768xf32>
    gpu.return
  }

  // One instruction, no call into CUDA's device library.

  // CHECK-LABEL: gpu.func @fma
  // CHECK: llvm.intr.fma{{.*}} : (f32, f32, f32) -> f32
  // CHECK: llvm.intr.fma{{.*}} : (f64, f64, f64) -> f64
  // CHECK-NOT: math.fma
  gpu.func @fma(%x: f32, %y: f64, %c: memref<1xf32>, %d: memref<1xf64>) kernel {
    %c0 = arith.constant 0 : index
    %p = math.fma %x, %x, %x : f32
    %q = math.fma %y, %y, %y : f64
    memref.store %p, %c[%c0] : memref<1xf32>
    memref.store %q, %d[%c0] : memref<1xf64>
    gpu.return
  }
}
