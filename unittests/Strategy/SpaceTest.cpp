//===- SpaceTest.cpp - The schedules that could be tried ------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Everything in the space is legal and there only once, what is known to be
// good is in it, and the same seed draws the same schedules.
//
//===----------------------------------------------------------------------===//

#include "StrategyTest.h"

#include "ts/Strategy/Space.h"
#include "ts/Strategy/Strategy.h"

#include "ts/Strategy/TuningDatabase.h"

#include "mlir/AsmParser/AsmParser.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallSet.h"

#include <set>

using namespace ts;

namespace {

class SpaceTest : public StrategyTest {
protected:
  void expectLegal(llvm::ArrayRef<ScheduleAttr> list, const Problem &problem,
                   const char *chip) {
    std::set<const void *> seen;
    for (ScheduleAttr schedule : list) {
      std::string fault;
      EXPECT_TRUE(fits(schedule, problem, target(chip), &fault)) << fault;
      EXPECT_TRUE(seen.insert(schedule.getAsOpaquePointer()).second);
    }
  }
  std::vector<ScheduleAttr> pruned(const Problem &problem, uint64_t seed,
                                   std::vector<ScheduleAttr> always = {}) {
    Space space(problem, target("h200"));
    PruneOptions options;
    options.keep = 20;
    options.explore = 10;
    options.seed = seed;
    std::vector<ScheduleAttr> list;
    for (const Candidate &candidate :
         prune(space, Model(), problem, *lookupChip("h200"), always, options))
      list.push_back(candidate.schedule);
    return list;
  }
  /// The fastest shipped record of just this problem.
  ScheduleAttr bestMeasured(const Problem &p) {
    const TuningRecord *best = nullptr;
    for (const TuningRecord &record : TuningDatabase::shipped().getRecords()) {
      const TuningKey &key = record.key;
      bool isIt = key.precision == p.precision && key.m == p.m &&
                  key.n == p.n && key.k == p.k && record.isUsable();
      if (isIt && (!best || record.milliseconds < best->milliseconds))
        best = &record;
    }
    return best ? llvm::dyn_cast_or_null<ScheduleAttr>(
                      mlir::parseAttribute(best->schedule, &context))
                : ScheduleAttr();
  }
};

} // namespace

TEST_F(SpaceTest, PersistentBlocksEndWithASliceIfThatCostsNothing) {
  const Chip &h200 = *lookupChip("h200"); // 132 SMs
  // 8 slices of 256 bands: 16 at most for 132 blocks as for 128.
  EXPECT_EQ(persistentBlocks(8, 256, h200), 128);
  // 32 slices of 1024: 249 for 132 blocks, 256 for 128.
  EXPECT_EQ(persistentBlocks(32, 1024, h200), 132);
  // 132 is a multiple of 4 itself; 1000 slices are more than there are SMs.
  EXPECT_EQ(persistentBlocks(4, 1024, h200), 132);
  EXPECT_EQ(persistentBlocks(1000, 8, h200), 132);
  EXPECT_EQ(persistentBlocks(0, 8, h200), 132);
}

TEST_F(SpaceTest, DraftsRoundTrip) {
  Draft grouped = tensor(MmaKind::Tf32, 128);
  grouped.group = 4;
  grouped.snake = true;
  Draft torn = ieee();
  torn.skew = 8;
  torn.spread = true;
  torn.b.swap = 0;
  torn.a.dense = true;
  Draft skewed = grouped;
  skewed.skew = 16;
  skewed.sums = 2;
  Draft wide = ieee();
  wide.index = 64;
  wide.spaced = false;
  wide.fmaOrder = FmaOrder::Snake;
  for (const Draft &draft :
       {ieee(), wide, tensor(MmaKind::Tf32, 128), grouped, torn, skewed}) {
    ScheduleAttr schedule = build(draft);
    EXPECT_EQ(Draft::of(schedule).build(&context), schedule);
  }
  Draft bad = ieee();
  bad.tile = {8, 500};
  std::string fault;
  EXPECT_FALSE(bad.build(&context, &fault));
  EXPECT_NE(fault.find("do not divide"), std::string::npos) << fault;
}

TEST_F(SpaceTest, StructuresAreLegal) {
  for (const char *chip : {"h200", "rtx4090"})
    for (const Problem &p :
         {headline(), problem(10007, 4096, 100), problem(1, 1, 1),
          problem(100000, 8, 5), headline(PrecisionMode::Tf32),
          headline(PrecisionMode::Bf16x6), headline(PrecisionMode::F16x3)}) {
      std::vector<ScheduleAttr> list = Space(p, target(chip)).structures();
      expectLegal(list, p, chip);
      EXPECT_FALSE(list.empty());
    }
}

TEST_F(SpaceTest, HoldsTheBestKnownSchedule) {
  EXPECT_TRUE(llvm::is_contained(Space(headline(), target("h200")).structures(),
                                 build(ieee())));
}

TEST_F(SpaceTest, ALongKInOneProductOrInSteps) {
  Problem p = problem(32768, 32768, 100, PrecisionMode::Bf16x6);
  llvm::SmallSet<int64_t, 4> depths;
  for (ScheduleAttr schedule : Space(p, target("h200")).structures())
    depths.insert(schedule.getMma().getDepth());
  EXPECT_TRUE(depths.contains(112));
  EXPECT_TRUE(depths.contains(16)); // 112 is no multiple of 32
  EXPECT_EQ(depths.size(), 2u);
}

