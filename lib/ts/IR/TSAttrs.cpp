//===- TSAttrs.cpp - Attributes of the ts dialect -------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ts/IR/TS.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace ts;

#include "ts/IR/TSEnums.cpp.inc"

/// math = fma<...> or mma<...>: the mnemonic, then the attribute's body.
static ParseResult parseMath(AsmParser &parser, Attribute &math) {
  StringRef pipe;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseKeyword(&pipe))
    return failure();
  if (pipe == FmaAttr::getMnemonic())
    math = FmaAttr::parse(parser, Type());
  else if (pipe == MmaAttr::getMnemonic())
    math = MmaAttr::parse(parser, Type());
  else
    return parser.emitError(loc)
           << "math must be fma<...> or mma<...>, got '" << pipe << "'";
  return success(math != nullptr);
}

static void printMath(AsmPrinter &printer, Attribute math) {
  if (auto fma = dyn_cast<FmaAttr>(math)) {
    printer << FmaAttr::getMnemonic();
    fma.print(printer);
  } else {
    printer << MmaAttr::getMnemonic();
    cast<MmaAttr>(math).print(printer);
  }
}

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

/// The largest number in a schedule. Far more than any chip has room for, and
/// products of a few of them do not wrap.
static constexpr int64_t largestNumber = 65536;

static LogicalResult verifyNumber(EmitError emitError, StringRef name,
                                  int64_t value) {
  if (value > largestNumber)
    return emitError() << name << " = " << value
                       << " is larger than any schedule needs, "
                       << largestNumber;
  return success();
}

LogicalResult BlocksAttr::verify(EmitError emitError, BlockOrder order,
                                 int64_t columns, int64_t rows, int64_t count,
                                 int64_t residents, int64_t group, bool snake,
                                 int64_t skew) {
  if (residents < 0)
    return emitError() << "residents = " << residents
                       << " must not be negative";
  if (failed(verifyNumber(emitError, "residents", residents)))
    return failure();
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
  if (group < 1)
    return emitError() << "group = " << group << " must be positive";
  if (order == BlockOrder::Linear && (group != 1 || snake))
    return emitError() << "order '" << name << "' takes no group and no snake";
  if (skew != 0 &&
      (!llvm::isPowerOf2_64(skew) || columns % skew != 0 || columns <= skew))
    return emitError() << "skew = " << skew
                       << " must be 0, or a power of two that divides the "
                       << columns << " columns and is less";
  return success();
}

/// Checks that a list is a pair of positive numbers.
static LogicalResult verifyPair(EmitError emitError, StringRef name,
                                ArrayRef<int64_t> values) {
  if (values.size() != 2)
    return emitError() << name << " must be two numbers (rows, columns), got "
                       << values.size();
  for (int64_t value : values)
    if (value < 1 || value > largestNumber)
      return emitError() << name << " = [" << values
                         << "] must be positive in both directions, and at "
                            "most "
                         << largestNumber;
  return success();
}

LogicalResult FmaAttr::verify(EmitError emitError, ArrayRef<int64_t> lanes,
                              int64_t vector, int64_t unroll, FmaOrder order,
                              bool spread) {
  if (failed(verifyPair(emitError, "lanes", lanes)))
    return failure();
  if (lanes[0] * lanes[1] != 32)
    return emitError() << "lanes = [" << lanes << "] are "
                       << lanes[0] * lanes[1] << ", but a warp has 32";
  if (vector != 1 && vector != 2 && vector != 4)
    return emitError() << "vector = " << vector << " must be 1, 2 or 4";
  if (unroll < 1)
    return emitError() << "unroll = " << unroll << " must be positive";
  if (spread && vector == 1)
    return emitError() << "spread needs vector = 2 or 4, got 1";
  return verifyNumber(emitError, "unroll", unroll);
}

Layout FmaAttr::getLayout(ArrayRef<int64_t> shape) const {
  Layout layout = Layout::forTile(shape, getLanes(), getVector());
  return getSpread() ? layout.spread(getLanes()[1], getVector()) : layout;
}

