//===- Bufferize.cpp - Tensors become device buffers ----------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Kernels work on memory. Upstream's one-shot bufferization decides which
// tensors share a buffer; what is special here is where buffers come from:
// results are written to arguments that the caller gives, and what remains is
// allocated on the device, because only kernels touch it.
//
//   func.func @f(%a: tensor<4x2xf32>, %b: tensor<2x3xf32>) -> tensor<4x3xf32> {
//     %e = tensor.empty() : tensor<4x3xf32>
//     %0 = ts.matmul ins(%a, %b : ...) outs(%e : ...) -> tensor<4x3xf32>
//     return %0 : tensor<4x3xf32> }
// =>
//   func.func @f(%a: memref<4x2xf32>, %b: memref<2x3xf32>,
//                %out: memref<4x3xf32>) {
//     ts.matmul ins(%a, %b : ...) outs(%out : ...)
//     return }
//
// A result whose destination is an argument stays in that argument. Functions
// that have no tensors are left alone.
//
//===----------------------------------------------------------------------===//

#include "DevicePlacement.h"
#include "ts/IR/TS.h"
#include "ts/Passes.h"

#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotAnalysis.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotModuleBufferize.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "llvm/ADT/BitVector.h"

namespace ts {
#define GEN_PASS_DEF_BUFFERIZEPASS
#include "ts/Passes.h.inc"
} // namespace ts

using namespace mlir;
using namespace ts;

static bool isTensor(Type type) { return isa<TensorType>(type); }

static bool usesTensors(func::FuncOp function) {
  if (llvm::any_of(function.getArgumentTypes(), isTensor) ||
      llvm::any_of(function.getResultTypes(), isTensor))
    return true;
  return function
      .walk([](Operation *op) {
        bool any = llvm::any_of(op->getResultTypes(), isTensor) ||
                   llvm::any_of(op->getOperandTypes(), isTensor);
        return any ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

/// What a product does not read need not be computed: without this, filling a
/// destination would become work on the host.
static LogicalResult simplifyProducts(func::FuncOp function) {
  RewritePatternSet patterns(function.getContext());
  MatmulOp::getCanonicalizationPatterns(patterns, function.getContext());
  return applyPatternsGreedily(function, std::move(patterns));
}

/// Tells one-shot bufferization to spare the arguments that no result is
/// written to: a caller keeps what it did not ask to be changed.
static void spareInputs(func::FuncOp function) {
  llvm::SmallDenseSet<Value> places;
  function.walk([&](func::ReturnOp end) {
    for (Value value : end.getOperands())
      places.insert(findPlace(value));
  });
  StringRef name = bufferization::BufferizationDialect::kWritableAttrName;
  for (BlockArgument argument : function.getArguments())
    if (isTensor(argument.getType()) && !places.contains(argument))
      function.setArgAttr(argument.getArgNumber(), name,
                          BoolAttr::get(function.getContext(), false));
}

static LogicalResult runOneShot(ModuleOp module) {
  bufferization::OneShotBufferizationOptions options;
  options.bufferizeFunctionBoundaries = true;
  options.setFunctionBoundaryTypeConversion(
      bufferization::LayoutMapOption::IdentityLayoutMap);
  options.unknownTypeConverterFn =
      [](TensorType type, Attribute space,
         const bufferization::BufferizationOptions &) {
        return bufferization::getMemRefTypeWithStaticIdentityLayout(type,
                                                                    space);
      };
  bufferization::BufferizationState state;
  if (failed(bufferization::runOneShotModuleBufferize(module, options, state)))
    return failure();
  return bufferization::dropEquivalentBufferResults(module);
}

/// A result that lives in an argument needs no second one. (Upstream's pass for
/// it leaves public functions alone.)
static LogicalResult dropResultsInArguments(func::FuncOp function) {
  if (!llvm::hasSingleElement(function.getBody()))
    return success();
  Operation *end = function.getBody().front().getTerminator();
  llvm::BitVector inArguments(end->getNumOperands());
  for (auto [index, value] : llvm::enumerate(end->getOperands()))
    inArguments[index] = llvm::is_contained(function.getArguments(), value);
  end->eraseOperands(inArguments);
  return function.eraseResults(inArguments);
}

/// A value that is returned twice gets a second buffer, since each result will
/// be an argument of its own. (Upstream would replace one allocation twice.)
static void separateResults(func::FuncOp function) {
  function.walk([](func::ReturnOp end) {
    OpBuilder b(end);
    llvm::SmallDenseSet<Value> seen;
    for (OpOperand &operand : end->getOpOperands()) {
      auto type = dyn_cast<MemRefType>(operand.get().getType());
      if (!type || seen.insert(operand.get()).second)
        continue;
      SmallVector<Value> sizes;
      for (auto [dim, size] : llvm::enumerate(type.getShape()))
        if (ShapedType::isDynamic(size))
          sizes.push_back(memref::DimOp::create(b, end.getLoc(), operand.get(),
                                                static_cast<int64_t>(dim)));
      Value copy = memref::AllocOp::create(b, end.getLoc(), type, sizes);
      memref::CopyOp::create(b, end.getLoc(), operand.get(), copy);
      operand.set(copy);
    }
  });
}

/// Results become arguments, which take the place of their allocations.
static LogicalResult
moveResultsToArguments(ModuleOp module,
                       const llvm::SmallPtrSetImpl<Operation *> &functions) {
  SymbolTableCollection tables;
  SymbolUserMap users(tables, module);
  for (auto function : module.getOps<func::FuncOp>()) {
    if (!functions.contains(function))
      continue;
    if (users.useEmpty(function) && failed(dropResultsInArguments(function)))
      return failure();
    separateResults(function);
  }
  bufferization::BufferResultsToOutParamsOpts options;
  options.filterFn = [&](func::FuncOp *function) {
    return functions.contains(function->getOperation());
  };
  options.hoistStaticAllocs = true;
  options.hoistDynamicAllocs = true;
  options.modifyPublicFunctions = true;
  return bufferization::promoteBufferResultsToOutParams(module, options);
}

/// A contract that names other buffers than the function now takes would make a
/// runner check the wrong numbers.
static LogicalResult checkContract(func::FuncOp function) {
  TSDialect::ContractAttrHelper contracts(function.getContext());
  ContractAttr contract = contracts.getAttr(function);
  if (!contract ||
      llvm::equal(contract.getArguments(), function.getArgumentTypes()))
    return success();
  return function.emitError()
         << "the function takes " << function.getArgumentTypes()
         << ", but its contract says " << contract.getArguments();
}

namespace {

struct Bufferize : ts::impl::BufferizePassBase<Bufferize> {
  void runOnOperation() override {
    llvm::SmallPtrSet<Operation *, 4> functions;
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (usesTensors(function))
        functions.insert(function);
    if (functions.empty())
      return;
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (!functions.contains(function) || function.isExternal())
        continue;
      if (failed(simplifyProducts(function)))
        return signalPassFailure();
      spareInputs(function);
    }
    if (failed(runOneShot(getOperation())) ||
        failed(moveResultsToArguments(getOperation(), functions)))
      return signalPassFailure();
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (functions.contains(function) && !function.isExternal() &&
          (failed(placeOnDevice(function)) || failed(checkContract(function))))
        return signalPassFailure();
  }
};

} // namespace
