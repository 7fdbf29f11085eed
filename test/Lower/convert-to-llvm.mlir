// RUN: ts-opt %s -split-input-file --ts-convert-to-llvm --canonicalize | FileCheck %s

// Static buffers: one bare pointer each, on both sides of the launch. The block
// size is required, shared memory has no size before the launch.

// CHECK-LABEL: llvm.func @static
// CHECK-SAME: %{{.*}}: !llvm.ptr, %[[A:[a-z0-9]*]]: !llvm.ptr, {{.*}} attributes {llvm.emit_c_interface}
// CHECK: gpu.launch_func @kernels::@static_kernel {{.*}} args(%[[A]] : !llvm.ptr)
// CHECK: llvm.func @_mlir_ciface_static(%{{[a-z0-9]*}}: !llvm.ptr)
// CHECK: llvm.mlir.global external @[[SHARED:.*]]() {addr_space = 3 : i32, alignment = 16 : i64} : !llvm.array<0 x i8>
// CHECK: llvm.func @static_kernel(%{{[a-z0-9]*}}: !llvm.ptr) attributes
// CHECK-NOT: nvvm.maxntid
// CHECK-SAME: nvvm.reqntid = array<i32: 96, 1, 1>
// CHECK-NOT: nvvm.maxntid
// CHECK: llvm.mlir.addressof @[[SHARED]] : !llvm.ptr<3>
module attributes {gpu.container_module} {
  func.func @static(%a: memref<3x5xf32, strided<[9, 1], offset: 2>>) {
    %c1 = arith.constant 1 : index
    %c96 = arith.constant 96 : index
    %bytes = arith.constant 64 : i32
    gpu.launch_func @kernels::@static_kernel
        blocks in (%c1, %c1, %c1) threads in (%c96, %c1, %c1)
        dynamic_shared_memory_size %bytes
        args(%a : memref<3x5xf32, strided<[9, 1], offset: 2>>)
    return
  }
  gpu.module @kernels {
    gpu.func @static_kernel(%a: memref<3x5xf32, strided<[9, 1], offset: 2>>) kernel
        attributes {known_block_size = array<i32: 96, 1, 1>} {
      %c0 = arith.constant 0 : index
      %c2 = arith.constant 2 : index
      %bytes = gpu.dynamic_shared_memory : memref<?xi8, #gpu.address_space<workgroup>>
      %shared = memref.view %bytes[%c0][] : memref<?xi8, #gpu.address_space<workgroup>> to memref<16xf32, #gpu.address_space<workgroup>>
      %v = memref.load %shared[%c2] : memref<16xf32, #gpu.address_space<workgroup>>
      memref.store %v, %a[%c0, %c2] : memref<3x5xf32, strided<[9, 1], offset: 2>>
      gpu.return
    }
  }
}

// -----

// One buffer with an extent that only the launch knows: descriptors for all
// buffers of all kernels of the module.

// CHECK-LABEL: llvm.func @dynamic
// CHECK: gpu.launch_func @kernels::@fixed {{.*}} args(%{{.*}} : !llvm.ptr, %{{.*}} : !llvm.ptr, %{{.*}} : i64, %{{.*}} : i64, %{{.*}} : i64)
// CHECK: gpu.launch_func @kernels::@open {{.*}} args(%{{.*}} : !llvm.ptr, %{{.*}} : !llvm.ptr, %{{.*}} : i64, %{{.*}} : i64, %{{.*}} : i64, %{{.*}} : i64)
// CHECK: llvm.func @fixed(%{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr, %{{.*}}: i64, %{{.*}}: i64, %{{.*}}: i64)
// CHECK-NOT: nvvm.reqntid
// CHECK: llvm.func @open(%{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr, %{{.*}}: i64, %{{.*}}: i64, %{{.*}}: i64, %{{.*}}: i64)
module attributes {gpu.container_module} {
  func.func @dynamic(%a: memref<4xf32>, %b: memref<?xf32>, %n: index) {
    gpu.launch_func @kernels::@fixed
        blocks in (%n, %n, %n) threads in (%n, %n, %n) args(%a : memref<4xf32>)
    gpu.launch_func @kernels::@open
        blocks in (%n, %n, %n) threads in (%n, %n, %n)
        args(%b : memref<?xf32>, %n : index)
    return
  }
  gpu.module @kernels {
    gpu.func @fixed(%a: memref<4xf32>) kernel {
      gpu.return
    }
    gpu.func @open(%b: memref<?xf32>, %n: index) kernel {
      gpu.return
    }
  }
}

// -----

// What is in a binary already takes descriptors, as upstream passes them.

// CHECK-LABEL: llvm.func @compiled
// CHECK: gpu.launch_func @binary::@kernel {{.*}} args(%{{.*}} : !llvm.ptr, %{{.*}} : !llvm.ptr, %{{.*}} : i64, %{{.*}} : i64, %{{.*}} : i64)
module attributes {gpu.container_module} {
  func.func @compiled(%a: memref<4xf32>, %n: index) {
    gpu.launch_func @binary::@kernel
        blocks in (%n, %n, %n) threads in (%n, %n, %n) args(%a : memref<4xf32>)
    return
  }
  gpu.binary @binary [#gpu.object<#nvvm.target, assembly = "PTX">]
}

// -----

// A private function and a declaration have no interface for a runner. A bound
// on the block size that is not the size itself stays a bound.

// CHECK-LABEL: llvm.func @outside
// CHECK-NOT: emit_c_interface
// CHECK: llvm.func @inside
// CHECK-NOT: emit_c_interface
// CHECK: gpu.module
// CHECK: llvm.func @bounded() attributes {{.*}}nvvm.maxntid = array<i32: 64, 1, 1>
module attributes {gpu.container_module} {
  func.func private @outside(i32)
  func.func private @inside() {
    return
  }
  gpu.module @kernels {
    gpu.func @bounded() kernel attributes {nvvm.maxntid = array<i32: 64, 1, 1>} {
      gpu.return
    }
  }
}
