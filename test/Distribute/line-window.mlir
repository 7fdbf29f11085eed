// RUN: ts-opt %s -split-input-file --ts-distribute-lanes --canonicalize --cse | FileCheck %s

// Stores to a ts.window. Where a row's first whole line begins is computed from
// where the row lies in memory. The columns that any lane may have in front of it,
// and those behind the last line, are stored under a predicate; all between without.

#s = #ts.schedule<general, blocks = <order = grid, columns = 256, rows = 2, skew = 8>,
  warps = [1, 1], tile = [2, 256], math = fma<lanes = [1, 32], vector = 1>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <policy = cs>>

// CHECK-LABEL: func.func @inner
// CHECK-SAME: %[[SLICE:[a-z0-9]+]]: index, %[[ROW:[a-z0-9]+]]: index
// CHECK: %[[LANE:.*]] = arith.remui
// CHECK: %[[TILE:.*]] = memref.subview %{{.*}}[%[[ROW]], %[[SLICE]]]
// CHECK: %{{.*}}, %[[OFFSET:.*]], %{{.*}}:2, %{{.*}}:2 = memref.extract_strided_metadata %[[TILE]]
// CHECK: %[[BACK:.*]] = arith.subi %c0, %[[OFFSET]]
// CHECK: %[[START:.*]] = arith.andi %[[BACK]], %c7
// CHECK: %[[BEGUN:.*]] = arith.cmpi uge, %[[LANE]], %[[START]]
// CHECK: %[[FIRST:.*]] = arith.cmpi eq, %[[SLICE]], %c0
// CHECK: %[[KEPT:.*]] = arith.ori %[[BEGUN]], %[[FIRST]]
// CHECK: ts.store cs %{{.*}}[%c0, %c0] if %[[KEPT]] : f32
// CHECK-NEXT: ts.store cs %{{.*}}[%c0, %c32] : f32
// CHECK-NEXT: ts.store cs %{{.*}}[%c0, %c64] : f32
// CHECK-NEXT: ts.store cs %{{.*}}[%c0, %c96] : f32
// CHECK-NEXT: ts.store cs %{{.*}}[%c0, %c128] : f32
// CHECK-NEXT: ts.store cs %{{.*}}[%c0, %c160] : f32
// CHECK-NEXT: ts.store cs %{{.*}}[%c0, %c192] : f32
// CHECK: %[[COLUMN:.*]] = arith.addi %[[LANE]], %c224
// CHECK: %[[END:.*]] = arith.addi %[[START]], %c248
// CHECK: %[[ENDS:.*]] = arith.cmpi ult, %[[COLUMN]], %[[END]]
// CHECK: ts.store cs %{{.*}}[%c0, %c224] if %[[ENDS]] : f32
// The next row begins elsewhere in a line.
// CHECK: %[[BACK1:.*]] = arith.subi %c-1003, %[[OFFSET]]
// CHECK: %[[START1:.*]] = arith.andi %[[BACK1]], %c7
// CHECK: arith.cmpi uge, %[[LANE]], %[[START1]]
// CHECK: ts.store cs %{{.*}}[%c1, %c0] if
// CHECK-COUNT-6: ts.store cs %{{.*}}[%c1, %c{{[0-9]+}}] : f32
// CHECK: ts.store cs %{{.*}}[%c1, %c224] if
// CHECK-NOT: ts.store
// CHECK-NOT: scf.if
// CHECK: gpu.terminator
func.func @inner(%a: memref<2x256xf32>, %c: memref<8x1003xf32>, %slice: index, %row: index) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : index
  %c32 = arith.constant 32 : index
  %pad = ub.poison : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %c32, %sy = %one, %sz = %one) {
    %x = vector.transfer_read %a[%c0, %c0], %pad {in_bounds = [true, true]} : memref<2x256xf32>, vector<2x256xf32>
    %tile = memref.subview %c[%row, %slice] [2, 256] [1, 1] : memref<8x1003xf32> to memref<2x256xf32, strided<[1003, 1], offset: ?>>
    %w = ts.window %tile slice %slice column %c0 width 248 line 8 : memref<2x256xf32, strided<[1003, 1], offset: ?>>
    vector.transfer_write %x, %w[%c0, %c0] {in_bounds = [true, true]} : vector<2x256xf32>, memref<2x256xf32, strided<[1003, 1], offset: ?>>
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

// A warp's tile anywhere in the slice: its column counts from the slice's start, and
// any tile may be the first or the last.

#s = #ts.schedule<general, blocks = <order = grid, columns = 256, rows = 1, skew = 16>,
  warps = [1, 2], tile = [1, 128], math = fma<lanes = [1, 32], vector = 1>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <policy = cs>>

// CHECK-LABEL: func.func @warps
// CHECK-SAME: %[[SLICE:[a-z0-9]+]]: index, %{{.*}}: index, %[[WARP:[a-z0-9]+]]: index
// CHECK: %[[COLUMN:.*]] = arith.addi %[[WARP]], %{{.*}}
// CHECK: %[[BACK:.*]] = arith.subi %[[WARP]], %{{.*}}
// CHECK: %[[START:.*]] = arith.andi %[[BACK]], %c15
// CHECK: arith.cmpi uge, %[[COLUMN]], %[[START]]
// CHECK: ts.store cs %{{.*}}[%c0, %c0] if
// CHECK-NEXT: ts.store cs %{{.*}}[%c0, %c32] : f32
// CHECK-NEXT: ts.store cs %{{.*}}[%c0, %c64] : f32
// CHECK: arith.addi %[[START]], %c240
// CHECK: ts.store cs %{{.*}}[%c0, %c96] if
// CHECK: gpu.terminator
func.func @warps(%a: memref<1x128xf32>, %c: memref<8x2003xf32>, %slice: index, %row: index, %warp: index) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %pad = ub.poison : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %c64, %sy = %one, %sz = %one) {
    %x = vector.transfer_read %a[%c0, %c0], %pad {in_bounds = [true, true]} : memref<1x128xf32>, vector<1x128xf32>
    %column = affine.apply affine_map<(d0, d1) -> (d0 + d1)>(%slice, %warp)
    %tile = memref.subview %c[%row, %column] [1, 128] [1, 1] : memref<8x2003xf32> to memref<1x128xf32, strided<[2003, 1], offset: ?>>
    %w = ts.window %tile slice %slice column %warp width 240 line 16 : memref<1x128xf32, strided<[2003, 1], offset: ?>>
    vector.transfer_write %x, %w[%c0, %c0] {in_bounds = [true, true]} : vector<1x128xf32>, memref<1x128xf32, strided<[2003, 1], offset: ?>>
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

// At the rim an element must lie in C and in the window; the inner pieces still need
// only the former. The whole width of a narrow slice may need both ends.

#s = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 1, skew = 8>,
  warps = [1, 1], tile = [1, 128], math = fma<lanes = [1, 32], vector = 1>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <policy = cs>>

// CHECK-LABEL: func.func @rim
// CHECK-SAME: %[[EXTENT:[a-z0-9]+]]: index)
// CHECK: %[[FITS:.*]] = arith.cmpi ult, %{{.*}}, %[[EXTENT]]
// CHECK: %[[START:.*]] = arith.andi %{{.*}}, %c7
// CHECK: %[[BEGUN:.*]] = arith.cmpi uge, %{{.*}}, %[[START]]
// CHECK: %[[KEPT:.*]] = arith.ori %[[BEGUN]], %{{.*}}
// CHECK: %[[BOTH:.*]] = arith.andi %[[FITS]], %[[KEPT]]
// CHECK: ts.store cs %{{.*}}[%c0, %c0] if %[[BOTH]]
// CHECK: %[[FITS1:.*]] = arith.cmpi ult, %{{.*}}, %[[EXTENT]]
// CHECK-NEXT: ts.store cs %{{.*}}[%c0, %c32] if %[[FITS1]]
// CHECK: %[[FITS2:.*]] = arith.cmpi ult, %{{.*}}, %[[EXTENT]]
// CHECK-NEXT: ts.store cs %{{.*}}[%c0, %c64] if %[[FITS2]]
// CHECK: %[[FITS3:.*]] = arith.cmpi ult, %[[LAST:.*]], %[[EXTENT]]
// CHECK: %[[END:.*]] = arith.addi %[[START]], %c120
// CHECK: %[[ENDS:.*]] = arith.cmpi ult, %[[LAST]], %[[END]]
// CHECK: %[[BOTH3:.*]] = arith.andi %[[FITS3]], %[[ENDS]]
// CHECK: ts.store cs %{{.*}}[%c0, %c96] if %[[BOTH3]]
// CHECK-NOT: scf.if
// CHECK: gpu.terminator
func.func @rim(%a: memref<1x128xf32>, %c: memref<8x1003xf32>, %slice: index, %row: index, %width: index) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : index
  %c32 = arith.constant 32 : index
  %pad = ub.poison : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %c32, %sy = %one, %sz = %one) {
    %x = vector.transfer_read %a[%c0, %c0], %pad {in_bounds = [true, true]} : memref<1x128xf32>, vector<1x128xf32>
    %tile = memref.subview %c[%row, %slice] [1, %width] [1, 1] : memref<8x1003xf32> to memref<1x?xf32, strided<[1003, 1], offset: ?>>
    %w = ts.window %tile slice %slice column %c0 width 120 line 8 : memref<1x?xf32, strided<[1003, 1], offset: ?>>
    vector.transfer_write %x, %w[%c0, %c0] {in_bounds = [true, false]} : vector<1x128xf32>, memref<1x?xf32, strided<[1003, 1], offset: ?>>
    gpu.terminator
  } {ts.schedule = #s}
  return
}

