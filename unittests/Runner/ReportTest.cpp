//===- ReportTest.cpp - What a run says about itself ----------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Exit codes of every outcome, and times that cannot be true.
//
//===----------------------------------------------------------------------===//

#include "ts/Runner/Report.h"

#include "gtest/gtest.h"

using namespace ts;

TEST(Report, ExitCodes) {
  Report report;
  EXPECT_EQ(ExitCode::Ok, report.exitCode());
  report.notChecked = "no contract";
  EXPECT_EQ(ExitCode::NotChecked, report.exitCode());
  report.checkDeclined = true;
  EXPECT_EQ(ExitCode::Ok, report.exitCode());
  report.checkDeclined = false;
  report.hasOutputs = false;
  EXPECT_EQ(ExitCode::Ok, report.exitCode());
  report.problems.push_back("wrong");
  EXPECT_EQ(ExitCode::WrongResult, report.exitCode());
}

static rt::Timing timing(double work, double baseline) {
  rt::Timing result;
  for (int i = 0; i < 3; ++i) {
    result.work.add(work);
    result.baseline.add(baseline);
  }
  return result;
}

TEST(Report, TimesBelowTheFloorAreImpossible) {
  uint64_t large = uint64_t(4) << 30, l2 = 50 << 20;
  EXPECT_EQ("", impossibleTime(timing(1.3, 0.92), large, l2));
  EXPECT_EQ("", impossibleTime(timing(0.91, 0.92), large, l2));
  EXPECT_NE("", impossibleTime(timing(0.5, 0.92), large, l2));
  // A cached output, or no memset to compare with, has no floor.
  EXPECT_EQ("", impossibleTime(timing(0.5, 0.92), 80 << 20, l2));
  EXPECT_EQ("", impossibleTime(timing(0.5, 0.92), 1 << 20, 0));
  rt::Timing alone;
  alone.work.add(0.5);
  EXPECT_EQ("", impossibleTime(alone, large, l2));
}

TEST(Report, TextAndJsonHoldTheNumbers) {
  Report report;
  report.file = "x.mlir";
  report.entry = "main";
  report.device.kind = "sim";
  report.simulated = SimulatedWork();
  report.simulated->launches = 1;
  report.simulated->blocksRun = 4;
  report.simulated->blocksTotal = 132;
  report.simulated->sampleSeed = 17;
  OutputReport output;
  output.argument = 2;
  output.where = "host";
  output.elements = 1000;
  output.result.compared = 30;
  output.result.referenceSquared = 2;
  report.outputs.push_back(output);
  std::string text;
  llvm::raw_string_ostream os(text);
  report.print(os);
  for (const char *part :
       {"x.mlir, @main", "simulator", "4 of 132 blocks", "seed 17",
        "30 of 1000 elements (3.00%)", "every bit equal", "ok"})
    EXPECT_NE(std::string::npos, text.find(part)) << part << "\n" << text;
  llvm::json::Value json = report.toJson();
  const llvm::json::Object *object = json.getAsObject();
  EXPECT_EQ(0, object->getInteger("exit_code"));
  EXPECT_EQ(4, object->getObject("simulated")->getInteger("blocks_run"));
}

TEST(Report, PromiseAndMechanismStandBesideTheError) {
  Report report;
  OutputReport output;
  output.where = "device";
  output.precision = num::Precision::Fp32AccurateNormwise;
  output.mechanism = "f16x3";
  output.magnitude = num::Magnitude::Normwise;
  output.bitExact = false;
  output.bound = 2e-6;
  output.elements = output.result.compared = 10;
  output.result.mismatches = 7;
  output.result.notComparable = 3;
  output.result.referenceSquared = 4;
  output.result.maxScaledError = 1.5e-7;
  report.outputs.push_back(output);
  EXPECT_EQ("", output.problem());
  std::string text;
  llvm::raw_string_ostream os(text);
  report.print(os);
  for (const char *part :
       {"fp32_accurate_normwise, by f16x3", "max 1.50e-07 of K max|a| max|b|",
        "bound 2.00e-06", "3 elements cannot be compared"})
    EXPECT_NE(std::string::npos, text.find(part)) << part << "\n" << text;
  llvm::json::Value json = report.toJson();
  const llvm::json::Object *check =
      (*json.getAsObject()->getArray("outputs"))[0].getAsObject();
  EXPECT_EQ("f16x3", *check->getString("mechanism"));
  EXPECT_EQ("fp32_accurate_normwise", *check->getString("precision"));
  EXPECT_EQ(3, *check->getInteger("not_comparable"));
}

TEST(Report, AZeroReferenceIsSaid) {
  Report report;
  OutputReport output;
  output.where = "host";
  output.elements = output.result.compared = 10;
  report.outputs.push_back(output);
  std::string text;
  llvm::raw_string_ostream os(text);
  report.print(os);
  EXPECT_NE(std::string::npos, text.find("reference is zero"));
}
