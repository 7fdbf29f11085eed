//===- RunError.h - How a run ends ------------------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Errors carry the exit code that the tool documents, so that no layer in
// between has to translate them.
//
//===----------------------------------------------------------------------===//

#ifndef TS_RUNNER_RUNERROR_H
#define TS_RUNNER_RUNERROR_H

#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"

#include <string>

namespace ts {

/// Exit codes of ts-run; docs/exit-codes.md explains them to users.
enum class ExitCode : int {
  Ok = 0,
  WrongResult = 1,
  BadInput = 2,
  CompileError = 3,
  DeviceError = 4,
  NotChecked = 5
};

class RunError : public llvm::ErrorInfo<RunError> {
public:
  static char ID;
  RunError(ExitCode code, std::string text)
      : code(code), text(std::move(text)) {}
  void log(llvm::raw_ostream &os) const override { os << text; }
  std::error_code convertToErrorCode() const override;
  ExitCode getCode() const { return code; }

private:
  ExitCode code;
  std::string text;
};

llvm::Error runError(ExitCode code, const llvm::Twine &message);

/// Gives an error of any kind this exit code, unless it has one already. An
/// empty message is kept: its text was printed where it arose.
llvm::Error withCode(ExitCode code, llvm::Error error);

/// Prints `error: <message>` (nothing for an empty message) and returns the
/// exit code; errors that carry none are the device's.
ExitCode reportError(llvm::Error error, llvm::raw_ostream &os);

} // namespace ts

#endif // TS_RUNNER_RUNERROR_H
