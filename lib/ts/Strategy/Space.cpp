//===- Space.cpp - The schedules that could be tried ----------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Which values are listed is experience (docs/tuning.md); which of them are
// legal is verifyFits' word alone.
//
//===----------------------------------------------------------------------===//

#include "ts/Strategy/Space.h"
#include "ts/Strategy/Strategy.h"
#include "ts/Strategy/TuningDatabase.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace ts;

/// Warps of a block, rows x columns.
static constexpr std::array<int64_t, 2> warpGrids[] = {
    {4, 2}, {8, 1}, {4, 1}, {2, 2}, {2, 4},  {1, 4},  {1, 8},
    {2, 1}, {1, 2}, {4, 4}, {8, 2}, {1, 16}, {16, 1}, {1, 1}};
static constexpr int64_t gridRows[] = {32, 64, 128, 256, 512, 1024, 2048};

/// Cheap reasons to leave a draft out before an attribute is made of it.
bool Space::isSensible(const Draft &draft) const {
  int64_t warps = draft.warps[0] * draft.warps[1];
  int64_t rows = draft.warps[0] * draft.tile[0];
  int64_t columns = draft.columns();
  if (warps * 32 > target.getInfo().maxThreadsPerBlock)
    return false;
  // What lies beyond C is computed and thrown away: at most as much again.
  // A slice with a home lies within C: no strategy asks for another, and none
  // has been run.
  if (draft.b.home != Home::Global && columns > problem.n)
    return false;
  if (columns >= 2 * std::max<int64_t>(problem.n, 16) ||
      rows >= 2 * std::max<int64_t>(problem.m, 32))
    return false;
  if (draft.blocks == BlockOrder::Linear)
    return true;
  return draft.gridRows % rows == 0 &&
         draft.gridRows < 2 * std::max(problem.m, rows);
}

void Space::addIfLegal(const Draft &draft,
                       std::vector<ScheduleAttr> &list) const {
  if (!isSensible(draft))
    return;
  ScheduleAttr schedule = draft.build(target.getContext());
  if (schedule && fits(schedule, problem, target))
    list.push_back(schedule);
}

/// Every order of blocks: persistent ones, one or two on each SM, and grids.
std::vector<Draft> Space::withBlocks(const Draft &draft) const {
  std::vector<Draft> drafts;
  const Chip &chip = target.getInfo();
  int64_t slices = llvm::divideCeil(problem.n, draft.sliceStep());
  int64_t bands = llvm::divideCeil(problem.m, draft.warps[0] * draft.tile[0]);
  llvm::SmallSetVector<int64_t, 3> counts;
  counts.insert(chip.smCount);
  counts.insert(persistentBlocks(slices, bands, chip));
  counts.insert(2 * chip.smCount);
  for (int64_t count : counts) {
    drafts.push_back(draft);
    drafts.back().blocks = BlockOrder::Linear;
    drafts.back().linearCount = count;
  }
  for (int64_t rows : gridRows) {
    drafts.push_back(draft);
    drafts.back().blocks = BlockOrder::Grid;
    drafts.back().gridRows = rows;
  }
  return drafts;
}

std::vector<Draft> Space::fmaDrafts() const {
  Draft draft;
  draft.shapeClass = classOf(problem.m, problem.n, problem.k);
  draft.vector = storableColumns(problem);
  draft.unroll = 2;
  draft.fmaOrder = FmaOrder::SnakeElements;
  draft.ahead = 1;
  draft.policy = StorePolicy::Streaming;
  draft.early = draft.spaced = true;
  draft.index = 32;
  std::vector<Draft> drafts;
  for (int64_t columnLanes : {32, 16, 8, 4})
    for (int64_t rows : {8, 4, 16})
      for (int64_t columns : {16, 8, 4})
        for (const auto &warps : warpGrids)
          for (Home b : {Home::Shared, Home::Global}) {
            // Narrow warps are for a narrow C.
            if (columnLanes < 32 && problem.n >= columnLanes * 16)
              continue;
            draft.lanes = {32 / columnLanes, columnLanes};
            draft.tile = {rows * draft.lanes[0], columns * columnLanes};
            draft.warps = warps;
            draft.b = {b, 1, b == Home::Shared && draft.vector > 1};
            draft.a = {Home::WarpShared, 2};
            drafts.push_back(draft);
            if (b == Home::Global) {
              drafts.back().a = {Home::Global, 1};
            }
          }
  return drafts;
}

