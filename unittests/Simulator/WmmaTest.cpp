//===- WmmaTest.cpp - wmma.load, wmma.mma and wmma.store ------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Whole products from memory to memory, in all layouts, of small integers,
// which every form computes exactly.
//
//===----------------------------------------------------------------------===//

#include "SimTest.h"

using namespace llvm;
using namespace ts::sim;

namespace {
struct WmmaForm {
  unsigned m, n, k;
  const char *type, *sum;
  unsigned a, b, c; ///< registers (PTX ISA, "Matrix fragments for wmma")
};
enum Layout { Row, Col };
std::ostream &operator<<(std::ostream &os, const WmmaForm &form) {
  return os << form.type << " " << form.m << "x" << form.n << "x" << form.k
            << " to " << form.sum;
}
} // namespace

static const WmmaForm forms[] = {
    {16, 16, 16, "f16", "f32", 8, 8, 8},  {32, 8, 16, "f16", "f32", 8, 8, 8},
    {8, 32, 16, "f16", "f16", 8, 8, 4},   {16, 16, 16, "f16", "f16", 8, 8, 4},
    {16, 16, 16, "bf16", "f32", 4, 4, 8}, {32, 8, 16, "bf16", "f32", 8, 2, 8},
    {8, 32, 16, "bf16", "f32", 2, 8, 8},  {16, 16, 8, "tf32", "f32", 4, 4, 8},
    {8, 8, 4, "f64", "f64", 1, 1, 2},     {16, 16, 16, "s8", "s32", 2, 2, 8},
    {32, 8, 16, "u8", "s32", 4, 1, 8},    {8, 32, 16, "s8", "s32", 1, 4, 8},
};

static unsigned bytesOf(StringRef type) {
  return type == "f64"                     ? 8
         : type == "s8" || type == "u8"    ? 1
         : type == "f16" || type == "bf16" ? 2
                                           : 4;
}

/// A small integer in a format. f16 has 1.0 = 0x3c00: 2^e * (1 + f / 2^10).
static uint64_t encode(StringRef type, int value) {
  if (type == "f64")
    return bits(double(value));
  if (type[0] == 's' || type[0] == 'u')
    return uint32_t(value);
  uint32_t single = uint32_t(bits(float(value)));
  if (type == "f32" || type == "tf32")
    return single;
  if (type == "bf16")
    return single >> 16;
  uint32_t sign = single >> 31 << 15;
  return value == 0 ? 0 : sign | (((single >> 13) & 0x3ffff) - (112u << 10));
}

/// A matrix in memory, with 8 more elements to a row or column than it needs.
static std::vector<uint8_t> stored(StringRef type, unsigned rows, unsigned cols,
                                   Layout layout, unsigned seed) {
  unsigned bytes = bytesOf(type), inner = layout == Row ? cols : rows;
  std::vector<uint8_t> memory((layout == Row ? rows : cols) * (inner + 8) *
                              bytes);
  for (unsigned r = 0; r < rows; ++r)
    for (unsigned c = 0; c < cols; ++c) {
      int value = int((r * 7 + c * 3 + seed) % 9) - (type == "u8" ? 0 : 4);
      uint64_t word = encode(type, value);
      unsigned at = layout == Row ? r * (cols + 8) + c : c * (rows + 8) + r;
      std::memcpy(&memory[at * bytes], &word, bytes);
    }
  return memory;
}

static uint64_t elementOf(ArrayRef<uint8_t> memory, StringRef type,
                          unsigned rows, unsigned cols, Layout layout,
                          unsigned r, unsigned c) {
  unsigned bytes = bytesOf(type);
  unsigned at = layout == Row ? r * (cols + 8) + c : c * (rows + 8) + r;
  uint64_t word = 0;
  std::memcpy(&word, &memory[at * bytes], bytes);
  return word;
}

static std::string registers(const char *prefix, unsigned first,
                             unsigned count) {
  std::string text = "{";
  for (unsigned i = 0; i < count; ++i)
    text += (i ? ", " : "") + (prefix + std::to_string(first + i));
  return text + "}";
}

