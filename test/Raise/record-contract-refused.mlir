// Where a contract could promise what is not computed there is none, and a remark
// says why.

// RUN: ts-opt %s --ts-record-contract --split-input-file --verify-diagnostics | FileCheck %s

// CHECK-NOT: ts.contract

// expected-remark @below {{no contract is recorded: argument 1 is not a matrix}}
func.func @not_a_matrix(%a: memref<4x4xf32>, %x: f32) {
  ts.matmul ins(%a, %a : memref<4x4xf32>, memref<4x4xf32>) outs(%a : memref<4x4xf32>)
  return
}

// -----

// expected-remark @below {{no contract is recorded: operation 'memref.store' may change a matrix}}
func.func @other_effects(%a: memref<4x4xf32>, %c: memref<4x4xf32>, %x: memref<f32>) {
  %0 = arith.constant 1.0 : f32
  memref.store %0, %x[] : memref<f32>
  ts.matmul ins(%a, %a : memref<4x4xf32>, memref<4x4xf32>) outs(%c : memref<4x4xf32>)
  return
}

// -----

// expected-remark @below {{no contract is recorded: operation 'scf.for' may change a matrix}}
func.func @in_loop(%a: memref<4x4xf32>, %c: memref<4x4xf32>) {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  scf.for %i = %0 to %1 step %1 {
    ts.matmul ins(%a, %a : memref<4x4xf32>, memref<4x4xf32>) outs(%c : memref<4x4xf32>)
  }
  return
}

// -----

// expected-remark @below {{no contract is recorded: it has control flow}}
func.func @blocks(%a: memref<4x4xf32>, %c: memref<4x4xf32>) {
  cf.br ^next
  ^next:
  ts.matmul ins(%a, %a : memref<4x4xf32>, memref<4x4xf32>) outs(%c : memref<4x4xf32>)
  return
}

// -----

