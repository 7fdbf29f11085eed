//===- ExpandMma.cpp - A warp-level product as mma.sync -------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
//   %c2 = vector.contract %a, %b, %c : vector<8x32xbf16>, vector<32x64xbf16>
//                                      into vector<8x64xf32>
// =>
//   %d = nvvm.mma.sync A[...] B[...] C[...] {m16n8k16}    // 2 steps of k, 4
//   ...                                                   // groups of columns
//
// MmaTile says which of a lane's elements are which registers of each
// instruction. nvvm rather than nvgpu: MLIR 22 does not lower nvgpu.mma.sync on
// bf16. What is built of a resident operand here does not change in the loops
// around it; loop invariant code motion takes it out.
//
//===----------------------------------------------------------------------===//

#include "ExpandMma.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace ts;

namespace {

/// How nvvm wants an instruction to be told.
struct MmaSpelling {
  SmallVector<int64_t, 3> shape;
  NVVM::MMATypes type;
};

class MmaExpander {
public:
  MmaExpander(ImplicitLocOpBuilder &b, MmaKind kind, Orientation orientation,
              const MmaTile &tile, const MmaOperands &operands);
  Fragments expand();

private:
  using Coordinates = SmallVector<Layout::Coordinate, 8>;

  void multiply(MmaTile::Instance at);
  SmallVector<Value> registersOf(const Fragments &fragments,
                                 const Layout &layout,
                                 ArrayRef<Layout::Coordinate> offsets);
  Value asRegister(const Fragments &fragments, ArrayRef<int64_t> elements);

  ImplicitLocOpBuilder &b;
  MmaKind kind;
  const MmaTile &tile;
  Layout layoutA, layoutB, layoutC;
  bool columns;
  Fragments a, rhs;
  SmallVector<Value> sums; ///< one scalar for each register of C
};

} // namespace

static MmaSpelling spellingOf(MmaKind kind) {
  switch (kind) {
  case MmaKind::Tf32:
    return {{16, 8, 8}, NVVM::MMATypes::tf32};
  case MmaKind::F16:
    return {{16, 8, 16}, NVVM::MMATypes::f16};
  case MmaKind::Bf16:
    return {{16, 8, 16}, NVVM::MMATypes::bf16};
  case MmaKind::F64:
    return {{8, 8, 4}, NVVM::MMATypes::f64};
  }
  llvm_unreachable("unknown instruction");
}

MmaExpander::MmaExpander(ImplicitLocOpBuilder &b, MmaKind kind,
                         Orientation orientation, const MmaTile &tile,
                         const MmaOperands &operands)
    : b(b), kind(kind), tile(tile), layoutA(tile.a()), layoutB(tile.b()),
      layoutC(tile.c()), columns(orientation == Orientation::Columns),
      a(operands.a), rhs(operands.b) {
  for (int64_t reg = 0; reg < layoutC.registerCount(); ++reg)
    sums.push_back(elementOf(b, operands.sum, reg));
}

/// Elements that share a register of the machine, in the type nvvm wants.
Value MmaExpander::asRegister(const Fragments &fragments,
                              ArrayRef<int64_t> elements) {
  if (kind == MmaKind::F64)
    return elementOf(b, fragments, elements.front());
  if (kind == MmaKind::Tf32)
    return arith::BitcastOp::create(b, b.getI32Type(),
                                    elementOf(b, fragments, elements.front()));
  Value pair = gather(b, fragments, elements);
  if (kind == MmaKind::F16)
    return pair;
  return LLVM::BitcastOp::create(b, b.getI32Type(), pair);
}

SmallVector<Value>
MmaExpander::registersOf(const Fragments &fragments, const Layout &layout,
                         ArrayRef<Layout::Coordinate> offsets) {
  int64_t packed = kind == MmaKind::F16 || kind == MmaKind::Bf16 ? 2 : 1;
  SmallVector<Value> result;
  for (; !offsets.empty(); offsets = offsets.drop_front(packed)) {
    SmallVector<int64_t, 2> elements;
    for (const Layout::Coordinate &offset : offsets.take_front(packed))
      elements.push_back(*layout.registerAt(offset));
    result.push_back(asRegister(fragments, elements));
  }
  return result;
}

void MmaExpander::multiply(MmaTile::Instance at) {
  Coordinates first, second;
  for (int64_t reg = 0; reg < tile.firstCount(); ++reg)
    first.push_back(tile.first(at, reg));
  for (int64_t reg = 0; reg < tile.secondCount(); ++reg)
    second.push_back(tile.second(at, reg));
  SmallVector<Value> lhs = columns ? registersOf(rhs, layoutB, first)
                                   : registersOf(a, layoutA, first);
  SmallVector<Value> other = columns ? registersOf(a, layoutA, second)
                                     : registersOf(rhs, layoutB, second);
  SmallVector<int64_t> places;
  SmallVector<Value> sum;
  SmallVector<Type> types;
  for (int64_t reg = 0; reg < tile.resultCount(); ++reg) {
    places.push_back(*layoutC.registerAt(tile.result(at, reg)));
    sum.push_back(sums[places.back()]);
    types.push_back(sum.back().getType());
  }
  MmaSpelling spelling = spellingOf(kind);
  Type result = LLVM::LLVMStructType::getLiteral(b.getContext(), types);
  using NVVM::MMALayout;
  Value all = NVVM::MmaOp::create(
      b, result, lhs, other, sum, spelling.shape, /*b1Op=*/std::nullopt,
      /*intOverflow=*/std::nullopt, std::array{spelling.type, spelling.type},
      std::array{MMALayout::row, MMALayout::col});
  for (auto [i, place] : llvm::enumerate(places))
    sums[place] = LLVM::ExtractValueOp::create(b, all, i);
}

Fragments MmaExpander::expand() {
  // k outside: neighbouring instructions then write different registers.
  for (int64_t step = 0; step < tile.steps(); ++step)
    for (int64_t row = 0; row < tile.rowTiles(); ++row)
      for (int64_t column = 0; column < tile.columnTiles(); ++column)
        multiply({row, column, step});
  return packed(b, sums, fragmentWidth(layoutC, sums.front().getType()));
}

Fragments ts::expandMma(ImplicitLocOpBuilder &b, MmaKind kind,
                        Orientation orientation, const MmaTile &tile,
                        const MmaOperands &operands) {
  return MmaExpander(b, kind, orientation, tile, operands).expand();
}
