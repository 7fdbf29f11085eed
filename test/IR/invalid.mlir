// Every message of the verifier of ts.matmul: it names the operand and both
// values.

// RUN: ts-opt %s -split-input-file -verify-diagnostics

func.func @k(%a: memref<64x32xf32>, %b: memref<31x128xf32>, %c: memref<64x128xf32>) {
  // expected-error @below {{operand 'b' has 31 rows, but 'a' has 32 columns (K)}}
  ts.matmul ins(%a, %b : memref<64x32xf32>, memref<31x128xf32>) outs(%c : memref<64x128xf32>)
  return
}

// -----

func.func @k_transposed(%a: memref<32x64xf32>, %b: memref<128x31xf32>, %c: memref<64x128xf32>) {
  // expected-error @below {{operand 'b' has 31 columns, but 'a' has 32 rows (K)}}
  ts.matmul {transpose_a, transpose_b} ins(%a, %b : memref<32x64xf32>, memref<128x31xf32>) outs(%c : memref<64x128xf32>)
  return
}

// -----

func.func @m(%a: memref<64x32xf32>, %b: memref<32x128xf32>, %c: memref<63x128xf32>) {
  // expected-error @below {{operand 'c' has 63 rows, but 'a' has 64 rows (M)}}
  ts.matmul ins(%a, %b : memref<64x32xf32>, memref<32x128xf32>) outs(%c : memref<63x128xf32>)
  return
}

// -----

func.func @m_transposed(%a: memref<32x64xf32>, %b: memref<32x128xf32>, %c: memref<32x128xf32>) {
  // expected-error @below {{operand 'c' has 32 rows, but 'a' has 64 columns (M)}}
  ts.matmul {transpose_a} ins(%a, %b : memref<32x64xf32>, memref<32x128xf32>) outs(%c : memref<32x128xf32>)
  return
}

// -----

func.func @n(%a: memref<64x32xf32>, %b: memref<32x128xf32>, %c: memref<64x127xf32>) {
  // expected-error @below {{operand 'c' has 127 columns, but 'b' has 128 columns (N)}}
  ts.matmul ins(%a, %b : memref<64x32xf32>, memref<32x128xf32>) outs(%c : memref<64x127xf32>)
  return
}

// -----

func.func @n_transposed(%a: memref<64x32xf32>, %b: memref<128x32xf32>, %c: memref<64x32xf32>) {
  // expected-error @below {{operand 'c' has 32 columns, but 'b' has 128 rows (N)}}
  ts.matmul {transpose_b} ins(%a, %b : memref<64x32xf32>, memref<128x32xf32>) outs(%c : memref<64x32xf32>)
  return
}

// -----

func.func @zero_is_an_extent(%a: memref<4x1xf32>, %b: memref<0x4xf32>, %c: memref<4x4xf32>) {
  // expected-error @below {{operand 'b' has 0 rows, but 'a' has 1 columns (K)}}
  ts.matmul ins(%a, %b : memref<4x1xf32>, memref<0x4xf32>) outs(%c : memref<4x4xf32>)
  return
}

// -----

func.func @rank_a(%a: memref<64xf32>, %b: memref<32x128xf32>, %c: memref<64x128xf32>) {
  // expected-error @below {{operand 'a' must be a matrix, got 'memref<64xf32>'}}
  ts.matmul ins(%a, %b : memref<64xf32>, memref<32x128xf32>) outs(%c : memref<64x128xf32>)
  return
}

// -----

func.func @rank_b(%a: memref<64x32xf32>, %b: memref<2x32x128xf32>, %c: memref<64x128xf32>) {
  // expected-error @below {{operand 'b' must be a matrix, got 'memref<2x32x128xf32>'}}
  ts.matmul ins(%a, %b : memref<64x32xf32>, memref<2x32x128xf32>) outs(%c : memref<64x128xf32>)
  return
}

// -----

func.func @rank_c(%a: tensor<64x32xf32>, %b: tensor<32x128xf32>, %c: tensor<f32>) {
  // expected-error @below {{operand 'c' must be a matrix, got 'tensor<f32>'}}
  %0 = ts.matmul ins(%a, %b : tensor<64x32xf32>, tensor<32x128xf32>) outs(%c : tensor<f32>) -> tensor<f32>
  return
}

// -----

func.func @mixed(%a: tensor<64x32xf32>, %b: tensor<32x128xf32>, %c: memref<64x128xf32>) {
  // expected-error @below {{operand 'c' is 'memref<64x128xf32>', but 'a' is 'tensor<64x32xf32>'; tensors and memrefs do not mix}}
  ts.matmul ins(%a, %b : tensor<64x32xf32>, tensor<32x128xf32>) outs(%c : memref<64x128xf32>)
  return
}

// -----

