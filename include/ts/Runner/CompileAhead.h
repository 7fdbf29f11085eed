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

class CompileAhead {
public:
  /// Compiles copies of `module`, every product of which gets the schedule that
  /// is asked for. With no threads nothing is compiled ahead.
  CompileAhead(mlir::ModuleOp module, llvm::StringRef entry,
               const CompileSettings &settings, unsigned threads);
  /// Waits for what has begun.
  ~CompileAhead();

  /// The schedules asked for next, in this order; others are forgotten.
  void announce(llvm::ArrayRef<ScheduleAttr> schedules);

  /// The module compiled with the schedule, announced or not.
  std::shared_ptr<Prepared> take(ScheduleAttr schedule);

private:
  using Future = std::shared_future<std::shared_ptr<Prepared>>;

  std::shared_ptr<Prepared> compileWith(const std::string &schedule) const;
  void beginSome();

  const mlir::DialectRegistry &registry;
  std::string text; ///< of the module
  std::string entry;
  CompileSettings settings;
  std::deque<ScheduleAttr> waiting;
  llvm::MapVector<ScheduleAttr, Future> begun;
  unsigned threads;
  /// Last, so that its threads end before what they use.
  std::unique_ptr<llvm::DefaultThreadPool> pool;
};

} // namespace ts

#endif // TS_RUNNER_COMPILEAHEAD_H
