//===- LaneAccess.cpp - A lane's share of a memory access -----------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The elements a lane owns are gathered into the widest chunks of neighbours
// that one instruction can access. The lane's first element is computed once,
// as a view; everything after it is a constant away, so that it folds into the
// instruction's immediate offset.
//
//===----------------------------------------------------------------------===//

#include "LaneAccess.h"

#include "Alignment.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/DenseMap.h"

#include <map>
#include <numeric>

using namespace mlir;
using namespace ts;

static MemRefType typeOf(Value view) {
  return cast<MemRefType>(view.getType());
}

static SmallVector<int64_t> stridesOf(Value view) {
  return typeOf(view).getStridesAndOffset().first;
}

static Value constant(ImplicitLocOpBuilder &b, int64_t value) {
  return arith::ConstantIndexOp::create(b, value);
}

int64_t ts::rowAccessWidth(Value view) {
  int64_t width = maxLaneBits / typeOf(view).getElementTypeBitWidth();
  SmallVector<int64_t> strides = stridesOf(view);
  if (strides[1] != 1 || ShapedType::isDynamic(strides[0]))
    return 1;
  return std::gcd(width, std::gcd(knownElementAlignment(view), strides[0]));
}

//===----------------------------------------------------------------------===//
// Chunks
//===----------------------------------------------------------------------===//

/// True if `width` elements from `offset` along `dim` are contiguous in memory
/// and their address is aligned to all of them.
bool LaneAccess::isWide(const TileAccess &access, unsigned dim,
                        const Layout::Coordinate &offset, int64_t width) {
  SmallVector<int64_t> strides = stridesOf(access.view);
  if (strides[dim] != 1)
    return false;
  int64_t alignment = knownElementAlignment(access.view), constantPart = 0;
  for (unsigned d = 0; d < 2; ++d) {
    if (ShapedType::isDynamic(strides[d]))
      return false;
    int64_t divisor = knownDivisor(access.index[d]);
    for (const Layout::Factor &factor : layout.factors())
      if (factor.source == Layout::Source::Lane && factor.dim == d)
        divisor = std::gcd(divisor, factor.stride);
    alignment = std::gcd(alignment, divisor * strides[d]);
    constantPart += offset[d] * strides[d];
  }
  return std::gcd(alignment, constantPart) % width == 0;
}

SmallVector<LaneAccess::Chunk> LaneAccess::chunksOf(const TileAccess &access) {
  std::map<std::pair<int64_t, int64_t>, int64_t> registerAt;
  for (int64_t reg = 0; reg < layout.registerCount(); ++reg) {
    Layout::Coordinate at = layout.registerOffset(reg);
    registerAt[{at[0], at[1]}] = reg;
  }
  int64_t widest = maxLaneBits / typeOf(access.view).getElementTypeBitWidth();
  SmallVector<Chunk> chunks;
  SmallVector<bool> taken(layout.registerCount(), false);
  auto collect = [&](Layout::Coordinate offset, unsigned dim, int64_t width) {
    Chunk chunk{offset, dim, {}};
    for (int64_t i = 0; i < width; ++i, ++offset[dim]) {
      auto found = registerAt.find({offset[0], offset[1]});
      if (found == registerAt.end() || taken[found->second])
        return false;
      chunk.registers.push_back(found->second);
    }
    for (int64_t reg : chunk.registers)
      taken[reg] = true;
    chunks.push_back(chunk);
    return true;
  };
  for (int64_t reg = 0; reg < layout.registerCount(); ++reg) {
    if (taken[reg])
      continue;
    Layout::Coordinate offset = layout.registerOffset(reg);
    bool done = false;
    for (int64_t width = widest; width > 1 && !done; width /= 2)
      for (unsigned dim : {1, 0})
        if (!done && isWide(access, dim, offset, width))
          done = collect(offset, dim, width);
    if (!done)
      collect(offset, /*dim=*/1, 1);
  }
  return chunks;
}

//===----------------------------------------------------------------------===//
// Indices
//===----------------------------------------------------------------------===//

/// The lane's share of the coordinate along `dim`.
Value LaneAccess::laneIndex(unsigned dim) {
  Value sum;
  int64_t divisor = 1;
  for (const Layout::Factor &factor : llvm::reverse(layout.factors())) {
    if (factor.source != Layout::Source::Lane)
      continue;
    if (factor.dim == dim && factor.stride != 0 && factor.size != 1) {
      Value digit = lane;
      if (divisor != 1)
        digit = arith::DivUIOp::create(b, digit, constant(b, divisor));
      if (divisor * factor.size != layout.laneCount())
        digit = arith::RemUIOp::create(b, digit, constant(b, factor.size));
      Value part = arith::MulIOp::create(b, digit, constant(b, factor.stride));
      sum = sum ? arith::AddIOp::create(b, sum, part).getResult() : part;
    }
    divisor *= factor.size;
  }
  return sum ? sum : constant(b, 0);
}

