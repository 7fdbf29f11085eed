// RUN: ts-opt %s --ts-attach-target=chip=rtx4090 --ts-select-schedule --remarks-filter='ts.*' --remark-format=emitRemark -verify-diagnostics -o /dev/null

func.func @out(%a: memref<4096x32xf32>, %b: memref<32x4096xf32>,
               %c: memref<4096x4096xf32>) {
  // expected-remark @below {{a slice of 512 columns of B stays in shared memory (90112 of 101376 bytes on rtx4090), rows of A stream past it}}
  ts.matmul ins(%a, %b : memref<4096x32xf32>, memref<32x4096xf32>)
            outs(%c : memref<4096x4096xf32>)
  return
}

func.func @stream(%a: memref<5x1000xf32>, %b: memref<1000x33xf32>,
                  %c: memref<5x33xf32>) {
  // expected-remark @below {{both operands stream from global memory}}
  ts.matmul ins(%a, %b : memref<5x1000xf32>, memref<1000x33xf32>)
            outs(%c : memref<5x33xf32>)
  return
}
