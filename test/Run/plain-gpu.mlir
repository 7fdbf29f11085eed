// A plain program of upstream's gpu dialect: it has no contract, so a result
// is checked only against a file.
//
// RUN: rm -rf %t && mkdir %t
// RUN: not ts-run %s --device=sim --input=5x3xf32=small-int:1 --input=3x7xf32=small-int:2 \
// RUN:   --output=@%t/c.npy 2>&1 | FileCheck %s --check-prefix=UNCHECKED
// RUN: ts-run %s --device=sim --input=5x3xf32=small-int:1 --input=3x7xf32=small-int:2 \
// RUN:   --expected_output=@%t/c.npy | FileCheck %s
// RUN: not ts-run %s --device=sim --input=5x3xf32=small-int:1 --input=3x7xf32=small-int:3 \
// RUN:   --expected_output=@%t/c.npy 2>&1 | FileCheck %s --check-prefix=DIFFERENT
//
// UNCHECKED: NOT CHECKED
// UNCHECKED: error: not checked: no contract
// CHECK: checked {{.*}}argument 2: 35 of 35 elements (100.00%), on the file
// CHECK: result {{.*}}ok
// DIFFERENT: error: not as expected, argument 2: {{[0-9]+}} of 35 elements differ
module attributes {gpu.container_module} {
  gpu.module @kernels {
    gpu.func @mm(%a: memref<5x3xf32>, %b: memref<3x7xf32>, %c: memref<5x7xf32>) kernel {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c3 = arith.constant 3 : index
      %zero = arith.constant 0.0 : f32
      %i = gpu.block_id x
      %j = gpu.thread_id x
      %acc = scf.for %k = %c0 to %c3 step %c1 iter_args(%s = %zero) -> (f32) {
        %x = memref.load %a[%i, %k] : memref<5x3xf32>
        %y = memref.load %b[%k, %j] : memref<3x7xf32>
        %n = math.fma %x, %y, %s : f32
        scf.yield %n : f32
      }
      memref.store %acc, %c[%i, %j] : memref<5x7xf32>
      gpu.return
    }
  }
  func.func @main(%a: memref<5x3xf32>, %b: memref<3x7xf32>, %c: memref<5x7xf32>) {
    %c1 = arith.constant 1 : index
    %c5 = arith.constant 5 : index
    %c7 = arith.constant 7 : index
    gpu.launch_func @kernels::@mm blocks in (%c5, %c1, %c1) threads in (%c7, %c1, %c1)
        args(%a : memref<5x3xf32>, %b : memref<3x7xf32>, %c : memref<5x7xf32>)
    return
  }
}
