//===- DeviceCheckTest.cpp - The device's reference, on the simulator -----===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The check kernel against the host: right results, each planted defect,
// strides, transposes, alpha and beta.
//
//===----------------------------------------------------------------------===//

#include "ts/Runner/Verify.h"

#include "ts/Numerics/Random.h"
#include "gtest/gtest.h"

#include <cmath>
#include <limits>

using namespace ts;

namespace {
/// A matrix in simulated memory, with a copy on the host.
struct SimMatrix {
  std::vector<float> host;
  num::Matrix view;   ///< addresses on the device
  num::Matrix onHost; ///< the same elements here
};

class DeviceCheckTest : public testing::Test {
protected:
  std::unique_ptr<rt::SimDevice> device = rt::SimDevice::create({});
  TensorCore core = lookupChip("h200")->tensorCore;
  SimMatrix a, b, c, c0;
  num::Product product, hostProduct;
  int64_t m = 19, n = 23, depth = 11;

  SimMatrix make(int64_t rows, int64_t columns, int64_t stride, uint64_t seed) {
    SimMatrix matrix;
    matrix.host.resize(rows * stride);
    num::generate({num::Fill::Kind::Random, seed}, num::ElementType::F32, 0,
                  matrix.host.size(), matrix.host.data());
    uint64_t bytes = matrix.host.size() * 4;
    auto address = llvm::cantFail(device->allocate(bytes));
    matrix.view = {reinterpret_cast<const void *>(address),
                   num::ElementType::F32,
                   rows,
                   columns,
                   stride,
                   1};
    matrix.onHost = matrix.view;
    upload(matrix);
    return matrix;
  }
  void upload(SimMatrix &matrix) {
    matrix.onHost.data = matrix.host.data();
    llvm::cantFail(device->copyToDevice(
        reinterpret_cast<rt::DeviceAddress>(matrix.view.data),
        matrix.host.data(), matrix.host.size() * 4));
  }
  /// Operands, and C as the host's reference says.
  void start(bool transposeA, bool transposeB, float alpha, float beta) {
    a = transposeA ? make(depth, m, m + 3, 1) : make(m, depth, depth + 2, 1);
    b = transposeB ? make(n, depth, depth, 2) : make(depth, n, n + 1, 2);
    c = make(m, n, n + 5, 3);
    c0 = make(m, n, n + 7, 4);
    auto fill = [&](num::Product &p, bool host) {
      auto view = [&](const SimMatrix &x) { return host ? x.onHost : x.view; };
      p.a = transposeA ? view(a).transposed() : view(a);
      p.b = transposeB ? view(b).transposed() : view(b);
      p.alpha = alpha;
      p.beta = beta;
      if (beta != 0)
        p.c0 = view(c0);
    };
    fill(product, false);
    c.onHost.data = c.host.data();
    a.onHost.data = a.host.data();
    b.onHost.data = b.host.data();
    c0.onHost.data = c0.host.data();
    fill(hostProduct, true);
    compute();
  }
  void compute() {
    num::Reference reference(hostProduct, core);
    num::ReferenceRow row;
    for (int64_t i = 0; i < m; ++i) {
      reference.row(i, 0, n, row);
      for (int64_t j = 0; j < n; ++j)
        element(i, j) = float(row.chain[j]);
    }
    upload(c);
  }
  float &element(int64_t i, int64_t j) {
    return c.host[i * c.view.rowStride + j];
  }
  num::CheckResult run(llvm::ArrayRef<std::pair<int64_t, int64_t>> rows = {}) {
    auto result = checkOnDevice(*device, product, core, c.view, rows);
    if (result)
      return *result;
    ADD_FAILURE() << llvm::toString(result.takeError());
    return {};
  }
  /// The device and the host must find the same.
  void expectAgreement() {
    num::CheckResult onDevice = run();
    num::CheckResult onHost =
        num::check(num::Reference(hostProduct, core), 0, c.onHost);
    EXPECT_EQ(onHost.compared, onDevice.compared);
    EXPECT_EQ(onHost.mismatches, onDevice.mismatches);
    EXPECT_EQ(onHost.nonFinite, onDevice.nonFinite);
    EXPECT_EQ(onHost.nonFiniteWrong, onDevice.nonFiniteWrong);
    EXPECT_EQ(bool(onHost.first), bool(onDevice.first));
    if (onHost.first && onDevice.first) {
      EXPECT_EQ(onHost.first->row, onDevice.first->row);
      EXPECT_EQ(onHost.first->column, onDevice.first->column);
    }
    if (std::isinf(onHost.maxScaledError)) {
      EXPECT_TRUE(std::isinf(onDevice.maxScaledError));
      return;
    }
    EXPECT_NEAR(onHost.maxScaledError, onDevice.maxScaledError,
                1e-6 * onHost.maxScaledError + 1e-15);
    EXPECT_NEAR(onHost.relativeError(), onDevice.relativeError(),
                1e-6 * onHost.relativeError());
    EXPECT_NEAR(onHost.referenceSquared, onDevice.referenceSquared,
                1e-9 * onHost.referenceSquared);
  }
};
} // namespace

