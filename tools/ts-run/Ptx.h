//===- Ptx.h - Runs a kernel given as PTX ----------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// `ts-run KERNEL.ptx`: one launch on the simulator, of PTX from anywhere. The
// compiler takes no part in it.
//
//===----------------------------------------------------------------------===//

#ifndef TS_RUN_PTX_H
#define TS_RUN_PTX_H

#include "SimulatorOptions.h"

#include "ts/Runner/InputSpec.h"
#include "ts/Runner/RunError.h"
#include "ts/Simulator/Simulator.h"

#include "llvm/Support/raw_ostream.h"

namespace ts {

struct PtxOptions {
  std::string file, entry, json;
  std::array<uint32_t, 3> grid{1, 1, 1}, block{1, 1, 1};
  uint64_t sharedBytes = 0, maxInstructions = 0;
  std::vector<InputSpec> arguments;
  std::vector<std::string> argumentTexts;
  std::vector<std::string> outputs; ///< paths of .npy files
  std::string blocks;               ///< as written; empty = all
  sim::Checks checks;
  sim::MmaModel mma = sim::MmaModel::OfTarget;
  CounterView show = CounterView::Summary;
  unsigned threads = 0, timeout = 0;
  uint64_t seed = 0;
  bool quiet = false;
};

/// True if the command line names a .ptx file.
bool isPtxRun(int argc, char **argv);
llvm::Expected<PtxOptions> parsePtxOptions(int argc, char **argv);

/// The blocks that `text` means in a grid of this shape: `all`, `corners`,
/// `random:N` (a seed may follow), numbers; sorted, each once.
llvm::Expected<std::vector<uint64_t>>
chooseBlocks(llvm::StringRef text, const std::array<uint32_t, 3> &grid,
             uint64_t seed);

/// Everything from the file to the exit code.
ExitCode runPtx(const PtxOptions &options);

// The report --------------------------------------------------------------
struct PtxRun {
  const PtxOptions &options;
  const sim::Module &module;
  const sim::LaunchResult &result;
  std::string kernel;
  double seconds;
};
void printRun(const PtxRun &run, llvm::raw_ostream &os);
std::string jsonOfRun(const PtxRun &run);

} // namespace ts

#endif // TS_RUN_PTX_H