TEST_F(SpaceTest, VariationsDifferAndAreLegal) {
  Space space(headline(), target("h200"));
  std::vector<ScheduleAttr> list = space.variations(build(ieee()));
  expectLegal(list, headline(), "h200");
  EXPECT_FALSE(llvm::is_contained(list, build(ieee())));
  Draft changed = ieee();
  changed.b.swap = 0;
  EXPECT_TRUE(llvm::is_contained(list, build(changed)));
  changed = ieee();
  changed.policy = StorePolicy::Default;
  EXPECT_TRUE(llvm::is_contained(list, build(changed)));
  changed = ieee();
  changed.index = 64;
  EXPECT_TRUE(llvm::is_contained(list, build(changed)));
  changed = ieee();
  changed.fmaOrder = FmaOrder::Snake;
  EXPECT_TRUE(llvm::is_contained(list, build(changed)));
}

// Late or staged stores cannot be spaced: they are tried without.
TEST_F(SpaceTest, VariationsOfSpacedStores) {
  Space space(problem(32768, 32768, 8), target("h200")); // B leaves room
  std::vector<ScheduleAttr> list = space.variations(build(ieee()));
  Draft together = ieee(), late = ieee(), staged = ieee();
  together.spaced = late.spaced = staged.spaced = false;
  late.early = false;
  staged.path = StorePath::Staged;
  for (const Draft &draft : {together, late, staged})
    EXPECT_TRUE(llvm::is_contained(list, build(draft)));
  // And back.
  EXPECT_TRUE(
      llvm::is_contained(space.variations(build(together)), build(ieee())));
}

// Reading ahead changes no kernel on the tensor cores, nor does the depth of a
// ring of pieces: what is tried differs in more than its name.
TEST_F(SpaceTest, VariationsAreOtherKernels) {
  Problem p = headline(PrecisionMode::Bf16x6);
  Draft base = tensor(MmaKind::Bf16, 512);
  base.a.pieces = true;
  std::vector<ScheduleAttr> list =
      Space(p, target("h200")).variations(build(base));
  expectLegal(list, p, "h200");
  EXPECT_GT(list.size(), 10u);
  for (ScheduleAttr schedule : list) {
    Draft draft = Draft::of(schedule);
    EXPECT_EQ(draft.ahead, 0);
    EXPECT_TRUE(!draft.a.pieces || draft.a.depth == 1);
  }
}

// Slices cut at sectors, a lane's columns apart, a ring without padding: each
// is tried where it is legal.
TEST_F(SpaceTest, VariationsOfTornRows) {
  Problem torn = problem(10007, 10007, 32);
  torn.rowAlignment = 4;
  auto list = [&] {
    return Space(torn, target("h200")).variations(build(ieee()));
  };
  Draft skewed = ieee(), spread = ieee(), dense = ieee();
  skewed.skew = 8;
  spread.spread = true;
  spread.b.swap = 0;
  dense.a.dense = true;
  expectLegal(list(), torn, "h200");
  for (const Draft &draft : {skewed, spread, dense})
    EXPECT_TRUE(llvm::is_contained(list(), build(draft)));
  // And back.
  std::vector<ScheduleAttr> back =
      Space(torn, target("h200")).variations(build(spread));
  Draft together = spread;
  together.spread = false;
  EXPECT_TRUE(llvm::is_contained(back, build(together)));
  // Of a C that is read, slices do not overlap.
  torn.takesSkew = false;
  expectLegal(list(), torn, "h200");
  EXPECT_FALSE(llvm::is_contained(list(), build(skewed)));
  EXPECT_TRUE(llvm::is_contained(list(), build(spread)));
}

TEST_F(SpaceTest, PrunedListIsLegalAndRepeatable) {
  std::vector<ScheduleAttr> list = pruned(headline(), 1);
  expectLegal(list, headline(), "h200");
  EXPECT_EQ(list.size(), 30u);
  EXPECT_EQ(list, pruned(headline(), 1));
  std::vector<ScheduleAttr> other = pruned(headline(), 2);
  EXPECT_NE(list, other);
  // Only what was drawn depends on the seed.
  EXPECT_TRUE(std::equal(list.begin(), list.begin() + 20, other.begin()));
}

TEST_F(SpaceTest, GivenSchedulesComeFirst) {
  Draft draft = ieee();
  draft.unroll = 8;
  EXPECT_EQ(pruned(headline(), 1, {build(draft)}).front(), build(draft));
}

// What decides whether the tuner finds a good schedule in a minute: few of the
// structures may look faster to the model than the best that was ever measured.
TEST_F(SpaceTest, ModelPutsTheBestMeasuredAhead) {
  const Chip &chip = *lookupChip("h200");
  for (PrecisionMode precision :
       {PrecisionMode::Ieee, PrecisionMode::Tf32, PrecisionMode::F16x3,
        PrecisionMode::Bf16x6}) {
    Problem p = headline(precision);
    ScheduleAttr best = bestMeasured(p);
    ASSERT_TRUE(best);
    auto predict = [&](ScheduleAttr schedule) {
      return Model().predict(schedule, p, chip).milliseconds;
    };
    double expected = predict(best);
    std::vector<ScheduleAttr> structures =
        Space(p, target("h200")).structures();
    size_t ahead = llvm::count_if(structures, [&](ScheduleAttr schedule) {
      return predict(schedule) < expected;
    });
    EXPECT_LT(ahead, structures.size() / 7)
        << stringifyPrecisionMode(precision).str();
  }
}
