// RUN: ts-opt %s -split-input-file -verify-diagnostics --ts-select-schedule

// Schedules written by hand pass the same gate as any other: whether they fit the
// problem and the chip. (test/Tile holds what the next step asks once more.)

// The schedule has to compute what the precision asks for.

module attributes {ts.target = #ts.target<"h200", isa = 89>} {
  func.func @refused(%a: memref<256x32xf32>, %b: memref<32x256xf32>, %c: memref<256x256xf32>) {
    // expected-error @below {{precision 'fp32_accurate' says how exact, not how: ts-select-schedule chooses a mechanism for it}}
    ts.matmul {precision = #ts.precision<fp32_accurate>, schedule = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 8>, warps = [1, 1], tile = [8, 64], math = mma<m16n8k8_tf32, orientation = columns, depth = 32, vector = 4>, a = <home = global>, b = <home = global>, ahead = 0, store = <policy = cs>>}
      ins(%a, %b : memref<256x32xf32>, memref<32x256xf32>) outs(%c : memref<256x256xf32>)
    return
  }
}

// -----

module attributes {ts.target = #ts.target<"h200", isa = 89>} {
  func.func @refused(%a: memref<256x32xf32>, %b: memref<32x256xf32>, %c: memref<256x256xf32>) {
    // expected-error @below {{precision 'tf32' on 'f32' needs math = mma<m16n8k8_tf32, ...>, got fma}}
    ts.matmul {precision = #ts.precision<tf32>, schedule = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 8>, warps = [1, 1], tile = [8, 64], math = fma<lanes = [4, 8], vector = 4>, a = <home = global>, b = <home = global>, ahead = 0, store = <policy = cs>>}
      ins(%a, %b : memref<256x32xf32>, memref<32x256xf32>) outs(%c : memref<256x256xf32>)
    return
  }
}

// -----

module attributes {ts.target = #ts.target<"h200", isa = 89>} {
  func.func @refused(%a: memref<256x32xf32>, %b: memref<32x256xf32>, %c: memref<256x256xf32>) {
    // expected-error @below {{precision 'ieee' on 'f32' needs math = fma<...>, got mma<m16n8k8_tf32>}}
    ts.matmul {schedule = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 8>, warps = [1, 1], tile = [8, 64], math = mma<m16n8k8_tf32, orientation = columns, depth = 32, vector = 4>, a = <home = global>, b = <home = global>, ahead = 0, store = <policy = cs>>}
      ins(%a, %b : memref<256x32xf32>, memref<32x256xf32>) outs(%c : memref<256x256xf32>)
    return
  }
}

// -----

module attributes {ts.target = #ts.target<"h200", isa = 89>} {
  func.func @refused(%a: memref<256x32xf32>, %b: memref<32x256xf32>, %c: memref<256x256xf32>) {
    // expected-error @below {{precision 'bf16x3' on 'f32' needs instruction m16n8k16_bf16, got m16n8k8_tf32}}
    ts.matmul {precision = #ts.precision<bf16x3>, schedule = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 8>, warps = [1, 1], tile = [8, 64], math = mma<m16n8k8_tf32, orientation = columns, depth = 32, vector = 4>, a = <home = global>, b = <home = global>, ahead = 0, store = <policy = cs>>}
      ins(%a, %b : memref<256x32xf32>, memref<32x256xf32>) outs(%c : memref<256x256xf32>)
    return
  }
}

// -----

module attributes {ts.target = #ts.target<"h200", isa = 89>} {
  func.func @refused(%a: memref<256x32xf32>, %b: memref<32x256xf32>, %c: memref<256x256xf32>) {
    // expected-error @below {{sums = 2 needs a precision that adds up products of pieces of one scale, got 'tf32'}}
    ts.matmul {precision = #ts.precision<tf32>, schedule = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 8>, warps = [1, 1], tile = [8, 64], math = mma<m16n8k8_tf32, orientation = columns, depth = 32, vector = 4, sums = 2>, a = <home = global>, b = <home = global>, ahead = 0, store = <policy = cs>>}
      ins(%a, %b : memref<256x32xf32>, memref<32x256xf32>) outs(%c : memref<256x256xf32>)
    return
  }
}

// -----

module attributes {ts.target = #ts.target<"h200", isa = 89>} {
  func.func @refused(%a: memref<256x32xf32>, %b: memref<32x256xf32>, %c: memref<256x256xf32>) {
    // expected-error @below {{sums = 2 needs a precision that adds up products of pieces of one scale, got 'f16x3'}}
    ts.matmul {precision = #ts.precision<f16x3>, schedule = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 8>, warps = [1, 1], tile = [8, 64], math = mma<m16n8k16_f16, orientation = columns, depth = 32, vector = 4, sums = 2>, a = <home = global>, b = <home = global>, ahead = 0, store = <policy = cs>>}
      ins(%a, %b : memref<256x32xf32>, memref<32x256xf32>) outs(%c : memref<256x256xf32>)
    return
  }
}

// -----

module attributes {ts.target = #ts.target<"h200", isa = 89>} {
  func.func @refused(%a: memref<256x64xf32>, %b: memref<64x256xf32>, %c: memref<256x256xf32>) {
    // expected-error @below {{sums = 2 needs all of K = 64 in one product, but depth = 32}}
    ts.matmul {precision = #ts.precision<bf16x6>, schedule = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 8>, warps = [1, 1], tile = [8, 64], math = mma<m16n8k16_bf16, orientation = columns, depth = 32, vector = 4, sums = 2>, a = <home = global>, b = <home = global>, ahead = 0, store = <policy = cs>>}
      ins(%a, %b : memref<256x64xf32>, memref<64x256xf32>) outs(%c : memref<256x256xf32>)
    return
  }
}

// -----

// More instructions than K needs would truncate more often than the bound says.

module attributes {ts.target = #ts.target<"h200", isa = 89>} {
  func.func @refused(%a: memref<256x20xf32>, %b: memref<20x256xf32>, %c: memref<256x256xf32>) {
    // expected-error @below {{depth = 64 does not divide K = 20, which takes instructions for 32}}
    ts.matmul {precision = #ts.precision<bf16x6>, schedule = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 8>, warps = [1, 1], tile = [8, 64], math = mma<m16n8k16_bf16, orientation = columns, depth = 64, vector = 4>, a = <home = global>, b = <home = global>, ahead = 0, store = <policy = cs>>}
      ins(%a, %b : memref<256x20xf32>, memref<20x256xf32>) outs(%c : memref<256x256xf32>)
    return
  }
}

// -----

module attributes {ts.target = #ts.target<"h200", isa = 89>} {
  func.func @refused(%a: memref<256x33xf32>, %b: memref<33x256xf32>, %c: memref<256x256xf32>) {
    // expected-error @below {{depth = 32 does not divide K = 33, which takes instructions for 48}}
    ts.matmul {precision = #ts.precision<bf16x6>, schedule = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 8>, warps = [1, 1], tile = [8, 64], math = mma<m16n8k16_bf16, orientation = columns, depth = 32, vector = 4>, a = <home = global>, b = <home = global>, ahead = 0, store = <policy = cs>>}
      ins(%a, %b : memref<256x33xf32>, memref<33x256xf32>) outs(%c : memref<256x256xf32>)
    return
  }
}

// -----

module attributes {ts.target = #ts.target<"h200", isa = 89>} {
  func.func @refused(%a: memref<256x20xf32>, %b: memref<20x256xf32>, %c: memref<256x256xf32>) {
    // expected-error @below {{depth = 16 does not divide K = 20, which takes instructions for 24}}
    ts.matmul {precision = #ts.precision<tf32>, schedule = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 8>, warps = [1, 1], tile = [8, 64], math = mma<m16n8k8_tf32, orientation = columns, depth = 16, vector = 4>, a = <home = global>, b = <home = global>, ahead = 0, store = <policy = cs>>}
      ins(%a, %b : memref<256x20xf32>, memref<20x256xf32>) outs(%c : memref<256x256xf32>)
    return
  }
}

// -----

module attributes {ts.target = #ts.target<"h200", isa = 89>} {
  func.func @refused(%a: memref<256x32xf16>, %b: memref<32x256xf16>, %c: memref<256x256xf16>) {
    // expected-error @below {{a with pieces needs a precision that splits its operands, got 'native'}}
    ts.matmul {precision = #ts.precision<native>, schedule = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 8>, warps = [1, 1], tile = [8, 64], math = mma<m16n8k16_f16, orientation = columns, depth = 32, vector = 4>, a = <home = shared, rows = 8, pieces = true>, b = <home = global>, ahead = 0, store = <policy = cs>>}
      ins(%a, %b : memref<256x32xf16>, memref<32x256xf16>) outs(%c : memref<256x256xf16>)
    return
  }
}

// -----

// What a warp keeps, or scales, is all of K.

module attributes {ts.target = #ts.target<"h200", isa = 89>} {
  func.func @refused(%a: memref<256x64xf32>, %b: memref<64x256xf32>, %c: memref<256x256xf32>) {
    // expected-error @below {{a with pieces needs all of K = 64 in one product, but depth = 32}}
    ts.matmul {precision = #ts.precision<bf16x3>, schedule = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 8>, warps = [1, 1], tile = [8, 64], math = mma<m16n8k16_bf16, orientation = columns, depth = 32, vector = 4>, a = <home = shared, rows = 8, pieces = true>, b = <home = global>, ahead = 0, store = <policy = cs>>}
      ins(%a, %b : memref<256x64xf32>, memref<64x256xf32>) outs(%c : memref<256x256xf32>)
    return
  }
}

// -----

module attributes {ts.target = #ts.target<"h200", isa = 89>} {
  func.func @refused(%a: memref<256x64xf32>, %b: memref<64x256xf32>, %c: memref<256x256xf32>) {
    // expected-error @below {{b with home 'registers' needs all of K = 64 in one product, but depth = 32}}
    ts.matmul {precision = #ts.precision<tf32>, schedule = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 8>, warps = [1, 1], tile = [8, 64], math = mma<m16n8k8_tf32, orientation = columns, depth = 32, vector = 4>, a = <home = global>, b = <home = registers>, ahead = 0, store = <policy = cs>>}
      ins(%a, %b : memref<256x64xf32>, memref<64x256xf32>) outs(%c : memref<256x256xf32>)
    return
  }
}

// -----

module attributes {ts.target = #ts.target<"h200", isa = 89>} {
  func.func @refused(%a: memref<256x64xf32>, %b: memref<64x256xf32>, %c: memref<256x256xf32>) {
    // expected-error @below {{precision 'f16x3', which scales by the largest entry of a row, needs all of K = 64 in one product, but depth = 32}}
    ts.matmul {precision = #ts.precision<f16x3>, schedule = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 8>, warps = [1, 1], tile = [8, 64], math = mma<m16n8k16_f16, orientation = columns, depth = 32, vector = 4>, a = <home = global>, b = <home = global>, ahead = 0, store = <policy = cs>>}
      ins(%a, %b : memref<256x64xf32>, memref<64x256xf32>) outs(%c : memref<256x256xf32>)
    return
  }
}

// -----

// A bound of 1 promises nothing: so long a K is refused, on each chip at its own.

module attributes {ts.target = #ts.target<"h200", isa = 89>} {
  func.func @endless(%a: memref<8x33554432xf32>, %b: memref<33554432x64xf32>, %c: memref<8x64xf32>) {
    // expected-error @below {{precision 'bf16x3' promises nothing at K = 33554432: its error bound is not below 1 of sum|a||b|}}
    ts.matmul {precision = #ts.precision<bf16x3>, schedule = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 8>, warps = [1, 1], tile = [8, 64], math = mma<m16n8k16_bf16, orientation = columns, depth = 32, vector = 4>, a = <home = global>, b = <home = global>, ahead = 0, store = <policy = cs>>}
      ins(%a, %b : memref<8x33554432xf32>, memref<33554432x64xf32>) outs(%c : memref<8x64xf32>)
    return
  }
}

// -----

module attributes {ts.target = #ts.target<"h200", isa = 89>} {
  func.func @endless_f16(%a: memref<8x67108864xf16>, %b: memref<67108864x64xf16>, %c: memref<8x64xf32>) {
    // expected-error @below {{precision 'native' promises nothing at K = 67108864}}
    ts.matmul {precision = #ts.precision<native>}
      ins(%a, %b : memref<8x67108864xf16>, memref<67108864x64xf16>) outs(%c : memref<8x64xf32>)
    return
  }
}

// -----

// Blocks that shall share an SM share its threads and its memory.

module attributes {ts.target = #ts.target<"h200", isa = 89>} {
  func.func @refused(%a: memref<256x32xf32>, %b: memref<32x256xf32>, %c: memref<256x256xf32>) {
    // expected-error @below {{33 resident blocks have 2112 threads, but an SM of h200 takes 2048}}
    ts.matmul {precision = #ts.precision<tf32>, schedule = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 16, residents = 33>, warps = [2, 1], tile = [8, 64], math = mma<m16n8k8_tf32, orientation = columns, depth = 32, vector = 4>, a = <home = global>, b = <home = global>, ahead = 0, store = <policy = cs>>}
      ins(%a, %b : memref<256x32xf32>, memref<32x256xf32>) outs(%c : memref<256x256xf32>)
    return
  }
}

// -----

module attributes {ts.target = #ts.target<"h200", isa = 89>} {
  func.func @refused(%a: memref<256x32xf32>, %b: memref<32x256xf32>, %c: memref<256x256xf32>) {
    // expected-error @below {{8 resident blocks need 294912 bytes of shared memory, but an SM of h200 has 233472}}
    ts.matmul {precision = #ts.precision<tf32>, schedule = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 256, residents = 8>, warps = [1, 1], tile = [8, 64], math = mma<m16n8k8_tf32, orientation = columns, depth = 32, vector = 4>, a = <home = shared, rows = 256>, b = <home = global>, ahead = 0, store = <policy = cs>>}
      ins(%a, %b : memref<256x32xf32>, memref<32x256xf32>) outs(%c : memref<256x256xf32>)
    return
  }
}

// -----

// Bytes that would wrap before they are compared.

module attributes {ts.target = #ts.target<"h200", isa = 89>} {
  func.func @refused(%a: memref<1x281474976710656xf32>, %b: memref<281474976710656x1xf32>, %c: memref<1x1xf32>) {
    // expected-error @below {{shared memory cannot hold operands of K = 281474976710656, at most 1048576}}
    ts.matmul {schedule = #ts.schedule<general, blocks = <order = grid, columns = 64, rows = 8>, warps = [1, 1], tile = [8, 64], math = fma<lanes = [4, 8], vector = 4>, a = <home = warp_shared>, b = <home = global>, ahead = 0, store = <policy = cs>>}
      ins(%a, %b : memref<1x281474976710656xf32>, memref<281474976710656x1xf32>) outs(%c : memref<1x1xf32>)
    return
  }
}

// -----

// More blocks than can be counted.

module attributes {ts.target = #ts.target<"h200", isa = 89>} {
  func.func @endless_c(%a: memref<1099511627776x1xf32>, %b: memref<1x1099511627776xf32>, %c: memref<1099511627776x1099511627776xf32>) {
    // expected-error @below {{operand 'c' of 1099511627776 x 1099511627776 elements is too large to be addressed}}
    ts.matmul {precision = #ts.precision<tf32>}
      ins(%a, %b : memref<1099511627776x1xf32>, memref<1x1099511627776xf32>) outs(%c : memref<1099511627776x1099511627776xf32>)
    return
  }
}

// -----

// Slices that overlap: what two of them hold is written by one. So C must not be
// read, and its rows are of adjacent elements at a known distance.

module attributes {ts.target = #ts.target<"h200", isa = 89>} {
  func.func @refused(%a: memref<256x32xf32>, %b: memref<32x256xf32>, %c: memref<256x256xf32>) {
    // expected-error @below {{skew needs beta = 0 and rows of C of adjacent elements: of what two slices share, one is dropped}}
    ts.matmul {beta = 1.0 : f32, schedule = #ts.schedule<out, blocks = <order = grid, columns = 128, rows = 8, skew = 8>, warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>, a = <home = global>, b = <home = global>, ahead = 0, store = <>>}
      ins(%a, %b : memref<256x32xf32>, memref<32x256xf32>) outs(%c : memref<256x256xf32>)
    return
  }
}

// -----

module attributes {ts.target = #ts.target<"h200", isa = 89>} {
  func.func @refused(%a: memref<256x32xf32>, %b: memref<32x256xf32>, %c: memref<256x256xf32, strided<[1, 256]>>) {
    // expected-error @below {{skew needs beta = 0 and rows of C of adjacent elements: of what two slices share, one is dropped}}
    ts.matmul {schedule = #ts.schedule<out, blocks = <order = grid, columns = 128, rows = 8, skew = 8>, warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>, a = <home = global>, b = <home = global>, ahead = 0, store = <>>}
      ins(%a, %b : memref<256x32xf32>, memref<32x256xf32>) outs(%c : memref<256x256xf32, strided<[1, 256]>>)
    return
  }
}

// -----

module attributes {ts.target = #ts.target<"h200", isa = 89>} {
  func.func @refused(%a: memref<256x32xf32>, %b: memref<32x256xf32>, %c: memref<256x256xf32, strided<[512, 2]>>) {
    // expected-error @below {{skew needs beta = 0 and rows of C of adjacent elements: of what two slices share, one is dropped}}
    ts.matmul {schedule = #ts.schedule<out, blocks = <order = grid, columns = 128, rows = 8, skew = 8>, warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>, a = <home = global>, b = <home = global>, ahead = 0, store = <>>}
      ins(%a, %b : memref<256x32xf32>, memref<32x256xf32>) outs(%c : memref<256x256xf32, strided<[512, 2]>>)
    return
  }
}

// -----

module attributes {ts.target = #ts.target<"h200", isa = 89>} {
  func.func @refused(%a: memref<256x32xf32>, %b: memref<32x256xf32>, %c: memref<256x256xf32, strided<[?, 1]>>) {
    // expected-error @below {{skew needs beta = 0 and rows of C of adjacent elements: of what two slices share, one is dropped}}
    ts.matmul {schedule = #ts.schedule<out, blocks = <order = grid, columns = 128, rows = 8, skew = 8>, warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>, a = <home = global>, b = <home = global>, ahead = 0, store = <>>}
      ins(%a, %b : memref<256x32xf32>, memref<32x256xf32>) outs(%c : memref<256x256xf32, strided<[?, 1]>>)
    return
  }
}

// -----

module attributes {ts.target = #ts.target<"h200", isa = 89>} {
  func.func @refused(%a: memref<256x32xf32>, %b: memref<32x256xf32>, %c: memref<256x256xf32, strided<[256, ?]>>) {
    // expected-error @below {{skew needs beta = 0 and rows of C of adjacent elements: of what two slices share, one is dropped}}
    ts.matmul {schedule = #ts.schedule<out, blocks = <order = grid, columns = 128, rows = 8, skew = 8>, warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>, a = <home = global>, b = <home = global>, ahead = 0, store = <>>}
      ins(%a, %b : memref<256x32xf32>, memref<32x256xf32>) outs(%c : memref<256x256xf32, strided<[256, ?]>>)
    return
  }
}

// -----

// Tensors get such rows when they become memrefs, and alpha changes nothing.

module attributes {ts.target = #ts.target<"h200", isa = 89>} {
  func.func @taken(%a: tensor<256x32xf32>, %b: tensor<32x256xf32>, %c: tensor<256x256xf32>) -> tensor<256x256xf32> {
    %d = ts.matmul {alpha = 2.0 : f32, schedule = #ts.schedule<out, blocks = <order = grid, columns = 128, rows = 8, skew = 8>, warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>, a = <home = global>, b = <home = global>, ahead = 0, store = <>>}
      ins(%a, %b : tensor<256x32xf32>, tensor<32x256xf32>) outs(%c : tensor<256x256xf32>) -> tensor<256x256xf32>
    return %d : tensor<256x256xf32>
  }
}

// -----

module attributes {ts.target = #ts.target<"a100", isa = 80>} {
  func.func @refused(%a: memref<256x32xf32>, %b: memref<32x256xf32>, %c: memref<256x256xf32>) {
    // expected-error @below {{store policy 'l2_evict_first' needs createpolicy, which the PTX for sm_80 does not have}}
    ts.matmul {schedule = #ts.schedule<out, blocks = <order = grid, columns = 128, rows = 8>, warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>, a = <home = global>, b = <home = global>, ahead = 0, store = <policy = l2_evict_first>>}
      ins(%a, %b : memref<256x32xf32>, memref<32x256xf32>) outs(%c : memref<256x256xf32>)
    return
  }
}
