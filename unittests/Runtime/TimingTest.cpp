//===- TimingTest.cpp - Measurements on a scripted device -----------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A device whose clock follows a script, so that the number of samples, their
// order and the statistics are known exactly.
//
//===----------------------------------------------------------------------===//

#include "TestErrors.h"

#include "ts/Runtime/Timing.h"

#include <cmath>

using namespace llvm;
using namespace ts::rt;

namespace {
/// Notes what it is asked for; `time` returns what the work puts into `next`.
class ScriptedDevice final : public Device {
public:
  ScriptedDevice() { deviceInfo.l2Bytes = 1000; }
  const DeviceInfo &info() const override { return deviceInfo; }
  Expected<DeviceAddress> allocate(uint64_t bytes) override {
    allocated.push_back(bytes);
    ++live;
    return 4096;
  }
  Error free(DeviceAddress) override {
    --live;
    return Error::success();
  }
  bool owns(DeviceAddress) const override { return true; }
  Error copyToDevice(DeviceAddress, const void *, uint64_t) override {
    return createStringError("not scripted");
  }
  Error copyToHost(void *, DeviceAddress, uint64_t) override {
    return createStringError("not scripted");
  }
  Error copyOnDevice(DeviceAddress, DeviceAddress, uint64_t) override {
    return createStringError("not scripted");
  }
  Error fill(DeviceAddress, ArrayRef<uint8_t> pattern,
             uint64_t count) override {
    EXPECT_FALSE(timing) << "the L2 was cleared inside the timed window";
    log += "c";
    filled = pattern.size() * count;
    return Error::success();
  }
  Expected<ModuleHandle> loadModule(StringRef) override { return nullptr; }
  Error unloadModule(ModuleHandle) override { return Error::success(); }
  Expected<KernelHandle> getKernel(ModuleHandle, StringRef) override {
    return nullptr;
  }
  KernelFacts facts(KernelHandle) override { return {}; }
  Error launch(KernelHandle, const Launch &) override {
    return Error::success();
  }
  Error synchronize() override {
    log += "|";
    return Error::success();
  }
  Expected<double> time(function_ref<Error()> work) override {
    timing = true;
    Error error = work();
    timing = false;
    if (error)
      return std::move(error);
    return next;
  }

  /// A callback that logs `name` and takes `milliseconds(run)`.
  auto work(char name, std::function<double(unsigned)> milliseconds) {
    return [=, run = 0u]() mutable -> Error {
      log += timing ? name : char(tolower(name));
      if (timing)
        next = milliseconds(run++);
      return Error::success();
    };
  }

  std::string log;
  std::vector<uint64_t> allocated;
  uint64_t filled = 0;
  int live = 0;

private:
  DeviceInfo deviceInfo;
  bool timing = false;
  double next = 0;
};
} // namespace

TEST(Samples, Statistics) {
  Samples samples;
  EXPECT_TRUE(std::isinf(samples.noise()));
  EXPECT_EQ(samples.median(), 0);
  for (double value : {5.0, 1.0, 3.0, 2.0})
    samples.add(value);
  EXPECT_EQ(samples.min(), 1);
  EXPECT_DOUBLE_EQ(samples.mean(), 2.75);
  EXPECT_DOUBLE_EQ(samples.median(), 2.5);
  EXPECT_DOUBLE_EQ(samples.quantile(0), 1);
  EXPECT_DOUBLE_EQ(samples.quantile(1), 5);
  EXPECT_DOUBLE_EQ(samples.quantile(0.25), 1.75);
  // Variance 8.75 / 3; its root over sqrt(4), over the mean.
  EXPECT_DOUBLE_EQ(samples.noise(), std::sqrt(8.75 / 3) / 2 / 2.75);
  EXPECT_EQ(samples.all(), ArrayRef<double>({5, 1, 3, 2}));
}