/// The kernel wmma of f(a, b, c, d).
static std::string product(const WmmaForm &form, Layout a, Layout b,
                           Layout sums) {
  const char *names[] = {"row", "col"};
  std::string type = form.type, sum = form.sum;
  std::string shape = "m" + std::to_string(form.m) + "n" +
                      std::to_string(form.n) + "k" + std::to_string(form.k);
  bool wide = type == "f64";
  const char *r = wide ? "%d" : "%r", *s = wide ? "%d" : "%r";
  std::string ra = registers(r, 0, form.a), rb = registers(r, 10, form.b),
              rc = registers(s, 20, form.c), rd = registers(s, 30, form.c);
  auto move = [&](const std::string &what, Layout layout, unsigned rows,
                  unsigned cols, const std::string &of) {
    return "wmma." + what + ".sync.aligned." + names[layout] + "." + shape +
           ".global." + of;
  };
  auto stride = [](Layout layout, unsigned rows, unsigned cols) {
    return ", " + std::to_string((layout == Row ? cols : rows) + 8) + ";\n";
  };
  std::string types = type == "f16" ? sum + "." + sum
                                    : sum + "." + type + "." + type + "." + sum;
  return std::string(header) + R"(.visible .entry f(.param .u64 a,
  .param .u64 b, .param .u64 c, .param .u64 d)
{
  .reg .b32 %r<40>; .reg .f64 %d<40>; .reg .b64 %rd<5>;
  ld.param.u64 %rd1, [a]; ld.param.u64 %rd2, [b]; ld.param.u64 %rd3, [c];
  ld.param.u64 %rd4, [d];
)" + move("load.a", a, form.m, form.k, type) +
         " " + ra + ", [%rd1]" + stride(a, form.m, form.k) +
         move("load.b", b, form.k, form.n, type) + " " + rb + ", [%rd2]" +
         stride(b, form.k, form.n) + move("load.c", sums, form.m, form.n, sum) +
         " " + rc + ", [%rd3]" + stride(sums, form.m, form.n) +
         "wmma.mma.sync.aligned." + names[a] + "." + names[b] + "." + shape +
         "." + types + " " + rd + ", " + ra + ", " + rb + ", " + rc + ";\n" +
         move("store.d", sums, form.m, form.n, sum) + " [%rd4], " + rd +
         stride(sums, form.m, form.n) + "}\n";
}

static int valueAt(const WmmaForm &form, unsigned r, unsigned c,
                   unsigned seed) {
  return int((r * 7 + c * 3 + seed) % 9) -
         (StringRef(form.type) == "u8" ? 0 : 4);
}

static void checkProduct(const WmmaForm &form, Layout a, Layout b,
                         Layout sums) {
  Bench bench(product(form, a, b, sums));
  ASSERT_TRUE(bench.module);
  bench.parameter(bench.upload(stored(form.type, form.m, form.k, a, 1)));
  bench.parameter(bench.upload(stored(form.type, form.k, form.n, b, 2)));
  auto c = stored(form.sum, form.m, form.n, sums, 5);
  bench.parameter(bench.upload(c));
  uint64_t to = bench.allocate(c.size());
  bench.parameter(to);
  bench.config.block = {32, 1, 1};
  LaunchResult result = bench.clean();
  EXPECT_EQ(result.counters.mmas, uint64_t(form.m) * form.n * form.k);
  auto d = bench.download<uint8_t>(to, c.size());
  for (unsigned r = 0; r < form.m; ++r)
    for (unsigned n = 0; n < form.n; ++n) {
      int sum = int((r * 7 + n * 3 + 5) % 9) - 4;
      for (unsigned k = 0; k < form.k; ++k)
        sum += valueAt(form, r, k, 1) * valueAt(form, k, n, 2);
      ASSERT_EQ(elementOf(d, form.sum, form.m, form.n, sums, r, n),
                encode(form.sum, sum))
          << form << ": " << r << ", " << n;
    }
}

TEST(Wmma, ProductsInEveryLayout) {
  for (const WmmaForm &form : forms)
    for (Layout a : {Row, Col})
      for (Layout b : {Row, Col})
        for (Layout sums : {Row, Col})
          checkProduct(form, a, b, sums);
}

/// Row 0, column 0 of a product of tf32 whose A is all ones: the sum of
/// `terms`, the column of B, and of `sum`.
static uint32_t sumOfTf32(MmaModel model, std::vector<uint32_t> terms,
                          uint32_t sum) {
  Bench bench(product({16, 16, 8, "tf32", "f32", 4, 4, 8}, Row, Col, Row));
  std::vector<uint32_t> a(16 * 16, 0x3f800000), b(16 * 16), c(16 * 24);
  llvm::copy(terms, b.begin());
  c[0] = sum;
  bench.parameter(bench.upload(a));
  bench.parameter(bench.upload(b));
  bench.parameter(bench.upload(c));
  uint64_t to = bench.allocate(c.size() * 4);
  bench.parameter(to);
  bench.config.block = {32, 1, 1};
  bench.config.mma = model;
  bench.clean();
  return bench.download<uint32_t>(to, 1)[0];
}

TEST(Wmma, Tf32TakesTwoStepsOfFour) {
  const uint32_t one = 0x3f800000, half = 0x33000000, // 2^-25
      inf = 0x7f800000, minusInf = 0xff800000, huge = 0x7f000000;
  // Four terms of 2^-25 are one unit of 1: cut off if they are not of one step.
  for (MmaModel model : {MmaModel::Hopper, MmaModel::Ada})
    EXPECT_EQ(sumOfTf32(model, {half, half, half, 0, half, 0, 0, 0}, one), one);
  EXPECT_EQ(sumOfTf32(MmaModel::Hopper, std::vector<uint32_t>(8, half), one),
            one + 2);
  EXPECT_EQ(
      sumOfTf32(MmaModel::Exact, {half, half, half, 0, half, 0, 0, 0}, one),
      one + 1);
  // The first four overflow before the others could bring them back.
  for (MmaModel model : {MmaModel::Hopper, MmaModel::Ada}) {
    EXPECT_EQ(
        sumOfTf32(model, {huge, huge, 0, 0, huge | 0x80000000, 0, 0, 0}, 0),
        inf);
    EXPECT_EQ(sumOfTf32(model, {huge, huge, 0, 0, minusInf, 0, 0, 0}, 0),
              0x7fffffffu);
  }
}

