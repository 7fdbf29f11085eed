// RUN: ts-opt %s --pass-pipeline="builtin.module(gpu.module(ts-narrow-index,canonicalize,cse))" | FileCheck %s

#narrow = #ts.schedule<out, blocks = <order = grid, columns = 128, rows = 8>,
  warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <policy = cs>, index = 32>
#wide = #ts.schedule<out, blocks = <order = grid, columns = 128, rows = 8>,
  warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>,
  a = <home = global>, b = <home = global>, ahead = 0, store = <policy = cs>>

gpu.module @kernels {
  // The counter, its bounds and what is computed from it take 32 bits; what
  // addresses memory is an index again.
  // CHECK-LABEL: gpu.func @constant_bounds
  // CHECK-SAME: (%[[A:.*]]: memref<32x256xf32>)
  // CHECK: scf.for %[[K:.*]] = %c0_i32 to %c30_i32 step %c2_i32 : i32 {
  // CHECK: %[[NEXT:.*]] = arith.addi %[[K]], %c1_i32 : i32
  // CHECK: %[[ROW:.*]] = arith.index_castui %[[NEXT]] : i32 to index
  // CHECK: memref.load %[[A]][%[[ROW]], %c0]
  gpu.func @constant_bounds(%a: memref<32x256xf32>) kernel attributes {ts.schedule = #narrow} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c30 = arith.constant 30 : index
    scf.for %k = %c0 to %c30 step %c2 {
      %next = arith.addi %k, %c1 : index
      %x = memref.load %a[%next, %c0] : memref<32x256xf32>
      memref.store %x, %a[%k, %c1] : memref<32x256xf32>
    }
    gpu.return
  }

  // A range is enough: a remainder is smaller than what it divides by.
  // CHECK-LABEL: gpu.func @known_ranges
  // CHECK: scf.for %{{.*}} = %{{.*}} to %c4096_i32 step %c8_i32 : i32 {
  gpu.func @known_ranges(%a: memref<4096x8xf32>, %n: index) kernel attributes {ts.schedule = #narrow} {
    %c8 = arith.constant 8 : index
    %c4096 = arith.constant 4096 : index
    %first = arith.remui %n, %c8 : index
    scf.for %i = %first to %c4096 step %c8 {
      %x = memref.load %a[%i, %first] : memref<4096x8xf32>
      memref.store %x, %a[%first, %first] : memref<4096x8xf32>
    }
    gpu.return
  }

  // What carries values carries them on.
  // CHECK-LABEL: gpu.func @carried
  // CHECK: scf.for %{{.*}} = %c0_i32 to %c8_i32 step %c1_i32 iter_args(%{{.*}} = %{{.*}}) -> (f32) : i32 {
  gpu.func @carried(%a: memref<8xf32>) kernel attributes {ts.schedule = #narrow} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c8 = arith.constant 8 : index
    %zero = arith.constant 0.0 : f32
    %sum = scf.for %i = %c0 to %c8 step %c1 iter_args(%s = %zero) -> (f32) {
      %x = memref.load %a[%i] : memref<8xf32>
      %next = arith.addf %s, %x : f32
      scf.yield %next : f32
    }
    memref.store %sum, %a[%c0] : memref<8xf32>
    gpu.return
  }

  // The counter would pass the largest i32 before it ends.
  // CHECK-LABEL: gpu.func @ends_too_late
  // CHECK: scf.for %{{.*}} = %c0 to %c2147483640 step %c16 {
  gpu.func @ends_too_late(%a: memref<?xf32>, %x: f32) kernel attributes {ts.schedule = #narrow} {
    %c0 = arith.constant 0 : index
    %c16 = arith.constant 16 : index
    %end = arith.constant 2147483640 : index
    scf.for %i = %c0 to %end step %c16 {
      memref.store %x, %a[%i] : memref<?xf32>
    }
    gpu.return
  }

  // The last one that fits.
  // CHECK-LABEL: gpu.func @ends_just_in_time
  // CHECK: scf.for %{{.*}} = %c0_i32 to %c2147483631_i32 step %c16_i32 : i32 {
  gpu.func @ends_just_in_time(%a: memref<?xf32>, %x: f32) kernel attributes {ts.schedule = #narrow} {
    %c0 = arith.constant 0 : index
    %c16 = arith.constant 16 : index
    %end = arith.constant 2147483631 : index
    scf.for %i = %c0 to %end step %c16 {
      memref.store %x, %a[%i] : memref<?xf32>
    }
    gpu.return
  }

  // Nothing is known of the bound.
  // CHECK-LABEL: gpu.func @open_end
  // CHECK-SAME: %[[N:[a-z0-9]+]]: index
  // CHECK: scf.for %{{.*}} = %c0 to %[[N]] step %c1 {
  gpu.func @open_end(%a: memref<?xf32>, %x: f32, %n: index) kernel attributes {ts.schedule = #narrow} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    scf.for %i = %c0 to %n step %c1 {
      memref.store %x, %a[%i] : memref<?xf32>
    }
    gpu.return
  }

  // A product of two small numbers that is not small.
  // CHECK-LABEL: gpu.func @far_away
  // CHECK: scf.for %[[I:.*]] = %c0_i32 to %c65536_i32 step %c1_i32 : i32 {
  // CHECK: %[[WIDE:.*]] = arith.index_castui %[[I]] : i32 to index
  // CHECK: arith.muli %[[WIDE]], %c131072 {{.*}}: index
  gpu.func @far_away(%a: memref<8589934592xf32>, %x: f32) kernel attributes {ts.schedule = #narrow} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c65536 = arith.constant 65536 : index
    %c131072 = arith.constant 131072 : index
    scf.for %i = %c0 to %c65536 step %c1 {
      %far = arith.muli %i, %c131072 : index
      memref.store %x, %a[%far] : memref<8589934592xf32>
    }
    gpu.return
  }

  // A negative bound, or a step nobody knows.
  // CHECK-LABEL: gpu.func @below_zero
  // CHECK: scf.for %{{.*}} = %c-4 to %c8 step %c1 {
  gpu.func @below_zero(%a: memref<?xf32>, %x: f32) kernel attributes {ts.schedule = #narrow} {
    %first = arith.constant -4 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %c8 = arith.constant 8 : index
    scf.for %i = %first to %c8 step %c1 {
      %at = arith.addi %i, %c4 : index
      memref.store %x, %a[%at] : memref<?xf32>
    }
    gpu.return
  }

  // CHECK-LABEL: gpu.func @unknown_step
  // CHECK-SAME: %[[N:[a-z0-9]+]]: index
  // CHECK: scf.for %{{.*}} = %c0 to %c8 step %[[N]] {
  gpu.func @unknown_step(%a: memref<?xf32>, %x: f32, %n: index) kernel attributes {ts.schedule = #narrow} {
    %c0 = arith.constant 0 : index
    %c8 = arith.constant 8 : index
    scf.for %i = %c0 to %c8 step %n {
      memref.store %x, %a[%i] : memref<?xf32>
    }
    gpu.return
  }

  // The counter of one loop bounds another.
  // CHECK-LABEL: gpu.func @triangle
  // CHECK: scf.for %[[I:.*]] = %c0_i32 to %c8_i32 step %c1_i32 : i32 {
  // CHECK: scf.for %{{.*}} = %c0_i32 to %[[I]] step %c1_i32 : i32 {
  gpu.func @triangle(%a: memref<8x8xf32>, %x: f32) kernel attributes {ts.schedule = #narrow} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c8 = arith.constant 8 : index
    scf.for %i = %c0 to %c8 step %c1 {
      scf.for %j = %c0 to %i step %c1 {
        memref.store %x, %a[%i, %j] : memref<8x8xf32>
      }
    }
    gpu.return
  }

  // A number from 2^31 on that is compared with its sign: as an i32 it would be
  // less than seven. So would a product that must not wrap with its sign. The
  // arithmetic stays as it is, the loop does not mind.
  // CHECK-LABEL: gpu.func @compared_with_sign
  // CHECK: arith.minui %{{.*}}, %c3000000000 : index
  // CHECK: arith.cmpi slt, %{{.*}}, %c7 : index
  // CHECK: scf.for %{{.*}} : i32 {
  gpu.func @compared_with_sign(%a: memref<?xf32>, %x: f32, %n: index) kernel attributes {ts.schedule = #narrow} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c7 = arith.constant 7 : index
    %most = arith.constant 3000000000 : index
    %some = arith.minui %n, %most : index
    %few = arith.cmpi slt, %some, %c7 : index
    scf.if %few {
      scf.for %i = %c0 to %c7 step %c1 {
        memref.store %x, %a[%i] : memref<?xf32>
      }
    }
    gpu.return
  }

  // CHECK-LABEL: gpu.func @must_not_wrap
  // CHECK: arith.muli %{{.*}}, %{{.*}} overflow<nsw> : index
  gpu.func @must_not_wrap(%a: memref<4294967296xf32>, %x: f32, %n: index) kernel attributes {ts.schedule = #narrow} {
    %c65536 = arith.constant 65536 : index
    %row = arith.remui %n, %c65536 : index
    %far = arith.muli %row, %c65536 overflow<nsw> : index
    memref.store %x, %a[%far] : memref<4294967296xf32>
    gpu.return
  }

  // With a sign, but small.
  // CHECK-LABEL: gpu.func @small_with_sign
  // CHECK: arith.cmpi slt, %{{.*}}, %c7_i32 : i32
  gpu.func @small_with_sign(%a: memref<8xf32>, %x: f32, %n: index) kernel attributes {ts.schedule = #narrow} {
    %c7 = arith.constant 7 : index
    %c8 = arith.constant 8 : index
    %row = arith.remui %n, %c8 : index
    %few = arith.cmpi slt, %row, %c7 : index
    scf.if %few {
      memref.store %x, %a[%row] : memref<8xf32>
    }
    gpu.return
  }

  // Another schedule, or none, and nothing changes.
  // CHECK-LABEL: gpu.func @wide
  // CHECK: scf.for %{{.*}} = %c0 to %c30 step %c2 {
  gpu.func @wide(%a: memref<?xf32>, %x: f32) kernel attributes {ts.schedule = #wide} {
    %c0 = arith.constant 0 : index
    %c2 = arith.constant 2 : index
    %c30 = arith.constant 30 : index
    scf.for %i = %c0 to %c30 step %c2 {
      memref.store %x, %a[%i] : memref<?xf32>
    }
    gpu.return
  }

  // CHECK-LABEL: gpu.func @plain
  // CHECK: scf.for %{{.*}} = %c0 to %c30 step %c2 {
  gpu.func @plain(%a: memref<?xf32>, %x: f32) kernel {
    %c0 = arith.constant 0 : index
    %c2 = arith.constant 2 : index
    %c30 = arith.constant 30 : index
    scf.for %i = %c0 to %c30 step %c2 {
      memref.store %x, %a[%i] : memref<?xf32>
    }
    gpu.return
  }
}
