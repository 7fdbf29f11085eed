//===- TSKernelOps.td - Operations inside a kernel --------*- tablegen -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
// What the steps between `tile` and `lower` need and upstream does not have:
// where an operand lives, a copy by several threads, a store with a policy.
//
//===----------------------------------------------------------------------===//

#ifndef TS_IR_TSKERNELOPS_TD
#define TS_IR_TSKERNELOPS_TD

include "ts/IR/TSAttrs.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/ViewLikeInterface.td"

class TS_KernelOp<string mnemonic, list<Trait> traits = []>
    : Op<TS_Dialect, mnemonic, traits>;

def TS_HomeOp : TS_KernelOp<"home", [
    Pure, DeclareOpInterfaceMethods<ViewLikeOpInterface>]> {
  let summary = "Names where the data of a view shall live from here on";
  let description = [{
    A view of `source` that is read from the home `operand` names. Where the
    home is not global memory, the result may be larger than the source (a full
    tile at the rim of the matrix); what lies outside the source reads as zero.
    `ts-stage-operands` turns it into a buffer and copies.

    ```mlir
    %bs = ts.home %slice <home = shared, swap = 1>
        : memref<32x?xf32, strided<[32768, 1], offset: ?>> to memref<32x1024xf32>
    ```
  }];
  let arguments = (ins AnyMemRef:$source, TS_OperandAttr:$operand);
  let results = (outs AnyMemRef:$result);
  let assemblyFormat = [{
    $source $operand attr-dict `:` type($source) `to` type($result)
  }];
  let hasVerifier = 1;
}

def TS_WindowOp : TS_KernelOp<"window", [
    Pure, AllTypesMatch<["source", "result"]>,
    DeclareOpInterfaceMethods<ViewLikeOpInterface>]> {
  let summary = "A tile of C of whose rows only whole lines are written";
  let description = [{
    `source` begins `column` columns behind the start of its slice, which begins
    at column `slice` of C. Let s be how many elements after the slice's start
    in a row the next multiple of `line` elements lies in memory. What is
    written to the result reaches the source's columns of the slice in
    [s, s + width), in the first slice in [0, s + width), and is dropped
    elsewhere. Slices that are `width` apart so write each element once.

    ```mlir
    %lines = ts.window %tile slice %c504 column %c0 width 504 line 8
        : memref<8x512xf32, strided<[10007, 1], offset: ?>>
    ```
  }];
  let arguments = (ins
    AnyMemRef:$source, Index:$slice, Index:$column,
    I64Attr:$width, I64Attr:$line);
  let results = (outs AnyMemRef:$result);
  let assemblyFormat = [{
    $source `slice` $slice `column` $column `width` $width `line` $line attr-dict
    `:` type($source)
  }];
  let hasVerifier = 1;
}

def TS_AllocOp : TS_KernelOp<"alloc"> {
  let summary = "A buffer in shared memory, of the block or split by warps";
  let description = [{
    Lives as long as the kernel. `scope` says which threads share one part of
    it: barriers between its writers and readers have that scope. With `swap`
    the element of column c is stored at column c ^ 1. `spread` [lanes, vector]
    keeps columns together that are `lanes` apart: of each lanes * vector, column
    c is stored at c % lanes * vector + c / lanes. Every access through
    vector.transfer_read and ts.copy means the logical column.
  }];
  let arguments = (ins
    TS_ScopeAttr:$scope,
    DefaultValuedAttr<I64Attr, "0">:$swap,
    OptionalAttr<DenseI64ArrayAttr>:$spread);
  let builders = [OpBuilder<(ins "::mlir::Type":$memref, "Scope":$scope), [{
    build($_builder, $_state, memref, scope, /*swap=*/0, /*spread=*/nullptr);
  }]>];
  let results = (outs Res<AnyMemRef, "", [MemAlloc]>:$memref);
  let assemblyFormat = [{
    `` $scope (`swap` `(` $swap^ `)`)? (`spread` $spread^)? attr-dict
    `:` type($memref)
  }];
  let hasVerifier = 1;
}

