//===- Target.h - Facts about chips and instruction sets -------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The one place that knows hardware: a row per chip, and named predicates for
// what an instruction set can do. Chip and instruction set are separate: code
// for sm_89 may run on an H200 and use its larger shared memory. Plain values;
// nothing here depends on MLIR.
//
//===----------------------------------------------------------------------===//

#ifndef TS_TARGET_TARGET_H
#define TS_TARGET_TARGET_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <string>

namespace ts {

/// How the tensor cores add up products of tf32, f16 or bf16 into f32. Products
/// are exact; all terms of one sum, the accumulator among them, are aligned to
/// the largest exponent (a product's is the sum of its factors') and truncated
/// towards zero below `fractionBits` fraction bits of it; then they are added
/// exactly and the sum is truncated to f32. Accumulation in f64 is a chain of
/// fused multiply-adds.
struct TensorCore {
  unsigned fractionBits;
  /// Bytes of one operand that go into one sum; instructions with a larger k
  /// are chains of such sums.
  unsigned bytesPerSum;

  /// Products in one sum of tf32.
  unsigned tf32Terms() const { return bytesPerSum / 4; }
  /// Products in one sum of f16 or bf16.
  unsigned halfTerms() const { return bytesPerSum / 2; }
};

/// One GPU product. Sizes are in bytes unless the name says otherwise.
struct Chip {
  llvm::StringLiteral name;    ///< as `--chip=` and #ts.target spell it
  llvm::StringLiteral product; ///< as its vendor spells it
  /// What the driver's device name begins with (cuDeviceGetName).
  llvm::StringLiteral deviceName;
  unsigned computeCapability; ///< 89 for 8.9
  unsigned smCount;
  unsigned sharedBytesPerSM;
  unsigned sharedBytesPerBlock; ///< dynamic, after opting in
  unsigned registersPerSM;      ///< of 32 bits
  unsigned maxRegistersPerThread;
  unsigned maxWarpsPerSM;
  unsigned maxThreadsPerBlock;
  unsigned maxBlocksPerSM;
  unsigned fp32LanesPerSM; ///< fused multiply-adds per clock
  TensorCore tensorCore;
  int64_t l2Bytes;
  double dramGBs;          ///< data sheet, 10^9 bytes per second
  double fp32Tflops;       ///< data sheet, without tensor cores
  double tf32Tflops;       ///< data sheet, tensor cores, dense
  double f16Tflops;        ///< the same for f16 and bf16, f32 accumulator
  double f64Tflops;        ///< data sheet, the faster of vector and tensor
  double writeFloorGBs;    ///< measured fill of a large buffer; 0 if unknown
  const char *floorSource; ///< where and when the floor was measured

  /// The measured floor where there is one, else the data sheet's bandwidth.
  double writeGBs() const { return writeFloorGBs ? writeFloorGBs : dramGBs; }
  /// The clock that the data sheet's fp32 rate is stated for.
  double clockGHz() const {
    return fp32Tflops * 1e3 / (2.0 * fp32LanesPerSM * smCount);
  }
};

/// All rows of the table.
llvm::ArrayRef<Chip> knownChips();

/// The row of that name, or null.
const Chip *lookupChip(llvm::StringRef name);

/// The row of a device by the name the driver gives it, or null.
const Chip *lookupDevice(llvm::StringRef deviceName);

/// "rtx4090, l40s, ...", for messages.
std::string knownChipNames();

/// What code for one compute capability may use.
class Isa {
public:
  /// 89 means sm_89.
  explicit constexpr Isa(unsigned capability) : capability(capability) {}

  unsigned getCapability() const { return capability; }
  /// "sm_89"
  std::string getName() const;
  /// True if this compiler can emit code for it.
  bool isKnown() const;

  // First compute capability of each instruction: PTX ISA, "Target ISA Notes"
  // of the instruction named.

  /// cp.async, the copy from global to shared memory past the registers.
  bool hasCpAsync() const { return capability >= 80; }
  /// createpolicy, a cache policy of the L2: sm_80, but PTX 7.4, which is newer
  /// than what is emitted for sm_80 and sm_86 (docs/emit.md).
  bool hasCachePolicy() const { return capability >= 87; }
  /// mma.sync on tf32 operands.
  bool hasTf32Mma() const { return capability >= 80; }
  /// mma.sync on bf16 operands.
  bool hasBf16Mma() const { return capability >= 80; }
  /// mma.sync m16n8k16 on f16 operands.
  bool hasF16Mma() const { return capability >= 80; }
  /// mma.sync on f64 operands.
  bool hasF64Mma() const { return capability >= 80; }
  /// ldmatrix, fragments of 16-bit matrices from shared memory.
  bool hasLdMatrix() const { return capability >= 75; }
  /// createpolicy and ld/st with an L2 cache hint.
  bool hasL2CachePolicy() const { return capability >= 80; }
  /// cp.async.bulk, copies by the tensor memory accelerator.
  bool hasBulkCopy() const { return capability >= 90; }
  /// Clusters of thread blocks with distributed shared memory.
  bool hasClusters() const { return capability >= 90; }

private:
  unsigned capability;
};

/// Compute capabilities that code can be emitted for: "80, 86, ...".
std::string knownIsaNames();

/// The oldest PTX version that has the instruction set, as LLVM spells the
/// feature ("+ptx78"): a driver as old as the chip must still take the code.
/// Empty if the instruction set is not known.
llvm::StringRef minimumPtxVersion(unsigned isa);

} // namespace ts

#endif // TS_TARGET_TARGET_H
