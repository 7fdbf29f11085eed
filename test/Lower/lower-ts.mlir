// RUN: ts-opt %s -split-input-file --pass-pipeline='builtin.module(gpu.module(ts-lower-ops,canonicalize,cse))' | FileCheck %s

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

// -----

// Under a predicate every policy is one predicated instruction, the plain one too: no
// branch, and the value is computed in every lane.

gpu.module @kernels {
  // CHECK-LABEL: gpu.func @predicated
  // CHECK-SAME: %[[P:[a-z0-9]+]]: i1
  // CHECK: llvm.inline_asm has_side_effects "@$5 st.global.cs.v4.f32 [$0], {$1,$2,$3,$4};", "l,f,f,f,f,b" %{{.*}}, %[[P]] : (!llvm.ptr<1>, f32, f32, f32, f32, i1) -> ()
  // CHECK: llvm.inline_asm has_side_effects "@$3 st.global.wt.v2.f32 [$0], {$1,$2};", "l,f,f,b" %{{.*}}, %[[P]]
  // CHECK: llvm.inline_asm has_side_effects "@$2 st.global.L1::no_allocate.f32 [$0], $1;", "l,f,b" %{{.*}}, %[[P]]
  // CHECK: llvm.inline_asm has_side_effects "{ .reg .b64 hint; createpolicy.fractional.L2::evict_first.b64 hint; @$2 st.global.L2::cache_hint.f32 [$0], $1, hint; }", "l,f,b" %{{.*}}, %[[P]]
  // CHECK: llvm.inline_asm has_side_effects "@$2 st.global.f32 [$0], $1;", "l,f,b" %{{.*}}, %[[P]]
  // CHECK: llvm.inline_asm has_side_effects "@$5 st.global.v4.f32 [$0], {$1,$2,$3,$4};", "l,f,f,f,f,b" %{{.*}}, %[[P]]
  // CHECK-NOT: vector.store
  // CHECK-NOT: memref.store
  // CHECK-NOT: scf.if
  // CHECK: gpu.return
  gpu.func @predicated(%c: memref<128x32768xf32>, %v4: vector<4xf32>, %v2: vector<2xf32>,
                       %s: f32, %i: index, %p: i1) kernel {
    %c0 = arith.constant 0 : index
    ts.store cs %v4, %c[%c0, %i] if %p : vector<4xf32>, memref<128x32768xf32>
    ts.store wt %v2, %c[%c0, %i] if %p : vector<2xf32>, memref<128x32768xf32>
    ts.store no_allocate %s, %c[%i, %c0] if %p : f32, memref<128x32768xf32>
    ts.store l2_evict_first %s, %c[%i, %c0] if %p : f32, memref<128x32768xf32>
    ts.store default %s, %c[%c0, %i] if %p : f32, memref<128x32768xf32>
    ts.store default %v4, %c[%c0, %i] if %p : vector<4xf32>, memref<128x32768xf32>
    gpu.return
  }

  // The predicate's number counts registers, not elements: pairs of 16 bits share one.

  // CHECK-LABEL: gpu.func @predicated_halves
  // CHECK: "@$3 st.global.cs.v2.b32 [$0], {$1,$2};", "l,r,r,b"
  // CHECK: "@$2 st.global.cs.b32 [$0], $1;", "l,r,b"
  // CHECK: "@$2 st.global.b16 [$0], $1;", "l,h,b"
  // CHECK: "@$2 st.global.wt.f64 [$0], $1;", "l,d,b"
  gpu.func @predicated_halves(%c: memref<128x128xf16>, %d: memref<128x128xf64>, %v4: vector<4xf16>,
                              %v2: vector<2xf16>, %s: f16, %w: f64, %i: index, %p: i1) kernel {
    %c0 = arith.constant 0 : index
    ts.store cs %v4, %c[%c0, %i] if %p : vector<4xf16>, memref<128x128xf16>
    ts.store cs %v2, %c[%c0, %i] if %p : vector<2xf16>, memref<128x128xf16>
    ts.store default %s, %c[%c0, %i] if %p : f16, memref<128x128xf16>
    ts.store wt %w, %d[%c0, %i] if %p : f64, memref<128x128xf64>
    gpu.return
  }
}
