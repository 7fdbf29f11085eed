//===- DeviceCheckModesTest.cpp - Modes and types on the device -----------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The check kernel against the host's check for modes that are not bit-exact
// and for every float type: errors, bounds, magnitudes, poisoned rows.
//
//===----------------------------------------------------------------------===//

#include "ts/Runner/Verify.h"

#include "ts/Numerics/Random.h"
#include "gtest/gtest.h"

#include <cmath>
#include <limits>

using namespace ts;
using num::ElementType;
using num::Precision;

namespace {
constexpr int64_t m = 13, n = 17, depth = 19;

/// A dense matrix in host memory and its copy on the device.
struct Both {
  std::vector<uint8_t> bytes;
  num::Matrix host, device;

  void set(int64_t row, int64_t column, double value) {
    storeFromDouble(const_cast<void *>(host.address(row, column)), host.type,
                    value);
  }
};

class DeviceCheckModes : public testing::Test {
protected:
  std::unique_ptr<rt::SimDevice> device = rt::SimDevice::create({});
  TensorCore core = lookupChip("h200")->tensorCore;
  Both a, b, c, c0;
  num::Product onHost, onDevice;

  void make(Both &matrix, ElementType type, int64_t rows, int64_t columns,
            uint64_t seed) {
    matrix.bytes.resize(rows * columns * byteSize(type));
    num::generate({num::Fill::Kind::Random, seed}, type, 0, rows * columns,
                  matrix.bytes.data());
    auto address = llvm::cantFail(device->allocate(matrix.bytes.size()));
    matrix.host = num::Matrix::dense(matrix.bytes.data(), type, rows, columns);
    matrix.device = matrix.host;
    matrix.device.data = reinterpret_cast<const void *>(address);
  }
  void upload() {
    for (Both *matrix : {&a, &b, &c, &c0})
      llvm::cantFail(device->copyToDevice(
          reinterpret_cast<rt::DeviceAddress>(matrix->device.data),
          matrix->bytes.data(), matrix->bytes.size()));
  }
  void start(Precision precision, ElementType operands, ElementType result,
             double alpha = 1, double beta = 0) {
    make(a, operands, m, depth, 1);
    make(b, operands, depth, n, 2);
    make(c, result, m, n, 3);
    make(c0, result, m, n, 4);
    for (num::Product *p : {&onHost, &onDevice}) {
      *p = num::Product();
      p->precision = precision;
      p->resultType = result;
      p->alpha = alpha;
      p->beta = beta;
    }
    onHost.a = a.host;
    onHost.b = b.host;
    onDevice.a = a.device;
    onDevice.b = b.device;
    if (beta != 0) {
      onHost.c0 = c0.host;
      onDevice.c0 = c0.device;
    }
    compute();
  }
  /// C as the chain says, which keeps every mode's bound.
  void compute() {
    num::Reference reference(onHost, core);
    num::ReferenceRow row;
    for (int64_t i = 0; i < m; ++i) {
      reference.row(i, 0, n, row);
      for (int64_t j = 0; j < n; ++j)
        c.set(i, j, row.chain[j]);
    }
  }
  num::CheckResult runOnHost() {
    return num::check(num::Reference(onHost, core), 0, c.host);
  }
  num::CheckResult run() {
    upload();
    auto result = checkOnDevice(*device, onDevice, core, c.device, {});
    if (result)
      return *result;
    ADD_FAILURE() << llvm::toString(result.takeError());
    return {};
  }
  static void expectClose(double x, double y) {
    if (std::isinf(x) || std::isinf(y))
      EXPECT_EQ(x, y);
    else
      EXPECT_NEAR(x, y, 1e-9 * std::fabs(x) + 1e-20);
  }
  /// Both checks find the same; returns it.
  num::CheckResult expectAgreement() {
    num::CheckResult x = runOnHost(), y = run();
    EXPECT_EQ(x.compared, y.compared);
    EXPECT_EQ(x.mismatches, y.mismatches);
    EXPECT_EQ(x.nonFinite, y.nonFinite);
    EXPECT_EQ(x.nonFiniteWrong, y.nonFiniteWrong);
    EXPECT_EQ(x.notComparable, y.notComparable);
    EXPECT_EQ(x.aboveBound, y.aboveBound);
    EXPECT_EQ(bool(x.firstAbove), bool(y.firstAbove));
    if (x.firstAbove && y.firstAbove) {
      EXPECT_EQ(x.firstAbove->row, y.firstAbove->row);
      EXPECT_EQ(x.firstAbove->column, y.firstAbove->column);
      EXPECT_EQ(x.firstAbove->expected, y.firstAbove->expected);
      if (!std::isnan(x.firstAbove->got)) {
        EXPECT_EQ(x.firstAbove->got, y.firstAbove->got);
      }
      EXPECT_EQ(x.worst->row, y.worst->row);
      EXPECT_EQ(x.worst->column, y.worst->column);
    }
    expectClose(x.maxScaledError, y.maxScaledError);
    expectClose(x.errorSquared, y.errorSquared);
    expectClose(x.referenceSquared, y.referenceSquared);
    return y;
  }
};
} // namespace

