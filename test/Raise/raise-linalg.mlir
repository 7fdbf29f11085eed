// linalg's products of two matrices become ts.matmul, whatever their name and
// the order of their indices.

// RUN: ts-opt %s --ts-raise-linalg --split-input-file | FileCheck %s

// linalg adds to its destination.
// CHECK-LABEL: func.func @memrefs
// CHECK-NEXT: ts.matmul {beta = 1.000000e+00 : f32} ins(%{{.*}}, %{{.*}} : memref<5x2xf32>, memref<2x3xf32>) outs(%{{.*}} : memref<5x3xf32>)
func.func @memrefs(%a: memref<5x2xf32>, %b: memref<2x3xf32>, %c: memref<5x3xf32>) {
  linalg.matmul ins(%a, %b : memref<5x2xf32>, memref<2x3xf32>) outs(%c : memref<5x3xf32>)
  return
}

// -----

// CHECK-LABEL: func.func @filled_tensor
// CHECK: %[[E:.*]] = tensor.empty() : tensor<5x3xf32>
// CHECK: %[[D:.*]] = ts.matmul ins(%{{.*}}, %{{.*}} : tensor<5x2xf32>, tensor<2x3xf32>) outs(%[[E]] : tensor<5x3xf32>) -> tensor<5x3xf32>
// CHECK: return %[[D]]
func.func @filled_tensor(%a: tensor<5x2xf32>, %b: tensor<2x3xf32>) -> tensor<5x3xf32> {
  %zero = arith.constant 0.0 : f32
  %0 = tensor.empty() : tensor<5x3xf32>
  %1 = linalg.fill ins(%zero : f32) outs(%0 : tensor<5x3xf32>) -> tensor<5x3xf32>
  %2 = linalg.matmul ins(%a, %b : tensor<5x2xf32>, tensor<2x3xf32>) outs(%1 : tensor<5x3xf32>) -> tensor<5x3xf32>
  return %2 : tensor<5x3xf32>
}

// -----

// CHECK-LABEL: func.func @filled_with_one
// CHECK: %[[F:.*]] = linalg.fill
// CHECK: ts.matmul {beta = 1.000000e+00 : f32} ins({{.*}}) outs(%[[F]] : tensor<5x3xf32>)
func.func @filled_with_one(%a: tensor<5x2xf32>, %b: tensor<2x3xf32>) -> tensor<5x3xf32> {
  %one = arith.constant 1.0 : f32
  %0 = tensor.empty() : tensor<5x3xf32>
  %1 = linalg.fill ins(%one : f32) outs(%0 : tensor<5x3xf32>) -> tensor<5x3xf32>
  %2 = linalg.matmul ins(%a, %b : tensor<5x2xf32>, tensor<2x3xf32>) outs(%1 : tensor<5x3xf32>) -> tensor<5x3xf32>
  return %2 : tensor<5x3xf32>
}

// -----

// CHECK-LABEL: func.func @zero_constant
// CHECK: %[[E:.*]] = tensor.empty() : tensor<5x3xf32>
// CHECK: ts.matmul ins({{.*}}) outs(%[[E]] : tensor<5x3xf32>)
func.func @zero_constant(%a: tensor<5x2xf32>, %b: tensor<2x3xf32>) -> tensor<5x3xf32> {
  %0 = arith.constant dense<0.0> : tensor<5x3xf32>
  %1 = linalg.matmul ins(%a, %b : tensor<5x2xf32>, tensor<2x3xf32>) outs(%0 : tensor<5x3xf32>) -> tensor<5x3xf32>
  return %1 : tensor<5x3xf32>
}

// -----

// CHECK-LABEL: func.func @filled_buffer
// CHECK-NOT: linalg.fill
// CHECK: ts.matmul ins(
func.func @filled_buffer(%a: memref<5x2xf32>, %b: memref<2x3xf32>, %c: memref<5x3xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%c : memref<5x3xf32>)
  %unrelated = arith.constant 1 : index
  linalg.matmul ins(%a, %b : memref<5x2xf32>, memref<2x3xf32>) outs(%c : memref<5x3xf32>)
  return
}

// -----

// Something reads the zeros before the product does.
// CHECK-LABEL: func.func @filled_buffer_read
// CHECK: linalg.fill
// CHECK: memref.load
// CHECK: ts.matmul {beta = 1.000000e+00 : f32}
func.func @filled_buffer_read(%a: memref<5x2xf32>, %b: memref<2x3xf32>, %c: memref<5x3xf32>) -> f32 {
  %zero = arith.constant 0.0 : f32
  %i = arith.constant 1 : index
  linalg.fill ins(%zero : f32) outs(%c : memref<5x3xf32>)
  %x = memref.load %c[%i, %i] : memref<5x3xf32>
  linalg.matmul ins(%a, %b : memref<5x2xf32>, memref<2x3xf32>) outs(%c : memref<5x3xf32>)
  return %x : f32
}

