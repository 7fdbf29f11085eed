//===- ModelTest.cpp - How long a schedule should take --------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// What must hold whatever the constants are, and how far the constants that
// ship are from the measurements they came from.
//
//===----------------------------------------------------------------------===//

#include "StrategyTest.h"

#include "ts/Strategy/ModelReport.h"
#include "ts/Strategy/PtxWork.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>

using namespace ts;

namespace {

class ModelTest : public StrategyTest {
protected:
  Prediction predict(const Draft &draft, const Problem &problem,
                     const char *chip = "h200") {
    return Model().predict(build(draft), problem, *lookupChip(chip));
  }
  double time(const Draft &draft, const Problem &problem,
              const char *chip = "h200") {
    return predict(draft, problem, chip).milliseconds;
  }
  double time(const Draft &draft) { return time(draft, headline()); }
  /// Relative error against a measured time.
  void expectNear(const Draft &draft, double measured, double tolerance,
                  PrecisionMode precision = PrecisionMode::Ieee) {
    double predicted = time(draft, headline(precision));
    EXPECT_LT(std::abs(predicted / measured - 1), tolerance)
        << predicted << " for " << measured;
  }
};

/// The draft with one change.
template <typename Change>
Draft with(Draft draft, Change change) {
  change(draft);
  return draft;
}

} // namespace

TEST_F(ModelTest, MoreWorkTakesLonger) {
  EXPECT_LT(time(ieee(), problem(16384, 32768, 32)), time(ieee()));
  EXPECT_LT(time(ieee(), problem(32768, 16384, 32)), time(ieee()));
  EXPECT_LT(time(ieee(), problem(32768, 32768, 16)), time(ieee()));
}

TEST_F(ModelTest, NothingIsFasterThanTheFloor) {
  for (const Chip &chip : knownChips())
    for (const Draft &draft :
         {ieee(), tensor(MmaKind::Tf32, 64), tensor(MmaKind::Tf32, 1024)}) {
      Problem p =
          headline(draft.isMma ? PrecisionMode::Tf32 : PrecisionMode::Ieee);
      double floor = 4294967296.0 / chip.writeGBs() * 1e-6;
      EXPECT_GE(time(draft, p, chip.name.data()), floor);
    }
}

TEST_F(ModelTest, BetterSchedulesAreFaster) {
  double best = time(ieee());
  EXPECT_GT(time(with(ieee(), [](Draft &d) { d.b.swap = 0; })), best);
  EXPECT_GT(time(with(ieee(), [](Draft &d) { d.ahead = 0; })), best);
  EXPECT_GT(time(with(ieee(), [](Draft &d) { d.a.depth = 1; })), best);
  EXPECT_GT(time(with(ieee(), [](Draft &d) { d.unroll = 1; })), best);
  EXPECT_GT(time(with(ieee(), [](Draft &d) { d.unroll = 8; })), best);
  EXPECT_GT(time(with(ieee(), [](Draft &d) { d.linearCount = 128; })), best);
  EXPECT_GT(time(with(ieee(), [](Draft &d) { d.b = {Home::Global}; })), best);
}

TEST_F(ModelTest, StoresMatterWhereWritesBind) {
  Draft base = tensor(MmaKind::Tf32, 128);
  Problem p = headline(PrecisionMode::Tf32);
  EXPECT_EQ(predict(base, p).binding().name, "dram");
  Draft direct = with(base, [](Draft &d) { d.path = StorePath::Direct; });
  EXPECT_GT(time(direct, p), time(base, p));
  Draft plain = with(base, [](Draft &d) { d.policy = StorePolicy::Default; });
  EXPECT_GT(time(plain, p), time(base, p));
  // Too few rows read B too often, too many open too wide a window.
  EXPECT_GT(time(tensor(MmaKind::Tf32, 32), p), time(base, p));
  EXPECT_GT(time(tensor(MmaKind::Tf32, 4096), p), time(base, p));
}

TEST_F(ModelTest, MoreProductsTakeLonger) {
  Draft draft = tensor(MmaKind::Bf16, 512);
  EXPECT_LT(time(draft, headline(PrecisionMode::Bf16x3)),
            time(draft, headline(PrecisionMode::Bf16x6)));
  EXPECT_LT(time(draft, headline(PrecisionMode::Bf16x6)),
            time(draft, headline(PrecisionMode::Bf16x9)));
}

