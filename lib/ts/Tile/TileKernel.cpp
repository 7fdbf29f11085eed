//===- TileKernel.cpp - Form the kernel: who computes which part of C -----===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A scheduled ts.matmul becomes a gpu.launch in which each warp walks over its
// tiles of C. After this step blocks and warps have names, every tile is a
// view, and each tile's product is still one readable ts.matmul.
//
//   ts.matmul {schedule = #s} ins(%a, %b : ...) outs(%c : ...)
// =>
//   gpu.launch blocks(...) threads(...) {
//     scf.for %slice = ... {                       // columns of C, B changes
//       %bs = ts.home (subview %b[0, slice]) <home = shared>
//       scf.for %tile = first + warp to last step warps {   // rows, A changes
//         %at = ts.home (subview %a[row, 0]) <home = warp_shared>
//         ts.matmul ins(%at, subview %bs) outs(subview %c[row, column])
//   }}} {ts.schedule = #s}
//
// At the rim of C a second ts.matmul on clipped views stands in the else branch
// of `scf.if inside`; extents that the tiles divide get no such branch.
//
//===----------------------------------------------------------------------===//

#include "TileRanges.h"
#include "ts/IR/ScheduleLegality.h"
#include "ts/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace ts {
#define GEN_PASS_DEF_TILEKERNELPASS
#include "ts/Passes.h.inc"
} // namespace ts

using namespace mlir;
using namespace ts;

namespace {

/// Builds the kernel of one product.
class KernelBuilder {
public:
  KernelBuilder(MatmulOp op, OpBuilder &builder)
      : op(op), schedule(*op.getSchedule()), b(op.getLoc(), builder),
        cover(schedule, op.getM(), op.getN()),
        paddedK(schedule.getPaddedDepth(op.getK())) {}

  void build();

private:
  gpu::LaunchOp createLaunch();
  void buildSlices(Value blockId);
  void buildSlice(Value slice, Value firstTile, Value lastTile);
  Value homeOfB(Value column);
  void buildTiles(Value firstTile, Value lastTile, Value column,
                  Value sliceOfB);
  void buildChunks(Value firstTile, Value lastTile, Value column,
                   Value sliceOfB);
  Value tileOfA(Value tile);
  void buildTile(Value tile, Value firstColumn, Value tileOfA, Value sliceOfB);
  Value tileOfC(Value row, Value column, bool whole);
  void buildProduct(Value a, Value b, Value c);
  Value transposed(Value matrix, bool transpose);
  Value home(Value view, OperandAttr operand, ArrayRef<int64_t> fullShape);
  Value view(Value matrix, ArrayRef<OpFoldResult> offsets,
             ArrayRef<OpFoldResult> sizes);

  MatmulOp op;
  ScheduleAttr schedule;
  ImplicitLocOpBuilder b;
  Cover cover;
  int64_t paddedK; ///< extent of k in homes other than global memory
  Value matrixA, matrixB, warpRow, warpColumn;
};

} // namespace

Value KernelBuilder::view(Value matrix, ArrayRef<OpFoldResult> offsets,
                          ArrayRef<OpFoldResult> sizes) {
  SmallVector<OpFoldResult> strides(2, b.getIndexAttr(1));
  // A matrix without elements has no place to view; its shape is all there is.
  if (matrix != op.getC() && op.getK() == 0)
    return memref::ReinterpretCastOp::create(b, matrix, b.getIndexAttr(0),
                                             sizes, strides);
  return memref::SubViewOp::create(b, matrix, offsets, sizes, strides);
}

/// The matrix as the product reads it: a transposed operand is a view too, so
/// that nothing after this step knows of transposition.
Value KernelBuilder::transposed(Value matrix, bool transpose) {
  if (!transpose || op.getK() == 0)
    return matrix;
  auto map =
      AffineMap::getPermutationMap(ArrayRef<unsigned>{1, 0}, b.getContext());
  return memref::TransposeOp::create(b, matrix, AffineMapAttr::get(map));
}

