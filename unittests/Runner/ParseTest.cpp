//===- ParseTest.cpp - Reading .mlir files from anywhere ------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Depth counting, and refusals of files that would overflow the stack.
//
//===----------------------------------------------------------------------===//

#include "ts/Runner/Parse.h"
#include "ts/Runner/RunError.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "gtest/gtest.h"

using namespace ts;

TEST(Parse, DepthLeavesOutCommentsStringsAndArrows) {
  EXPECT_EQ(0u, nestingDepth(""));
  EXPECT_EQ(3u, nestingDepth("a { b ( c [ ] ) } { }"));
  EXPECT_EQ(1u, nestingDepth("{ // {{{{ \n }"));
  EXPECT_EQ(1u, nestingDepth("{ \"{{\\\"{{\" }"));
  EXPECT_EQ(2u, nestingDepth("() -> (tuple<i32>) () -> ()"));
  EXPECT_EQ(4u, nestingDepth("(- - -d0) -d1"));
  EXPECT_EQ(1u, nestingDepth("(d0 >= 0) (d1 <= 4) (d2)"));
  EXPECT_EQ(1u, nestingDepth("}}}} {"));
  EXPECT_EQ(100000u, nestingDepth(std::string(100000, '{')));
}

namespace {
/// Parses text through a file of its own.
class ParseTest : public testing::Test {
protected:
  mlir::MLIRContext context;
  llvm::SmallString<128> path;
  std::string message;

  void SetUp() override {
    context.loadDialect<mlir::func::FuncDialect>();
    int fd;
    ASSERT_FALSE(llvm::sys::fs::createTemporaryFile("parse", "mlir", fd, path));
    llvm::raw_fd_ostream(fd, /*shouldClose=*/true);
  }
  void TearDown() override { llvm::sys::fs::remove(path); }

  /// The exit code of parsing `text`; Ok if it parses.
  ExitCode parse(llvm::StringRef text) {
    std::error_code ec;
    llvm::raw_fd_ostream(path, ec) << text;
    ExitCode code = ExitCode::Ok;
    runWithBigStack([&] {
      auto module = parseFile(context, path);
      llvm::raw_string_ostream os(message);
      if (!module)
        code = reportError(module.takeError(), os);
    });
    return code;
  }
};
} // namespace

TEST_F(ParseTest, GoodModule) {
  EXPECT_EQ(ExitCode::Ok, parse("func.func @main() { return }"));
}

TEST_F(ParseTest, SyntaxErrorIsBadInput) {
  EXPECT_EQ(ExitCode::BadInput, parse("func.func @main( { return }"));
  EXPECT_EQ("", message);
}

TEST_F(ParseTest, HostileNestingIsRefused) {
  std::string regions;
  for (int i = 0; i < 200000; ++i)
    regions += "\"x.y\"() ({ ";
  EXPECT_EQ(ExitCode::BadInput, parse(regions));
  EXPECT_NE(std::string::npos, message.find("nested"));
}

TEST_F(ParseTest, DeepButAcceptedNestingParses) {
  context.allowUnregisteredDialects();
  std::string text, end;
  for (int i = 0; i < 900; ++i) {
    text += "\"x.y\"() ({ ";
    end += " }) : () -> ()\n";
  }
  EXPECT_EQ(ExitCode::Ok, parse(text + end)) << message;
}

TEST_F(ParseTest, MissingFileIsNamed) {
  auto module = parseFile(context, "/nonexistent/x.mlir");
  ASSERT_FALSE(bool(module));
  llvm::raw_string_ostream os(message);
  EXPECT_EQ(ExitCode::BadInput, reportError(module.takeError(), os));
  EXPECT_NE(std::string::npos, message.find("/nonexistent/x.mlir"));
}