/// The first 32-bit word of D, of products 1 * 1 + 0 * 0 ... + C, of these
/// types.
static uint32_t mixedSum(const std::string &to, const std::string &from,
                         uint32_t sum) {
  auto fill = [](const char *name, int count, const std::string &value) {
    std::string text, list;
    for (int n = 0; n < count; ++n) {
      std::string reg = "%" + std::string(name) + std::to_string(n);
      text += "mov.b32 " + reg + ", " + value + ";\n";
      list += (n ? ", " : "") + reg;
    }
    return std::pair(text, "{" + list + "}");
  };
  int countD = to == "f16" ? 4 : 8, countC = from == "f16" ? 4 : 8;
  // 16 products of 1 and 1/16.
  auto [makeA, a] = fill("a", 8, "0x3c003c00");
  auto [makeB, b] = fill("b", 8, "0x2c002c00");
  auto [makeC, c] = fill("c", countC, std::to_string(sum));
  auto [makeD, d] = fill("e", countD, "0");
  Bench bench(kernel(".reg .b32 %a<9>, %b<9>, %c<9>, %e<9>;\n" + makeA + makeB +
                     makeC + "wmma.mma.sync.aligned.row.col.m16n16k16." + to +
                     "." + from + " " + d + ", " + a + ", " + b + ", " + c +
                     ";\nst.global.u32 [%rd1], %e0;"));
  if (!bench.module)
    return 0;
  uint64_t out = bench.allocate(4);
  bench.parameter(out);
  bench.parameter(out);
  bench.config.block = {32, 1, 1};
  // Every lane stores the same value.
  bench.clean();
  return bench.download<uint32_t>(out, 1)[0];
}

TEST(Wmma, SumsOfTwoTypes) {
  // 2048.5 + 1, which f16 holds as 2050; from 2048 it would be a tie, to 2048.
  EXPECT_EQ(mixedSum("f16", "f32", 0x45000800), 0x68016801u);
  EXPECT_EQ(mixedSum("f16", "f16", 0x68006800), 0x68006800u);
  // 2048 + 1.
  EXPECT_EQ(mixedSum("f32", "f16", 0x68006800), 0x45001000u);
  EXPECT_EQ(mixedSum("f32", "f32", 0x45000800), 0x45001800u);
  EXPECT_EQ(mixedSum("f32", "f16", 0x7c007c00), 0x7f800000u);
}

TEST(Wmma, OutOfBoundsAndUnwritten) {
  const WmmaForm &form = forms[0];
  std::string ptx = product(form, Row, Col, Row);
  Bench small(ptx);
  auto a = stored("f16", 16, 16, Row, 1), c = stored("f32", 16, 16, Row, 5);
  // The last row has no 8 elements behind it.
  a.resize(a.size() - 18);
  small.parameter(small.upload(a));
  small.parameter(small.upload(stored("f16", 16, 16, Col, 2)));
  small.parameter(small.upload(c));
  small.parameter(small.allocate(c.size()));
  small.config.block = {32, 1, 1};
  Finding finding = small.finding();
  EXPECT_EQ(finding.kind, Finding::Kind::OutOfBounds);
  EXPECT_SAYS(finding.text, "wmma.load.a");
  Bench unwritten(ptx);
  for (unsigned i = 0; i < 4; ++i)
    unwritten.parameter(unwritten.allocate(4096));
  unwritten.config.block = {32, 1, 1};
  LaunchResult result = unwritten.launch();
  ASSERT_EQ(result.findings.size(), 3u);
  for (const Finding &found : result.findings)
    EXPECT_EQ(found.kind, Finding::Kind::Uninitialized);
}

TEST(Wmma, WhatIsRefused) {
  auto error = [](const std::string &text) {
    return parseError(kernel("  " + text));
  };
  EXPECT_SAYS(error("wmma.load.a.sync.aligned.row.m16n16k16.global.f16 "
                    "{%r1, %r2}, [%rd1], 16;"),
              "this matrix has 8 registers, not 2");
  EXPECT_SAYS(error("wmma.load.a.sync.aligned.row.m8n8k128.global.b1 "
                    "{%r2}, [%rd1], 128;"),
              "a matrix of 'm8n8k128' and type 'b1' is not supported");
  EXPECT_SAYS(error("wmma.mma.sync.aligned.row.col.m8n8k4.f64.f64.f64.f64 "
                    "{%d1, %d2}, {%d3}, {1.0}, {%d5, %d6};"),
              "a matrix is held in registers");
}
