// The headline problem: C[32768,32768] = A[32768,32] * B[32,32768] in fp32,
// every output one chain of fused multiply-adds in ascending k.
//
//   ts-run examples/headline.mlir
//
// The first two arguments are inputs; C is written by the operation.
func.func @main(%a: memref<32768x32xf32>, %b: memref<32x32768xf32>,
                %c: memref<32768x32768xf32>) {
  ts.matmul ins(%a, %b : memref<32768x32xf32>, memref<32x32768xf32>)
            outs(%c : memref<32768x32768xf32>)
  return
}
