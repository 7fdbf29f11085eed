//===- Simulator.h - Executes and checks PTX on the CPU --------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The simulator takes PTX text from anywhere and knows nothing of the compiler,
// so that it can find the compiler's bugs. It uses LLVM's support library only.
//
//===----------------------------------------------------------------------===//

#ifndef TS_SIMULATOR_SIMULATOR_H
#define TS_SIMULATOR_SIMULATOR_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ts::sim {

/// Global memory of the simulated GPU: sparse (a page exists once it is
/// written), with one "was written" bit per byte. Addresses start high, so that
/// host pointers and small integers are never valid. Safe for concurrent access
/// by the threads of a launch.
class Memory {
public:
  Memory();
  ~Memory();
  /// Reserves `bytes` (at least 256-byte aligned, followed by a guard gap).
  llvm::Expected<uint64_t> allocate(uint64_t bytes);
  /// Errors on an address that `allocate` did not return.
  llvm::Error free(uint64_t address);
  /// True if `address` lies inside a live allocation.
  bool contains(uint64_t address) const;
  llvm::Error write(uint64_t address, llvm::ArrayRef<uint8_t> bytes);
  /// Bytes never written read as zero here: this is the host's view.
  llvm::Error read(uint64_t address,
                   llvm::MutableArrayRef<uint8_t> bytes) const;
  /// Repeats `pattern` (1, 2 or 4 bytes) `count` times; kept as a rule, not as
  /// pages, so that filling 4 GiB costs nothing.
  llvm::Error fill(uint64_t address, llvm::ArrayRef<uint8_t> pattern,
                   uint64_t count);
  /// Sets out[i] to 1 if any store of a kernel wrote byte `address + i` since
  /// the last `clearKernelWrites`.
  llvm::Error kernelWrites(uint64_t address,
                           llvm::MutableArrayRef<uint8_t> out) const;
  void clearKernelWrites();

  struct Impl;
  Impl &impl() { return *storage; }

private:
  std::unique_ptr<Impl> storage;
};

/// Where and by whom a kernel did something.
struct Site {
  unsigned line = 0; ///< line in the PTX text, from 1
  std::string text;  ///< that line
  std::array<uint32_t, 3> block{}, thread{};
};

/// One defect found while a kernel ran.
struct Finding : Site {
  enum class Kind {
    OutOfBounds,
    Misaligned,
    Uninitialized,
    Divergence,
    Deadlock,
    Trap,
    Race
  };
  Kind kind;
  std::string kernel;
  uint64_t address;
  std::string message;       ///< one sentence, without the fields above
  uint64_t repeats = 0;      ///< further findings of this kind at these lines
  std::optional<Site> other; ///< of a race: the access before
};
/// "kernel 'f', line 12 (st.global.f32 ...), block (0,0,0), thread (5,0,0):
/// out-of-bounds write of 4 bytes at 0x..."
std::string toString(const Finding &finding);
/// The check that looks for this kind: "memcheck", "initcheck", "racecheck" or
/// "synccheck".
llvm::StringRef checkOf(Finding::Kind kind);

/// What is looked for. Accesses that no memory has, traps and deadlocks end a
/// kernel in any case, as they do on a GPU.
struct Checks {
  bool init = true; ///< registers and memory read before they were written
  bool race = true; ///< accesses of two threads that nothing orders
  bool sync = true; ///< barriers and `.aligned` instructions in divergence
};

struct Counters {
  uint64_t threadInstructions = 0; ///< executed by active lanes
  uint64_t warpInstructions = 0;
  uint64_t globalBytesRead = 0, globalBytesWritten = 0;
  uint64_t sharedBytesRead = 0, sharedBytesWritten = 0;
  uint64_t fmas = 0;     ///< fused multiply-adds of active lanes
  uint64_t mmas = 0;     ///< multiply-adds of tensor-core instructions
  uint64_t barriers = 0; ///< warp arrivals at block barriers
};

/// What one instruction did, over all blocks that ran. These describe the PTX:
/// ptxas merges, moves and drops instructions.
struct LineCounters {
  unsigned line = 0;               ///< in the PTX text, from 1
  uint64_t warps = 0, threads = 0; ///< executions
  uint64_t divergent = 0;          ///< branches that parted a warp
  uint64_t requests = 0;           ///< accesses of warps, by what follows
  uint64_t bytes = 0;              ///< that the lanes asked for
  /// Global memory: 32-byte sectors and 128-byte lines touched, and the sectors
  /// that as many different bytes would need if they lay together.
  uint64_t sectors = 0, lines = 0, idealSectors = 0;
  /// Shared memory: passes through the banks, and those without any conflict.
  uint64_t wavefronts = 0, idealWavefronts = 0;
};

/// What instructions are counted as: Nsight Compute's names, by the format of
/// the operands, and tensor cores apart.
enum class InstructionClass : uint8_t {
  Integer,
  Fp16, ///< and bf16
  Fp32,
  Fp64,
  Conversion,
  Memory,
  Control,
  InterThread, ///< barriers, fences, shuffles, votes
  Tensor,
  Misc ///< moves and selections
};
constexpr unsigned instructionClasses = unsigned(InstructionClass::Misc) + 1;
llvm::StringRef nameOf(InstructionClass kind);

/// How tensor cores add up. PTX leaves it open; `Ada` and `Hopper` are what was
/// measured on these GPUs, `Exact` sums in double precision and rounds once.
enum class MmaModel { OfTarget, Ada, Hopper, Exact };

struct LaunchConfig {
  std::array<uint32_t, 3> grid{1, 1, 1}, block{1, 1, 1};
  uint64_t dynamicSharedBytes = 0;
  uint64_t sharedLimit = 227 * 1024; ///< static + dynamic; more is an error
  std::vector<std::vector<uint8_t>> parameters; ///< bytes of each, in order
  std::vector<uint64_t> blocks; ///< linear block ids to run; empty = all
  unsigned threads = 0;         ///< host threads; 0 = one per core
  uint64_t maxInstructionsPerWarp = uint64_t(1) << 34;
  MmaModel mma = MmaModel::OfTarget; ///< by the module's `.target`
  Checks checks;
  bool profile = false; ///< fill LaunchResult::lines
};

struct LaunchResult {
  Counters counters;
  std::vector<Finding> findings;   ///< in block order, folded by kind and line
  std::vector<LineCounters> lines; ///< in order; empty unless asked for
  std::string output;              ///< of `printf`, block after block
  /// Executions by warps, by class; as `lines`.
  std::array<uint64_t, instructionClasses> classes{};
  uint64_t blocksRun = 0, blocksTotal = 0;
};

/// A parsed PTX module. Parsing stops at the first error, with line and column.
/// An opcode, modifier or directive it does not know is such an error, by name.
class Module {
public:
  static llvm::Expected<std::unique_ptr<Module>> parse(llvm::StringRef ptx);
  ~Module();
  std::vector<std::string> kernels() const;
  /// Line `number` of the text, from 1.
  llvm::StringRef line(unsigned number) const;
  unsigned lineCount() const;
  /// Sizes in bytes of a kernel's parameters, in order.
  llvm::Expected<std::vector<unsigned>>
  parameterSizes(llvm::StringRef kernel) const;
  llvm::Expected<LaunchResult> launch(llvm::StringRef kernel, Memory &memory,
                                      const LaunchConfig &config) const;

  struct Impl;

private:
  explicit Module(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> storage;
};

} // namespace ts::sim

#endif // TS_SIMULATOR_SIMULATOR_H