Value KernelBuilder::home(Value view, OperandAttr operand,
                          ArrayRef<int64_t> fullShape) {
  if (operand.getHome() == Home::Global || op.getK() == 0)
    return view;
  auto type = cast<MemRefType>(view.getType());
  auto full = MemRefType::get(fullShape, type.getElementType());
  return HomeOp::create(b, full, view, operand);
}

gpu::LaunchOp KernelBuilder::createLaunch() {
  Value one = arith::ConstantIndexOp::create(b, 1);
  Value blocks = arith::ConstantIndexOp::create(b, cover.blockCount());
  Value threads = arith::ConstantIndexOp::create(b, schedule.getThreadCount());
  auto launch = gpu::LaunchOp::create(b, blocks, one, one, threads, one, one);
  TSDialect::ScheduleAttrHelper(b.getContext()).setAttr(launch, schedule);
  return launch;
}

void KernelBuilder::build() {
  gpu::LaunchOp launch = createLaunch();
  b.setInsertionPointToStart(&launch.getBody().front());
  matrixA = transposed(op.getA(), op.getTransposeA());
  matrixB = transposed(op.getB(), op.getTransposeB());
  Value thread = launch.getThreadIds().x;
  Value warp = cover.divided(b, thread, 32);
  warpRow = cover.divided(b, warp, schedule.getWarps()[1]);
  warpColumn = cover.remainder(b, warp, schedule.getWarps()[1]);
  buildSlices(launch.getBlockIds().x);
  b.setInsertionPointToEnd(&launch.getBody().front());
  gpu::TerminatorOp::create(b);
  op.erase();
}

static int64_t depthOf(Value matrix, unsigned dim) {
  return cast<MemRefType>(matrix.getType()).getDimSize(dim);
}

void KernelBuilder::buildSlices(Value blockId) {
  if (schedule.getBlocks().getOrder() == BlockOrder::Grid) {
    auto [slice, first, last] = cover.gridShare(b, blockId);
    buildSlice(slice, first, last);
    return;
  }
  LinearShare share = cover.linearShare(b, blockId);
  Value one = arith::ConstantIndexOp::create(b, 1);
  auto loop = scf::ForOp::create(b, share.firstSlice, share.endSlice, one);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Value slice = loop.getInductionVar();
  auto [first, last] = cover.tilesOfSlice(b, share, slice);
  buildSlice(slice, first, last);
}

void KernelBuilder::buildSlice(Value slice, Value firstTile, Value lastTile) {
  Value column = cover.scaled(b, slice, schedule.getBlocks().getSliceStep());
  Value sliceOfB = homeOfB(column);
  if (schedule.getA().getHome() == Home::Shared && op.getK() != 0)
    buildChunks(firstTile, lastTile, column, sliceOfB);
  else
    buildTiles(firstTile, lastTile, column, sliceOfB);
}

/// The columns of B that the block needs, or with home `registers` those that
/// the warp needs.
Value KernelBuilder::homeOfB(Value column) {
  int64_t k = op.getK(), columns = schedule.getBlocks().getColumns();
  if (schedule.getB().getHome() == Home::Registers) {
    columns = schedule.getTile()[1];
    column = cover.sum(b, column, cover.scaled(b, warpColumn, columns));
    // A warp beyond the last column reads the last tile's and writes nothing.
    if (!cover.isExact() && op.getN() > 0)
      column = arith::MinUIOp::create(
          b, column, arith::ConstantIndexOp::create(b, cover.lastColumn()));
  }
  OpFoldResult width = cover.clippedColumns(b, column, columns);
  Value slice =
      view(matrixB, {b.getIndexAttr(0), column}, {b.getIndexAttr(k), width});
  return home(slice, schedule.getB(), {paddedK, columns});
}

