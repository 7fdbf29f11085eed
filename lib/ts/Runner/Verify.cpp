//===- Verify.cpp - Is the result right? ----------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Chooses how each output is checked: on the device, on the host, or as a chain
// of products.
//
//===----------------------------------------------------------------------===//

#include "Verifiers.h"

#include "ts/Runner/RunError.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace llvm;
using namespace ts;

// The two enumerations are one: the dialect's order is the references' order.
#define TS_SAME_MODE(mode)                                                     \
  static_assert(unsigned(PrecisionMode::mode) == unsigned(num::Precision::mode))
TS_SAME_MODE(Ieee);
TS_SAME_MODE(Tf32);
TS_SAME_MODE(Tf32x3);
TS_SAME_MODE(Bf16x3);
TS_SAME_MODE(Bf16x6);
TS_SAME_MODE(Bf16x9);
TS_SAME_MODE(Native);
TS_SAME_MODE(F16x3);
TS_SAME_MODE(Fp32Accurate);
TS_SAME_MODE(Fp32AccurateNormwise);
static_assert(getMaxEnumValForPrecisionMode() ==
              unsigned(num::Precision::Fp32AccurateNormwise));
#undef TS_SAME_MODE

static double valueOr(mlir::FloatAttr attr, double otherwise) {
  return attr ? attr.getValueAsDouble() : otherwise;
}

num::Product ts::makeProduct(ProductAttr product,
                             ArrayRef<RunArgument> arguments,
                             function_ref<const void *(int64_t)> span) {
  auto view = [&](int64_t index, bool transpose) {
    num::Matrix matrix = arguments[index].type.matrix(span(index));
    return transpose ? matrix.transposed() : matrix;
  };
  num::Product result;
  result.a = view(product.getA(), product.getTransposeA());
  result.b = view(product.getB(), product.getTransposeB());
  result.alpha = valueOr(product.getAlpha(), 1);
  result.beta = valueOr(product.getBeta(), 0);
  if (result.beta != 0)
    result.c0 = view(product.getC(), false);
  result.precision = num::Precision(unsigned(product.getPrecision()));
  result.resultType = arguments[product.getC()].type.type;
  num::dropUnreadOperands(result);
  return result;
}

/// Every product reads arguments that no product writes, and every output is
/// written once: then each can be checked by itself.
static bool areIndependent(ContractAttr contract, size_t arguments) {
  std::vector<unsigned> writes(arguments, 0);
  auto isArgument = [&](int64_t index) {
    return index >= 0 && size_t(index) < arguments;
  };
  for (ProductAttr product : contract.getProducts()) {
    if (!isArgument(product.getA()) || !isArgument(product.getB()) ||
        !isArgument(product.getC()))
      return false;
    ++writes[product.getC()];
  }
  return all_of(contract.getProducts(), [&](ProductAttr product) {
    return writes[product.getA()] == 0 && writes[product.getB()] == 0 &&
           writes[product.getC()] == 1;
  });
}

Error ts::checkExtents(ContractAttr contract, ArrayRef<RunArgument> arguments) {
  if (!areIndependent(contract, arguments.size()))
    return Error::success();
  for (ProductAttr product : contract.getProducts()) {
    num::Product p =
        makeProduct(product, arguments, [](int64_t) { return nullptr; });
    ArrayRef<int64_t> c = arguments[product.getC()].type.shape;
    if (p.a.columns == p.b.rows && p.a.rows == c[0] && p.b.columns == c[1])
      continue;
    return runError(
        ExitCode::BadInput,
        formatv("the sizes do not fit: a {0}x{1} times a {2}x{3} matrix cannot "
                "be {4}x{5}",
                p.a.rows, p.a.columns, p.b.rows, p.b.columns, c[0], c[1])
            .str());
  }
  return Error::success();
}

double ts::countMultiplyAdds(ContractAttr contract,
                             ArrayRef<RunArgument> arguments) {
  if (!areIndependent(contract, arguments.size()))
    return HUGE_VAL;
  double sum = 0;
  for (ProductAttr product : contract.getProducts()) {
    num::Product p =
        makeProduct(product, arguments, [](int64_t) { return nullptr; });
    sum += double(p.rows()) * double(p.columns()) * double(p.depth());
  }
  return sum;
}

/// The check kernel knows the float types.
static bool isAllFloat(ProductAttr product, ArrayRef<RunArgument> arguments) {
  return all_of(
      ArrayRef{product.getA(), product.getB(), product.getC()},
      [&](int64_t index) { return num::isFloat(arguments[index].type.type); });
}

