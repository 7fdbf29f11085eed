// A kernel that never ends: after --timeout the run says so and stops (exit
// code 4), here as on a GPU.
//
// RUN: not ts-run %s --device=sim --timeout=1 2>&1 | FileCheck %s
// CHECK: error: not finished after 1 seconds (--timeout)
module attributes {gpu.container_module} {
  gpu.module @kernels {
    gpu.func @forever(%a: memref<1xf32>) kernel {
      %c0 = arith.constant 0 : index
      %one = arith.constant 1.0 : f32
      cf.br ^loop
    ^loop:
      memref.store %one, %a[%c0] : memref<1xf32>
      gpu.barrier
      cf.br ^loop
    }
  }
  func.func @main(%a: memref<1xf32>) {
    %c1 = arith.constant 1 : index
    gpu.launch_func @kernels::@forever blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
        args(%a : memref<1xf32>)
    return
  }
}
