//===- PtxasTest.cpp - What ptxas says, and running it --------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ts/Emit/Emit.h"

#include "gtest/gtest.h"

using namespace ts;

static constexpr llvm::StringLiteral report =
    R"(ptxas info    : 11 bytes gmem
ptxas info    : Compiling entry function 'first' for 'sm_89'
ptxas info    : Function properties for first
    24 bytes stack frame, 32 bytes spill stores, 48 bytes spill loads
ptxas info    : Used 167 registers, used 1 barriers, 24 bytes cumulative stack size, 512 bytes smem, 372 bytes cmem[0]
ptxas info    : Compile time = 5.000 ms
ptxas info    : Compiling entry function 'second' for 'sm_89'
ptxas info    : Function properties for second
    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
ptxas info    : Used 8 registers, used 0 barriers, 360 bytes cmem[0]
)";

TEST(PtxasReport, FactsBelongToTheKernelBeforeThem) {
  std::vector<KernelFacts> facts = parsePtxasReport(report);
  ASSERT_EQ(facts.size(), 2u);
  EXPECT_EQ(facts[0].kernel, "first");
  EXPECT_EQ(facts[0].registers, 167u);
  EXPECT_EQ(facts[0].stack, 24u);
  EXPECT_EQ(facts[0].spillStores, 32u);
  EXPECT_EQ(facts[0].spillLoads, 48u);
  EXPECT_EQ(facts[0].shared, 512u);
  EXPECT_EQ(facts[1].kernel, "second");
  EXPECT_EQ(facts[1].registers, 8u);
  EXPECT_EQ(facts[1].stack, 0u);
  EXPECT_EQ(facts[1].spillStores, 0u);
  EXPECT_EQ(facts[1].spillLoads, 0u);
  EXPECT_EQ(facts[1].shared, 0u);
}

TEST(PtxasReport, NothingIsMadeUp) {
  EXPECT_TRUE(parsePtxasReport("").empty());
  EXPECT_TRUE(parsePtxasReport("ptxas info : Used 9 registers\n").empty());
}

namespace {
/// Sets a variable of the environment for one test.
class Environment {
public:
  Environment(const char *name, const char *value) : name(name) {
    if (const char *old = getenv(name))
      before = old;
    setenv(name, value, 1);
  }
  ~Environment() { before ? setenv(name, before->c_str(), 1) : unsetenv(name); }

private:
  const char *name;
  std::optional<std::string> before;
};
} // namespace

TEST(Ptxas, ItsAbsenceIsAnError) {
  Environment path("PATH", "/nowhere"), home("CUDA_HOME", "/nowhere");
  EXPECT_FALSE(findPtxas());
  llvm::Expected<AssembledModule> assembled = assemble("", 89);
  ASSERT_FALSE(assembled);
  EXPECT_EQ(llvm::toString(assembled.takeError()),
            "there is no ptxas on PATH, in CUDA_HOME or in /usr/local/cuda");
}

TEST(Ptxas, AProgramThatSaysNoVersionIsAnError) {
  Environment path("PATH", "/nowhere"), home("CUDA_HOME", TS_FAKE_CUDA_HOME);
  ASSERT_TRUE(findPtxas());
  llvm::Expected<AssembledModule> assembled = assemble("", 89);
  ASSERT_FALSE(assembled);
  EXPECT_EQ(llvm::toString(assembled.takeError()),
            TS_FAKE_CUDA_HOME "/bin/ptxas does not say its version");
}

TEST(Ptxas, ErrorsCarryWhatItPrinted) {
  Environment path("PATH", "/nowhere"), home("CUDA_HOME", TS_FAILING_CUDA_HOME);
  llvm::Expected<AssembledModule> assembled = assemble(".version 7.8", 89);
  ASSERT_FALSE(assembled);
  EXPECT_EQ(llvm::toString(assembled.takeError()),
            TS_FAILING_CUDA_HOME "/bin/ptxas failed: line 3: nonsense");
}
