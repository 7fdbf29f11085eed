//===- SimulatorOptions.h - What can be asked of the simulator --*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Shared by runs of .mlir files and of .ptx files.
//
//===----------------------------------------------------------------------===//

#ifndef TS_RUN_SIMULATOROPTIONS_H
#define TS_RUN_SIMULATOROPTIONS_H

#include "ts/Simulator/Simulator.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace ts {

enum class CounterView { Summary, Table, Listing };

/// Turns on the check of this name (memcheck, which is always on, initcheck,
/// racecheck, synccheck); false for any other word.
bool enableCheck(llvm::StringRef name, sim::Checks &checks);

/// Their names, for messages.
constexpr char checkNames[] = "memcheck, initcheck, racecheck, synccheck";

/// Values of `--mma` and of `--counters`.
llvm::cl::ValuesClass mmaValues();
llvm::cl::ValuesClass counterValues();

/// The lines of a launch with their counters; nothing for `Summary`.
void printCounters(CounterView view, const sim::Module &module,
                   const sim::LaunchResult &result, llvm::raw_ostream &os);
/// What was found in a launch, as JSON.
llvm::json::Array findingsOf(const sim::LaunchResult &result);
/// `printCounters` as JSON, with the sums of all lines.
llvm::json::Object countersOf(const sim::Module &module, llvm::StringRef kernel,
                              const sim::LaunchResult &result);

} // namespace ts

#endif // TS_RUN_SIMULATOROPTIONS_H
