// RUN: ts-opt %s -split-input-file -verify-diagnostics

// The operations of kernels between the steps.

func.func @alloc_in_global_memory() {
  // expected-error @below {{buffer 'memref<8x32xf32>' is not in shared memory}}
  %0 = ts.alloc block : memref<8x32xf32>
  return
}

// -----

func.func @alloc_of_unknown_size() {
  // expected-error @below {{buffer 'memref<?x32xf32, #gpu.address_space<workgroup>>' needs positive, static extents and strides}}
  %0 = ts.alloc block : memref<?x32xf32, #gpu.address_space<workgroup>>
  return
}

// -----

func.func @alloc_of_nothing() {
  // expected-error @below {{buffer 'memref<0x32xf32, #gpu.address_space<workgroup>>' needs positive, static extents and strides}}
  %0 = ts.alloc block : memref<0x32xf32, #gpu.address_space<workgroup>>
  return
}

// -----

func.func @alloc_of_unknown_pitch() {
  // expected-error @below {{needs positive, static extents and strides}}
  %0 = ts.alloc warp : memref<8x32xf32, strided<[?, 1]>, #gpu.address_space<workgroup>>
  return
}

// -----

func.func @alloc_without_rank() {
  // expected-error @below {{buffer 'memref<f32, #gpu.address_space<workgroup>>' needs positive, static extents and strides}}
  %0 = ts.alloc warp : memref<f32, #gpu.address_space<workgroup>>
  return
}

// -----

func.func @alloc_that_swaps_more() {
  // expected-error @below {{swap = 2 must be 0 or 1}}
  %0 = ts.alloc block swap(2) : memref<8x32xf32, #gpu.address_space<workgroup>>
  return
}

// -----

func.func @copy_of_more(%a: memref<9x32xf32>) {
  %0 = ts.alloc block : memref<8x32xf32, #gpu.address_space<workgroup>>
  // expected-error @below {{source 'memref<9x32xf32>' does not fit into target 'memref<8x32xf32, #gpu.address_space<workgroup>>'}}
  ts.copy block %a, %0 : memref<9x32xf32> to memref<8x32xf32, #gpu.address_space<workgroup>>
  return
}

// -----

func.func @copy_of_other_elements(%a: memref<8x32xf16>) {
  %0 = ts.alloc block : memref<8x32xf32, #gpu.address_space<workgroup>>
  // expected-error @below {{source 'memref<8x32xf16>' does not fit into target 'memref<8x32xf32, #gpu.address_space<workgroup>>'}}
  ts.copy block %a, %0 : memref<8x32xf16> to memref<8x32xf32, #gpu.address_space<workgroup>>
  return
}

// -----

func.func @copy_to_global_memory(%a: memref<8x32xf32>, %b: memref<8x32xf32>) {
  // expected-error @below {{target 'memref<8x32xf32>' is not in shared memory}}
  ts.copy warp %a, %b : memref<8x32xf32> to memref<8x32xf32>
  return
}

// -----

func.func @home_that_is_too_small(%a: memref<8x32xf32>) {
  // expected-error @below {{source 'memref<8x32xf32>' does not fit into result 'memref<8x16xf32>'}}
  %0 = ts.home %a <home = warp_shared> : memref<8x32xf32> to memref<8x16xf32>
  return
}

// -----

func.func @home_that_cannot_pad(%a: memref<?x32xf32>) {
  // expected-error @below {{home 'global' cannot pad 'memref<?x32xf32>' to 'memref<8x32xf32>'}}
  %0 = ts.home %a <home = global> : memref<?x32xf32> to memref<8x32xf32>
  return
}

// -----

func.func @home_of_unknown_size(%a: memref<?x32xf32>) {
  // expected-error @below {{home 'shared' needs a static shape, got 'memref<?x32xf32>'}}
  %0 = ts.home %a <home = shared> : memref<?x32xf32> to memref<?x32xf32>
  return
}

// -----

func.func @store_without_place(%v: f32, %c: memref<8x32xf32>) {
  %zero = arith.constant 0 : index
  // expected-error @below {{1 indices for 'memref<8x32xf32>'}}
  ts.store cs %v, %c[%zero] : f32, memref<8x32xf32>
  return
}

// -----

func.func @store_of_other_elements(%v: vector<4xf16>, %c: memref<8x32xf32>) {
  %zero = arith.constant 0 : index
  // expected-error @below {{value 'vector<4xf16>' does not match 'memref<8x32xf32>'}}
  ts.store cs %v, %c[%zero, %zero] : vector<4xf16>, memref<8x32xf32>
  return
}

// -----

// A home may hold more than is left of the matrix, anything else may not.

func.func @less_than_a_tile(%a: memref<8x5xf32>, %b: memref<5x7xf32>, %c: memref<8x7xf32>, %d: memref<8x9xf32>) {
  %home = ts.home %b <home = shared> : memref<5x7xf32> to memref<16x32xf32>
  %tile = memref.subview %home[0, 16] [16, 16] [1, 1] : memref<16x32xf32> to memref<16x16xf32, strided<[32, 1], offset: 16>>
  ts.matmul ins(%a, %tile : memref<8x5xf32>, memref<16x16xf32, strided<[32, 1], offset: 16>>) outs(%c : memref<8x7xf32>)
  // expected-error @below {{operand 'c' has 9 columns, but 'b' has 7 columns (N)}}
  ts.matmul ins(%a, %b : memref<8x5xf32>, memref<5x7xf32>) outs(%d : memref<8x9xf32>)
  return
}

