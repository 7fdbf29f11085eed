// RUN: ts-opt %s -split-input-file -verify-diagnostics --ts-distribute-lanes

#s = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 8>,
  warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>

// A vector that is no part of the schedule's tile, and that no lanes share.

func.func @foreign(%a: memref<3x5xf32>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : index
  %pad = ub.poison : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    // expected-error @below {{value 'vector<3x5xf32>' does not deal evenly to 32 lanes}}
    %x = vector.transfer_read %a[%c0, %c0], %pad {in_bounds = [true, true]} : memref<3x5xf32>, vector<3x5xf32>
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

#s = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 8>,
  warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>

func.func @transposed(%a: memref<8x128xf32>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : index
  %pad = ub.poison : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    %x = vector.transfer_read %a[%c0, %c0], %pad {in_bounds = [true, true]} : memref<8x128xf32>, vector<8x128xf32>
    // expected-error @below {{'vector.transpose' op on a warp-level vector cannot be dealt to lanes}}
    %y = vector.transpose %x, [1, 0] : vector<8x128xf32> to vector<128x8xf32>
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

#s = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 8>,
  warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>

func.func @unknown_operation(%a: memref<8x128xf32>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : index
  %pad = ub.poison : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    %x = vector.transfer_read %a[%c0, %c0], %pad {in_bounds = [true, true]} : memref<8x128xf32>, vector<8x128xf32>
    // expected-error @below {{on a warp-level vector cannot be dealt to lanes}}
    vector.print %x : vector<8x128xf32>
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

#s = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 8>,
  warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>

// What lanes would not notice is refused: a permuted access, a mask, a value to
// pad with, a matrix inside a larger array.

func.func @permuted(%a: memref<128x128xf32>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : index
  %pad = ub.poison : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    // expected-error @below {{'vector.transfer_read' op on a warp-level vector must access a memref of rank 2 in its order and without a mask}}
    %x = vector.transfer_read %a[%c0, %c0], %pad {in_bounds = [true, true], permutation_map = affine_map<(d0, d1) -> (d1, d0)>} : memref<128x128xf32>, vector<8x128xf32>
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

#s = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 8>,
  warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>

func.func @masked(%a: memref<8x128xf32>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : index
  %pad = ub.poison : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    %x = vector.transfer_read %a[%c0, %c0], %pad {in_bounds = [true, true]} : memref<8x128xf32>, vector<8x128xf32>
    %all = arith.constant dense<true> : vector<8x128xi1>
    // expected-error @below {{'vector.transfer_write' op on a warp-level vector must access a memref of rank 2 in its order and without a mask}}
    vector.transfer_write %x, %a[%c0, %c0], %all {in_bounds = [true, true]} : vector<8x128xf32>, memref<8x128xf32>
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

#s = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 8>,
  warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>

func.func @padded(%a: memref<?x128xf32>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : index
  %pad = ub.poison : f32
  %full = arith.constant 1.0 : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    // expected-error @below {{'vector.transfer_read' op out of bounds must be padded with ub.poison, where lanes read any element of the view, or with 0}}
    %x = vector.transfer_read %a[%c0, %c0], %full {in_bounds = [false, true]} : memref<?x128xf32>, vector<8x128xf32>
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

#s = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 8>,
  warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>

func.func @of_rank_3(%a: memref<2x8x128xf32>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : index
  %pad = ub.poison : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    // expected-error @below {{must access a memref of rank 2}}
    %x = vector.transfer_read %a[%c0, %c0, %c0], %pad {in_bounds = [true, true]} : memref<2x8x128xf32>, vector<8x128xf32>
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

#map = affine_map<(m, n, k) -> (m, k)>
#map1 = affine_map<(m, n, k) -> (k, n)>
#map2 = affine_map<(m, n, k) -> (m, n)>
#s = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 8>,
  warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>

// A reduction other than the sum.

func.func @largest(%a: memref<8x1xf32>, %b: memref<1x128xf32>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : index
  %pad = ub.poison : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    %acc = arith.constant dense<0.0> : vector<8x128xf32>
    %x = vector.transfer_read %a[%c0, %c0], %pad {in_bounds = [true, true]} : memref<8x1xf32>, vector<8x1xf32>
    %y = vector.transfer_read %b[%c0, %c0], %pad {in_bounds = [true, true]} : memref<1x128xf32>, vector<1x128xf32>
    // expected-error @below {{'vector.contract' op on warp-level vectors must add up the products of (m, k) and (k, n) to (m, n)}}
    %z = vector.contract {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "reduction"], kind = #vector.kind<maxnumf>} %x, %y, %acc : vector<8x1xf32>, vector<1x128xf32> into vector<8x128xf32>
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

#s = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 8>,
  warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>

// Values no lane owns a part of.

func.func @from_outside(%a: memref<8x128xf32>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : index
  %pad = ub.poison : f32
  %x = vector.transfer_read %a[%c0, %c0], %pad {in_bounds = [true, true]} : memref<8x128xf32>, vector<8x128xf32>
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    // expected-error @below {{'vector.transfer_write' op uses a warp-level vector from outside of the kernel, of which no lane owns a part}}
    vector.transfer_write %x, %a[%c0, %c0] {in_bounds = [true, true]} : vector<8x128xf32>, memref<8x128xf32>
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

#s = #ts.schedule<general, blocks = <order = grid, columns = 32, rows = 1>,
  warps = [1, 1], tile = [1, 32], math = fma<lanes = [1, 32], vector = 1>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>

func.func @unequal(%a: memref<1x32xf32>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : index
  // expected-error @below {{'arith.constant' op of a warp-level vector must have equal elements}}
  %x = arith.constant dense<[[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0, 17.0, 18.0, 19.0, 20.0, 21.0, 22.0, 23.0, 24.0, 25.0, 26.0, 27.0, 28.0, 29.0, 30.0, 31.0]]> : vector<1x32xf32>
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    vector.transfer_write %x, %a[%c0, %c0] {in_bounds = [true, true]} : vector<1x32xf32>, memref<1x32xf32>
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

// A product of another tile than the schedule's.

#map = affine_map<(m, n, k) -> (m, k)>
#map1 = affine_map<(m, n, k) -> (k, n)>
#map2 = affine_map<(m, n, k) -> (m, n)>
#s = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 8>,
  warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>

func.func @other_tile(%a: memref<4x1xf32>, %b: memref<1x128xf32>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : index
  %pad = ub.poison : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    %acc = arith.constant dense<0.0> : vector<4x128xf32>
    %x = vector.transfer_read %a[%c0, %c0], %pad {in_bounds = [true, true]} : memref<4x1xf32>, vector<4x1xf32>
    %y = vector.transfer_read %b[%c0, %c0], %pad {in_bounds = [true, true]} : memref<1x128xf32>, vector<1x128xf32>
    // expected-error @below {{value 'vector<4x1xf32>' does not belong to the schedule's tile of 8x128}}
    %z = vector.contract {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} %x, %y, %acc : vector<4x1xf32>, vector<1x128xf32> into vector<4x128xf32>
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

// The accumulator's elements lie elsewhere than the operand's.

#map = affine_map<(m, n, k) -> (m, k)>
#map1 = affine_map<(m, n, k) -> (k, n)>
#map2 = affine_map<(m, n, k) -> (m, n)>
#s = #ts.schedule<general, blocks = <order = grid, columns = 64, rows = 8>,
  warps = [1, 1], tile = [8, 64],
  math = mma<m16n8k8_tf32, orientation = columns, depth = 8, vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>

func.func @two_layouts(%a: memref<8x8xf32>, %b: memref<8x64xf32>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : index
  %pad = ub.poison : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    %x = vector.transfer_read %a[%c0, %c0], %pad {in_bounds = [true, true]} : memref<8x8xf32>, vector<8x8xf32>
    %y = vector.transfer_read %b[%c0, %c0], %pad {in_bounds = [true, true]} : memref<8x64xf32>, vector<8x64xf32>
    // expected-error @below {{value 'vector<8x64xf32>' is needed in two layouts}}
    %z = vector.contract {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} %x, %y, %y : vector<8x8xf32>, vector<8x64xf32> into vector<8x64xf32>
    gpu.terminator
  } {ts.schedule = #s}
  return
}
