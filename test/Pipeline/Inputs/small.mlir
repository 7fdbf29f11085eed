func.func @small(%a: memref<37x5xf32>, %b: memref<5x130xf32>, %c: memref<37x130xf32>) {
  ts.matmul ins(%a, %b : memref<37x5xf32>, memref<5x130xf32>)
            outs(%c : memref<37x130xf32>)
  return
}