/// The view from the lane's first element on. Its extents say nothing: the
/// accesses go where the layout says.
Value LaneAccess::laneView(const TileAccess &access) {
  SmallVector<OpFoldResult> offsets, sizes;
  for (unsigned dim = 0; dim < 2; ++dim) {
    offsets.push_back(laneIndex(dim));
    int64_t size = typeOf(access.view).getDimSize(dim);
    sizes.push_back(ShapedType::isDynamic(size)
                        ? OpFoldResult(extent(access, dim))
                        : b.getIndexAttr(size));
  }
  SmallVector<OpFoldResult> strides(2, b.getIndexAttr(1));
  // Created with dynamic offsets, so that the verifier does not compare them
  // with the extents.
  return memref::SubViewOp::create(b, access.view, offsets, sizes, strides);
}

/// One element, anywhere in the tile, from where the buffer keeps it: of two
/// neighbouring columns the other one, if it swaps pairs.
Value LaneAccess::readElement(const TileAccess &access,
                              SmallVector<Value, 2> indices) {
  if (access.swap != 0)
    indices[1] = arith::XOrIOp::create(b, indices[1], constant(b, access.swap));
  return memref::LoadOp::create(b, access.view, indices);
}

Value LaneAccess::extent(const TileAccess &access, unsigned dim) {
  return b.createOrFold<memref::DimOp>(access.view, dim);
}

SmallVector<Value> LaneAccess::indicesOf(const TileAccess &access,
                                         const Layout::Coordinate &offset) {
  SmallVector<Value> indices;
  for (unsigned dim = 0; dim < 2; ++dim)
    indices.push_back(b.createOrFold<arith::AddIOp>(access.index[dim],
                                                    constant(b, offset[dim])));
  return indices;
}

//===----------------------------------------------------------------------===//
// Reads
//===----------------------------------------------------------------------===//

Value LaneAccess::readChunk(const TileAccess &access, Value base,
                            const Chunk &chunk) {
  int64_t width = chunk.registers.size();
  SmallVector<Value> indices = indicesOf(access, chunk.offset);
  Type element = typeOf(base).getElementType();
  auto type = VectorType::get({width}, element);
  if (width == 1 && access.swap != 0) {
    for (unsigned dim : {0, 1})
      indices[dim] = arith::AddIOp::create(b, indices[dim], laneIndex(dim));
    return vector::BroadcastOp::create(
        b, type, readElement(access, {indices[0], indices[1]}));
  }
  if (width == 1)
    return vector::BroadcastOp::create(
        b, type, memref::LoadOp::create(b, base, indices));
  if (chunk.dim == 0) {
    auto swapped =
        AffineMap::getPermutationMap(ArrayRef<unsigned>{1, 0}, b.getContext());
    base = memref::TransposeOp::create(b, base, AffineMapAttr::get(swapped));
    std::swap(indices[0], indices[1]);
  }
  auto load = vector::LoadOp::create(b, type, base, indices);
  load.setAlignment(width * type.getElementTypeBitWidth() / 8);
  return load;
}

Fragments LaneAccess::read(const TileAccess &access) {
  Type element = typeOf(access.view).getElementType();
  if (llvm::all_of(access.inBounds, [](bool in) { return in; }))
    return assemble(access);
  SmallVector<Value> elements(layout.registerCount());
  readClamped(access, elements);
  return packed(b, elements, fragmentWidth(layout, element));
}

/// Reads in chunks. Those that hold whole fragments are taken apart as vectors,
/// the others by element.
Fragments LaneAccess::assemble(const TileAccess &access) {
  Type element = typeOf(access.view).getElementType();
  int64_t width = fragmentWidth(layout, element);
  Fragments fragments(layout.registerCount() / width);
  SmallVector<Value> elements(layout.registerCount());
  Value base = laneView(access);
  for (const Chunk &chunk : chunksOf(access)) {
    Value loaded = readChunk(access, base, chunk);
    int64_t size = chunk.registers.size(), first = chunk.registers[0];
    bool isRun = chunk.registers.back() - first == size - 1;
    if (isRun && size % width == 0 && first % width == 0 && access.swap == 0) {
      Fragments parts = withWidth(b, {loaded}, width);
      llvm::copy(parts, fragments.begin() + first / width);
      continue;
    }
    for (auto [i, reg] : llvm::enumerate(chunk.registers)) {
      // Word i of the chunk holds column i ^ 1 where the buffer swaps pairs.
      int64_t word = size > 1 && chunk.dim == 1 ? int64_t(i) ^ access.swap : i;
      elements[reg] = vector::ExtractOp::create(b, loaded, word);
    }
  }
  for (auto [i, fragment] : llvm::enumerate(fragments))
    if (!fragment)
      fragment =
          packed(b, ArrayRef<Value>(elements).slice(i * width, width), width)
              .front();
  return fragments;
}

