// RUN: ts-opt %s -split-input-file -verify-diagnostics --ts-stage-operands

func.func @outside(%b: memref<5x128xf32>) {
  // expected-error @below {{stands outside of a gpu.launch}}
  %home = ts.home %b <home = shared> : memref<5x128xf32> to memref<5x128xf32>
  return
}

// -----

// Only the schedule says how many warps share a ring.

func.func @no_schedule(%a: memref<8x5xf32>) {
  %one = arith.constant 1 : index
  // expected-error @below {{kernel with a ts.home has no ts.schedule}}
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    %home = ts.home %a <home = warp_shared> : memref<8x5xf32> to memref<8x5xf32>
    gpu.terminator
  }
  return
}

// -----

func.func @unknown_reader(%b: memref<5x128xf32>) {
  %one = arith.constant 1 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    %home = ts.home %b <home = shared> : memref<5x128xf32> to memref<5x128xf32>
    // expected-error @below {{reads an operand's home in a way that ts-stage-operands does not know}}
    %v = memref.load %home[%one, %one] : memref<5x128xf32>
    gpu.terminator
  }
  return
}
