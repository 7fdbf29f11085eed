//===- CrashHandler.h - One line instead of a dead process ------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The entry function is machine code made from a file that anybody may have
// written, and runs in this process. If it dies of a signal, the user is told
// so, with the exit code of an error while running.
//
//===----------------------------------------------------------------------===//

#ifndef TS_RUN_CRASHHANDLER_H
#define TS_RUN_CRASHHANDLER_H

namespace ts {

/// From now on fatal signals end the process with one line. Overflows of the
/// calling thread's stack are caught too.
void installCrashHandler();

/// While one lives, the file's own host code runs.
class HostCodeScope {
public:
  HostCodeScope();
  ~HostCodeScope();
};

} // namespace ts

#endif // TS_RUN_CRASHHANDLER_H