/// A warp's tiles of [firstTile, lastTile), each with its own rows of A.
void KernelBuilder::buildTiles(Value firstTile, Value lastTile, Value column,
                               Value sliceOfB) {
  Value first = arith::AddIOp::create(b, firstTile, warpRow);
  Value step = arith::ConstantIndexOp::create(b, schedule.getWarps()[0]);
  auto loop = scf::ForOp::create(b, first, lastTile, step);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Value tile = loop.getInductionVar();
  buildTile(tile, column, tileOfA(tile), sliceOfB);
}

/// The same, but the block takes the rows of A of several tiles at a time.
void KernelBuilder::buildChunks(Value firstTile, Value lastTile, Value column,
                                Value sliceOfB) {
  int64_t rows = schedule.getTile()[0], chunkRows = schedule.getA().getRows();
  Value tiles = arith::ConstantIndexOp::create(b, chunkRows / rows);
  auto loop = scf::ForOp::create(b, firstTile, lastTile, tiles);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Value chunk = loop.getInductionVar(), row = cover.scaled(b, chunk, rows);
  // A block's share need not end where a chunk ends. Beyond the last row there
  // is nothing to read, so that the last chunk starts earlier.
  BlocksAttr blocks = schedule.getBlocks();
  bool isAligned = blocks.getOrder() == BlockOrder::Grid &&
                   blocks.getRows() % chunkRows == 0;
  bool isShifted = !isAligned && op.getM() > 0 && op.getM() % chunkRows == 0;
  if (isShifted)
    row = arith::MinUIOp::create(
        b, row, arith::ConstantIndexOp::create(b, op.getM() - chunkRows));
  OpFoldResult height = cover.clipped(b, row, chunkRows, op.getM());
  Value rowsOfA = view(matrixA, {row, b.getIndexAttr(0)},
                       {height, b.getIndexAttr(op.getK())});
  rowsOfA = home(rowsOfA, schedule.getA(), {chunkRows, paddedK});

  Value end = cover.sum(b, chunk, tiles);
  end = arith::MinUIOp::create(b, end, lastTile);
  Value step = arith::ConstantIndexOp::create(b, schedule.getWarps()[0]);
  auto inner = scf::ForOp::create(b, cover.sum(b, chunk, warpRow), end, step);
  b.setInsertionPointToStart(inner.getBody());
  Value tile = inner.getInductionVar();
  Value inChunk =
      isShifted
          ? Value(arith::SubIOp::create(b, cover.scaled(b, tile, rows), row))
          : cover.scaled(b, arith::SubIOp::create(b, tile, chunk), rows);
  Value tileRows = view(rowsOfA, {inChunk, b.getIndexAttr(0)},
                        {b.getIndexAttr(rows), b.getIndexAttr(paddedK)});
  buildTile(tile, column, tileRows, sliceOfB);
}

Value KernelBuilder::tileOfA(Value tile) {
  int64_t rows = schedule.getTile()[0], k = op.getK();
  Value row = cover.scaled(b, tile, rows);
  OpFoldResult height = cover.clipped(b, row, rows, op.getM());
  Value tileRows =
      view(matrixA, {row, b.getIndexAttr(0)}, {height, b.getIndexAttr(k)});
  return home(tileRows, schedule.getA(), {rows, paddedK});
}

