// RUN: ts-opt %s -split-input-file --ts-tile-kernel --canonicalize --cse | FileCheck %s

// With skew slices overlap: they begin where the one before has so many columns
// left, and each tile of C is a window of its slice. Sectors cut rows anywhere, so
// the rim is always there, though 512 columns are two slices of 256 without it.

#skew = #ts.schedule<out, blocks = <order = linear, columns = 256, count = 2, skew = 8>,
  warps = [1, 2], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = shared>, ahead = 0, store = <>>

// CHECK-DAG: #[[$SLICE:.*]] = affine_map<(d0) -> (d0 * 248)>
// CHECK-DAG: #[[$WIDTH:.*]] = affine_map<(d0) -> (d0 * -248 + 512, 256)>
// CHECK-DAG: #[[$WARP:.*]] = affine_map<()[s0] -> (s0 * 128)>
// CHECK-DAG: #[[$TILE:.*]] = affine_map<(d0)[s0] -> (d0 * 248 + s0 * 128)>
// CHECK-DAG: #[[$TILEWIDTH:.*]] = affine_map<(d0)[s0] -> (d0 * -248 - s0 * 128 + 512, 128)>
// CHECK-LABEL: func.func @skew
// CHECK: %[[WARP:.*]] = arith.remui %{{.*}}, %c2
// CHECK: scf.for %[[I:.*]] =
// CHECK:   %[[COLUMN:.*]] = affine.apply #[[$SLICE]](%[[I]])
// CHECK:   %[[WIDTH:.*]] = affine.min #[[$WIDTH]](%[[I]])
// CHECK:   memref.subview %{{.*}}[0, %[[COLUMN]]] [5, %[[WIDTH]]]
// CHECK:   scf.for
// CHECK:     %[[INSLICE:.*]] = affine.apply #[[$WARP]]()[%[[WARP]]]
// CHECK:     %[[AT:.*]] = affine.apply #[[$TILE]](%[[I]])[%[[WARP]]]
// CHECK:     scf.if
// CHECK:       %[[C:.*]] = memref.subview %{{.*}}[%{{.*}}, %[[AT]]] [8, 128]
// CHECK:       %[[W:.*]] = ts.window %[[C]] slice %[[COLUMN]] column %[[INSLICE]] width 248 line 8 : memref<8x128xf32, strided<[512, 1], offset: ?>>
// CHECK:       ts.matmul {{.*}} outs(%[[W]] :
// CHECK:     } else {
// CHECK:       scf.if
// CHECK:         %[[LEFT:.*]] = affine.min #[[$TILEWIDTH]](%[[I]])[%[[WARP]]]
// CHECK:         %[[CLIPPED:.*]] = memref.subview %{{.*}}[%{{.*}}, %[[AT]]] [8, %[[LEFT]]]
// CHECK:         %[[RIM:.*]] = ts.window %[[CLIPPED]] slice %[[COLUMN]] column %[[INSLICE]] width 248 line 8
// CHECK:         ts.matmul {{.*}} outs(%[[RIM]] :
func.func @skew(%a: memref<16x5xf32>, %b: memref<5x512xf32>, %c: memref<16x512xf32>) {
  ts.matmul {schedule = #skew}
    ins(%a, %b : memref<16x5xf32>, memref<5x512xf32>) outs(%c : memref<16x512xf32>)
  return
}

// -----

// 497 columns are two slices of 248 and one column more: a third one, in both orders.
// Of 100 columns there is one slice, which nothing is cut from.

#grid = #ts.schedule<out, blocks = <order = grid, columns = 256, rows = 8, skew = 8>,
  warps = [1, 1], tile = [8, 256], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>
#linear = #ts.schedule<out, blocks = <order = linear, columns = 256, count = 132, skew = 8>,
  warps = [1, 1], tile = [8, 256], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>

// CHECK-LABEL: func.func @skewed_grid
// CHECK: gpu.launch blocks({{.*}}) in (%{{.*}} = %c6,
// CHECK: arith.remui %{{.*}}, %c3
// CHECK: ts.window {{.*}} column %c0 width 248 line 8
// CHECK: gpu.launch blocks({{.*}}) in (%{{.*}} = %c6,
// CHECK: gpu.launch blocks({{.*}}) in (%{{.*}} = %c4,
// CHECK-LABEL: func.func @narrow_skewed
// CHECK: gpu.launch blocks({{.*}}) in (%{{.*}} = %c2,
// CHECK: ts.window {{.*}} slice %c0 column %c0 width 248 line 8
func.func @skewed_grid(%a: memref<16x5xf32>, %b: memref<5x497xf32>, %c: memref<16x497xf32>,
                       %b2: memref<5x496xf32>, %c2: memref<16x496xf32>) {
  ts.matmul {schedule = #grid}
    ins(%a, %b : memref<16x5xf32>, memref<5x497xf32>) outs(%c : memref<16x497xf32>)
  ts.matmul {schedule = #linear}
    ins(%a, %b : memref<16x5xf32>, memref<5x497xf32>) outs(%c : memref<16x497xf32>)
  ts.matmul {schedule = #grid}
    ins(%a, %b2 : memref<16x5xf32>, memref<5x496xf32>) outs(%c2 : memref<16x496xf32>)
  return
}
func.func @narrow_skewed(%a: memref<16x5xf32>, %b: memref<5x100xf32>, %c: memref<16x100xf32>) {
  ts.matmul {schedule = #grid}
    ins(%a, %b : memref<16x5xf32>, memref<5x100xf32>) outs(%c : memref<16x100xf32>)
  return
}

// -----

// A warp that keeps its own columns of B begins where its tile does, at most at the
// last tile that begins in C: of 381 columns, slices begin at 0, 47, ..., 376.

#registers = #ts.schedule<out, blocks = <order = grid, columns = 48, rows = 16, skew = 1>,
  warps = [1, 1], tile = [16, 48],
  math = mma<m16n8k16_bf16, orientation = rows, depth = 16, vector = 4>,
  a = <home = global>, b = <home = registers>, ahead = 0, store = <>>

// CHECK-LABEL: func.func @skewed_registers
// CHECK: %[[FIRST:.*]] = arith.minui %{{.*}}, %c376
// CHECK: memref.subview %{{.*}}[0, %[[FIRST]]] [2, %{{.*}}]
// CHECK: ts.home {{.*}} <home = registers>
func.func @skewed_registers(%a: memref<16x2xf32>, %b: memref<2x381xf32>, %c: memref<16x381xf32>) {
  ts.matmul {schedule = #registers, precision = #ts.precision<bf16x3>}
    ins(%a, %b : memref<16x2xf32>, memref<2x381xf32>) outs(%c : memref<16x381xf32>)
  return
}
