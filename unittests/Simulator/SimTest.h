//===- SimTest.h - Runs small kernels in tests ------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Two ways to run PTX: whole kernels on buffers, and single instructions with
// a case of operands in each thread.
//
//===----------------------------------------------------------------------===//

#ifndef TS_UNITTESTS_SIMULATOR_SIMTEST_H
#define TS_UNITTESTS_SIMULATOR_SIMTEST_H

#include "ts/Simulator/Simulator.h"

#include "llvm/ADT/bit.h"

#include "gtest/gtest.h"

#include <cstring>

namespace ts::sim {

inline std::string textOf(llvm::Error error) {
  return llvm::toString(std::move(error));
}

template <class T>
T valueOf(llvm::Expected<T> value) {
  if (value)
    return std::move(*value);
  ADD_FAILURE() << llvm::toString(value.takeError());
  return T();
}

/// The error that parsing ends with, "" if none.
inline std::string parseError(llvm::StringRef ptx) {
  llvm::Expected<std::unique_ptr<Module>> module = Module::parse(ptx);
  return module ? "" : llvm::toString(module.takeError());
}

inline testing::AssertionResult says(const std::string &text,
                                     llvm::StringRef part) {
  if (llvm::StringRef(text).contains(part))
    return testing::AssertionSuccess();
  return testing::AssertionFailure()
         << "'" << part.str() << "' is not in:\n  " << text;
}
#define EXPECT_SAYS(text, part) EXPECT_TRUE(ts::sim::says(text, part))

constexpr char header[] = ".version 7.8\n.target sm_89\n.address_size 64\n";

/// A module, its memory, and launches with 8-byte parameters.
class Bench {
public:
  explicit Bench(const std::string &ptx)
      : module(valueOf(Module::parse(ptx))) {}

  uint64_t allocate(uint64_t bytes) { return valueOf(memory.allocate(bytes)); }
  template <class T>
  uint64_t upload(const std::vector<T> &values) {
    uint64_t address = allocate(values.size() * sizeof(T));
    EXPECT_EQ(textOf(memory.write(
                  address, {reinterpret_cast<const uint8_t *>(values.data()),
                            values.size() * sizeof(T)})),
              "");
    return address;
  }
  template <class T>
  std::vector<T> download(uint64_t address, size_t count) {
    std::vector<T> values(count);
    EXPECT_EQ(
        textOf(memory.read(address, {reinterpret_cast<uint8_t *>(values.data()),
                                     count * sizeof(T)})),
        "");
    return values;
  }
  template <class T>
  void parameter(T value) {
    config.parameters.emplace_back(sizeof(T));
    std::memcpy(config.parameters.back().data(), &value, sizeof(T));
  }
  LaunchResult launch(llvm::StringRef kernel = "f") {
    return valueOf(module->launch(kernel, memory, config));
  }
  /// Launches and expects exactly one finding.
  Finding finding(llvm::StringRef kernel = "f") {
    LaunchResult result = launch(kernel);
    EXPECT_EQ(result.findings.size(), 1u);
    return result.findings.empty() ? Finding() : result.findings[0];
  }
  /// Launches and expects no finding.
  LaunchResult clean(llvm::StringRef kernel = "f") {
    LaunchResult result = launch(kernel);
    for (const Finding &finding : result.findings)
      ADD_FAILURE() << toString(finding);
    return result;
  }

  std::unique_ptr<Module> module;
  Memory memory;
  LaunchConfig config;
};

/// A kernel f(out, in): %rd1 = out, %rd2 = in, %r1 = the thread, %rd3 and %rd4
/// = out and in moved by 8 bytes for each thread.
inline std::string kernel(const std::string &body,
                          const std::string &outside = "") {
  return header + outside + R"(.visible .entry f(
  .param .u64 out, .param .u64 in)
{
  .reg .pred %p<20>; .reg .b16 %h<20>; .reg .b32 %r<40>; .reg .b64 %rd<40>;
  .reg .f32 %f<20>; .reg .f64 %d<20>;
  ld.param.u64 %rd1, [out]; ld.param.u64 %rd2, [in];
  mov.u32 %r1, %tid.x; mul.wide.u32 %rd5, %r1, 8;
  add.s64 %rd3, %rd1, %rd5; add.s64 %rd4, %rd2, %rd5;
)" + body +
         "\n}\n";
}
/// The line of the first line of `body` in `kernel(body)`.
constexpr unsigned bodyLine = 12;

