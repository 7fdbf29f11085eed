// RUN: ts-opt %s -split-input-file -verify-diagnostics --ts-verify-form=stage=emit

// expected-error @+1 {{'gpu.module' op was not emitted after step 'emit'}}
gpu.module @kernels {
}

// -----

gpu.binary @emitted [#gpu.object<#nvvm.target, assembly = "PTX">]
