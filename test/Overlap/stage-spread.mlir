// RUN: ts-opt %s -allow-unregistered-dialect -split-input-file --ts-stage-operands --canonicalize --cse | FileCheck %s

// The slice's buffer keeps together what the schedule spreads over a row of lanes;
// a dense ring has columns without padding between them (8 and 40 apart; 12 and 60
// in a padded one).

#s = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 32>,
  warps = [2, 1], tile = [8, 128], math = fma<lanes = [2, 16], vector = 4, spread = true>,
  a = <home = warp_shared, depth = 3, dense = true>, b = <home = shared>, ahead = 0, store = <>>

// CHECK-LABEL: func.func @spread
// CHECK-DAG: ts.alloc block spread [16, 4] : memref<5x128xf32, #gpu.address_space<workgroup>>
// CHECK-DAG: ts.alloc warp : memref<2x3x8x5xf32, strided<[120, 40, 1, 8]>, #gpu.address_space<workgroup>>
// CHECK-NOT: ts.home
func.func @spread(%a: memref<32x5xf32>, %b: memref<5x128xf32>) {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %c4 = arith.constant 4 : index
  %c8 = arith.constant 8 : index
  %c64 = arith.constant 64 : index
  %one = arith.constant 1 : index
  %pad = ub.poison : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %c64, %sy = %one, %sz = %one) {
    %slice = ts.home %b <home = shared> : memref<5x128xf32> to memref<5x128xf32>
    %v = vector.transfer_read %slice[%c0, %c0], %pad {in_bounds = [true, true]} : memref<5x128xf32>, vector<1x128xf32>
    "test.use"(%v) : (vector<1x128xf32>) -> ()
    scf.for %t = %c0 to %c4 step %c2 {
      %row = arith.muli %t, %c8 : index
      %rows = memref.subview %a[%row, 0] [8, 5] [1, 1] : memref<32x5xf32> to memref<8x5xf32, strided<[5, 1], offset: ?>>
      %tile = ts.home %rows <home = warp_shared, depth = 3, dense = true> : memref<8x5xf32, strided<[5, 1], offset: ?>> to memref<8x5xf32>
      %w = vector.transfer_read %tile[%c0, %c0], %pad {in_bounds = [true, true]} : memref<8x5xf32>, vector<8x1xf32>
      "test.use"(%w) : (vector<8x1xf32>) -> ()
    }
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

// Without spread, a plain buffer.

#s = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 8>,
  warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = shared>, ahead = 0, store = <>>

// CHECK-LABEL: func.func @plain
// CHECK: ts.alloc block : memref<5x128xf32, #gpu.address_space<workgroup>>
func.func @plain(%b: memref<5x128xf32>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : index
  %pad = ub.poison : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    %slice = ts.home %b <home = shared> : memref<5x128xf32> to memref<5x128xf32>
    %v = vector.transfer_read %slice[%c0, %c0], %pad {in_bounds = [true, true]} : memref<5x128xf32>, vector<1x128xf32>
    "test.use"(%v) : (vector<1x128xf32>) -> ()
    gpu.terminator
  } {ts.schedule = #s}
  return
}
