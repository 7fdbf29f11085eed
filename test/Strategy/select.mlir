// RUN: ts-opt %s --ts-attach-target=chip=h200 --ts-select-schedule | FileCheck %s --check-prefixes=CHECK,H200
// RUN: ts-opt %s --ts-attach-target=chip=rtx4090 --ts-select-schedule | FileCheck %s --check-prefixes=CHECK,ADA
// RUN: ts-opt %s --ts-attach-target=chip=rtx4090 --ts-select-schedule | ts-opt --ts-select-schedule | FileCheck %s --check-prefixes=CHECK,ADA

// The headline problem: on an H200, whose FMA pipe is the limit, as it was
// measured; on an RTX 4090, whose memory is, in an order that writes few rows of
// C at a time, which the model expects to be faster than a wide slice.

// CHECK-LABEL: func.func @headline
// H200: #ts.schedule<out, blocks = <order = linear, columns = 1024, count = 132>, warps = [4, 2], tile = [8, 512]
// ADA: #ts.schedule<out, blocks = <order = grid, columns = 128, rows = 128>, warps = [4, 1], tile = [16, 128]
func.func @headline(%a: memref<32768x32xf32>, %b: memref<32x32768xf32>,
                    %c: memref<32768x32768xf32>) {
  ts.matmul ins(%a, %b : memref<32768x32xf32>, memref<32x32768xf32>)
            outs(%c : memref<32768x32768xf32>)
  return
}

// A larger K takes narrower slices. (No measured problem is near this one.)

// CHECK-LABEL: func.func @deeper
// H200: #ts.schedule<out, blocks = <order = linear, columns = 512,
// ADA: #ts.schedule<out, blocks = <order = linear, columns = 128,
func.func @deeper(%a: tensor<1500x64xf32>, %b: tensor<64x1500xf32>,
                  %c: tensor<1500x1500xf32>) -> tensor<1500x1500xf32> {
  %d = ts.matmul ins(%a, %b : tensor<1500x64xf32>, tensor<64x1500xf32>)
                 outs(%c : tensor<1500x1500xf32>) -> tensor<1500x1500xf32>
  return %d : tensor<1500x1500xf32>
}

// Still larger: the padding of the ring goes first (K = 100), then a lane's shape:
// two rows of lanes keep its 8 x 16 outputs on narrower slices, and one tile of A at
// a time (K = 128). 8 slices of 16 bands: one block for each of the 128, as on all
// 132 SMs none would take less.

// CHECK-LABEL: func.func @deepest
// H200: columns = 512, count = 132>, warps = [8, 1], tile = [8, 512], math = fma<lanes = [1, 32], {{.*}} a = <home = warp_shared, dense = true>
// H200: columns = 256, count = 128>, warps = [8, 1], tile = [16, 256], math = fma<lanes = [2, 16], {{.*}} a = <home = warp_shared>
func.func @deepest(%a: memref<2048x100xf32>, %b: memref<100x262144xf32>,
                   %c: memref<2048x262144xf32>, %a2: memref<2048x128xf32>,
                   %b2: memref<128x2048xf32>, %c2: memref<2048x2048xf32>) {
  ts.matmul ins(%a, %b : memref<2048x100xf32>, memref<100x262144xf32>)
            outs(%c : memref<2048x262144xf32>)
  ts.matmul ins(%a2, %b2 : memref<2048x128xf32>, memref<128x2048xf32>)
            outs(%c2 : memref<2048x2048xf32>)
  return
}

// Rows of C that fit no wide store: lanes beside each other own columns beside
// each other, so that a store of the warp still writes a run, and slices are cut
// where sectors are, whatever the elements take. One warp side by side. Pairs that
// are aligned are stored as such.

