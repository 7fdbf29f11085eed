//===- RecordContract.cpp - Write down what a function computes -----------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// After the first steps a product is loops and addresses: a runner that has to
// check the numbers needs to be told what was asked for. This pass says it in
// an attribute of each public function, before anything is taken apart.
//
//   func.func @main(%a: tensor<4x2xf32>, %b: tensor<2x3xf32>)
//       -> tensor<4x3xf32> {
//     %0 = ts.matmul ins(%a, %b : ...) outs(%empty : ...) -> tensor<4x3xf32>
//     return %0 }
// =>
//   func.func @main(...) attributes {ts.contract = #ts.contract<
//     arguments = [memref<4x2xf32>, memref<2x3xf32>, memref<4x3xf32>],
//     products = [<a = 0, b = 1, c = 2>]>}
//
// A matrix lives in a *place*: an argument, or a temporary. Products of tensors
// write their destination's place, which ts-bufferize does too as long as no
// value is read after its place was overwritten; where that happens, as where
// other operations touch the matrices, there is no contract, and a remark.
//
//===----------------------------------------------------------------------===//

#include "ts/IR/TS.h"
#include "ts/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/DenseMap.h"

namespace ts {
#define GEN_PASS_DEF_RECORDCONTRACTPASS
#include "ts/Passes.h.inc"
} // namespace ts

using namespace mlir;
using namespace ts;

namespace {

/// Where a matrix lives while the function runs.
struct Place {
  /// Its number in the contract: an argument, or -1 - (first product into it).
  std::optional<int64_t> number;
  /// The last product that wrote it.
  std::optional<int64_t> writer;
};

/// A matrix: a place, and for a tensor the product that made the value.
struct Matrix {
  unsigned place;
  std::optional<int64_t> writer;
};

/// A product before the places of its results have numbers.
struct PendingProduct {
  MatmulOp op;
  int64_t a, b;
  unsigned place;
};

/// Builds the contract of one function.
class ContractRecorder {
public:
  explicit ContractRecorder(func::FuncOp function) : function(function) {}

  /// The contract, or a failure with `reason` set.
  FailureOr<ContractAttr> record();

  std::string reason;

private:
  LogicalResult fail(const Twine &why) {
    reason = why.str();
    return failure();
  }
  LogicalResult addArguments();
  void lookAhead();
  LogicalResult visit(Operation *op);
  LogicalResult visitProduct(MatmulOp op);
  LogicalResult visitReturn(func::ReturnOp op);
  FailureOr<int64_t> read(MatmulOp op, Value value, StringRef name);
  FailureOr<unsigned> destination(MatmulOp op);
  unsigned addPlace(Place place);
  ContractAttr finish();

  func::FuncOp function;
  SmallVector<Type> arguments;
  SmallVector<Place> places;
  SmallVector<PendingProduct> products;
  DenseMap<Value, Matrix> matrices;
  /// Operations whose results reach no result of the function.
  llvm::SmallPtrSet<Operation *, 8> dead;
  /// Arguments that a result is written to.
  llvm::SmallDenseSet<Value> returned;
};

} // namespace

unsigned ContractRecorder::addPlace(Place place) {
  places.push_back(place);
  return places.size() - 1;
}

LogicalResult ContractRecorder::addArguments() {
  for (BlockArgument argument : function.getArguments()) {
    Type type = argument.getType();
    if (auto tensor = dyn_cast<RankedTensorType>(type))
      type = MemRefType::get(tensor.getShape(), tensor.getElementType());
    if (!isa<MemRefType>(type))
      return fail("argument " + Twine(argument.getArgNumber()) +
                  " is not a matrix");
    matrices[argument] = {addPlace({argument.getArgNumber(), std::nullopt}),
                          std::nullopt};
    arguments.push_back(type);
  }
  return success();
}

/// Looks ahead: which products of tensors nobody reads, so that they will not
/// be computed, and which arguments results will be written to.
void ContractRecorder::lookAhead() {
  for (Operation &op : llvm::reverse(function.getBody().front()))
    if (!op.hasTrait<OpTrait::IsTerminator>() && isMemoryEffectFree(&op) &&
        llvm::all_of(op.getUsers(),
                     [&](Operation *user) { return dead.contains(user); }))
      dead.insert(&op);
  for (Value value : function.getBody().front().getTerminator()->getOperands())
    returned.insert(findPlace(value));
}

/// The contract's number of a value that a product reads.
FailureOr<int64_t> ContractRecorder::read(MatmulOp op, Value value,
                                          StringRef name) {
  auto it = matrices.find(value);
  if (it == matrices.end())
    return fail("operand '" + name +
                "' is neither an argument nor an earlier product");
  const Place &place = places[it->second.place];
  bool isTensor = isa<TensorType>(value.getType());
  if (isTensor && place.writer != it->second.writer)
    return fail("operand '" + name +
                "' is read after a later product overwrote it");
  if (place.writer)
    return -1 - *place.writer;
  if (!place.number)
    return fail("operand '" + name + "' is read before a product wrote it");
  return *place.number;
}

