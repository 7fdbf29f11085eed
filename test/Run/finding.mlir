// A defect that the simulator finds is an error of the run (exit code 4), with
// the place in the PTX, the block, the thread and the address.
//
// RUN: not ts-run %s --device=sim 2>&1 | FileCheck %s
// CHECK: error: {{.*}}kernel 'past', line {{[0-9]+}} (st.global{{.*}}), block (0,0,0), thread (4,0,0): {{.*}}0x
// CHECK-NOT: result
module attributes {gpu.container_module} {
  gpu.module @kernels {
    gpu.func @past(%a: memref<4xf32>) kernel {
      %one = arith.constant 1.0 : f32
      %i = gpu.thread_id x
      memref.store %one, %a[%i] : memref<4xf32>
      gpu.return
    }
  }
  func.func @main(%a: memref<4xf32>) {
    %c1 = arith.constant 1 : index
    %c5 = arith.constant 5 : index
    gpu.launch_func @kernels::@past blocks in (%c1, %c1, %c1) threads in (%c5, %c1, %c1)
        args(%a : memref<4xf32>)
    return
  }
}
