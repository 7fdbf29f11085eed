// RUN: ts-opt %s -split-input-file --ts-vectorize-tile | FileCheck %s

// Products of pieces on the tensor cores: the small ones are added up first, and
// the leading one goes on from their sum.

#s = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 8>,
  warps = [1, 1], tile = [8, 64],
  math = mma<m16n8k16_bf16, orientation = columns, depth = 32, vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>

// CHECK-LABEL: func.func @bf16x3
// CHECK: %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : vector<8x64xf32>
// CHECK: %[[A:.*]]:2 = ts.split bf16 %{{.*}} : vector<8x32xf32> to vector<8x32xbf16>, vector<8x32xbf16>
// CHECK: %[[B:.*]]:2 = ts.split bf16 %{{.*}} : vector<32x64xf32> to vector<32x64xbf16>, vector<32x64xbf16>
// CHECK: %[[X:.*]] = vector.contract {{.*}} %[[A]]#0, %[[B]]#1, %[[ZERO]]
// CHECK: %[[CROSS:.*]] = vector.contract {{.*}} %[[A]]#1, %[[B]]#0, %[[X]]
// CHECK: %[[MAIN:.*]] = vector.contract {{.*}} %[[A]]#0, %[[B]]#0, %[[CROSS]]
// CHECK-NOT: vector.fma
// CHECK: vector.transfer_write %[[MAIN]]
func.func @bf16x3(%a: memref<8x32xf32>, %b: memref<32x64xf32>, %c: memref<8x64xf32>) {
  %one = arith.constant 1 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    ts.matmul {precision = #ts.precision<bf16x3>}
      ins(%a, %b : memref<8x32xf32>, memref<32x64xf32>) outs(%c : memref<8x64xf32>)
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

// If K takes more than one step, the small products keep an accumulator of their
// own: in that of the leading ones they would meet a large sum.

#s = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 8>,
  warps = [1, 1], tile = [8, 64],
  math = mma<m16n8k16_bf16, orientation = columns, depth = 32, vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>

// CHECK-LABEL: func.func @long_k
// CHECK: %[[SUMS:.*]]:2 = scf.for {{.*}} iter_args(%[[MAIN:.*]] = %{{.*}}, %[[CROSS:.*]] = %{{.*}})
// CHECK: %[[A:.*]]:2 = ts.split
// CHECK: %[[B:.*]]:2 = ts.split
// CHECK: %[[X:.*]] = vector.contract {{.*}} %[[A]]#0, %[[B]]#1, %[[CROSS]]
// CHECK: %[[SMALL:.*]] = vector.contract {{.*}} %[[A]]#1, %[[B]]#0, %[[X]]
// CHECK: %[[LARGE:.*]] = vector.contract {{.*}} %[[A]]#0, %[[B]]#0, %[[MAIN]]
// CHECK: scf.yield %[[LARGE]], %[[SMALL]]
// CHECK: %[[ONE:.*]] = arith.constant dense<1.000000e+00>
// CHECK: %[[SUM:.*]] = vector.fma %[[SUMS]]#1, %[[ONE]], %[[SUMS]]#0
// CHECK: vector.transfer_write %[[SUM]]
func.func @long_k(%a: memref<8x64xf32>, %b: memref<64x64xf32>, %c: memref<8x64xf32>) {
  %one = arith.constant 1 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    ts.matmul {precision = #ts.precision<bf16x3>}
      ins(%a, %b : memref<8x64xf32>, memref<64x64xf32>) outs(%c : memref<8x64xf32>)
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

// Scales of rows and columns come back one after the other; what piece 1 was
// stored times is taken back.

#s = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 8>,
  warps = [1, 1], tile = [8, 64],
  math = mma<m16n8k16_f16, orientation = columns, depth = 32, vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>

// CHECK-LABEL: func.func @f16x3
// CHECK: %[[A:.*]]:3 = ts.split scaled_f16 %{{.*}} along 1 : {{.*}} vector<8x1xf32>
// CHECK: %[[B:.*]]:3 = ts.split scaled_f16 %{{.*}} along 0 : {{.*}} vector<1x64xf32>
// CHECK: arith.constant dense<4.8828125E-4>
// CHECK: %[[SUM:.*]] = vector.fma
// CHECK: vector.broadcast %[[A]]#2
// CHECK: %[[ROWS:.*]] = arith.mulf %[[SUM]]
// CHECK: vector.broadcast %[[B]]#2
// CHECK: arith.mulf %[[ROWS]]
func.func @f16x3(%a: memref<8x32xf32>, %b: memref<32x64xf32>, %c: memref<8x64xf32>) {
  %one = arith.constant 1 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    ts.matmul {precision = #ts.precision<f16x3>}
      ins(%a, %b : memref<8x32xf32>, memref<32x64xf32>) outs(%c : memref<8x64xf32>)
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

// K beyond the depth: a loop, whose last product is filled up with zeros. The
// sum is f32 and is rounded once.

#s = #ts.schedule<general, blocks = <order = grid, columns = 16, rows = 16>,
  warps = [1, 1], tile = [16, 16],
  math = mma<m16n8k16_f16, orientation = rows, depth = 16, vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>

// CHECK-LABEL: func.func @native
// CHECK: %[[END:.*]] = arith.constant 48 : index
// CHECK: %[[STEP:.*]] = arith.constant 16 : index
// CHECK: scf.for %[[K:.*]] = %{{.*}} to %[[END]] step %[[STEP]]
// CHECK-SAME: vector<16x16xf32>
// CHECK: %[[PAD:.*]] = arith.constant 0.000000e+00 : f16
// CHECK: vector.transfer_read %{{.*}}[%{{.*}}, %[[K]]], %[[PAD]] {in_bounds = [true, false]}
// CHECK: vector.contract
// CHECK: arith.truncf %{{.*}} : vector<16x16xf32> to vector<16x16xf16>
func.func @native(%a: memref<16x40xf16>, %b: memref<40x16xf16>, %c: memref<16x16xf16>) {
  %one = arith.constant 1 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    ts.matmul {precision = #ts.precision<native>}
      ins(%a, %b : memref<16x40xf16>, memref<40x16xf16>) outs(%c : memref<16x16xf16>)
    gpu.terminator
  } {ts.schedule = #s}
  return
}
