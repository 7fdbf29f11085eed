//===- TSBufferization.cpp - ts.matmul from tensors to memrefs ------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ts/IR/TS.h"

#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/IR/DstBufferizableOpInterfaceImpl.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace ts;
using namespace mlir::bufferization;

namespace {

struct MatmulBufferization
    : DstBufferizableOpInterfaceExternalModel<MatmulBufferization, MatmulOp> {
  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand,
                              const AnalysisState &state) const {
    auto product = cast<MatmulOp>(op);
    return !product.isDpsInit(&operand) || product.getBetaValue() != 0.0;
  }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter,
                          const BufferizationOptions &options,
                          BufferizationState &state) const {
    auto product = cast<MatmulOp>(op);
    if (!product.hasPureTensorSemantics())
      return success();
    SmallVector<Value> buffers;
    for (Value operand : product->getOperands()) {
      FailureOr<Value> buffer = getBuffer(rewriter, operand, options, state);
      if (failed(buffer))
        return failure();
      buffers.push_back(*buffer);
    }
    rewriter.setInsertionPoint(product);
    MatmulOp::create(rewriter, product.getLoc(), TypeRange(),
                     ValueRange{buffers[0], buffers[1]}, ValueRange{buffers[2]},
                     product.getTransposeA(), product.getTransposeB(),
                     product.getAlphaAttr(), product.getBetaAttr(),
                     product.getPrecisionAttr(), product.getScheduleAttr());
    replaceOpWithBufferizedValues(rewriter, op, buffers[2]);
    return success();
  }
};

} // namespace

void ts::registerBufferizationModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, TSDialect *dialect) {
    MatmulOp::attachInterface<MatmulBufferization>(*context);
  });
}
