// Canonical forms of ts.matmul.

// RUN: ts-opt %s --canonicalize --split-input-file | FileCheck %s

// Attributes that say what holds without them.
// CHECK-LABEL: func.func @defaults
// CHECK-NEXT: ts.matmul ins(%{{.*}}, %{{.*}} : memref<4x2xf32>, memref<2x3xf32>) outs
func.func @defaults(%a: memref<4x2xf32>, %b: memref<2x3xf32>, %c: memref<4x3xf32>) {
  ts.matmul {alpha = 1.0 : f32, beta = 0.0 : f32, precision = #ts.precision<ieee>}
    ins(%a, %b : memref<4x2xf32>, memref<2x3xf32>) outs(%c : memref<4x3xf32>)
  return
}

// -----

// CHECK-LABEL: func.func @not_defaults
// CHECK-NEXT: ts.matmul {alpha = -1.000000e+00 : f32, beta = 1.000000e+00 : f32, precision = #ts.precision<tf32>, transpose_a, transpose_b}
func.func @not_defaults(%a: memref<2x4xf32>, %b: memref<3x2xf32>, %c: memref<4x3xf32>) {
  ts.matmul {alpha = -1.0 : f32, beta = 1.0 : f32, precision = #ts.precision<tf32>, transpose_a, transpose_b}
    ins(%a, %b : memref<2x4xf32>, memref<3x2xf32>) outs(%c : memref<4x3xf32>)
  return
}

// -----

// Without rows or columns there is nothing to write.
// CHECK-LABEL: func.func @empty_m
// CHECK-NEXT: return
func.func @empty_m(%a: memref<0x2xf32>, %b: memref<2x3xf32>, %c: memref<0x3xf32>) {
  ts.matmul ins(%a, %b : memref<0x2xf32>, memref<2x3xf32>) outs(%c : memref<0x3xf32>)
  return
}

// -----

// CHECK-LABEL: func.func @empty_n
// CHECK-SAME: (%{{.*}}: tensor<4x2xf32>, %{{.*}}: tensor<0x2xf32>, %[[C:.*]]: tensor<4x0xf32>)
// CHECK-NEXT: return %[[C]]
func.func @empty_n(%a: tensor<4x2xf32>, %b: tensor<0x2xf32>, %c: tensor<4x0xf32>) -> tensor<4x0xf32> {
  %0 = ts.matmul {transpose_b} ins(%a, %b : tensor<4x2xf32>, tensor<0x2xf32>) outs(%c : tensor<4x0xf32>) -> tensor<4x0xf32>
  return %0 : tensor<4x0xf32>
}

// -----

// No step of k: beta = 1 leaves C as it is, beta = 0 still writes zeros.
// CHECK-LABEL: func.func @no_k
// CHECK-NEXT: ts.matmul ins(
// CHECK-NEXT: ts.matmul {beta = 2.000000e+00 : f32} ins(
// CHECK-NEXT: return
func.func @no_k(%a: memref<4x0xf32>, %b: memref<0x3xf32>, %c: memref<4x3xf32>) {
  ts.matmul {beta = 1.0 : f32} ins(%a, %b : memref<4x0xf32>, memref<0x3xf32>) outs(%c : memref<4x3xf32>)
  ts.matmul ins(%a, %b : memref<4x0xf32>, memref<0x3xf32>) outs(%c : memref<4x3xf32>)
  ts.matmul {beta = 2.0 : f32} ins(%a, %b : memref<4x0xf32>, memref<0x3xf32>) outs(%c : memref<4x3xf32>)
  return
}

// -----

// CHECK-LABEL: func.func @no_k_tensors
// CHECK-SAME: %[[C:[^:]*]]: tensor<4x3xf32>)
// CHECK-NEXT: return %[[C]]
func.func @no_k_tensors(%a: tensor<4x0xf32>, %b: tensor<0x3xf32>, %c: tensor<4x3xf32>) -> tensor<4x3xf32> {
  %0 = ts.matmul {beta = 1.0 : f32} ins(%a, %b : tensor<4x0xf32>, tensor<0x3xf32>) outs(%c : tensor<4x3xf32>) -> tensor<4x3xf32>
  return %0 : tensor<4x3xf32>
}

// -----

// alpha = 0 reads neither A nor B.
// CHECK-LABEL: func.func @alpha_zero
// CHECK-SAME: (%[[A:.*]]: memref<2x4xf32>, %[[B:.*]]: memref<2x3xf32>, %[[C:.*]]: memref<4x3xf32>)
// CHECK-NEXT: %[[A0:.*]] = memref.subview %[[A]][0, 0] [0, 4] [1, 1]
// CHECK-NEXT: %[[B0:.*]] = memref.subview %[[B]][0, 0] [0, 3] [1, 1]
// CHECK-NEXT: ts.matmul {beta = 5.000000e-01 : f32, transpose_a} ins(%[[A0]], %[[B0]] : memref<0x4xf32, {{.*}}>, memref<0x3xf32, {{.*}}>) outs(%[[C]] : memref<4x3xf32>)
func.func @alpha_zero(%a: memref<2x4xf32>, %b: memref<2x3xf32>, %c: memref<4x3xf32>) {
  ts.matmul {alpha = 0.0 : f32, beta = 0.5 : f32, transpose_a} ins(%a, %b : memref<2x4xf32>, memref<2x3xf32>) outs(%c : memref<4x3xf32>)
  return
}

// -----

// With beta = 1 nothing remains of it.
// CHECK-LABEL: func.func @alpha_zero_tensors
// CHECK-SAME: %[[C:[^:]*]]: tensor<?x3xf32>)
// CHECK-NEXT: return %[[C]]
func.func @alpha_zero_tensors(%a: tensor<?x2xf32>, %b: tensor<2x3xf32>, %c: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %0 = ts.matmul {alpha = 0.0 : f32, beta = 1.0 : f32} ins(%a, %b : tensor<?x2xf32>, tensor<2x3xf32>) outs(%c : tensor<?x3xf32>) -> tensor<?x3xf32>
  return %0 : tensor<?x3xf32>
}

// -----

// A cast into an operand hides what its source knows.
// CHECK-LABEL: func.func @casts_of_inputs
// CHECK-NEXT: ts.matmul ins(%{{.*}}, %{{.*}} : memref<4x2xf32>, memref<2x3xf32>) outs(%{{.*}} : memref<4x3xf32>)
func.func @casts_of_inputs(%a: memref<4x2xf32>, %b: memref<2x3xf32>, %c: memref<4x3xf32>) {
  %0 = memref.cast %a : memref<4x2xf32> to memref<?x2xf32>
  %1 = memref.cast %b : memref<2x3xf32> to memref<2x?xf32, strided<[?, ?], offset: ?>>
  %2 = memref.cast %c : memref<4x3xf32> to memref<4x?xf32>
  ts.matmul ins(%0, %1 : memref<?x2xf32>, memref<2x?xf32, strided<[?, ?], offset: ?>>) outs(%2 : memref<4x?xf32>)
  return
}

// -----

// CHECK-LABEL: func.func @casts_of_tensors
// CHECK: %[[D:.*]] = ts.matmul {beta = 1.000000e+00 : f32} ins(%{{.*}}, %{{.*}} : tensor<4x2xf32>, tensor<2x3xf32>) outs(%{{.*}} : tensor<4x3xf32>) -> tensor<4x3xf32>
// CHECK-NEXT: %[[R:.*]] = tensor.cast %[[D]] : tensor<4x3xf32> to tensor<?x3xf32>
// CHECK-NEXT: return %[[R]]
func.func @casts_of_tensors(%a: tensor<4x2xf32>, %b: tensor<2x3xf32>, %c: tensor<4x3xf32>) -> tensor<?x3xf32> {
  %0 = tensor.cast %a : tensor<4x2xf32> to tensor<?x2xf32>
  %1 = tensor.cast %c : tensor<4x3xf32> to tensor<?x3xf32>
  %2 = ts.matmul {beta = 1.0 : f32} ins(%0, %b : tensor<?x2xf32>, tensor<2x3xf32>) outs(%1 : tensor<?x3xf32>) -> tensor<?x3xf32>
  return %2 : tensor<?x3xf32>
}

// -----

// A cast that forgets is not folded into the product.
// CHECK-LABEL: func.func @forgetting_cast
// CHECK: tensor.cast %{{.*}} : tensor<?x2xf32> to tensor<4x2xf32>
func.func @forgetting_cast(%a: tensor<?x2xf32>, %b: tensor<2x3xf32>, %c: tensor<4x3xf32>) -> tensor<4x3xf32> {
  %0 = tensor.cast %a : tensor<?x2xf32> to tensor<4x2xf32>
  %1 = ts.matmul ins(%0, %b : tensor<4x2xf32>, tensor<2x3xf32>) outs(%c : tensor<4x3xf32>) -> tensor<4x3xf32>
  return %1 : tensor<4x3xf32>
}

// -----

// The only reader of the result knows its shape.
// CHECK-LABEL: func.func @cast_of_result
// CHECK-SAME: %[[C:[^:]*]]: tensor<?x?xf32>)
// CHECK-NEXT: %[[C1:.*]] = tensor.cast %[[C]] : tensor<?x?xf32> to tensor<4x3xf32>
// CHECK-NEXT: %[[D:.*]] = ts.matmul ins(%{{.*}}, %{{.*}} : tensor<4x2xf32>, tensor<2x3xf32>) outs(%[[C1]] : tensor<4x3xf32>) -> tensor<4x3xf32>
// CHECK-NEXT: return %[[D]]
func.func @cast_of_result(%a: tensor<4x2xf32>, %b: tensor<2x3xf32>, %c: tensor<?x?xf32>) -> tensor<4x3xf32> {
  %0 = ts.matmul ins(%a, %b : tensor<4x2xf32>, tensor<2x3xf32>) outs(%c : tensor<?x?xf32>) -> tensor<?x?xf32>
  %1 = tensor.cast %0 : tensor<?x?xf32> to tensor<4x3xf32>
  return %1 : tensor<4x3xf32>
}

// -----

// beta = 0: what was in C does not matter.
// CHECK-LABEL: func.func @overwritten
// CHECK-NEXT: %[[E:.*]] = tensor.empty() : tensor<4x3xf32>
// CHECK-NEXT: ts.matmul ins({{.*}}) outs(%[[E]] : tensor<4x3xf32>)
// CHECK-NEXT: return
func.func @overwritten(%a: tensor<4x2xf32>, %b: tensor<2x3xf32>) -> tensor<4x3xf32> {
  %x = arith.constant 7.0 : f32
  %0 = tensor.empty() : tensor<4x3xf32>
  %1 = linalg.fill ins(%x : f32) outs(%0 : tensor<4x3xf32>) -> tensor<4x3xf32>
  %2 = ts.matmul ins(%a, %b : tensor<4x2xf32>, tensor<2x3xf32>) outs(%1 : tensor<4x3xf32>) -> tensor<4x3xf32>
  return %2 : tensor<4x3xf32>
}

// -----

// CHECK-LABEL: func.func @not_overwritten
// CHECK: linalg.fill
// CHECK: ts.matmul {beta = 1.000000e+00 : f32}
func.func @not_overwritten(%a: tensor<4x2xf32>, %b: tensor<2x3xf32>) -> tensor<4x3xf32> {
  %x = arith.constant 7.0 : f32
  %0 = tensor.empty() : tensor<4x3xf32>
  %1 = linalg.fill ins(%x : f32) outs(%0 : tensor<4x3xf32>) -> tensor<4x3xf32>
  %2 = ts.matmul {beta = 1.0 : f32} ins(%a, %b : tensor<4x2xf32>, tensor<2x3xf32>) outs(%1 : tensor<4x3xf32>) -> tensor<4x3xf32>
  return %2 : tensor<4x3xf32>
}

// A cast that hides extents which differ stays: a padded tile of B is wider than
// what is left of C.

// CHECK-LABEL: func.func @cast_of_padded
// CHECK: %[[REST:.*]] = memref.cast %{{.*}} : memref<8x4xf32> to memref<8x?xf32>
// CHECK: ts.matmul ins(%{{.*}}, %{{.*}} : memref<8x32xf32>, memref<32x128xf32>) outs(%[[REST]] : memref<8x?xf32>)
func.func @cast_of_padded(%a: memref<8x32xf32>, %b: memref<32x128xf32>, %c: memref<8x4xf32>) {
  %depth = memref.cast %a : memref<8x32xf32> to memref<8x?xf32>
  %rest = memref.cast %c : memref<8x4xf32> to memref<8x?xf32>
  ts.matmul ins(%depth, %b : memref<8x?xf32>, memref<32x128xf32>) outs(%rest : memref<8x?xf32>)
  return
}
