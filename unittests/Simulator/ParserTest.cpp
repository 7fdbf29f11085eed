//===- ParserTest.cpp - The front end -------------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// What is accepted, and one clear error with its place for what is not.
//
//===----------------------------------------------------------------------===//

#include "SimTest.h"

using namespace llvm;
using namespace ts::sim;

/// The error of a kernel whose body is this line.
static std::string bodyError(const std::string &line) {
  return parseError(kernel(line));
}

TEST(Parser, AcceptsDirectivesAndFindsKernels) {
  auto module = valueOf(Module::parse(R"(// a comment
/* and
   another */
.version 8.4
.target sm_89, debug
.address_size 64
.file 1 "kernel.cu"
.global .align 4 .b8 names[6] = {104, 105, 0};
.visible .global .attribute(.managed) .align 4 .u32 managed = 3;
.extern .shared .align 16 .b8 dynamic[];
.visible .entry first(.param .u64 .ptr .global .align 16 first_param_0,
  .param .align 8 .b8 first_param_1[24], .param .f32 x)
.maxntid 128, 2, 1
.minnctapersm 2
.maxnreg 64
{
  .reg .pred %p<2>;
  .reg .b32 %r<3>, single;
  .loc 1 17 3, function_name $L__info_string0, inlined_at 1 3 9
  .pragma "nounroll";
  {
    .reg .b32 %r1;
    mov.b32 %r1, 0x1FU;
  }
  mov.b32 single, -1;
  ret;
}
.weak .entry second()
.reqntid 32
{
  ret;
}
.section .debug_str { .b8 1, 2 }
)"));
  ASSERT_TRUE(module);
  EXPECT_EQ(module->kernels(), (std::vector<std::string>{"first", "second"}));
  EXPECT_EQ(valueOf(module->parameterSizes("first")),
            (std::vector<unsigned>{8, 24, 4}));
  EXPECT_SAYS(toString(module->parameterSizes("third").takeError()),
              "the module has no kernel 'third'");
}

TEST(Parser, UnknownThingsByNameAndPlace) {
  EXPECT_EQ(bodyError("  frobnicate.b32 %r1, %r2;"),
            "line 12, column 3: unknown instruction 'frobnicate'");
  // Whatever its operands look like.
  EXPECT_EQ(bodyError("  tex.1d.v4.f32.s32 {%f1, %f2, %f3, %f4}, "
                      "[image, {%r1}];"),
            "line 12, column 3: 'tex' is not simulated");
  EXPECT_EQ(bodyError("  add.s32.shiny %r1, %r2, %r3;"),
            "line 12, column 11: unknown modifier '.shiny' of 'add'");
  EXPECT_EQ(bodyError("  ld.global.magic.b32 %r1, [%rd1];"),
            "line 12, column 13: unknown modifier '.magic' of 'ld'");
  EXPECT_EQ(bodyError("  .strange 3;"),
            "line 12, column 3: unknown directive '.strange'");
  EXPECT_EQ(bodyError("  add.s32 %r1, %r99, 1;"),
            "line 12, column 16: unknown register '%r99'");
  EXPECT_EQ(bodyError("  mov.u32 %r1, %tid.w;"),
            "line 12, column 16: unknown register '%tid.w'");
  EXPECT_EQ(bodyError("  mov.u64 %rd1, nowhere;"),
            "line 12, column 17: unknown name 'nowhere'");
  EXPECT_EQ(bodyError("  bra NOWHERE;"),
            "line 12, column 7: unknown label 'NOWHERE'");
  EXPECT_EQ(bodyError("  @%r1 ret;"),
            "line 12, column 4: '%r1' is not a predicate");
  EXPECT_EQ(parseError(std::string(header) + "\n .alias f, g;"),
            "line 5, column 2: unknown directive '.alias'");
  EXPECT_EQ(parseError(std::string(header) + ".entry f() .cluster 1 {}"),
            "line 4, column 12: unknown directive '.cluster'");
  EXPECT_EQ(bodyError("  st.global.L1::no_allocate.f32 [%rd1], %f1;"), "");
  // As headers of CUDA write it.
  EXPECT_EQ(bodyError("  {.reg.b32 f,r; mov.b32 f,%r1;}"), "");
}

TEST(Parser, TypesMustAgree) {
  EXPECT_EQ(bodyError("  add.s32 %r1, %rd2, 1;"),
            "line 12, column 16: register '%rd2' has 64 bits, and 'add' needs "
            "32 bits");
  EXPECT_EQ(bodyError("  selp.b32 %r1, 1, 2, %r3;"),
            "line 12, column 23: register '%r3' has 32 bits, and 'selp' needs "
            "a predicate");
  EXPECT_EQ(bodyError("  fma.rn.f32 %f1, 1, %f2, %f3;"),
            "line 12, column 19: an integer is not a value of type .f32");
  EXPECT_EQ(bodyError("  fma.f32 %f1, %f1, %f2, %f3;"),
            "line 12, column 3: 'fma' needs a rounding mode");
  EXPECT_EQ(bodyError("  mul.s32 %r1, %r2, %r3;"),
            "line 12, column 3: 'mul' needs '.lo'");
  EXPECT_EQ(bodyError("  and.s32 %r1, %r2, %r3;"),
            "line 12, column 7: 'and' has no form of type '.s32'");
  EXPECT_EQ(bodyError("  add.s32 %r1, %r2;"),
            "line 12, column 3: 'add' takes 3 operands, not 2");
  EXPECT_EQ(bodyError("  ld.global.v4.b32 {%r1, %r2}, [%rd1];"),
            "line 12, column 20: expected 4 values, found 2");
  EXPECT_EQ(bodyError("  ld.global.b32 %r1, %rd1;"),
            "line 12, column 22: expected an address in brackets");
  EXPECT_EQ(bodyError("  mov.u32 5, %r1;"),
            "line 12, column 11: the result of 'mov' must be a register");
  EXPECT_EQ(bodyError("  mov.u32 %tid.x, %r1;"),
            "line 12, column 11: '%tid.x' cannot be written");
  EXPECT_EQ(bodyError("  ld.global.b32 %r1, [%r2];"),
            "line 12, column 22: an address of this space has 64 bits");
  EXPECT_EQ(bodyError("  cp.async.cg.shared.global [%rd1], [%rd2], 8;"),
            "line 12, column 3: an asynchronous copy has 16 bytes, not 8");
}

TEST(Parser, BrokenText) {
  EXPECT_EQ(parseError(""), "line 1, column 1: expected '.version', found the "
                            "end");
  EXPECT_EQ(parseError("hello"),
            "line 1, column 1: expected '.version', found 'hello'");
  EXPECT_EQ(parseError(".version 7.8 .target sm_89 .address_size 32"),
            "line 1, column 44: an address size of 32 is not supported, only "
            "64");
  EXPECT_EQ(bodyError("  /* open"), "line 12, column 3: this comment has no "
                                    "end");
  EXPECT_EQ(bodyError("  mov.u32 %r1, 12q;"),
            "line 12, column 16: '12q' is not a number");
  EXPECT_EQ(bodyError("  mov.u32 %r1, #;"),
            "line 12, column 16: unexpected character '#'");
  EXPECT_EQ(bodyError("  mov.u32 %r1, %r2"),
            "line 13, column 1: expected ';', found '}'");
  EXPECT_EQ(parseError(std::string(header) + ".entry f() {\n  ret;\n"),
            "line 6, column 1: expected '}', found the end");
  EXPECT_EQ(bodyError("  .local .b8 big[1048576];"),
            "line 12, column 10: 'big' has 1048576 bytes, and 1048575 are the "
            "most");
  EXPECT_EQ(bodyError("L:\n  L:"), "line 13, column 3: label 'L' is defined "
                                   "twice");
  EXPECT_EQ(bodyError(".reg .b32 %r1;"),
            "line 12, column 11: register '%r1' is declared twice");
  EXPECT_EQ(parseError(kernel("ret;") +
                       kernel("ret;").substr(std::string(header).size())),
            "line 14, column 17: kernel 'f' is defined twice");
}

TEST(Launch, RefusesWhatDoesNotFit) {
  Bench bench(std::string(header) +
              ".entry f(.param .u32 n) .reqntid 64 { ret; }\n"
              ".entry g() .maxntid 8, 4 { ret; }\n");
  auto refusal = [&](StringRef kernel) {
    Expected<LaunchResult> result =
        bench.module->launch(kernel, bench.memory, bench.config);
    return result ? std::string() : toString(result.takeError());
  };
  EXPECT_EQ(refusal("h"), "the module has no kernel 'h'");
  EXPECT_EQ(refusal("f"), "kernel 'f': it requires blocks of (64,1,1) threads");
  bench.config.block = {64, 1, 1};
  EXPECT_EQ(refusal("f"), "kernel 'f': 0 parameters given, and it has 1");
  EXPECT_EQ(refusal("g"), "kernel 'g': it allows at most 32 threads in a "
                          "block, not 64");
  bench.parameter(uint64_t(1));
  EXPECT_EQ(refusal("f"), "kernel 'f': parameter 'n' has 4 bytes, not 8");
  bench.config.parameters[0].resize(4);
  EXPECT_EQ(refusal("f"), "");
  bench.config.blocks = {1};
  EXPECT_EQ(refusal("f"), "kernel 'f': block 1 is not in a grid of 1");
  bench.config.grid = {1, 70000, 1};
  EXPECT_SAYS(refusal("f"), "at most 2147483647 x 65535 x 65535");
  bench.config.grid = {0, 1, 1};
  EXPECT_SAYS(refusal("f"), "an empty grid or block");
}

TEST(Parser, AttributesItDoesNotKnow) {
  EXPECT_SAYS(parseError(std::string(header) +
                         ".global .attribute(.unified(1, 2)) .u32 x;\n"),
              "line 4, column 20: expected '.managed', found '.unified'");
}
