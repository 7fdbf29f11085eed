// RUN: ts-opt %s -split-input-file --ts-distribute-lanes --canonicalize --cse | FileCheck %s

// A lane's columns 32 apart: the copy takes column c of each 128 to c % 32 * 4 +
// c / 32, element by element; the lane loads its four at a time, and stores each by
// itself, beside its neighbours'.

#map = affine_map<(m, n, k) -> (m, k)>
#map1 = affine_map<(m, n, k) -> (k, n)>
#map2 = affine_map<(m, n, k) -> (m, n)>
#s = #ts.schedule<general, blocks = <order = grid, columns = 256, rows = 1>,
  warps = [1, 1], tile = [1, 256], math = fma<lanes = [1, 32], vector = 4, spread = true>,
  a = <home = global>, b = <home = shared>, ahead = 0, store = <policy = cs>>

// CHECK-LABEL: func.func @spread
// CHECK: %[[LANE:.*]] = arith.remui %{{.*}}, %c32
// CHECK: %[[STRIP:.*]] = arith.divui %[[COLUMN:.*]], %c32
// CHECK: %[[OF:.*]] = arith.remui %[[COLUMN]], %c32
// CHECK: %[[GROUP:.*]] = arith.divui %[[STRIP]], %c4
// CHECK: %[[START:.*]] = arith.muli %[[GROUP]], %c32
// CHECK: %[[SLOT:.*]] = arith.addi %[[START]], %[[OF]]
// CHECK: %[[FIRST:.*]] = arith.muli %[[SLOT]], %c4
// CHECK: %[[INSIDE:.*]] = arith.remui %[[STRIP]], %c4
// CHECK: %[[PLACE:.*]] = arith.addi %[[FIRST]], %[[INSIDE]]
// CHECK: nvgpu.device_async_copy %{{.*}}[%{{.*}}, %[[COLUMN]]], %[[BUFFER:.*]][%{{.*}}, %[[PLACE]]], 1
// CHECK: %[[FOUR:.*]] = arith.muli %[[LANE]], %c4
// CHECK: %[[MINE:.*]] = memref.subview %[[BUFFER]][0, %[[FOUR]]]
// CHECK: vector.load %[[MINE]][%c0, %c0] {alignment = 16 : i64} : {{.*}}, vector<4xf32>
// CHECK: vector.load %[[MINE]][%c0, %c128] {alignment = 16 : i64} : {{.*}}, vector<4xf32>
// CHECK: %[[C:.*]] = memref.subview %{{.*}}[0, %[[LANE]]]
// CHECK: ts.store cs %{{.*}}, %[[C]][%c0, %c0] : f32
// CHECK: ts.store cs %{{.*}}, %[[C]][%c0, %c32] : f32
// CHECK: ts.store cs %{{.*}}, %[[C]][%c0, %c64] : f32
// CHECK: ts.store cs %{{.*}}, %[[C]][%c0, %c96] : f32
// CHECK: ts.store cs %{{.*}}, %[[C]][%c0, %c128] : f32
// CHECK: ts.store cs %{{.*}}, %[[C]][%c0, %c224] : f32
// CHECK-NOT: ts.store
// CHECK: gpu.terminator
func.func @spread(%a: memref<1x8xf32>, %b: memref<1x256xf32>, %c: memref<1x256xf32>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : index
  %c32 = arith.constant 32 : index
  %pad = ub.poison : f32
  %zero = arith.constant dense<0.0> : vector<1x256xf32>
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %c32, %sy = %one, %sz = %one) {
    %buffer = ts.alloc block spread [32, 4] : memref<1x256xf32, #gpu.address_space<workgroup>>
    ts.copy block %b, %buffer : memref<1x256xf32> to memref<1x256xf32, #gpu.address_space<workgroup>>
    %x = vector.transfer_read %a[%c0, %c0], %pad {in_bounds = [true, true]} : memref<1x8xf32>, vector<1x1xf32>
    %y = vector.transfer_read %buffer[%c0, %c0], %pad {in_bounds = [true, true]} : memref<1x256xf32, #gpu.address_space<workgroup>>, vector<1x256xf32>
    %sum = vector.contract {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} %x, %y, %zero : vector<1x1xf32>, vector<1x256xf32> into vector<1x256xf32>
    vector.transfer_write %sum, %c[%c0, %c0] {in_bounds = [true, true]} : vector<1x256xf32>, memref<1x256xf32>
    gpu.terminator
  } {ts.schedule = #s}
  return
}