// CHECK-LABEL: func.func @unaligned_rows
// H200: columns = 512, count = 132, skew = 8>, warps = [8, 1], tile = [8, 512], math = fma<lanes = [1, 32], vector = 4, {{.*}}, spread = true>, {{.*}} b = <home = shared>,
// H200: columns = 1024, count = 132>, warps = [4, 2], tile = [8, 512], math = fma<lanes = [1, 32], vector = 2, unroll = 2, order = snake_elements>, {{.*}} b = <home = shared, swap = 1>
// H200: columns = 512, count = 132, skew = 8>, warps = [8, 1], tile = [8, 512], math = fma<lanes = [1, 32], vector = 4, {{.*}}, spread = true>, {{.*}} b = <home = shared>,
func.func @unaligned_rows(%a: memref<2000x20xf32>, %b: memref<20x2003xf32>,
                          %c: memref<2000x2003xf32>, %b2: memref<20x2002xf32>,
                          %c2: memref<2000x2002xf32>, %b4: memref<20x2000xf32>,
                          %c4: memref<2000x2000xf32, strided<[2003, 1]>>) {
  ts.matmul ins(%a, %b : memref<2000x20xf32>, memref<20x2003xf32>)
            outs(%c : memref<2000x2003xf32>)
  ts.matmul ins(%a, %b2 : memref<2000x20xf32>, memref<20x2002xf32>)
            outs(%c2 : memref<2000x2002xf32>)
  ts.matmul ins(%a, %b4 : memref<2000x20xf32>, memref<20x2000xf32>)
            outs(%c4 : memref<2000x2000xf32, strided<[2003, 1]>>)
  return
}

// With many steps of k, too.

// CHECK-LABEL: func.func @unaligned_deep
// H200: skew = 8>, warps = [8, 1], tile = [8, 512], math = fma<lanes = [1, 32], vector = 4, {{.*}}, spread = true>, {{.*}} b = <home = shared>,
func.func @unaligned_deep(%a: memref<2000x50xf32>, %b: memref<50x2003xf32>,
                          %c: memref<2000x2003xf32>) {
  ts.matmul ins(%a, %b : memref<2000x50xf32>, memref<50x2003xf32>)
            outs(%c : memref<2000x2003xf32>)
  return
}

// What slices share is dropped in one of them, so C must not be read; and sectors
// cut rows only of adjacent elements at a known distance. Single columns then.

// CHECK-LABEL: func.func @unaligned_without_skew
// CHECK-NOT: skew
// CHECK-NOT: spread
// H200: #ts.schedule<out, blocks = <order = linear, columns = 1024, count = 132>, {{.*}} vector = 1, {{.*}} outs(%{{.*}} : memref<2000x2003xf32>)
// H200: #ts.schedule<out, blocks = <order = linear, columns = 1024, count = 132>, {{.*}} vector = 1, {{.*}} strided<[1, 2000]>
// H200: #ts.schedule<out, blocks = <order = linear, columns = 1024, count = 132>, {{.*}} vector = 1, {{.*}} strided<[4016, 2]>
// H200: #ts.schedule<out, blocks = <order = linear, columns = 1024, count = 132>, {{.*}} vector = 1, {{.*}} strided<[?, 1]>
// CHECK: return
func.func @unaligned_without_skew(%a: memref<2000x20xf32>, %b: memref<20x2003xf32>,
                                  %c: memref<2000x2003xf32>,
                                  %columns: memref<2000x2003xf32, strided<[1, 2000]>>,
                                  %apart: memref<2000x2003xf32, strided<[4016, 2]>>,
                                  %any: memref<2000x2003xf32, strided<[?, 1]>>) {
  ts.matmul {beta = 1.0 : f32}
            ins(%a, %b : memref<2000x20xf32>, memref<20x2003xf32>)
            outs(%c : memref<2000x2003xf32>)
  ts.matmul ins(%a, %b : memref<2000x20xf32>, memref<20x2003xf32>)
            outs(%columns : memref<2000x2003xf32, strided<[1, 2000]>>)
  ts.matmul ins(%a, %b : memref<2000x20xf32>, memref<20x2003xf32>)
            outs(%apart : memref<2000x2003xf32, strided<[4016, 2]>>)
  ts.matmul ins(%a, %b : memref<2000x20xf32>, memref<20x2003xf32>)
            outs(%any : memref<2000x2003xf32, strided<[?, 1]>>)
  return
}

