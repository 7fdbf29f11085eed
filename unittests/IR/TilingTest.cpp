//===- TilingTest.cpp - TilingInterface of ts.matmul ----------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Upstream's tiling cuts a product over M and N: the loops, the windows it
// takes of transposed operands, and the tile at the rim.
//
//===----------------------------------------------------------------------===//

#include "ts/IR/TS.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/TileUsingInterface.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace ts;

namespace {

class TilingTest : public ::testing::Test {
protected:
  TilingTest() {
    context.loadDialect<TSDialect, affine::AffineDialect, arith::ArithDialect,
                        func::FuncDialect, memref::MemRefDialect,
                        scf::SCFDialect, tensor::TensorDialect>();
  }

  /// Tiles the one product of `text` by rows x columns and returns the tile.
  MatmulOp tile(const char *text, int64_t rows, int64_t columns) {
    module = parseSourceString<ModuleOp>(text, &context);
    EXPECT_TRUE(module);
    MatmulOp product;
    module->walk([&](MatmulOp op) { product = op; });
    IRRewriter rewriter(&context);
    rewriter.setInsertionPoint(product);
    scf::SCFTilingOptions options;
    options.setTileSizes(
        {rewriter.getIndexAttr(rows), rewriter.getIndexAttr(columns)});
    auto result = scf::tileUsingSCF(
        rewriter, cast<TilingInterface>(product.getOperation()), options);
    EXPECT_TRUE(succeeded(result));
    loops = result->loops.size();
    rewriter.replaceOp(product, result->replacements);
    EXPECT_TRUE(succeeded(verify(*module)));
    return cast<MatmulOp>(result->tiledOps.front());
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  unsigned loops = 0;
};

} // namespace

TEST_F(TilingTest, TransposedBuffers) {
  MatmulOp product = tile(R"(
    func.func @f(%a: memref<5x12xf32>, %b: memref<20x5xf32>, %c: memref<12x20xf32>) {
      ts.matmul {transpose_a, transpose_b, alpha = 2.0 : f32}
        ins(%a, %b : memref<5x12xf32>, memref<20x5xf32>) outs(%c : memref<12x20xf32>)
      return
    })",
                          4, 10);
  EXPECT_EQ(loops, 2u);
  EXPECT_EQ(product.getM(), 4);
  EXPECT_EQ(product.getN(), 10);
  EXPECT_EQ(product.getK(), 5);
  EXPECT_TRUE(product.getTransposeA());
  EXPECT_TRUE(product.getTransposeB());
  EXPECT_EQ(product.getAlphaValue(), 2.0);
  auto a = product.getA().getDefiningOp<memref::SubViewOp>();
  auto b = product.getB().getDefiningOp<memref::SubViewOp>();
  auto c = product.getC().getDefiningOp<memref::SubViewOp>();
  ASSERT_TRUE(a && b && c);
  // A moves with the rows of C, along its second direction; B with the columns.
  EXPECT_EQ(a.getMixedOffsets()[1], c.getMixedOffsets()[0]);
  EXPECT_EQ(b.getMixedOffsets()[0], c.getMixedOffsets()[1]);
  EXPECT_EQ(getConstantIntValue(a.getMixedOffsets()[0]), 0);
  EXPECT_EQ(getConstantIntValue(b.getMixedOffsets()[1]), 0);
}

TEST_F(TilingTest, TensorsWithRim) {
  MatmulOp product = tile(R"(
    func.func @f(%a: tensor<13x5xf32>, %b: tensor<5x20xf32>, %c: tensor<13x20xf32>) -> tensor<13x20xf32> {
      %0 = ts.matmul {beta = 1.0 : f32} ins(%a, %b : tensor<13x5xf32>, tensor<5x20xf32>)
                     outs(%c : tensor<13x20xf32>) -> tensor<13x20xf32>
      return %0 : tensor<13x20xf32>
    })",
                          4, 0);
  // Columns are not tiled, and 4 does not divide 13.
  EXPECT_EQ(loops, 1u);
  EXPECT_TRUE(ShapedType::isDynamic(product.getM()));
  EXPECT_EQ(product.getN(), 20);
  EXPECT_EQ(product.getK(), 5);
  EXPECT_EQ(product.getBetaValue(), 1.0);
  EXPECT_TRUE(product.getA().getDefiningOp<tensor::ExtractSliceOp>());
}

TEST_F(TilingTest, ScheduleStaysBehind) {
  MatmulOp product = tile(R"(
    func.func @f(%a: memref<16x4xf32>, %b: memref<4x128xf32>, %c: memref<16x128xf32>) {
      ts.matmul {schedule = #ts.schedule<general,
          blocks = <order = grid, columns = 128, rows = 8>, warps = [1, 1], tile = [8, 128],
          math = fma<lanes = [1, 32], vector = 4>, a = <home = global>, b = <home = global>,
          ahead = 0, store = <policy = default>>}
        ins(%a, %b : memref<16x4xf32>, memref<4x128xf32>) outs(%c : memref<16x128xf32>)
      return
    })",
                          8, 64);
  EXPECT_FALSE(product.getScheduleAttr());
}