TEST_F(ModelTest, BlocksThatNoSMHoldsCannotRun) {
  CompiledFacts facts;
  facts.registers = 255;
  Draft draft = with(ieee(), [](Draft &d) { d.warps = {4, 4}; });
  Prediction prediction =
      Model().predict(build(draft), headline(), *lookupChip("h200"), facts);
  EXPECT_EQ(prediction.residentBlocks, 0);
  EXPECT_TRUE(std::isinf(prediction.milliseconds));
  EXPECT_EQ(prediction.summary(), "no SM holds a block of it");
}

TEST_F(ModelTest, EmptyProblemsTakeALaunch) {
  for (const Problem &p :
       {problem(0, 5, 5), problem(5, 0, 5), problem(5, 5, 0)})
    EXPECT_EQ(time(ieee(), p), ModelConstants().launch);
}

TEST_F(ModelTest, ConstantsByName) {
  ModelConstants constants;
  EXPECT_FALSE(bool(setConstants(constants, "stall=0.5,launch=1e-2")));
  EXPECT_EQ(constants.stall, 0.5);
  EXPECT_EQ(constants.launch, 0.01);
  auto fault = [&](llvm::StringRef text) {
    return llvm::toString(setConstants(constants, text));
  };
  EXPECT_EQ(fault("stall"), "'stall' is not NAME=NUMBER");
  EXPECT_EQ(fault("stall=x"), "'stall=x' is not NAME=NUMBER");
  EXPECT_EQ(llvm::StringRef(fault("stal=1")).split(';').first,
            "the model has no constant 'stal'");
  // Each number of the struct has a name.
  EXPECT_EQ(modelConstantEntries().size() * sizeof(double),
            sizeof(ModelConstants));
}

// benchmarks/headline.md, "What each property is worth", first pass.
TEST_F(ModelTest, MeasuredIeeeSchedules) {
  constexpr double tolerance = 0.05;
  expectNear(ieee(), 1.3257, tolerance);
  expectNear(with(ieee(), [](Draft &d) { d.unroll = 1; }), 1.6285, 0.08);
  expectNear(with(ieee(), [](Draft &d) { d.unroll = 4; }), 1.3892, tolerance);
  expectNear(with(ieee(), [](Draft &d) { d.unroll = 8; }), 1.4247, tolerance);
  expectNear(with(ieee(), [](Draft &d) { d.b.swap = 0; }), 1.4745, tolerance);
  expectNear(with(ieee(), [](Draft &d) { d.ahead = 0; }), 1.4161, tolerance);
  expectNear(with(ieee(), [](Draft &d) { d.a.depth = 1; }), 1.3438, tolerance);
}

TEST_F(ModelTest, RankCorrelation) {
  EXPECT_DOUBLE_EQ(rankCorrelation({1, 2, 3, 4}, {10, 20, 35, 40}), 1);
  EXPECT_DOUBLE_EQ(rankCorrelation({1, 2, 3, 4}, {4, 3, 2, 1}), -1);
  // Equal values share a rank: 0, 1.5, 1.5, 3 against 0, 1, 2, 3.
  EXPECT_DOUBLE_EQ(rankCorrelation({1, 2, 2, 3}, {1, 2, 3, 4}),
                   4.5 / std::sqrt(4.5 * 5));
  EXPECT_EQ(rankCorrelation({1, 1}, {1, 2}), 0);
  EXPECT_EQ(rankCorrelation({}, {}), 0);
}

// The constants were fitted to records of the headline problem, fifteen of them
// measured by hand; those of other shapes were measured later. More on what the
// model is worth: benchmarks/model.md.
TEST_F(ModelTest, RecordsAreMet) {
  auto records = TuningDatabase::shipped().getRecords();
  ModelReport all = compareModel(ModelConstants(), records, &context);
  EXPECT_LT(all.medianError(), 0.1);
  EXPECT_GT(all.rankCorrelation(), 0.9);

  std::vector<TuningRecord> headlines;
  llvm::copy_if(records, std::back_inserter(headlines), [](const auto &record) {
    return record.key.m == 32768 && record.key.n == 32768 && record.key.k == 32;
  });
  ModelReport fitted = compareModel(ModelConstants(), headlines, &context);
  EXPECT_GE(fitted.rows.size(), 150u);
  EXPECT_LT(fitted.medianError(), 0.05);
  EXPECT_GT(fitted.rankCorrelation(), 0.9);

  constexpr size_t byHand = 15;
  ModelReport hand =
      compareModel(ModelConstants(), records.take_front(byHand), &context);
  EXPECT_EQ(hand.rows.size(), byHand);
  EXPECT_EQ(hand.skipped, 0u);
  EXPECT_LT(hand.medianError(), 0.1);
  EXPECT_GT(hand.rankCorrelation(), 0.9);
}

