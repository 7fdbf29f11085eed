// RUN: ts-opt %s -split-input-file -verify-diagnostics --ts-select-schedule

func.func @no_target(%a: memref<8x4xf32>, %b: memref<4x8xf32>,
                     %c: memref<8x8xf32>) {
  // expected-error @below {{stands in a module without ts.target}}
  ts.matmul ins(%a, %b : memref<8x4xf32>, memref<4x8xf32>)
            outs(%c : memref<8x8xf32>)
  return
}

// -----

module attributes {ts.target = #ts.target<"rtx4090", isa = 89>} {
  // All of k has to be scaled together, and does not fit into registers.
  func.func @long(%a: memref<8x1000xf32>, %b: memref<1000x8xf32>,
                  %c: memref<8x8xf32>) {
    // expected-error @below {{no schedule computes K = 1000 on 'f32' in precision 'f16x3', which scales all of K together, in registers}}
    ts.matmul {precision = #ts.precision<f16x3>}
      ins(%a, %b : memref<8x1000xf32>, memref<1000x8xf32>)
      outs(%c : memref<8x8xf32>)
    return
  }
}

// -----

// Double precision has no exact chain yet.

module attributes {ts.target = #ts.target<"rtx4090", isa = 89>} {
  func.func @wide(%a: memref<8x4xf64>, %b: memref<4x8xf64>,
                  %c: memref<8x8xf64>) {
    // expected-error @below {{element type 'f64' in precision 'ieee' has no schedule yet, only f32; use 'native'}}
    ts.matmul ins(%a, %b : memref<8x4xf64>, memref<4x8xf64>)
              outs(%c : memref<8x8xf64>)
    return
  }
}

// -----

module attributes {ts.target = #ts.target<"rtx4090", isa = 89>} {
  func.func @dynamic(%a: memref<?x4xf32>, %b: memref<4x8xf32>,
                     %c: memref<?x8xf32>) {
    // expected-error @below {{extent m is dynamic; a schedule needs static shapes}}
    ts.matmul ins(%a, %b : memref<?x4xf32>, memref<4x8xf32>)
              outs(%c : memref<?x8xf32>)
    return
  }
}

// -----

// The 1024-column slice of an H200 does not fit an RTX 4090, whoever wrote it.

#h200 = #ts.schedule<out, blocks = <order = linear, columns = 1024, count = 132>,
  warps = [4, 2], tile = [8, 512], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = warp_shared, depth = 2>, b = <home = shared, swap = 1>, ahead = 1,
  store = <policy = cs>>

module attributes {ts.target = #ts.target<"rtx4090", isa = 89>} {
  func.func @too_large(%a: memref<4096x32xf32>, %b: memref<32x4096xf32>,
                       %c: memref<4096x4096xf32>) {
    // expected-error @below {{155648 bytes of shared memory}}
    ts.matmul {schedule = #h200}
      ins(%a, %b : memref<4096x32xf32>, memref<32x4096xf32>)
      outs(%c : memref<4096x4096xf32>)
    return
  }
}
