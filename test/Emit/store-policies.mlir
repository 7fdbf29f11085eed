// REQUIRES: ptxas
// ptxas accepts each spelling, and each address is one addition of bytes away
// from the row's.
// RUN: ts-opt %s --pass-pipeline="builtin.module(gpu.module(ts-lower-ops,canonicalize,cse),ts-convert-to-llvm,canonicalize,cse,ts-emit-binary{ptxas=true})" | FileCheck %s

// CHECK: <kernel = "spellings", registers = {{[1-9][0-9]*}}, spillStores = 0, spillLoads = 0, stack = 0, shared = 0>
// CHECK-SAME: st.global.cs.v4.f32 [%[[ROW:rd[0-9]+]]],
// CHECK-SAME: add.s64 {{\\09 ?}}%[[TWO:rd[0-9]+]], %[[ROW]], 16;
// CHECK-SAME: st.global.wt.v2.f32 [%[[TWO]]],
// CHECK-SAME: add.s64 {{\\09 ?}}%[[ONE:rd[0-9]+]], %[[ROW]], 32;
// CHECK-SAME: st.global.L1::no_allocate.f32 [%[[ONE]]],
// CHECK-SAME: add.s64 {{\\09 ?}}%[[NEXT:rd[0-9]+]], %[[ROW]], 36;
// CHECK-SAME: st.global.cs.f32 [%[[NEXT]]],
// CHECK-SAME: createpolicy.fractional.L2::evict_first.b64 hint; st.global.L2::cache_hint.v4.f32 [%{{rd[0-9]+}}], {{[{].*[}]}}, hint; }
// CHECK-SAME: createpolicy.fractional.L2::evict_last.b64 hint; st.global.L2::cache_hint.f32 [%{{rd[0-9]+}}], %{{r?f?[0-9]+}}, hint; }
// CHECK-SAME: bin = "\7FELF
module attributes {gpu.container_module} {
  gpu.module @kernels [#nvvm.target<O = 3, chip = "sm_89", features = "+ptx78">] {
    gpu.func @spellings(%c: memref<8x64xf32>, %row: index) kernel {
      %c0 = arith.constant 0 : index
      %c4 = arith.constant 4 : index
      %c8 = arith.constant 8 : index
      %c9 = arith.constant 9 : index
      %c12 = arith.constant 12 : index
      %c16 = arith.constant 16 : index
      %x = arith.constant 1.25 : f32
      %four = vector.broadcast %x : f32 to vector<4xf32>
      %two = vector.broadcast %x : f32 to vector<2xf32>
      ts.store cs %four, %c[%row, %c0] : vector<4xf32>, memref<8x64xf32>
      ts.store wt %two, %c[%row, %c4] : vector<2xf32>, memref<8x64xf32>
      ts.store no_allocate %x, %c[%row, %c8] : f32, memref<8x64xf32>
      ts.store cs %x, %c[%row, %c9] : f32, memref<8x64xf32>
      ts.store l2_evict_first %four, %c[%row, %c12] : vector<4xf32>, memref<8x64xf32>
      ts.store l2_evict_last %x, %c[%row, %c16] : f32, memref<8x64xf32>
      gpu.return
    }
  }
}
