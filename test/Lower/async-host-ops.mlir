// RUN: ts-opt %s --ts-async-host-ops --allow-unregistered-dialect | FileCheck %s

// A blocking operation waits for its own token before the next one starts.
// CHECK-LABEL: func.func @blocking
// CHECK-SAME: %[[SOURCE:.*]]: memref<?xf32>, %[[N:.*]]: index
func.func @blocking(%source: memref<?xf32>, %n: index) {
  // CHECK: %[[T0:.*]] = gpu.wait async
  // CHECK: %[[D:.*]], %[[T1:.*]] = gpu.alloc async [%[[T0]]] (%[[N]]) : memref<?xf32>
  // CHECK: gpu.wait [%[[T1]]]
  %d = gpu.alloc (%n) : memref<?xf32>
  // CHECK: %[[T2:.*]] = gpu.wait async
  // CHECK: %[[T3:.*]] = gpu.memcpy async [%[[T2]]] %[[D]], %[[SOURCE]]
  // CHECK: gpu.wait [%[[T3]]]
  gpu.memcpy %d, %source : memref<?xf32>, memref<?xf32>
  // CHECK: %[[ZERO:.*]] = arith.constant
  %zero = arith.constant 0.0 : f32
  // CHECK: gpu.memset async [%{{.*}}] %[[D]], %[[ZERO]] : memref<?xf32>, f32 {test.kept}
  gpu.memset %d, %zero : memref<?xf32>, f32 {test.kept}
  // CHECK: %[[T4:.*]] = gpu.dealloc async [%{{.*}}] %[[D]]
  // CHECK: gpu.wait [%[[T4]]]
  gpu.dealloc %d : memref<?xf32>
  return
}

// Tokens that are there, and memory shared with the host, stay as they are.
// CHECK-LABEL: func.func @untouched
func.func @untouched(%source: memref<4xf32>) {
  // CHECK-NEXT: %[[T:.*]] = gpu.wait async
  // CHECK-NEXT: %[[D:.*]], %[[A:.*]] = gpu.alloc async [%[[T]]] () : memref<4xf32>
  // CHECK-NEXT: %[[C:.*]] = gpu.memcpy async [%[[A]]] %[[D]]
  // CHECK-NEXT: gpu.wait [%[[C]]]
  // CHECK-NEXT: gpu.alloc host_shared () : memref<4xf32>
  // CHECK-NEXT: return
  %t = gpu.wait async
  %d, %a = gpu.alloc async [%t] () : memref<4xf32>
  %c = gpu.memcpy async [%a] %d, %source : memref<4xf32>, memref<4xf32>
  gpu.wait [%c]
  %shared = gpu.alloc host_shared () : memref<4xf32>
  return
}