void LaneAccess::readClamped(const TileAccess &access,
                             MutableArrayRef<Value> elements) {
  SmallVector<Value, 2> last, start;
  Value zero;
  if (access.zeroOutside)
    zero = arith::ConstantOp::create(
        b, b.getZeroAttr(typeOf(access.view).getElementType()));
  for (unsigned dim = 0; dim < 2; ++dim) {
    last.push_back(
        arith::SubIOp::create(b, extent(access, dim), constant(b, 1)));
    start.push_back(
        arith::AddIOp::create(b, access.index[dim], laneIndex(dim)));
  }
  for (auto [reg, element] : llvm::enumerate(elements)) {
    SmallVector<Value, 2> indices;
    Value inside;
    for (auto [dim, offset] : llvm::enumerate(layout.registerOffset(reg))) {
      Value index =
          b.createOrFold<arith::AddIOp>(start[dim], constant(b, offset));
      if (!access.inBounds[dim]) {
        Value fits = arith::CmpIOp::create(b, arith::CmpIPredicate::ule, index,
                                           last[dim]);
        inside =
            inside ? arith::AndIOp::create(b, inside, fits).getResult() : fits;
        index = arith::MinUIOp::create(b, index, last[dim]);
      }
      indices.push_back(index);
    }
    element = readElement(access, indices);
    if (access.zeroOutside)
      element = arith::SelectOp::create(b, inside, element, zero);
  }
}

//===----------------------------------------------------------------------===//
// Writes
//===----------------------------------------------------------------------===//

std::optional<LineWindow> LaneAccess::windowOf(const TileAccess &access) {
  if (!access.window)
    return std::nullopt;
  return LineWindow(b, access.window, layout,
                    arith::AddIOp::create(b, access.index[0], laneIndex(0)),
                    arith::AddIOp::create(b, access.index[1], laneIndex(1)));
}

void LaneAccess::write(const TileAccess &access, const Fragments &fragments,
                       StorePolicy policy) {
  if (!llvm::all_of(access.inBounds, [](bool in) { return in; })) {
    SmallVector<Value> elements;
    for (int64_t reg = 0; reg < layout.registerCount(); ++reg)
      elements.push_back(elementOf(b, fragments, reg));
    return writeGuarded(access, elements, policy);
  }
  Value base = laneView(access);
  std::optional<LineWindow> window = windowOf(access);
  for (const Chunk &chunk : chunksOf(access)) {
    int64_t size = chunk.registers.size();
    SmallVector<Value> indices = indicesOf(access, chunk.offset);
    Value kept = window ? window->keeps(chunk.offset) : Value();
    Value value = size == 1 ? elementOf(b, fragments, chunk.registers.front())
                            : gather(b, fragments, chunk.registers);
    Value target = base;
    if (size > 1 && chunk.dim == 0) {
      auto swapped = AffineMap::getPermutationMap(ArrayRef<unsigned>{1, 0},
                                                  b.getContext());
      target =
          memref::TransposeOp::create(b, base, AffineMapAttr::get(swapped));
      std::swap(indices[0], indices[1]);
    }
    StoreOp::create(b, value, target, indices, policy, kept);
  }
}

/// Predicates instead of branches: those keep the arithmetic in one piece,
/// which LLVM would else sink behind them, element by element.
void LaneAccess::writeGuarded(const TileAccess &access,
                              ArrayRef<Value> elements, StorePolicy policy) {
  SmallVector<Value, 2> start;
  for (unsigned dim = 0; dim < 2; ++dim)
    start.push_back(
        arith::AddIOp::create(b, access.index[dim], laneIndex(dim)));
  std::map<std::pair<unsigned, int64_t>, Value> known;
  auto fits = [&](unsigned dim, int64_t offset) {
    Value &result = known[{dim, offset}];
    if (!result)
      result = arith::CmpIOp::create(
          b, arith::CmpIPredicate::ult,
          b.createOrFold<arith::AddIOp>(start[dim], constant(b, offset)),
          extent(access, dim));
    return result;
  };
  Value base = laneView(access);
  std::optional<LineWindow> window = windowOf(access);
  for (auto [reg, element] : llvm::enumerate(elements)) {
    Layout::Coordinate place = layout.registerOffset(reg);
    Value inside =
        arith::AndIOp::create(b, fits(0, place[0]), fits(1, place[1]));
    if (Value kept = window ? window->keeps(place) : Value())
      inside = arith::AndIOp::create(b, inside, kept);
    StoreOp::create(b, element, base, indicesOf(access, place), policy, inside);
  }
}
