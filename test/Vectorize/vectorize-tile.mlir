// RUN: ts-opt %s -split-input-file --ts-vectorize-tile --canonicalize --cse | FileCheck %s

// One step of k per contraction, in ascending order from zero.

#s = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 8>,
  warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>

// CHECK-LABEL: func.func @plain
// CHECK-SAME: (%[[A:.*]]: memref<8x5xf32>, %[[B:.*]]: memref<5x128xf32>, %[[C:.*]]: memref<8x128xf32>)
// CHECK-DAG: %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : vector<8x128xf32>
// CHECK: %[[SUM:.*]] = scf.for %[[K:.*]] = %c0 to %c5 step %c1 iter_args(%[[ACC:.*]] = %[[ZERO]])
// CHECK:   %[[AK:.*]] = vector.transfer_read %[[A]][%c0, %[[K]]], %{{.*}} {in_bounds = [true, true]} : memref<8x5xf32>, vector<8x1xf32>
// CHECK:   %[[BK:.*]] = vector.transfer_read %[[B]][%[[K]], %c0], %{{.*}} {in_bounds = [true, true]} : memref<5x128xf32>, vector<1x128xf32>
// CHECK:   %[[NEXT:.*]] = vector.contract {{.*}} %[[AK]], %[[BK]], %[[ACC]]
// CHECK:   scf.yield %[[NEXT]]
// CHECK: vector.transfer_write %[[SUM]], %[[C]][%c0, %c0] {in_bounds = [true, true]}
// CHECK-NOT: ts.matmul
func.func @plain(%a: memref<8x5xf32>, %b: memref<5x128xf32>,
                 %c: memref<8x128xf32>) {
  %one = arith.constant 1 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    ts.matmul ins(%a, %b : memref<8x5xf32>, memref<5x128xf32>)
              outs(%c : memref<8x128xf32>)
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

// K = 1 has no loop, K = 0 nothing to read.

#s = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 8>,
  warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>

// CHECK-LABEL: func.func @short
// CHECK-NOT: scf.for
// CHECK: vector.contract
// CHECK: vector.transfer_write
// CHECK-NOT: vector.transfer_read
// CHECK: vector.transfer_write %cst
func.func @short(%a: memref<8x1xf32>, %b: memref<1x128xf32>,
                 %c: memref<8x128xf32>, %d: memref<8x0xf32>,
                 %e: memref<0x128xf32>) {
  %one = arith.constant 1 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    ts.matmul ins(%a, %b : memref<8x1xf32>, memref<1x128xf32>)
              outs(%c : memref<8x128xf32>)
    ts.matmul ins(%d, %e : memref<8x0xf32>, memref<0x128xf32>)
              outs(%c : memref<8x128xf32>)
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

// alpha is rounded before beta * C is fused in; C is read only with a beta.

#s = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 8>,
  warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>

// CHECK-LABEL: func.func @scaled
// CHECK-SAME: %[[C:[a-z0-9]+]]: memref<8x128xf32>)
// CHECK-DAG: %[[ALPHA:.*]] = arith.constant dense<2.000000e+00>
// CHECK-DAG: %[[BETA:.*]] = arith.constant dense<5.000000e-01>
// CHECK: %[[SUM:.*]] = vector.contract
// CHECK: %[[T:.*]] = arith.mulf %[[SUM]], %[[ALPHA]]
// CHECK: %[[OLD:.*]] = vector.transfer_read %[[C]]
// CHECK: %[[NEW:.*]] = vector.fma %[[BETA]], %[[OLD]], %[[T]]
// CHECK: vector.transfer_write %[[NEW]], %[[C]]
func.func @scaled(%a: memref<8x1xf32>, %b: memref<1x128xf32>,
                  %c: memref<8x128xf32>) {
  %one = arith.constant 1 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    ts.matmul {alpha = 2.0 : f32, beta = 0.5 : f32}
      ins(%a, %b : memref<8x1xf32>, memref<1x128xf32>)
      outs(%c : memref<8x128xf32>)
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

// The rim: views of unknown extent are read and written out of bounds.

#s = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 8>,
  warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>

// CHECK-LABEL: func.func @rim
// CHECK: vector.transfer_read {{.*}} {in_bounds = [false, true]} : memref<?x3xf32>, vector<8x1xf32>
// CHECK: vector.transfer_read {{.*}} {in_bounds = [true, false]} : memref<3x?xf32>, vector<1x128xf32>
// CHECK: vector.transfer_write {{.*}} : vector<8x128xf32>, memref<?x?xf32>
func.func @rim(%a: memref<?x3xf32>, %b: memref<3x?xf32>, %c: memref<?x?xf32>) {
  %one = arith.constant 1 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    ts.matmul ins(%a, %b : memref<?x3xf32>, memref<3x?xf32>)
              outs(%c : memref<?x?xf32>)
    gpu.terminator
  } {ts.schedule = #s}
  return
}
