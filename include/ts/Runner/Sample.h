//===- Sample.h - Which blocks are simulated --------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The simulator takes seconds for what a GPU does in milliseconds: large
// launches are run by a sample of their blocks.
//
//===----------------------------------------------------------------------===//

#ifndef TS_RUNNER_SAMPLE_H
#define TS_RUNNER_SAMPLE_H

#include <cstdint>
#include <vector>

namespace ts {

/// `count` of `total` blocks: the first, the last, and random ones that depend
/// on `seed` alone; ascending, each once. Empty if that would be all of them.
std::vector<uint64_t> sampleBlocks(uint64_t total, uint64_t count,
                                   uint64_t seed);

/// How many of a launch's `total` blocks to simulate when the whole problem
/// takes `multiplyAdds`: all of them up to `wholeLimit`, else as many as keep
/// to `sampleLimit`, and at least three.
uint64_t chooseBlockCount(uint64_t total, double multiplyAdds,
                          double wholeLimit = 0x1p31,
                          double sampleLimit = 0x1p30);

} // namespace ts

#endif // TS_RUNNER_SAMPLE_H
