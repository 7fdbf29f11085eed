// RUN: ts-opt %s -split-input-file --ts-tile-kernel --canonicalize --cse | FileCheck %s

// Linear order: every persistent block gets an equal share of the list of
// (slice, band) pairs, a band being the two row tiles that the block's warps
// compute at a time. Slices and tiles divide C, so there is no rim.

#linear = #ts.schedule<out, blocks = <order = linear, columns = 256, count = 6>,
  warps = [2, 2], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = warp_shared, depth = 2>, b = <home = shared, swap = 1>, ahead = 1,
  store = <policy = cs>>

// CHECK-DAG: #[[$SHARE:.*]] = affine_map<()[s0] -> (s0 * 16)>
// CHECK-DAG: #[[$ROW:.*]] = affine_map<(d0) -> (d0 * 8)>
// CHECK-LABEL: func.func @linear
// CHECK-SAME: (%[[A:.*]]: memref<64x32xf32>, %[[B:.*]]: memref<32x1024xf32>, %[[C:.*]]: memref<64x1024xf32>)
// CHECK: gpu.launch blocks(%[[BX:[^,]*]], {{.*}}) in (%{{.*}} = %c6,
// CHECK-SAME: threads(%[[TX:[^,]*]], {{.*}}) in (%{{.*}} = %c128,
// CHECK: %[[WARP:.*]] = arith.divui %[[TX]], %c32
// CHECK: %[[WARPROW:.*]] = arith.divui %[[WARP]], %c2
// CHECK: %[[WARPCOLUMN:.*]] = arith.remui %[[WARP]], %c2
// CHECK: %[[POSITION:.*]] = affine.apply #[[$SHARE]]()[%[[BX]]]
// CHECK: arith.divui %[[POSITION]], %c6
// CHECK: scf.for %[[SLICE:.*]] =
// CHECK:   %[[BS:.*]] = memref.subview %[[B]][0, %{{.*}}] [32, 256]
// CHECK:   %[[BHOME:.*]] = ts.home %[[BS]] <home = shared, swap = 1> : {{.*}} to memref<32x256xf32>
// CHECK:   scf.for %[[TILE:.*]] = %{{.*}} to %{{.*}} step %c2
// CHECK:     %[[R:.*]] = affine.apply #[[$ROW]](%[[TILE]])
// CHECK:     %[[AS:.*]] = memref.subview %[[A]][%[[R]], 0] [8, 32]
// CHECK:     %[[AHOME:.*]] = ts.home %[[AS]] <home = warp_shared, depth = 2> : {{.*}} to memref<8x32xf32>
// CHECK:     %[[CT:.*]] = memref.subview %[[C]][%[[R]], %{{.*}}] [8, 128]
// CHECK:     %[[BT:.*]] = memref.subview %[[BHOME]][0, %{{.*}}] [32, 128]
// CHECK-NOT: scf.if
// CHECK:     ts.matmul ins(%[[AHOME]], %[[BT]] : {{.*}}) outs(%[[CT]] :
// CHECK: } {ts.schedule = #ts.schedule<out,
func.func @linear(%a: memref<64x32xf32>, %b: memref<32x1024xf32>,
                  %c: memref<64x1024xf32>) {
  ts.matmul {schedule = #linear}
    ins(%a, %b : memref<64x32xf32>, memref<32x1024xf32>)
    outs(%c : memref<64x1024xf32>)
  return
}

// -----

// The last band has one tile for two warps.

#linear = #ts.schedule<out, blocks = <order = linear, columns = 128, count = 3>,
  warps = [2, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>

// CHECK-LABEL: func.func @last_band
// CHECK: scf.for %[[SLICE:.*]] =
// CHECK:   %[[BEGIN:.*]] = arith.maxui
// CHECK:   %[[END:.*]] = arith.minui
// CHECK:   %[[STOP:.*]] = arith.minui %{{.*}}, %c5
// CHECK:   scf.for %{{.*}} = %{{.*}} to %[[STOP]] step %c2
func.func @last_band(%a: memref<40x4xf32>, %b: memref<4x256xf32>,
                     %c: memref<40x256xf32>) {
  ts.matmul {schedule = #linear}
    ins(%a, %b : memref<40x4xf32>, memref<4x256xf32>)
    outs(%c : memref<40x256xf32>)
  return
}

// -----

// No more blocks than there are pairs in the list.

#linear = #ts.schedule<out, blocks = <order = linear, columns = 128, count = 132>,
  warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>

// CHECK-LABEL: func.func @fewer_blocks
// CHECK: gpu.launch blocks({{.*}}) in (%{{.*}} = %c2,
// CHECK-NOT: ts.home
func.func @fewer_blocks(%a: memref<16x4xf32>, %b: memref<4x128xf32>,
                        %c: memref<16x128xf32>) {
  ts.matmul {schedule = #linear}
    ins(%a, %b : memref<16x4xf32>, memref<4x128xf32>)
    outs(%c : memref<16x128xf32>)
  return
}

// -----

// Grid order: a block for each slice and each 32 rows, slices fastest.

#grid = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 32>,
  warps = [2, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>

// CHECK: #[[$FOUR:.*]] = affine_map<()[s0] -> (s0 * 4)>
// CHECK-LABEL: func.func @grid
// CHECK: gpu.launch blocks(%[[BX:[^,]*]], {{.*}}) in (%{{.*}} = %c8,
// CHECK: %[[SLICE:.*]] = arith.remui %[[BX]], %c4
// CHECK: %[[ROWBLOCK:.*]] = arith.divui %[[BX]], %c4
// CHECK: affine.apply #[[$FOUR]]()[%[[ROWBLOCK]]]
func.func @grid(%a: memref<64x4xf32>, %b: memref<4x512xf32>,
                %c: memref<64x512xf32>) {
  ts.matmul {schedule = #grid}
    ins(%a, %b : memref<64x4xf32>, memref<4x512xf32>)
    outs(%c : memref<64x512xf32>)
  return
}

// -----

// Groups of two row bands, the third of three by itself; every other one walks
// back.

#grid = #ts.schedule<general,
  blocks = <order = grid, columns = 128, rows = 8, group = 2, snake = true>,
  warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>

// CHECK-DAG: #[[$LEFT:.*]] = affine_map<()[s0] -> (s0 * -2 + 3)>
// CHECK-DAG: #[[$BACK:.*]] = affine_map<()[s0] -> (-s0 + 3)>
// CHECK-LABEL: func.func @grouped
// CHECK: gpu.launch blocks(%[[BX:[^,]*]], {{.*}}) in (%{{.*}} = %c12,
// CHECK: %[[INGROUP:.*]] = arith.remui %[[BX]], %c8
// CHECK: %[[GROUP:.*]] = arith.divui %[[BX]], %c8
// CHECK: %[[LEFT:.*]] = affine.apply #[[$LEFT]]()[%[[GROUP]]]
// CHECK: %[[HEIGHT:.*]] = arith.minui %[[LEFT]], %c2
// CHECK: %[[SLICE:.*]] = arith.divui %[[INGROUP]], %[[HEIGHT]]
// CHECK: arith.remui %[[INGROUP]], %[[HEIGHT]]
// CHECK: %[[PARITY:.*]] = arith.remui %[[GROUP]], %c2
// CHECK: %[[ODD:.*]] = arith.cmpi ne, %[[PARITY]], %c0
// CHECK: %[[FROMBACK:.*]] = affine.apply #[[$BACK]]()[%[[SLICE]]]
// CHECK: arith.select %[[ODD]], %[[FROMBACK]], %[[SLICE]]
func.func @grouped(%a: memref<24x4xf32>, %b: memref<4x512xf32>,
                   %c: memref<24x512xf32>) {
  ts.matmul {schedule = #grid}
    ins(%a, %b : memref<24x4xf32>, memref<4x512xf32>)
    outs(%c : memref<24x512xf32>)
  return
}

// -----

// The rim: what lies inside takes the whole tile, the rest clipped views.

#rim = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 8>,
  warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = warp_shared>, b = <home = shared>, ahead = 0, store = <>>

// CHECK-DAG: #[[$HEIGHT:.*]] = affine_map<(d0) -> (d0 * -8 + 33, 8)>
// CHECK-LABEL: func.func @rim
// The homes are whole tiles, whatever is left of the matrix.
// CHECK: ts.home {{.*}} : memref<5x?xf32, {{.*}}> to memref<5x128xf32>
// CHECK: %[[ROWS:.*]] = affine.min #[[$HEIGHT]]
// CHECK: ts.home {{.*}} : memref<?x5xf32, {{.*}}> to memref<8x5xf32>
// CHECK: scf.if
// CHECK:   ts.matmul {{.*}} outs(%{{.*}} : memref<8x128xf32
// CHECK: } else {
// CHECK:   scf.if
// CHECK:     ts.matmul {{.*}} outs(%{{.*}} : memref<?x?xf32
func.func @rim(%a: memref<33x5xf32>, %b: memref<5x1000xf32>,
               %c: memref<33x1000xf32>) {
  ts.matmul {schedule = #rim}
    ins(%a, %b : memref<33x5xf32>, memref<5x1000xf32>)
    outs(%c : memref<33x1000xf32>)
  return
}

// -----

// Transposed operands are views; no later step knows of them. alpha and beta
// stay on the tiles.

#grid = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 8>,
  warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>

// CHECK-LABEL: func.func @transposed
// CHECK: memref.transpose %{{.*}} (d0, d1) -> (d1, d0) : memref<4x8xf32> to memref<8x4xf32, strided<[1, 8]>>
// CHECK: memref.transpose %{{.*}} (d0, d1) -> (d1, d0) : memref<128x4xf32> to memref<4x128xf32, strided<[1, 4]>>
// CHECK: ts.matmul {alpha = 2.000000e+00 : f32, beta = 5.000000e-01 : f32} ins
func.func @transposed(%a: memref<4x8xf32>, %b: memref<128x4xf32>,
                      %c: memref<8x128xf32>) {
  ts.matmul {schedule = #grid, transpose_a, transpose_b, alpha = 2.0 : f32,
             beta = 0.5 : f32}
    ins(%a, %b : memref<4x8xf32>, memref<128x4xf32>)
    outs(%c : memref<8x128xf32>)
  return
}

// -----

// A product without k has nothing to stage.

#rim = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 8>,
  warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = warp_shared>, b = <home = shared>, ahead = 0, store = <>>

// CHECK-LABEL: func.func @no_k
// CHECK-NOT: ts.home
// CHECK: ts.matmul ins(%{{.*}}, %{{.*}} : memref<8x0xf32, {{.*}}>, memref<0x128xf32, {{.*}}>)
func.func @no_k(%a: memref<8x0xf32>, %b: memref<0x128xf32>,
                %c: memref<8x128xf32>) {
  ts.matmul {schedule = #rim}
    ins(%a, %b : memref<8x0xf32>, memref<0x128xf32>)
    outs(%c : memref<8x128xf32>)
  return
}

// -----

// Without a schedule there is nothing to execute; in a kernel it was done.

// CHECK-LABEL: func.func @unscheduled
// CHECK-NOT: gpu.launch
// CHECK: ts.matmul
func.func @unscheduled(%a: memref<8x4xf32>, %b: memref<4x8xf32>,
                       %c: memref<8x8xf32>) {
  ts.matmul ins(%a, %b : memref<8x4xf32>, memref<4x8xf32>)
    outs(%c : memref<8x8xf32>)
  return
}

// -----

// Rows of A come in chunks of several tiles. A share of tiles need not end where a
// chunk ends, so the last one starts early enough to lie in A; tiles know where in
// the chunk they are. Chunks that the block's rows consist of never do.

#chunks = #ts.schedule<general, blocks = <order = linear, columns = 128, count = 3>,
  warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = shared, rows = 16>, b = <home = global>, ahead = 0, store = <>>
#whole = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 32>,
  warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = shared, rows = 16>, b = <home = global>, ahead = 0, store = <>>

// CHECK-DAG: #[[$ROW:.*]] = affine_map<(d0) -> (d0 * 8)>
// CHECK-LABEL: func.func @chunks
// CHECK: scf.for %[[CHUNK:.*]] = %{{.*}} to %{{.*}} step %c2
// CHECK:   %[[R:.*]] = affine.apply #[[$ROW]](%[[CHUNK]])
// CHECK:   %[[FIRST:.*]] = arith.minui %[[R]], %c80
// CHECK:   memref.subview %{{.*}}[%[[FIRST]], 0] [16, 5]
// CHECK:   scf.for %[[TILE:.*]] =
// CHECK:     %[[S:.*]] = affine.apply #[[$ROW]](%[[TILE]])
// CHECK:     %[[IN:.*]] = arith.subi %[[S]], %[[FIRST]]
// CHECK:     memref.subview %{{.*}}[%[[IN]], 0] [8, 5]
// CHECK-LABEL: func.func @whole_chunks
// CHECK-NOT: %c80
// CHECK: return
func.func @chunks(%a: memref<96x5xf32>, %b: memref<5x128xf32>, %c: memref<96x128xf32>) {
  ts.matmul {schedule = #chunks}
    ins(%a, %b : memref<96x5xf32>, memref<5x128xf32>) outs(%c : memref<96x128xf32>)
  return
}
func.func @whole_chunks(%a: memref<96x5xf32>, %b: memref<5x128xf32>, %c: memref<96x128xf32>) {
  ts.matmul {schedule = #whole}
    ins(%a, %b : memref<96x5xf32>, memref<5x128xf32>) outs(%c : memref<96x128xf32>)
  return
}

// -----

// Each operand of a tile ends at its own k: a home at the padded one, a view of the
// matrix where the matrix ends. Of a C narrower than a tile, the home holds more.

#narrow = #ts.schedule<general, blocks = <order = grid, columns = 32, rows = 8>,
  warps = [1, 1], tile = [8, 32],
  math = mma<m16n8k16_bf16, orientation = columns, depth = 16, vector = 4>,
  a = <home = global>, b = <home = registers>, ahead = 0, store = <>>

// CHECK-LABEL: func.func @narrow
// CHECK: %[[B:.*]] = ts.home {{.*}} <home = registers> : {{.*}} to memref<16x32xf32>
// CHECK: ts.matmul {{.*}} ins(%{{.*}}, %{{.*}} : memref<8x5xf32, {{.*}}>, memref<16x32xf32{{.*}}>) outs(%{{.*}} : memref<8x7xf32
func.func @narrow(%a: memref<16x5xf32>, %b: memref<5x7xf32>, %c: memref<16x7xf32>) {
  ts.matmul {schedule = #narrow, precision = #ts.precision<bf16x3>}
    ins(%a, %b : memref<16x5xf32>, memref<5x7xf32>) outs(%c : memref<16x7xf32>)
  return
}
