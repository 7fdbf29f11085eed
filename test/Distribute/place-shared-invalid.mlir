// RUN: ts-opt %s -verify-diagnostics --ts-place-shared

func.func @beside_own_memory() {
  %one = arith.constant 1 : index
  %bytes = arith.constant 64 : i32
  // expected-error @below {{has dynamic shared memory of its own beside ts.alloc}}
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
             threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one)
             dynamic_shared_memory_size %bytes {
    %slice = ts.alloc block : memref<3x7xf32, #gpu.address_space<workgroup>>
    gpu.terminator
  }
  return
}
