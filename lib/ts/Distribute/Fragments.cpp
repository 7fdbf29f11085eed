//===- Fragments.cpp - A lane's registers of a warp-level value -----------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Fragments.h"

#include "LaneAccess.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <numeric>

using namespace mlir;
using namespace ts;

static VectorType vectorOf(Value fragment) {
  return cast<VectorType>(fragment.getType());
}

int64_t ts::fragmentWidth(const Layout &layout, Type element) {
  int64_t bits = element.getIntOrFloatBitWidth();
  int64_t most = bits < 32 ? 32 / bits : maxLaneBits / bits;
  return std::gcd(layout.fragmentWidth(), most);
}

Value ts::elementOf(ImplicitLocOpBuilder &b, const Fragments &fragments,
                    int64_t reg) {
  int64_t width = vectorOf(fragments.front()).getNumElements();
  return vector::ExtractOp::create(b, fragments[reg / width], reg % width);
}

/// True if the registers follow each other inside of one fragment.
static bool areTogether(ArrayRef<int64_t> registers, int64_t width) {
  for (auto [i, reg] : llvm::enumerate(registers))
    if (reg != registers.front() + int64_t(i))
      return false;
  return registers.front() / width == registers.back() / width;
}

Value ts::gather(ImplicitLocOpBuilder &b, const Fragments &fragments,
                 ArrayRef<int64_t> registers) {
  int64_t width = vectorOf(fragments.front()).getNumElements();
  int64_t count = registers.size();
  if (count > 1 && areTogether(registers, width)) {
    Value fragment = fragments[registers.front() / width];
    if (count == width)
      return fragment;
    SmallVector<int64_t> mask;
    for (int64_t reg : registers)
      mask.push_back(reg % width);
    return vector::ShuffleOp::create(b, fragment, fragment, mask);
  }
  SmallVector<Value> elements;
  for (int64_t reg : registers)
    elements.push_back(elementOf(b, fragments, reg));
  return packed(b, elements, count).front();
}

Fragments ts::packed(ImplicitLocOpBuilder &b, ArrayRef<Value> elements,
                     int64_t width) {
  auto type = VectorType::get({width}, elements.front().getType());
  Fragments result;
  for (; !elements.empty(); elements = elements.drop_front(width))
    result.push_back(
        vector::FromElementsOp::create(b, type, elements.take_front(width)));
  return result;
}

Fragments ts::withWidth(ImplicitLocOpBuilder &b, const Fragments &fragments,
                        int64_t width) {
  int64_t present = vectorOf(fragments.front()).getNumElements();
  if (present == width)
    return fragments;
  Fragments result;
  int64_t total = present * fragments.size();
  for (int64_t first = 0; first < total; first += width) {
    SmallVector<int64_t> registers(width);
    std::iota(registers.begin(), registers.end(), first);
    result.push_back(gather(b, fragments, registers));
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Between lanes
//===----------------------------------------------------------------------===//

namespace {

/// Where every lane finds one of its elements.
struct Sources {
  SmallVector<int64_t, 32> lanes;
  int64_t reg;
};

} // namespace

/// The first lane and register that own a coordinate.
static std::optional<std::pair<int64_t, int64_t>>
findOwner(const Layout &layout, const Layout::Coordinate &at) {
  for (int64_t lane = 0; lane < layout.laneCount(); ++lane)
    for (int64_t reg = 0; reg < layout.registerCount(); ++reg)
      if (layout.coordinate(lane, reg) == at)
        return std::make_pair(lane, reg);
  return std::nullopt;
}

/// Empty if the lanes would have to read different registers.
static std::optional<Sources> findSources(const Layout &from, const Layout &to,
                                          int64_t reg) {
  Sources sources;
  for (int64_t lane = 0; lane < to.laneCount(); ++lane) {
    auto owner = findOwner(from, to.coordinate(lane, reg));
    if (!owner || (lane > 0 && owner->second != sources.reg))
      return std::nullopt;
    sources.lanes.push_back(owner->first);
    sources.reg = owner->second;
  }
  return sources;
}

/// The source lane as an expression of the lane, which must be a sum of what
/// its bits contribute.
static Value sourceLane(ImplicitLocOpBuilder &b, ArrayRef<int64_t> lanes,
                        Value lane) {
  Type i32 = b.getI32Type();
  Value number = arith::IndexCastOp::create(b, i32, lane);
  Value sum = arith::ConstantIntOp::create(b, lanes[0], 32);
  auto contribution = [&](int64_t bit) { return lanes[bit] - lanes[0]; };
  for (size_t i = 0; i < lanes.size(); ++i) {
    int64_t expected = lanes[0];
    for (size_t bit = 1; bit < lanes.size(); bit *= 2)
      if (i & bit)
        expected += contribution(bit);
    if (expected != lanes[i])
      return nullptr;
  }
  for (size_t bit = 1; bit < lanes.size(); bit *= 2) {
    if (contribution(bit) == 0)
      continue;
    if (contribution(bit) % int64_t(bit) != 0)
      return nullptr;
    Value mask = arith::ConstantIntOp::create(b, bit, 32);
    Value factor =
        arith::ConstantIntOp::create(b, contribution(bit) / int64_t(bit), 32);
    Value part = arith::AndIOp::create(b, number, mask);
    part = arith::MulIOp::create(b, part, factor);
    sum = arith::AddIOp::create(b, sum, part);
  }
  return sum;
}

std::optional<Fragments> ts::moved(ImplicitLocOpBuilder &b,
                                   const Fragments &fragments,
                                   const Layout &from, const Layout &to,
                                   Value lane) {
  if (from == to)
    return fragments;
  SmallVector<Value> elements;
  Value warpSize = arith::ConstantIntOp::create(b, 32, 32);
  for (int64_t reg = 0; reg < to.registerCount(); ++reg) {
    std::optional<Sources> sources = findSources(from, to, reg);
    Value source = sources ? sourceLane(b, sources->lanes, lane) : Value();
    if (!source)
      return std::nullopt;
    Value element = elementOf(b, fragments, sources->reg);
    elements.push_back(gpu::ShuffleOp::create(b, element, source, warpSize,
                                              gpu::ShuffleMode::IDX)
                           .getShuffleResult());
  }
  Type element = vectorOf(fragments.front()).getElementType();
  return packed(b, elements, fragmentWidth(to, element));
}
