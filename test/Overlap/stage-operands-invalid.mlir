// RUN: ts-opt %s -split-input-file -verify-diagnostics --ts-stage-operands

func.func @outside(%b: memref<5x128xf32>) {
  // expected-error @below {{stands outside of a gpu.launch}}
  %home = ts.home %b <home = shared> : memref<5x128xf32> to memref<5x128xf32>
  return
}

// -----

func.func @no_loop(%a: memref<8x5xf32>) {
  %one = arith.constant 1 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    // expected-error @below {{home 'warp_shared' needs a loop around it}}
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
