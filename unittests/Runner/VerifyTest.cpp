//===- VerifyTest.cpp - Is the result right? ------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Contracts checked on the host: right results, planted defects, strides,
// transposes, chains.
//
//===----------------------------------------------------------------------===//

#include "HostDevice.h"

#include "ts/Runner/RunError.h"
#include "ts/Runner/Verify.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/MLIRContext.h"
#include "gtest/gtest.h"

#include <cmath>

using namespace ts;

namespace {
class VerifyTest : public testing::Test {
protected:
  mlir::MLIRContext context;
  HostDevice device;
  ContractAttr contract;
  std::vector<RunArgument> arguments;

  void SetUp() override {
    context.loadDialect<TSDialect, mlir::memref::MemRefDialect>();
  }

  /// Sets up all arguments of a contract, outputs as random data too.
  void start(const std::string &products, const std::string &types) {
    contract = llvm::cast<ContractAttr>(
        mlir::parseAttribute("#ts.contract<arguments = [" + types +
                                 "], products = [" + products + "]>",
                             &context));
    std::vector<BufferType> buffers;
    for (mlir::Type type : contract.getArguments())
      buffers.push_back(
          llvm::cantFail(BufferType::get(llvm::cast<mlir::MemRefType>(type))));
    llvm::SmallVector<bool> outputs(buffers.size(), false), no = outputs;
    for (ProductAttr product : contract.getProducts())
      if (product.getC() >= 0)
        outputs[product.getC()] = true;
    arguments = llvm::cantFail(bindArguments(buffers, {}, outputs, no, 7));
    for (RunArgument &argument : arguments)
      ASSERT_FALSE(bool(upload(device, argument, true, false)));
  }

  num::Matrix matrix(int64_t index) {
    return arguments[index].type.matrix(
        reinterpret_cast<const void *>(arguments[index].pointer()));
  }
  float &element(int64_t index, int64_t i, int64_t j) {
    return *static_cast<float *>(
        const_cast<void *>(matrix(index).address(i, j)));
  }
  /// Executes one product by the definition, in place.
  void execute(int64_t a, bool ta, int64_t b, bool tb, int64_t c, float alpha,
               float beta) {
    num::Matrix x = ta ? matrix(a).transposed() : matrix(a);
    num::Matrix y = tb ? matrix(b).transposed() : matrix(b);
    for (int64_t i = 0; i < x.rows; ++i)
      for (int64_t j = 0; j < y.columns; ++j) {
        float acc = 0;
        for (int64_t k = 0; k < x.columns; ++k)
          acc = std::fma(float(x.at(i, k)), float(y.at(k, j)), acc);
        float t = alpha == 1 ? acc : alpha * acc;
        float &out = element(c, i, j);
        out = beta == 0 ? t : std::fma(beta, out, t);
      }
  }
  std::vector<OutputReport> run() {
    VerifyRequest request{device, arguments, contract,
                          lookupChip("h200")->tensorCore};
    auto reports = verify(request);
    if (reports)
      return *reports;
    ADD_FAILURE() << llvm::toString(reports.takeError());
    return {OutputReport()};
  }
};
} // namespace

// The host device runs no kernels: all is checked on the host.
static const char *plainTypes =
    "memref<6x5xf64>, memref<5x9xf64>, memref<6x9xf64>";

TEST_F(VerifyTest, DoubleProductsAreCheckedOnTheHost) {
  start("<a = 0, b = 1, c = 2>", plainTypes);
  OutputReport wrong = run()[0];
  EXPECT_EQ(6 * 9, wrong.result.compared);
  EXPECT_GT(wrong.result.mismatches, 0);
  EXPECT_NE("", wrong.problem());
  num::Matrix a = matrix(0), b = matrix(1), c = matrix(2);
  for (int64_t i = 0; i < 6; ++i)
    for (int64_t j = 0; j < 9; ++j) {
      double acc = 0;
      for (int64_t k = 0; k < 5; ++k)
        acc = std::fma(a.at(i, k), b.at(k, j), acc);
      *static_cast<double *>(const_cast<void *>(c.address(i, j))) = acc;
    }
  OutputReport right = run()[0];
  EXPECT_EQ("", right.problem());
  EXPECT_EQ("host", right.where);
  EXPECT_EQ(54, right.elements);
  EXPECT_EQ(0, right.result.mismatches);
}

