//===- ChainCheck.cpp - Products that use each other's results ------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// For entry functions whose products depend on each other: all of them are
// executed on the host, in order.
//
//===----------------------------------------------------------------------===//

#include "Verifiers.h"

#include "ts/Runner/RunError.h"

#include "llvm/ADT/STLExtras.h"

#include <map>

using namespace llvm;
using namespace ts;

namespace {
/// A matrix with its own memory.
struct HostValue {
  BufferType type;
  std::vector<uint8_t> span;
  num::Matrix view() const { return type.matrix(span.data()); }
};

class ChainExecutor {
public:
  explicit ChainExecutor(VerifyRequest &request) : request(request) {}
  /// Executes product `index` of the contract.
  Error execute(ProductAttr product, int64_t index);
  const HostValue *find(int64_t operand) const {
    auto found = values.find(operand);
    return found == values.end() ? nullptr : &found->second;
  }

private:
  Expected<const HostValue *> load(int64_t operand);
  HostValue compute(const num::Product &product) const;

  VerifyRequest &request;
  std::map<int64_t, HostValue> values; ///< by the contract's numbers
};
} // namespace

Expected<const HostValue *> ChainExecutor::load(int64_t operand) {
  if (const HostValue *value = find(operand))
    return value;
  if (operand < 0 || size_t(operand) >= request.arguments.size())
    return runError(ExitCode::NotChecked, "the contract names operand " +
                                              Twine(operand) +
                                              ", which nothing has computed");
  Expected<std::vector<uint8_t>> span = originalSpan(request, operand);
  if (!span)
    return span.takeError();
  HostValue value{request.arguments[operand].type, std::move(*span)};
  return &(values[operand] = std::move(value));
}

HostValue ChainExecutor::compute(const num::Product &product) const {
  HostValue value;
  value.type.type = product.resultType;
  value.type.shape = {product.rows(), product.columns()};
  value.type.strides = {product.columns(), 1};
  unsigned size = byteSize(product.resultType);
  value.span.resize(product.rows() * product.columns() * size);
  num::Reference reference(product, request.core);
  num::ReferenceRow row;
  uint8_t *out = value.span.data();
  for (int64_t i = 0; i < product.rows(); ++i) {
    reference.row(i, 0, product.columns(), row);
    for (double element : row.chain) {
      num::storeFromDouble(out, product.resultType, element);
      out += size;
    }
  }
  return value;
}

Error ChainExecutor::execute(ProductAttr attr, int64_t index) {
  Expected<const HostValue *> a = load(attr.getA());
  if (!a)
    return a.takeError();
  Expected<const HostValue *> b = load(attr.getB());
  if (!b)
    return b.takeError();
  num::Product product;
  product.a = attr.getTransposeA() ? (*a)->view().transposed() : (*a)->view();
  product.b = attr.getTransposeB() ? (*b)->view().transposed() : (*b)->view();
  product.alpha = attr.getAlpha() ? attr.getAlpha().getValueAsDouble() : 1;
  product.beta = attr.getBeta() ? attr.getBeta().getValueAsDouble() : 0;
  product.precision = num::Precision(unsigned(attr.getPrecision()));
  if (!num::isBitExact(product))
    return runError(ExitCode::NotChecked,
                    "products that use each other's results are checked in "
                    "ieee only");
  product.resultType = product.a.type;
  num::dropUnreadOperands(product);
  if (product.beta != 0) {
    Expected<const HostValue *> c = load(attr.getC());
    if (!c)
      return c.takeError();
    product.c0 = (*c)->view();
  }
  double work = double(product.rows()) * double(product.columns()) *
                double(product.depth());
  if (work > request.hostLimit)
    return runError(ExitCode::NotChecked,
                    "the products are too large to be repeated on the host");
  HostValue result = compute(product);
  // The result is known by the product's own number and by its destination:
  // an argument, or the place of an earlier product or of its own.
  values[-1 - index] = result;
  int64_t to = attr.getC();
  while (to < 0 && to != -1 - index) {
    values[to] = result;
    index = -1 - to;
    to = request.contract.getProducts()[index].getC();
  }
  if (to >= 0)
    values[to] = std::move(result);
  return Error::success();
}

Expected<std::vector<OutputReport>> ts::verifyChain(VerifyRequest &request) {
  if (request.sampled)
    return runError(ExitCode::NotChecked,
                    "products that use each other's results cannot be checked "
                    "from a sample of blocks: use --blocks=all");
  ChainExecutor executor(request);
  for (auto [index, product] : llvm::enumerate(request.contract.getProducts()))
    if (Error error = executor.execute(product, int64_t(index)))
      return std::move(error);
  std::vector<OutputReport> reports;
  for (auto [index, argument] : llvm::enumerate(request.arguments)) {
    const HostValue *expected = executor.find(int64_t(index));
    if (!argument.isOutput || !expected)
      continue;
    Expected<std::vector<uint8_t>> got = download(request.device, argument);
    if (!got)
      return got.takeError();
    num::Matrix want = expected->view();
    OutputReport report;
    report.argument = unsigned(index);
    report.where = "host";
    report.elements = want.rows * want.columns;
    report.result =
        num::compare(want, num::Matrix::dense(got->data(), want.type, want.rows,
                                              want.columns));
    report.bound = std::numeric_limits<double>::infinity();
    reports.push_back(std::move(report));
  }
  return reports;
}
