//===- RunError.cpp - How a run ends --------------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The error class and its way to the terminal.
//
//===----------------------------------------------------------------------===//

#include "ts/Runner/RunError.h"

#include "llvm/Support/raw_ostream.h"

using namespace llvm;

char ts::RunError::ID = 0;

std::error_code ts::RunError::convertToErrorCode() const {
  return inconvertibleErrorCode();
}

Error ts::runError(ExitCode code, const Twine &message) {
  return make_error<RunError>(code, message.str());
}

Error ts::withCode(ExitCode code, Error error) {
  if (!error || error.isA<RunError>())
    return error;
  return runError(code, toString(std::move(error)));
}

ts::ExitCode ts::reportError(Error error, raw_ostream &os) {
  ExitCode code = ExitCode::DeviceError;
  std::string message;
  handleAllErrors(
      std::move(error),
      [&](const RunError &e) {
        code = e.getCode();
        raw_string_ostream text(message);
        e.log(text);
      },
      [&](const ErrorInfoBase &e) { message = e.message(); });
  if (!message.empty())
    os << "error: " << message << "\n";
  return code;
}
