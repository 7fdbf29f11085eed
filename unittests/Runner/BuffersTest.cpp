//===- BuffersTest.cpp - Arguments in device memory -----------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// What is uploaded comes back, gaps and guards hold poison, and every mismatch
// of an input is refused.
//
//===----------------------------------------------------------------------===//

#include "HostDevice.h"

#include "ts/Runner/Buffers.h"
#include "ts/Runner/RunError.h"

#include "gtest/gtest.h"

using namespace ts;

static BufferType matrix(int64_t rows, int64_t columns, int64_t stride,
                         int64_t offset = 0) {
  return {num::ElementType::F32, {rows, columns}, {stride, 1}, offset};
}

static llvm::Expected<std::vector<RunArgument>>
bind(std::vector<BufferType> types, std::vector<llvm::StringRef> inputs) {
  std::vector<InputSpec> specs;
  for (llvm::StringRef input : inputs)
    specs.push_back(llvm::cantFail(parseInputSpec(input)));
  llvm::SmallVector<bool> no(types.size(), false);
  return bindArguments(std::move(types), specs, no, no, 100);
}

static std::string problem(std::vector<BufferType> types,
                           std::vector<llvm::StringRef> inputs) {
  auto arguments = bind(std::move(types), std::move(inputs));
  if (arguments)
    return "";
  std::string message;
  llvm::raw_string_ostream os(message);
  EXPECT_EQ(ExitCode::BadInput, reportError(arguments.takeError(), os));
  return message;
}

TEST(Buffers, InputsMustMatchTheFunction) {
  EXPECT_EQ("", problem({matrix(4, 8, 8)}, {"4x8xf32=1"}));
  EXPECT_NE(std::string::npos,
            problem({matrix(4, 8, 8)}, {"8x4xf32=1"}).find("8x4"));
  EXPECT_NE(std::string::npos,
            problem({matrix(4, 8, 8)}, {"4x8xf16=1"}).find("f16"));
  EXPECT_NE(std::string::npos,
            problem({matrix(4, 8, 8)}, {"=1", "=2"}).find("2 inputs"));
  EXPECT_NE(std::string::npos,
            problem({matrix(2, 2, 2)}, {"2x2xf32=1 2 3"}).find("3 values"));
  EXPECT_NE(std::string::npos,
            problem({matrix(2, 2, 2)}, {"@/nonexistent/a.npy"})
                .find("/nonexistent/a.npy"));
  BufferType dynamic = matrix(mlir::ShapedType::kDynamic, 4, 4);
  EXPECT_NE(std::string::npos, problem({dynamic}, {}).find("--input"));
  EXPECT_EQ("", problem({dynamic}, {"9x4xf32=1"}));
}

TEST(Buffers, ArgumentsHaveSeedsOfTheirOwn) {
  auto arguments =
      llvm::cantFail(bind({matrix(4, 8, 8), matrix(4, 8, 8), matrix(4, 8, 8)},
                          {"4x8xf32=random", "4x8xf32=random:7"}));
  EXPECT_EQ(100u, arguments[0].fill.seed);
  EXPECT_EQ(7u, arguments[1].fill.seed);
  EXPECT_EQ(102u, arguments[2].fill.seed);
}

TEST(Buffers, ContentsComeBackFromAnyLayout) {
  HostDevice device;
  for (const BufferType &type :
       {matrix(5, 7, 7), matrix(5, 7, 9), matrix(5, 7, 9, 3),
        BufferType{num::ElementType::F32, {5, 7}, {1, 5}, 0}}) {
    auto arguments = llvm::cantFail(bind({type}, {"5x7xf32=random:3"}));
    ASSERT_FALSE(bool(upload(device, arguments[0], true, false)));
    auto bytes = llvm::cantFail(download(device, arguments[0]));
    ASSERT_EQ(5u * 7 * 4, bytes.size());
    auto *values = reinterpret_cast<const float *>(bytes.data());
    for (uint64_t i = 0; i < 35; ++i)
      EXPECT_EQ(
          num::valueAt({num::Fill::Kind::Random, 3}, num::ElementType::F32, i),
          values[i]);
    EXPECT_EQ(type.spanBytes(), arguments[0].original.size());
    ASSERT_FALSE(bool(checkGuards(device, arguments[0])));
  }
}

TEST(Buffers, GapsHoldNaN) {
  HostDevice device;
  auto arguments = llvm::cantFail(bind({matrix(2, 3, 5, 1)}, {"=1"}));
  ASSERT_FALSE(bool(upload(device, arguments[0], false, false)));
  auto *memory = reinterpret_cast<const float *>(arguments[0].pointer());
  for (int i : {0, 4, 5, 9})
    EXPECT_NE(memory[i], memory[i]) << i;
  for (int i : {1, 2, 3, 6, 7, 8})
    EXPECT_EQ(1, memory[i]) << i;
}

TEST(Buffers, BrokenGuardsAreFound) {
  HostDevice device;
  auto arguments = llvm::cantFail(bind({matrix(2, 3, 3)}, {"=1"}));
  ASSERT_FALSE(bool(upload(device, arguments[0], false, false)));
  auto *memory = reinterpret_cast<float *>(arguments[0].pointer());
  memory[6] = 0;
  EXPECT_NE(std::string::npos,
            llvm::toString(checkGuards(device, arguments[0])).find("past"));
  memory[6] = -std::numeric_limits<float>::quiet_NaN();
  std::memset(&memory[6], 0xff, 4);
  memory[-1] = 0;
  EXPECT_NE(std::string::npos,
            llvm::toString(checkGuards(device, arguments[0])).find("before"));
}
