//===- TSEnums.td - Enumerations of the ts dialect --------*- tablegen -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TS_IR_TSENUMS_TD
#define TS_IR_TSENUMS_TD

include "ts/IR/TSDialect.td"
include "mlir/IR/EnumAttr.td"

class TS_Enum<string name, string summary, list<I32EnumAttrCase> cases>
    : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::ts";
  let genSpecializedAttr = 0;
}

def TS_PrecisionMode : TS_Enum<"PrecisionMode", "how exact a result must be", [
  I32EnumAttrCase<"Ieee", 0, "ieee">,
  I32EnumAttrCase<"Tf32", 1, "tf32">,
  I32EnumAttrCase<"Tf32x3", 2, "tf32x3">,
  I32EnumAttrCase<"Bf16x3", 3, "bf16x3">,
  I32EnumAttrCase<"Bf16x6", 4, "bf16x6">,
  I32EnumAttrCase<"Bf16x9", 5, "bf16x9">,
  I32EnumAttrCase<"Native", 6, "native">,
  I32EnumAttrCase<"F16x3", 7, "f16x3">,
  I32EnumAttrCase<"Fp32Accurate", 8, "fp32_accurate">,
  I32EnumAttrCase<"Fp32AccurateNormwise", 9, "fp32_accurate_normwise">
]>;

def TS_ShapeClass : TS_Enum<"ShapeClass", "which extent dominates a product", [
  I32EnumAttrCase<"Out", 0, "out">,
  I32EnumAttrCase<"General", 1, "general">
]>;

def TS_BlockOrder : TS_Enum<"BlockOrder", "in which order blocks cover C", [
  I32EnumAttrCase<"Linear", 0, "linear">,
  I32EnumAttrCase<"Grid", 1, "grid">
]>;

def TS_Home : TS_Enum<"Home", "where an operand lives while it is used", [
  I32EnumAttrCase<"Global", 0, "global">,
  I32EnumAttrCase<"Shared", 1, "shared">,
  I32EnumAttrCase<"WarpShared", 2, "warp_shared">,
  I32EnumAttrCase<"Registers", 3, "registers">
]>;

def TS_MmaKind : TS_Enum<"MmaKind", "a matrix instruction of a warp", [
  I32EnumAttrCase<"Tf32", 0, "m16n8k8_tf32">,
  I32EnumAttrCase<"F16", 1, "m16n8k16_f16">,
  I32EnumAttrCase<"Bf16", 2, "m16n8k16_bf16">,
  I32EnumAttrCase<"F64", 3, "m8n8k4_f64">
]>;

def TS_Orientation : TS_Enum<"Orientation",
                             "what the rows of the instruction run over", [
  I32EnumAttrCase<"Rows", 0, "rows">,
  I32EnumAttrCase<"Columns", 1, "columns">
]>;

def TS_PieceKind : TS_Enum<"PieceKind", "number format of an operand's pieces", [
  I32EnumAttrCase<"Tf32", 0, "tf32">,
  I32EnumAttrCase<"Bf16", 1, "bf16">,
  I32EnumAttrCase<"ScaledF16", 2, "scaled_f16">
]>;

def TS_FmaOrder : TS_Enum<"FmaOrder", "in which order a lane visits its tile", [
  I32EnumAttrCase<"Rows", 0, "rows">,
  I32EnumAttrCase<"Snake", 1, "snake">,
  I32EnumAttrCase<"Columns", 2, "columns">,
  I32EnumAttrCase<"SnakeElements", 3, "snake_elements">
]>;

def TS_StorePolicy : TS_Enum<"StorePolicy", "cache policy of the stores of C", [
  I32EnumAttrCase<"Default", 0, "default">,
  I32EnumAttrCase<"Streaming", 1, "cs">,
  I32EnumAttrCase<"WriteThrough", 2, "wt">,
  I32EnumAttrCase<"NoAllocate", 3, "no_allocate">,
  I32EnumAttrCase<"L2EvictFirst", 4, "l2_evict_first">,
  I32EnumAttrCase<"L2EvictLast", 5, "l2_evict_last">
]>;

def TS_StorePath : TS_Enum<"StorePath", "how results reach the store", [
  I32EnumAttrCase<"Direct", 0, "direct">,
  I32EnumAttrCase<"Staged", 1, "staged">
]>;

def TS_Scope : TS_Enum<"Scope", "which threads act together", [
  I32EnumAttrCase<"Block", 0, "block">,
  I32EnumAttrCase<"Warp", 1, "warp">
]>;

// As attributes of operations, printed as their bare keyword.
def TS_ScopeAttr : EnumAttr<TS_Dialect, TS_Scope, "scope">;
def TS_PieceKindAttr : EnumAttr<TS_Dialect, TS_PieceKind, "piece_kind">;
def TS_StorePolicyAttr : EnumAttr<TS_Dialect, TS_StorePolicy, "store_policy">;

#endif // TS_IR_TSENUMS_TD