// Few steps of k: writing C is all the work. Small blocks walk along its rows, taller
// ones for more steps.

// CHECK-LABEL: func.func @few_steps
// H200: blocks = <order = grid, columns = 128, rows = 32>, warps = [4, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4, {{.*}} a = <home = global>, b = <home = global>, ahead = 0, store = <policy = cs, early = true>>
// H200: blocks = <order = grid, columns = 128, rows = 32>, warps = [4, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4, unroll = 7, order = snake>, a = <home = warp_shared, depth = 2>, b = <home = shared, swap = 1>, ahead = 1, store = <policy = cs, early = true>>
// H200: blocks = <order = grid, columns = 128, rows = 256>, warps = [8, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4, unroll = 12, order = snake>, a = <home = warp_shared, depth = 2>, b = <home = shared, swap = 1>, ahead = 1, store = <policy = cs, early = true>>
func.func @few_steps(%a: memref<300000x1xf32>, %b: memref<1x300000xf32>, %a7: memref<300000x7xf32>,
                     %b7: memref<7x300000xf32>, %a12: memref<300000x12xf32>, %b12: memref<12x300000xf32>,
                     %c: memref<300000x300000xf32>) {
  ts.matmul ins(%a, %b : memref<300000x1xf32>, memref<1x300000xf32>) outs(%c : memref<300000x300000xf32>)
  ts.matmul ins(%a7, %b7 : memref<300000x7xf32>, memref<7x300000xf32>) outs(%c : memref<300000x300000xf32>)
  ts.matmul ins(%a12, %b12 : memref<300000x12xf32>, memref<12x300000xf32>) outs(%c : memref<300000x300000xf32>)
  return
}

// Where rows are torn, the band is narrower; 8 steps pay for shared memory, 17 are
// not few. (No measured problem is near these.)

// CHECK-LABEL: func.func @few_steps_torn
// H200: blocks = <order = grid, columns = 512, rows = 32>, warps = [4, 1], {{.*}} vector = 1, {{.*}} a = <home = global>, b = <home = global>, ahead = 0
// H200: blocks = <order = grid, columns = 256, rows = 32>, warps = [4, 1], {{.*}} vector = 1, {{.*}} a = <home = warp_shared, depth = 2>, b = <home = shared>, ahead = 1
// H200: blocks = <order = grid, columns = 128, rows = 128>, warps = [8, 1], {{.*}} vector = 1, {{.*}} a = <home = warp_shared, depth = 2>, b = <home = shared>, ahead = 1
// H200: blocks = <order = linear, columns = 512, count = 132, skew = 8>, {{.*}} vector = 4, {{.*}}, spread = true>
func.func @few_steps_torn(%a: memref<70001x4xf32>, %b: memref<4x70001xf32>, %a8: memref<70001x8xf32>,
                          %b8: memref<8x70001xf32>, %a16: memref<70001x16xf32>, %b16: memref<16x70001xf32>,
                          %a17: memref<70001x17xf32>, %b17: memref<17x70001xf32>, %c: memref<70001x70001xf32>) {
  ts.matmul ins(%a, %b : memref<70001x4xf32>, memref<4x70001xf32>) outs(%c : memref<70001x70001xf32>)
  ts.matmul ins(%a8, %b8 : memref<70001x8xf32>, memref<8x70001xf32>) outs(%c : memref<70001x70001xf32>)
  ts.matmul ins(%a16, %b16 : memref<70001x16xf32>, memref<16x70001xf32>) outs(%c : memref<70001x70001xf32>)
  ts.matmul ins(%a17, %b17 : memref<70001x17xf32>, memref<17x70001xf32>) outs(%c : memref<70001x70001xf32>)
  return
}

