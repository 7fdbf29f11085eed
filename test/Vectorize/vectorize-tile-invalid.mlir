// RUN: ts-opt %s -split-input-file -verify-diagnostics --ts-vectorize-tile

#s = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 8>,
  warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>

// A tile edited by hand must not leave the schedule behind.

func.func @too_large(%a: memref<16x5xf32>, %b: memref<5x128xf32>,
                     %c: memref<16x128xf32>) {
  %one = arith.constant 1 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    // expected-error @below {{operand 'c' of 16x128 exceeds the schedule's tile of 8x128}}
    ts.matmul ins(%a, %b : memref<16x5xf32>, memref<5x128xf32>)
              outs(%c : memref<16x128xf32>)
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

#s = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 8>,
  warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>

func.func @dynamic_k(%a: memref<8x?xf32>, %b: memref<?x128xf32>,
                     %c: memref<8x128xf32>) {
  %one = arith.constant 1 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    // expected-error @below {{extent k of operand 'a' must be static}}
    ts.matmul ins(%a, %b : memref<8x?xf32>, memref<?x128xf32>)
              outs(%c : memref<8x128xf32>)
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

func.func @no_schedule(%a: memref<8x5xf32>, %b: memref<5x128xf32>,
                       %c: memref<8x128xf32>) {
  %one = arith.constant 1 : index
  // expected-error @below {{kernel with a ts.matmul has no ts.schedule}}
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    ts.matmul ins(%a, %b : memref<8x5xf32>, memref<5x128xf32>)
              outs(%c : memref<8x128xf32>)
    gpu.terminator
  }
  return
}
