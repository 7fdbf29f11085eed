//===- BufferPlan.cpp - The buffers a schedule asks for -------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ts/IR/BufferPlan.h"

#include "ts/Layout/Banks.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "llvm/ADT/STLExtras.h"

#include <numeric>

using namespace mlir;
using namespace ts;

/// Bytes that one lane accesses at most with one instruction (PTX ISA, "ld").
static constexpr int64_t maxAccessBytes = 16;

/// Elements added to the columns of a ring stored by columns: keeps 128-bit
/// reads aligned and spreads the transposing writes over more banks (without:
/// the headline 1.8 % slower on an H200).
static constexpr int64_t columnPadding = 4;

static int64_t bytesOf(Type type) { return type.getIntOrFloatBitWidth() / 8; }

BufferShape BufferShape::of(MemRefType type) {
  auto [strides, offset] = type.getStridesAndOffset();
  BufferShape shape;
  shape.sizes.assign(type.getShape().begin(), type.getShape().end());
  shape.strides.assign(strides.begin(), strides.end());
  shape.element = type.getElementType();
  return shape;
}

int64_t BufferShape::span() const {
  int64_t span = 1;
  for (auto [size, stride] : llvm::zip_equal(sizes, strides))
    span += (size - 1) * stride;
  // A whole number of the outermost stride, so that padding counts.
  return std::max(span, sizes.front() * strides.front());
}

int64_t BufferShape::bytes() const {
  return exists() ? span() * bytesOf(element) : 0;
}

MemRefType BufferShape::type() const {
  MLIRContext *context = element.getContext();
  auto space =
      gpu::AddressSpaceAttr::get(context, gpu::AddressSpace::Workgroup);
  SmallVector<int64_t> dense(sizes.size(), 1);
  for (int64_t dim = int64_t(sizes.size()) - 2; dim >= 0; --dim)
    dense[dim] = dense[dim + 1] * sizes[dim + 1];
  MemRefLayoutAttrInterface layout;
  if (ArrayRef(dense) != ArrayRef(strides))
    layout = StridedLayoutAttr::get(context, /*offset=*/0, strides);
  return MemRefType::get(sizes, element, layout, space);
}

BufferPlan::BufferPlan(ScheduleAttr schedule, int64_t k, Type element,
                       Type result)
    : schedule(schedule), k(schedule.getPaddedDepth(k)), element(element),
      result(result) {}

BufferShape BufferPlan::a() const {
  Home home = schedule.getA().getHome();
  bool isWarps = home == Home::WarpShared;
  bool isRing = (home == Home::Shared || isWarps) && k != 0;
  if (!isRing || schedule.getA().getPieces())
    return {};
  int64_t rows = isWarps ? schedule.getTile()[0] : schedule.getA().getRows();
  int64_t padding = schedule.getA().getDense() ? 0 : columnPadding;
  int64_t rowStride = 1, kStride = rows + padding, slot = k * kStride;
  if (schedule.getMma()) {
    rowStride = rowPitch(element);
    kStride = 1;
    slot = rows * rowStride;
  }
  int64_t depth = schedule.getA().getDepth();
  BufferShape ring{{depth, rows, k}, {slot, rowStride, kStride}, element};
  if (isWarps) {
    ring.sizes.insert(ring.sizes.begin(), schedule.getWarpCount());
    ring.strides.insert(ring.strides.begin(), depth * slot);
  }
  return ring;
}

/// Distance of rows of A that lanes read as mma.sync wants them.
int64_t BufferPlan::rowPitch(Type type) const {
  Layout owners = schedule.getMmaTile().a();
  int64_t width =
      std::gcd(owners.fragmentWidth(), maxAccessBytes / bytesOf(type));
  return bestPitch(owners, k, width, bytesOf(type));
}

BufferShape BufferPlan::pieceOfA(Type piece) const {
  if (!schedule.getA().getPieces() || k == 0)
    return {};
  int64_t rows = schedule.getA().getRows(), pitch = rowPitch(piece);
  return {{pieceSlots, rows, k}, {rows * pitch, pitch, 1}, piece};
}

BufferShape BufferPlan::scaleOfA() const {
  if (!schedule.getA().getPieces() || k == 0)
    return {};
  int64_t rows = schedule.getA().getRows();
  return {{pieceSlots, rows, 1}, {rows, 1, 1}, element};
}

BufferShape BufferPlan::b() const {
  if (schedule.getB().getHome() != Home::Shared || k == 0)
    return {};
  int64_t columns = schedule.getBlocks().getColumns();
  return {{k, columns}, {columns, 1}, element};
}

BufferShape BufferPlan::c() const {
  if (schedule.getStore().getPath() != StorePath::Staged)
    return {};
  int64_t rows = schedule.getTile()[0], columns = schedule.getTile()[1];
  FmaAttr fma = schedule.getFma();
  Layout owners =
      fma ? fma.getLayout({rows, columns}) : schedule.getMmaTile().c();
  int64_t width =
      std::gcd(owners.fragmentWidth(), maxAccessBytes / bytesOf(result));
  int64_t pitch = bestPitch(owners, columns, width, bytesOf(result));
  return {{schedule.getWarpCount(), rows, columns},
          {rows * pitch, pitch, 1},
          result};
}
