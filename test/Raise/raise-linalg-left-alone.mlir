// Contractions that no ts.matmul says stay, and a remark gives the reason.

// RUN: ts-opt %s --ts-raise-linalg --split-input-file --verify-diagnostics | FileCheck %s

// CHECK-LABEL: func.func @integers
// CHECK: linalg.matmul
func.func @integers(%a: memref<5x2xi32>, %b: memref<2x3xi32>, %c: memref<5x3xi32>) {
  // expected-remark @below {{not raised: no precision mode multiplies 'i32' by 'i32' into 'i32'}}
  linalg.matmul ins(%a, %b : memref<5x2xi32>, memref<2x3xi32>) outs(%c : memref<5x3xi32>)
  return
}

// -----

// CHECK-LABEL: func.func @widening
// CHECK: linalg.matmul
func.func @widening(%a: memref<5x2xf32>, %b: memref<2x3xf32>, %c: memref<5x3xf64>) {
  // expected-remark @below {{not raised: no precision mode multiplies 'f32' by 'f32' into 'f64'}}
  linalg.matmul ins(%a, %b : memref<5x2xf32>, memref<2x3xf32>) outs(%c : memref<5x3xf64>)
  return
}

// -----

// CHECK-LABEL: func.func @broadcast
// CHECK: linalg.matmul
func.func @broadcast(%a: memref<2xf32>, %b: memref<2x3xf32>, %c: memref<5x3xf32>) {
  // expected-remark @below {{not raised: its indexing maps are not those of a product of two matrices}}
  linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]
    ins(%a, %b : memref<2xf32>, memref<2x3xf32>) outs(%c : memref<5x3xf32>)
  return
}

// -----

// CHECK-LABEL: func.func @batch
// CHECK: linalg.batch_matmul
func.func @batch(%a: memref<7x5x2xf32>, %b: memref<7x2x3xf32>, %c: memref<7x5x3xf32>) {
  // expected-remark @below {{not raised: its indexing maps are not those of a product of two matrices}}
  linalg.batch_matmul ins(%a, %b : memref<7x5x2xf32>, memref<7x2x3xf32>) outs(%c : memref<7x5x3xf32>)
  return
}

// -----

// Rounds its factors first.
// CHECK-LABEL: func.func @narrowing_body
// CHECK: linalg.generic
func.func @narrowing_body(%a: tensor<5x2xf32>, %b: tensor<2x3xf32>, %c: tensor<5x3xf32>) -> tensor<5x3xf32> {
  // expected-remark @below {{not raised: its body does more than multiply and add}}
  %0 = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
                       iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%a, %b : tensor<5x2xf32>, tensor<2x3xf32>) outs(%c : tensor<5x3xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %1 = arith.truncf %x : f32 to f16
    %2 = arith.extf %1 : f16 to f32
    %3 = arith.mulf %2, %y : f32
    %4 = arith.addf %z, %3 : f32
    linalg.yield %4 : f32
  } -> tensor<5x3xf32>
  return %0 : tensor<5x3xf32>
}

// -----

// No contraction at all: nothing is said about it.
// CHECK-LABEL: func.func @elementwise
// CHECK: linalg.add
func.func @elementwise(%a: memref<5x3xf32>, %c: memref<5x3xf32>) {
  linalg.add ins(%a, %a : memref<5x3xf32>, memref<5x3xf32>) outs(%c : memref<5x3xf32>)
  return
}
