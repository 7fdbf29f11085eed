//===- HostCheckTest.cpp - What kernels wrote, and what they left ---------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A kernel of a few lines writes zeros, which a product without k promises:
// elements left out, gaps written and samples are told apart.
//
//===----------------------------------------------------------------------===//

#include "ts/Runner/Verify.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/MLIRContext.h"
#include "gtest/gtest.h"

using namespace ts;

/// Writes 0.0 to element `first + block * threads + thread`.
static const char *zerosKernel = R"(.version 7.0
.target sm_80
.address_size 64
.visible .entry zeros(.param .u64 base, .param .u32 first) {
  .reg .b32 %r<7>;
  .reg .b64 %rd<4>;
  ld.param.u64 %rd1, [base];
  ld.param.u32 %r1, [first];
  mov.u32 %r2, %ctaid.x;
  mov.u32 %r3, %ntid.x;
  mov.u32 %r4, %tid.x;
  mad.lo.s32 %r5, %r2, %r3, %r4;
  add.s32 %r5, %r5, %r1;
  mul.wide.u32 %rd2, %r5, 4;
  add.s64 %rd3, %rd1, %rd2;
  mov.u32 %r6, 0;
  st.global.b32 [%rd3], %r6;
  ret;
}
)";

namespace {
class HostCheckTest : public testing::Test {
protected:
  mlir::MLIRContext context;
  std::unique_ptr<rt::SimDevice> device = rt::SimDevice::create({});
  ContractAttr contract;
  std::vector<RunArgument> arguments;

  void SetUp() override {
    context.loadDialect<TSDialect, mlir::memref::MemRefDialect>();
  }
  /// A product without k, whose result `type` has to become zero.
  void start(int64_t m, int64_t n, const std::string &type) {
    std::string a = "memref<" + std::to_string(m) + "x0xf32>";
    std::string b = "memref<0x" + std::to_string(n) + "xf32>";
    contract = llvm::cast<ContractAttr>(mlir::parseAttribute(
        "#ts.contract<arguments = [" + a + ", " + b + ", " + type +
            "], products = [<a = 0, b = 1, c = 2>]>",
        &context));
    std::vector<BufferType> buffers;
    for (mlir::Type argument : contract.getArguments())
      buffers.push_back(llvm::cantFail(
          BufferType::get(llvm::cast<mlir::MemRefType>(argument))));
    bool outputs[] = {false, false, true};
    arguments = llvm::cantFail(bindArguments(buffers, {}, outputs, outputs, 7));
    for (RunArgument &argument : arguments)
      llvm::cantFail(upload(*device, argument, false, false));
  }
  /// Writes zeros to elements [first, first + count) of C's span.
  void write(uint32_t first, uint32_t count) {
    auto module = llvm::cantFail(device->loadModule(zerosKernel));
    auto kernel = llvm::cantFail(device->getKernel(module, "zeros"));
    uint64_t base = arguments[2].pointer();
    void *parameters[] = {&base, &first};
    rt::Launch launch;
    launch.block = {count, 1, 1};
    launch.parameters = parameters;
    llvm::cantFail(device->launch(kernel, launch));
  }
  OutputReport run(bool sampled = false) {
    VerifyRequest request{*device, arguments, contract,
                          lookupChip("h200")->tensorCore, sampled};
    auto reports = verify(request);
    if (reports)
      return (*reports)[0];
    ADD_FAILURE() << llvm::toString(reports.takeError());
    return {};
  }
};
} // namespace

TEST_F(HostCheckTest, AllWritten) {
  start(6, 9, "memref<6x9xf32>");
  write(0, 54);
  OutputReport report = run();
  EXPECT_EQ("", report.problem());
  EXPECT_EQ(54, report.result.compared);
  EXPECT_EQ(0, report.missing);
  EXPECT_TRUE(report.result.hasZeroReference());
}

TEST_F(HostCheckTest, NothingWrittenIsNotRight) {
  start(6, 9, "memref<6x9xf32>");
  OutputReport report = run();
  EXPECT_EQ(54, report.missing);
  EXPECT_EQ(0, report.result.compared);
  EXPECT_NE("", report.problem());
  EXPECT_TRUE(run(/*sampled=*/true).result.isVacuous());
}

TEST_F(HostCheckTest, OneElementLeftOut) {
  start(6, 9, "memref<6x9xf32>");
  write(0, 30);
  write(31, 23);
  OutputReport report = run();
  EXPECT_EQ(1, report.missing);
  EXPECT_EQ(std::pair(int64_t(3), int64_t(3)), *report.firstMissing);
  EXPECT_NE(std::string::npos, report.problem().find("(3, 3)"));
}

TEST_F(HostCheckTest, SamplesLookAtWhatWasWritten) {
  start(6, 9, "memref<6x9xf32>");
  write(2, 4);
  write(20, 1);
  write(50, 4);
  OutputReport report = run(/*sampled=*/true);
  EXPECT_EQ(9, report.result.compared);
  EXPECT_EQ(0, report.missing);
  EXPECT_EQ("", report.problem());
}

TEST_F(HostCheckTest, WrongValuesInASampleAreFound) {
  start(6, 9, "memref<6x9xf32>");
  write(20, 2);
  float one = 1;
  // The host's write does not take the kernel's mark away.
  llvm::cantFail(
      device->copyToDevice(arguments[2].pointer() + 21 * 4, &one, 4));
  OutputReport report = run(/*sampled=*/true);
  EXPECT_EQ(1, report.result.mismatches);
  EXPECT_EQ(2, report.result.first->row);
  EXPECT_EQ(3, report.result.first->column);
}

TEST_F(HostCheckTest, GapsMustStayUntouched) {
  start(3, 4, "memref<3x4xf32, strided<[6, 1], offset: 2>>");
  write(2, 4);
  write(8, 4);
  write(14, 4);
  EXPECT_EQ("", run().problem());
  write(12, 2);
  OutputReport report = run();
  EXPECT_EQ(8, report.strayBytes);
  EXPECT_NE(std::string::npos, report.problem().find("8 bytes between"));
}

TEST_F(HostCheckTest, ColumnMajorOutputs) {
  start(5, 4, "memref<5x4xf32, strided<[1, 5]>>");
  write(0, 13);
  write(14, 6);
  OutputReport report = run();
  EXPECT_EQ(1, report.missing);
  EXPECT_EQ(std::pair(int64_t(3), int64_t(2)), *report.firstMissing);
  EXPECT_EQ(19, run(/*sampled=*/true).result.compared);
  write(13, 1);
  EXPECT_EQ("", run().problem());
}