MmaShape ts::shapeOf(MmaKind instruction) {
  switch (instruction) {
  case MmaKind::Tf32:
    return {16, 8, 8, 4};
  case MmaKind::F16:
  case MmaKind::Bf16:
    return {16, 8, 16, 2};
  case MmaKind::F64:
    return {8, 8, 4, 8};
  }
  llvm_unreachable("unknown instruction");
}

LogicalResult MmaAttr::verify(EmitError emitError, MmaKind instruction,
                              Orientation orientation, int64_t depth,
                              int64_t vector, int64_t sums) {
  if (depth < 1)
    return emitError() << "depth = " << depth << " must be positive";
  if (vector != 2 && vector != 4 && vector != 8)
    return emitError() << "vector = " << vector << " must be 2, 4 or 8";
  if (sums != 1 && sums != 2)
    return emitError() << "sums = " << sums << " must be 1 or 2";
  return verifyNumber(emitError, "depth", depth);
}

int64_t ScheduleAttr::getPaddedDepth(int64_t k) const {
  return getMma() ? llvm::alignTo(k, getMma().getDepth()) : k;
}

MmaTile ScheduleAttr::getMmaTile() const {
  MmaAttr mma = getMma();
  return MmaTile(mma.getShape(), mma.getOrientation() == Orientation::Columns,
                 getTile()[0], getTile()[1], mma.getDepth(), mma.getVector());
}

LogicalResult OperandAttr::verify(EmitError emitError, Home home, int64_t depth,
                                  int64_t swap, int64_t rows, bool pieces,
                                  bool dense) {
  if (depth < 1)
    return emitError() << "depth = " << depth << " must be positive";
  bool isRing = home == Home::WarpShared || rows != 0;
  if (depth != 1 && !isRing)
    return emitError() << "depth = " << depth
                       << " needs home 'warp_shared', got '"
                       << stringifyHome(home) << "'";
  if (rows < 0)
    return emitError() << "rows = " << rows << " must not be negative";
  if (rows != 0 && home != Home::Shared)
    return emitError() << "rows = " << rows << " needs home 'shared', got '"
                       << stringifyHome(home) << "'";
  if (dense && (!isRing || pieces))
    return emitError() << "dense needs a ring without pieces: home "
                          "'warp_shared', or 'shared' with rows";
  if (pieces && home == Home::Global)
    return emitError() << "pieces need a home other than 'global'";
  if (swap != 0 && swap != 1)
    return emitError() << "swap = " << swap << " must be 0 or 1";
  if (swap == 1 && home != Home::Shared)
    return emitError() << "swap = 1 needs home 'shared', got '"
                       << stringifyHome(home) << "'";
  if (failed(verifyNumber(emitError, "depth", depth)))
    return failure();
  return verifyNumber(emitError, "rows", rows);
}

/// The warp's tile must deal evenly to matrix instructions.
static LogicalResult verifyMmaTile(EmitError emitError, ArrayRef<int64_t> tile,
                                   MmaAttr math) {
  bool columns = math.getOrientation() == Orientation::Columns;
  std::string fault =
      MmaTile::problem(math.getShape(), columns, tile[0], tile[1],
                       math.getDepth(), math.getVector());
  if (!fault.empty())
    return emitError() << "tile = [" << tile << "] with "
                       << stringifyMmaKind(math.getInstruction()) << ": "
                       << fault;
  return success();
}

