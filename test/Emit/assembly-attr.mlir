// RUN: ts-opt %s -split-input-file -verify-diagnostics | ts-opt -split-input-file | FileCheck %s

// CHECK: gpu.binary @a {ts.assembly = #ts.assembly<ptxas = "13.0.88", isa = 89, kernels = [<kernel = "f", registers = 21, spillStores = 22, spillLoads = 23, stack = 24, shared = 25>, <kernel = "g", registers = 31, spillStores = 32, spillLoads = 33, stack = 34, shared = 35>]>}
gpu.binary @a {ts.assembly = #ts.assembly<ptxas = "13.0.88", isa = 89, kernels = [
    <kernel = "f", registers = 21, spillStores = 22, spillLoads = 23, stack = 24, shared = 25>,
    <kernel = "g", registers = 31, spillStores = 32, spillLoads = 33, stack = 34, shared = 35>]>}
  [#gpu.object<#nvvm.target, assembly = "PTX">]
// CHECK: gpu.binary @b {ts.assembly = #ts.assembly<ptxas = "12.4.1", isa = 80, kernels = []>}
gpu.binary @b {ts.assembly = #ts.assembly<ptxas = "12.4.1", isa = 80, kernels = []>}
  [#gpu.object<#nvvm.target, assembly = "PTX">]

// -----

// expected-error @+1 {{ts.assembly}}
func.func private @f() attributes {ts.assembly = #ts.assembly<ptxas = "12.4.1", isa = 80, kernels = []>}
