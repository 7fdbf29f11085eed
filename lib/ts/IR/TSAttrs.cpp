//===- TSAttrs.cpp - Attributes of the ts dialect -------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ts/IR/TS.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace ts;

#include "ts/IR/TSEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "ts/IR/TSAttrs.cpp.inc"

void TSDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "ts/IR/TSAttrs.cpp.inc"
      >();
}

using EmitError = function_ref<InFlightDiagnostic()>;

LogicalResult TargetAttr::verify(EmitError emitError, StringRef name,
                                 unsigned isa) {
  const Chip *chip = lookupChip(name);
  if (!chip)
    return emitError() << "unknown chip '" << name << "'; known chips are "
                       << knownChipNames();
  if (!Isa(isa).isKnown())
    return emitError() << "unknown isa " << isa << "; known are "
                       << knownIsaNames();
  if (isa > chip->computeCapability)
    return emitError() << "isa " << isa << " is newer than chip '" << name
                       << "', which has " << chip->computeCapability;
  return success();
}

const Chip &TargetAttr::getInfo() const { return *lookupChip(getChip()); }

//===----------------------------------------------------------------------===//
// Schedules: what is wrong on any machine. Whether a schedule fits a problem on
// a chip is asked in ScheduleLegality.
//===----------------------------------------------------------------------===//

LogicalResult BlocksAttr::verify(EmitError emitError, BlockOrder order,
                                 int64_t columns, int64_t rows, int64_t count) {
  StringRef name = stringifyBlockOrder(order);
  if (columns < 1)
    return emitError() << "columns = " << columns << " must be positive";
  if (order == BlockOrder::Linear && count < 1)
    return emitError() << "order '" << name
                       << "' needs a positive count of blocks, got " << count;
  if (order == BlockOrder::Linear && rows != 0)
    return emitError() << "order '" << name << "' takes no rows, got " << rows;
  if (order == BlockOrder::Grid && rows < 1)
    return emitError() << "order '" << name << "' needs positive rows, got "
                       << rows;
  if (order == BlockOrder::Grid && count != 0)
    return emitError() << "order '" << name << "' takes no count, got "
                       << count;
  return success();
}

/// Checks that a list is a pair of positive numbers.
static LogicalResult verifyPair(EmitError emitError, StringRef name,
                                ArrayRef<int64_t> values) {
  if (values.size() != 2)
    return emitError() << name << " must be two numbers (rows, columns), got "
                       << values.size();
  for (int64_t value : values)
    if (value < 1)
      return emitError() << name << " = [" << values
                         << "] must be positive in both directions";
  return success();
}

LogicalResult FmaAttr::verify(EmitError emitError, ArrayRef<int64_t> lanes,
                              int64_t vector, int64_t unroll, FmaOrder order) {
  if (failed(verifyPair(emitError, "lanes", lanes)))
    return failure();
  if (lanes[0] * lanes[1] != 32)
    return emitError() << "lanes = [" << lanes << "] are "
                       << lanes[0] * lanes[1] << ", but a warp has 32";
  if (vector != 1 && vector != 2 && vector != 4)
    return emitError() << "vector = " << vector << " must be 1, 2 or 4";
  if (unroll < 1)
    return emitError() << "unroll = " << unroll << " must be positive";
  return success();
}

LogicalResult OperandAttr::verify(EmitError emitError, Home home, int64_t depth,
                                  int64_t swap) {
  if (depth < 1)
    return emitError() << "depth = " << depth << " must be positive";
  if (depth != 1 && home != Home::WarpShared)
    return emitError() << "depth = " << depth
                       << " needs home 'warp_shared', got '"
                       << stringifyHome(home) << "'";
  if (swap != 0 && swap != 1)
    return emitError() << "swap = " << swap << " must be 0 or 1";
  if (swap == 1 && home != Home::Shared)
    return emitError() << "swap = 1 needs home 'shared', got '"
                       << stringifyHome(home) << "'";
  return success();
}

/// The warp's tile must deal evenly to its lanes.
static LogicalResult verifyTile(EmitError emitError, ArrayRef<int64_t> tile,
                                FmaAttr math, OperandAttr b) {
  ArrayRef<int64_t> lanes = math.getLanes();
  if (tile[0] % lanes[0] != 0)
    return emitError() << "tile has " << tile[0] << " rows, which " << lanes[0]
                       << " lanes do not divide";
  int64_t piece = lanes[1] * math.getVector();
  if (tile[1] % piece != 0)
    return emitError() << "tile has " << tile[1] << " columns, which "
                       << lanes[1]
                       << " lanes with vector = " << math.getVector()
                       << " do not divide";
  if (b.getSwap() == 1 && tile[1] % 2 != 0)
    return emitError() << "swap = 1 needs an even number of tile columns, got "
                       << tile[1];
  return success();
}

/// The blocks' share of C must deal evenly to their warps.
static LogicalResult verifyBlocks(EmitError emitError, BlocksAttr blocks,
                                  ArrayRef<int64_t> warps,
                                  ArrayRef<int64_t> tile) {
  if (blocks.getColumns() != warps[1] * tile[1])
    return emitError() << "blocks have " << blocks.getColumns()
                       << " columns, but " << warps[1] << " warps of "
                       << tile[1] << " columns cover " << warps[1] * tile[1];
  int64_t rows = warps[0] * tile[0];
  if (blocks.getOrder() == BlockOrder::Grid && blocks.getRows() % rows != 0)
    return emitError() << "blocks have " << blocks.getRows() << " rows, which "
                       << warps[0] << " warps of " << tile[0]
                       << " rows do not divide";
  return success();
}

/// Threads of the largest block, on every chip so far.
static constexpr int64_t maxThreads = 1024;

LogicalResult ScheduleAttr::verify(EmitError emitError, ShapeClass shapeClass,
                                   BlocksAttr blocks, ArrayRef<int64_t> warps,
                                   ArrayRef<int64_t> tile, FmaAttr math,
                                   OperandAttr a, OperandAttr b, int64_t ahead,
                                   StoreAttr store) {
  if (failed(verifyPair(emitError, "warps", warps)) ||
      failed(verifyPair(emitError, "tile", tile)) ||
      failed(verifyTile(emitError, tile, math, b)) ||
      failed(verifyBlocks(emitError, blocks, warps, tile)))
    return failure();
  if (int64_t threads = 32 * warps[0] * warps[1]; threads > maxThreads)
    return emitError() << "warps = [" << warps << "] are " << threads
                       << " threads, but a block has at most " << maxThreads;
  if (ahead != 0 && ahead != 1)
    return emitError() << "ahead = " << ahead << " must be 0 or 1";
  // The row operand changes with every tile and the column operand with every
  // slice: a home that outlives or undercuts that has no copies to fill it.
  if (a.getHome() == Home::Shared)
    return emitError() << "a cannot have home 'shared': each warp streams its "
                          "own rows; use 'warp_shared' or 'global'";
  if (b.getHome() == Home::WarpShared)
    return emitError() << "b cannot have home 'warp_shared': all warps of a "
                          "block read the slice; use 'shared' or 'global'";
  return success();
}
