// RUN: ts-opt %s -split-input-file --ts-distribute-lanes --canonicalize --cse | FileCheck %s

// Each lane of 32 owns 2 rows and two groups of four columns. The read of B is
// 128 bits wide, the operand A a broadcast; even rows walk forward, odd ones
// backward; stores follow their multiply-add.

#map = affine_map<(m, n, k) -> (m, k)>
#map1 = affine_map<(m, n, k) -> (k, n)>
#map2 = affine_map<(m, n, k) -> (m, n)>
#s = #ts.schedule<general, blocks = <order = grid, columns = 256, rows = 2>,
  warps = [1, 1], tile = [2, 256], math = fma<lanes = [1, 32], vector = 4, order = snake>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <policy = cs, early = true>>

// CHECK-LABEL: func.func @snake
// CHECK-SAME: (%[[A:[a-z0-9]+]]: memref<2x8xf32>, %[[B:[a-z0-9]+]]: memref<1x256xf32>, %[[C:[a-z0-9]+]]: memref<2x256xf32>)
// CHECK: %[[LANE:.*]] = arith.remui %{{.*}}, %c32
// CHECK: %[[A0:.*]] = memref.load %[[A]][%c0, %c0]
// CHECK: %[[A1:.*]] = memref.load %[[A]][%c1, %c0]
// CHECK: %[[COLUMN:.*]] = arith.muli %[[LANE]], %c4
// CHECK: %[[LANEB:.*]] = memref.subview %[[B]][0, %[[COLUMN]]]
// CHECK: %[[B0:.*]] = vector.load %[[LANEB]][%c0, %c0] {alignment = 16 : i64} : {{.*}}, vector<4xf32>
// CHECK: %[[B1:.*]] = vector.load %[[LANEB]][%c0, %c128] {alignment = 16 : i64}
// CHECK: %[[S0:.*]] = vector.broadcast %[[A0]]
// CHECK: %[[S1:.*]] = vector.broadcast %[[A1]]
// CHECK: %[[C00:.*]] = vector.fma %[[S0]], %[[B0]]
// CHECK: %[[LANEC:.*]] = memref.subview %[[C]][0, %[[COLUMN]]]
// CHECK: ts.store cs %[[C00]], %[[LANEC]][%c0, %c0] : vector<4xf32>
// CHECK: %[[C01:.*]] = vector.fma %[[S0]], %[[B1]]
// CHECK: ts.store cs %[[C01]], %[[LANEC]][%c0, %c128]
// CHECK: %[[C11:.*]] = vector.fma %[[S1]], %[[B1]]
// CHECK: ts.store cs %[[C11]], %[[LANEC]][%c1, %c128]
// CHECK: %[[C10:.*]] = vector.fma %[[S1]], %[[B0]]
// CHECK: ts.store cs %[[C10]], %[[LANEC]][%c1, %c0]
func.func @snake(%a: memref<2x8xf32>, %b: memref<1x256xf32>, %c: memref<2x256xf32>) {
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

// Row after row, each from its first column; stores stay where they were.

#map = affine_map<(m, n, k) -> (m, k)>
#map1 = affine_map<(m, n, k) -> (k, n)>
#map2 = affine_map<(m, n, k) -> (m, n)>
#s = #ts.schedule<general, blocks = <order = grid, columns = 256, rows = 2>,
  warps = [1, 1], tile = [2, 256], math = fma<lanes = [1, 32], vector = 4, order = rows>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <policy = wt, early = false>>

// CHECK-LABEL: func.func @rows
// CHECK: %[[B0:.*]] = vector.load {{.*}}[%c0, %c0]
// CHECK: %[[B1:.*]] = vector.load {{.*}}[%c0, %c128]
// CHECK: %[[S0:.*]] = vector.broadcast
// CHECK: %[[S1:.*]] = vector.broadcast
// CHECK-NEXT: %[[C00:.*]] = vector.fma %[[S0]], %[[B0]]
// CHECK-NEXT: %[[C01:.*]] = vector.fma %[[S0]], %[[B1]]
// CHECK-NEXT: %[[C10:.*]] = vector.fma %[[S1]], %[[B0]]
// CHECK-NEXT: %[[C11:.*]] = vector.fma %[[S1]], %[[B1]]
// CHECK: ts.store wt %[[C00]]
// CHECK-NEXT: ts.store wt %[[C01]]
// CHECK-NEXT: ts.store wt %[[C10]]
// CHECK-NEXT: ts.store wt %[[C11]]
func.func @rows(%a: memref<2x8xf32>, %b: memref<1x256xf32>, %c: memref<2x256xf32>) {
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

// Column after column: each register of B is used for all rows.

#map = affine_map<(m, n, k) -> (m, k)>
#map1 = affine_map<(m, n, k) -> (k, n)>
#map2 = affine_map<(m, n, k) -> (m, n)>
#s = #ts.schedule<general, blocks = <order = grid, columns = 256, rows = 2>,
  warps = [1, 1], tile = [2, 256], math = fma<lanes = [1, 32], vector = 4, order = columns>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <policy = default, early = false>>

// CHECK-LABEL: func.func @columns
// CHECK: %[[B0:.*]] = vector.load {{.*}}[%c0, %c0]
// CHECK: %[[B1:.*]] = vector.load {{.*}}[%c0, %c128]
// CHECK: %[[S0:.*]] = vector.broadcast
// CHECK: %[[S1:.*]] = vector.broadcast
// CHECK-NEXT: vector.fma %[[S0]], %[[B0]]
// CHECK-NEXT: vector.fma %[[S1]], %[[B0]]
// CHECK-NEXT: vector.fma %[[S0]], %[[B1]]
// CHECK-NEXT: vector.fma %[[S1]], %[[B1]]
func.func @columns(%a: memref<2x8xf32>, %b: memref<1x256xf32>, %c: memref<2x256xf32>) {
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

// A loop over k carries one vector for each group of a row, beside what it
// carried before; a product with alpha and beta is computed fragment by fragment.

#map = affine_map<(m, n, k) -> (m, k)>
#map1 = affine_map<(m, n, k) -> (k, n)>
#map2 = affine_map<(m, n, k) -> (m, n)>
#s = #ts.schedule<general, blocks = <order = grid, columns = 256, rows = 1>,
  warps = [1, 1], tile = [1, 256], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>

// CHECK-LABEL: func.func @loop
// CHECK-DAG: %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : vector<4xf32>
// CHECK-DAG: %[[TWO:.*]] = arith.constant dense<2.000000e+00> : vector<4xf32>
// CHECK: %[[SUMS:.*]]:3 = scf.for %[[K:.*]] = %c0 to %c8 step %c1 iter_args(%[[C0:.*]] = %[[ZERO]], %[[C1:.*]] = %[[ZERO]], %[[COUNT:.*]] = %c0) -> (vector<4xf32>, vector<4xf32>, index)
// CHECK: memref.load %{{.*}}[%c0, %[[K]]]
// CHECK: %[[D0:.*]] = vector.fma {{.*}}, %[[C0]]
// CHECK: %[[D1:.*]] = vector.fma {{.*}}, %[[C1]]
// CHECK: scf.yield %[[D0]], %[[D1]], %{{.*}}
// CHECK: %[[S0:.*]] = arith.mulf %[[SUMS]]#0, %[[TWO]]
// CHECK: %[[S1:.*]] = arith.mulf %[[SUMS]]#1, %[[TWO]]
// CHECK: ts.store default %[[S0]], %{{.*}}[%c0, %c0]
// CHECK: ts.store default %[[S1]], %{{.*}}[%c0, %c128]
func.func @loop(%a: memref<1x8xf32>, %b: memref<8x256xf32>, %c: memref<1x256xf32>, %counts: memref<1xindex>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %c32 = arith.constant 32 : index
  %pad = ub.poison : f32
  %two = arith.constant dense<2.0> : vector<1x256xf32>
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %c32, %sy = %one, %sz = %one) {
    %zero = arith.constant dense<0.0> : vector<1x256xf32>
    %sum, %count = scf.for %k = %c0 to %c8 step %one iter_args(%acc = %zero, %n = %c0) -> (vector<1x256xf32>, index) {
      %x = vector.transfer_read %a[%c0, %k], %pad {in_bounds = [true, true]} : memref<1x8xf32>, vector<1x1xf32>
      %y = vector.transfer_read %b[%k, %c0], %pad {in_bounds = [true, true]} : memref<8x256xf32>, vector<1x256xf32>
      %next = vector.contract {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} %x, %y, %acc : vector<1x1xf32>, vector<1x256xf32> into vector<1x256xf32>
      %more = arith.addi %n, %k : index
      scf.yield %next, %more : vector<1x256xf32>, index
    }
    memref.store %count, %counts[%c0] : memref<1xindex>
    %scaled = arith.mulf %sum, %two : vector<1x256xf32>
    vector.transfer_write %scaled, %c[%c0, %c0] {in_bounds = [true, true]} : vector<1x256xf32>, memref<1x256xf32>
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

// What is known of the alignment bounds the width: an odd pitch leaves single
// elements, an even one pairs. A value on neither side of a product is dealt as
// its store allows.

#s = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 1>,
  warps = [1, 1], tile = [1, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>

// CHECK-LABEL: func.func @widths
// CHECK-COUNT-8: memref.load
// CHECK-COUNT-2: vector.load {{.*}} {alignment = 8 : i64} : {{.*}}, vector<2xf32>
// CHECK-NOT: vector.load
// CHECK-COUNT-2: ts.store default {{.*}} : vector<2xf32>
// CHECK-COUNT-4: ts.store default {{.*}} : f32
// CHECK-COUNT-2: ts.store default {{.*}} : vector<2xf32>
func.func @widths(%a: memref<8x128xf32, strided<[129, 1]>>, %b: memref<8x128xf32, strided<[130, 1]>>, %row: index, %next: index) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : index
  %c32 = arith.constant 32 : index
  %pad = ub.poison : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %c32, %sy = %one, %sz = %one) {
    %x = vector.transfer_read %a[%row, %c0], %pad {in_bounds = [true, true]} : memref<8x128xf32, strided<[129, 1]>>, vector<1x128xf32>
    %y = vector.transfer_read %b[%row, %c0], %pad {in_bounds = [true, true]} : memref<8x128xf32, strided<[130, 1]>>, vector<1x128xf32>
    %z = vector.transfer_read %b[%next, %c0], %pad {in_bounds = [true, true]} : memref<8x128xf32, strided<[130, 1]>>, vector<1x128xf32>
    vector.transfer_write %x, %b[%row, %c0] {in_bounds = [true, true]} : vector<1x128xf32>, memref<8x128xf32, strided<[130, 1]>>
    vector.transfer_write %y, %a[%row, %c0] {in_bounds = [true, true]} : vector<1x128xf32>, memref<8x128xf32, strided<[129, 1]>>
    vector.transfer_write %z, %b[%row, %c0] {in_bounds = [true, true]} : vector<1x128xf32>, memref<8x128xf32, strided<[130, 1]>>
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

// The rim: reads are clamped to the last element, writes predicated one by one,
// without a branch.

#s = #ts.schedule<general, blocks = <order = grid, columns = 32, rows = 1>,
  warps = [1, 1], tile = [1, 32], math = fma<lanes = [1, 32], vector = 1>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>

// CHECK-LABEL: func.func @rim
// CHECK: %[[EXTENT:.*]] = memref.dim
// CHECK: %[[LAST:.*]] = arith.subi %[[EXTENT]], %c1
// CHECK: %[[AT:.*]] = arith.minui %{{.*}}, %[[LAST]]
// CHECK: memref.load %{{.*}}[%{{.*}}, %[[AT]]]
// CHECK-NOT: scf.if
// CHECK: %[[FITS:.*]] = arith.cmpi ult, %{{.*}}, %[[EXTENT]]
// CHECK-NEXT: ts.store default {{.*}} if %[[FITS]] : f32
// CHECK-NOT: ts.store
// CHECK: gpu.terminator
func.func @rim(%a: memref<1x?xf32>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : index
  %c32 = arith.constant 32 : index
  %pad = ub.poison : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %c32, %sy = %one, %sz = %one) {
    %x = vector.transfer_read %a[%c0, %c0], %pad {in_bounds = [true, false]} : memref<1x?xf32>, vector<1x32xf32>
    vector.transfer_write %x, %a[%c0, %c0] {in_bounds = [true, false]} : vector<1x32xf32>, memref<1x?xf32>
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

// A buffer that swaps pairs: copies go to column c ^ 1, reads exchange words.

#s = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 1>,
  warps = [1, 1], tile = [1, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = shared, swap = 1>, ahead = 0, store = <>>

// CHECK-LABEL: func.func @swap
// CHECK: %[[SWAPPED:.*]] = arith.xori %{{.*}}, %c1
// CHECK: nvgpu.device_async_copy %{{.*}}[%{{.*}}, %{{.*}}], %{{.*}}[%{{.*}}, %[[SWAPPED]]], 1
// CHECK: %[[QUAD:.*]] = vector.load
// CHECK: %[[W0:.*]] = vector.extract %[[QUAD]][1]
// CHECK: %[[W1:.*]] = vector.extract %[[QUAD]][0]
// CHECK: %[[W2:.*]] = vector.extract %[[QUAD]][3]
// CHECK: %[[W3:.*]] = vector.extract %[[QUAD]][2]
// CHECK: %[[COLUMNS:.*]] = vector.from_elements %[[W0]], %[[W1]], %[[W2]], %[[W3]]
// CHECK: ts.store default %[[COLUMNS]]
func.func @swap(%b: memref<1x128xf32>, %c: memref<1x128xf32>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : index
  %c32 = arith.constant 32 : index
  %pad = ub.poison : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %c32, %sy = %one, %sz = %one) {
    %buffer = ts.alloc block swap(1) : memref<1x128xf32, #gpu.address_space<workgroup>>
    ts.copy block %b, %buffer : memref<1x128xf32> to memref<1x128xf32, #gpu.address_space<workgroup>>
    %x = vector.transfer_read %buffer[%c0, %c0], %pad {in_bounds = [true, true]} : memref<1x128xf32, #gpu.address_space<workgroup>>, vector<1x128xf32>
    vector.transfer_write %x, %c[%c0, %c0] {in_bounds = [true, true]} : vector<1x128xf32>, memref<1x128xf32>
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

// Single elements of such a buffer are read at their neighbour's place, too.

#s = #ts.schedule<general, blocks = <order = grid, columns = 64, rows = 1>,
  warps = [1, 1], tile = [1, 64], math = fma<lanes = [1, 32], vector = 2>,
  a = <home = global>, b = <home = shared, swap = 1>, ahead = 0, store = <>>

// CHECK-LABEL: func.func @swap_single
// CHECK-COUNT-2: arith.xori %{{.*}}, %c1
// CHECK: %[[AT:.*]] = arith.minui
// CHECK: %[[SWAPPED:.*]] = arith.xori %[[AT]], %c1
// CHECK: memref.load %{{.*}}[%{{.*}}, %[[SWAPPED]]]
func.func @swap_single(%b: memref<1x64xf32>, %c: memref<1x64xf32>, %width: index) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : index
  %c32 = arith.constant 32 : index
  %pad = ub.poison : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %c32, %sy = %one, %sz = %one) {
    %buffer = ts.alloc block swap(1) : memref<1x64xf32, #gpu.address_space<workgroup>>
    ts.copy block %b, %buffer : memref<1x64xf32> to memref<1x64xf32, #gpu.address_space<workgroup>>
    %part = memref.subview %buffer[0, 0] [1, %width] [1, 1] : memref<1x64xf32, #gpu.address_space<workgroup>> to memref<1x?xf32, strided<[64, 1]>, #gpu.address_space<workgroup>>
    %x = vector.transfer_read %part[%c0, %c0], %pad {in_bounds = [true, false]} : memref<1x?xf32, strided<[64, 1]>, #gpu.address_space<workgroup>>, vector<1x64xf32>
    vector.transfer_write %x, %c[%c0, %c0] {in_bounds = [true, true]} : vector<1x64xf32>, memref<1x64xf32>
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

// Early stores go to global memory; those to shared memory stay between the
// barriers that they were placed for.

#map = affine_map<(m, n, k) -> (m, k)>
#map1 = affine_map<(m, n, k) -> (k, n)>
#map2 = affine_map<(m, n, k) -> (m, n)>
#s = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 2>,
  warps = [1, 1], tile = [2, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <early = true, path = staged>>

// CHECK-LABEL: func.func @early_staged
// CHECK-COUNT-2: vector.fma
// CHECK-NOT: ts.store
// CHECK: nvvm.bar.warp.sync
// CHECK: ts.store {{.*}} #gpu.address_space<workgroup>
// CHECK-NEXT: ts.store {{.*}} #gpu.address_space<workgroup>
// CHECK-NEXT: nvvm.bar.warp.sync
// CHECK: vector.load
// CHECK: ts.store
func.func @early_staged(%a: memref<2x1xf32>, %b: memref<1x128xf32>, %c: memref<2x128xf32>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : index
  %c32 = arith.constant 32 : index
  %all = arith.constant -1 : i32
  %pad = ub.poison : f32
  %zero = arith.constant dense<0.0> : vector<2x128xf32>
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %c32, %sy = %one, %sz = %one) {
    %mine = ts.alloc warp : memref<2x128xf32, #gpu.address_space<workgroup>>
    %x = vector.transfer_read %a[%c0, %c0], %pad {in_bounds = [true, true]} : memref<2x1xf32>, vector<2x1xf32>
    %y = vector.transfer_read %b[%c0, %c0], %pad {in_bounds = [true, true]} : memref<1x128xf32>, vector<1x128xf32>
    %sum = vector.contract {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} %x, %y, %zero : vector<2x1xf32>, vector<1x128xf32> into vector<2x128xf32>
    nvvm.bar.warp.sync %all : i32
    vector.transfer_write %sum, %mine[%c0, %c0] {in_bounds = [true, true]} : vector<2x128xf32>, memref<2x128xf32, #gpu.address_space<workgroup>>
    nvvm.bar.warp.sync %all : i32
    %rows = vector.transfer_read %mine[%c0, %c0], %pad {in_bounds = [true, true]} : memref<2x128xf32, #gpu.address_space<workgroup>>, vector<2x128xf32>
    vector.transfer_write %rows, %c[%c0, %c0] {in_bounds = [true, true]} : vector<2x128xf32>, memref<2x128xf32>
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

// Copies take the widest cp.async both sides allow, fill what is missing with
// zeros, and become a loop when there are many.

#s = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 8>,
  warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = warp_shared>, b = <home = shared>, ahead = 0, store = <>>

// CHECK-LABEL: func.func @copies
// CHECK-COUNT-2: nvgpu.device_async_copy %{{.*}}, 4 : memref<2x128xf32>
// CHECK: %[[SIZE:.*]] = arith.select %{{.*}}, %c1, %c0
// CHECK: nvgpu.device_async_copy %{{.*}}, 1, %[[SIZE]] : memref<?x8xf32>
// CHECK: scf.for
// CHECK: nvgpu.device_async_copy %{{.*}}, 4 : memref<64x128xf32>
func.func @copies(%a: memref<2x128xf32>, %b: memref<?x8xf32>, %c: memref<64x128xf32>) {
  %one = arith.constant 1 : index
  %c32 = arith.constant 32 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %c32, %sy = %one, %sz = %one) {
    %x = ts.alloc block : memref<2x128xf32, #gpu.address_space<workgroup>>
    %y = ts.alloc warp : memref<4x8xf32, strided<[1, 12]>, #gpu.address_space<workgroup>>
    %z = ts.alloc block : memref<64x128xf32, #gpu.address_space<workgroup>>
    ts.copy block %a, %x : memref<2x128xf32> to memref<2x128xf32, #gpu.address_space<workgroup>>
    ts.copy warp %b, %y : memref<?x8xf32> to memref<4x8xf32, strided<[1, 12]>, #gpu.address_space<workgroup>>
    ts.copy block %c, %z : memref<64x128xf32> to memref<64x128xf32, #gpu.address_space<workgroup>>
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

// A copy that does not come out even lets only the threads of the rest do the
// last round. Strides in both dimensions are nothing cp.async could take: such
// copies go through a register, and what lies outside is zero.

#s = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 8>,
  warps = [2, 1], tile = [4, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = shared>, ahead = 0, store = <>>

// CHECK-LABEL: func.func @plain
// CHECK-SAME: (%[[A:[a-z0-9]+]]: memref<5x17xf32>, %[[B:[a-z0-9]+]]: memref<?x8xf32, strided<[16, 2]>>)
// CHECK: nvgpu.device_async_copy %[[A]]{{.*}}, 1 : memref<5x17xf32>
// CHECK: %[[LAST:.*]] = arith.addi %[[THREAD:.*]], %c64
// CHECK: %[[EXISTS:.*]] = arith.cmpi ult, %[[LAST]], %c85
// CHECK: scf.if %[[EXISTS]]
// CHECK: nvgpu.device_async_copy %[[A]]
// CHECK: %[[ROWS:.*]] = memref.dim %[[B]], %c0
// CHECK: %[[INSIDE:.*]] = arith.cmpi ult, %{{.*}}, %[[ROWS]]
// CHECK: %[[VALUE:.*]] = scf.if %[[INSIDE]] -> (f32)
// CHECK: memref.load %[[B]]
// CHECK: else
// CHECK-NEXT: scf.yield %cst
// CHECK: memref.store %[[VALUE]]
func.func @plain(%a: memref<5x17xf32>, %b: memref<?x8xf32, strided<[16, 2]>>) {
  %one = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %c64, %sy = %one, %sz = %one) {
    %x = ts.alloc block : memref<5x17xf32, #gpu.address_space<workgroup>>
    %y = ts.alloc block : memref<8x8xf32, #gpu.address_space<workgroup>>
    ts.copy block %a, %x : memref<5x17xf32> to memref<5x17xf32, #gpu.address_space<workgroup>>
    ts.copy block %b, %y : memref<?x8xf32, strided<[16, 2]>> to memref<8x8xf32, #gpu.address_space<workgroup>>
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

// A matrix stored by columns is accessed along its columns: the rows a lane owns
// are neighbours there.

#map = affine_map<(m, n, k) -> (m, k)>
#map1 = affine_map<(m, n, k) -> (k, n)>
#map2 = affine_map<(m, n, k) -> (m, n)>
#s = #ts.schedule<general, blocks = <order = grid, columns = 32, rows = 4>,
  warps = [1, 1], tile = [4, 32], math = fma<lanes = [1, 32], vector = 1>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>

// CHECK-LABEL: func.func @by_columns
// CHECK: vector.load %{{.*}}[%c0, %c0] {alignment = 16 : i64} : memref<1x4xf32{{.*}}>, vector<4xf32>
// CHECK-COUNT-4: vector.fma
// CHECK: %[[COLUMN:.*]] = vector.from_elements
// CHECK: ts.store default %[[COLUMN]], %{{.*}}[%c0, %c0] : vector<4xf32>, memref<32x4xf32
// CHECK-NOT: ts.store
func.func @by_columns(%a: memref<4x1xf32, strided<[1, 4]>>, %b: memref<1x32xf32>, %c: memref<4x32xf32, strided<[1, 4]>>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : index
  %c32 = arith.constant 32 : index
  %pad = ub.poison : f32
  %zero = arith.constant dense<0.0> : vector<4x32xf32>
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %c32, %sy = %one, %sz = %one) {
    %x = vector.transfer_read %a[%c0, %c0], %pad {in_bounds = [true, true]} : memref<4x1xf32, strided<[1, 4]>>, vector<4x1xf32>
    %y = vector.transfer_read %b[%c0, %c0], %pad {in_bounds = [true, true]} : memref<1x32xf32>, vector<1x32xf32>
    %sum = vector.contract {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} %x, %y, %zero : vector<4x1xf32>, vector<1x32xf32> into vector<4x32xf32>
    vector.transfer_write %sum, %c[%c0, %c0] {in_bounds = [true, true]} : vector<4x32xf32>, memref<4x32xf32, strided<[1, 4]>>
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

// A kernel without a schedule is nobody's business here.

// CHECK-LABEL: func.func @unscheduled
// CHECK: vector.transfer_read {{.*}} vector<8x128xf32>
func.func @unscheduled(%a: memref<8x128xf32>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : index
  %pad = ub.poison : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    %x = vector.transfer_read %a[%c0, %c0], %pad {in_bounds = [true, true]} : memref<8x128xf32>, vector<8x128xf32>
    vector.transfer_write %x, %a[%c0, %c0] {in_bounds = [true, true]} : vector<8x128xf32>, memref<8x128xf32>
    gpu.terminator
  }
  return
}
