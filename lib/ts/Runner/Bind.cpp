//===- Bind.cpp - Matching inputs with arguments --------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Everything that can be wrong with an input is said here, before any memory is
// allocated.
//
//===----------------------------------------------------------------------===//

#include "ts/Runner/Buffers.h"
#include "ts/Runner/RunError.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace ts;

static Error refuse(size_t index, const Twine &why) {
  return runError(ExitCode::BadInput, "argument " + Twine(index) + ": " + why);
}

static Error bindFile(size_t index, const InputSpec &spec,
                      RunArgument &argument) {
  Expected<num::NpyFile> file = num::NpyFile::open(spec.file);
  if (!file)
    return withCode(ExitCode::BadInput, file.takeError());
  const num::NpyHeader &header = file->header();
  if (!num::npyTypeFits(header.type, argument.type.type))
    return refuse(index, "'" + spec.file + "' holds " + name(header.type) +
                             " elements, and the argument is " +
                             argument.type.toString());
  if (spec.shape && *spec.shape != header.shape)
    return refuse(index, "the shape given with '" + Twine(spec.file) +
                             "' is not the file's");
  if (Error error = argument.type.bind(ArrayRef<int64_t>(header.shape)))
    return refuse(index, "'" + spec.file + "': " + toString(std::move(error)));
  argument.contents = std::move(*file);
  return Error::success();
}

static Error bindSpec(size_t index, const InputSpec &spec,
                      RunArgument &argument) {
  if (spec.type && *spec.type != argument.type.type)
    return refuse(index, "--input gives " + name(*spec.type) +
                             " elements, and the argument is " +
                             argument.type.toString());
  if (!spec.file.empty())
    return bindFile(index, spec, argument);
  std::optional<ArrayRef<int64_t>> shape;
  if (spec.shape)
    shape = *spec.shape;
  if (Error error = argument.type.bind(shape))
    return refuse(index, toString(std::move(error)));
  argument.values = spec.values;
  if (!spec.values.empty() &&
      int64_t(spec.values.size()) != argument.type.elementCount())
    return refuse(index, formatv("{0} values given for {1}", spec.values.size(),
                                 argument.type.toString()));
  uint64_t drawn = argument.fill.seed;
  argument.fill = spec.fill;
  if (!spec.hasSeed)
    argument.fill.seed = drawn;
  return Error::success();
}

Expected<std::vector<RunArgument>>
ts::bindArguments(std::vector<BufferType> types, ArrayRef<InputSpec> inputs,
                  ArrayRef<bool> outputs, ArrayRef<bool> unwritten,
                  uint64_t seed) {
  if (inputs.size() > types.size())
    return runError(ExitCode::BadInput,
                    formatv("{0} inputs given, and the function has {1} "
                            "arguments",
                            inputs.size(), types.size())
                        .str());
  std::vector<RunArgument> arguments;
  for (auto [index, type] : llvm::enumerate(types)) {
    RunArgument argument;
    argument.type = std::move(type);
    argument.isOutput = outputs[index];
    bool isGiven = index < inputs.size() && inputs[index].hasContents;
    argument.isUnwritten = unwritten[index] && !isGiven;
    argument.fill.seed = seed + index;
    if (index < inputs.size()) {
      if (Error error = bindSpec(index, inputs[index], argument))
        return std::move(error);
    } else if (Error error = argument.type.bind(std::nullopt)) {
      return refuse(index, toString(std::move(error)));
    }
    arguments.push_back(std::move(argument));
  }
  return arguments;
}

std::string RunArgument::describe() const {
  std::string text = type.toString() + " ";
  if (contents)
    return text + "from a file";
  if (isUnwritten)
    return text + "output";
  if (!values.empty())
    return text + "given values";
  switch (fill.kind) {
  case num::Fill::Kind::Random:
    return text + formatv("random, seed {0}", fill.seed).str();
  case num::Fill::Kind::Uniform:
    return text + formatv("uniform, seed {0}", fill.seed).str();
  case num::Fill::Kind::SmallInt:
    return text + formatv("small-int, seed {0}", fill.seed).str();
  case num::Fill::Kind::Splat:
    llvm::raw_string_ostream(text) << format("%.9g", fill.value);
    return text + " everywhere";
  }
  llvm_unreachable("unknown kind of contents");
}
