//===- CompileAhead.h - Kernels ready before they are asked for -*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A tuner runs one kernel at a time, and compiling one takes longer than
// measuring it. Other threads compile those that come next meanwhile, each in a
// context of its own: diagnostics of one must not become those of another.
//
//===----------------------------------------------------------------------===//

#ifndef TS_RUNNER_COMPILEAHEAD_H
#define TS_RUNNER_COMPILEAHEAD_H

#include "ts/Runner/Compile.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/ThreadPool.h"

#include <atomic>
#include <deque>
#include <future>

namespace ts {

/// A module compiled with one schedule.
struct Prepared {
  std::unique_ptr<mlir::MLIRContext> context; ///< of all that follows
  mlir::OwningOpRef<mlir::ModuleOp> module;
  Compiled compiled;
  std::string failed; ///< why it was not compiled; empty if it was
};

/// Compiles one module with one schedule after another. The context of the
/// module, which is that of the schedules, has to outlive it.
class CompileAhead {
public:
  /// Compiles copies of `module`, every product of which gets the schedule that
  /// is asked for. With no threads nothing is compiled ahead. Of the settings
  /// `schedule`, `dumpFolder` and `diagnostic` are left out.
  CompileAhead(mlir::ModuleOp module, llvm::StringRef entry,
               const CompileSettings &settings, unsigned threads);
  /// Waits for what threads are at.
  ~CompileAhead();

  /// The schedules asked for next, in this order; others are forgotten.
  void announce(llvm::ArrayRef<ScheduleAttr> schedules);

  /// How many are compiled or being compiled, and were not taken yet.
  size_t countBegun() const { return begun.size(); }

  /// The module compiled with the schedule, announced or not.
  std::shared_ptr<Prepared> take(ScheduleAttr schedule);

private:
  struct Task {
    std::shared_future<std::shared_ptr<Prepared>> future;
    std::shared_ptr<std::atomic<bool>> isForgotten;
  };

  std::shared_ptr<Prepared> compileWith(const std::string &schedule) const;
  void beginSome();

  mlir::DialectRegistry registry;
  std::string text; ///< of the module
  std::string entry;
  CompileSettings settings;
  std::deque<ScheduleAttr> waiting;
  llvm::MapVector<ScheduleAttr, Task> begun;
  unsigned threads;
  /// Last, so that its threads end before what they use.
  std::unique_ptr<llvm::DefaultThreadPool> pool;
};

} // namespace ts

#endif // TS_RUNNER_COMPILEAHEAD_H