/// The check kernel on the arguments where they lie.
static Error verifyOnDevice(VerifyRequest &request, ProductAttr product,
                            OutputReport &report) {
  auto address = [&](int64_t index) {
    RunArgument &argument = request.arguments[index];
    bool old = index == product.getC() && argument.originalOnDevice;
    return reinterpret_cast<const void *>(old ? argument.originalOnDevice
                                              : argument.pointer());
  };
  const RunArgument &c = request.arguments[product.getC()];
  Expected<num::CheckResult> result = checkOnDevice(
      request.device, makeProduct(product, request.arguments, address),
      request.core, c.type.matrix(reinterpret_cast<const void *>(c.pointer())),
      request.rows);
  if (!result)
    return result.takeError();
  report.result = *result;
  report.where = "device";
  return Error::success();
}

static Expected<OutputReport> verifyProduct(VerifyRequest &request,
                                            ProductAttr product) {
  num::Product shape =
      makeProduct(product, request.arguments, [](int64_t) { return nullptr; });
  OutputReport report;
  report.argument = product.getC();
  report.precision = shape.precision;
  report.bitExact = num::isBitExact(shape);
  num::ErrorBound bound = num::errorBound(shape, request.core);
  report.bound = bound.factor;
  report.smallestEntry = bound.smallestEntry;
  report.magnitude = bound.magnitude;
  report.elements = shape.rows() * shape.columns();
  bool onDevice = request.device.info().kind == "cuda" &&
                  isAllFloat(product, request.arguments);
  if (Error error = onDevice ? verifyOnDevice(request, product, report)
                             : verifyOnHost(request, product, report))
    return std::move(error);
  return report;
}

Expected<std::vector<OutputReport>> ts::verify(VerifyRequest &request) {
  if (!areIndependent(request.contract, request.arguments.size()))
    return verifyChain(request);
  std::vector<OutputReport> reports;
  for (ProductAttr product : request.contract.getProducts()) {
    Expected<OutputReport> report = verifyProduct(request, product);
    if (!report)
      return report.takeError();
    reports.push_back(std::move(*report));
  }
  return reports;
}

/// Enough digits to tell neighbouring floats apart.
static std::string digits(double value) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.9g", value);
  return text;
}

static std::string describe(const num::Mismatch &at) {
  return formatv("({0}, {1}): expected {2}, got {3}", at.row, at.column,
                 digits(at.expected), digits(at.got));
}

std::string OutputReport::problem() const {
  std::string subject = formatv("argument {0}: ", argument);
  if (missing > 0)
    return subject +
           formatv("{0} elements were not written, the first at ({1}, {2})",
                   missing, firstMissing->first, firstMissing->second)
               .str();
  if (strayBytes > 0)
    return subject +
           formatv("{0} bytes between its rows were written", strayBytes).str();
  std::string wrong = wrongValues();
  return wrong.empty() ? "" : subject + wrong;
}

std::string OutputReport::wrongValues() const {
  if (bitExact && result.mismatches > 0)
    return formatv("{0} of {1} elements differ, the first at ",
                   result.mismatches, result.compared)
               .str() +
           describe(*result.first);
  if (result.nonFiniteWrong > 0)
    return formatv("{0} elements are not the NaN or the infinity that they "
                   "must be",
                   result.nonFiniteWrong);
  if (result.maxScaledError <= bound)
    return "";
  std::string text = formatv("error {0:e3} of {1} exceeds its bound {2:e3}",
                             result.maxScaledError, name(magnitude), bound);
  if (result.aboveBound > 0)
    text += formatv(" ({0} of {1} elements do)", result.aboveBound,
                    result.compared);
  if (result.worst)
    text += ", the largest at " + describe(*result.worst);
  if (result.firstAbove)
    text += ", the first at " + describe(*result.firstAbove);
  return text;
}

Expected<OutputReport> ts::compareWithFile(rt::Device &device,
                                           const RunArgument &argument,
                                           num::NpyFile &file,
                                           double relativeTolerance) {
  const BufferType &type = argument.type;
  if (type.shape != file.header().shape ||
      !num::npyTypeFits(file.header().type, type.type))
    return runError(ExitCode::BadInput,
                    "the expected output does not have the shape and type of "
                    "the output, " +
                        type.toString());
  Expected<std::vector<uint8_t>> got = download(device, argument);
  if (!got)
    return got.takeError();
  int64_t columns = type.rank() == 0 ? 1 : type.shape.back();
  int64_t rows = columns == 0 ? 0 : type.elementCount() / columns;
  OutputReport report;
  report.where = "file";
  report.result = num::compare(
      num::Matrix::dense(file.rowMajorData(), type.type, rows, columns),
      num::Matrix::dense(got->data(), type.type, rows, columns));
  report.bitExact = relativeTolerance == 0;
  report.bound = relativeTolerance;
  report.elements = type.elementCount();
  return report;
}
