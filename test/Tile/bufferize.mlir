// Tensors become buffers that the caller gives, or device memory.

// RUN: ts-opt %s --ts-bufferize --split-input-file | FileCheck %s

// The result is computed in the new argument; the fill it would overwrite and
// the buffer it would need are gone.
// CHECK-LABEL: func.func @result
// CHECK-SAME: (%[[A:.*]]: memref<4x2xf32>, %[[B:.*]]: memref<2x3xf32>, %[[C:.*]]: memref<4x3xf32>) {
// CHECK-NEXT: ts.matmul {alpha = 2.000000e+00 : f32, precision = #ts.precision<tf32>} ins(%[[A]], %[[B]] : memref<4x2xf32>, memref<2x3xf32>) outs(%[[C]] : memref<4x3xf32>)
// CHECK-NEXT: return
func.func @result(%a: tensor<4x2xf32>, %b: tensor<2x3xf32>) -> tensor<4x3xf32> {
  %x = arith.constant 7.0 : f32
  %0 = tensor.empty() : tensor<4x3xf32>
  %1 = linalg.fill ins(%x : f32) outs(%0 : tensor<4x3xf32>) -> tensor<4x3xf32>
  %2 = ts.matmul {alpha = 2.0 : f32, precision = #ts.precision<tf32>}
    ins(%a, %b : tensor<4x2xf32>, tensor<2x3xf32>) outs(%1 : tensor<4x3xf32>) -> tensor<4x3xf32>
  return %2 : tensor<4x3xf32>
}

// -----

// An intermediate product lives on the device as long as the function runs.
// CHECK-LABEL: func.func @chain
// CHECK-SAME: (%[[A:.*]]: memref<5x2xf32>, %[[B:.*]]: memref<2x3xf32>, %[[D:.*]]: memref<3x7xf32>, %[[E:.*]]: memref<5x7xf32>) {
// CHECK-NEXT: %[[T:.*]] = gpu.alloc{{ +}}() : memref<5x3xf32>
// CHECK-NEXT: ts.matmul ins(%[[A]], %[[B]] : {{.*}}) outs(%[[T]] : memref<5x3xf32>)
// CHECK-NEXT: ts.matmul ins(%[[T]], %[[D]] : {{.*}}) outs(%[[E]] : memref<5x7xf32>)
// CHECK-NEXT: gpu.dealloc{{ +}}%[[T]] : memref<5x3xf32>
// CHECK-NEXT: return
func.func @chain(%a: tensor<5x2xf32>, %b: tensor<2x3xf32>, %d: tensor<3x7xf32>) -> tensor<5x7xf32> {
  %0 = tensor.empty() : tensor<5x3xf32>
  %1 = ts.matmul ins(%a, %b : tensor<5x2xf32>, tensor<2x3xf32>) outs(%0 : tensor<5x3xf32>) -> tensor<5x3xf32>
  %2 = tensor.empty() : tensor<5x7xf32>
  %3 = ts.matmul ins(%1, %d : tensor<5x3xf32>, tensor<3x7xf32>) outs(%2 : tensor<5x7xf32>) -> tensor<5x7xf32>
  return %3 : tensor<5x7xf32>
}

// -----

// A result whose destination is an argument stays there.
// CHECK-LABEL: func.func @in_place
// CHECK-SAME: (%[[A:.*]]: memref<5x2xf32>, %[[B:.*]]: memref<2x3xf32>, %[[C:.*]]: memref<5x3xf32>)
// CHECK-NEXT: ts.matmul {beta = 1.000000e+00 : f32} ins(%[[A]], %[[B]] : {{.*}}) outs(%[[C]] : memref<5x3xf32>)
// CHECK-NEXT: return
func.func @in_place(%a: tensor<5x2xf32>, %b: tensor<2x3xf32>, %c: tensor<5x3xf32>) -> tensor<5x3xf32> {
  %0 = ts.matmul {beta = 1.0 : f32} ins(%a, %b : tensor<5x2xf32>, tensor<2x3xf32>) outs(%c : tensor<5x3xf32>) -> tensor<5x3xf32>
  return %0 : tensor<5x3xf32>
}

// -----

// The order of results is that of the arguments.
// CHECK-LABEL: func.func @two_results
// CHECK-SAME: (%[[A:.*]]: memref<4x4xf32>, %[[B:.*]]: memref<4x4xf32>, %[[R0:.*]]: memref<4x4xf32>, %[[R1:.*]]: memref<4x4xf32>)
// CHECK-NEXT: ts.matmul ins(%[[A]], %[[B]] : {{.*}}) outs(%[[R1]] : memref<4x4xf32>)
// CHECK-NEXT: ts.matmul ins(%[[B]], %[[A]] : {{.*}}) outs(%[[R0]] : memref<4x4xf32>)
// CHECK-NEXT: return
func.func @two_results(%a: tensor<4x4xf32>, %b: tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<4x4xf32>) {
  %0 = tensor.empty() : tensor<4x4xf32>
  %1 = ts.matmul ins(%a, %b : tensor<4x4xf32>, tensor<4x4xf32>) outs(%0 : tensor<4x4xf32>) -> tensor<4x4xf32>
  %2 = ts.matmul ins(%b, %a : tensor<4x4xf32>, tensor<4x4xf32>) outs(%0 : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %2, %1 : tensor<4x4xf32>, tensor<4x4xf32>
}

// -----

// CHECK-LABEL: func.func @returned_twice
// CHECK-SAME: (%[[A:.*]]: memref<4x4xf32>, %[[R0:.*]]: memref<4x4xf32>, %[[R1:.*]]: memref<4x4xf32>)
// CHECK-NEXT: ts.matmul ins(%[[A]], %[[A]] : {{.*}}) outs(%[[R0]] : memref<4x4xf32>)
// CHECK-NEXT: gpu.memcpy{{ +}}%[[R1]], %[[R0]]
// CHECK-NEXT: return
func.func @returned_twice(%a: tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<4x4xf32>) {
  %0 = tensor.empty() : tensor<4x4xf32>
  %1 = ts.matmul ins(%a, %a : tensor<4x4xf32>, tensor<4x4xf32>) outs(%0 : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %1, %1 : tensor<4x4xf32>, tensor<4x4xf32>
}

// -----

// The old value of %c is read after the first product: that one must not write
// over it.
// CHECK-LABEL: func.func @conflict
// CHECK-SAME: (%[[A:.*]]: memref<4x4xf32>, %[[C:.*]]: memref<4x4xf32>, %[[R0:.*]]: memref<4x4xf32>, %[[R1:.*]]: memref<4x4xf32>)
// CHECK-NEXT: gpu.memcpy{{ +}}%[[R0]], %[[C]]
// CHECK-NEXT: ts.matmul {beta = 2.000000e+00 : f32} ins(%[[A]], %[[A]] : {{.*}}) outs(%[[R0]] : memref<4x4xf32>)
// CHECK-NEXT: ts.matmul ins(%[[A]], %[[C]] : {{.*}}) outs(%[[R1]] : memref<4x4xf32>)
// CHECK-NEXT: return
func.func @conflict(%a: tensor<4x4xf32>, %c: tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<4x4xf32>) {
  %0 = ts.matmul {beta = 2.0 : f32} ins(%a, %a : tensor<4x4xf32>, tensor<4x4xf32>) outs(%c : tensor<4x4xf32>) -> tensor<4x4xf32>
  %1 = tensor.empty() : tensor<4x4xf32>
  %2 = ts.matmul ins(%a, %c : tensor<4x4xf32>, tensor<4x4xf32>) outs(%1 : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %0, %2 : tensor<4x4xf32>, tensor<4x4xf32>
}

// -----

// Constants are copied to the device; a destination that is read is filled there.
// CHECK-LABEL: func.func @constants
// CHECK-SAME: (%[[A:.*]]: memref<4x2xf32>, %[[R:.*]]: memref<4x2xf32>)
// CHECK: %[[T:.*]] = gpu.alloc{{ +}}() : memref<2x2xf32>
// CHECK: %[[G:.*]] = memref.get_global @{{.*}} : memref<2x2xf32>
// CHECK: gpu.memcpy{{ +}}%[[T]], %[[G]]
// CHECK: gpu.memset{{ +}}%[[R]], %{{.*}} : memref<4x2xf32>, f32
// CHECK: ts.matmul {beta = 1.000000e+00 : f32} ins(%[[A]], %[[T]] : {{.*}}) outs(%[[R]] : memref<4x2xf32>)
// CHECK-NEXT: gpu.dealloc{{ +}}%[[T]]
func.func @constants(%a: tensor<4x2xf32>) -> tensor<4x2xf32> {
  %b = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %x = arith.constant 5.0 : f32
  %0 = tensor.empty() : tensor<4x2xf32>
  %1 = linalg.fill ins(%x : f32) outs(%0 : tensor<4x2xf32>) -> tensor<4x2xf32>
  %2 = ts.matmul {beta = 1.0 : f32} ins(%a, %b : tensor<4x2xf32>, tensor<2x2xf32>) outs(%1 : tensor<4x2xf32>) -> tensor<4x2xf32>
  return %2 : tensor<4x2xf32>
}

// -----

// A slice is a view.
// CHECK-LABEL: func.func @slice
// CHECK-SAME: (%[[A:.*]]: memref<8x4xf32>, %[[B:.*]]: memref<4x4xf32>, %[[R:.*]]: memref<4x4xf32>)
// CHECK-NEXT: %[[S:.*]] = memref.subview %[[A]][2, 0] [4, 4] [1, 1]
// CHECK-NEXT: ts.matmul {transpose_b} ins(%[[S]], %[[B]] : memref<4x4xf32, strided<[4, 1], offset: 8>>, memref<4x4xf32>) outs(%[[R]] : memref<4x4xf32>)
func.func @slice(%a: tensor<8x4xf32>, %b: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %0 = tensor.empty() : tensor<4x4xf32>
  %s = tensor.extract_slice %a[2, 0] [4, 4] [1, 1] : tensor<8x4xf32> to tensor<4x4xf32>
  %1 = ts.matmul {transpose_b} ins(%s, %b : tensor<4x4xf32>, tensor<4x4xf32>) outs(%0 : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %1 : tensor<4x4xf32>
}

// -----

// A buffer that a branch makes is read behind it: it lives in the function.
// CHECK-LABEL: func.func @branch
// CHECK-NEXT: %[[T:.*]] = gpu.alloc{{ +}}() : memref<4x4xf32>
// CHECK-NEXT: %[[R:.*]] = scf.if
// CHECK-NEXT: ts.matmul {{.*}} outs(%[[T]] : memref<4x4xf32>)
// CHECK-NEXT: scf.yield %[[T]]
// CHECK: gpu.memcpy{{ +}}%{{.*}}, %[[R]]
// CHECK-NEXT: gpu.dealloc{{ +}}%[[T]]
// CHECK-NEXT: return
func.func @branch(%a: tensor<4x4xf32>, %p: i1) -> tensor<4x4xf32> {
  %r = scf.if %p -> tensor<4x4xf32> {
    %0 = tensor.empty() : tensor<4x4xf32>
    %1 = ts.matmul ins(%a, %a : tensor<4x4xf32>, tensor<4x4xf32>) outs(%0 : tensor<4x4xf32>) -> tensor<4x4xf32>
    scf.yield %1 : tensor<4x4xf32>
  } else {
    scf.yield %a : tensor<4x4xf32>
  }
  return %r : tensor<4x4xf32>
}

// -----

// CHECK-LABEL: func.func private @callee
// CHECK-SAME: (%{{.*}}: memref<4x4xf32>, %[[R:.*]]: memref<4x4xf32>)
// CHECK: outs(%[[R]] : memref<4x4xf32>)
// CHECK-LABEL: func.func @caller
// CHECK-SAME: (%[[A:.*]]: memref<4x4xf32>, %[[R:.*]]: memref<4x4xf32>)
// CHECK: %[[T:.*]] = gpu.alloc{{ +}}() : memref<4x4xf32>
// CHECK: call @callee(%[[A]], %[[T]])
func.func private @callee(%a: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %0 = tensor.empty() : tensor<4x4xf32>
  %1 = ts.matmul ins(%a, %a : tensor<4x4xf32>, tensor<4x4xf32>) outs(%0 : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %1 : tensor<4x4xf32>
}
func.func @caller(%a: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %0 = call @callee(%a) : (tensor<4x4xf32>) -> tensor<4x4xf32>
  return %0 : tensor<4x4xf32>
}

// -----

// No result is written to %c: the caller keeps it.
// CHECK-LABEL: func.func @spared
// CHECK-SAME: (%[[A:.*]]: memref<4x4xf32>, %[[C:.*]]: memref<4x4xf32>, %[[R:.*]]: memref<4x4xf32>)
// CHECK-NEXT: %[[T:.*]] = gpu.alloc{{ +}}() : memref<4x4xf32>
// CHECK-NEXT: gpu.memcpy{{ +}}%[[T]], %[[C]]
// CHECK-NEXT: ts.matmul {beta = 1.000000e+00 : f32} ins(%[[A]], %[[A]] : {{.*}}) outs(%[[T]] : memref<4x4xf32>)
// CHECK-NEXT: ts.matmul ins(%[[T]], %[[A]] : {{.*}}) outs(%[[R]] : memref<4x4xf32>)
func.func @spared(%a: tensor<4x4xf32>, %c: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %0 = ts.matmul {beta = 1.0 : f32} ins(%a, %a : tensor<4x4xf32>, tensor<4x4xf32>) outs(%c : tensor<4x4xf32>) -> tensor<4x4xf32>
  %1 = tensor.empty() : tensor<4x4xf32>
  %2 = ts.matmul ins(%0, %a : tensor<4x4xf32>, tensor<4x4xf32>) outs(%1 : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %2 : tensor<4x4xf32>
}

// -----

// Functions on memrefs are left as they are, allocations on the host included.
// CHECK-LABEL: func.func @memrefs
// CHECK-NEXT: %[[X:.*]] = arith.constant
// CHECK-NEXT: %[[T:.*]] = memref.alloc() : memref<4x4xf32>
// CHECK-NEXT: linalg.fill ins(%[[X]] : f32) outs(%[[T]] : memref<4x4xf32>)
// CHECK-NEXT: memref.copy
// CHECK-NEXT: ts.matmul {alpha = 1.000000e+00 : f32}
// CHECK-NEXT: return %[[T]]
// CHECK-LABEL: func.func @tensors
// CHECK-SAME: memref<4x4xf32>
func.func @memrefs(%a: memref<4x4xf32>) -> memref<4x4xf32> {
  %x = arith.constant 1.0 : f32
  %t = memref.alloc() : memref<4x4xf32>
  linalg.fill ins(%x : f32) outs(%t : memref<4x4xf32>)
  memref.copy %a, %t : memref<4x4xf32> to memref<4x4xf32>
  ts.matmul {alpha = 1.0 : f32} ins(%a, %a : memref<4x4xf32>, memref<4x4xf32>) outs(%t : memref<4x4xf32>)
  return %t : memref<4x4xf32>
}
func.func @tensors(%a: tensor<4x4xf32>) {
  return
}