TEST_F(DeviceCheckModes, EveryTypeAndScaling) {
  using T = ElementType;
  for (auto [operands, result] : {std::pair{T::F16, T::F32},
                                  {T::F16, T::F16},
                                  {T::BF16, T::F32},
                                  {T::BF16, T::BF16},
                                  {T::F64, T::F64}})
    for (auto [alpha, beta] : {std::pair{1.0, 0.0}, {0.75, -2.0}}) {
      SCOPED_TRACE(name(operands).str() + " " + name(result).str());
      start(Precision::Native, operands, result, alpha, beta);
      num::CheckResult right = expectAgreement();
      EXPECT_EQ(0, right.mismatches);
      EXPECT_EQ(0, right.aboveBound);
      EXPECT_EQ(0, right.notComparable);
      c.set(4, 5, c.host.at(4, 5) + 0.5);
      c.set(6, 2, c.host.at(6, 2) + 1);
      EXPECT_EQ(2, expectAgreement().aboveBound);
    }
}

TEST_F(DeviceCheckModes, ModesOfF32) {
  for (Precision mode :
       {Precision::Ieee, Precision::Tf32, Precision::Tf32x3, Precision::Bf16x6,
        Precision::F16x3, Precision::Fp32Accurate,
        Precision::Fp32AccurateNormwise}) {
    SCOPED_TRACE(name(mode).str());
    start(mode, ElementType::F32, ElementType::F32, 1, 0.5);
    EXPECT_EQ(0, expectAgreement().aboveBound);
    // Errors below and above the bound.
    num::Reference reference(onHost, core);
    num::ReferenceRow row;
    reference.row(3, 0, n, row);
    double bound = reference.bound().factor;
    c.set(3, 7, row.exact[7] + 0.9 * bound * row.magnitude[7]);
    EXPECT_EQ(0, expectAgreement().aboveBound);
    c.set(3, 8, row.exact[8] - 1.1 * bound * row.magnitude[8]);
    num::CheckResult found = expectAgreement();
    EXPECT_EQ(1, found.aboveBound);
    EXPECT_EQ(8, found.firstAbove->column);
  }
}

TEST_F(DeviceCheckModes, SpecialValues) {
  double infinity = std::numeric_limits<double>::infinity();
  for (Precision mode : {Precision::Ieee, Precision::Tf32, Precision::F16x3,
                         Precision::Bf16x6}) {
    SCOPED_TRACE(name(mode).str());
    start(mode, ElementType::F32, ElementType::F32);
    a.set(2, 3, infinity);
    a.set(5, 0, std::nan(""));
    b.set(7, 4, -infinity);
    a.set(6, 1, 0x1.fffp127);
    a.set(8, 2, 0x1p-149);
    compute();
    num::CheckResult found = expectAgreement();
    EXPECT_EQ(0, found.nonFiniteWrong);
    EXPECT_EQ(0, found.aboveBound);
    EXPECT_GT(found.notComparable + found.nonFinite, 0);
    c.set(2, 0, 1);
    EXPECT_EQ(1, expectAgreement().nonFiniteWrong);
    c.set(0, 0, std::nan(""));
    EXPECT_TRUE(std::isinf(expectAgreement().maxScaledError));
  }
}

TEST_F(DeviceCheckModes, OverflowOfNarrowResults) {
  start(Precision::Native, ElementType::F16, ElementType::F16);
  for (int64_t k = 0; k < depth; ++k) {
    a.set(3, k, 2000);
    b.set(k, 5, 100);
  }
  compute();
  EXPECT_EQ(1, expectAgreement().notComparable);
}

TEST_F(DeviceCheckModes, DoublesAreComparedBelowTheirOwnPrecision) {
  start(Precision::Ieee, ElementType::F64, ElementType::F64);
  EXPECT_EQ(0, expectAgreement().mismatches);
  EXPECT_LT(run().maxScaledError, 20 * 0x1p-53);
  c.set(9, 9, std::nextafter(c.host.at(9, 9), 10.0));
  EXPECT_EQ(1, expectAgreement().mismatches);
}
