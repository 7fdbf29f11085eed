// The step as a whole: a launch in host code becomes a kernel that is named
// after its function, and nothing is left but llvm and nvvm.
// RUN: ts-opt %s --ts-compile=stop-after=lower | FileCheck %s
// RUN: ts-opt %s --ts-compile=stop-after=lower | ts-opt --ts-compile=stop-after=lower | FileCheck %s

// CHECK-LABEL: llvm.func @scale
// CHECK: gpu.launch_func @scale_kernel::@scale_kernel
// CHECK: llvm.func @_mlir_ciface_scale
// CHECK: gpu.module @scale_kernel
// CHECK: llvm.func @scale_kernel(%[[A:.*]]: !llvm.ptr) attributes {{.*}}nvvm.reqntid = array<i32: 32, 1, 1>
// CHECK-NOT: unrealized_conversion_cast
// CHECK-DAG: nvvm.read.ptx.sreg.ctaid.x range <i32, 0, 2>
// CHECK-DAG: nvvm.read.ptx.sreg.tid.x range <i32, 0, 32>
// CHECK: llvm.load %{{.*}} {alignment = 16 : i64} : !llvm.ptr -> vector<4xf32>
// CHECK: llvm.fmul
// CHECK: llvm.store %{{.*}} {alignment = 16 : i64} : vector<4xf32>, !llvm.ptr
func.func @scale(%a: memref<2x128xf32>) {
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c32 = arith.constant 32 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c2, %gy = %c1, %gz = %c1)
             threads(%tx, %ty, %tz) in (%sx = %c32, %sy = %c1, %sz = %c1) {
    %column = affine.apply affine_map<(d0) -> (d0 * 4)>(%tx)
    %row = memref.subview %a[%bx, 0] [1, 128] [1, 1]
        : memref<2x128xf32> to memref<1x128xf32, strided<[128, 1], offset: ?>>
    %c0 = arith.constant 0 : index
    %v = vector.load %row[%c0, %column] {alignment = 16}
        : memref<1x128xf32, strided<[128, 1], offset: ?>>, vector<4xf32>
    %w = arith.mulf %v, %v : vector<4xf32>
    vector.store %w, %row[%c0, %column] {alignment = 16}
        : memref<1x128xf32, strided<[128, 1], offset: ?>>, vector<4xf32>
    gpu.terminator
  }
  return
}
