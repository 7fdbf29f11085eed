//===- StrategiesTest.cpp - Which family takes which problem --------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// What a strategy proposes by itself, whatever has been measured and whatever
// the model thinks.
//
//===----------------------------------------------------------------------===//

#include "StrategyTest.h"

#include "ts/Strategy/Decision.h"
#include "ts/Strategy/Strategy.h"

using namespace ts;

namespace {

class StrategiesTest : public StrategyTest {
protected:
  std::optional<Draft> ask(const Strategy &strategy, const Problem &problem,
                           const char *chip = "h200") {
    auto proposal = strategy.propose(problem, *lookupChip(chip), &context);
    if (!proposal)
      return std::nullopt;
    EXPECT_FALSE(proposal->reason.empty());
    std::string fault;
    EXPECT_TRUE(fits(proposal->schedule, problem, target(chip), &fault))
        << fault;
    return Draft::of(proposal->schedule);
  }
  std::optional<Draft> fewSteps(const Problem &problem,
                                const char *chip = "h200") {
    return ask(*createFewStepsStrategy(), problem, chip);
  }
  std::optional<Draft> mma(const Problem &problem, const char *chip = "h200") {
    return ask(*createMmaStrategy(), problem, chip);
  }
  std::optional<Draft> out(const Problem &problem) {
    return ask(*createOutStrategy(), problem);
  }
  /// A problem with rows of C that begin anywhere.
  Problem torn(int64_t m, int64_t n, int64_t k, bool takesSkew = true) {
    Problem result = problem(m, n, k);
    result.rowAlignment = 4;
    result.takesSkew = takesSkew;
    return result;
  }
};

} // namespace

TEST_F(StrategiesTest, FewStepsAreSmallGrids) {
  for (int64_t k : {1, 2, 3, 4, 5, 8, 16}) {
    std::optional<Draft> draft = fewSteps(problem(32768, 32768, k));
    ASSERT_TRUE(draft) << k;
    EXPECT_EQ(draft->blocks, BlockOrder::Grid);
    EXPECT_EQ(draft->vector, 4);
    EXPECT_EQ(draft->skew, 0);
    EXPECT_FALSE(draft->spread);
    EXPECT_TRUE(draft->early);
    // All steps in one body.
    EXPECT_EQ(draft->unroll, k);
    // A narrow band: warps compute a second tile only where much is copied for
    // it.
    int64_t band = draft->warps[0] * draft->tile[0];
    EXPECT_EQ(draft->gridRows / band, k > 8 ? 4 : 1) << k;
    // Shared memory is for what is read more than once.
    EXPECT_EQ(draft->a.home == Home::Global, k <= 4) << k;
    EXPECT_EQ(draft->b.home == Home::Global, k <= 4) << k;
  }
}

TEST_F(StrategiesTest, FewStepsWhereRowsAreTorn) {
  for (int64_t k : {1, 2, 4, 8, 16}) {
    std::optional<Draft> draft = fewSteps(torn(20011, 20011, k));
    ASSERT_TRUE(draft) << k;
    EXPECT_EQ(draft->vector, 1);
    // The band that the SMs write at a time stays narrow.
    EXPECT_LE(draft->gridRows, 128) << k;
  }
  EXPECT_LT(fewSteps(torn(20011, 20011, 8))->gridRows,
            fewSteps(torn(20011, 20011, 16))->gridRows);
  // Fewer blocks at a time where they are done soonest.
  EXPECT_EQ(fewSteps(torn(20011, 20011, 1))->residents, 1);
  EXPECT_EQ(fewSteps(torn(20011, 20011, 2))->residents, 0);
  // The alignment decides, not whether slices may overlap.
  EXPECT_TRUE(fewSteps(torn(20011, 20011, 4, /*takesSkew=*/false)));
}