// Of a C of which much stays in the L2 the order does not matter, and persistent
// blocks start once; but for up to eight steps it does.

// CHECK-LABEL: func.func @few_steps_small
// H200: blocks = <order = linear, columns = 1024, count = 132>
// ADA: blocks = <order = linear, columns = 128, count = 256>
// CHECK: blocks = <order = grid, columns = 128, rows = 32>, warps = [4, 1], tile = [8, 128], {{.*}} unroll = 8,
func.func @few_steps_small(%a: memref<1536x16xf32>, %b: memref<16x1536xf32>, %a8: memref<1536x8xf32>,
                           %b8: memref<8x1536xf32>, %c: memref<1536x1536xf32>) {
  ts.matmul ins(%a, %b : memref<1536x16xf32>, memref<16x1536xf32>) outs(%c : memref<1536x1536xf32>)
  ts.matmul ins(%a8, %b8 : memref<1536x8xf32>, memref<8x1536xf32>) outs(%c : memref<1536x1536xf32>)
  return
}

// What does not fit at all streams.

// CHECK-LABEL: func.func @long_k
// CHECK: #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 32>, {{.*}} a = <home = global>, b = <home = global>
func.func @long_k(%a: memref<512x1000xf32>, %b: memref<1000x512xf32>,
                  %c: memref<512x512xf32>) {
  ts.matmul ins(%a, %b : memref<512x1000xf32>, memref<1000x512xf32>)
            outs(%c : memref<512x512xf32>)
  return
}

// No shape is refused: one element, no k, one column.

// CHECK-LABEL: func.func @small
// H200-COUNT-3: #ts.schedule<general, blocks = <order = grid, columns = 16, rows = 128>, warps = [4, 1], tile = [32, 16], math = fma<lanes = [8, 4], vector = 1
// ADA: #ts.schedule<general, blocks = <order = linear, columns = 16, count = 128>, warps = [1, 1], tile = [32, 16], math = fma<lanes = [8, 4], vector = 1
// ADA: #ts.schedule<general, blocks = <order = grid, columns = 16, rows = 128>, warps = [4, 1], tile = [32, 16], math = fma<lanes = [8, 4], vector = 1
// ADA: #ts.schedule<general, blocks = <order = grid, columns = 16, rows = 32>, warps = [1, 1], tile = [32, 16], math = fma<lanes = [8, 4], vector = 1
func.func @small(%a: memref<1x1xf32>, %b: memref<7x0xf32>, %c: memref<0x5xf32>,
                 %d: memref<7x5xf32>, %e: memref<100x3xf32>,
                 %f: memref<3x1xf32>, %g: memref<100x1xf32>) {
  ts.matmul ins(%a, %a : memref<1x1xf32>, memref<1x1xf32>)
            outs(%a : memref<1x1xf32>)
  ts.matmul ins(%b, %c : memref<7x0xf32>, memref<0x5xf32>)
            outs(%d : memref<7x5xf32>)
  ts.matmul ins(%e, %f : memref<100x3xf32>, memref<3x1xf32>)
            outs(%g : memref<100x1xf32>)
  return
}

// What a person wrote stays.

#mine = #ts.schedule<general, blocks = <order = grid, columns = 256, rows = 16>,
  warps = [2, 2], tile = [8, 128], math = fma<lanes = [1, 32], vector = 2>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <>>

// CHECK-LABEL: func.func @by_hand
// CHECK: #ts.schedule<general, blocks = <order = grid, columns = 256, rows = 16>, warps = [2, 2], tile = [8, 128], math = fma<lanes = [1, 32], vector = 2>,
func.func @by_hand(%a: memref<512x32xf32>, %b: memref<32x512xf32>,
                   %c: memref<512x512xf32>) {
  ts.matmul {schedule = #mine}
    ins(%a, %b : memref<512x32xf32>, memref<32x512xf32>)
    outs(%c : memref<512x512xf32>)
  return
}
