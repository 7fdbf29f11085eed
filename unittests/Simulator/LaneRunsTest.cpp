//===- LaneRunsTest.cpp - Lanes taken together, and one by one ------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Lanes that access memory side by side are checked and done together, unless a
// profile is taken, which wants each by itself. Pairs of accesses of many forms
// leave the same bytes, the same counts and the same findings both ways.
//
//===----------------------------------------------------------------------===//

#include "SimTest.h"

using namespace ts::sim;

namespace {
/// An access of `size` bytes by each of 64 threads.
struct Form {
  enum Kind { Load, Store, Copy } kind;
  unsigned size;
  const char *place; ///< makes %r2 of the thread in %r1, in units of `size`
};
/// All that one way of running a kernel tells.
struct Outcome {
  std::vector<uint32_t> bytes;
  std::string findings;
  std::array<uint64_t, 5> counts;
};
} // namespace

static const char *const places[] = {
    "mov.u32 %r2, %r1;",                            // threads side by side
    "and.b32 %r2, %r1, 31;",                        // warps in the same place
    "mov.u32 %r2, 4;",                              // all in one place
    "shr.u32 %r2, %r1, 3;",                         // eight lanes in one place
    "and.b32 %r2, %r1, 7;",                         // eight side by side, again
    "add.u32 %r2, %r1, 1;",                         // not at the start of a row
    "shl.b32 %r2, %r1, 1;",                         // with gaps
    "xor.b32 %r2, %r1, 31;",                        // backwards
    "and.b32 %r2, %r1, 56; add.u32 %r2, %r2, %r1;", // rows apart
    "add.u32 %r2, %r1, 224;",                       // the last leave the tile
};

static std::vector<Form> forms(bool shared) {
  std::vector<Form> all;
  for (const char *place : places)
    for (unsigned size : {4, 16})
      for (int kind = 0; kind < (shared ? 3 : 2); ++kind)
        all.push_back({Form::Kind(kind), size, place});
  return all;
}

static std::string access(const Form &form, bool shared) {
  std::string size = std::to_string(form.size);
  std::string text = std::string(form.place) + " mul.lo.u32 %r2, %r2, " + size +
                     "; cvt.u64.u32 %rd6, %r2;\n";
  if (form.kind == Form::Copy)
    return text +
           "add.s64 %rd7, %rd2, %rd6; add.s64 %rd6, %rd6, %rd8; "
           "cp.async.ca.shared.global [%rd6], [%rd7], " +
           size + "; cp.async.wait_all;\n";
  std::string space = shared ? "shared" : "global";
  std::string type = form.size == 4   ? "u32 "
                     : form.size == 8 ? "u64 "
                                      : "v4.u32 ";
  std::string value = form.size == 4   ? "%r5"
                      : form.size == 8 ? "%rd9"
                                       : "{%r5, %r6, %r7, %r6}";
  text += "add.s64 %rd6, %rd6, " + std::string(shared ? "%rd8;" : "%rd1;");
  if (form.kind == Form::Store)
    return text + " st." + space + "." + type + "[%rd6], " + value + ";\n";
  return text + " ld." + space + "." + type + value + ", [%rd6];\n";
}

/// What the thread wrote, and what it read, reaches the result.
static std::string body(const Form &first, const char *between,
                        const Form &second, bool shared) {
  return "mov.u64 %rd8, tile; mov.u32 %r5, %r1; add.u32 %r6, %r1, 100; "
         "add.u32 %r7, %r1, 200; mul.wide.u32 %rd9, %r1, 77;\n"
         "mov.u32 %r10, %ctaid.x; mul.wide.u32 %rd10, %r10, 512; "
         "add.s64 %rd3, %rd3, %rd10; mul.wide.u32 %rd11, %r1, 64; "
         "add.s64 %rd11, %rd11, %rd8;\n"
         "st.shared.v4.u32 [%rd11], {%r5, %r6, %r7, %r5}; "
         "st.shared.v4.u32 [%rd11+16], {%r5, %r6, %r7, %r5}; "
         "st.shared.v4.u32 [%rd11+32], {%r5, %r6, %r7, %r5}; "
         "st.shared.v4.u32 [%rd11+48], {%r5, %r6, %r7, %r5}; bar.sync 0;\n" +
         access(first, shared) + between + access(second, shared) +
         "xor.b32 %r5, %r5, %r6; xor.b32 %r5, %r5, %r7; cvt.u32.u64 %r9, %rd9; "
         "xor.b32 %r5, %r5, %r9; st.global.u32 [%rd3+8192], %r5;\n";
}

static Outcome run(const std::string &ptx, bool together) {
  Bench bench(ptx);
  std::vector<uint32_t> words(2048 + 256);
  for (size_t n = 0; n < words.size(); ++n)
    words[n] = uint32_t(n * 2654435761u);
  uint64_t out = bench.upload(words), in = bench.upload(words);
  bench.parameter(out);
  bench.parameter(in);
  bench.config.block = {64, 1, 1};
  bench.config.grid = {2, 1, 1};
  bench.config.threads = 1;
  bench.config.profile = !together;
  LaunchResult result = bench.launch();
  Outcome outcome;
  for (const Finding &finding : result.findings)
    outcome.findings += toString(finding) + "\n";
  const Counters &counts = result.counters;
  outcome.counts = {counts.globalBytesRead, counts.globalBytesWritten,
                    counts.sharedBytesRead, counts.sharedBytesWritten,
                    counts.threadInstructions};
  outcome.bytes = bench.download<uint32_t>(out, words.size());
  return outcome;
}

/// Runs every pair of forms, and counts those with findings.
static unsigned comparePairs(bool shared) {
  static const char *const between[] = {"", "bar.sync 0;\n",
                                        "bar.warp.sync -1;\n"};
  unsigned withFindings = 0, number = 0;
  std::vector<Form> all = forms(shared);
  for (const Form &first : all)
    for (const Form &second : all) {
      std::string ptx =
          kernel(body(first, between[number++ % 3], second, shared),
                 ".shared .align 16 .b8 tile[4096];\n");
      Outcome together = run(ptx, true), apart = run(ptx, false);
      EXPECT_EQ(together.findings, apart.findings) << ptx;
      EXPECT_EQ(together.counts, apart.counts) << ptx;
      EXPECT_TRUE(together.bytes == apart.bytes) << ptx;
      withFindings += !together.findings.empty();
      if (testing::Test::HasFailure())
        return withFindings;
    }
  EXPECT_LT(withFindings, number);
  return withFindings;
}

TEST(LaneRuns, InSharedMemory) { EXPECT_GT(comparePairs(true), 500u); }
TEST(LaneRuns, InGlobalMemory) { EXPECT_GT(comparePairs(false), 500u); }