/// Depths of a product on the tensor cores: all of K, or the most that fits
/// beside any tile.
static llvm::SmallSetVector<int64_t, 2> depthsFor(MmaKind instruction,
                                                  int64_t k) {
  constexpr int64_t longest = 128, anyTile = 32;
  int64_t step = shapeOf(instruction).k;
  int64_t whole = llvm::alignTo(std::max<int64_t>(k, 1), step);
  llvm::SmallSetVector<int64_t, 2> depths;
  if (whole <= longest)
    depths.insert(whole);
  int64_t part = anyTile / step * step;
  while (whole % part != 0)
    part -= step;
  if (whole > 2 * anyTile)
    depths.insert(part);
  return depths;
}

/// Rings of A for all warps, of raw values and, if it is split, of pieces.
static void addRings(Draft draft, bool isSplit, std::vector<Draft> &drafts) {
  for (int64_t ring : {1, 4}) {
    draft.a = {Home::Shared, 2, 0, ring * draft.tile[0] * draft.warps[0]};
    drafts.push_back(draft);
    if (!isSplit)
      continue;
    // Each warp splits its share of the rows, for all of them.
    drafts.push_back(draft);
    drafts.back().a.rows *= draft.warps[1];
    drafts.back().a.pieces = true;
    drafts.back().a.depth = 1;
  }
}

std::vector<Draft> Space::mmaDrafts(MmaKind instruction) const {
  Draft draft;
  draft.shapeClass = classOf(problem.m, problem.n, problem.k);
  draft.isMma = true;
  draft.instruction = instruction;
  bool isSplit = problem.precision != PrecisionMode::Native;
  draft.policy = StorePolicy::Streaming;
  draft.path = StorePath::Staged;
  draft.orientation = Orientation::Columns;
  draft.vector = instruction == MmaKind::F64 ? 2 : 4;
  std::vector<Draft> drafts;
  for (int64_t depth : depthsFor(instruction, problem.k))
    for (int64_t rows : {8, 16})
      for (int64_t columns : {64, 32, 128})
        for (const auto &warps : warpGrids)
          for (Home b : {Home::Registers, Home::Shared}) {
            draft.depth = depth;
            draft.tile = {rows, columns};
            draft.warps = warps;
            draft.b = {b};
            addRings(draft, isSplit, drafts);
          }
  return drafts;
}

std::vector<ScheduleAttr> Space::structures() const {
  std::vector<ScheduleAttr> list;
  std::optional<MmaKind> instruction = instructionFor(problem);
  for (const Draft &draft : instruction ? mmaDrafts(*instruction) : fmaDrafts())
    for (const Draft &placed : withBlocks(draft)) {
      bool isRing = placed.a.rows > 0 && placed.blocks == BlockOrder::Grid;
      if (!isRing || placed.gridRows % placed.a.rows == 0)
        addIfLegal(placed, list);
    }
  return list;
}

namespace {
/// Collects drafts that differ from one in one field.
class Variations {
public:
  explicit Variations(const Draft &base) : base(base) {}
  std::vector<Draft> run();

private:
  template <typename T, typename... Rest>
  void vary(T Draft::*field, Rest... values) {
    for (T value : {T(values)...})
      if (base.*field != value) {
        drafts.push_back(base);
        drafts.back().*field = value;
      }
  }
  template <typename T, typename... Rest>
  void vary(Draft::Operand Draft::*operand, T Draft::Operand::*field,
            Rest... values) {
    for (T value : {T(values)...})
      if ((base.*operand).*field != value) {
        drafts.push_back(base);
        (drafts.back().*operand).*field = value;
      }
  }
  void varyMath();
  void varyShape();
  void varyHomes();

  Draft base;
  std::vector<Draft> drafts;
};
} // namespace

