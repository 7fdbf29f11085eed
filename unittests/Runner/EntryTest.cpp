//===- EntryTest.cpp - The function that is run ---------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Choice of the entry, argument types with and without a contract, roles.
//
//===----------------------------------------------------------------------===//

#include "ts/Runner/Entry.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace ts;

namespace {
class EntryTest : public testing::Test {
protected:
  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;

  void SetUp() override {
    context.loadDialect<mlir::func::FuncDialect, mlir::LLVM::LLVMDialect,
                        mlir::memref::MemRefDialect, TSDialect>();
  }
  void load(llvm::StringRef text) {
    module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    ASSERT_TRUE(bool(module));
  }
  /// Name of the entry, or the error.
  std::string entry(llvm::StringRef name = "") {
    auto function = findEntry(*module, name);
    return function ? function->getName().str()
                    : llvm::toString(function.takeError());
  }
};
} // namespace

TEST_F(EntryTest, MainOrTheOnlyPublicFunction) {
  load("func.func @f() { return }  func.func private @g() { return }"
       "func.func private @h()");
  EXPECT_EQ("f", entry());
  load("func.func @f() { return }  func.func @main() { return }");
  EXPECT_EQ("main", entry());
  EXPECT_EQ("f", entry("f"));
}

TEST_F(EntryTest, RefusalsListWhatThereIs) {
  load("func.func @f() { return }  func.func @g() { return }");
  EXPECT_NE(std::string::npos, entry().find("f, g"));
  EXPECT_NE(std::string::npos, entry("h").find("'h'"));
  load("func.func private @f()");
  EXPECT_NE(std::string::npos, entry().find("no public function"));
}

TEST_F(EntryTest, WrappersOfLoweredFunctionsDoNotCount) {
  load("llvm.func @f() { llvm.return }"
       "llvm.func @_mlir_ciface_f() { llvm.return }");
  EXPECT_EQ("f", entry());
}

TEST_F(EntryTest, ArgumentsFromTheSignature) {
  load("func.func @f(%a: memref<?x4xf32>, %b: memref<3xi32>) { return }");
  auto arguments = getArguments(*findEntry(*module, ""));
  ASSERT_TRUE(bool(arguments));
  ASSERT_EQ(2u, arguments->size());
  EXPECT_EQ("?x4xf32", (*arguments)[0].toString());
  EXPECT_EQ("3xi32", (*arguments)[1].toString());
}

TEST_F(EntryTest, OtherArgumentsAreRefusedByType) {
  load("func.func @f(%a: memref<4xf32>, %b: f32) { return }");
  auto arguments = getArguments(*findEntry(*module, ""));
  ASSERT_FALSE(bool(arguments));
  EXPECT_NE(std::string::npos,
            llvm::toString(arguments.takeError()).find("type f32"));
}

TEST_F(EntryTest, ContractOutlivesTheSignature) {
  load(R"(llvm.func @f(%p: !llvm.ptr) attributes {ts.contract = #ts.contract<
    arguments = [memref<4x2xf32>, memref<2x3xf32>, memref<4x3xf32>],
    products = [<a = 0, b = 1, c = 2, beta = 1.0 : f32>]>} { llvm.return })");
  auto function = llvm::cantFail(findEntry(*module, ""));
  auto arguments = getArguments(function);
  ASSERT_TRUE(bool(arguments)) << llvm::toString(arguments.takeError());
  ASSERT_EQ(3u, arguments->size());
  EXPECT_EQ("2x3xf32", (*arguments)[1].toString());
  std::vector<ArgumentRole> roles = getRoles(getContract(function), 3);
  EXPECT_TRUE(roles[0].isInput && !roles[0].isOutput);
  EXPECT_TRUE(roles[2].isInput && roles[2].isOutput);
}

TEST_F(EntryTest, OutputsReadOnlyAfterTheyAreWrittenAreNoInputs) {
  load(R"(func.func @f() attributes {ts.contract = #ts.contract<
    arguments = [memref<4x4xf32>, memref<4x4xf32>, memref<4x4xf32>],
    products = [<a = 0, b = 0, c = 1>, <a = 1, b = 0, c = 2>]>} { return })");
  std::vector<ArgumentRole> roles =
      getRoles(getContract(*findEntry(*module, "")), 3);
  EXPECT_TRUE(roles[1].isOutput && !roles[1].isInput);
  EXPECT_TRUE(roles[2].isOutput && !roles[2].isInput);
}
