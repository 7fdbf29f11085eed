//===- OutputFile.cpp - Files a run writes --------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Every failure names the file.
//
//===----------------------------------------------------------------------===//

#include "ts/Runner/OutputFile.h"

#include "ts/Runner/RunError.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

static Error cannotWrite(StringRef path, std::error_code ec) {
  return ts::runError(ts::ExitCode::BadInput,
                      "cannot write '" + path + "': " + ec.message());
}

Error ts::checkWritable(StringRef path) {
  if (path.empty() || path == "-")
    return Error::success();
  bool existed = sys::fs::exists(path);
  std::error_code ec;
  { raw_fd_ostream os(path, ec, sys::fs::OF_Append); }
  if (ec)
    return cannotWrite(path, ec);
  if (!existed)
    sys::fs::remove(path);
  return Error::success();
}

Error ts::writeFile(StringRef path, StringRef header, StringRef data) {
  std::error_code ec;
  raw_fd_ostream os(path, ec);
  if (ec)
    return cannotWrite(path, ec);
  os << header << data;
  os.flush();
  if (os.has_error()) {
    ec = os.error();
    os.clear_error();
    return cannotWrite(path, ec);
  }
  return Error::success();
}