// -----

func.func @more_than_a_tile(%a: memref<8x5xf32>, %b: memref<5x7xf32>, %c: memref<8x40xf32>) {
  %home = ts.home %b <home = shared> : memref<5x7xf32> to memref<5x32xf32>
  // expected-error @below {{operand 'c' has 40 columns, but 'b' has 32 columns (N)}}
  ts.matmul ins(%a, %home : memref<8x5xf32>, memref<5x32xf32>) outs(%c : memref<8x40xf32>)
  return
}

// -----

func.func @alloc_spread_one_number() {
  // expected-error @below {{spread takes two positive numbers (lanes, vector) of at most the columns}}
  %0 = ts.alloc block spread [32] : memref<4x128xf32, #gpu.address_space<workgroup>>
  return
}

// -----

func.func @alloc_spread_three_numbers() {
  // expected-error @below {{spread takes two positive numbers (lanes, vector) of at most the columns}}
  %0 = ts.alloc block spread [32, 4, 1] : memref<4x128xf32, #gpu.address_space<workgroup>>
  return
}

// -----

func.func @alloc_spread_no_lanes() {
  // expected-error @below {{spread takes two positive numbers (lanes, vector) of at most the columns}}
  %0 = ts.alloc block spread [0, 4] : memref<4x128xf32, #gpu.address_space<workgroup>>
  return
}

// -----

func.func @alloc_spread_more_lanes_than_columns() {
  // expected-error @below {{spread takes two positive numbers (lanes, vector) of at most the columns}}
  %0 = ts.alloc block spread [256, 1] : memref<4x128xf32, #gpu.address_space<workgroup>>
  return
}

// -----

func.func @alloc_spread_huge_numbers() {
  // expected-error @below {{spread takes two positive numbers (lanes, vector) of at most the columns}}
  %0 = ts.alloc block spread [9223372036854775807, 9223372036854775807] : memref<4x128xf32, #gpu.address_space<workgroup>>
  return
}

// -----

func.func @alloc_spread_part_of_a_group() {
  // expected-error @below {{spread needs columns in whole groups of 128 and no swap}}
  %0 = ts.alloc block spread [32, 4] : memref<4x192xf32, #gpu.address_space<workgroup>>
  return
}

// -----

func.func @alloc_spread_and_swapped() {
  // expected-error @below {{spread needs columns in whole groups of 128 and no swap}}
  %0 = ts.alloc block swap(1) spread [32, 4] : memref<4x128xf32, #gpu.address_space<workgroup>>
  return
}

// -----

func.func @window_of_columns(%c: memref<8x128xf32, strided<[1, 8]>>, %i: index) {
  // expected-error @below {{source 'memref<8x128xf32, strided<[1, 8]>>' has no rows of neighbouring elements}}
  %0 = ts.window %c slice %i column %i width 120 line 8 : memref<8x128xf32, strided<[1, 8]>>
  return
}

// -----

func.func @window_of_unknown_rows(%c: memref<8x128xf32, strided<[?, 1]>>, %i: index) {
  // expected-error @below {{source 'memref<8x128xf32, strided<[?, 1]>>' has no rows of neighbouring elements}}
  %0 = ts.window %c slice %i column %i width 120 line 8 : memref<8x128xf32, strided<[?, 1]>>
  return
}

// -----

func.func @window_without_rows(%c: memref<128xf32>, %i: index) {
  // expected-error @below {{source 'memref<128xf32>' has no rows of neighbouring elements}}
  %0 = ts.window %c slice %i column %i width 120 line 8 : memref<128xf32>
  return
}

// -----

func.func @window_of_three_dimensions(%c: memref<2x8x128xf32>, %i: index) {
  // expected-error @below {{source 'memref<2x8x128xf32>' has no rows of neighbouring elements}}
  %0 = ts.window %c slice %i column %i width 120 line 8 : memref<2x8x128xf32>
  return
}

// -----

func.func @window_of_odd_lines(%c: memref<8x128xf32>, %i: index) {
  // expected-error @below {{width 120 is not made of lines of 12, which must be a power of two}}
  %0 = ts.window %c slice %i column %i width 120 line 12 : memref<8x128xf32>
  return
}

// -----

func.func @window_without_lines(%c: memref<8x128xf32>, %i: index) {
  // expected-error @below {{width 120 is not made of lines of 0, which must be a power of two}}
  %0 = ts.window %c slice %i column %i width 120 line 0 : memref<8x128xf32>
  return
}

// -----

func.func @window_of_part_of_a_line(%c: memref<8x128xf32>, %i: index) {
  // expected-error @below {{width 124 is not made of lines of 8, which must be a power of two}}
  %0 = ts.window %c slice %i column %i width 124 line 8 : memref<8x128xf32>
  return
}

// -----

func.func @window_less_than_a_line(%c: memref<8x128xf32>, %i: index) {
  // expected-error @below {{width 0 is not made of lines of 8, which must be a power of two}}
  %0 = ts.window %c slice %i column %i width 0 line 8 : memref<8x128xf32>
  return
}