// Too few warps leave schedulers idle, a spilled register costs two accesses a
// tile, and rows of C that no wide store fits are written more than once.
TEST_F(ModelTest, WhatSchedulesLose) {
  double best = time(ieee());
  EXPECT_GT(time(with(ieee(), [](Draft &d) { d.warps = {2, 1}; })), 1.5 * best);
  EXPECT_GT(time(with(ieee(), [](Draft &d) { d.warps = {4, 1}; })), 1.1 * best);
  Draft ring = with(ieee(), [](Draft &d) { d.a = {Home::Shared, 2, 0, 32}; });
  EXPECT_GT(time(ring), 1.1 * best);
  Draft grid = with(ieee(), [](Draft &d) {
    d.blocks = BlockOrder::Grid;
    d.gridRows = 128;
  });
  EXPECT_GT(time(grid), 1.2 * best);

  Draft tf32 = tensor(MmaKind::Tf32, 128);
  Draft starved = with(tf32, [](Draft &d) {
    d.warps = {4, 4};
    d.residents = 3;
  });
  Prediction spilled = predict(starved, headline(PrecisionMode::Tf32));
  EXPECT_EQ(spilled.binding().name, "spills");
  EXPECT_GT(spilled.milliseconds,
            3 * time(tf32, headline(PrecisionMode::Tf32)));

  Problem unaligned = problem(32768, 32767, 1);
  unaligned.rowAlignment = 4;
  EXPECT_GT(time(ieee(), unaligned),
            1.5 * time(ieee(), problem(32768, 32768, 1)));
}

TEST_F(ModelTest, InstructionsOfPtx) {
  // Tiles of 8 multiply-adds, 2 in each of 3 rounds and 2 after the loop.
  constexpr char ptx[] = R"(
.visible .entry kernel()
{
	mov.u32 	%r0, %tid.x;
$L__BB0_1: // tiles
	cp.async.ca.shared.global [%rd1], [%rd2], 4;
	cp.async.commit_group;
$L__BB0_2: // k
	ld.shared.v4.b32 	{%f1, %f2, %f3, %f4}, [%rd3];
	fma.rn.f32 	%f5, %f1, %f2, %f5;
	fma.rn.f32 	%f6, %f1, %f2, %f6;
	mov.b32 	%f7, %f6;
	setp.lt.s32 	%p1, %r1, %r2;
	@%p1 bra 	$L__BB0_2;
	fma.rn.f32 	%f5, %f1, %f2, %f5;
	fma.rn.f32 	%f6, %f1, %f2, %f6;
	st.global.cs.v2.f32 	[%rd4], {%f5, %f6};
	add.s64 	%rd4, %rd4, 8;
	@%p2 bra 	$L__BB0_1;
	ret;
}
)";
  Work estimate;
  estimate.fma = 8;
  estimate.uniformLoads = 1;
  std::optional<Work> work = countPtx(ptx, estimate);
  ASSERT_TRUE(work);
  EXPECT_EQ(work->fma, 8);
  EXPECT_EQ(work->stores, 1);
  EXPECT_EQ(work->copies, 1);
  EXPECT_EQ(work->uniformLoads, 1);
  EXPECT_EQ(work->wideLoads, 2);
  // 3 x (setp, bra); an addition of 64 bits, a branch.
  EXPECT_EQ(work->other, 3 * 2 + 2 + 1);
  // No loop that stores, or arithmetic that is not the expected one.
  EXPECT_FALSE(countPtx("	ret;\n", estimate));
  EXPECT_FALSE(countPtx(ptx, Work()));
  estimate.fma = 9;
  EXPECT_TRUE(countPtx(ptx, estimate)); // the loop may end early
  EXPECT_FALSE(countPtx(std::string(ptx) + ptx, estimate));
}

// Where rows fit no wide store, lanes that own columns side by side write runs.
TEST_F(ModelTest, SpreadColumnsWriteTornRowsFaster) {
  Problem torn = problem(10007, 10007, 32);
  torn.rowAlignment = 4;
  Draft together = with(ieee(), [](Draft &draft) { draft.b.swap = 0; });
  Draft spread = with(together, [](Draft &draft) { draft.spread = true; });
  EXPECT_LT(time(spread, torn), time(together, torn));
  // Rows that take wide stores lose by it.
  Problem whole = problem(10008, 10008, 32);
  EXPECT_GE(time(spread, whole), time(together, whole));
}

// Slices that overlap are more slices.
TEST_F(ModelTest, SkewIsNotForNothing) {
  Draft skewed = with(ieee(), [](Draft &draft) { draft.skew = 512; });
  EXPECT_GT(time(skewed, headline()), time(ieee(), headline()));
}
