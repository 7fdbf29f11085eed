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

// -----

#s = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 16>,
  warps = [1, 1], tile = [8, 64],
  math = mma<m16n8k16_bf16, orientation = columns, depth = 32, vector = 4>,
  a = <home = shared, rows = 16, pieces = true>, b = <home = registers>,
  ahead = 0, store = <>>

// Pieces are found where a view of rows is read and split.

func.func @pieces_read_whole(%a: memref<16x32xf32>, %b: memref<32x64xf32>) {
  %one = arith.constant 1 : index
  %c0 = arith.constant 0 : index
  %pad = ub.poison : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    %home = ts.home %a <home = shared, rows = 16, pieces = true> : memref<16x32xf32> to memref<16x32xf32>
    // expected-error @below {{reads pieces in a way that ts-stage-operands does not know: a view of rows, read and split}}
    %v = vector.transfer_read %home[%c0, %c0], %pad {in_bounds = [true, true]} : memref<16x32xf32>, vector<16x32xf32>
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

#s = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 16>,
  warps = [1, 1], tile = [8, 64],
  math = mma<m16n8k16_bf16, orientation = columns, depth = 32, vector = 4>,
  a = <home = shared, rows = 16, pieces = true>, b = <home = registers>,
  ahead = 0, store = <>>

func.func @pieces_not_read_by_vectors(%a: memref<16x32xf32>, %b: memref<32x64xf32>) {
  %one = arith.constant 1 : index
  %c0 = arith.constant 0 : index
  %pad = ub.poison : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    %home = ts.home %a <home = shared, rows = 16, pieces = true> : memref<16x32xf32> to memref<16x32xf32>
    // expected-error @below {{reads pieces in a way that ts-stage-operands does not know: a view of rows, read and split}}
    %view = memref.subview %home[0, 0] [8, 32] [1, 1] : memref<16x32xf32> to memref<8x32xf32, strided<[32, 1]>>
    %v = memref.load %view[%c0, %c0] : memref<8x32xf32, strided<[32, 1]>>
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

#s = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 16>,
  warps = [1, 1], tile = [8, 64],
  math = mma<m16n8k16_bf16, orientation = columns, depth = 32, vector = 4>,
  a = <home = shared, rows = 16, pieces = true>, b = <home = registers>,
  ahead = 0, store = <>>

func.func @pieces_used_whole(%a: memref<16x32xf32>, %b: memref<32x64xf32>) {
  %one = arith.constant 1 : index
  %c0 = arith.constant 0 : index
  %pad = ub.poison : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    %home = ts.home %a <home = shared, rows = 16, pieces = true> : memref<16x32xf32> to memref<16x32xf32>
    // expected-error @below {{reads pieces in a way that ts-stage-operands does not know: a view of rows, read and split}}
    %view = memref.subview %home[0, 0] [8, 32] [1, 1] : memref<16x32xf32> to memref<8x32xf32, strided<[32, 1]>>
    %v = vector.transfer_read %view[%c0, %c0], %pad {in_bounds = [true, true]} : memref<8x32xf32, strided<[32, 1]>>, vector<8x32xf32>
    %sum = arith.addf %v, %v : vector<8x32xf32>
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

#s = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 16>,
  warps = [1, 1], tile = [8, 64],
  math = mma<m16n8k16_bf16, orientation = columns, depth = 32, vector = 4>,
  a = <home = shared, rows = 16, pieces = true>, b = <home = registers>,
  ahead = 0, store = <>>

func.func @pieces_of_nothing(%a: memref<16x32xf32>, %b: memref<32x64xf32>) {
  %one = arith.constant 1 : index
  %c0 = arith.constant 0 : index
  %pad = ub.poison : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    // expected-error @below {{is not split anywhere}}
    %home = ts.home %a <home = shared, rows = 16, pieces = true> : memref<16x32xf32> to memref<16x32xf32>
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

#s = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 16>,
  warps = [1, 1], tile = [8, 64],
  math = mma<m16n8k16_bf16, orientation = columns, depth = 32, vector = 4>,
  a = <home = shared, rows = 16, pieces = true>, b = <home = registers>,
  ahead = 0, store = <>>

// Registers have no addresses.

func.func @part_of_registers(%a: memref<16x32xf32>, %b: memref<32x64xf32>) {
  %one = arith.constant 1 : index
  %c0 = arith.constant 0 : index
  %pad = ub.poison : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    %home = ts.home %b <home = registers> : memref<32x64xf32> to memref<32x64xf32>
    // expected-error @below {{home 'registers' can only be read as a whole}}
    %v = vector.transfer_read %home[%c0, %c0], %pad {in_bounds = [true, true]} : memref<32x64xf32>, vector<16x64xf32>
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

#s = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 8>,
  warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = warp_shared>, b = <home = global>, ahead = 0, store = <>>

// A home edited by hand must not leave the schedule behind.

func.func @other_tile(%a: memref<4x5xf32>) {
  %one = arith.constant 1 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    // expected-error @below {{a tile of 4x5 is not what the schedule's operand a has}}
    %home = ts.home %a <home = warp_shared> : memref<4x5xf32> to memref<4x5xf32>
    gpu.terminator
  } {ts.schedule = #s}
  return
}
