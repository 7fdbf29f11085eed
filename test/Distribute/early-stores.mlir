// RUN: ts-opt %s -split-input-file --ts-distribute-lanes --canonicalize --cse | FileCheck %s

// Odd rows walk back element by element: the first one takes the column of B that
// the last element of the row before has taken. The warp meets behind each row of
// stores, which are of two groups of four columns each.

#map = affine_map<(m, n, k) -> (m, k)>
#map1 = affine_map<(m, n, k) -> (k, n)>
#map2 = affine_map<(m, n, k) -> (m, n)>
#s = #ts.schedule<general, blocks = <order = grid, columns = 256, rows = 2>,
  warps = [1, 1], tile = [2, 256], math = fma<lanes = [1, 32], vector = 4, order = snake_elements>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <policy = cs, early = true, spaced = true>>

// CHECK-LABEL: func.func @rows_apart
// CHECK-SAME: (%[[A:[a-z0-9]+]]: memref<2x8xf32>, %[[B:[a-z0-9]+]]: memref<1x256xf32>, %[[C:[a-z0-9]+]]: memref<2x256xf32>)
// CHECK-DAG: %[[ALL:.*]] = arith.constant -1 : i32
// CHECK-DAG: %[[A0:.*]] = memref.load %[[A]][%c0, %c0]
// CHECK-DAG: %[[A1:.*]] = memref.load %[[A]][%c1, %c0]
// CHECK: %[[B0:.*]] = vector.load %{{.*}}[%c0, %c0]
// CHECK: %[[B1:.*]] = vector.load %{{.*}}[%c0, %c128]
// CHECK: %[[E:.*]]:4 = vector.to_elements %[[B0]]
// CHECK: %[[F:.*]]:4 = vector.to_elements %[[B1]]
// CHECK: %[[P0:.*]] = math.fma %[[A0]], %[[E]]#0, %{{.*}} : f32
// CHECK-NEXT: %[[P1:.*]] = math.fma %[[A0]], %[[E]]#1
// CHECK-NEXT: %[[P2:.*]] = math.fma %[[A0]], %[[E]]#2
// CHECK-NEXT: %[[P3:.*]] = math.fma %[[A0]], %[[E]]#3
// CHECK-NEXT: %[[C00:.*]] = vector.from_elements %[[P0]], %[[P1]], %[[P2]], %[[P3]]
// CHECK-NOT: nvvm.bar.warp.sync
// CHECK: ts.store cs %[[C00]], %{{.*}}[%c0, %c0]
// CHECK-NEXT: math.fma %[[A0]], %[[F]]#0
// CHECK-NEXT: math.fma %[[A0]], %[[F]]#1
// CHECK-NEXT: math.fma %[[A0]], %[[F]]#2
// CHECK-NEXT: math.fma %[[A0]], %[[F]]#3
// CHECK-NEXT: %[[C01:.*]] = vector.from_elements
// CHECK-NEXT: ts.store cs %[[C01]], %{{.*}}[%c0, %c128]
// CHECK-NEXT: nvvm.bar.warp.sync %[[ALL]]
// CHECK-NEXT: %[[Q7:.*]] = math.fma %[[A1]], %[[F]]#3
// CHECK-NEXT: %[[Q6:.*]] = math.fma %[[A1]], %[[F]]#2
// CHECK-NEXT: %[[Q5:.*]] = math.fma %[[A1]], %[[F]]#1
// CHECK-NEXT: %[[Q4:.*]] = math.fma %[[A1]], %[[F]]#0
// CHECK-NEXT: %[[C11:.*]] = vector.from_elements %[[Q4]], %[[Q5]], %[[Q6]], %[[Q7]]
// CHECK-NEXT: ts.store cs %[[C11]], %{{.*}}[%c1, %c128]
// CHECK-NEXT: %[[Q3:.*]] = math.fma %[[A1]], %[[E]]#3
// CHECK-NEXT: %[[Q2:.*]] = math.fma %[[A1]], %[[E]]#2
// CHECK-NEXT: %[[Q1:.*]] = math.fma %[[A1]], %[[E]]#1
// CHECK-NEXT: %[[Q0:.*]] = math.fma %[[A1]], %[[E]]#0
// CHECK-NEXT: %[[C10:.*]] = vector.from_elements %[[Q0]], %[[Q1]], %[[Q2]], %[[Q3]]
// CHECK-NEXT: ts.store cs %[[C10]], %{{.*}}[%c1, %c0]
// CHECK-NEXT: nvvm.bar.warp.sync %[[ALL]]
func.func @rows_apart(%a: memref<2x8xf32>, %b: memref<1x256xf32>, %c: memref<2x256xf32>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : index
  %c32 = arith.constant 32 : index
  %pad = ub.poison : f32
  %zero = arith.constant dense<0.0> : vector<2x256xf32>
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %c32, %sy = %one, %sz = %one) {
    %x = vector.transfer_read %a[%c0, %c0], %pad {in_bounds = [true, true]} : memref<2x8xf32>, vector<2x1xf32>
    %y = vector.transfer_read %b[%c0, %c0], %pad {in_bounds = [true, true]} : memref<1x256xf32>, vector<1x256xf32>
    %sum = vector.contract {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} %x, %y, %zero : vector<2x1xf32>, vector<1x256xf32> into vector<2x256xf32>
    vector.transfer_write %sum, %c[%c0, %c0] {in_bounds = [true, true]} : vector<2x256xf32>, memref<2x256xf32>
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

// Stores of single elements: a lane's part of a row is two of them.

#map = affine_map<(m, n, k) -> (m, k)>
#map1 = affine_map<(m, n, k) -> (k, n)>
#map2 = affine_map<(m, n, k) -> (m, n)>
#s = #ts.schedule<general, blocks = <order = grid, columns = 64, rows = 2>,
  warps = [1, 1], tile = [2, 64], math = fma<lanes = [1, 32], vector = 1, order = rows>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <early = true, spaced = true>>

// CHECK-LABEL: func.func @single
// CHECK-NOT: nvvm.bar.warp.sync
// CHECK: ts.store default
// CHECK-NOT: nvvm.bar.warp.sync
// CHECK: ts.store default
// CHECK-NEXT: nvvm.bar.warp.sync
// CHECK-NOT: nvvm.bar.warp.sync
// CHECK: ts.store default
// CHECK-NOT: nvvm.bar.warp.sync
// CHECK: ts.store default
// CHECK-NEXT: nvvm.bar.warp.sync
// CHECK-NOT: nvvm.bar.warp.sync
func.func @single(%a: memref<2x8xf32>, %b: memref<1x64xf32>, %c: memref<2x64xf32>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : index
  %c32 = arith.constant 32 : index
  %pad = ub.poison : f32
  %zero = arith.constant dense<0.0> : vector<2x64xf32>
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %c32, %sy = %one, %sz = %one) {
    %x = vector.transfer_read %a[%c0, %c0], %pad {in_bounds = [true, true]} : memref<2x8xf32>, vector<2x1xf32>
    %y = vector.transfer_read %b[%c0, %c0], %pad {in_bounds = [true, true]} : memref<1x64xf32>, vector<1x64xf32>
    %sum = vector.contract {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} %x, %y, %zero : vector<2x1xf32>, vector<1x64xf32> into vector<2x64xf32>
    vector.transfer_write %sum, %c[%c0, %c0] {in_bounds = [true, true]} : vector<2x64xf32>, memref<2x64xf32>
    gpu.terminator
  } {ts.schedule = #s}
  return
}
