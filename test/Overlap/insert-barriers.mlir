// RUN: ts-opt %s -allow-unregistered-dialect --ts-insert-barriers | FileCheck %s
// RUN: ts-opt %s -allow-unregistered-dialect --ts-insert-barriers | ts-opt -allow-unregistered-dialect --ts-insert-barriers | FileCheck %s

#ring = strided<[1, 12], offset: ?>
#shared = #gpu.address_space<workgroup>

// The slice is read after it is copied, and copied again in the next round after
// it was read. The inner loop only reads: its barrier stands in front.

// CHECK-LABEL: func.func @slices
// CHECK: scf.for
// CHECK-NEXT: gpu.barrier
// CHECK-NEXT: ts.copy
// CHECK-NEXT: nvvm.cp.async.commit.group
// CHECK-NEXT: nvvm.cp.async.wait.group 0
// CHECK-NEXT: gpu.barrier
// CHECK-NEXT: scf.for
// CHECK-NOT: barrier
// CHECK: return
func.func @slices(%b: memref<5x128xf32>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : index
  %ten = arith.constant 10 : index
  %pad = ub.poison : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    %buffer = ts.alloc block : memref<5x128xf32, #shared>
    scf.for %s = %c0 to %ten step %one {
      ts.copy block %b, %buffer : memref<5x128xf32> to memref<5x128xf32, #shared>
      nvvm.cp.async.commit.group
      nvvm.cp.async.wait.group 0
      scf.for %t = %c0 to %tx step %one {
        %v = vector.transfer_read %buffer[%c0, %c0], %pad {in_bounds = [true, true]} : memref<5x128xf32, #shared>, vector<1x128xf32>
        "test.use"(%v) : (vector<1x128xf32>) -> ()
      }
    }
    gpu.terminator
  }
  return
}

// A ring of a warp takes barriers of a warp: before the slot is overwritten and
// before the other one is read. Nothing waits for the block.

// CHECK-LABEL: func.func @ring
// CHECK-NOT: gpu.barrier
// CHECK: scf.for
// CHECK: nvvm.bar.warp.sync
// CHECK-NEXT: scf.if
// CHECK-NEXT:   ts.copy
// CHECK: nvvm.cp.async.wait.group 1
// CHECK-NEXT: arith.constant
// CHECK-NEXT: nvvm.bar.warp.sync
// CHECK-NEXT: vector.transfer_read
// CHECK-NOT: nvvm.bar.warp.sync
// CHECK: return
func.func @ring(%a: memref<8x5xf32>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : index
  %ten = arith.constant 10 : index
  %true = arith.constant true
  %pad = ub.poison : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    %buffer = ts.alloc warp : memref<2x8x5xf32, strided<[60, 1, 12]>, #shared>
    scf.for %t = %c0 to %ten step %one {
      %slot = memref.subview %buffer[%t, 0, 0] [1, 8, 5] [1, 1, 1] : memref<2x8x5xf32, strided<[60, 1, 12]>, #shared> to memref<8x5xf32, #ring, #shared>
      scf.if %true {
        ts.copy warp %a, %slot : memref<8x5xf32> to memref<8x5xf32, #ring, #shared>
      }
      nvvm.cp.async.commit.group
      nvvm.cp.async.wait.group 1
      %v = vector.transfer_read %slot[%c0, %c0], %pad {in_bounds = [true, true]} : memref<8x5xf32, #ring, #shared>, vector<8x1xf32>
      "test.use"(%v) : (vector<8x1xf32>) -> ()
    }
    gpu.terminator
  }
  return
}

// A buffer that is only written, once, needs none.

// CHECK-LABEL: func.func @none
// CHECK-NOT: barrier
// CHECK: return
func.func @none(%b: memref<5x128xf32>) {
  %one = arith.constant 1 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    %buffer = ts.alloc block : memref<5x128xf32, #shared>
    ts.copy block %b, %buffer : memref<5x128xf32> to memref<5x128xf32, #shared>
    gpu.terminator
  }
  return
}