TEST_F(VerifyTest, ChainsAreExecutedInOrder) {
  start("<a = 0, b = 1, c = 2, alpha = 0.5 : f32>,"
        "<a = 2, b = 1, c = 3, transposeB = true, beta = 2.0 : f32>",
        "memref<6x5xf32>, memref<5x9xf32>, memref<6x9xf32>, memref<6x5xf32>");
  execute(0, false, 1, false, 2, 0.5f, 0);
  execute(2, false, 1, true, 3, 1, 2);
  std::vector<OutputReport> reports = run();
  ASSERT_EQ(2u, reports.size());
  EXPECT_EQ("", reports[0].problem());
  EXPECT_EQ("", reports[1].problem());
  EXPECT_EQ(30, reports[1].result.compared);
  element(3, 4, 2) += 1;
  reports = run();
  EXPECT_EQ("", reports[0].problem());
  EXPECT_NE(std::string::npos, reports[1].problem().find("(4, 2)"));
}

TEST_F(VerifyTest, StridedChainsReadTheRightElements) {
  start("<a = 0, b = 0, c = 1>, <a = 1, b = 0, c = 2, transposeA = true>",
        "memref<4x4xf32, strided<[7, 1], offset: 2>>,"
        "memref<4x4xf32, strided<[1, 4]>>, memref<4x4xf32, strided<[5, 1]>>");
  execute(0, false, 0, false, 1, 1, 0);
  execute(1, true, 0, false, 2, 1, 0);
  for (const OutputReport &report : run())
    EXPECT_EQ("", report.problem());
}

TEST_F(VerifyTest, SampledChainsAreNotChecked) {
  start("<a = 0, b = 0, c = 1>, <a = 1, b = 0, c = 2>",
        "memref<4x4xf32>, memref<4x4xf32>, memref<4x4xf32>");
  VerifyRequest request{device, arguments, contract,
                        lookupChip("h200")->tensorCore};
  request.sampled = true;
  auto reports = verify(request);
  ASSERT_FALSE(bool(reports));
  std::string text;
  llvm::raw_string_ostream os(text);
  EXPECT_EQ(ExitCode::NotChecked, reportError(reports.takeError(), os));
}

TEST_F(VerifyTest, ModesAreHeldToTheirBounds) {
  for (const char *mode :
       {"tf32", "bf16x6", "f16x3", "fp32_accurate", "fp32_accurate_normwise"}) {
    start(std::string("<a = 0, b = 1, c = 2, precision = ") + mode + ">",
          "memref<6x32xf32>, memref<32x9xf32>, memref<6x9xf32>");
    execute(0, false, 1, false, 2, 1, 0);
    element(2, 1, 1) = std::nextafter(element(2, 1, 1), 9.0f);
    OutputReport right = run()[0];
    EXPECT_EQ("", right.problem());
    EXPECT_FALSE(right.bitExact);
    EXPECT_EQ(54, right.result.compared);
    element(2, 4, 3) += 0.1f;
    OutputReport wrong = run()[0];
    EXPECT_NE(std::string::npos, wrong.problem().find("exceeds its bound"));
    EXPECT_NE(std::string::npos, wrong.problem().find("first at (4, 3)"));
  }
}

TEST_F(VerifyTest, WorkIsCounted) {
  start("<a = 0, b = 1, c = 2>", plainTypes);
  EXPECT_EQ(6 * 9 * 5, countMultiplyAdds(contract, arguments));
}

TEST_F(VerifyTest, SizesBoundAtRunTimeMustFit) {
  start("<a = 0, b = 1, c = 2>", plainTypes);
  EXPECT_FALSE(bool(checkExtents(contract, arguments)));
  arguments[1].type.shape = {4, 9};
  EXPECT_NE(std::string::npos,
            llvm::toString(checkExtents(contract, arguments))
                .find("a 6x5 times a 4x9 matrix cannot be 6x9"));
}

TEST_F(VerifyTest, ProductsMayAccumulateOnEarlierOnes) {
  start("<a = 0, b = 0, c = 1>, <a = 0, b = 0, c = -1, beta = 1.0 : f32>",
        "memref<4x4xf32>, memref<4x4xf32>");
  execute(0, false, 0, false, 1, 1, 0);
  execute(0, false, 0, false, 1, 1, 1);
  std::vector<OutputReport> reports = run();
  ASSERT_EQ(1u, reports.size());
  EXPECT_EQ("", reports[0].problem());
}

TEST(OutputReport, ProblemsAreNamed) {
  OutputReport report;
  report.bound = 1e-6;
  EXPECT_EQ("", report.problem());
  report.missing = 3;
  report.firstMissing = {1, 2};
  EXPECT_NE(std::string::npos, report.problem().find("3 elements were not"));
  report.missing = 0;
  report.strayBytes = 8;
  EXPECT_NE(std::string::npos, report.problem().find("8 bytes"));
  report.strayBytes = 0;
  report.bitExact = false;
  report.result.mismatches = 5;
  EXPECT_EQ("", report.problem());
  report.result.maxScaledError = 1e-5;
  EXPECT_NE(std::string::npos, report.problem().find("exceeds its bound"));
  report.result.maxScaledError = NAN;
  EXPECT_NE("", report.problem());
}
