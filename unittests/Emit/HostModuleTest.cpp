//===- HostModuleTest.cpp - Host code compiled and run in process ---------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ts/Emit/HostModule.h"
#include "ts/Pipeline/Pipeline.h"

#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

#include "gtest/gtest.h"

#include <string>
#include <vector>

using namespace mlir;
using namespace ts;

namespace {
class HostModuleTest : public ::testing::Test {
protected:
  HostModuleTest() {
    DialectRegistry registry;
    registerDialects(registry);
    context.appendDialectRegistry(registry);
  }

  /// The text after the step `lower`.
  OwningOpRef<ModuleOp> lower(StringRef text) {
    OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
    PassManager pm(&context);
    buildLower(pm, CompileOptions());
    return module && succeeded(pm.run(*module)) ? std::move(module) : nullptr;
  }

  MLIRContext context;
};

/// The words of a descriptor of rank 2.
struct Descriptor {
  float *allocated, *aligned;
  int64_t offset, sizes[2], strides[2];
};
} // namespace

static std::vector<std::string> calls;
static void note(int64_t value) { calls.push_back(std::to_string(value)); }
static HostSymbol noteSymbol() {
  return {"note", reinterpret_cast<void *>(note)};
}

TEST_F(HostModuleTest, ScalarsAndResults) {
  calls.clear();
  OwningOpRef<ModuleOp> module = lower(R"mlir(
    func.func private @note(i64)
    func.func @combine(%a: i64, %b: i32) -> i64 {
      call @note(%a) : (i64) -> ()
      %wide = arith.extsi %b : i32 to i64
      %product = arith.muli %a, %wide : i64
      return %product : i64
    })mlir");
  ASSERT_TRUE(module);
  auto host = HostModule::create(*module, noteSymbol());
  ASSERT_TRUE(bool(host)) << llvm::toString(host.takeError());
  int64_t a = -12345678901, result = 0;
  int32_t b = 7;
  llvm::Error error = (*host)->invoke("combine", {&a, &b, &result});
  ASSERT_FALSE(bool(error)) << llvm::toString(std::move(error));
  EXPECT_EQ(result, -86419752307);
  EXPECT_EQ(calls, std::vector<std::string>{"-12345678901"});
}

// The C interface takes the address of a descriptor; upstream's copy between
// strided buffers calls a function that comes with the module.
TEST_F(HostModuleTest, StridedCopyOfBuffers) {
  OwningOpRef<ModuleOp> module = lower(R"mlir(
    func.func @copy(%from: memref<2x3xf32, strided<[4, 1], offset: 1>>,
                    %to: memref<2x3xf32, strided<[1, 2]>>) {
      memref.copy %from, %to : memref<2x3xf32, strided<[4, 1], offset: 1>>
                            to memref<2x3xf32, strided<[1, 2]>>
      return
    })mlir");
  ASSERT_TRUE(module);
  auto host = HostModule::create(*module, {});
  ASSERT_TRUE(bool(host)) << llvm::toString(host.takeError());
  float source[9] = {-1, 11, 12, 13, -1, 21, 22, 23, -1};
  float target[6] = {};
  Descriptor from{source, source, 1, {2, 3}, {4, 1}};
  Descriptor to{target, target, 0, {2, 3}, {1, 2}};
  void *fromPointer = &from, *toPointer = &to;
  llvm::Error error = (*host)->invoke("copy", {&fromPointer, &toPointer});
  ASSERT_FALSE(bool(error)) << llvm::toString(std::move(error));
  EXPECT_EQ(std::vector<float>(target, target + 6),
            (std::vector<float>{11, 21, 12, 22, 13, 23}));
}

TEST_F(HostModuleTest, ConstructorsAndDestructors) {
  calls.clear();
  OwningOpRef<ModuleOp> module = lower(R"mlir(
    llvm.func @note(i64)
    llvm.mlir.global_ctors ctors = [@begin], priorities = [0 : i32], data = [#llvm.zero]
    llvm.mlir.global_dtors dtors = [@end], priorities = [0 : i32], data = [#llvm.zero]
    llvm.func @begin() {
      %0 = llvm.mlir.constant(31 : i64) : i64
      llvm.call @note(%0) : (i64) -> ()
      llvm.return
    }
    llvm.func @end() {
      %0 = llvm.mlir.constant(32 : i64) : i64
      llvm.call @note(%0) : (i64) -> ()
      llvm.return
    })mlir");
  ASSERT_TRUE(module);
  {
    auto host = HostModule::create(*module, noteSymbol());
    ASSERT_TRUE(bool(host)) << llvm::toString(host.takeError());
    EXPECT_EQ(calls, std::vector<std::string>{"31"});
  }
  EXPECT_EQ(calls, (std::vector<std::string>{"31", "32"}));
}

TEST_F(HostModuleTest, UnknownFunctionsAreErrors) {
  OwningOpRef<ModuleOp> module = lower(R"mlir(
    func.func private @missing_from_host()
    func.func @main() {
      call @missing_from_host() : () -> ()
      return
    })mlir");
  ASSERT_TRUE(module);
  auto host = HostModule::create(*module, {});
  ASSERT_FALSE(bool(host));
  std::string text = llvm::toString(host.takeError());
  EXPECT_EQ(text, "Symbols not found: [ missing_from_host ]");
}

TEST_F(HostModuleTest, OnlyPublicFunctionsCanBeCalled) {
  OwningOpRef<ModuleOp> module = lower(R"mlir(
    func.func @there() {
      return
    })mlir");
  ASSERT_TRUE(module);
  auto host = HostModule::create(*module, {});
  ASSERT_TRUE(bool(host)) << llvm::toString(host.takeError());
  EXPECT_EQ(llvm::toString((*host)->invoke("absent", {})),
            "the module has no public function 'absent'");
  int64_t extra = 0;
  EXPECT_EQ(llvm::toString((*host)->invoke("there", {&extra})),
            "function 'there' takes 0 arguments and results, and 1 are given");
  EXPECT_FALSE(bool((*host)->invoke("there", {})));
}
