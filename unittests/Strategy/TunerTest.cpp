//===- TunerTest.cpp - Which schedule is the fastest ----------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The tuner with a measuring function that knows the truth: what it finds, what
// it spends, and what it does with schedules that are wrong or do not run.
//
//===----------------------------------------------------------------------===//

#include "StrategyTest.h"

#include "ts/Strategy/Tuner.h"

#include "llvm/ADT/DenseMap.h"

using namespace ts;

namespace {

class TunerTest : public StrategyTest {
protected:
  TunerTest() {
    options.climbs = 0;
    for (int64_t rows : {64, 128, 256, 512, 1024, 2048, 4096, 8192}) {
      Draft draft = ieee();
      draft.blocks = BlockOrder::Grid;
      draft.gridRows = rows;
      list.push_back(build(draft));
      candidates.push_back({list.back(), double(list.size())});
    }
  }

  Measurement measure(ScheduleAttr schedule, unsigned samples) {
    log.push_back({schedule, samples});
    Measurement result;
    result.milliseconds = truth.count(schedule) ? truth[schedule] : 10;
    result.memsetMilliseconds = 1;
    result.samples = samples;
    result.seconds = secondsPerSample * samples;
    if (schedule == wrong)
      result.wrong = "element [0, 0] differs";
    if (schedule == failing)
      result.failed = "does not compile";
    result.isFatal = schedule == fatal;
    return result;
  }

  TuneResult tune() {
    return Tuner(
               options,
               [&](ScheduleAttr schedule, unsigned samples) {
                 return measure(schedule, samples);
               },
               [&](ScheduleAttr schedule) { return around[schedule]; },
               [&](llvm::ArrayRef<ScheduleAttr> schedules) {
                 announced.insert(announced.end(), schedules.begin(),
                                  schedules.end());
               },
               [&](llvm::ArrayRef<Trial> trials) {
                 saved.push_back(trials.size());
               })
        .run(candidates);
  }

  TuneOptions options;
  std::vector<ScheduleAttr> list;
  std::vector<Candidate> candidates;
  llvm::DenseMap<ScheduleAttr, double> truth;
  llvm::DenseMap<ScheduleAttr, std::vector<Candidate>> around;
  ScheduleAttr wrong, failing, fatal;
  double secondsPerSample = 0;
  std::vector<std::pair<ScheduleAttr, unsigned>> log;
  std::vector<ScheduleAttr> announced;
  std::vector<size_t> saved;
};

} // namespace

TEST_F(TunerTest, MeasuresAllShortlyAndTheBestLonger) {
  truth[list[5]] = 1;
  truth[list[2]] = 2;
  options.firstSamples = 5;
  options.lastSamples = 20;
  options.finalists = 1;
  TuneResult result = tune();
  ASSERT_TRUE(result.best());
  EXPECT_EQ(result.best()->schedule, list[5]);
  EXPECT_EQ(result.best()->measured.samples, 20);
  EXPECT_EQ(result.best()->predicted, 6);
  EXPECT_EQ(result.trials[1].schedule, list[2]);
  EXPECT_EQ(result.trials.size(), list.size());
  // Eight for 5 samples, four for 10, two for 20.
  ASSERT_EQ(log.size(), 14u);
  EXPECT_EQ(log[7].second, 5u);
  EXPECT_EQ(log[8].second, 10u);
  EXPECT_EQ(log[12].second, 20u);
  EXPECT_EQ(saved, std::vector<size_t>({8, 4, 2}));
  // With time for all, what is announced is what is measured.
  std::vector<ScheduleAttr> measured;
  for (auto [schedule, samples] : log)
    measured.push_back(schedule);
  EXPECT_EQ(announced, measured);
}

TEST_F(TunerTest, WrongResultsAreNeverTheBest) {
  wrong = list[0];
  failing = list[1];
  truth[wrong] = truth[failing] = 0.1;
  truth[list[3]] = 5;
  TuneResult result = tune();
  EXPECT_EQ(result.best()->schedule, list[3]);
  EXPECT_EQ(result.trials[6].schedule, wrong);
  EXPECT_EQ(result.trials[7].schedule, failing);
  for (auto [schedule, samples] : log)
    if (schedule == wrong || schedule == failing)
      EXPECT_EQ(samples, options.firstSamples);
}

TEST_F(TunerTest, NothingUsable) {
  candidates = {{list[0], 1}};
  wrong = list[0];
  TuneResult result = tune();
  EXPECT_EQ(result.best(), nullptr);
  EXPECT_EQ(result.trials.size(), 1u);
  candidates.clear();
  EXPECT_EQ(tune().best(), nullptr);
}

TEST_F(TunerTest, ClimbsFromTheBest) {
  candidates.resize(2);
  options.climbs = 3;
  truth[list[1]] = 5;
  truth[list[6]] = 4;
  truth[list[7]] = 3;
  around[list[1]] = {{list[0], 1}, {list[6], 1}};
  around[list[6]] = {{list[7], 1}};
  TuneResult result = tune();
  EXPECT_EQ(result.best()->schedule, list[7]);
  // What is known is not measured again for the same number of samples.
  EXPECT_EQ(result.trials.size(), 4u);
  EXPECT_EQ(saved[1], 1u);
  std::vector<ScheduleAttr> first(announced.begin(), announced.begin() + 4);
  EXPECT_EQ(first,
            std::vector<ScheduleAttr>({list[0], list[1], list[6], list[7]}));
}

TEST_F(TunerTest, KeepsToTheBudget) {
  secondsPerSample = 1;
  options.firstSamples = 2;
  options.budget = 10;
  options.candidateShare = 0.6;
  TuneResult result = tune();
  // Three take the first 6 seconds, then 4 samples of one take the rest.
  EXPECT_EQ(result.trials.size(), 3u);
  EXPECT_EQ(result.notMeasured, 5u);
  EXPECT_EQ(log.size(), 4u);
  EXPECT_EQ(result.seconds, 10);
  // All eight; then the three that are left to be measured for longer.
  EXPECT_EQ(announced.size(), 11u);
}

TEST_F(TunerTest, StopsWhenTheDeviceIsLost) {
  fatal = failing = list[2];
  TuneResult result = tune();
  EXPECT_TRUE(result.isDeviceLost);
  EXPECT_EQ(log.size(), 3u);
  EXPECT_EQ(result.notMeasured, 5u);
  ASSERT_TRUE(result.best());
  EXPECT_NE(result.best()->schedule, fatal);
}

TEST_F(TunerTest, EachCandidateOnce) {
  candidates.push_back(candidates[0]);
  options.lastSamples = options.firstSamples;
  EXPECT_EQ(tune().trials.size(), list.size());
  EXPECT_EQ(log.size(), list.size());
}
