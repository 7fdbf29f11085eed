//===- InputSpecTest.cpp - The text of --input ----------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Every accepted form, and every refusal with its exit code.
//
//===----------------------------------------------------------------------===//

#include "ts/Runner/InputSpec.h"
#include "ts/Runner/RunError.h"

#include "gtest/gtest.h"

using namespace ts;

static InputSpec parsed(llvm::StringRef text) {
  llvm::Expected<InputSpec> spec = parseInputSpec(text);
  if (spec)
    return std::move(*spec);
  ADD_FAILURE() << text.str() << ": " << llvm::toString(spec.takeError());
  return {};
}

TEST(InputSpec, ShapeTypeAndKind) {
  InputSpec spec = parsed("32768x32xf32=random:17");
  EXPECT_EQ((llvm::SmallVector<int64_t>{32768, 32}), *spec.shape);
  EXPECT_EQ(num::ElementType::F32, *spec.type);
  EXPECT_EQ(num::Fill::Kind::Random, spec.fill.kind);
  EXPECT_TRUE(spec.hasSeed);
  EXPECT_EQ(17u, spec.fill.seed);
}

TEST(InputSpec, EveryKind) {
  EXPECT_EQ(num::Fill::Kind::Uniform, parsed("4xf32=uniform").fill.kind);
  EXPECT_FALSE(parsed("4xf32=uniform").hasSeed);
  EXPECT_EQ(3u, parsed("4xf32=uniform:3").fill.seed);
  EXPECT_EQ(num::Fill::Kind::SmallInt, parsed("small-int").fill.kind);
  EXPECT_EQ(num::Fill::Kind::Random, parsed("0x5xf16").fill.kind);
  InputSpec splat = parsed("2x2xf32=-1.5e3");
  EXPECT_EQ(num::Fill::Kind::Splat, splat.fill.kind);
  EXPECT_EQ(-1500, splat.fill.value);
  EXPECT_EQ(2.5, parsed("=2.5").fill.value);
}

TEST(InputSpec, AShapeAloneIsNoContents) {
  EXPECT_FALSE(parsed("4x4xf32").hasContents);
  EXPECT_TRUE(parsed("4x4xf32=random").hasContents);
  EXPECT_TRUE(parsed("@a.npy").hasContents);
}

TEST(InputSpec, FilesAndLists) {
  InputSpec file = parsed("@dir/a=b.npy");
  EXPECT_EQ("dir/a=b.npy", file.file);
  EXPECT_FALSE(file.shape);
  InputSpec typed = parsed("2x3xbf16=@a.npy");
  EXPECT_EQ("a.npy", typed.file);
  EXPECT_EQ(num::ElementType::BF16, *typed.type);
  EXPECT_EQ((std::vector<double>{1, 2, -3, 4.5}),
            parsed("2x2xf32=[1 2][-3,4.5]").values);
}

TEST(InputSpec, RefusalsQuoteTheText) {
  for (const char *text :
       {"", "=", "@", "4x4xf33=random", "4x-4xf32=random", "4x4x=1", "x4xf32=1",
        "4x4xf32=randon", "4x4xf32=random:", "4x4xf32=random:x", "4x4xf32=@",
        "4x4xf32=", "99999999999999999999x4xf32=1", "4x4xf32=1.5.5", "4 4 f32",
        "4x4xf32=random:-1"}) {
    llvm::Expected<InputSpec> spec = parseInputSpec(text);
    ASSERT_FALSE(bool(spec)) << text;
    std::string message;
    llvm::raw_string_ostream os(message);
    EXPECT_EQ(ExitCode::BadInput, reportError(spec.takeError(), os)) << text;
    EXPECT_NE(std::string::npos, message.find(std::string("--input=") + text));
  }
}

TEST(InputSpec, FileSpecsNeedTheirSign) {
  EXPECT_EQ("c.npy", llvm::cantFail(parseFileSpec("output", "@c.npy")));
  for (const char *text : {"c.npy", "@", ""}) {
    auto path = parseFileSpec("output", text);
    ASSERT_FALSE(bool(path));
    EXPECT_NE(std::string::npos,
              llvm::toString(path.takeError()).find("--output="));
  }
}
