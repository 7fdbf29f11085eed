//===- TSOps.td - Operations of the ts dialect ------------*- tablegen -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TS_IR_TSOPS_TD
#define TS_IR_TSOPS_TD

include "ts/IR/TSAttrs.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/TilingInterface.td"

class TS_Op<string mnemonic, list<Trait> traits = []>
    : Op<TS_Dialect, mnemonic, traits>;

def TS_MatrixType : AnyTypeOf<[AnyRankedTensor, AnyMemRef],
                              "matrix as tensor or memref">;

def TS_MatmulOp : TS_Op<"matmul", [
    AttrSizedOperandSegments,
    DestinationStyleOpInterface,
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
    DeclareOpInterfaceMethods<TilingInterface, [
      "getLoopIteratorTypes", "getIterationDomain", "getTiledImplementation",
      "getResultTilePosition", "getIterationDomainTileFromResultTile",
      "generateResultTileValue"]>]> {
  let summary = "C = alpha * op(A) * op(B) + beta * C";
  let description = [{
    Written like linalg's named operations, on tensors (destination style) or on
    memrefs with any strides. Without attributes it overwrites C (beta = 0: C is
    not read, so NaN in it does not matter), in `ieee` precision.

    ```mlir
    ts.matmul ins(%a, %b : memref<64x32xf32>, memref<32x128xf32>)
              outs(%c : memref<64x128xf32>)
    %d = ts.matmul {transpose_a, alpha = 2.0 : f32, beta = 1.0 : f32}
           ins(%a, %b : tensor<32x64xf32>, tensor<32x128xf32>)
           outs(%c : tensor<64x128xf32>) -> tensor<64x128xf32>
    ```

    The exact result in `ieee`: acc = fma(a[i,k], b[k,j], acc) for k = 0, 1, ...
    from acc = 0; then t = alpha * acc, rounded, unless alpha = 1; then
    c = fma(beta, c, t) unless beta = 0. With alpha = 0 neither A nor B is read
    and t = 0.
  }];
  let arguments = (ins
    Variadic<TS_MatrixType>:$inputs,
    Variadic<TS_MatrixType>:$outputs,
    UnitAttr:$transpose_a,
    UnitAttr:$transpose_b,
    OptionalAttr<AnyAttrOf<[F32Attr, F64Attr]>>:$alpha,
    OptionalAttr<AnyAttrOf<[F32Attr, F64Attr]>>:$beta,
    OptionalAttr<TS_PrecisionAttr>:$precision,
    OptionalAttr<TS_ScheduleAttr>:$schedule);
  let results = (outs Variadic<AnyRankedTensor>:$result_tensors);
  let assemblyFormat = [{
    attr-dict `ins` `(` $inputs `:` type($inputs) `)`
    `outs` `(` $outputs `:` type($outputs) `)` (`->` type($result_tensors)^)?
  }];
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
  let extraClassDeclaration = [{
    ::mlir::Value getA() { return getInputs()[0]; }
    ::mlir::Value getB() { return getInputs()[1]; }
    ::mlir::Value getC() { return getOutputs()[0]; }
    /// Extents of the product; kDynamic where a type does not say.
    int64_t getM();
    int64_t getN();
    int64_t getK();
    double getAlphaValue();
    double getBetaValue();
    PrecisionMode getPrecisionMode();
    bool hasPureBufferSemantics() { return getResultTensors().empty(); }
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getOutputsMutable(); }
  }];
}

#endif // TS_IR_TSOPS_TD
