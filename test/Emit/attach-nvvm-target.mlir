// RUN: ts-opt %s -split-input-file --ts-attach-nvvm-target -verify-diagnostics | FileCheck %s

// The ISA of the module's target and the oldest PTX version that has it, so
// that a driver as old as the chip takes the code.
// CHECK: gpu.module @ada [#nvvm.target<O = 3, chip = "sm_89", features = "+ptx78">]
// A target that is there already is the only one.
// CHECK: gpu.module @other [#nvvm.target<chip = "sm_90a">]
module attributes {ts.target = #ts.target<"h200", isa = 89>} {
  gpu.module @ada {}
  gpu.module @other [#nvvm.target<chip = "sm_90a">] {}
}

// -----

// CHECK: gpu.module @ampere [#nvvm.target<O = 3, chip = "sm_80", features = "+ptx70">]
module attributes {ts.target = #ts.target<"a100", isa = 80>} {
  gpu.module @ampere {}
}

// -----

// expected-error @+1 {{kernels to emit, but no ts.target on the module: run ts-attach-target first}}
module {
  gpu.module @homeless {}
}

// -----

// Without kernels there is nothing to know.
// CHECK: module {
// CHECK-NEXT: llvm.func @host()
module {
  llvm.func @host()
}
