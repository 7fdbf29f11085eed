// The pattern that the steps' canonicalizers leave out compares all values that a
// loop carries with each other, which takes seconds where there are many. Its name
// is upstream's: if it changes, the step merges the two values of this loop too.

// RUN: ts-opt %s --canonicalize | FileCheck %s --check-prefix=MERGED
// RUN: ts-opt %s --ts-compile=stop-after=raise | FileCheck %s --check-prefix=KEPT

// MERGED: scf.for {{.*}} iter_args(%{{[a-z0-9]+}} = %{{[a-z0-9]+}}) -> (f32)
// KEPT: scf.for {{.*}} iter_args(%{{.*}} = %{{.*}}, %{{.*}} = %{{.*}}) -> (f32, f32)
func.func @main(%a: memref<8xf32>, %b: memref<2xf32>, %zero: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %sums:2 = scf.for %i = %c0 to %c8 step %c1 iter_args(%s = %zero, %t = %zero) -> (f32, f32) {
    %x = memref.load %a[%i] : memref<8xf32>
    %u = arith.addf %s, %x : f32
    scf.yield %u, %u : f32, f32
  }
  memref.store %sums#0, %b[%c0] : memref<2xf32>
  memref.store %sums#1, %b[%c1] : memref<2xf32>
  return
}