TEST(Measure, AlternatesAndClearsOutsideOfTheWindow) {
  ScriptedDevice device;
  auto work = device.work('A', [](unsigned) { return 3; });
  auto baseline = device.work('B', [](unsigned) { return 2; });
  TimingOptions options;
  options.warmUp = 2;
  options.minSamples = 3;
  Timing timing = valueOf(measure(device, work, options, baseline));
  EXPECT_EQ(device.log, "abab|cAcBcAcBcAcB");
  EXPECT_EQ(timing.stop, Stop::Quiet);
  EXPECT_EQ(timing.work.all(), ArrayRef<double>({3, 3, 3}));
  EXPECT_EQ(timing.baseline.all(), ArrayRef<double>({2, 2, 2}));
  EXPECT_DOUBLE_EQ(timing.ratio(), 1.5);
  EXPECT_EQ(device.allocated, std::vector<uint64_t>{2000});
  EXPECT_EQ(device.filled, 2000u);
  EXPECT_EQ(device.live, 0);
}

TEST(Measure, WithoutBaselineOrClearing) {
  ScriptedDevice device;
  auto work = device.work('A', [](unsigned) { return 3; });
  TimingOptions options;
  options.warmUp = 0;
  options.minSamples = 2;
  options.l2Bytes = 0;
  Timing timing = valueOf(measure(device, work, options));
  EXPECT_EQ(device.log, "|AA");
  EXPECT_TRUE(device.allocated.empty());
  EXPECT_EQ(timing.ratio(), 0);
}

TEST(Measure, RunsUntilQuiet) {
  ScriptedDevice device;
  // The first sample is off by a factor of two; the rest agree.
  auto work = device.work('A', [](unsigned run) { return run ? 1 : 2; });
  TimingOptions options;
  options.minSamples = 2;
  Timing timing = valueOf(measure(device, work, options));
  EXPECT_EQ(timing.stop, Stop::Quiet);
  size_t count = timing.work.all().size();
  // n samples have a noise of 1 / (n + 1): 0.5 % needs 200 of them.
  EXPECT_EQ(count, 200u);
  EXPECT_LT(timing.work.noise(), options.maxNoise);
  EXPECT_EQ(timing.work.median(), 1);
}

TEST(Measure, NoisyBaselineIsWaitedFor) {
  ScriptedDevice device;
  auto work = device.work('A', [](unsigned) { return 1; });
  auto baseline = device.work('B', [](unsigned run) { return run ? 1 : 2; });
  TimingOptions options;
  options.minSamples = 2;
  Timing timing = valueOf(measure(device, work, options, baseline));
  EXPECT_EQ(timing.work.all().size(), 200u);
}

TEST(Measure, SampleLimit) {
  ScriptedDevice device;
  auto work = device.work('A', [](unsigned run) { return 1 + run % 2; });
  TimingOptions options;
  options.maxSamples = 50;
  Timing timing = valueOf(measure(device, work, options));
  EXPECT_EQ(timing.stop, Stop::SampleLimit);
  EXPECT_EQ(timing.work.all().size(), 50u);
  EXPECT_EQ(toString(timing.stop), "sample limit");
}

TEST(Measure, TimeLimit) {
  ScriptedDevice device;
  auto work = device.work('A', [](unsigned run) { return 1 + run % 2; });
  TimingOptions options;
  options.maxSeconds = 0;
  Timing timing = valueOf(measure(device, work, options));
  EXPECT_EQ(timing.stop, Stop::TimeLimit);
  EXPECT_EQ(timing.work.all().size(), 1u);
}

TEST(Measure, FailuresEndIt) {
  ScriptedDevice device;
  unsigned runs = 0;
  auto failing = [&]() -> Error {
    return ++runs == 5 ? createStringError("run five") : Error::success();
  };
  EXPECT_EQ(failureOf(measure(device, failing)), "run five");
  EXPECT_EQ(device.live, 0);
  runs = 4;
  EXPECT_EQ(failureOf(measure(device, failing)), "run five");
}