void Variations::varyMath() {
  vary(&Draft::vector, 1, 2, 4, 8);
  // Single columns have no neighbour to be swapped with.
  if (base.b.swap && base.vector > 1) {
    drafts.push_back(base);
    drafts.back().vector = 1;
    drafts.back().b.swap = 0;
  }
  vary(&Draft::ahead, 0, 1);
  vary(&Draft::index, 64, 32);
  if (base.isMma) {
    vary(&Draft::orientation, Orientation::Columns, Orientation::Rows);
    vary(&Draft::depth, 8, 16, 32, 64, 128);
    vary(&Draft::sums, 1, 2);
    return;
  }
  vary(&Draft::unroll, 1, 2, 4, 8);
  vary(&Draft::fmaOrder, FmaOrder::Rows, FmaOrder::Snake, FmaOrder::Columns,
       FmaOrder::SnakeElements);
  // A lane's columns apart, or together; neighbours cannot be swapped then.
  drafts.push_back(base);
  drafts.back().spread = !base.spread;
  drafts.back().vector = base.spread ? base.vector : 4;
  drafts.back().b.swap = 0;
}

void Variations::varyShape() {
  for (const auto &warps : warpGrids)
    vary(&Draft::warps, warps);
  for (int side : {0, 1})
    for (int64_t extent : {base.tile[side] / 2, base.tile[side] * 2}) {
      drafts.push_back(base);
      drafts.back().tile[side] = extent;
    }
  vary(&Draft::residents, 0, 1, 2, 3, 4);
  vary(&Draft::skew, 0, 8);
  if (base.blocks == BlockOrder::Grid) {
    vary(&Draft::gridRows, base.gridRows / 2, base.gridRows * 2,
         base.gridRows * 3 / 2);
    vary(&Draft::group, 1, 2, 4, 8);
    vary(&Draft::snake, false, true);
  } else {
    vary(&Draft::linearCount, base.linearCount / 2, base.linearCount * 2);
  }
}

void Variations::varyHomes() {
  vary(&Draft::a, &Draft::Operand::depth, 1, 2, 3, 4);
  vary(&Draft::a, &Draft::Operand::pieces, false, true);
  vary(&Draft::a, &Draft::Operand::dense, false, true);
  vary(&Draft::b, &Draft::Operand::swap, 0, 1);
  if (base.a.home == Home::Shared)
    vary(&Draft::a, &Draft::Operand::rows, base.a.rows / 2, base.a.rows * 2);
  for (Home home : {Home::Global, Home::WarpShared, Home::Shared})
    if (base.a.home != home) {
      drafts.push_back(base);
      int64_t rows = home == Home::Shared ? base.warps[0] * base.tile[0] : 0;
      int64_t depth = home == Home::Global ? 1 : 2;
      bool pieces = home != Home::Global && base.a.pieces;
      drafts.back().a = {home, depth, 0, rows, pieces};
    }
  for (Home home : {Home::Global, Home::Shared, Home::Registers})
    if (base.b.home != home) {
      drafts.push_back(base);
      drafts.back().b = {home};
    }
}

std::vector<Draft> Variations::run() {
  varyMath();
  varyShape();
  varyHomes();
  vary(&Draft::policy, StorePolicy::Streaming, StorePolicy::Default,
       StorePolicy::WriteThrough, StorePolicy::NoAllocate,
       StorePolicy::L2EvictFirst, StorePolicy::L2EvictLast);
  vary(&Draft::early, false, true);
  vary(&Draft::spaced, false, true);
  vary(&Draft::path, StorePath::Direct, StorePath::Staged);
  for (Draft &draft : drafts) {
    // Only early, direct stores of the FMA pipe can be spaced.
    draft.spaced &=
        draft.early && draft.path == StorePath::Direct && !draft.isMma;
    // One value where all make the same kernel.
    if (draft.isMma)
      draft.ahead = 0;
    if (draft.a.pieces)
      draft.a.depth = 1;
  }
  return std::move(drafts);
}

std::vector<ScheduleAttr> Space::variations(ScheduleAttr schedule) const {
  std::vector<ScheduleAttr> list;
  for (const Draft &draft : Variations(Draft::of(schedule)).run())
    addIfLegal(draft, list);
  // What changes nothing that matters is the schedule itself.
  llvm::SmallSetVector<ScheduleAttr, 32> others(list.begin(), list.end());
  others.remove(schedule);
  return {others.begin(), others.end()};
}