/// The warp's tile must deal evenly to its lanes.
static LogicalResult verifyFmaTile(EmitError emitError, ArrayRef<int64_t> tile,
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
  if (math.getSpread() && (b.getHome() != Home::Shared || b.getSwap() == 1))
    return emitError() << "spread needs b with home 'shared' and without swap, "
                          "got "
                       << b;
  // Whole pairs are exchanged inside the registers of one access.
  if (b.getSwap() == 1 && math.getVector() == 1)
    return emitError() << "swap = 1 needs vector = 2 or 4, got 1";
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

/// Whether the rows of a slot go to the warps that split them in equal shares.
static LogicalResult verifyPieces(EmitError emitError, int64_t warps,
                                  int64_t tileRows, OperandAttr a) {
  if (a.getHome() != Home::Shared)
    return emitError() << "a with pieces needs home 'shared'";
  // Lanes read whole vectors of a share, whatever K is.
  constexpr int64_t leastRows = 8;
  int64_t share = a.getPieceRows(tileRows, warps);
  if (share % leastRows == 0 && share != 0 &&
      a.getRows() % (share * warps) == 0)
    return success();
  return emitError() << "a with pieces needs rows that its " << warps
                     << " warps split in equal shares, of a multiple of "
                     << leastRows << " and at most " << tileRows
                     << " rows at a time, got " << a.getRows();
}

/// The row operand changes with every tile and the column operand with every
/// slice: a home that outlives or undercuts that has no copies to fill it.
static LogicalResult verifyHomes(EmitError emitError, ArrayRef<int64_t> warps,
                                 ArrayRef<int64_t> tile, bool isMma,
                                 OperandAttr a, OperandAttr b) {
  if (a.getHome() == Home::Registers)
    return emitError() << "a cannot have home 'registers': it changes with "
                          "every tile; use 'shared', 'warp_shared' or 'global'";
  int64_t rows = warps[0] * tile[0];
  if (a.getHome() == Home::Shared &&
      (a.getRows() == 0 || a.getRows() % rows != 0))
    return emitError() << "a with home 'shared' needs rows that its " << rows
                       << " rows of warps divide, got " << a.getRows();
  if (a.getPieces() &&
      failed(verifyPieces(emitError, warps[0] * warps[1], tile[0], a)))
    return failure();
  if (a.getSwap() != 0)
    return emitError() << "a takes no swap: the accumulators it meets lie "
                          "along columns of b";
  if (b.getPieces())
    return emitError()
           << "b takes no pieces: in registers they are kept anyway";
  if (b.getHome() == Home::WarpShared)
    return emitError() << "b cannot have home 'warp_shared': all warps of a "
                          "block read the slice; use 'shared' or 'global'";
  if (b.getRows() != 0)
    return emitError() << "b takes no rows, got " << b.getRows();
  if (isMma && a.getDense())
    return emitError()
           << "dense needs math = fma<...>: the pitch of mma's rows "
              "follows from the instruction";
  bool hasPieces = a.getPieces();
  if (!isMma && (hasPieces || b.getHome() == Home::Registers))
    return emitError() << (hasPieces ? "pieces need" : "home 'registers' needs")
                       << " math = mma<...>";
  return success();
}

LogicalResult StoreAttr::verify(EmitError emitError, StorePolicy, bool early,
                                StorePath path, bool spaced) {
  if (spaced && (!early || path != StorePath::Direct))
    return emitError() << "spaced = true needs early = true and path = direct";
  return success();
}

/// Threads of the largest block, on every chip so far.
static constexpr int64_t maxThreads = 1024;

LogicalResult ScheduleAttr::verify(EmitError emitError, ShapeClass shapeClass,
                                   BlocksAttr blocks, ArrayRef<int64_t> warps,
                                   ArrayRef<int64_t> tile, Attribute math,
                                   OperandAttr a, OperandAttr b, int64_t ahead,
                                   StoreAttr store, int64_t index) {
  auto fma = dyn_cast<FmaAttr>(math);
  auto mma = dyn_cast<MmaAttr>(math);
  if (!fma && !mma)
    return emitError() << "math must be fma<...> or mma<...>, got " << math;
  if (failed(verifyPair(emitError, "warps", warps)) ||
      failed(verifyPair(emitError, "tile", tile)) ||
      failed(fma ? verifyFmaTile(emitError, tile, fma, b)
                 : verifyMmaTile(emitError, tile, mma)) ||
      failed(verifyBlocks(emitError, blocks, warps, tile)) ||
      failed(verifyHomes(emitError, warps, tile, mma != nullptr, a, b)))
    return failure();
  if (int64_t threads = 32 * warps[0] * warps[1]; threads > maxThreads)
    return emitError() << "warps = [" << warps << "] are " << threads
                       << " threads, but a block has at most " << maxThreads;
  if (ahead != 0 && ahead != 1)
    return emitError() << "ahead = " << ahead << " must be 0 or 1";
  if (store.getSpaced() && !fma)
    return emitError() << "spaced = true needs math = fma<...>";
  if (index != 32 && index != 64)
    return emitError() << "index = " << index << " must be 32 or 64 bits";
  return success();
}
