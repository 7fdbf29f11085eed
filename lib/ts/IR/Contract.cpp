//===- Contract.cpp - Verification of #ts.contract ------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ts/IR/TS.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Diagnostics.h"

using namespace mlir;
using namespace ts;

namespace {

using EmitError = function_ref<InFlightDiagnostic()>;

struct Extents {
  int64_t rows, columns;
};

/// Checks the products of a contract in their order, remembering the shape of
/// each result for the products after it.
class ContractVerifier {
public:
  ContractVerifier(EmitError emitError, ArrayRef<Type> arguments)
      : emitError(emitError), arguments(arguments) {}

  LogicalResult verify(ProductAttr product);

private:
  InFlightDiagnostic error() {
    return emitError() << "product " << results.size() << ": ";
  }
  LogicalResult find(StringRef name, int64_t number, bool transpose,
                     Extents &extents);
  LogicalResult agree(StringRef what, int64_t first, StringRef other,
                      int64_t second);

  EmitError emitError;
  ArrayRef<Type> arguments;
  SmallVector<Extents> results;
};

} // namespace

LogicalResult ContractVerifier::find(StringRef name, int64_t number,
                                     bool transpose, Extents &extents) {
  int64_t earlier = -1 - number;
  if (number >= static_cast<int64_t>(arguments.size()) ||
      earlier >= static_cast<int64_t>(results.size()))
    return error() << "operand '" << name << "' is number " << number
                   << ", but there are " << arguments.size()
                   << " arguments and " << results.size()
                   << " earlier products";
  if (number < 0) {
    extents = results[earlier];
  } else {
    auto type = dyn_cast<MemRefType>(arguments[number]);
    if (!type || type.getRank() != 2)
      return error() << "operand '" << name << "' is argument " << number
                     << " of type " << arguments[number]
                     << ", which is not a matrix";
    extents = {type.getDimSize(0), type.getDimSize(1)};
  }
  if (transpose)
    std::swap(extents.rows, extents.columns);
  return success();
}

LogicalResult ContractVerifier::agree(StringRef what, int64_t first,
                                      StringRef other, int64_t second) {
  if (first == second || ShapedType::isDynamic(first) ||
      ShapedType::isDynamic(second))
    return success();
  return error() << what << " " << first << ", but " << other << " " << second;
}

LogicalResult ContractVerifier::verify(ProductAttr product) {
  Extents a, b, c;
  if (failed(find("a", product.getA(), product.getTransposeA(), a)) ||
      failed(find("b", product.getB(), product.getTransposeB(), b)) ||
      failed(agree("rows of 'b' are", b.rows, "columns of 'a' are", a.columns)))
    return failure();
  // A product's own number as its destination: a temporary.
  if (product.getC() == -1 - static_cast<int64_t>(results.size())) {
    if (product.getBeta() && !product.getBeta().getValue().isZero())
      return error() << "operand 'c' is its own result, but beta is not 0";
  } else if (failed(find("c", product.getC(), false, c)) ||
             failed(
                 agree("rows of 'c' are", c.rows, "rows of 'a' are", a.rows)) ||
             failed(agree("columns of 'c' are", c.columns, "columns of 'b' are",
                          b.columns))) {
    return failure();
  }
  results.push_back({a.rows, b.columns});
  return success();
}

LogicalResult ContractAttr::verify(EmitError emitError,
                                   ArrayRef<Type> arguments,
                                   ArrayRef<ProductAttr> products) {
  ContractVerifier verifier(emitError, arguments);
  for (ProductAttr product : products)
    if (failed(verifier.verify(product)))
      return failure();
  return success();
}
