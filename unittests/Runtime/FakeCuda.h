//===- FakeCuda.h - A CUDA driver in host memory ---------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The state of the fake driver library that the runtime's tests open in the
// place of libcuda.so.1: what was called, what is alive, what shall fail.
//
//===----------------------------------------------------------------------===//

#ifndef TS_UNITTESTS_RUNTIME_FAKECUDA_H
#define TS_UNITTESTS_RUNTIME_FAKECUDA_H

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ts::fake {

struct Failure {
  int code = 0;
  unsigned after = 0; ///< calls that still succeed before it
};

struct Cuda {
  // What the driver says of itself and of its one GPU.
  int driverVersion = 13000;
  int deviceCount = 1;
  std::map<int, int> deviceAttributes = {
      {16, 132}, {38, 60 << 20}, {75, 9}, {76, 0}, {97, 232448}};
  std::map<int, int> functionAttributes = {{1, 1024}, {3, 16}, {4, 168}};
  std::string errorLog, infoLog; ///< what a refused module writes
  uint64_t hostShift = 0; ///< device minus host address of registered memory

  // What shall fail, by symbol.
  std::map<std::string, Failure> failures;

  // What happened: every call, and the commands with their operands.
  std::vector<std::string> calls;
  std::vector<std::string> commands;

  // What is alive.
  std::map<uint64_t, uint64_t> memory;
  std::vector<void *> registered;
  int contexts = 0, streams = 0, events = 0, modules = 0;

  // The GPU's clock, in milliseconds; a command advances it by its duration.
  double now = 0;
  double launchDuration = 4, fillDuration = 2, copyDuration = 1;

  std::string lastImage;
};

} // namespace ts::fake

/// The state inside the fake library, found by this name.
extern "C" ts::fake::Cuda *tsFakeCuda();

#endif // TS_UNITTESTS_RUNTIME_FAKECUDA_H
