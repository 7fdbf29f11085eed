// RUN: ts-opt %s -split-input-file --ts-outline-kernel | FileCheck %s
// RUN: ts-opt %s -split-input-file --ts-outline-kernel | ts-opt -split-input-file --ts-outline-kernel | FileCheck %s

// Each kernel takes its own launch's schedule along; one without stays without.

#one = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 8>,
  warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>
#two = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 16>,
  warps = [2, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>

// CHECK-LABEL: func.func @three
// CHECK: gpu.launch_func @three_kernel::@three_kernel
// CHECK: gpu.launch_func @three_kernel_0::@three_kernel
// CHECK: gpu.launch_func @three_kernel_1::@three_kernel
// CHECK: gpu.func @three_kernel(
// CHECK-SAME: ts.schedule = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 16>
// CHECK: gpu.func @three_kernel(
// CHECK-NOT: ts.schedule
// CHECK: gpu.func @three_kernel(
// CHECK-SAME: ts.schedule = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 8>
func.func @three(%c: memref<8x128xf32>, %x: f32) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    memref.store %x, %c[%c0, %c0] : memref<8x128xf32>
    gpu.terminator
  } {ts.schedule = #two}
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    memref.store %x, %c[%c0, %c0] : memref<8x128xf32>
    gpu.terminator
  }
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    memref.store %x, %c[%c0, %c0] : memref<8x128xf32>
    gpu.terminator
  } {ts.schedule = #one}
  return
}

// -----

// Nothing to outline.

// CHECK-LABEL: func.func @none
// CHECK-NOT: gpu.module
func.func @none() {
  return
}
