// Each public function with products says what it computes.

// RUN: ts-opt %s --ts-record-contract --split-input-file | FileCheck %s

// CHECK: func.func @memrefs
// CHECK-SAME: ts.contract = #ts.contract<arguments = [memref<5x2xf32>, memref<2x3xf32>, memref<5x3xf32>], products = [<a = 0, b = 1, c = 2>]>
func.func @memrefs(%a: memref<5x2xf32>, %b: memref<2x3xf32>, %c: memref<5x3xf32>) {
  ts.matmul ins(%a, %b : memref<5x2xf32>, memref<2x3xf32>) outs(%c : memref<5x3xf32>)
  return
}

// -----

// Everything a product says is kept; the order of arguments is free.
// CHECK: func.func @attributes
// CHECK-SAME: ts.contract = #ts.contract<arguments = [memref<5x3xf32, strided<[7, 1]>>, memref<3x2xf32>, memref<2x5xf32>], products = [<a = 2, b = 1, c = 0, transposeA = true, transposeB = true, alpha = 2.000000e+00 : f32, beta = -1.000000e+00 : f32, precision = tf32x3>]>
func.func @attributes(%c: memref<5x3xf32, strided<[7, 1]>>, %b: memref<3x2xf32>, %a: memref<2x5xf32>) {
  ts.matmul {transpose_a, transpose_b, alpha = 2.0 : f32, beta = -1.0 : f32, precision = #ts.precision<tf32x3>}
    ins(%a, %b : memref<2x5xf32>, memref<3x2xf32>) outs(%c : memref<5x3xf32, strided<[7, 1]>>)
  return
}

// -----

// A result becomes an argument after the others.
// CHECK: func.func @tensors
// CHECK-SAME: ts.contract = #ts.contract<arguments = [memref<5x2xf32>, memref<2x3xf32>, memref<5x3xf32>], products = [<a = 0, b = 1, c = 2>]>
func.func @tensors(%a: tensor<5x2xf32>, %b: tensor<2x3xf32>) -> tensor<5x3xf32> {
  %0 = tensor.empty() : tensor<5x3xf32>
  %1 = ts.matmul ins(%a, %b : tensor<5x2xf32>, tensor<2x3xf32>) outs(%0 : tensor<5x3xf32>) -> tensor<5x3xf32>
  return %1 : tensor<5x3xf32>
}

// -----

// A result whose destination is an argument is that argument.
// CHECK: func.func @in_place
// CHECK-SAME: ts.contract = #ts.contract<arguments = [memref<5x2xf32>, memref<2x3xf32>, memref<5x3xf32>], products = [<a = 0, b = 1, c = 2, beta = 1.000000e+00 : f32>]>
func.func @in_place(%a: tensor<5x2xf32>, %b: tensor<2x3xf32>, %c: tensor<5x3xf32>) -> tensor<5x3xf32> {
  %1 = ts.matmul {beta = 1.0 : f32} ins(%a, %b : tensor<5x2xf32>, tensor<2x3xf32>) outs(%c : tensor<5x3xf32>) -> tensor<5x3xf32>
  return %1 : tensor<5x3xf32>
}

// -----

// A chain: the first product is a temporary, the last one a result.
// CHECK: func.func @chain
// CHECK-SAME: ts.contract = #ts.contract<arguments = [memref<5x2xf32>, memref<2x3xf32>, memref<3x7xf32>, memref<5x7xf32>], products = [<a = 0, b = 1, c = -1>, <a = -1, b = 2, c = 3>]>
func.func @chain(%a: tensor<5x2xf32>, %b: tensor<2x3xf32>, %d: tensor<3x7xf32>) -> tensor<5x7xf32> {
  %zero = arith.constant 0.0 : f32
  %0 = tensor.empty() : tensor<5x3xf32>
  %1 = linalg.fill ins(%zero : f32) outs(%0 : tensor<5x3xf32>) -> tensor<5x3xf32>
  %2 = ts.matmul ins(%a, %b : tensor<5x2xf32>, tensor<2x3xf32>) outs(%1 : tensor<5x3xf32>) -> tensor<5x3xf32>
  %3 = tensor.empty() : tensor<5x7xf32>
  %4 = ts.matmul ins(%2, %d : tensor<5x3xf32>, tensor<3x7xf32>) outs(%3 : tensor<5x7xf32>) -> tensor<5x7xf32>
  return %4 : tensor<5x7xf32>
}

// -----

// Two products into one result: both write its argument.
// CHECK: func.func @accumulate
// CHECK-SAME: arguments = [memref<5x2xf32>, memref<2x3xf32>, memref<5x3xf32>], products = [<a = 0, b = 1, c = 2>, <a = 0, b = 1, c = 2, beta = 5.000000e-01 : f32>]>
func.func @accumulate(%a: tensor<5x2xf32>, %b: tensor<2x3xf32>) -> tensor<5x3xf32> {
  %0 = tensor.empty() : tensor<5x3xf32>
  %1 = ts.matmul ins(%a, %b : tensor<5x2xf32>, tensor<2x3xf32>) outs(%0 : tensor<5x3xf32>) -> tensor<5x3xf32>
  %2 = ts.matmul {beta = 0.5 : f32} ins(%a, %b : tensor<5x2xf32>, tensor<2x3xf32>) outs(%1 : tensor<5x3xf32>) -> tensor<5x3xf32>
  return %2 : tensor<5x3xf32>
}

// -----

// Two results, one temporary each made by the same tensor.empty.
// CHECK: func.func @two_results
// CHECK-SAME: arguments = [memref<4x4xf32>, memref<4x4xf32>, memref<4x4xf32>, memref<4x4xf32>], products = [<a = 0, b = 1, c = 3>, <a = 1, b = 0, c = 2>]>
func.func @two_results(%a: tensor<4x4xf32>, %b: tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<4x4xf32>) {
  %0 = tensor.empty() : tensor<4x4xf32>
  %1 = ts.matmul ins(%a, %b : tensor<4x4xf32>, tensor<4x4xf32>) outs(%0 : tensor<4x4xf32>) -> tensor<4x4xf32>
  %2 = ts.matmul ins(%b, %a : tensor<4x4xf32>, tensor<4x4xf32>) outs(%0 : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %2, %1 : tensor<4x4xf32>, tensor<4x4xf32>
}

// -----

// A buffer allocated here is a temporary, seen through a cast.
// CHECK: func.func @temporary_buffer
// CHECK-SAME: products = [<a = 0, b = 1, c = -1>, <a = 0, b = 1, c = -1, beta = 1.000000e+00 : f32>, <a = -2, b = 1, c = 2>]>
func.func @temporary_buffer(%a: memref<4x4xf32>, %b: memref<4x4xf32>, %c: memref<4x4xf32>) {
  %t = memref.alloc() : memref<4x4xf32>
  %u = memref.cast %t : memref<4x4xf32> to memref<?x4xf32>
  ts.matmul ins(%a, %b : memref<4x4xf32>, memref<4x4xf32>) outs(%t : memref<4x4xf32>)
  ts.matmul {beta = 1.0 : f32} ins(%a, %b : memref<4x4xf32>, memref<4x4xf32>) outs(%t : memref<4x4xf32>)
  ts.matmul ins(%u, %b : memref<?x4xf32>, memref<4x4xf32>) outs(%c : memref<4x4xf32>)
  memref.dealloc %t : memref<4x4xf32>
  return
}

// -----

// What reaches no result is not promised, and an argument that no result is
// written to is spared: the product into it is a temporary.
// CHECK: func.func @dead_and_spared
// CHECK-SAME: arguments = [memref<4x4xf32>, memref<4x4xf32>, memref<4x4xf32>], products = [<a = 0, b = 0, c = -1>, <a = -1, b = 1, c = 2>]>
func.func @dead_and_spared(%a: tensor<4x4xf32>, %b: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %0 = ts.matmul ins(%b, %b : tensor<4x4xf32>, tensor<4x4xf32>) outs(%a : tensor<4x4xf32>) -> tensor<4x4xf32>
  %1 = ts.matmul ins(%0, %b : tensor<4x4xf32>, tensor<4x4xf32>) outs(%b : tensor<4x4xf32>) -> tensor<4x4xf32>
  %2 = ts.matmul ins(%a, %a : tensor<4x4xf32>, tensor<4x4xf32>) outs(%b : tensor<4x4xf32>) -> tensor<4x4xf32>
  %3 = tensor.empty() : tensor<4x4xf32>
  %4 = ts.matmul ins(%2, %b : tensor<4x4xf32>, tensor<4x4xf32>) outs(%3 : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %4 : tensor<4x4xf32>
}

// -----

// The destination is an argument behind a fill that nobody reads.
// CHECK: func.func @filled_argument
// CHECK-SAME: arguments = [memref<4x4xf32>, memref<4x4xf32>], products = [<a = 0, b = 0, c = 1>]>
func.func @filled_argument(%a: tensor<4x4xf32>, %c: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %x = arith.constant 7.0 : f32
  %0 = linalg.fill ins(%x : f32) outs(%c : tensor<4x4xf32>) -> tensor<4x4xf32>
  %1 = ts.matmul ins(%a, %a : tensor<4x4xf32>, tensor<4x4xf32>) outs(%0 : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %1 : tensor<4x4xf32>
}

// -----

// A contract that is there stays; private functions and those without products
// get none.
// CHECK: func.func @kept
// CHECK-SAME: ts.contract = #ts.contract<arguments = [], products = []>
// CHECK: func.func private @private
// CHECK-NOT: ts.contract
// CHECK: func.func @nothing
// CHECK-NOT: ts.contract
func.func @kept(%a: memref<4x4xf32>, %c: memref<4x4xf32>) attributes {ts.contract = #ts.contract<arguments = [], products = []>} {
  ts.matmul ins(%a, %a : memref<4x4xf32>, memref<4x4xf32>) outs(%c : memref<4x4xf32>)
  return
}
func.func private @private(%a: memref<4x4xf32>, %c: memref<4x4xf32>) {
  ts.matmul ins(%a, %a : memref<4x4xf32>, memref<4x4xf32>) outs(%c : memref<4x4xf32>)
  return
}
func.func @nothing(%a: memref<4x4xf32>) {
  return
}
