// RUN: ts-opt %s -allow-unregistered-dialect -split-input-file --ts-stage-operands --canonicalize --cse | FileCheck %s
// RUN: ts-opt %s -allow-unregistered-dialect -split-input-file --ts-stage-operands --canonicalize --cse | ts-opt -allow-unregistered-dialect -split-input-file --ts-stage-operands | FileCheck %s

// A shared slice: copied once, waited for, read in place.

#s = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 8>,
  warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = shared, swap = 1>, ahead = 0, store = <>>

// CHECK-LABEL: func.func @shared
// CHECK: %[[BUFFER:.*]] = ts.alloc block swap(1) : memref<5x128xf32, #gpu.address_space<workgroup>>
// CHECK: ts.copy block %{{.*}}, %[[BUFFER]] : memref<5x100xf32
// CHECK-NEXT: nvvm.cp.async.commit.group
// CHECK-NEXT: nvvm.cp.async.wait.group 0
// CHECK: vector.transfer_read %[[BUFFER]]
// CHECK-NOT: ts.home
func.func @shared(%b: memref<5x100xf32>, %c: memref<8x128xf32>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : index
  %pad = ub.poison : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    %home = ts.home %b <home = shared, swap = 1> : memref<5x100xf32> to memref<5x128xf32>
    %view = memref.subview %home[0, 0] [5, 128] [1, 1] : memref<5x128xf32> to memref<5x128xf32, strided<[128, 1]>>
    %v = vector.transfer_read %view[%c0, %c0], %pad {in_bounds = [true, true]} : memref<5x128xf32, strided<[128, 1]>>, vector<1x128xf32>
    "test.use"(%v) : (vector<1x128xf32>) -> ()
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

// A ring of three: two tiles are copied ahead of the loop, the third in flight
// while the first is computed; the slot wraps.

#s = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 16>,
  warps = [2, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = warp_shared, depth = 3>, b = <home = global>, ahead = 0,
  store = <>>

// CHECK-LABEL: func.func @ring
// CHECK: %[[RING:.*]] = ts.alloc warp : memref<2x3x8x5xf32, strided<[180, 60, 1, 12]>, #gpu.address_space<workgroup>>
// CHECK: scf.if
// CHECK:   ts.copy warp
// CHECK: nvvm.cp.async.commit.group
// CHECK: scf.if
// CHECK:   ts.copy warp
// CHECK: nvvm.cp.async.commit.group
// CHECK: scf.for %[[T:.*]] = {{.*}} iter_args(%[[SLOT:.*]] = %c0)
// CHECK:   %[[LATER:.*]] = arith.addi %[[T]], %c2
// CHECK:   %[[EXISTS:.*]] = arith.cmpi slt, %[[LATER]]
// CHECK:   scf.if %[[EXISTS]]
// CHECK:     ts.copy warp
// CHECK:   nvvm.cp.async.commit.group
// CHECK:   nvvm.cp.async.wait.group 2
// CHECK:   %[[TILE:.*]] = memref.subview %[[RING]][{{.*}}, %[[SLOT]], 0, 0] [1, 1, 8, 5]
// CHECK:   vector.transfer_read %[[TILE]]
// CHECK:   %[[NEXT:.*]] = arith.remui %{{.*}}, %c3
// CHECK:   scf.yield %[[NEXT]]
func.func @ring(%a: memref<800x5xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : index
  %c100 = arith.constant 100 : index
  %pad = ub.poison : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    scf.for %t = %c0 to %n step %one {
      %row = affine.apply affine_map<(d0) -> (d0 * 8)>(%t)
      %view = memref.subview %a[%row, 0] [8, 5] [1, 1] : memref<800x5xf32> to memref<8x5xf32, strided<[5, 1], offset: ?>>
      %home = ts.home %view <home = warp_shared, depth = 3> : memref<8x5xf32, strided<[5, 1], offset: ?>> to memref<8x5xf32>
      %v = vector.transfer_read %home[%c0, %c0], %pad {in_bounds = [true, true]} : memref<8x5xf32>, vector<8x1xf32>
      "test.use"(%v) : (vector<8x1xf32>) -> ()
    }
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

// A ring of one: copied and waited for where it is needed, no slot arithmetic.

#s = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 8>,
  warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = warp_shared>, b = <home = global>, ahead = 0, store = <>>

// CHECK-LABEL: func.func @ring_of_one
// CHECK-NOT: ts.copy
// CHECK: scf.for
// CHECK: ts.copy warp
// CHECK: nvvm.cp.async.wait.group 0
// CHECK-NOT: arith.remui
// CHECK: return
func.func @ring_of_one(%a: memref<800x5xf32>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : index
  %c100 = arith.constant 100 : index
  %pad = ub.poison : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    scf.for %t = %c0 to %c100 step %one {
      %view = memref.subview %a[%t, 0] [8, 5] [1, 1] : memref<800x5xf32> to memref<8x5xf32, strided<[5, 1], offset: ?>>
      %home = ts.home %view <home = warp_shared> : memref<8x5xf32, strided<[5, 1], offset: ?>> to memref<8x5xf32>
      %v = vector.transfer_read %home[%c0, %c0], %pad {in_bounds = [true, true]} : memref<8x5xf32>, vector<8x1xf32>
      "test.use"(%v) : (vector<8x1xf32>) -> ()
    }
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

// What a loop reads may be defined behind its bounds: the first copies wait for
// it, too.

#s = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 8>,
  warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = shared, depth = 2, rows = 8>, b = <home = global>, ahead = 0,
  store = <>>

// CHECK-LABEL: func.func @late_source
// CHECK: ts.alloc block
// CHECK: %[[A:.*]] = memref.transpose
// CHECK: memref.subview %[[A]][0, 0]
// CHECK: ts.copy block
// CHECK: "test.other"
// CHECK: scf.for
// CHECK: ts.copy block
func.func @late_source(%a: memref<5x800xf32>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : index
  %c100 = arith.constant 100 : index
  %pad = ub.poison : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    %rows = memref.transpose %a (i, j) -> (j, i) : memref<5x800xf32> to memref<800x5xf32, strided<[1, 800]>>
    "test.other"() : () -> ()
    scf.for %t = %c0 to %c100 step %one {
      %row = affine.apply affine_map<(d0) -> (d0 * 8)>(%t)
      %view = memref.subview %rows[%row, 0] [8, 5] [1, 1] : memref<800x5xf32, strided<[1, 800]>> to memref<8x5xf32, strided<[1, 800], offset: ?>>
      %home = ts.home %view <home = shared, depth = 2, rows = 8> : memref<8x5xf32, strided<[1, 800], offset: ?>> to memref<8x5xf32>
      %tile = memref.subview %home[0, 0] [8, 5] [1, 1] : memref<8x5xf32> to memref<8x5xf32, strided<[5, 1]>>
      %v = vector.transfer_read %tile[%c0, %c0], %pad {in_bounds = [true, true]} : memref<8x5xf32, strided<[5, 1]>>, vector<8x5xf32>
      "test.use"(%v) : (vector<8x5xf32>) -> ()
    }
    gpu.terminator
  } {ts.schedule = #s}
  return
}
