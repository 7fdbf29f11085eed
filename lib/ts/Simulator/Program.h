//===- Program.h - Kernels, decoded for execution ---------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// What the front end hands to the executor. Every operand is a slot of the
// warp's register file: constants, symbols' addresses and special registers
// have slots too, so that a handler sees lanes and nothing else.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_SIMULATOR_PROGRAM_H
#define TS_LIB_SIMULATOR_PROGRAM_H

#include "Syntax.h"

#include "ts/Simulator/Simulator.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace ts::sim {

class Warp;
struct Instruction;
using Handler = void (*)(Warp &, const Instruction &);

enum class TypeKind : uint8_t {
  Bits,
  Unsigned,
  Signed,
  Float, ///< f32 and f64
  Pred,
  Half,    ///< f16
  BFloat,  ///< bf16
  Half2,   ///< f16x2
  BFloat2, ///< bf16x2
};
struct Type {
  TypeKind kind = TypeKind::Bits;
  uint8_t bits = 0;
  bool operator==(const Type &other) const {
    return kind == other.kind && bits == other.bits;
  }
  bool isFloat() const { return kind == TypeKind::Float; }
  bool isSigned() const { return kind == TypeKind::Signed; }
  bool isPred() const { return kind == TypeKind::Pred; }
  bool isHalf() const { return kind >= TypeKind::Half; }
  unsigned bytes() const { return bits / 8; }
};

enum class Space : uint8_t { Generic, Global, Shared, Local, Param };

/// Addresses of shared, local and parameter memory are (region << regionBits) +
/// offset: variables lie far apart, so that leaving one never reaches another.
/// Region 0 does not exist.
constexpr unsigned regionBits = 20;
/// A generic address is one of a space plus its window.
constexpr unsigned windowBits = 48;
/// The size given for a constant predicate, which is one mask.
constexpr unsigned maskBytes = 1;
constexpr uint64_t sharedWindow = uint64_t(1) << windowBits;
constexpr uint64_t localWindow = uint64_t(2) << windowBits;
constexpr uint64_t paramWindow = uint64_t(3) << windowBits;

/// One register: where its 32 lanes lie in the file, and the index of its mask
/// of written lanes. Predicates are one 32-bit mask.
struct Slot {
  uint32_t offset = 0, index = 0;
};

/// What an instruction may be part of: the change of a bit field within a word.
enum class BitField : uint8_t { None, Cut, Fill };

struct Instruction {
  Handler handler = nullptr;
  /// Results first, then sources; the address of a memory access is the first
  /// source.
  std::array<Slot, 16> operands;
  Slot guard;
  int64_t immediate = 0; ///< added to the address, or what the handler says
  uint32_t target = 0;   ///< of a branch
  uint32_t line = 0;
  uint8_t results = 0, count = 0;
  uint8_t bytes = 0; ///< of the whole memory access of one lane
  Space space = Space::Generic;
  uint8_t flags = 0; ///< what the handler says
  bool guarded = false, guardNegated = false;
  InstructionClass kind = InstructionClass::Misc;
  bool isFma = false;
  /// The operands that are only copied, `copies` of them from `copied` on. If
  /// none of them has a value, the results have none either, which is no defect
  /// until one of those is used.
  uint8_t copied = 0, copies = 0;
  BitField field = BitField::None;
  /// The handler sets the position and the written lanes itself.
  bool control = false;
  /// Of conversions: one lane's value.
  uint64_t (*scalar)(uint64_t, const Instruction &) = nullptr;
  bool onlyCopies(unsigned operand) const {
    return operand - copied < unsigned(copies);
  }
};

struct Region {
  uint32_t base = 0, size = 0;
  std::string name;
};

enum class Special : uint8_t {
  Tid,
  Ntid,
  Ctaid,
  Nctaid,
  LaneId,
  WarpId,
  NWarpId,
  MaskEq,
  MaskLe,
  MaskLt,
  MaskGe,
  MaskGt,
  DynamicShared,
  TotalShared,
  SmId,
  NSmId,
  GridId,
  Clock,     ///< what the warp has executed
  ClockUpper ///< its upper 32 bits
};

struct Register {
  std::string name;
  Type type;
  Slot slot;
  std::optional<Special> clock = {}; ///< has no value in the file
};

/// A slot with the same value in all lanes; `symbol` is an index into the
/// module's globals whose address is added, or -1.
struct Constant {
  Slot slot;
  unsigned bytes = 0;
  uint64_t bits = 0;
  int symbol = -1;
};

struct SpecialUse {
  Special special;
  unsigned axis = 0;
  Slot slot;
};

struct Parameter {
  std::string name;
  unsigned size = 0;
};

/// An initial value that is the address of a global: `symbol`, an index into
/// the module's globals, is added to the 8 bytes at `offset`.
struct InitialAddress {
  std::string name;
  size_t offset = 0;
  int symbol = -1;
  Location location;
};