void KernelBuilder::buildTile(Value tile, Value firstColumn, Value tileOfA,
                              Value sliceOfB) {
  int64_t rows = schedule.getTile()[0], columns = schedule.getTile()[1];
  Value row = cover.scaled(b, tile, rows);
  Value inSlice = cover.scaled(b, warpColumn, columns);
  Value column = cover.sum(b, firstColumn, inSlice);
  // The slice's home is as wide as the slice; without one, only the columns
  // that exist may be viewed.
  bool isPadded = isa<HomeOp>(sliceOfB.getDefiningOp());
  bool isWarps = schedule.getB().getHome() == Home::Registers;
  OpFoldResult depthOfA = b.getIndexAttr(depthOf(tileOfA, 1));
  OpFoldResult depthOfB = b.getIndexAttr(depthOf(sliceOfB, 0));
  OpFoldResult zero = b.getIndexAttr(0);
  auto viewOfB = [&](OpFoldResult width) {
    Value first = inSlice;
    return view(sliceOfB, {zero, isWarps ? zero : OpFoldResult(first)},
                {depthOfB, width});
  };
  auto product = [&](bool whole) {
    OpFoldResult width = whole || isPadded
                             ? b.getIndexAttr(columns)
                             : cover.clippedColumns(b, column, columns);
    Value a = tileOfA;
    if (whole && !cast<MemRefType>(a.getType()).hasStaticShape())
      a = view(a, {zero, zero}, {b.getIndexAttr(rows), depthOfA});
    Value c = tileOfC(row, column, whole);
    if (int64_t skew = schedule.getBlocks().getSkew())
      c = WindowOp::create(b, c.getType(), c, firstColumn, inSlice,
                           schedule.getBlocks().getSliceStep(), skew);
    buildProduct(a, viewOfB(width), c);
  };
  if (cover.isExact())
    return product(/*whole=*/true);

  OpBuilder::InsertionGuard guard(b);
  Value inside = cover.inside(b, row, column);
  auto branch = scf::IfOp::create(b, inside, /*withElseRegion=*/true);
  b.setInsertionPointToStart(branch.thenBlock());
  product(/*whole=*/true);
  b.setInsertionPointToStart(branch.elseBlock());
  // A warp whose columns all lie beyond C has nothing to do.
  auto any = scf::IfOp::create(b, cover.begins(b, column));
  b.setInsertionPointToStart(any.thenBlock());
  product(/*whole=*/false);
}

Value KernelBuilder::tileOfC(Value row, Value column, bool whole) {
  int64_t rows = schedule.getTile()[0], columns = schedule.getTile()[1];
  OpFoldResult height = b.getIndexAttr(rows), width = b.getIndexAttr(columns);
  if (!whole) {
    height = cover.clipped(b, row, rows, op.getM());
    width = cover.clippedColumns(b, column, columns);
  }
  return view(op.getC(), {row, column}, {height, width});
}

void KernelBuilder::buildProduct(Value tileOfA, Value tileOfB, Value tileOfC) {
  MatmulOp::create(b, TypeRange(), ValueRange{tileOfA, tileOfB},
                   ValueRange{tileOfC}, /*transpose_a=*/false,
                   /*transpose_b=*/false, op.getAlphaAttr(), op.getBetaAttr(),
                   op.getPrecisionAttr(), /*schedule=*/nullptr);
}

/// Says by name what this step cannot do yet, before anything is changed.
static LogicalResult checkSupported(MatmulOp op) {
  if (failed(verifyMath(*op.getSchedule(), problemOf(op),
                        [&] { return op.emitOpError(); })))
    return failure();
  for (Value matrix : op->getOperands()) {
    auto memref = cast<MemRefType>(matrix.getType());
    if (memref.hasStaticShape() && memref.getNumElements() == 0)
      continue;
    SmallVector<int64_t> strides;
    int64_t offset;
    if (!memref.hasStaticShape() ||
        failed(memref.getStridesAndOffset(strides, offset)) ||
        ShapedType::isDynamic(offset) ||
        llvm::any_of(strides, ShapedType::isDynamic))
      return op.emitOpError() << "operand type " << memref
                              << " is dynamic; kernels are built for static "
                                 "shapes and strides";
  }
  return success();
}

namespace {

struct TileKernel : ts::impl::TileKernelPassBase<TileKernel> {
  void runOnOperation() override {
    SmallVector<MatmulOp> products;
    getOperation()->walk([&](MatmulOp op) {
      if (op.getSchedule() && op.hasPureBufferSemantics() &&
          !op->getParentOfType<gpu::LaunchOp>() &&
          !op->getParentOfType<gpu::GPUFuncOp>())
        products.push_back(op);
    });
    for (MatmulOp op : products) {
      if (failed(checkSupported(op)))
        return signalPassFailure();
      OpBuilder builder(op);
      KernelBuilder(op, builder).build();
    }
  }
};

} // namespace
