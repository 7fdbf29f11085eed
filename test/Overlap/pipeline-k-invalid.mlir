// RUN: ts-opt %s -verify-diagnostics --ts-pipeline-k

#map = affine_map<(m, n, k) -> (m, k)>
#map1 = affine_map<(m, n, k) -> (k, n)>
#map2 = affine_map<(m, n, k) -> (m, n)>
#s = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 8>,
  warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 1, store = <>>

// What follows the product in the same step cannot be done a step ahead of it.

func.func @more_than_a_product(%a: memref<8x6xf32>, %b: memref<6x128xf32>, %c: memref<8x128xf32>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : index
  %six = arith.constant 6 : index
  %pad = ub.poison : f32
  %zero = arith.constant dense<0.0> : vector<8x128xf32>
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    // expected-error @below {{cannot be pipelined over k}}
    %sum = scf.for %k = %c0 to %six step %one iter_args(%acc = %zero) -> vector<8x128xf32> {
      %x = vector.transfer_read %a[%c0, %k], %pad {in_bounds = [true, true]} : memref<8x6xf32>, vector<8x1xf32>
      %y = vector.transfer_read %b[%k, %c0], %pad {in_bounds = [true, true]} : memref<6x128xf32>, vector<1x128xf32>
      %next = vector.contract {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} %x, %y, %acc : vector<8x1xf32>, vector<1x128xf32> into vector<8x128xf32>
      // expected-error @below {{operation scheduled before its operands}}
      %twice = arith.addf %next, %next : vector<8x128xf32>
      scf.yield %twice : vector<8x128xf32>
    }
    vector.transfer_write %sum, %c[%c0, %c0] {in_bounds = [true, true]} : vector<8x128xf32>, memref<8x128xf32>
    gpu.terminator
  } {ts.schedule = #s}
  return
}