def TS_CopyOp : TS_KernelOp<"copy"> {
  let summary = "Asynchronous copy of a matrix to shared memory by many threads";
  let description = [{
    The threads of `scope` share the work. Elements of `target` outside of
    `source` become zero. Lands at the next wait for its group
    (nvvm.cp.async.commit.group, nvvm.cp.async.wait.group), and is visible to
    other threads after a barrier of that scope.
  }];
  let arguments = (ins
    TS_ScopeAttr:$scope,
    Arg<AnyMemRef, "", [MemRead]>:$source,
    Arg<AnyMemRef, "", [MemWrite]>:$target);
  let assemblyFormat = [{
    `` $scope $source `,` $target attr-dict `:` type($source) `to` type($target)
  }];
  let hasVerifier = 1;
}

def TS_SplitOp : TS_KernelOp<"split", [Pure]> {
  let summary = "The pieces of a value, rounded to nearest, never truncated";
  let description = [{
    Writes every element as a sum of `pieces` numbers of the format, the leading
    one first: piece 0 is the element rounded, piece 1 what that left, rounded,
    and so on. Pieces of `tf32` are held in f32.

    `scaled_f16` first divides by a power of two per row of A (`along` = 1) or
    column of B (`along` = 0), that of the largest entry along k, so that no
    piece overflows and all 11 bits count; piece 1 is stored times 2^11. The
    powers are the last result, with extent 1 along k. An infinite or NaN entry
    makes its row or column NaN.

    ```mlir
    %h, %m, %l = ts.split bf16 %a
        : vector<8x32xf32> to vector<8x32xbf16>, vector<8x32xbf16>, vector<8x32xbf16>
    %hi, %lo, %s = ts.split scaled_f16 %b along 0
        : vector<32x64xf32> to vector<32x64xf16>, vector<32x64xf16>, vector<1x64xf32>
    ```
  }];
  let arguments = (ins
    TS_PieceKindAttr:$kind,
    VectorOfRankAndType<[2], [F32]>:$source,
    OptionalAttr<I64Attr>:$along);
  let results = (outs Variadic<VectorOfRankAndType<[2], [F32, F16, BF16]>>:$pieces);
  let assemblyFormat = [{
    $kind $source (`along` $along^)? attr-dict
    `:` type($source) `to` type($pieces)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// The results that are pieces, and the powers of two of scaled_f16 or null.
    ::mlir::ResultRange getParts() {
      return getPieces().drop_back(getKind() == PieceKind::ScaledF16);
    }
    ::mlir::Value getScale() {
      return getKind() == PieceKind::ScaledF16 ? getPieces().back()
                                               : ::mlir::Value();
    }
  }];
}

def TS_StoreOp : TS_KernelOp<"store", [AttrSizedOperandSegments]> {
  let summary = "Store of a vector with a cache policy";
  let description = [{
    vector.store to global memory with a policy that upstream cannot say, or
    under a predicate without a branch. The address is aligned to the whole
    vector.
  }];
  let arguments = (ins
    AnyTypeOf<[AnyVectorOfNonZeroRank, AnyFloat]>:$value,
    Arg<AnyMemRef, "", [MemWrite]>:$target,
    Variadic<Index>:$indices,
    TS_StorePolicyAttr:$policy,
    Optional<I1>:$predicate);
  let builders = [OpBuilder<(ins
    "::mlir::Value":$value, "::mlir::Value":$target,
    "::mlir::ValueRange":$indices, "StorePolicy":$policy), [{
    build($_builder, $_state, value, target, indices, policy,
          /*predicate=*/::mlir::Value());
  }]>];
  let assemblyFormat = [{
    `` $policy $value `,` $target `[` $indices `]` (`if` $predicate^)? attr-dict
    `:` type($value) `,` type($target)
  }];
  let hasVerifier = 1;
}

#endif // TS_IR_TSKERNELOPS_TD