// -----

// Rows aligned to four elements: wide stores, whole ones kept or dropped, as lines
// are made of them.

#s = #ts.schedule<general, blocks = <order = grid, columns = 256, rows = 1, skew = 8>,
  warps = [1, 1], tile = [1, 256], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <policy = cs>>

// CHECK-LABEL: func.func @wide
// CHECK: ts.store cs %{{.*}}[%c0, %c0] if %{{.*}} : vector<4xf32>
// CHECK: ts.store cs %{{.*}}[%c0, %c128] if %{{.*}} : vector<4xf32>
// CHECK-NOT: ts.store
// CHECK: gpu.terminator
func.func @wide(%a: memref<8x256xf32>, %b: memref<1x256xf32>, %c: memref<8x1004xf32>, %block: index) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : index
  %c32 = arith.constant 32 : index
  %pad = ub.poison : f32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %c32, %sy = %one, %sz = %one) {
    %slice = affine.apply affine_map<(d0) -> (d0 * 248)>(%block)
    %x = vector.transfer_read %b[%c0, %c0], %pad {in_bounds = [true, true]} : memref<1x256xf32>, vector<1x256xf32>
    %tile = memref.subview %c[%block, %slice] [1, 256] [1, 1] : memref<8x1004xf32> to memref<1x256xf32, strided<[1004, 1], offset: ?>>
    %w = ts.window %tile slice %slice column %c0 width 248 line 8 : memref<1x256xf32, strided<[1004, 1], offset: ?>>
    vector.transfer_write %x, %w[%c0, %c0] {in_bounds = [true, true]} : vector<1x256xf32>, memref<1x256xf32, strided<[1004, 1], offset: ?>>
    gpu.terminator
  } {ts.schedule = #s}
  return
}