TEST_F(DeviceCheckTest, AgreesWithTheHostInEveryForm) {
  for (bool transposeA : {false, true})
    for (bool transposeB : {false, true})
      for (auto [alpha, beta] :
           {std::pair{1.0f, 0.0f}, {0.3f, 0.0f}, {1.0f, 1.0f}, {-2.0f, 0.7f}}) {
        start(transposeA, transposeB, alpha, beta);
        EXPECT_EQ(0, run().mismatches) << transposeA << transposeB << alpha;
        expectAgreement();
      }
}

TEST_F(DeviceCheckTest, FindsOneWrongBit) {
  start(false, false, 1, 0);
  float right = element(7, 22);
  element(7, 22) = std::nextafter(right, 100.0f);
  element(18, 0) = 5;
  upload(c);
  num::CheckResult result = run();
  EXPECT_EQ(2, result.mismatches);
  ASSERT_TRUE(result.first);
  EXPECT_EQ(7, result.first->row);
  EXPECT_EQ(22, result.first->column);
  EXPECT_EQ(right, result.first->expected);
  EXPECT_EQ(std::nextafter(right, 100.0f), result.first->got);
  expectAgreement();
}

TEST_F(DeviceCheckTest, NaNInfinityAndNegativeZero) {
  start(false, false, 1, 0);
  a.host[3 * a.view.rowStride] = std::numeric_limits<float>::quiet_NaN();
  b.host[5] = std::numeric_limits<float>::infinity();
  upload(a);
  upload(b);
  compute();
  EXPECT_EQ(0, run().mismatches);
  EXPECT_EQ(n + m - 1, run().nonFinite);
  element(3, 3) = -std::numeric_limits<float>::quiet_NaN();
  element(4, 5) = 1;
  element(6, 6) = std::numeric_limits<float>::quiet_NaN();
  upload(c);
  num::CheckResult result = run();
  EXPECT_EQ(2, result.mismatches);
  EXPECT_EQ(1, result.nonFiniteWrong);
  EXPECT_TRUE(std::isinf(result.maxScaledError));
  expectAgreement();
}

TEST_F(DeviceCheckTest, NothingToAddUp) {
  depth = 0;
  start(false, false, 1, 0);
  EXPECT_EQ(0, run().mismatches);
  EXPECT_TRUE(run().hasZeroReference());
  element(2, 2) = -0.0f;
  upload(c);
  EXPECT_EQ(1, run().mismatches);
}

TEST_F(DeviceCheckTest, RowRanges) {
  start(false, false, 1, 0);
  element(5, 1) = 9;
  element(12, 2) = 9;
  upload(c);
  std::pair<int64_t, int64_t> rows[] = {{0, 5}, {10, 19}};
  num::CheckResult result = run(rows);
  EXPECT_EQ(14 * n, result.compared);
  EXPECT_EQ(1, result.mismatches);
  EXPECT_EQ(12, result.first->row);
}