/// Runs a kernel of this body with one 64-bit word in and out for each thread.
inline std::vector<uint64_t> runBody(const std::string &body,
                                     const std::vector<uint64_t> &in,
                                     const std::string &outside = "") {
  Bench bench(kernel(body, outside));
  if (!bench.module)
    return {};
  uint64_t out = bench.allocate(in.size() * 8), from = bench.upload(in);
  bench.parameter(out);
  bench.parameter(from);
  bench.config.block = {uint32_t(in.size()), 1, 1};
  bench.clean();
  return bench.download<uint64_t>(out, in.size());
}

struct Operands {
  uint64_t a = 0, b = 0, c = 0;
};

/// Runs one instruction. The operands of case i are in thread i's registers
/// x1, x2, x3, where x is `rd` (64 bits), `r`, `f`, `h` (their low bits), `d`
/// (64 bits) and `p` (not 0). The result, of the kind `kind`, comes from x0.
inline std::vector<uint64_t> each(const std::string &instruction,
                                  const std::string &kind,
                                  const std::vector<Operands> &cases) {
  std::vector<uint64_t> words;
  for (const Operands &operands : cases)
    words.insert(words.end(), {operands.a, operands.b, operands.c});
  std::string body =
      R"(  mul.wide.u32 %rd30, %r1, 24; add.s64 %rd30, %rd2, %rd30;
)";
  for (int n = 1; n <= 3; ++n) {
    std::string s = std::to_string(n), q = std::to_string(n + 10);
    body += "ld.global.u64 %rd" + q + ", [%rd30+" + std::to_string(8 * n - 8) +
            "]; mov.b64 %d" + s + ", %rd" + q + "; cvt.u32.u64 %r" + q +
            ", %rd" + q + "; mov.b32 %f" + s + ", %r" + q + "; cvt.u16.u64 %h" +
            s + ", %rd" + q + "; setp.ne.u64 %p" + s + ", %rd" + q + ", 0;\n";
  }
  body += "mov.b64 %rd20, %rd3; mov.b32 %r20, 0; mov.b64 %rd0, 0;\n"
          "mov.b64 %rd1, %rd11; mov.b64 %rd2, %rd12; mov.b64 %rd3, %rd13;\n"
          "mov.b32 %r1, %r11; mov.b32 %r2, %r12; mov.b32 %r3, %r13;\n" +
          instruction + "\n";
  if (kind == "r")
    body += "cvt.u64.u32 %rd0, %r0;";
  else if (kind == "h")
    body += "cvt.u64.u16 %rd0, %h0;";
  else if (kind == "f")
    body += "mov.b32 %r0, %f0; cvt.u64.u32 %rd0, %r0;";
  else if (kind == "d")
    body += "mov.b64 %rd0, %d0;";
  else if (kind == "p")
    body += "selp.b64 %rd0, 1, 0, %p0;";
  body += " st.global.u64 [%rd20], %rd0;";
  Bench bench(kernel(body));
  if (!bench.module)
    return {};
  uint64_t out = bench.allocate(cases.size() * 8), in = bench.upload(words);
  bench.parameter(out);
  bench.parameter(in);
  bench.config.block = {uint32_t(cases.size()), 1, 1};
  bench.clean();
  return bench.download<uint64_t>(out, cases.size());
}

using Words = std::vector<uint64_t>;
inline uint64_t bits(float value) { return llvm::bit_cast<uint32_t>(value); }
inline uint64_t bits(double value) { return llvm::bit_cast<uint64_t>(value); }

} // namespace ts::sim

#endif // TS_UNITTESTS_SIMULATOR_SIMTEST_H