// expected-remark @below {{no contract is recorded: operand 'a' is neither an argument nor an earlier product}}
func.func @constant(%a: tensor<4x4xf32>, %c: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %0 = arith.constant dense<2.0> : tensor<4x4xf32>
  %1 = ts.matmul ins(%0, %a : tensor<4x4xf32>, tensor<4x4xf32>) outs(%c : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %1 : tensor<4x4xf32>
}

// -----

// expected-remark @below {{no contract is recorded: operand 'c' is neither an argument nor an earlier product}}
func.func @filled(%a: tensor<4x4xf32>, %x: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %one = arith.constant 1.0 : f32
  %0 = tensor.empty() : tensor<4x4xf32>
  %1 = linalg.fill ins(%one : f32) outs(%0 : tensor<4x4xf32>) -> tensor<4x4xf32>
  %2 = ts.matmul {beta = 1.0 : f32} ins(%a, %a : tensor<4x4xf32>, tensor<4x4xf32>) outs(%1 : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %2 : tensor<4x4xf32>
}

// -----

// expected-remark @below {{no contract is recorded: operand 'c' is not an argument}}
func.func @view(%a: memref<4x4xf32>, %c: memref<8x4xf32>) {
  %0 = memref.subview %c[0, 0] [4, 4] [1, 1] : memref<8x4xf32> to memref<4x4xf32, strided<[4, 1]>>
  ts.matmul ins(%a, %a : memref<4x4xf32>, memref<4x4xf32>) outs(%0 : memref<4x4xf32, strided<[4, 1]>>)
  return
}

// -----

// expected-remark @below {{no contract is recorded: operand 'b' is read before a product wrote it}}
func.func @unwritten(%a: memref<4x4xf32>, %c: memref<4x4xf32>) {
  %0 = memref.alloc() : memref<4x4xf32>
  ts.matmul ins(%a, %0 : memref<4x4xf32>, memref<4x4xf32>) outs(%c : memref<4x4xf32>)
  return
}

// -----

// expected-remark @below {{no contract is recorded: a product reads the matrix it writes}}
func.func @own_input(%a: memref<4x4xf32>, %c: memref<4x4xf32>) {
  ts.matmul ins(%a, %c : memref<4x4xf32>, memref<4x4xf32>) outs(%c : memref<4x4xf32>)
  return
}

// -----

// expected-remark @below {{no contract is recorded: operand 'a' is read after a later product overwrote it}}
func.func @overwritten_operand(%a: tensor<4x4xf32>, %c: tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<4x4xf32>) {
  %0 = ts.matmul ins(%a, %a : tensor<4x4xf32>, tensor<4x4xf32>) outs(%c : tensor<4x4xf32>) -> tensor<4x4xf32>
  %1 = ts.matmul ins(%c, %a : tensor<4x4xf32>, tensor<4x4xf32>) outs(%a : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %0, %1 : tensor<4x4xf32>, tensor<4x4xf32>
}

// -----

// expected-remark @below {{no contract is recorded: result 0 is returned after a later product overwrote it}}
func.func @overwritten_result(%a: tensor<4x4xf32>, %c: tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<4x4xf32>) {
  %0 = ts.matmul ins(%a, %a : tensor<4x4xf32>, tensor<4x4xf32>) outs(%c : tensor<4x4xf32>) -> tensor<4x4xf32>
  %1 = ts.matmul {beta = 1.0 : f32} ins(%a, %a : tensor<4x4xf32>, tensor<4x4xf32>) outs(%0 : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %0, %1 : tensor<4x4xf32>, tensor<4x4xf32>
}

// -----

// expected-remark @below {{no contract is recorded: result 1 is returned twice}}
func.func @returned_twice(%a: tensor<4x4xf32>, %c: tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<4x4xf32>) {
  %0 = ts.matmul ins(%a, %a : tensor<4x4xf32>, tensor<4x4xf32>) outs(%c : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %0, %0 : tensor<4x4xf32>, tensor<4x4xf32>
}

// -----

// expected-remark @below {{no contract is recorded: result 0 is not a product}}
func.func @scalar_result(%a: memref<4x4xf32>, %c: memref<4x4xf32>) -> f32 {
  ts.matmul ins(%a, %a : memref<4x4xf32>, memref<4x4xf32>) outs(%c : memref<4x4xf32>)
  %0 = arith.constant 1.0 : f32
  return %0 : f32
}

// -----

// expected-remark @below {{no contract is recorded: result 0 has another type than the argument it is written to}}
func.func @other_type(%a: tensor<4x4xf32>, %c: tensor<4x4xf32>) -> tensor<?x4xf32> {
  %0 = ts.matmul ins(%a, %a : tensor<4x4xf32>, tensor<4x4xf32>) outs(%c : tensor<4x4xf32>) -> tensor<4x4xf32>
  %1 = tensor.cast %0 : tensor<4x4xf32> to tensor<?x4xf32>
  return %1 : tensor<?x4xf32>
}

// -----

// expected-remark @below {{no contract is recorded: operand 'c' is an argument that no result is written to}}
func.func @spared(%a: tensor<4x4xf32>, %c: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %0 = ts.matmul {beta = 1.0 : f32} ins(%a, %a : tensor<4x4xf32>, tensor<4x4xf32>) outs(%c : tensor<4x4xf32>) -> tensor<4x4xf32>
  %1 = tensor.empty() : tensor<4x4xf32>
  %2 = ts.matmul ins(%0, %a : tensor<4x4xf32>, tensor<4x4xf32>) outs(%1 : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %2 : tensor<4x4xf32>
}

// -----

// expected-remark @below {{no contract is recorded: no product reaches a result}}
func.func @dead(%a: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %0 = tensor.empty() : tensor<4x4xf32>
  %1 = ts.matmul ins(%a, %a : tensor<4x4xf32>, tensor<4x4xf32>) outs(%0 : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %a : tensor<4x4xf32>
}
