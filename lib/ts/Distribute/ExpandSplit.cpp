//===- ExpandSplit.cpp - A lane's part of ts.split ------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Every piece is what the ones before it left, rounded to nearest: cvt.rna for
// tf32 (feeding f32 bits to the instruction would truncate), cvt.rn for bf16
// and f16, in pairs, for which there is one instruction (PTX ISA, "cvt").
//
// For scaled_f16 a lane takes the largest magnitude of its own elements along
// k, as integers (the order of the bits is that of the numbers), and exchanges
// it with the lanes that hold the rest. Dividing by the power of two is exact.
//
//===----------------------------------------------------------------------===//

#include "ExpandSplit.h"

#include "ts/Numerics/Precision.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace ts;

// Fields of an f32 (IEEE 754 binary32).
static constexpr int64_t magnitudeBits = 0x7fffffff;
static constexpr int64_t exponentBits = 0x7f800000;
/// Exponents that have a reciprocal power of two: 2^-126 to 2^126.
static constexpr int64_t smallestPower = 0x00800000;
static constexpr int64_t largestPower = 0x7e800000;
/// 2^x and 2^-x have bits that add up to this.
static constexpr int64_t reciprocalSum = 0x7f000000;

namespace {

class Splitter {
public:
  Splitter(ImplicitLocOpBuilder &b, SplitOp op, const Layout &layout)
      : b(b), op(op), layout(layout) {}

  SmallVector<Fragments> split(const Fragments &source);

private:
  SmallVector<Fragments> roundTf32(Fragments rest);
  SmallVector<Fragments> roundNarrow(Fragments rest, Type element,
                                     double nextScale);
  SmallVector<Fragments> scaleAndRound(const Fragments &source);
  Value largestAlong(const Fragments &source, const Layout &kept, int64_t reg);
  Value exchangeLargest(Value bits);
  Value constant(int64_t bits) {
    return arith::ConstantIntOp::create(b, bits, 32);
  }
  Value splat(Type type, double value) {
    auto vector = cast<VectorType>(type);
    auto attr = DenseElementsAttr::get(
        vector, b.getFloatAttr(vector.getElementType(), value));
    return arith::ConstantOp::create(b, attr);
  }

  ImplicitLocOpBuilder &b;
  SplitOp op;
  const Layout &layout;
};

} // namespace

SmallVector<Fragments> Splitter::split(const Fragments &source) {
  switch (op.getKind()) {
  case PieceKind::Tf32:
    return roundTf32(source);
  case PieceKind::Bf16:
    return roundNarrow(source, b.getBF16Type(), /*nextScale=*/1);
  case PieceKind::ScaledF16:
    return scaleAndRound(source);
  }
  llvm_unreachable("unknown kind of piece");
}

SmallVector<Fragments> Splitter::roundTf32(Fragments rest) {
  SmallVector<Fragments> pieces;
  for (size_t piece = 0; piece < op.getParts().size(); ++piece) {
    Fragments rounded;
    for (Value &fragment : rest) {
      auto type = cast<VectorType>(fragment.getType());
      SmallVector<Value> elements;
      for (int64_t i = 0; i < type.getNumElements(); ++i) {
        Value bits = NVVM::ConvertFloatToTF32Op::create(
            b, b.getI32Type(), vector::ExtractOp::create(b, fragment, i),
            NVVM::FPRoundingMode::RNA);
        elements.push_back(arith::BitcastOp::create(b, b.getF32Type(), bits));
      }
      rounded.push_back(vector::FromElementsOp::create(b, type, elements));
      fragment = arith::SubFOp::create(b, fragment, rounded.back());
    }
    pieces.push_back(rounded);
  }
  return pieces;
}