// -----

// The product squares what was filled: the fill stays.
// CHECK-LABEL: func.func @fill_of_operand
// CHECK: linalg.fill
// CHECK: ts.matmul {beta = 1.000000e+00 : f32}
func.func @fill_of_operand(%c: memref<4x4xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%c : memref<4x4xf32>)
  linalg.matmul ins(%c, %c : memref<4x4xf32>, memref<4x4xf32>) outs(%c : memref<4x4xf32>)
  return
}

// -----

// CHECK-LABEL: func.func @transposed_a
// CHECK: ts.matmul {beta = 1.000000e+00 : f32, transpose_a} ins(%{{.*}}, %{{.*}} : memref<2x5xf32>, memref<2x3xf32>)
func.func @transposed_a(%a: memref<2x5xf32>, %b: memref<2x3xf32>, %c: memref<5x3xf32>) {
  linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (k, m)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]
    ins(%a, %b : memref<2x5xf32>, memref<2x3xf32>) outs(%c : memref<5x3xf32>)
  return
}

// -----

// CHECK-LABEL: func.func @transposed_b
// CHECK: ts.matmul {beta = 1.000000e+00 : f32, transpose_b} ins(%{{.*}}, %{{.*}} : memref<5x2xf32>, memref<3x2xf32>)
func.func @transposed_b(%a: memref<5x2xf32>, %b: memref<3x2xf32>, %c: memref<5x3xf32>) {
  linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
    ins(%a, %b : memref<5x2xf32>, memref<3x2xf32>) outs(%c : memref<5x3xf32>)
  return
}

// -----

// CHECK-LABEL: func.func @contract_both_transposed
// CHECK: ts.matmul {beta = 1.000000e+00 : f32, transpose_a, transpose_b} ins(%{{.*}}, %{{.*}} : memref<2x5xf32>, memref<3x2xf32>)
func.func @contract_both_transposed(%a: memref<2x5xf32>, %b: memref<3x2xf32>, %c: memref<5x3xf32>) {
  linalg.contract indexing_maps = [affine_map<(m, n, k) -> (k, m)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
    ins(%a, %b : memref<2x5xf32>, memref<3x2xf32>) outs(%c : memref<5x3xf32>)
  return
}

// -----

// The destination is transposed: its rows come from the second factor.
// CHECK-LABEL: func.func @transposed_c
// CHECK-SAME: (%[[A:.*]]: memref<5x2xf32>, %[[B:.*]]: memref<2x3xf32>, %[[C:.*]]: memref<3x5xf32>)
// CHECK: ts.matmul {beta = 1.000000e+00 : f32, transpose_a, transpose_b} ins(%[[B]], %[[A]] : memref<2x3xf32>, memref<5x2xf32>) outs(%[[C]] : memref<3x5xf32>)
func.func @transposed_c(%a: memref<5x2xf32>, %b: memref<2x3xf32>, %c: memref<3x5xf32>) {
  linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (n, m)>]
    ins(%a, %b : memref<5x2xf32>, memref<2x3xf32>) outs(%c : memref<3x5xf32>)
  return
}

// -----

// A generic of any loop order, on dynamic extents; half precision accumulates
// as the hardware does.
// CHECK-LABEL: func.func @generic
// CHECK: ts.matmul {beta = 1.000000e+00 : f32, precision = #ts.precision<native>} ins(%{{.*}}, %{{.*}} : tensor<?x2xf16>, tensor<2x?xf16>) outs(%{{.*}} : tensor<?x?xf32>) -> tensor<?x?xf32>
func.func @generic(%a: tensor<?x2xf16>, %b: tensor<2x?xf16>, %c: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %0 = linalg.generic {indexing_maps = [affine_map<(k, n, m) -> (m, k)>, affine_map<(k, n, m) -> (k, n)>, affine_map<(k, n, m) -> (m, n)>],
                       iterator_types = ["reduction", "parallel", "parallel"]}
    ins(%a, %b : tensor<?x2xf16>, tensor<2x?xf16>) outs(%c : tensor<?x?xf32>) {
  ^bb0(%x: f16, %y: f16, %z: f32):
    %1 = arith.extf %x : f16 to f32
    %2 = arith.extf %y : f16 to f32
    %3 = arith.mulf %1, %2 : f32
    %4 = arith.addf %z, %3 : f32
    linalg.yield %4 : f32
  } -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

// CHECK-LABEL: func.func @double
// CHECK: ts.matmul {beta = 1.000000e+00 : f64} ins(
func.func @double(%a: memref<5x2xf64>, %b: memref<2x3xf64>, %c: memref<5x3xf64>) {
  linalg.matmul ins(%a, %b : memref<5x2xf64>, memref<2x3xf64>) outs(%c : memref<5x3xf64>)
  return
}
