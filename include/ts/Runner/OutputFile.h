//===- OutputFile.h - Files a run writes ------------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A run that cannot write its results must say so before it starts, not after
// minutes of work.
//
//===----------------------------------------------------------------------===//

#ifndef TS_RUNNER_OUTPUTFILE_H
#define TS_RUNNER_OUTPUTFILE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace ts {

/// Fails if `path` could not be written; leaves no file behind.
llvm::Error checkWritable(llvm::StringRef path);

/// Writes `header` and `data` to `path` ("-" is standard output).
llvm::Error writeFile(llvm::StringRef path, llvm::StringRef header,
                      llvm::StringRef data);

} // namespace ts

#endif // TS_RUNNER_OUTPUTFILE_H
