// RUN: ts-opt %s -split-input-file -verify-diagnostics --ts-place-shared | FileCheck %s

// Buffers one after the other, each of whole 16 bytes (the second has 84 bytes,
// and takes 96); the launch learns the sum, which is what a schedule is checked
// against. The ring's padding counts.

#shared = #gpu.address_space<workgroup>

// CHECK-LABEL: func.func @two
// CHECK: %[[SIZE:.*]] = arith.constant 576 : i32
// CHECK: gpu.launch
// CHECK-SAME: dynamic_shared_memory_size %[[SIZE]]
// CHECK: %[[ALL:.*]] = gpu.dynamic_shared_memory
// CHECK: %[[FIRST:.*]] = arith.constant 0 : index
// CHECK: memref.view %[[ALL]][%[[FIRST]]][] : {{.*}} to memref<120xf32
// CHECK: memref.reinterpret_cast {{.*}} strides: [60, 1, 12] : {{.*}} to memref<2x8x5xf32, strided<[60, 1, 12]>
// CHECK: %[[SECOND:.*]] = arith.constant 480 : index
// CHECK: memref.view %[[ALL]][%[[SECOND]]][] : {{.*}} to memref<21xf32
func.func @two() {
  %one = arith.constant 1 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    %ring = ts.alloc warp : memref<2x8x5xf32, strided<[60, 1, 12]>, #shared>
    %slice = ts.alloc block : memref<3x7xf32, #shared>
    gpu.terminator
  }
  return
}

// -----

// Nothing to place: nothing changes.

// CHECK-LABEL: func.func @none
// CHECK-NOT: dynamic_shared_memory
// CHECK: return
func.func @none() {
  %one = arith.constant 1 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    gpu.terminator
  }
  return
}
