//===- ExpandCopy.cpp - A thread's share of a copy ------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// ts.copy is dealt to the threads of its scope along the source's contiguous
// dimension, so that they read full lines, as cp.async of 4, 8 or 16 bytes.
// What lies outside the source is filled with zeros by the instruction itself.
//
//===----------------------------------------------------------------------===//

#include "ExpandCopy.h"

#include "Alignment.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

#include <numeric>

using namespace mlir;
using namespace ts;

/// Copies of so few rounds are unrolled: they stand in the steady loop.
static constexpr int64_t maxUnrolledRounds = 16;

/// Smallest cp.async (PTX ISA, "cp.async": 4, 8 or 16 bytes).
static constexpr int64_t minAsyncBytes = 4;

AllocOp ts::bufferOf(Value view) {
  while (auto op = view.getDefiningOp<ViewLikeOpInterface>())
    view = op.getViewSource();
  return view.getDefiningOp<AllocOp>();
}

namespace {

/// An element of a matrix, as nvgpu wants to be told of it.
struct Element {
  Value view;
  SmallVector<Value, 2> index;

  /// Exchanges the dimensions if that gives the last one unit stride.
  bool makeLastUnit(ImplicitLocOpBuilder &b) {
    auto strides = cast<MemRefType>(view.getType()).getStridesAndOffset().first;
    if (strides[1] == 1)
      return true;
    if (strides[0] != 1)
      return false;
    auto map =
        AffineMap::getPermutationMap(ArrayRef<unsigned>{1, 0}, b.getContext());
    view = memref::TransposeOp::create(b, view, AffineMapAttr::get(map));
    std::swap(index[0], index[1]);
    return true;
  }
};

class CopyExpander {
public:
  CopyExpander(OpBuilder &builder, CopyOp copy, Value thread, int64_t threads)
      : b(copy.getLoc(), builder), copy(copy), thread(thread), threads(threads),
        type(cast<MemRefType>(copy.getTarget().getType())),
        buffer(bufferOf(copy.getTarget())) {
    SmallVector<int64_t> strides = sourceStrides();
    inner = strides[0] == 1 && strides[1] != 1 ? 0 : 1;
    width = accessWidth();
  }

  void expand();

private:
  SmallVector<int64_t> sourceStrides() {
    return cast<MemRefType>(copy.getSource().getType())
        .getStridesAndOffset()
        .first;
  }
  int64_t accessWidth();
  void copyChunk(Value number);
  Value insideSource(ValueRange index);
  void copyAsync(const Element &source, const Element &target, Value inside);
  void copyPlain(const Element &source, const Element &target, Value inside);
  bool isReordered() {
    return buffer && (buffer.getSwap() != 0 || buffer.getSpread());
  }
  Value placeOf(Value column);
  Value constant(int64_t value) {
    return arith::ConstantIndexOp::create(b, value);
  }

  ImplicitLocOpBuilder b;
  CopyOp copy;
  Value thread;
  int64_t threads;
  MemRefType type;
  AllocOp buffer; ///< behind the target, or null
  unsigned inner; ///< the dimension threads run along
  int64_t width;  ///< elements of one access
};

} // namespace

/// The widest access both sides allow; one element where the target transposes
/// or swaps.
int64_t CopyExpander::accessWidth() {
  SmallVector<int64_t> from = sourceStrides();
  SmallVector<int64_t> to = type.getStridesAndOffset().first;
  auto source = cast<MemRefType>(copy.getSource().getType());
  if (isReordered() || from[inner] != 1 || to[inner] != 1 ||
      source.getShape() != type.getShape())
    return 1;
  int64_t alignment = std::gcd(knownElementAlignment(copy.getSource()),
                               knownElementAlignment(copy.getTarget()));
  alignment = std::gcd(alignment, from[1 - inner]);
  alignment = std::gcd(alignment, to[1 - inner]);
  alignment = std::gcd(alignment, type.getDimSize(inner));
  return std::gcd(alignment, 128 / type.getElementTypeBitWidth());
}

void CopyExpander::expand() {
  int64_t total = type.getNumElements() / width;
  int64_t whole = total / threads, rest = total % threads;
  auto number = [&](int64_t round) -> Value {
    return arith::AddIOp::create(b, thread, constant(round * threads));
  };
  if (whole + (rest != 0) > maxUnrolledRounds) {
    auto loop =
        scf::ForOp::create(b, thread, constant(total), constant(threads));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    copyChunk(loop.getInductionVar());
    return;
  }
  for (int64_t round = 0; round < whole; ++round)
    copyChunk(number(round));
  if (rest == 0)
    return;
  Value last = number(whole);
  Value exists = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, last,
                                       constant(total));
  auto guard = scf::IfOp::create(b, exists);
  b.setInsertionPointToStart(guard.thenBlock());
  copyChunk(last);
}

