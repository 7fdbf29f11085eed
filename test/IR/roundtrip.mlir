// Every form of ts.matmul and every attribute prints what it parses.

// RUN: ts-opt %s | ts-opt | FileCheck %s
// RUN: ts-opt %s --mlir-print-op-generic | ts-opt | FileCheck %s

// CHECK: module attributes {ts.target = #ts.target<"h200", isa = 89>}
module attributes {ts.target = #ts.target<"h200", isa = 89>} {

// CHECK-LABEL: func.func @memrefs
// CHECK: ts.matmul ins(%{{.*}}, %{{.*}} : memref<64x32xf32>, memref<32x128xf32>) outs(%{{.*}} : memref<64x128xf32>)
func.func @memrefs(%a: memref<64x32xf32>, %b: memref<32x128xf32>, %c: memref<64x128xf32>) {
  ts.matmul ins(%a, %b : memref<64x32xf32>, memref<32x128xf32>) outs(%c : memref<64x128xf32>)
  return
}

// CHECK-LABEL: func.func @tensors
// CHECK: ts.matmul {alpha = 2.000000e+00 : f32, beta = 1.000000e+00 : f32, transpose_a} ins(%{{.*}}, %{{.*}} : tensor<32x64xf32>, tensor<32x128xf32>) outs(%{{.*}} : tensor<64x128xf32>) -> tensor<64x128xf32>
func.func @tensors(%a: tensor<32x64xf32>, %b: tensor<32x128xf32>, %c: tensor<64x128xf32>) -> tensor<64x128xf32> {
  %d = ts.matmul {transpose_a, alpha = 2.0 : f32, beta = 1.0 : f32}
    ins(%a, %b : tensor<32x64xf32>, tensor<32x128xf32>) outs(%c : tensor<64x128xf32>) -> tensor<64x128xf32>
  return %d : tensor<64x128xf32>
}

// Dynamic extents and strides agree with anything.
// CHECK-LABEL: func.func @dynamic
// CHECK: ts.matmul {transpose_b} ins(%{{.*}}, %{{.*}} : memref<?x5xf32, strided<[?, ?], offset: ?>>, memref<7x?xf32, strided<[1, 9]>>) outs(%{{.*}} : memref<3x?xf32, 1>)
func.func @dynamic(%a: memref<?x5xf32, strided<[?, ?], offset: ?>>, %b: memref<7x?xf32, strided<[1, 9]>>, %c: memref<3x?xf32, 1>) {
  ts.matmul {transpose_b} ins(%a, %b : memref<?x5xf32, strided<[?, ?], offset: ?>>, memref<7x?xf32, strided<[1, 9]>>) outs(%c : memref<3x?xf32, 1>)
  return
}

// CHECK-LABEL: func.func @precisions
func.func @precisions(%a: memref<4x2xf32>, %b: memref<2x3xf32>, %c: memref<4x3xf32>) {
  // CHECK: precision = #ts.precision<ieee>
  ts.matmul {precision = #ts.precision<ieee>} ins(%a, %b : memref<4x2xf32>, memref<2x3xf32>) outs(%c : memref<4x3xf32>)
  // CHECK: precision = #ts.precision<tf32>
  ts.matmul {precision = #ts.precision<tf32>} ins(%a, %b : memref<4x2xf32>, memref<2x3xf32>) outs(%c : memref<4x3xf32>)
  // CHECK: precision = #ts.precision<tf32x3>
  ts.matmul {precision = #ts.precision<tf32x3>} ins(%a, %b : memref<4x2xf32>, memref<2x3xf32>) outs(%c : memref<4x3xf32>)
  // CHECK: precision = #ts.precision<bf16x3>
  ts.matmul {precision = #ts.precision<bf16x3>} ins(%a, %b : memref<4x2xf32>, memref<2x3xf32>) outs(%c : memref<4x3xf32>)
  // CHECK: precision = #ts.precision<bf16x6>
  ts.matmul {precision = #ts.precision<bf16x6>} ins(%a, %b : memref<4x2xf32>, memref<2x3xf32>) outs(%c : memref<4x3xf32>)
  // CHECK: precision = #ts.precision<bf16x9>
  ts.matmul {precision = #ts.precision<bf16x9>} ins(%a, %b : memref<4x2xf32>, memref<2x3xf32>) outs(%c : memref<4x3xf32>)
  return
}

// CHECK-LABEL: func.func @other_elements
func.func @other_elements(%h: memref<4x4xf16>, %g: memref<4x4xbf16>, %f: memref<4x4xf32>, %d: memref<4x4xf64>) {
  // CHECK: ts.matmul {precision = #ts.precision<native>} ins({{.*}} : memref<4x4xf16>, memref<4x4xf16>) outs(%{{.*}} : memref<4x4xf16>)
  ts.matmul {precision = #ts.precision<native>} ins(%h, %h : memref<4x4xf16>, memref<4x4xf16>) outs(%h : memref<4x4xf16>)
  // CHECK: ts.matmul {alpha = 5.000000e-01 : f32, precision = #ts.precision<native>} ins({{.*}} : memref<4x4xbf16>, memref<4x4xbf16>) outs(%{{.*}} : memref<4x4xf32>)
  ts.matmul {precision = #ts.precision<native>, alpha = 0.5 : f32} ins(%g, %g : memref<4x4xbf16>, memref<4x4xbf16>) outs(%f : memref<4x4xf32>)
  // CHECK: ts.matmul {beta = 3.000000e+00 : f64} ins({{.*}} : memref<4x4xf64>, memref<4x4xf64>) outs(%{{.*}} : memref<4x4xf64>)
  ts.matmul {beta = 3.0 : f64} ins(%d, %d : memref<4x4xf64>, memref<4x4xf64>) outs(%d : memref<4x4xf64>)
  return
}

// CHECK-LABEL: func.func @schedule
// CHECK: ts.matmul {schedule = #ts.schedule<out, blocks = <order = linear, columns = 1024, count = 132>, warps = [4, 2], tile = [8, 512], math = fma<lanes = [1, 32], vector = 4, unroll = 2, order = snake>, a = <home = warp_shared, depth = 2>, b = <home = shared, swap = 1>, ahead = 1, store = <policy = cs, early = true>>}
func.func @schedule(%a: memref<64x32xf32>, %b: memref<32x2048xf32>, %c: memref<64x2048xf32>) {
  ts.matmul {schedule = #ts.schedule<out,
      blocks = <order = linear, columns = 1024, count = 132>,
      warps = [4, 2], tile = [8, 512],
      math = fma<lanes = [1, 32], vector = 4, unroll = 2, order = snake>,
      a = <home = warp_shared, depth = 2>, b = <home = shared, swap = 1>,
      ahead = 1, store = <policy = cs, early = true>>}
    ins(%a, %b : memref<64x32xf32>, memref<32x2048xf32>) outs(%c : memref<64x2048xf32>)
  return
}

// CHECK-LABEL: func.func private @grid
// CHECK-SAME: #ts.schedule<general, blocks = <order = grid, columns = 32, rows = 16>, warps = [2, 1], tile = [8, 32], math = fma<lanes = [1, 32], vector = 1>, a = <home = global>, b = <home = global>, ahead = 0, store = <>>
func.func private @grid() attributes {ts.schedule = #ts.schedule<general,
    blocks = <order = grid, columns = 32, rows = 16>, warps = [2, 1], tile = [8, 32],
    math = fma<lanes = [1, 32], vector = 1>, a = <home = global>, b = <home = global>,
    ahead = 0, store = <policy = default>>}

// The second product reads the first one's result, and the third accumulates.
// CHECK-LABEL: func.func private @contract
// CHECK-SAME: #ts.contract<arguments = [memref<4x2xf32>, memref<2x3xf32>, memref<3x5xf32>, memref<4x5xf32>], products = [<a = 0, b = 1, c = -1>, <a = -1, b = 2, c = 3, alpha = 2.000000e+00 : f32>, <a = -1, b = 2, c = -2, beta = 1.000000e+00 : f32>]>
func.func private @contract() attributes {ts.contract = #ts.contract<
    arguments = [memref<4x2xf32>, memref<2x3xf32>, memref<3x5xf32>, memref<4x5xf32>],
    products = [<a = 0, b = 1, c = -1>, <a = -1, b = 2, c = 3, alpha = 2.0 : f32>,
                <a = -1, b = 2, c = -2, beta = 1.0 : f32>]>}

// CHECK-LABEL: func.func private @transposed_contract
// CHECK-SAME: products = [<a = 1, b = 0, c = 2, transposeA = true, transposeB = true, precision = tf32>]
func.func private @transposed_contract() attributes {ts.contract = #ts.contract<
    arguments = [memref<5x3xf32>, memref<3x4xf32>, memref<4x5xf32>],
    products = [<a = 1, b = 0, c = 2, transposeA = true, transposeB = true, precision = tf32>]>}

// Slices that overlap, a lane's columns apart, a ring without padding.
// CHECK-LABEL: func.func private @skewed
// CHECK-SAME: #ts.schedule<out, blocks = <order = linear, columns = 512, count = 132, skew = 8>, warps = [8, 1], tile = [8, 512], math = fma<lanes = [1, 32], vector = 4, unroll = 2, order = snake, spread = true>, a = <home = warp_shared, depth = 2, dense = true>, b = <home = shared>, ahead = 1, store = <policy = cs>>
func.func private @skewed() attributes {ts.schedule = #ts.schedule<out,
    blocks = <order = linear, columns = 512, count = 132, skew = 8>, warps = [8, 1], tile = [8, 512],
    math = fma<lanes = [1, 32], vector = 4, unroll = 2, order = snake, spread = true>,
    a = <home = warp_shared, depth = 2, dense = true>, b = <home = shared>,
    ahead = 1, store = <policy = cs>>}

// A kernel that counts in 32 bits, odd rows element by element, stores by rows.
// CHECK-LABEL: func.func private @counted
// CHECK-SAME: math = fma<lanes = [1, 32], vector = 4, unroll = 2, order = snake_elements>, a = <home = warp_shared, depth = 2>, b = <home = shared>, ahead = 1, store = <policy = cs, early = true, spaced = true>, index = 32>
func.func private @counted() attributes {ts.schedule = #ts.schedule<out,
    blocks = <order = linear, columns = 512, count = 132>, warps = [8, 1], tile = [8, 512],
    math = fma<lanes = [1, 32], vector = 4, unroll = 2, order = snake_elements>,
    a = <home = warp_shared, depth = 2>, b = <home = shared>,
    ahead = 1, store = <policy = cs, early = true, spaced = true>, index = 32>}

// CHECK-LABEL: func.func @kernel_ops
// CHECK-SAME: (%[[C:.*]]: memref<8x512xf32, strided<[10007, 1], offset: ?>>, %[[I:.*]]: index, %[[V:.*]]: vector<4xf32>, %[[P:.*]]: i1)
func.func @kernel_ops(%c: memref<8x512xf32, strided<[10007, 1], offset: ?>>, %i: index, %v: vector<4xf32>, %p: i1) {
  // CHECK: ts.alloc block spread [32, 4] : memref<4x512xf32, #gpu.address_space<workgroup>>
  %0 = ts.alloc block spread [32, 4] : memref<4x512xf32, #gpu.address_space<workgroup>>
  // CHECK: ts.alloc block swap(1) : memref<4x512xf32, #gpu.address_space<workgroup>>
  %1 = ts.alloc block swap(1) : memref<4x512xf32, #gpu.address_space<workgroup>>
  // CHECK: %[[W:.*]] = ts.window %[[C]] slice %[[I]] column %[[I]] width 504 line 8 : memref<8x512xf32, strided<[10007, 1], offset: ?>>
  %w = ts.window %c slice %i column %i width 504 line 8 : memref<8x512xf32, strided<[10007, 1], offset: ?>>
  // CHECK: ts.store cs %[[V]], %[[W]][%[[I]], %[[I]]] if %[[P]] : vector<4xf32>, memref<8x512xf32, strided<[10007, 1], offset: ?>>
  ts.store cs %v, %w[%i, %i] if %p : vector<4xf32>, memref<8x512xf32, strided<[10007, 1], offset: ?>>
  // CHECK: ts.store default %[[V]], %[[C]][%[[I]], %[[I]]] : vector<4xf32>
  ts.store default %v, %c[%i, %i] : vector<4xf32>, memref<8x512xf32, strided<[10007, 1], offset: ?>>
  return
}

}
