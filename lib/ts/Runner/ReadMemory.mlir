//===- ReadMemory.mlir - Reads a buffer and keeps nothing -----------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Replaces what the L2 holds by clean lines. Every thread reads every n-th word;
// the result is written if it has a value that it cannot have, so that no
// compiler may leave the reads out: all words are 0, their sum is not -1.
//
//===----------------------------------------------------------------------===//

gpu.module @ts_read {
  gpu.func @ts_read(%data: !llvm.ptr<1>, %words: i64) kernel {
    %zero = arith.constant 0 : i32
    %never = arith.constant -1 : i32
    %bid = gpu.block_id x
    %bdim = gpu.block_dim x
    %tid = gpu.thread_id x
    %gdim = gpu.grid_dim x
    %base = arith.muli %bid, %bdim : index
    %first = arith.addi %base, %tid : index
    %all = arith.muli %gdim, %bdim : index
    %lo = arith.index_cast %first : index to i64
    %step = arith.index_cast %all : index to i64
    %sum = scf.for %i = %lo to %words step %step iter_args(%s = %zero)
        -> (i32) : i64 {
      %p = llvm.getelementptr %data[%i] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, i32
      %word = llvm.load %p : !llvm.ptr<1> -> i32
      %next = arith.ori %s, %word : i32
      scf.yield %next : i32
    }
    %impossible = arith.cmpi eq, %sum, %never : i32
    scf.if %impossible {
      llvm.store %sum, %data : i32, !llvm.ptr<1>
    }
    gpu.return
  }
}
