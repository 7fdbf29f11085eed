//===- Planted.h - Kernels with one defect each -----------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A text holds two kernels: lines that begin with '-' belong to the one with
// the defect only, lines that begin with '+' to the one without. The first must
// be found at the line marked "HERE" (and of a hazard, the access before at the
// one marked "BEFORE"), and nothing in the second: no miss, no false alarm.
//
//===----------------------------------------------------------------------===//

#ifndef TS_UNITTESTS_SIMULATOR_PLANTED_H
#define TS_UNITTESTS_SIMULATOR_PLANTED_H

#include "SimTest.h"

#include "llvm/ADT/SmallVector.h"

namespace ts::sim {

struct Planted {
  const char *name, *message, *body;
  const char *outside = "";
  uint32_t threads = 64, blocks = 1;
};
inline std::ostream &operator<<(std::ostream &os, const Planted &planted) {
  return os << planted.name;
}

/// The defective body, or the right one.
inline std::string versionOf(llvm::StringRef text, bool defective) {
  std::string result;
  llvm::SmallVector<llvm::StringRef, 32> lines;
  text.split(lines, '\n');
  for (llvm::StringRef line : lines) {
    if (line.starts_with(defective ? "+" : "-"))
      continue;
    if (line.starts_with("+") || line.starts_with("-"))
      line = line.drop_front();
    result += line.str() + "\n";
  }
  return result;
}

/// The number of the first line with this mark, or 0.
inline unsigned markedLine(llvm::StringRef text, llvm::StringRef mark) {
  size_t at = text.find(mark);
  return at == llvm::StringRef::npos
             ? 0
             : unsigned(text.take_front(at).count('\n')) + 1;
}

/// Runs f(out, in): 64 words of 8 bytes each; those of `in` hold 0, 1, 2, ...
inline std::vector<Finding> runPlanted(const Planted &planted,
                                       const std::string &ptx) {
  Bench bench(ptx);
  if (!bench.module)
    return {};
  std::vector<uint64_t> words(64);
  for (size_t i = 0; i < words.size(); ++i)
    words[i] = i;
  bench.parameter(bench.allocate(512));
  bench.parameter(bench.upload(words));
  bench.config.block = {planted.threads, 1, 1};
  bench.config.grid = {planted.blocks, 1, 1};
  bench.config.maxInstructionsPerWarp = 100000;
  return bench.launch().findings;
}

inline void checkPlanted(const Planted &planted, llvm::StringRef check) {
  std::string wrong = kernel(versionOf(planted.body, true), planted.outside);
  std::vector<Finding> found = runPlanted(planted, wrong);
  ASSERT_FALSE(found.empty()) << "not found";
  for (const Finding &finding : found)
    EXPECT_EQ(checkOf(finding.kind), check) << toString(finding);
  EXPECT_EQ(found[0].line, markedLine(wrong, "HERE")) << toString(found[0]);
  EXPECT_SAYS(found[0].message, planted.message);
  if (unsigned before = markedLine(wrong, "BEFORE")) {
    ASSERT_TRUE(found[0].other.has_value());
    EXPECT_EQ(found[0].other->line, before) << toString(found[0]);
  }
  std::string right = kernel(versionOf(planted.body, false), planted.outside);
  for (const Finding &finding : runPlanted(planted, right))
    ADD_FAILURE() << "false alarm: " << toString(finding);
}

class PlantedTest : public testing::TestWithParam<Planted> {};
inline std::string plantedName(const testing::TestParamInfo<Planted> &info) {
  return info.param.name;
}

} // namespace ts::sim

#endif // TS_UNITTESTS_SIMULATOR_PLANTED_H
