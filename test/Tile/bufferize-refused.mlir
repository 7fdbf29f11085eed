// What has no device form is refused by name.

// RUN: ts-opt %s --ts-bufferize --split-input-file --verify-diagnostics

// expected-error @below {{the function takes 'memref<4x4xf32>', 'memref<4x4xf32>', but its contract says 'memref<4x4xf32>'}}
func.func @contract(%a: tensor<4x4xf32>) -> tensor<4x4xf32>
    attributes {ts.contract = #ts.contract<arguments = [memref<4x4xf32>], products = [<a = 0, b = 0, c = -1>]>} {
  %0 = tensor.empty() : tensor<4x4xf32>
  %1 = ts.matmul ins(%a, %a : tensor<4x4xf32>, tensor<4x4xf32>) outs(%0 : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %1 : tensor<4x4xf32>
}

// -----

func.func @strided_copy(%a: tensor<8x8xf32>, %b: tensor<4x4xf32>) -> (tensor<8x8xf32>, tensor<8x8xf32>) {
  // expected-error @below {{a copy that tensors need here has no device form: 'memref<4x4xf32, strided<[8, 1], offset: 18>>' is not contiguous}}
  %s = tensor.extract_slice %a[2, 2] [4, 4] [1, 1] : tensor<8x8xf32> to tensor<4x4xf32>
  %1 = ts.matmul {beta = 1.0 : f32} ins(%b, %b : tensor<4x4xf32>, tensor<4x4xf32>) outs(%s : tensor<4x4xf32>) -> tensor<4x4xf32>
  %2 = tensor.insert_slice %1 into %a[0, 0] [4, 4] [1, 1] : tensor<4x4xf32> into tensor<8x8xf32>
  return %a, %2 : tensor<8x8xf32>, tensor<8x8xf32>
}

// -----

func.func @loop(%a: tensor<4x4xf32>, %n: index) -> tensor<4x4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%x = %a) -> tensor<4x4xf32> {
    %0 = tensor.empty() : tensor<4x4xf32>
    %1 = ts.matmul ins(%x, %a : tensor<4x4xf32>, tensor<4x4xf32>) outs(%0 : tensor<4x4xf32>) -> tensor<4x4xf32>
    // expected-error @below {{Yield operand #0 is not equivalent to the corresponding iter bbArg}}
    scf.yield %1 : tensor<4x4xf32>
  }
  return %r : tensor<4x4xf32>
}
