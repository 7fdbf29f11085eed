//===- InputSpec.h - The text of --input ------------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// One argument of the command line, parsed but not yet matched with the
// function it is for.
//
//===----------------------------------------------------------------------===//

#ifndef TS_RUNNER_INPUTSPEC_H
#define TS_RUNNER_INPUTSPEC_H

#include "ts/Numerics/Random.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>
#include <vector>

namespace ts {

/// `4x4xf32=random:7`, `4x4xf32=@a.npy`, `@a.npy`, `f32=1.5`, `4x4xf32`,
/// `uniform`, ...: everything but the file or the kind may be left out.
struct InputSpec {
  std::optional<llvm::SmallVector<int64_t>> shape;
  std::optional<num::ElementType> type;
  bool hasContents = false; ///< more than a shape was given
  num::Fill fill;
  bool hasSeed = false;       ///< the text names the seed
  std::vector<double> values; ///< `=1 2 3 4`: one per element
  std::string file;           ///< path of a .npy file, or empty
};

/// Errors quote the text and say what was expected.
llvm::Expected<InputSpec> parseInputSpec(llvm::StringRef text);

/// The path in `@path`, as `--output` and `--expected_output` take it.
llvm::Expected<std::string> parseFileSpec(llvm::StringRef option,
                                          llvm::StringRef text);

} // namespace ts

#endif // TS_RUNNER_INPUTSPEC_H