TEST_F(StrategiesTest, FewStepsAreNotForEverything) {
  EXPECT_FALSE(fewSteps(problem(32768, 32768, 0)));
  EXPECT_FALSE(fewSteps(problem(32768, 32768, 17)));
  // Less than a slice or a band of warps.
  EXPECT_FALSE(fewSteps(problem(1 << 24, 127, 4)));
  EXPECT_FALSE(fewSteps(torn(1 << 24, 511, 2)));
  EXPECT_FALSE(fewSteps(problem(31, 1 << 24, 2)));
  EXPECT_FALSE(fewSteps(problem(63, 1 << 24, 16)));
  // The tensor cores have strategies of their own.
  EXPECT_FALSE(fewSteps(problem(32768, 32768, 4, PrecisionMode::Bf16x3)));
  // Much of C stays in the L2: only a few steps, the longer the larger C.
  EXPECT_TRUE(fewSteps(problem(4096, 4096, 1)));
  EXPECT_TRUE(fewSteps(problem(4096, 4096, 8)));
  EXPECT_FALSE(fewSteps(problem(4096, 4096, 9)));
  EXPECT_TRUE(fewSteps(problem(8192, 8192, 16)));
  EXPECT_TRUE(fewSteps(torn(4099, 4099, 2)));
  EXPECT_FALSE(fewSteps(torn(4099, 4099, 3)));
}

/// The more registers B takes, the fewer columns of it has a warp, and blocks
/// an SM.
TEST_F(StrategiesTest, MmaKeepsColumnsOfBUpToLongK) {
  auto bf16x6 = [&](int64_t m, int64_t n, int64_t k) {
    return problem(m, n, k, PrecisionMode::Bf16x6);
  };
  struct {
    int64_t k, warps, columns, residents, sums;
  } expected[] = {{32, 4, 64, 3, 1},  {48, 4, 64, 2, 2},  {64, 4, 32, 3, 2},
                  {100, 8, 32, 1, 2}, {112, 8, 32, 1, 2}, {128, 8, 32, 1, 1}};
  for (auto [k, warps, columns, residents, sums] : expected) {
    std::optional<Draft> draft = mma(bf16x6(32768, 32768, k));
    ASSERT_TRUE(draft) << k;
    EXPECT_EQ(draft->warps, (std::array<int64_t, 2>{1, warps})) << k;
    EXPECT_EQ(draft->tile, (std::array<int64_t, 2>{8, columns})) << k;
    EXPECT_EQ(draft->residents, residents) << k;
    EXPECT_EQ(draft->sums, sums) << k;
    EXPECT_EQ(draft->b.home, Home::Registers) << k;
    EXPECT_TRUE(draft->a.pieces) << k;
  }
  EXPECT_FALSE(mma(bf16x6(32768, 32768, 129)));
  // One product has nothing to deal to two sums.
  EXPECT_EQ(mma(problem(32768, 32768, 64, PrecisionMode::Tf32))->sums, 1);
  // 99 KB are for a ring of four warps; so is a narrow C.
  EXPECT_EQ(mma(bf16x6(32768, 32768, 128), "rtx4090")->warps[1], 4);
  EXPECT_EQ(mma(bf16x6(1 << 20, 200, 128))->warps[1], 4);
}

TEST_F(StrategiesTest, MmaBlocksFillTheChip) {
  auto rows = [&](int64_t m, int64_t n, int64_t k) {
    return mma(problem(m, n, k, PrecisionMode::Bf16x6))->gridRows;
  };
  // One block at a time: the rows that leave the last SM done soonest.
  EXPECT_EQ(rows(4096, 4096, 100), 512);
  EXPECT_EQ(rows(8192, 8192, 100), 2048);
  EXPECT_EQ(rows(10007, 10007, 100), 512);
  EXPECT_EQ(rows(100, 1 << 20, 100), 128);
  // Several at a time: no fewer blocks than SMs, if there are rows for them.
  EXPECT_EQ(rows(32768, 32768, 48), 512);
  EXPECT_EQ(rows(4096, 4096, 48), 256);
  EXPECT_EQ(rows(512, 512, 48), 32);
}

