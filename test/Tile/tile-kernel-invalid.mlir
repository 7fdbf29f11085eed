// RUN: ts-opt %s -split-input-file -verify-diagnostics --ts-tile-kernel

#s = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 8>,
  warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>

func.func @precision(%a: memref<8x4xf32>, %b: memref<4x128xf32>,
                     %c: memref<8x128xf32>) {
  // expected-error @below {{precision 'tf32' on 'f32' needs math = mma<m16n8k8_tf32, ...>, got fma}}
  ts.matmul {schedule = #s, precision = #ts.precision<tf32>}
    ins(%a, %b : memref<8x4xf32>, memref<4x128xf32>)
    outs(%c : memref<8x128xf32>)
  return
}

// -----

#s = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 8>,
  warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>

func.func @dynamic(%a: memref<?x4xf32>, %b: memref<4x128xf32>,
                   %c: memref<?x128xf32>) {
  // expected-error @below {{operand type 'memref<?x4xf32>' is dynamic; kernels are built for static shapes and strides}}
  ts.matmul {schedule = #s}
    ins(%a, %b : memref<?x4xf32>, memref<4x128xf32>)
    outs(%c : memref<?x128xf32>)
  return
}

// -----

#s = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 8>,
  warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>

func.func @type(%a: memref<8x4xf64>, %b: memref<4x128xf64>,
                %c: memref<8x128xf64>) {
  // expected-error @below {{element type 'f64' in precision 'ieee' has no schedule yet, only f32; use 'native'}}
  ts.matmul {schedule = #s}
    ins(%a, %b : memref<8x4xf64>, memref<4x128xf64>)
    outs(%c : memref<8x128xf64>)
  return
}
