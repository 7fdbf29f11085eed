//===- Options.h - The command line of ts-run -------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// One struct for everything that can be asked for, checked as far as it can be
// without looking at the file.
//
//===----------------------------------------------------------------------===//

#ifndef TS_RUN_OPTIONS_H
#define TS_RUN_OPTIONS_H

#include "SimulatorOptions.h"

#include "ts/Runner/InputSpec.h"

#include <optional>
#include <string>
#include <vector>

namespace ts {

struct RunOptions {
  enum class DeviceKind { Auto, Cuda, Sim };
  enum class Check { All, Sample, None };

  std::string file, entry;
  DeviceKind device = DeviceKind::Auto;
  std::vector<InputSpec> inputs;
  std::vector<std::string> outputs, expected; ///< paths of .npy files
  double tolerance = 0;                       ///< of `expected`, relative

  std::string chip, schedule;
  unsigned isa = 0; ///< 0: the default for the chip
  std::string dumpPtx, dumpCubin, dumpIr, json;

  uint64_t seed = 0;
  Check check = Check::All;
  sim::Checks findings;                        ///< what the simulator looks for
  sim::MmaModel mma = sim::MmaModel::OfTarget; ///< as for the chip
  CounterView counters = CounterView::Summary;
  bool needsSimulator = false;    ///< one of these three was asked for
  std::optional<uint64_t> blocks; ///< to simulate; 0 = all
  unsigned warmup = 3;
  std::optional<unsigned> repetitions; ///< 0 = no timing
  bool benchmark = false;
  unsigned timeout = 0; ///< seconds; 0 = none

  std::string tuningDb;             ///< empty: the one built in
  std::optional<double> tune;       ///< seconds of device time
  std::vector<std::string> predict; ///< names of chips
  bool explain = false, modelReport = false;
  std::string modelConstants; ///< "stall=0.2,..."
  bool quiet = false, verbose = false;
};

/// Reads the command line. `--help` and `--version` print and end the process.
llvm::Expected<RunOptions> parseOptions(int argc, char **argv);

} // namespace ts

#endif // TS_RUN_OPTIONS_H