/// The place a product writes.
FailureOr<unsigned> ContractRecorder::destination(MatmulOp op) {
  Value c = op.getC();
  if (op.getBetaValue() != 0.0 && failed(read(op, c, "c")))
    return failure();
  // What fills a tensor that is only overwritten does not matter, where the
  // tensor lives does.
  while (c && !matrices.contains(c))
    c = getDestination(c);
  if (c) {
    bool isSpared = isa<BlockArgument>(c) && isa<TensorType>(c.getType()) &&
                    !returned.contains(c);
    if (!isSpared)
      return matrices[c].place;
    if (op.getBetaValue() != 0.0)
      return fail("operand 'c' is an argument that no result is written to");
    return addPlace({});
  }
  if (isa<MemRefType>(op.getC().getType()))
    return fail("operand 'c' is not an argument");
  // A tensor that is only overwritten: a temporary, whatever made it.
  return addPlace({});
}

LogicalResult ContractRecorder::visitProduct(MatmulOp op) {
  FailureOr<int64_t> a = read(op, op.getA(), "a");
  if (failed(a))
    return failure();
  FailureOr<int64_t> b = read(op, op.getB(), "b");
  if (failed(b))
    return failure();
  FailureOr<unsigned> place = destination(op);
  if (failed(place))
    return failure();
  if (matrices[op.getA()].place == *place ||
      matrices[op.getB()].place == *place)
    return fail("a product reads the matrix it writes");
  int64_t index = products.size();
  products.push_back({op, *a, *b, *place});
  places[*place].writer = index;
  if (!places[*place].number)
    places[*place].number = -1 - index;
  for (Value result : op.getResultTensors())
    matrices[result] = {*place, index};
  return success();
}

/// Results become arguments after the others, unless they live in one already.
LogicalResult ContractRecorder::visitReturn(func::ReturnOp op) {
  llvm::SmallDenseSet<unsigned> seen;
  for (auto [index, value] : llvm::enumerate(op.getOperands())) {
    auto it = matrices.find(value);
    auto type = dyn_cast<RankedTensorType>(value.getType());
    if (it == matrices.end() || !type)
      return fail("result " + Twine(index) + " is not a product");
    Place &place = places[it->second.place];
    if (place.writer != it->second.writer)
      return fail("result " + Twine(index) +
                  " is returned after a later product overwrote it");
    if (!seen.insert(it->second.place).second)
      return fail("result " + Twine(index) + " is returned twice");
    if (place.number >= 0) {
      if (function.getArgument(*place.number).getType() != type)
        return fail("result " + Twine(index) +
                    " has another type than the argument it is written to");
      continue;
    }
    place.number = arguments.size();
    arguments.push_back(
        MemRefType::get(type.getShape(), type.getElementType()));
  }
  return success();
}

LogicalResult ContractRecorder::visit(Operation *op) {
  if (auto product = dyn_cast<MatmulOp>(op))
    return visitProduct(product);
  if (auto end = dyn_cast<func::ReturnOp>(op))
    return visitReturn(end);
  if (isa<memref::AllocOp, gpu::AllocOp>(op)) {
    matrices[op->getResult(0)] = {addPlace({}), std::nullopt};
    return success();
  }
  if (isa<memref::CastOp, tensor::CastOp>(op)) {
    if (auto it = matrices.find(op->getOperand(0)); it != matrices.end())
      matrices[op->getResult(0)] = Matrix(it->second);
    return success();
  }
  if (isa<memref::DeallocOp, gpu::DeallocOp>(op))
    return success();
  bool hidesProducts = op->walk([](MatmulOp) {
                           return WalkResult::interrupt();
                         }).wasInterrupted();
  if (hidesProducts || !isMemoryEffectFree(op))
    return fail("operation '" + op->getName().getStringRef() +
                "' may change a matrix");
  return success();
}

ContractAttr ContractRecorder::finish() {
  MLIRContext *context = function.getContext();
  auto attrs = llvm::map_to_vector(products, [&](PendingProduct &product) {
    MatmulOp op = product.op;
    auto scale = [](std::optional<Attribute> value) {
      return value ? cast<FloatAttr>(*value) : FloatAttr();
    };
    return ProductAttr::get(context, product.a, product.b,
                            *places[product.place].number, op.getTransposeA(),
                            op.getTransposeB(), scale(op.getAlpha()),
                            scale(op.getBeta()), op.getPrecisionMode());
  });
  return ContractAttr::get(context, arguments, attrs);
}

FailureOr<ContractAttr> ContractRecorder::record() {
  if (!llvm::hasSingleElement(function.getBody()))
    return fail("it has control flow");
  if (failed(addArguments()))
    return failure();
  lookAhead();
  for (Operation &op : function.getBody().front())
    if (!dead.contains(&op) && failed(visit(&op)))
      return failure();
  if (products.empty())
    return fail("no product reaches a result");
  return finish();
}

namespace {

struct RecordContract : ts::impl::RecordContractPassBase<RecordContract> {
  void runOnOperation() override {
    TSDialect::ContractAttrHelper contracts(&getContext());
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      bool hasProducts =
          function.walk([](MatmulOp) { return WalkResult::interrupt(); })
              .wasInterrupted();
      if (!function.isPublic() || !hasProducts ||
          contracts.isAttrPresent(function))
        continue;
      ContractRecorder recorder(function);
      FailureOr<ContractAttr> contract = recorder.record();
      if (succeeded(contract))
        contracts.setAttr(function, *contract);
      else
        function.emitRemark() << "no contract is recorded: " << recorder.reason;
    }
  }
};

} // namespace
