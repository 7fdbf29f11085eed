//===- Wmma.h - Matrices of wmma in registers -------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// PTX leaves open which lane holds which element of these fragments. Here they
// are dealt out in order, register by register and lane by lane: A and B in the
// order of their layout in memory, C and D by rows. A and B of f16 have 8
// registers, on a GPU too; what is too much repeats the first.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_SIMULATOR_WMMA_H
#define TS_LIB_SIMULATOR_WMMA_H

#include "Lanes.h"

namespace ts::sim {

/// Which matrix of a product; C and D are sums.
enum class WmmaRole : uint8_t { A, B, Sum };
/// Flags of an instruction; a move has its role in the lowest two bits.
enum WmmaFlags : uint8_t {
  ByColumn = 4,
  ColumnA = 1,
  ColumnB = 2,
  Clamps = 8,
  HalfC = 16, ///< C is f16 though the sums are f32
  HalfD = 32  ///< and D
};

struct WmmaForm {
  unsigned m, n, k;
  unsigned bits; ///< of an element of A and B
  const char *operand, *sum;
};

/// How one matrix lies in registers.
struct WmmaLayout {
  unsigned rows, columns, bits, registers;
  bool byColumn;
  unsigned registerBits() const { return std::max(bits, 32u); }
  unsigned each() const { return registerBits() / bits; }
  Type type() const { return {TypeKind::Bits, uint8_t(registerBits())}; }
};

/// The bits of each element, by its number in the order of the layout.
using Elements = std::array<uint64_t, 512>;
/// The form of this shape and these types; an empty type is any. Null if there
/// is none.
const WmmaForm *findWmmaForm(llvm::StringRef shape, llvm::StringRef operand,
                             llvm::StringRef sum);
WmmaLayout wmmaLayout(const WmmaForm &form, WmmaRole role, bool byColumn);

/// Calls `visit(number, register, bit, lane)` for each element.
template <class Visit>
static void eachElement(const WmmaLayout &layout, Visit visit) {
  unsigned each = layout.each(), count = layout.rows * layout.columns;
  for (unsigned r = 0; r < layout.registers; ++r)
    for (unsigned e = 0; e < each; ++e)
      for (unsigned l = 0; l < 32; ++l)
        visit(((l * layout.registers + r) * each + e) % count, r,
              e * layout.bits, l);
}

/// An element's bits in a lane's register.
inline void putElement(Warp &w, Slot slot, unsigned bits, unsigned bit,
                       unsigned lane, uint64_t value) {
  if (bits == 64) {
    w.lanes<uint64_t>(slot)[lane] = value;
    return;
  }
  uint32_t mask = bits == 32 ? ~0u : ((1u << bits) - 1) << bit;
  uint32_t &to = w.lanes<uint32_t>(slot)[lane];
  to = (to & ~mask) | (uint32_t(value) << bit & mask);
}

inline uint64_t getElement(const Warp &w, Slot slot, unsigned bits,
                           unsigned bit, unsigned lane) {
  if (bits == 64)
    return w.lanes<uint64_t>(slot)[lane];
  uint64_t word = w.lanes<uint32_t>(slot)[lane] >> bit;
  return word & ((uint64_t(1) << bits) - 1);
}

/// Takes the next modifier, which has to be `.row` or `.col`.
bool takeColumn(Decoder &d);
/// `wmma.load` and `wmma.store`.
void decodeWmmaMove(Decoder &d, bool write);

} // namespace ts::sim

#endif // TS_LIB_SIMULATOR_WMMA_H
