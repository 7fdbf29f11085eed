// Stores with a policy are inline PTX, plain ones upstream's. Nothing here names
// the vector dialect: the pass has to bring what it builds.
// RUN: ts-opt %s --split-input-file --pass-pipeline="builtin.module(gpu.module(ts-lower-ops,canonicalize,cse))" | FileCheck %s

// Every policy, every width.
// CHECK-LABEL: gpu.func @spellings
// CHECK: llvm.inline_asm has_side_effects "st.global.cs.v4.f32 [$0], {$1,$2,$3,$4};", "l,f,f,f,f" %{{.*}} : (!llvm.ptr<1>, f32, f32, f32, f32) -> ()
// CHECK: llvm.inline_asm has_side_effects "st.global.wt.v2.f32 [$0], {$1,$2};", "l,f,f" %{{.*}} : (!llvm.ptr<1>, f32, f32) -> ()
// CHECK: llvm.inline_asm has_side_effects "st.global.L1::no_allocate.f32 [$0], $1;", "l,f" %{{.*}} : (!llvm.ptr<1>, f32) -> ()
// CHECK: llvm.inline_asm has_side_effects "st.global.cs.f32 [$0], $1;", "l,f" %{{.*}} : (!llvm.ptr<1>, f32) -> ()
gpu.module @policies {
  gpu.func @spellings(%four: vector<4xf32>, %two: vector<2xf32>, %one: vector<1xf32>, %scalar: f32, %c: memref<8x64xf32>, %row: index, %column: index) kernel {
    ts.store cs %four, %c[%row, %column] : vector<4xf32>, memref<8x64xf32>
    ts.store wt %two, %c[%row, %column] : vector<2xf32>, memref<8x64xf32>
    ts.store no_allocate %one, %c[%row, %column] : vector<1xf32>, memref<8x64xf32>
    ts.store cs %scalar, %c[%row, %column] : f32, memref<8x64xf32>
    gpu.return
  }
}

// -----

// The address that varies is computed once; constant indices are one addition
// of bytes behind it: 3 * 512 * 4 + 128 * 4 and 5 * 512 * 4 + 12 * 4.
// CHECK-LABEL: gpu.func @constants
// CHECK-DAG: %[[NEAR:.*]] = arith.constant 6656 : i64
// CHECK-DAG: %[[FAR:.*]] = arith.constant 10288 : i64
// CHECK: memref.extract_aligned_pointer_as_index
// CHECK-NOT: memref.extract_aligned_pointer_as_index
// CHECK: %[[BASE:.*]] = arith.index_cast %{{.*}} : index to i64
// CHECK-NOT: arith.index_cast
// CHECK: %[[A:.*]] = arith.addi %[[BASE]], %[[NEAR]] : i64
// CHECK-NEXT: llvm.inttoptr %[[A]] : i64 to !llvm.ptr<1>
// CHECK: %[[B:.*]] = arith.addi %[[BASE]], %[[FAR]] : i64
// CHECK-NEXT: llvm.inttoptr %[[B]] : i64 to !llvm.ptr<1>
gpu.module @addresses {
  gpu.func @constants(%v: vector<4xf32>, %c: memref<8x512xf32, strided<[512, 1], offset: ?>>) kernel {
    %c3 = arith.constant 3 : index
    %c5 = arith.constant 5 : index
    %c12 = arith.constant 12 : index
    %c128 = arith.constant 128 : index
    ts.store cs %v, %c[%c3, %c128] : vector<4xf32>, memref<8x512xf32, strided<[512, 1], offset: ?>>
    ts.store cs %v, %c[%c5, %c12] : vector<4xf32>, memref<8x512xf32, strided<[512, 1], offset: ?>>
    gpu.return
  }
}

// -----

// 32767 rows of 131072 bytes do not fit into 32 bits. A stride that is not
// known multiplies even a constant index.
// CHECK-LABEL: gpu.func @far
// CHECK: arith.constant 4294836224 : i64
// CHECK-LABEL: gpu.func @open
// CHECK-DAG: %[[ROWS:.*]] = arith.constant 28 : index
// CHECK-DAG: %[[COLUMNS:.*]] = arith.constant 44 : i64
// CHECK: %{{.*}}, %{{.*}}, %{{.*}}:2, %[[STRIDES:.*]]:2 = memref.extract_strided_metadata
// CHECK: arith.muli %[[STRIDES]]#0, %[[ROWS]] : index
// CHECK: arith.addi %{{.*}}, %[[COLUMNS]] : i64
gpu.module @large {
  gpu.func @far(%v: vector<4xf32>, %c: memref<32768x32768xf32>) kernel {
    %c0 = arith.constant 0 : index
    %c32767 = arith.constant 32767 : index
    ts.store cs %v, %c[%c32767, %c0] : vector<4xf32>, memref<32768x32768xf32>
    gpu.return
  }
  gpu.func @open(%v: f32, %c: memref<?x?xf32, strided<[?, 1]>>) kernel {
    %c7 = arith.constant 7 : index
    %c11 = arith.constant 11 : index
    ts.store cs %v, %c[%c7, %c11] : f32, memref<?x?xf32, strided<[?, 1]>>
    gpu.return
  }
}

// -----

// Plain stores say that they are aligned to the whole vector; without it four
// scalar ones come out. Any element type and memory, and a scalar anywhere.
// CHECK-LABEL: gpu.func @plain
// CHECK: vector.store %{{.*}}, %{{.*}}[%{{.*}}, %{{.*}}] {alignment = 16 : i64} : memref<8x64xf32>, vector<4xf32>
// CHECK: vector.store %{{.*}}, %{{.*}}[%{{.*}}, %{{.*}}] {alignment = 8 : i64} : memref<8x64xf32>, vector<2xf32>
// CHECK: vector.store %{{.*}}, %{{.*}}[%{{.*}}, %{{.*}}] {alignment = 16 : i64} : memref<8x64xf16, #gpu.address_space<workgroup>>, vector<8xf16>
// CHECK: memref.store %{{.*}}, %{{.*}}[%{{.*}}, %{{.*}}] : memref<8x64xf32>
// CHECK-NOT: llvm.inline_asm
gpu.module @default {
  gpu.func @plain(%four: vector<4xf32>, %two: vector<2xf32>, %halves: vector<8xf16>, %scalar: f32, %c: memref<8x64xf32>, %s: memref<8x64xf16, #gpu.address_space<workgroup>>, %row: index, %column: index) kernel {
    ts.store default %four, %c[%row, %column] : vector<4xf32>, memref<8x64xf32>
    ts.store default %two, %c[%row, %column] : vector<2xf32>, memref<8x64xf32>
    ts.store default %halves, %s[%row, %column] : vector<8xf16>, memref<8x64xf16, #gpu.address_space<workgroup>>
    ts.store default %scalar, %c[%row, %column] : f32, memref<8x64xf32>
    gpu.return
  }
}

// -----

// A scalar may lie anywhere, also where its neighbours are a column away.
// CHECK-LABEL: gpu.func @column_major
// CHECK: st.global.wt.f32
gpu.module @scalars {
  gpu.func @column_major(%v: f32, %c: memref<8x64xf32, strided<[1, 8]>>, %row: index, %column: index) kernel {
    ts.store wt %v, %c[%row, %column] : f32, memref<8x64xf32, strided<[1, 8]>>
    gpu.return
  }
}