/// What --tune looks at besides the space.
TEST_F(StrategiesTest, AllProposalsThatFit) {
  Problem few = problem(32768, 32768, 4);
  std::vector<ScheduleAttr> proposals = proposalsFor(few, target("h200"));
  ASSERT_GE(proposals.size(), 3u); // few steps, out, stream
  EXPECT_EQ(Draft::of(proposals[0]).columns(), 128);
  EXPECT_EQ(Draft::of(proposals[1]).blocks, BlockOrder::Linear);
  for (ScheduleAttr schedule : proposals)
    EXPECT_TRUE(fits(schedule, few, target("h200")));
  // Persistent blocks have no room for a slice of B there.
  for (ScheduleAttr schedule :
       proposalsFor(problem(32768, 32768, 4096), target("h200")))
    EXPECT_NE(Draft::of(schedule).blocks, BlockOrder::Linear);
}

/// Where stores bind, all slices get the same number of blocks.
TEST_F(StrategiesTest, OutDealsTornSlicesEvenly) {
  for (int64_t k : {17, 24}) {
    std::optional<Draft> draft = out(torn(10007, 10007, k));
    ASSERT_TRUE(draft) << k;
    EXPECT_EQ(draft->linearCount, 120) << k; // 20 slices
  }
  EXPECT_EQ(out(torn(10007, 10007, 25))->linearCount, 132);
  // 45 slices: too many SMs would be left.
  EXPECT_EQ(out(torn(10007, 22500, 24))->linearCount, 132);
}

TEST_F(StrategiesTest, OutCutsTornRowsAtSectors) {
  std::optional<Draft> draft = out(torn(10007, 10007, 32));
  ASSERT_TRUE(draft);
  EXPECT_EQ(draft->skew, 8); // 32 bytes
  EXPECT_TRUE(draft->spread);
  EXPECT_EQ(draft->vector, 4);
  EXPECT_EQ(draft->b.swap, 0);
  EXPECT_EQ(draft->warps[1], 1);
  // Blocks are counted over slices as far apart as they are.
  int64_t step = draft->columns() - 8, bands = draft->warps[0] * draft->tile[0];
  EXPECT_EQ(draft->linearCount,
            persistentBlocks((10007 + step - 1) / step,
                             (10007 + bands - 1) / bands, *lookupChip("h200")));

  std::optional<Draft> read = out(torn(10007, 10007, 32, /*takesSkew=*/false));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->skew, 0);
  EXPECT_FALSE(read->spread);
  EXPECT_EQ(read->vector, 1);
  std::optional<Draft> whole = out(problem(10008, 10008, 32));
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->skew, 0);
  EXPECT_FALSE(whole->spread);
}

// What an H200 is fastest with from K = 24 on (benchmarks/out-class.md).
TEST_F(StrategiesTest, OutKeepsStoresApart) {
  for (const Problem &p : {problem(32768, 32768, 33), torn(10007, 10007, 33)}) {
    std::optional<Draft> draft = out(p);
    ASSERT_TRUE(draft);
    EXPECT_EQ(draft->fmaOrder, FmaOrder::SnakeElements);
    EXPECT_TRUE(draft->early);
    EXPECT_TRUE(draft->spaced);
    EXPECT_EQ(draft->index, 32);
  }
}

// The padding goes before the width of a slice does.
TEST_F(StrategiesTest, OutTakesADenseRingForALongerK) {
  auto at = [&](int64_t k) { return *out(problem(32768, 32768, k)); };
  EXPECT_FALSE(at(64).a.dense);
  EXPECT_EQ(at(64).tile[1], 512);
  EXPECT_TRUE(at(100).a.dense);
  EXPECT_EQ(at(100).tile[1], 512);
  EXPECT_EQ(at(100).a.depth, 1);
  EXPECT_FALSE(at(128).a.dense);
  EXPECT_EQ(at(128).tile[1], 256);
}
