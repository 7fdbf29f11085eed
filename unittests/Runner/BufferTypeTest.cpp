//===- BufferTypeTest.cpp - How an argument lies in memory ----------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Binding, spans and runs of strided layouts; sizes that overflow.
//
//===----------------------------------------------------------------------===//

#include "ts/Runner/BufferType.h"

#include "mlir/IR/MLIRContext.h"
#include "gtest/gtest.h"

#include <set>

using namespace ts;

static BufferType make(llvm::SmallVector<int64_t> shape,
                       llvm::SmallVector<int64_t> strides, int64_t offset = 0) {
  return {num::ElementType::F32, std::move(shape), std::move(strides), offset};
}
static constexpr int64_t dyn = mlir::ShapedType::kDynamic;

TEST(BufferType, FromMemRefs) {
  mlir::MLIRContext context;
  auto f16 = mlir::Float16Type::get(&context);
  auto layout = mlir::StridedLayoutAttr::get(&context, dyn, {40, 1});
  auto type = BufferType::get(mlir::MemRefType::get({dyn, 32}, f16, layout));
  ASSERT_TRUE(bool(type));
  EXPECT_EQ(num::ElementType::F16, type->type);
  EXPECT_EQ(dyn, type->offset);
  EXPECT_EQ(40, type->strides[0]);
  EXPECT_FALSE(type->isBound());
  auto complex = mlir::ComplexType::get(f16);
  auto refused = BufferType::get(mlir::MemRefType::get({2}, complex));
  ASSERT_FALSE(bool(refused));
  EXPECT_NE(std::string::npos,
            llvm::toString(refused.takeError()).find("complex<f16>"));
}

TEST(BufferType, BindsSizesAndDenseStrides) {
  BufferType type = make({dyn, 32}, {dyn, dyn}, dyn);
  ASSERT_FALSE(bool(type.bind(llvm::ArrayRef<int64_t>{7, 32})));
  EXPECT_TRUE(type.isBound());
  EXPECT_TRUE(type.isDense());
  EXPECT_EQ(7 * 32, type.spanElements());
  EXPECT_EQ("7x32xf32", type.toString());
}

TEST(BufferType, RefusesWhatDoesNotFit) {
  auto message = [](BufferType type, llvm::ArrayRef<int64_t> extents) {
    return llvm::toString(type.bind(extents));
  };
  EXPECT_NE("", message(make({4, 4}, {4, 1}), {4, 5}));
  EXPECT_NE("", message(make({4, 4}, {4, 1}), {4}));
  EXPECT_NE("", message(make({dyn, dyn}, {dyn, 1}),
                        {int64_t(1) << 40, int64_t(1) << 40}));
  EXPECT_NE("", message(make({4, 4}, {-4, 1}), {4, 4}));
  EXPECT_NE("", llvm::toString(make({dyn, 4}, {4, 1}).bind(std::nullopt)));
}

TEST(BufferType, RunsCoverEveryElementOnce) {
  for (const BufferType &type :
       {make({3, 5, 4}, {100, 7, 1}, 11), make({3, 5, 4}, {20, 4, 1}),
        make({3, 5, 4}, {1, 3, 15}), make({1, 6}, {999, 1}, 2), make({5}, {2}),
        make({}, {}, 4)}) {
    std::set<int64_t> positions, elements;
    type.forEachRun([&](int64_t first, int64_t position, int64_t count) {
      for (int64_t i = 0; i < count; ++i) {
        EXPECT_TRUE(elements.insert(first + i).second);
        EXPECT_TRUE(positions.insert(position + i).second);
        // Row-major index back to the position by the definition.
        int64_t rest = first + i, expected = type.offset;
        for (unsigned d = type.rank(); d-- > 0;) {
          expected += rest % type.shape[d] * type.strides[d];
          rest /= type.shape[d];
        }
        EXPECT_EQ(expected, position + i);
      }
    });
    EXPECT_EQ(type.elementCount(), int64_t(elements.size()));
    EXPECT_EQ(type.spanElements(), *positions.rbegin() + 1);
  }
}

TEST(BufferType, EmptyBuffers) {
  BufferType type = make({0, 7}, {7, 1}, 3);
  EXPECT_EQ(0, type.elementCount());
  EXPECT_EQ(0, type.spanElements());
  EXPECT_TRUE(type.isDense());
  type.forEachRun([](int64_t, int64_t, int64_t) { FAIL(); });
}

TEST(BufferType, DenseMeansNoGaps) {
  EXPECT_TRUE(make({4, 8}, {8, 1}).isDense());
  EXPECT_TRUE(make({1, 8}, {77, 1}).isDense());
  EXPECT_FALSE(make({4, 8}, {9, 1}).isDense());
  EXPECT_FALSE(make({4, 8}, {1, 4}).isDense());
  EXPECT_FALSE(make({4, 8}, {8, 1}, 1).isDense());
}

TEST(BufferType, DescriptorWords) {
  EXPECT_EQ((std::vector<int64_t>{64, 64, 3, 4, 8, 9, 1}),
            memrefDescriptor(make({4, 8}, {9, 1}, 3), 64));
}
