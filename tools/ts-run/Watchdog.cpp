//===- Watchdog.cpp - --timeout -------------------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Waits beside the run.
//
//===----------------------------------------------------------------------===//

#include "Watchdog.h"

#include "ts/Runner/RunError.h"

#include "llvm/Support/raw_ostream.h"

#include <chrono>
#include <cstdlib>

using namespace ts;

Watchdog::Watchdog(unsigned seconds) {
  if (seconds > 0)
    thread = std::thread([this, seconds] { watch(seconds); });
}

Watchdog::~Watchdog() {
  if (!thread.joinable())
    return;
  {
    std::lock_guard<std::mutex> lock(mutex);
    done = true;
  }
  changed.notify_all();
  thread.join();
}

void Watchdog::watch(unsigned seconds) {
  std::unique_lock<std::mutex> lock(mutex);
  if (changed.wait_for(lock, std::chrono::seconds(seconds),
                       [this] { return done; }))
    return;
  llvm::errs() << "error: not finished after " << seconds
               << " seconds (--timeout)\n";
  // Nothing is unwound: other threads may hang in the driver.
  std::_Exit(int(ExitCode::DeviceError));
}