SmallVector<Fragments> Splitter::roundNarrow(Fragments rest, Type element,
                                             double nextScale) {
  int64_t width = fragmentWidth(layout, element);
  rest = withWidth(b, rest, width);
  auto narrow = VectorType::get({width}, element);
  SmallVector<Fragments> pieces;
  for (size_t piece = 0; piece < op.getParts().size(); ++piece) {
    Fragments rounded;
    for (Value &fragment : rest) {
      rounded.push_back(arith::TruncFOp::create(b, narrow, fragment));
      Value back = arith::ExtFOp::create(b, fragment.getType(), rounded.back());
      fragment = arith::SubFOp::create(b, fragment, back);
      if (nextScale != 1)
        fragment = arith::MulFOp::create(b, fragment,
                                         splat(fragment.getType(), nextScale));
    }
    pieces.push_back(rounded);
  }
  return pieces;
}

/// Bits of the largest magnitude among the lane's elements that share register
/// `reg` of the layout without k.
Value Splitter::largestAlong(const Fragments &source, const Layout &kept,
                             int64_t reg) {
  Layout::Coordinate place = kept.registerOffset(reg);
  Value largest;
  for (int64_t i = 0; i < layout.registerCount(); ++i) {
    Layout::Coordinate at = layout.registerOffset(i);
    at[*op.getAlong()] = 0;
    if (at != place)
      continue;
    Value bits =
        arith::BitcastOp::create(b, b.getI32Type(), elementOf(b, source, i));
    bits = arith::AndIOp::create(b, bits, constant(magnitudeBits));
    largest =
        largest ? arith::MaxUIOp::create(b, largest, bits).getResult() : bits;
  }
  return exchangeLargest(largest);
}

/// The same over all lanes that share the rest of the row or column.
Value Splitter::exchangeLargest(Value bits) {
  int64_t distance = 1;
  for (const Layout::Factor &factor : llvm::reverse(layout.factors())) {
    if (factor.source != Layout::Source::Lane)
      continue;
    bool alongK = factor.dim == unsigned(*op.getAlong());
    for (int64_t step = 1; step < factor.size; step *= 2) {
      if (!alongK)
        continue;
      Value other = gpu::ShuffleOp::create(b, bits, int32_t(distance * step),
                                           32, gpu::ShuffleMode::XOR)
                        .getShuffleResult();
      bits = arith::MaxUIOp::create(b, bits, other);
    }
    distance *= factor.size;
  }
  return bits;
}

SmallVector<Fragments> Splitter::scaleAndRound(const Fragments &source) {
  Layout kept = layout.projected(*op.getAlong());
  SmallVector<Value> powers, inverses;
  for (int64_t reg = 0; reg < kept.registerCount(); ++reg) {
    Value bits = largestAlong(source, kept, reg);
    bits = arith::AndIOp::create(b, bits, constant(exponentBits));
    bits = arith::MaxUIOp::create(b, bits, constant(smallestPower));
    bits = arith::MinUIOp::create(b, bits, constant(largestPower));
    Value inverse = arith::SubIOp::create(b, constant(reciprocalSum), bits);
    powers.push_back(arith::BitcastOp::create(b, b.getF32Type(), bits));
    inverses.push_back(arith::BitcastOp::create(b, b.getF32Type(), inverse));
  }
  SmallVector<Value> scaled;
  for (int64_t i = 0; i < layout.registerCount(); ++i) {
    Layout::Coordinate at = layout.registerOffset(i);
    at[*op.getAlong()] = 0;
    Value inverse = inverses[*kept.registerAt(at)];
    scaled.push_back(
        arith::MulFOp::create(b, elementOf(b, source, i), inverse));
  }
  Type half = b.getF16Type();
  SmallVector<Fragments> results =
      roundNarrow(packed(b, scaled, fragmentWidth(layout, half)), half,
                  num::secondPieceScale);
  results.push_back(packed(b, powers, fragmentWidth(kept, b.getF32Type())));
  return results;
}

SmallVector<Fragments> ts::expandSplit(ImplicitLocOpBuilder &b, SplitOp op,
                                       const Layout &layout,
                                       const Fragments &source) {
  return Splitter(b, op, layout).split(source);
}
