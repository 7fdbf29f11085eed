//===- TSDialect.td - The ts dialect ----------------------*- tablegen -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TS_IR_TSDIALECT_TD
#define TS_IR_TSDIALECT_TD

include "mlir/IR/OpBase.td"

def TS_Dialect : Dialect {
  let name = "ts";
  let cppNamespace = "::ts";
  let summary = "Tall-skinny matrix multiplication on GPUs";
  let description = [{
    The dialect has one operation that says *what* is wanted (`ts.matmul`),
    attributes that say *how* (`#ts.schedule`), *where* (`#ts.target`) and *how
    exactly* (`#ts.precision`), and the few operations the steps in between
    need and upstream does not have.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect",
    "::mlir::tensor::TensorDialect", "::mlir::gpu::GPUDialect"
  ];
  let useDefaultAttributePrinterParser = 1;
  let extraClassDeclaration = [{ void registerAttributes(); }];
  let hasOperationAttrVerify = 1;
  let discardableAttrs = (ins
    "::ts::TargetAttr":$target,
    "::ts::ContractAttr":$contract,
    "::ts::ScheduleAttr":$schedule,
    "::ts::AssemblyAttr":$assembly);
}

#endif // TS_IR_TSDIALECT_TD
