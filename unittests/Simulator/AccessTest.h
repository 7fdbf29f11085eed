//===- AccessTest.h - A kernel with two buffers -----------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TS_UNITTESTS_SIMULATOR_ACCESSTEST_H
#define TS_UNITTESTS_SIMULATOR_ACCESSTEST_H

#include "SimTest.h"

namespace ts::sim {

/// A kernel with a written and a fresh buffer.
class AccessTest : public testing::Test {
protected:
  /// `in` holds 100, 101, ... in 64 words; `out` is never written.
  void make(const std::string &body, const std::string &outside = "") {
    bench = std::make_unique<Bench>(kernel(body, outside));
    Words words(64);
    for (size_t i = 0; i < words.size(); ++i)
      words[i] = 100 + i;
    out = bench->allocate(512);
    in = bench->upload(words);
    bench->parameter(out);
    bench->parameter(in);
    bench->config.block = {32, 1, 1};
    // Most kernels here let all lanes store to one place.
    bench->config.checks.race = false;
  }
  Finding find(const std::string &body, const std::string &outside = "") {
    make("\n" + body, outside);
    return bench->finding();
  }
  using Kind = Finding::Kind;

  std::unique_ptr<Bench> bench;
  uint64_t out = 0, in = 0;
};

} // namespace ts::sim

#endif // TS_UNITTESTS_SIMULATOR_ACCESSTEST_H
