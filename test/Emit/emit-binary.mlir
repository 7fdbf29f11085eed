// RUN: ts-opt %s --ts-emit-binary | FileCheck %s
// Twice the same: nothing of the run itself is in the result.
// RUN: ts-opt %s --ts-emit-binary -o %t.first && ts-opt %s --ts-emit-binary -o %t.second
// RUN: diff %t.first %t.second

// CHECK: gpu.binary @kernels [#gpu.object<#nvvm.target<O = 3, chip = "sm_89", features = "+ptx78">, assembly = "
// CHECK-SAME: .version 7.8
// CHECK-SAME: .target sm_89
// Shared memory of the launch has no extent here.
// CHECK-SAME: .extern .shared .align 16 .b8 buffer[];
// CHECK-SAME: .entry add(
// CHECK-SAME: .reqntid 32, 1, 1
// CHECK-SAME: ld.shared.v4.b32
// CHECK-SAME: add.rn.f32
// CHECK-SAME: st.global.v4.b32
module attributes {gpu.container_module} {
  gpu.module @kernels [#nvvm.target<O = 3, chip = "sm_89", features = "+ptx78">] {
    llvm.mlir.global external @buffer() {addr_space = 3 : i32, alignment = 16 : i64} : !llvm.array<0 x i8>
    llvm.func @add(%a: !llvm.ptr) attributes {nvvm.kernel, nvvm.reqntid = array<i32: 32, 1, 1>} {
      %buffer = llvm.mlir.addressof @buffer : !llvm.ptr<3>
      %v = llvm.load %buffer {alignment = 16 : i64} : !llvm.ptr<3> -> vector<4xf32>
      %w = llvm.fadd %v, %v : vector<4xf32>
      llvm.store %w, %a {alignment = 16 : i64} : vector<4xf32>, !llvm.ptr
      llvm.return
    }
  }
}