void CopyExpander::copyChunk(Value number) {
  Value perLine = constant(type.getDimSize(inner) / width);
  SmallVector<Value, 2> from(2);
  Value along = arith::RemUIOp::create(b, number, perLine);
  from[1 - inner] = arith::DivUIOp::create(b, number, perLine);
  from[inner] = arith::MulIOp::create(b, along, constant(width));

  SmallVector<Value, 2> to = from;
  if (isReordered())
    to[1] = placeOf(to[1]);
  Element source{copy.getSource(), from}, target{copy.getTarget(), to};
  Value inside = insideSource(from);
  int64_t bytes = width * type.getElementTypeBitWidth() / 8;
  if (bytes >= minAsyncBytes && source.makeLastUnit(b) &&
      target.makeLastUnit(b))
    copyAsync(source, target, inside);
  else
    copyPlain(source, target, inside);
}

/// Where a buffer with an order of its own keeps a column (ts.alloc).
Value CopyExpander::placeOf(Value column) {
  if (buffer.getSwap() != 0)
    return arith::XOrIOp::create(b, column, constant(buffer.getSwap()));
  Value lanes = constant((*buffer.getSpread())[0]);
  Value vector = constant((*buffer.getSpread())[1]);
  Value run = arith::DivUIOp::create(b, column, lanes);
  Value lane = arith::RemUIOp::create(b, column, lanes);
  Value group = arith::DivUIOp::create(b, run, vector);
  // group * lanes * vector + lane * vector + run % vector
  Value place =
      arith::AddIOp::create(b, arith::MulIOp::create(b, group, lanes), lane);
  return arith::AddIOp::create(b, arith::MulIOp::create(b, place, vector),
                               arith::RemUIOp::create(b, run, vector));
}

/// True where the target's element exists in the source; null if all do.
Value CopyExpander::insideSource(ValueRange index) {
  auto source = cast<MemRefType>(copy.getSource().getType());
  Value inside;
  for (unsigned dim = 0; dim < 2; ++dim) {
    if (source.getDimSize(dim) == type.getDimSize(dim))
      continue;
    Value extent = b.createOrFold<memref::DimOp>(copy.getSource(), dim);
    Value fits =
        arith::CmpIOp::create(b, arith::CmpIPredicate::ult, index[dim], extent);
    inside = inside ? arith::AndIOp::create(b, inside, fits).getResult() : fits;
  }
  return inside;
}

void CopyExpander::copyAsync(const Element &source, const Element &target,
                             Value inside) {
  Value count;
  if (inside)
    count = arith::SelectOp::create(b, inside, constant(width), constant(0));
  nvgpu::DeviceAsyncCopyOp::create(
      b, nvgpu::DeviceAsyncTokenType::get(b.getContext()), target.view,
      target.index, source.view, source.index, b.getIndexAttr(width), count,
      /*bypassL1=*/nullptr);
}

/// For strides in both dimensions, which nvgpu's copy does not take, and for
/// single 16-bit elements.
void CopyExpander::copyPlain(const Element &source, const Element &target,
                             Value inside) {
  Value value;
  if (!inside) {
    value = memref::LoadOp::create(b, source.view, source.index);
  } else {
    auto load = [&](OpBuilder &builder, Location loc) {
      scf::YieldOp::create(
          builder, loc,
          memref::LoadOp::create(builder, loc, source.view, source.index)
              .getResult());
    };
    auto zero = [&](OpBuilder &builder, Location loc) {
      auto attr = builder.getZeroAttr(type.getElementType());
      scf::YieldOp::create(
          builder, loc,
          arith::ConstantOp::create(builder, loc, attr).getResult());
    };
    value = scf::IfOp::create(b, inside, load, zero).getResult(0);
  }
  memref::StoreOp::create(b, value, target.view, target.index);
}

void ts::expandCopy(RewriterBase &rewriter, CopyOp copy, Value thread,
                    int64_t threads) {
  rewriter.setInsertionPoint(copy);
  CopyExpander(rewriter, copy, thread, threads).expand();
  rewriter.eraseOp(copy);
}
