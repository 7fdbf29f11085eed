//===- Watchdog.h - --timeout -----------------------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A kernel that never ends cannot be stopped from inside: after the time is up
// the process says so and ends.
//
//===----------------------------------------------------------------------===//

#ifndef TS_RUN_WATCHDOG_H
#define TS_RUN_WATCHDOG_H

#include <condition_variable>
#include <mutex>
#include <thread>

namespace ts {

/// Ends the process after `seconds` (0: never) unless destroyed before.
class Watchdog {
public:
  explicit Watchdog(unsigned seconds);
  ~Watchdog();

private:
  void watch(unsigned seconds);

  std::mutex mutex;
  std::condition_variable changed;
  bool done = false;
  std::thread thread;
};

} // namespace ts

#endif // TS_RUN_WATCHDOG_H
