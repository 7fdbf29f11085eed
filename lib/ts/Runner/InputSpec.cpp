//===- InputSpec.cpp - The text of --input --------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A small hand-written parser: every refusal quotes the text it refuses.
//
//===----------------------------------------------------------------------===//

#include "ts/Runner/InputSpec.h"

#include "ts/Runner/RunError.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace llvm;
using namespace ts;

static Error refuse(StringRef text, const Twine &why) {
  return runError(ExitCode::BadInput, "--input=" + text + ": " + why);
}

/// `4x8xf32` or `f32`; false if it is neither.
static bool parseShapedType(StringRef text, InputSpec &spec) {
  SmallVector<int64_t> shape;
  while (!text.empty() && isDigit(text.front())) {
    int64_t extent;
    if (text.consumeInteger(10, extent) || !text.consume_front("x"))
      return false;
    shape.push_back(extent);
  }
  spec.type = num::parseElementType(text);
  spec.shape = std::move(shape);
  return spec.type.has_value();
}

static bool parseNumber(StringRef text, double &value) {
  return !text.trim().getAsDouble(value);
}

/// Numbers between spaces, commas or brackets.
static bool parseList(StringRef text, InputSpec &spec) {
  SmallVector<StringRef> words;
  std::string plain = text.str();
  for (char &c : plain)
    if (c == ',' || c == '[' || c == ']')
      c = ' ';
  SplitString(plain, words);
  for (StringRef word : words) {
    double value;
    if (!parseNumber(word, value))
      return false;
    spec.values.push_back(value);
  }
  return spec.values.size() > 1;
}

/// random[:SEED], uniform[:SEED], small-int[:SEED], @file, a number or a list;
/// false if it is none of these.
static bool parseContents(StringRef text, InputSpec &spec) {
  if (text.consume_front("@")) {
    spec.file = text.str();
    return !text.empty();
  }
  auto [kind, seed] = text.split(':');
  auto known = StringSwitch<std::optional<num::Fill::Kind>>(kind)
                   .Case("random", num::Fill::Kind::Random)
                   .Case("uniform", num::Fill::Kind::Uniform)
                   .Case("small-int", num::Fill::Kind::SmallInt)
                   .Default(std::nullopt);
  if (known) {
    spec.fill.kind = *known;
    spec.hasSeed = text.contains(':');
    return !spec.hasSeed || !seed.getAsInteger(10, spec.fill.seed);
  }
  if (parseNumber(text, spec.fill.value)) {
    spec.fill.kind = num::Fill::Kind::Splat;
    return true;
  }
  return parseList(text, spec);
}

Expected<InputSpec> ts::parseInputSpec(StringRef text) {
  InputSpec spec;
  bool bareContents = text.starts_with("@") || !text.contains('=');
  StringRef type, contents = text;
  if (!bareContents)
    std::tie(type, contents) = text.split('=');
  if (!type.empty() && !parseShapedType(type, spec))
    return refuse(
        text, "'" + type + "' is no shape and element type, such as 64x32xf32");
  // A type without contents: `64x32xf32`.
  if (bareContents && !text.starts_with("@") && parseShapedType(text, spec))
    return spec;
  if (bareContents) {
    spec.shape.reset();
    spec.type.reset();
  }
  if (!parseContents(contents, spec))
    return refuse(text, "expected random[:SEED], uniform[:SEED], "
                        "small-int[:SEED], a number, or @file.npy, and got '" +
                            contents + "'");
  spec.hasContents = true;
  return spec;
}

Expected<std::string> ts::parseFileSpec(StringRef option, StringRef text) {
  StringRef path = text;
  if (!path.consume_front("@") || path.empty())
    return runError(ExitCode::BadInput, "--" + option + "=" + text +
                                            ": expected @ and the path of a "
                                            ".npy file");
  return path.str();
}