/// A variable of the module: `.global`, `.const` or `.shared`.
struct Variable {
  std::string name;
  bool shared = false, local = false, dynamic = false, constant = false;
  uint64_t size = 0, align = 1;
  std::vector<uint8_t> initial;
  std::vector<InitialAddress> addresses;
  bool initialised = false;
  bool parameter = false; ///< of a call, or of a function
};

/// A parameter or a result of a function: memory of each lane, or a register.
struct Formal {
  Variable variable;
  Type type;
  bool inRegister = false;
  uint32_t base = 0; ///< in a lane's local memory
  Slot slot;
};

/// A variable of a function that may be called while it runs: a region for each
/// depth, and the register that has the address of the current one.
struct FrameVariable {
  std::string name;
  Slot slot;
  uint32_t region = 0; ///< the first of `recursionLimit`
};

/// Calls of a function within itself.
constexpr unsigned recursionLimit = 128;
/// Of a thread with such calls; no GPU has more.
constexpr uint32_t mostLocalBytes = 512 * 1024;

/// Addresses of functions, which nothing else has.
constexpr uint64_t functionWindow = uint64_t(4) << windowBits;
constexpr uint64_t functionBytes = 16;

/// A function, decoded for one kernel. Its registers and its memory have fixed
/// places (CallFrames.cpp).
struct Function {
  std::string name;
  uint32_t entry = 0;
  std::vector<Formal> results, parameters;
  Slot returnTo; ///< the position behind the call, of each lane
  uint32_t firstRegister = 0, lastRegister = 0; ///< without those it calls for
  bool declared = false, complete = false;
  bool recursive = false;     ///< may be called while it runs
  uint32_t number = 0;        ///< in the kernel
  uint64_t address = 0;       ///< of a function whose address is taken
  std::vector<Region> memory; ///< of parameters, in a lane's local memory
  std::vector<FrameVariable> variables; ///< if it is recursive
};

/// Where a value of a call comes from or goes to.
struct Place {
  bool local = false;
  uint32_t offset = 0; ///< in a lane's local memory, or in the register file
  uint32_t index = 0;  ///< of a register
};
struct Transfer {
  Place from, to;
  uint32_t bytes = 0;
};
struct Call {
  const Function *function = nullptr;
  std::vector<Transfer> parameters, results;
};

/// A call from one place: of one function, or of one of several by its address.
struct CallSite {
  std::vector<Call> calls;
  Slot address; ///< of an indirect call
  const Call *find(const Function &function) const;
};

/// Registers of a wmma instruction, which may be more than its operands.
struct Fragments {
  const void *form = nullptr;
  std::vector<Slot> d, a, b, c;
};

struct Kernel {
  std::string name;
  std::vector<Parameter> parameters;
  std::vector<Region> parameterRegions; ///< bases in the parameters' bytes
  unsigned parameterBytes = 0;
  std::vector<Instruction> code;
  std::vector<Register> registers; ///< by written index; 0 is every constant
  std::vector<Constant> constants;
  std::vector<SpecialUse> specials;
  std::vector<Region> shared, local;      ///< region 0 is empty
  llvm::StringMap<uint64_t> placedShared; ///< the module's variables it uses
  int dynamicRegion = -1;
  uint32_t reservedRegion = 0; ///< the system's part of shared memory, or 0
  uint32_t reservedBytes() const { return shared[reservedRegion].size; }
  uint32_t sharedBytes = 0, localBytes = 0, fileBytes = 0;
  std::array<uint32_t, 3> required{0, 0, 0}; ///< .reqntid
  uint32_t maxThreads = 0;                   ///< .maxntid, 0 = not given
  uint32_t entry = 0; ///< functions that it calls lie before it
  std::vector<std::unique_ptr<Function>> functions;
  std::vector<std::unique_ptr<CallSite>> calls;
  std::vector<std::unique_ptr<std::vector<uint32_t>>> branchTables;
  std::vector<std::unique_ptr<Fragments>> fragments;
  std::optional<Slot> conditionCode; ///< of carries
  bool touchesPartsOfWords = false;  ///< a global access of 1 or 2 bytes
  /// What it does may depend on which block comes first: atomic operations on
  /// global memory, or stores to it that others may wait for.
  bool communicates = false;

  /// Register 0 and regions 0, which no instruction names.
  void makeEmpty();
  /// A new slot in the file for lanes of this type.
  Slot allocate(Type type, uint32_t index);
};

struct Module::Impl {
  std::string text;
  std::vector<llvm::StringRef> lines;
  std::vector<std::unique_ptr<Kernel>> kernels;
  std::vector<Variable> globals;
  unsigned target = 0; ///< 89 of `sm_89`
  /// Where the globals lie in each memory that kernels were launched on, by
  /// the memory's number.
  mutable std::map<uint64_t, std::vector<uint64_t>> placed;
  mutable std::mutex mutex;

  const Kernel *find(llvm::StringRef name) const;
  llvm::StringRef line(unsigned number) const;
};

} // namespace ts::sim

#endif // TS_LIB_SIMULATOR_PROGRAM_H
