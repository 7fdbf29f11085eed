// What PTX cannot say with one store is refused, with the reason, and never
// stored elsewhere.
// RUN: ts-opt %s --split-input-file --verify-diagnostics --pass-pipeline="builtin.module(gpu.module(ts-lower-ops))"

gpu.module @kernels {
  gpu.func @i32(%v: vector<4xi32>, %c: memref<8x64xi32>, %i: index) kernel {
    // expected-error @+1 {{cannot be lowered: policy 'cs' cannot be said of it, the elements are not f16, bf16, f32 or f64}}
    ts.store cs %v, %c[%i, %i] : vector<4xi32>, memref<8x64xi32>
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @i8(%v: vector<4xi8>, %c: memref<8x64xi8>, %i: index) kernel {
    // expected-error @+1 {{cannot be lowered: policy 'wt' cannot be said of it, the elements are not f16, bf16, f32 or f64}}
    ts.store wt %v, %c[%i, %i] : vector<4xi8>, memref<8x64xi8>
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @shared(%v: vector<4xf32>, %c: memref<8x64xf32, #gpu.address_space<workgroup>>, %i: index) kernel {
    // expected-error @+1 {{cannot be lowered: policy 'cs' cannot be said of it, the target is in shared memory}}
    ts.store cs %v, %c[%i, %i] : vector<4xf32>, memref<8x64xf32, #gpu.address_space<workgroup>>
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @layout(%v: f32, %c: memref<8x64xf32, affine_map<(i, j) -> (i * 64 + j mod 3)>>, %i: index) kernel {
    // expected-error @+1 {{cannot be lowered: policy 'cs' cannot be said of it, the target has no strides}}
    ts.store cs %v, %c[%i, %i] : f32, memref<8x64xf32, affine_map<(i, j) -> (i * 64 + j mod 3)>>
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @matrix(%v: vector<2x2xf32>, %c: memref<8x64xf32>, %i: index) kernel {
    // expected-error @+1 {{cannot be lowered: policy 'no_allocate' cannot be said of it, the vector does not have one fixed dimension}}
    ts.store no_allocate %v, %c[%i, %i] : vector<2x2xf32>, memref<8x64xf32>
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @three(%v: vector<3xf32>, %c: memref<8x63xf32>, %i: index) kernel {
    // expected-error @+1 {{cannot be lowered: policy 'cs' cannot be said of it, the vector has not a power of two of elements in at most 128 bits}}
    ts.store cs %v, %c[%i, %i] : vector<3xf32>, memref<8x63xf32>
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @eight(%v: vector<8xf32>, %c: memref<8x64xf32>, %i: index) kernel {
    // expected-error @+1 {{cannot be lowered: policy 'cs' cannot be said of it, the vector has not a power of two of elements in at most 128 bits}}
    ts.store cs %v, %c[%i, %i] : vector<8xf32>, memref<8x64xf32>
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @column_major(%v: vector<4xf32>, %c: memref<8x64xf32, strided<[1, 8]>>, %i: index) kernel {
    // expected-error @+1 {{cannot be lowered: policy 'wt' cannot be said of it, the vector's elements are not adjacent in the target}}
    ts.store wt %v, %c[%i, %i] : vector<4xf32>, memref<8x64xf32, strided<[1, 8]>>
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @open(%v: vector<2xf32>, %c: memref<8x64xf32, strided<[64, ?]>>, %i: index) kernel {
    // expected-error @+1 {{cannot be lowered: policy 'cs' cannot be said of it, the vector's elements are not adjacent in the target}}
    ts.store cs %v, %c[%i, %i] : vector<2xf32>, memref<8x64xf32, strided<[64, ?]>>
    gpu.return
  }
}

// -----

// An operation that an earlier step owns.
gpu.module @kernels {
  gpu.func @early() kernel {
    // expected-error @+1 {{cannot be lowered: an earlier step has to replace it}}
    %buffer = ts.alloc warp : memref<4x8xf32, #gpu.address_space<workgroup>>
    gpu.return
  }
}

// -----

// A predicate is part of the store: it is never dropped, whatever the policy.
gpu.module @kernels {
  gpu.func @predicate_in_shared(%v: vector<4xf32>, %c: memref<8x64xf32, #gpu.address_space<workgroup>>, %i: index, %p: i1) kernel {
    // expected-error @+1 {{cannot be lowered: a predicate cannot be said of it, the target is in shared memory}}
    ts.store default %v, %c[%i, %i] if %p : vector<4xf32>, memref<8x64xf32, #gpu.address_space<workgroup>>
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @predicate_of_integers(%v: vector<4xi32>, %c: memref<8x64xi32>, %i: index, %p: i1) kernel {
    // expected-error @+1 {{cannot be lowered: a predicate cannot be said of it, the elements are not f16, bf16, f32 or f64}}
    ts.store default %v, %c[%i, %i] if %p : vector<4xi32>, memref<8x64xi32>
    gpu.return
  }
}
