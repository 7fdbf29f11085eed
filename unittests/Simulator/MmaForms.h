//===- MmaForms.h - Forms of mma, and running one ---------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Where each lane's elements lie, by the formulae of the PTX manual, and a
// kernel of one instruction on tiles that are given by their places.
//
//===----------------------------------------------------------------------===//

#ifndef TS_UNITTESTS_SIMULATOR_MMAFORMS_H
#define TS_UNITTESTS_SIMULATOR_MMAFORMS_H

#include "SimTest.h"

namespace ts::sim {

struct Place {
  unsigned row, column;
};
/// One form: the place of element `i` of lane (g = lane / 4, t = lane % 4).
struct MmaForm {
  const char *name;
  unsigned m, k, elementBits, aElements, bElements, cElements, sumBits;
  Place (*a)(unsigned g, unsigned t, unsigned i);
  Place (*b)(unsigned g, unsigned t, unsigned i);
};

/// A tile's elements, by their places, as bits of their type.
using Tile = std::vector<std::vector<uint64_t>>;
inline Tile tile(unsigned rows, unsigned columns) {
  return Tile(rows, std::vector<uint64_t>(columns));
}

class MmaRunner {
public:
  MmaRunner(const MmaForm &form, const std::string &target = "sm_89")
      : form(form), target(target) {}
  MmaModel model = MmaModel::OfTarget;
  Tile run(const Tile &a, const Tile &b, const Tile &c);

private:
  std::string text() const;
  unsigned wordBits() const { return form.elementBits == 64 ? 64 : 32; }
  unsigned sumWordBits() const { return form.sumBits == 64 ? 64 : 32; }
  unsigned words(unsigned elements, unsigned bits, unsigned word) const {
    return elements * bits / word;
  }
  const MmaForm &form;
  std::string target;
};

/// C and D of every form: pairs of columns.
inline Place placeOfSum(unsigned g, unsigned t, unsigned i) {
  return {i < 2 ? g : g + 8, 2 * t + (i & 1)};
}

inline std::string MmaRunner::text() const {
  std::string kind = std::to_string(wordBits()),
              sum = std::to_string(sumWordBits());
  std::string ptx = ".version 7.8\n.target " + target +
                    "\n.address_size 64\n.visible .entry f(.param .u64 out, "
                    ".param .u64 in)\n{\n.reg .b32 %r<4>; .reg .b64 %rd<9>;\n"
                    ".reg .b" +
                    kind + " %x<9>; .reg .b" + sum +
                    " %c<5>, %d<5>;\n"
                    "ld.param.b64 %rd1, [out]; ld.param.b64 %rd2, [in];\n"
                    "mov.u32 %r1, %tid.x; mul.wide.u32 %rd3, %r1, 128;\n"
                    "add.s64 %rd1, %rd1, %rd3; add.s64 %rd2, %rd2, %rd3;\n";
  unsigned slot = 0;
  auto load = [&](const char *name, unsigned count, const std::string &bits,
                  unsigned first) {
    std::string list;
    for (unsigned n = 0; n < count; ++n, ++slot) {
      std::string reg = name + std::to_string(first + n);
      ptx += "ld.global.b" + bits + " " + reg + ", [%rd2+" +
             std::to_string(8 * slot) + "];\n";
      list += (n ? ", " : "") + reg;
    }
    return "{" + list + "}";
  };
  unsigned countA = words(form.aElements, form.elementBits, wordBits());
  unsigned countC = words(form.cElements, form.sumBits, sumWordBits());
  std::string a = load("%x", countA, kind, 0);
  std::string b = load(
      "%x", words(form.bElements, form.elementBits, wordBits()), kind, countA);
  std::string c = load("%c", countC, sum, 0), d = c;
  for (char &letter : d)
    letter = letter == 'c' ? 'd' : letter;
  ptx += "mma.sync.aligned." + std::string(form.name) + " " + d + ", " + a +
         ", " + b + ", " + c + ";\n";
  for (unsigned n = 0; n < countC; ++n)
    ptx += "st.global.b" + sum + " [%rd1+" + std::to_string(8 * n) + "], %d" +
           std::to_string(n) + ";\n";
  return ptx + "ret;\n}\n";
}

inline Tile MmaRunner::run(const Tile &a, const Tile &b, const Tile &c) {
  std::vector<uint64_t> in(32 * 16);
  for (unsigned lane = 0; lane < 32; ++lane) {
    uint64_t *slots = &in[lane * 16];
    unsigned g = lane / 4, t = lane % 4;
    auto put = [&](const Tile &from, auto place, unsigned count, unsigned bits,
                   unsigned word) {
      unsigned each = word / bits;
      for (unsigned i = 0; i < count; ++i) {
        Place at = place(g, t, i);
        slots[i / each] |= from[at.row][at.column] << (i % each * bits);
      }
      slots += count / each;
    };
    put(a, form.a, form.aElements, form.elementBits, wordBits());
    put(b, form.b, form.bElements, form.elementBits, wordBits());
    put(c, placeOfSum, form.cElements, form.sumBits, sumWordBits());
  }
  Bench bench(text());
  if (!bench.module)
    return {};
  uint64_t out = bench.allocate(32 * 128), from = bench.upload(in);
  bench.parameter(out);
  bench.parameter(from);
  bench.config.block = {32, 1, 1};
  bench.config.mma = model;
  bench.clean();
  auto words = bench.download<uint64_t>(out, 32 * 16);
  Tile d = tile(form.m, 8);
  unsigned each = sumWordBits() / form.sumBits;
  for (unsigned lane = 0; lane < 32; ++lane)
    for (unsigned i = 0; i < form.cElements; ++i) {
      Place at = placeOfSum(lane / 4, lane % 4, i);
      uint64_t word = words[lane * 16 + i / each];
      d[at.row][at.column] =
          (word >> (i % each * form.sumBits)) &
          (form.sumBits == 64 ? ~uint64_t(0)
                              : (uint64_t(1) << form.sumBits) - 1);
    }
  return d;
}

//===----------------------------------------------------------------------===//
// Forms
//===----------------------------------------------------------------------===//

using U = unsigned;
inline const MmaForm tf32k8 = {
    "m16n8k8.row.col.f32.tf32.tf32.f32",
    16,
    8,
    32,
    4,
    2,
    4,
    32,
    [](U g, U t, U i) {
      return Place{i % 2 ? g + 8 : g, i < 2 ? t : t + 4};
    },
    [](U g, U t, U i) {
      return Place{i ? t + 4 : t, g};
    }};
inline const MmaForm tf32k4 = {"m16n8k4.row.col.f32.tf32.tf32.f32",
                               16,
                               4,
                               32,
                               2,
                               1,
                               4,
                               32,
                               [](U g, U t, U i) {
                                 return Place{i ? g + 8 : g, t};
                               },
                               [](U g, U t, U) {
                                 return Place{t, g};
                               }};

inline Place wideA(U g, U t, U i) {
  bool low = i < 2 || (i >= 4 && i < 6);
  return {low ? g : g + 8, 2 * t + (i & 1) + (i >= 4 ? 8 : 0)};
}
inline Place wideB(U g, U t, U i) {
  return {2 * t + (i & 1) + (i >= 2 ? 8 : 0), g};
}
inline Place narrowA(U g, U t, U i) {
  return {i < 2 ? g : g + 8, 2 * t + (i & 1)};
}
inline Place narrowB(U g, U t, U i) { return {2 * t + i, g}; }

inline const MmaForm f16k16 = {
    "m16n8k16.row.col.f32.f16.f16.f32", 16, 16, 16, 8, 4, 4, 32, wideA, wideB};
inline const MmaForm f16k8 = {"m16n8k8.row.col.f32.f16.f16.f32",
                              16,
                              8,
                              16,
                              4,
                              2,
                              4,
                              32,
                              narrowA,
                              narrowB};
inline const MmaForm f16Sum16 = {
    "m16n8k16.row.col.f16.f16.f16.f16", 16, 16, 16, 8, 4, 4, 16, wideA, wideB};
inline const MmaForm f16Sum8 = {"m16n8k8.row.col.f16.f16.f16.f16",
                                16,
                                8,
                                16,
                                4,
                                2,
                                4,
                                16,
                                narrowA,
                                narrowB};
inline const MmaForm bf16k16 = {"m16n8k16.row.col.f32.bf16.bf16.f32",
                                16,
                                16,
                                16,
                                8,
                                4,
                                4,
                                32,
                                wideA,
                                wideB};
inline const MmaForm bf16k8 = {"m16n8k8.row.col.f32.bf16.bf16.f32",
                               16,
                               8,
                               16,
                               4,
                               2,
                               4,
                               32,
                               narrowA,
                               narrowB};
inline const MmaForm f64k4 = {"m8n8k4.row.col.f64.f64.f64.f64",
                              8,
                              4,
                              64,
                              1,
                              1,
                              2,
                              64,
                              [](U g, U t, U) {
                                return Place{g, t};
                              },
                              [](U g, U t, U) {
                                return Place{t, g};
                              }};
inline const MmaForm s8k16 = {
    "m16n8k16.row.col.s32.s8.u8.s32",
    16,
    16,
    8,
    8,
    4,
    4,
    32,
    [](U g, U t, U i) {
      return Place{i < 4 ? g : g + 8, 4 * t + (i & 3)};
    },
    [](U g, U t, U i) {
      return Place{4 * t + i, g};
    }};
inline const MmaForm s8k32 = {
    "m16n8k32.row.col.s32.s8.u8.s32",
    16,
    32,
    8,
    16,
    8,
    4,
    32,
    [](U g, U t, U i) {
      bool low = i < 4 || (i >= 8 && i < 12);
      return Place{low ? g : g + 8, 4 * t + (i & 3) + (i >= 8 ? 16 : 0)};
    },
    [](U g, U t, U i) {
      return Place{4 * t + (i & 3) + (i >= 4 ? 16 : 0), g};
    }};
inline const MmaForm s8k16m8 = {"m8n8k16.row.col.s32.s8.u8.s32",
                                8,
                                16,
                                8,
                                4,
                                4,
                                2,
                                32,
                                [](U g, U t, U i) {
                                  return Place{g, 4 * t + i};
                                },
                                [](U g, U t, U i) {
                                  return Place{4 * t + i, g};
                                }};

} // namespace ts::sim

#endif // TS_UNITTESTS_SIMULATOR_MMAFORMS_H
