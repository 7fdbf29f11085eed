// REQUIRES: ptxas
// With ptxas a cubin follows the PTX, and what ptxas reported is kept.
// RUN: ts-opt %s --ts-emit-binary=ptxas=true | FileCheck %s

// CHECK: gpu.binary @kernels {ts.assembly = #ts.assembly<ptxas = "{{[0-9.]+}}", isa = 89, kernels = [
// CHECK-DAG: <kernel = "plain", registers = {{[1-9][0-9]*}}, spillStores = 0, spillLoads = 0, stack = 0, shared = 0>
// CHECK-DAG: <kernel = "static_shared", registers = {{[1-9][0-9]*}}, spillStores = 0, spillLoads = 0, stack = 0, shared = 512>
// CHECK-DAG: <kernel = "spills", registers = 24, spillStores = {{[1-9][0-9]*}}, spillLoads = {{[1-9][0-9]*}}, stack = {{[1-9][0-9]*}}, shared = 0>
// CHECK-SAME: ]>}
// CHECK-SAME: assembly = "{{.*}}.version 7.8{{.*}}">, #gpu.object<{{.*}}, bin = "\7FELF
module {
  gpu.module @kernels [#nvvm.target<O = 3, chip = "sm_89", features = "+ptx78">] {
    llvm.mlir.global internal @buffer() {addr_space = 3 : i32, alignment = 16 : i64} : !llvm.array<128 x f32>
    llvm.func @plain(%a: !llvm.ptr) attributes {nvvm.kernel} {
      %v = llvm.load %a : !llvm.ptr -> f32
      %w = llvm.fadd %v, %v : f32
      llvm.store %w, %a : f32, !llvm.ptr
      llvm.return
    }
    llvm.func @static_shared(%a: !llvm.ptr, %i: i64) attributes {nvvm.kernel} {
      %buffer = llvm.mlir.addressof @buffer : !llvm.ptr<3>
      %v = llvm.load %a : !llvm.ptr -> f32
      %element = llvm.getelementptr %buffer[%i] : (!llvm.ptr<3>, i64) -> !llvm.ptr<3>, f32
      llvm.store volatile %v, %element : f32, !llvm.ptr<3>
      llvm.return
    }
    // More live values than registers: 24 are allowed, 64 are loaded before
    // the first is used.
    llvm.func @spills(%a: !llvm.ptr) attributes {nvvm.kernel, nvvm.maxnreg = 24 : i32} {
      %v0 = llvm.load volatile %a {alignment = 16 : i64} : !llvm.ptr -> vector<4xf32>
      %v1 = llvm.load volatile %a {alignment = 16 : i64} : !llvm.ptr -> vector<4xf32>
      %v2 = llvm.load volatile %a {alignment = 16 : i64} : !llvm.ptr -> vector<4xf32>
      %v3 = llvm.load volatile %a {alignment = 16 : i64} : !llvm.ptr -> vector<4xf32>
      %v4 = llvm.load volatile %a {alignment = 16 : i64} : !llvm.ptr -> vector<4xf32>
      %v5 = llvm.load volatile %a {alignment = 16 : i64} : !llvm.ptr -> vector<4xf32>
      %v6 = llvm.load volatile %a {alignment = 16 : i64} : !llvm.ptr -> vector<4xf32>
      %v7 = llvm.load volatile %a {alignment = 16 : i64} : !llvm.ptr -> vector<4xf32>
      llvm.store volatile %v0, %a {alignment = 16 : i64} : vector<4xf32>, !llvm.ptr
      llvm.store volatile %v1, %a {alignment = 16 : i64} : vector<4xf32>, !llvm.ptr
      llvm.store volatile %v2, %a {alignment = 16 : i64} : vector<4xf32>, !llvm.ptr
      llvm.store volatile %v3, %a {alignment = 16 : i64} : vector<4xf32>, !llvm.ptr
      llvm.store volatile %v4, %a {alignment = 16 : i64} : vector<4xf32>, !llvm.ptr
      llvm.store volatile %v5, %a {alignment = 16 : i64} : vector<4xf32>, !llvm.ptr
      llvm.store volatile %v6, %a {alignment = 16 : i64} : vector<4xf32>, !llvm.ptr
      llvm.store volatile %v7, %a {alignment = 16 : i64} : vector<4xf32>, !llvm.ptr
      llvm.return
    }
  }
}
