//===- LowerTS.cpp - Spell the remaining ts operations --------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The one place with inline PTX: stores with a cache policy, which NVVM 22
// cannot say (LLVM's NVPTX back end ignores `nontemporal`). PTX ISA 8.0, "st".
//
//   ts.store cs %v, %c[%c1, %c128] : vector<4xf32>, memref<8x512xf32, ...>
// =>
//   %address = arith.addi (address of %c's first element), 131584
//   llvm.inline_asm "st.global.cs.v4.f32 [$0], {$1,$2,$3,$4};"
//
// The address of the view is computed once (CSE sees to it), and what constant
// indices add is one addition behind it, which ptxas folds into the
// instruction.
//
//===----------------------------------------------------------------------===//

#include "ts/IR/TS.h"
#include "ts/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"
#include "llvm/Support/MathExtras.h"

namespace ts {
#define GEN_PASS_DEF_LOWERTSPASS
#include "ts/Passes.h.inc"
} // namespace ts

using namespace mlir;
using namespace ts;

/// NVVM's number of the global address space.
static constexpr unsigned globalSpace = 1;

/// The most bits, and the most registers, that one store of PTX moves.
static constexpr int64_t maxBits = 128, maxRegisters = 4;

static StringRef policyText(StorePolicy policy) {
  switch (policy) {
  case StorePolicy::Default:
    return "";
  case StorePolicy::Streaming:
    return ".cs";
  case StorePolicy::WriteThrough:
    return ".wt";
  case StorePolicy::NoAllocate:
    return ".L1::no_allocate";
  case StorePolicy::L2EvictFirst:
  case StorePolicy::L2EvictLast:
    return ".L2::cache_hint";
  }
  llvm_unreachable("unknown policy");
}

/// Opens a scope with the register `hint` that such a store takes. ptxas makes
/// one constant of all of them.
static std::string hintText(StorePolicy policy) {
  if (!isL2Policy(policy))
    return "";
  StringRef priority =
      policy == StorePolicy::L2EvictFirst ? "evict_first" : "evict_last";
  return ("{ .reg .b64 hint; createpolicy.fractional.L2::" + priority +
          ".b64 hint; ")
      .str();
}

/// Byte address of an element as i64: what varies first, the constant last.
static Value elementAddress(ImplicitLocOpBuilder &b, Value matrix,
                            ValueRange indices) {
  auto type = cast<MemRefType>(matrix.getType());
  int64_t bytes = type.getElementTypeBitWidth() / 8, constantPart = 0;
  auto metadata = memref::ExtractStridedMetadataOp::create(b, matrix);
  auto [strides, offset] = type.getStridesAndOffset();
  Value distance = metadata.getOffset();
  for (auto [dim, index] : llvm::enumerate(indices)) {
    std::optional<int64_t> constant = getConstantIntValue(index);
    if (constant && !ShapedType::isDynamic(strides[dim])) {
      constantPart += *constant * strides[dim] * bytes;
      continue;
    }
    Value part = arith::MulIOp::create(b, index, metadata.getStrides()[dim]);
    distance = arith::AddIOp::create(b, distance, part);
  }
  Value size = arith::ConstantIndexOp::create(b, bytes);
  Value start = memref::ExtractAlignedPointerAsIndexOp::create(b, matrix);
  Value address =
      arith::AddIOp::create(b, start, arith::MulIOp::create(b, distance, size));
  address = arith::IndexCastOp::create(b, b.getI64Type(), address);
  Value rest = arith::ConstantIntOp::create(b, constantPart, 64);
  return arith::AddIOp::create(b, address, rest);
}

namespace {

/// How the registers of a stored value are written in PTX.
struct Registers {
  StringRef type;       ///< of the instruction
  StringRef constraint; ///< of inline assembly
  Type element;         ///< one register
  int64_t count;
};

} // namespace

/// f32 and f64 as they are; 16-bit elements in pairs, as they lie in registers.
static Registers registersOf(Type value) {
  auto vector = dyn_cast<VectorType>(value);
  int64_t count = vector ? vector.getNumElements() : 1;
  Type element = getElementTypeOrSelf(value);
  Builder b(value.getContext());
  if (element.isF32())
    return {"f32", "f", element, count};
  if (element.isF64())
    return {"f64", "d", element, count};
  if (count == 1)
    return {"b16", "h", b.getI16Type(), 1};
  return {"b32", "r", b.getI32Type(), count / 2};
}

/// "st.global.cs.v4.f32 [$0], {$1,$2,$3,$4};", behind "@$5 " if predicated.
static std::string storeText(StorePolicy policy, const Registers &registers,
                             bool isPredicated) {
  std::string text = hintText(policy), end = text.empty() ? ";" : ", hint; }";
  if (isPredicated)
    text += "@$" + std::to_string(registers.count + 1) + " ";
  text += ("st.global" + policyText(policy)).str();
  if (registers.count == 1)
    return text + "." + registers.type.str() + " [$0], $1" + end;
  text += ".v" + std::to_string(registers.count) + "." + registers.type.str() +
          " [$0], {";
  for (int64_t i = 1; i <= registers.count; ++i)
    text += "$" + std::to_string(i) + (i == registers.count ? "}" : ",");
  return text + end;
}

/// The value in its registers.
static SmallVector<Value> intoRegisters(ImplicitLocOpBuilder &b, Value value,
                                        const Registers &registers) {
  Type type = value.getType();
  if (getElementTypeOrSelf(type) != registers.element) {
    Type cast = registers.element;
    if (isa<VectorType>(type))
      cast = VectorType::get({registers.count}, registers.element);
    value = LLVM::BitcastOp::create(b, cast, value);
  }
  if (!isa<VectorType>(value.getType()))
    return {value};
  SmallVector<Value> result;
  for (int64_t i = 0; i < registers.count; ++i)
    result.push_back(vector::ExtractOp::create(b, value, i));
  return result;
}

