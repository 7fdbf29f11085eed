//===- CrashHandler.cpp - One line instead of a dead process --------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A handler may only use what is safe at any instruction: write and _exit.
//
//===----------------------------------------------------------------------===//

#include "CrashHandler.h"

#include "ts/Runner/RunError.h"

#include <atomic>
#include <csignal>
#include <cstring>
#include <unistd.h>

using namespace ts;

static std::atomic<bool> runsHostCode{false};

/// The handler's own stack: the thread's may be what ran out.
static char handlerStack[64 << 10];

static const char *reasonOf(int signal) {
  switch (signal) {
  case SIGSEGV:
    return "SIGSEGV (memory that is not there, or endless recursion)";
  case SIGBUS:
    return "SIGBUS (memory that is not there)";
  case SIGFPE:
    return "SIGFPE (a division by zero)";
  case SIGILL:
    return "SIGILL (a trap)";
  default:
    return "SIGABRT (a failed assertion)";
  }
}

static void print(const char *text) {
  // Nothing can be done about an error stream that does not take it.
  [[maybe_unused]] ssize_t written = write(STDERR_FILENO, text, strlen(text));
}

static void handle(int signal) {
  bool isHostCode = runsHostCode;
  print(isHostCode ? "error: the host code died of "
                   : "error: ts-run itself died of ");
  print(reasonOf(signal));
  print(isHostCode ? "\n" : "; this is a defect of ts-run\n");
  _exit(int(isHostCode ? ExitCode::DeviceError : ExitCode::CompileError));
}

void ts::installCrashHandler() {
  stack_t stack = {};
  stack.ss_sp = handlerStack;
  stack.ss_size = sizeof(handlerStack);
  sigaltstack(&stack, nullptr);
  struct sigaction action = {};
  action.sa_handler = handle;
  action.sa_flags = SA_ONSTACK;
  for (int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT})
    sigaction(signal, &action, nullptr);
}

HostCodeScope::HostCodeScope() { runsHostCode = true; }
HostCodeScope::~HostCodeScope() { runsHostCode = false; }