func.func @not_strided(%a: memref<64x32xf32>, %b: memref<32x128xf32, affine_map<(d0, d1) -> (d0, d1 floordiv 4)>>, %c: memref<64x128xf32>) {
  // expected-error @below {{operand 'b' is 'memref<32x128xf32, affine_map<(d0, d1) -> (d0, d1 floordiv 4)>>', whose layout is not strided}}
  ts.matmul ins(%a, %b : memref<64x32xf32>, memref<32x128xf32, affine_map<(d0, d1) -> (d0, d1 floordiv 4)>>) outs(%c : memref<64x128xf32>)
  return
}

// -----

func.func @in_shared(%a: memref<64x32xf32, #gpu.address_space<workgroup>>, %b: memref<32x128xf32>, %c: memref<64x128xf32>) {
  // expected-error @below {{operand 'a' is 'memref<64x32xf32, #gpu.address_space<workgroup>>', which is not in global memory}}
  ts.matmul ins(%a, %b : memref<64x32xf32, #gpu.address_space<workgroup>>, memref<32x128xf32>) outs(%c : memref<64x128xf32>)
  return
}

// -----

func.func @in_space_3(%a: memref<64x32xf32>, %b: memref<32x128xf32>, %c: memref<64x128xf32, 3>) {
  // expected-error @below {{operand 'c' is 'memref<64x128xf32, 3>', which is not in global memory}}
  ts.matmul ins(%a, %b : memref<64x32xf32>, memref<32x128xf32>) outs(%c : memref<64x128xf32, 3>)
  return
}

// -----

func.func @integers(%a: memref<64x32xi32>, %b: memref<32x128xi32>, %c: memref<64x128xi32>) {
  // expected-error @below {{operand 'a' has element type 'i32'; supported are f16, bf16, f32 and f64}}
  ts.matmul ins(%a, %b : memref<64x32xi32>, memref<32x128xi32>) outs(%c : memref<64x128xi32>)
  return
}

// -----

func.func @tf32_is_a_precision(%a: memref<64x32xtf32>, %b: memref<32x128xtf32>, %c: memref<64x128xtf32>) {
  // expected-error @below {{operand 'a' has element type 'tf32'; supported are f16, bf16, f32 and f64}}
  ts.matmul ins(%a, %b : memref<64x32xtf32>, memref<32x128xtf32>) outs(%c : memref<64x128xtf32>)
  return
}

// -----

func.func @element_b(%a: memref<64x32xf32>, %b: memref<32x128xf64>, %c: memref<64x128xf32>) {
  // expected-error @below {{operand 'b' has element type 'f64', but 'a' has 'f32'}}
  ts.matmul ins(%a, %b : memref<64x32xf32>, memref<32x128xf64>) outs(%c : memref<64x128xf32>)
  return
}

// -----

func.func @element_c(%a: memref<64x32xf32>, %b: memref<32x128xf32>, %c: memref<64x128xf16>) {
  // expected-error @below {{operand 'c' has element type 'f16', but 'a' has 'f32'}}
  ts.matmul ins(%a, %b : memref<64x32xf32>, memref<32x128xf32>) outs(%c : memref<64x128xf16>)
  return
}

// -----

func.func @element_c_wide(%a: memref<64x32xf32>, %b: memref<32x128xf32>, %c: memref<64x128xf64>) {
  // expected-error @below {{operand 'c' has element type 'f64', but 'a' has 'f32'}}
  ts.matmul ins(%a, %b : memref<64x32xf32>, memref<32x128xf32>) outs(%c : memref<64x128xf64>)
  return
}

// -----

func.func @ieee_f16(%a: memref<64x32xf16>, %b: memref<32x128xf16>, %c: memref<64x128xf16>) {
  // expected-error @below {{precision 'ieee' is not defined for operand 'a' of 'f16'; use 'native'}}
  ts.matmul ins(%a, %b : memref<64x32xf16>, memref<32x128xf16>) outs(%c : memref<64x128xf16>)
  return
}

// -----

func.func @native_f32(%a: memref<64x32xf32>, %b: memref<32x128xf32>, %c: memref<64x128xf32>) {
  // expected-error @below {{precision 'native' is not defined for operand 'a' of 'f32'}}
  ts.matmul {precision = #ts.precision<native>} ins(%a, %b : memref<64x32xf32>, memref<32x128xf32>) outs(%c : memref<64x128xf32>)
  return
}

// -----

func.func @tf32_f64(%a: memref<64x32xf64>, %b: memref<32x128xf64>, %c: memref<64x128xf64>) {
  // expected-error @below {{precision 'tf32' is not defined for operand 'a' of 'f64'}}
  ts.matmul {precision = #ts.precision<tf32>} ins(%a, %b : memref<64x32xf64>, memref<32x128xf64>) outs(%c : memref<64x128xf64>)
  return
}

// -----

func.func @bf16x6_bf16(%a: memref<64x32xbf16>, %b: memref<32x128xbf16>, %c: memref<64x128xf32>) {
  // expected-error @below {{precision 'bf16x6' is not defined for operand 'a' of 'bf16'; use 'native'}}
  ts.matmul {precision = #ts.precision<bf16x6>} ins(%a, %b : memref<64x32xbf16>, memref<32x128xbf16>) outs(%c : memref<64x128xf32>)
  return
}

// -----

func.func @alpha_type(%a: memref<64x32xf32>, %b: memref<32x128xf32>, %c: memref<64x128xf32>) {
  // expected-error @below {{alpha has type 'f64', but products of 'f32' are scaled in f32}}
  ts.matmul {alpha = 2.0 : f64} ins(%a, %b : memref<64x32xf32>, memref<32x128xf32>) outs(%c : memref<64x128xf32>)
  return
}

// -----

func.func @beta_type(%a: memref<64x32xf64>, %b: memref<32x128xf64>, %c: memref<64x128xf64>) {
  // expected-error @below {{beta has type 'f32', but products of 'f64' are scaled in f64}}
  ts.matmul {beta = 1.0 : f32} ins(%a, %b : memref<64x32xf64>, memref<32x128xf64>) outs(%c : memref<64x128xf64>)
  return
}

// -----

func.func @alpha_nan(%a: memref<64x32xf32>, %b: memref<32x128xf32>, %c: memref<64x128xf32>) {
  // expected-error @below {{alpha = 0x7FC00000 : f32 must be finite}}
  ts.matmul {alpha = 0x7FC00000 : f32} ins(%a, %b : memref<64x32xf32>, memref<32x128xf32>) outs(%c : memref<64x128xf32>)
  return
}

// -----

func.func @beta_inf(%a: memref<64x32xf32>, %b: memref<32x128xf32>, %c: memref<64x128xf32>) {
  // expected-error @below {{beta = 0x7F800000 : f32 must be finite}}
  ts.matmul {beta = 0x7F800000 : f32} ins(%a, %b : memref<64x32xf32>, memref<32x128xf32>) outs(%c : memref<64x128xf32>)
  return
}

// -----

func.func @alpha_half(%a: memref<64x32xf16>, %b: memref<32x128xf16>, %c: memref<64x128xf16>) {
  // expected-error @below {{attribute 'alpha' failed to satisfy constraint}}
  ts.matmul {alpha = 2.0 : f16, precision = #ts.precision<native>} ins(%a, %b : memref<64x32xf16>, memref<32x128xf16>) outs(%c : memref<64x128xf16>)
  return
}

// -----

func.func @no_result(%a: tensor<64x32xf32>, %b: tensor<32x128xf32>, %c: tensor<64x128xf32>) {
  // expected-error @below {{needs one result of type 'tensor<64x128xf32>', got 0}}
  ts.matmul ins(%a, %b : tensor<64x32xf32>, tensor<32x128xf32>) outs(%c : tensor<64x128xf32>)
  return
}

// -----

func.func @result_of_buffers(%a: memref<64x32xf32>, %b: memref<32x128xf32>, %c: memref<64x128xf32>) {
  // expected-error @below {{writes operand 'c' of type 'memref<64x128xf32>' and can have no result, got 'tensor<64x128xf32>'}}
  %0 = ts.matmul ins(%a, %b : memref<64x32xf32>, memref<32x128xf32>) outs(%c : memref<64x128xf32>) -> tensor<64x128xf32>
  return
}

// -----

func.func @result_type(%a: tensor<64x32xf32>, %b: tensor<32x128xf32>, %c: tensor<64x128xf32>) {
  // expected-error @below {{result has type 'tensor<64x?xf32>', but operand 'c' has 'tensor<64x128xf32>'}}
  %0 = ts.matmul ins(%a, %b : tensor<64x32xf32>, tensor<32x128xf32>) outs(%c : tensor<64x128xf32>) -> tensor<64x?xf32>
  return
}

// -----

func.func @one_input(%a: memref<64x64xf32>) {
  // expected-error @below {{expects 2 inputs and 1 output, got 1 and 1}}
  ts.matmul ins(%a : memref<64x64xf32>) outs(%a : memref<64x64xf32>)
  return
}

// -----

func.func @two_outputs(%a: memref<64x64xf32>) {
  // expected-error @below {{expects 2 inputs and 1 output, got 2 and 2}}
  ts.matmul ins(%a, %a : memref<64x64xf32>, memref<64x64xf32>) outs(%a, %a : memref<64x64xf32>, memref<64x64xf32>)
  return
}

// -----

func.func @not_a_matrix(%a: memref<64x64xf32>, %s: f32) {
  // expected-error @below {{operand #1 must be variadic of matrix as tensor or memref, but got 'f32'}}
  ts.matmul ins(%a, %s : memref<64x64xf32>, f32) outs(%a : memref<64x64xf32>)
  return
}

// -----

func.func @unranked(%a: tensor<*xf32>, %b: tensor<4x4xf32>) {
  // expected-error @below {{operand #0 must be variadic of matrix as tensor or memref, but got 'tensor<*xf32>'}}
  %0 = ts.matmul ins(%a, %b : tensor<*xf32>, tensor<4x4xf32>) outs(%b : tensor<4x4xf32>) -> tensor<4x4xf32>
  return
}