/// Why a policy or a predicate cannot be spelled for the store, or null. A
/// plain store needs no spelling: upstream's verifier knows what it accepts.
static const char *findFault(StoreOp op) {
  auto target = cast<MemRefType>(op.getTarget().getType());
  auto vector = dyn_cast<VectorType>(op.getValue().getType());
  SmallVector<int64_t> strides;
  int64_t offset;
  Type element = getElementTypeOrSelf(op.getValue());
  if (!isa<Float16Type, BFloat16Type, Float32Type, Float64Type>(element))
    return "the elements are not f16, bf16, f32 or f64";
  if (gpu::GPUDialect::hasWorkgroupMemoryAddressSpace(target))
    return "the target is in shared memory";
  if (failed(target.getStridesAndOffset(strides, offset)))
    return "the target has no strides";
  if (!vector)
    return nullptr;
  if (vector.getRank() != 1 || vector.isScalable())
    return "the vector does not have one fixed dimension";
  int64_t width = vector.getNumElements();
  if (!llvm::isPowerOf2_64(width) || registersOf(vector).count > maxRegisters ||
      width * vector.getElementTypeBitWidth() > maxBits)
    return "the vector has not a power of two of elements in at most 128 bits";
  if (width > 1 && (strides.empty() || strides.back() != 1))
    return "the vector's elements are not adjacent in the target";
  return nullptr;
}

namespace {

/// Stores with a policy or a predicate: inline PTX.
struct LowerPolicyStore : OpRewritePattern<StoreOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(StoreOp op,
                                PatternRewriter &rewriter) const override {
    if (op.getPolicy() == StorePolicy::Default && !op.getPredicate())
      return rewriter.notifyMatchFailure(op, "plain store");
    if (const char *fault = findFault(op))
      return rewriter.notifyMatchFailure(op, fault);
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Value address = elementAddress(b, op.getTarget(), op.getIndices());
    auto pointer = LLVM::LLVMPointerType::get(b.getContext(), globalSpace);
    Registers registers = registersOf(op.getValue().getType());
    SmallVector<Value> operands{LLVM::IntToPtrOp::create(b, pointer, address)};
    llvm::append_range(operands, intoRegisters(b, op.getValue(), registers));
    std::string constraints = "l";
    for (int64_t i = 0; i < registers.count; ++i)
      constraints += "," + registers.constraint.str();
    if (op.getPredicate()) {
      operands.push_back(op.getPredicate());
      constraints += ",b";
    }
    LLVM::InlineAsmOp::create(
        b, TypeRange(), operands,
        storeText(op.getPolicy(), registers, op.getPredicate() != nullptr),
        constraints,
        /*has_side_effects=*/true,
        /*is_align_stack=*/false, LLVM::TailCallKind::None,
        LLVM::AsmDialectAttr(),
        /*operand_attrs=*/ArrayAttr());
    rewriter.eraseOp(op);
    return success();
  }
};

/// Stores without either: upstream's, with the alignment that keeps them whole.
struct LowerPlainStore : OpRewritePattern<StoreOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(StoreOp op,
                                PatternRewriter &rewriter) const override {
    if (op.getPolicy() != StorePolicy::Default || op.getPredicate())
      return rewriter.notifyMatchFailure(op, "has a policy or a predicate");
    auto vector = dyn_cast<VectorType>(op.getValue().getType());
    if (!vector) {
      rewriter.replaceOpWithNewOp<memref::StoreOp>(
          op, op.getValue(), op.getTarget(), op.getIndices());
      return success();
    }
    int64_t bytes =
        vector.getNumElements() * vector.getElementTypeBitWidth() / 8;
    auto store = rewriter.replaceOpWithNewOp<vector::StoreOp>(
        op, op.getValue(), op.getTarget(), op.getIndices());
    store.setAlignment(bytes);
    return success();
  }
};

/// A fused multiply-add is one instruction; upstream's conversion would call
/// CUDA's device library for it, which not every machine has.
struct LowerFma : OpRewritePattern<math::FmaOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::FmaOp op,
                                PatternRewriter &rewriter) const override {
    Type element = getElementTypeOrSelf(op.getType());
    if (!element.isF32() && !element.isF64())
      return rewriter.notifyMatchFailure(op, "no fma of this type everywhere");
    rewriter.replaceOpWithNewOp<LLVM::FMAOp>(op, op.getType(), op.getA(),
                                             op.getB(), op.getC());
    return success();
  }
};

/// Says why an operation is still there.
void reportLeft(Operation *op) {
  InFlightDiagnostic error = op->emitOpError("cannot be lowered: ");
  if (auto store = dyn_cast<StoreOp>(op); store && store.getPredicate())
    error << "a predicate cannot be said of it, " << findFault(store);
  else if (store)
    error << "policy '" << stringifyStorePolicy(store.getPolicy())
          << "' cannot be said of it, " << findFault(store);
  else
    error << "an earlier step has to replace it";
}

struct LowerTS : ts::impl::LowerTSPassBase<LowerTS> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<LowerFma, LowerPolicyStore, LowerPlainStore>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
    WalkResult left = getOperation()->walk([](Operation *op) {
      if (!isa_and_nonnull<TSDialect>(op->getDialect()))
        return WalkResult::advance();
      reportLeft(op);
      return WalkResult::interrupt();
    });
    if (left.wasInterrupted())
      signalPassFailure();
  }
};

} // namespace
