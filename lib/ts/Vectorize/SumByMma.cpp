//===- SumByMma.cpp - A tile's product on the tensor cores ----------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Splits both operands into the pieces of the precision mode and adds up the
// products of pieces that the mode takes:
//
//   %a0, %a1 = ts.split bf16 %a            %b0, %b1 = ts.split bf16 %b
//   %small  = vector.contract %a0, %b1, 0
//   %cross  = vector.contract %a1, %b0, %small
//   %sum    = vector.contract %a0, %b0, %cross
//
// Tensor cores truncate what lies below the last place of the largest term, so
// the small products come first, while the sum is small. If K takes a loop, or
// if they have another scale, they keep an accumulator of their own, which is
// added last: after the first step of the loop they would meet a large sum. A
// schedule with sums = 2 gives the smaller half of all products one too, so
// that two shorter chains of instructions wait for themselves.
//
//===----------------------------------------------------------------------===//

#include "TileVectors.h"
#include "ts/IR/ScheduleLegality.h"
#include "ts/Numerics/Precision.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace ts;

namespace {

/// An operand in the pieces of the mode.
struct Pieces {
  SmallVector<Value, 3> parts;
  Value scale; ///< null unless scaled
};

class MmaSum {
public:
  MmaSum(MatmulOp op, MmaAttr mma, TileVectors &tile, ImplicitLocOpBuilder &b)
      : op(op), depth(mma.getDepth()),
        steps(llvm::divideCeil(op.getK(), depth)), tile(tile), b(b),
        mechanism(
            num::mechanismOf(num::Precision(unsigned(op.getPrecisionMode())))),
        apart(productsApart(mechanism, mma, op.getK())) {}

  Value build();

private:
  /// Sums of the leading and of the products apart (null without any).
  struct Sums {
    Value main, cross;
  };

  Sums zeros();
  Sums step(Value k, Sums sums);
  Sums loop();
  bool isScaled() const {
    return mechanism.format == num::PieceFormat::ScaledF16;
  }
  Pieces split(Value operand, unsigned along);
  Value combine(Sums sums);
  Value scaled(Value sum, Value scale);

  MatmulOp op;
  int64_t depth, steps;
  TileVectors &tile;
  ImplicitLocOpBuilder &b;
  num::Mechanism mechanism;
  size_t apart; ///< cross products, the smallest, with a sum of their own
  Value scaleOfA, scaleOfB;
};

} // namespace

static PieceKind kindOf(num::PieceFormat format) {
  switch (format) {
  case num::PieceFormat::Tf32:
    return PieceKind::Tf32;
  case num::PieceFormat::Bf16:
    return PieceKind::Bf16;
  case num::PieceFormat::ScaledF16:
    return PieceKind::ScaledF16;
  case num::PieceFormat::None:
    break;
  }
  llvm_unreachable("an operand that is not split has no kind of piece");
}

Pieces MmaSum::split(Value operand, unsigned along) {
  if (mechanism.format == num::PieceFormat::None)
    return {{operand}, nullptr};
  auto type = cast<VectorType>(operand.getType());
  PieceKind kind = kindOf(mechanism.format);
  Type element = kind == PieceKind::Tf32   ? Type(b.getF32Type())
                 : kind == PieceKind::Bf16 ? Type(b.getBF16Type())
                                           : Type(b.getF16Type());
  SmallVector<Type> results(mechanism.pieces,
                            VectorType::get(type.getShape(), element));
  IntegerAttr dimension;
  if (kind == PieceKind::ScaledF16) {
    SmallVector<int64_t> shape(type.getShape());
    shape[along] = 1;
    results.push_back(VectorType::get(shape, type.getElementType()));
    dimension = b.getI64IntegerAttr(along);
  }
  auto op = SplitOp::create(b, results, kind, operand, dimension);
  return {llvm::to_vector<3>(ValueRange(op.getParts())), op.getScale()};
}

MmaSum::Sums MmaSum::zeros() {
  Value zero = tile.splat(0);
  return {zero, apart == 0 ? Value() : zero};
}

/// The next part of both sums. Small products that are not apart begin the
/// leading one.
MmaSum::Sums MmaSum::step(Value k, Sums sums) {
  using Outside = TileVectors::Outside;
  Value a = tile.read(op.getA(), tile.zero, k, tile.rows, depth, Outside::Zero);
  Value rhs =
      tile.read(op.getB(), k, tile.zero, depth, tile.columns, Outside::Zero);
  Pieces ofA = split(a, /*along=*/1), ofB = split(rhs, /*along=*/0);
  scaleOfA = ofA.scale;
  scaleOfB = ofB.scale;
  for (auto [index, product] : llvm::enumerate(mechanism.cross)) {
    Value &sum = index < apart ? sums.cross : sums.main;
    sum = tile.contract(ofA.parts[product.a], ofB.parts[product.b], sum);
  }
  sums.main = tile.contract(ofA.parts[0], ofB.parts[0], sums.main);
  return sums;
}

MmaSum::Sums MmaSum::loop() {
  Value end = arith::ConstantIndexOp::create(b, steps * depth);
  Value stride = arith::ConstantIndexOp::create(b, depth);
  Sums start = zeros();
  SmallVector<Value> initial{start.main};
  if (start.cross)
    initial.push_back(start.cross);
  auto loop = scf::ForOp::create(b, tile.zero, end, stride, initial);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  auto args = loop.getRegionIterArgs();
  Sums next = step(loop.getInductionVar(),
                   {args[0], start.cross ? Value(args[1]) : Value()});
  SmallVector<Value> yielded{next.main};
  if (next.cross)
    yielded.push_back(next.cross);
  scf::YieldOp::create(b, yielded);
  return {loop.getResult(0), start.cross ? loop.getResult(1) : Value()};
}

/// Multiplies by the powers of two of rows or columns.
Value MmaSum::scaled(Value sum, Value scale) {
  if (!scale)
    return sum;
  Value everywhere = vector::BroadcastOp::create(b, sum.getType(), scale);
  return arith::MulFOp::create(b, sum, everywhere);
}

Value MmaSum::combine(Sums sums) {
  if (!sums.cross)
    return sums.main;
  // Not arith.addf: upstream folds that into the accumulator of a contraction,
  // where the small sum would be cut off.
  Value unit = tile.splat(isScaled() ? 1 / num::secondPieceScale : 1);
  Value sum = vector::FMAOp::create(b, sums.cross, unit, sums.main);
  // One after the other: their product alone could overflow.
  return scaled(scaled(sum, scaleOfA), scaleOfB);
}

Value MmaSum::build() {
  if (steps == 0)
    return tile.splat(0);
  return combine(steps > 1 ? loop() : step(tile.zero, zeros()));
}

Value ts::sumByMma(MatmulOp op, MmaAttr mma, TileVectors &tile,
                   ImplicitLocOpBuilder &b) {
  return MmaSum(op, mma, tile, b).build();
}
