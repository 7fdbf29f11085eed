//===- Decode.h - From parsed to decoded instructions -----------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// One table maps each opcode to the function that decodes it. A decoder takes
// the modifiers it knows; whatever is left is an error by name.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_SIMULATOR_DECODE_H
#define TS_LIB_SIMULATOR_DECODE_H

#include "Parser.h"

#include "llvm/ADT/STLExtras.h"

#include <optional>

namespace ts::sim {

/// Names of a kernel: labels, variables and special registers.
class Symbols {
public:
  Symbols(ModuleScope &module, Kernel &kernel, Function *function)
      : function(function), module(module), kernel(kernel) {}
  bool declare(Variable variable);
  bool label(llvm::StringRef name, uint32_t position) {
    return labels.try_emplace(name, position).second;
  }
  std::optional<uint32_t> position(llvm::StringRef name) const;
  /// The register of a special register, or -1.
  int special(llvm::StringRef name);
  /// The address of a variable or a parameter in its own space.
  std::optional<Constant> address(llvm::StringRef name);
  /// Where the parameter of a call or of a function lies in a lane's local
  /// memory; none if the name is no such parameter.
  std::optional<uint32_t> localOffset(llvm::StringRef name);
  uint32_t localSize(llvm::StringRef name) const;
  /// The function's instance for this kernel, if it is decoded.
  const Function *callee(llvm::StringRef name) const;

  /// The register with the address of a variable that has a place for each
  /// depth of calls.
  std::optional<Slot> frameVariable(llvm::StringRef name);
  /// A list of labels, and their positions.
  bool branchTable(llvm::StringRef name, std::vector<llvm::StringRef> labels) {
    return branchTables.try_emplace(name, std::move(labels)).second;
  }
  const std::vector<llvm::StringRef> *findTable(llvm::StringRef name) const {
    auto found = branchTables.find(name);
    return found == branchTables.end() ? nullptr : &found->second;
  }

  Function *const function; ///< whose body this is; null in a kernel's
  uint32_t start = 0;       ///< position of the body's first instruction

private:
  /// The register of where the system's part of shared memory lies, or -1.
  int reserved(llvm::StringRef name);
  /// Where the variable lies; `placed` knows those that have a place.
  uint64_t place(const Variable &variable, llvm::StringMap<uint64_t> &placed);

  ModuleScope &module;
  Kernel &kernel;
  llvm::StringMap<uint32_t> labels;
  llvm::StringMap<std::vector<llvm::StringRef>> branchTables;
  llvm::StringMap<Variable> variables;
  llvm::StringMap<uint64_t> placed;
  llvm::StringMap<int> specials;
};

/// Decodes the parsed instruction into the last one of `kernel.code`.
InstructionClass classOf(const ParsedInstruction &parsed);
llvm::Error checkOpcode(const ParsedInstruction &parsed);
llvm::Error decode(const ParsedInstruction &parsed, Symbols &symbols,
                   Kernel &kernel);

/// One instruction being decoded. The first complaint is kept, and later calls
/// return dummies, so that a decoder reads as a list of what it expects.
class Decoder {
public:
  Decoder(const ParsedInstruction &parsed, Symbols &symbols, Kernel &kernel);

  Instruction &out;
  llvm::StringRef opcode() const { return parsed.opcode; }
  Location where() const { return parsed.location; }

  /// True if the modifier is there and was not taken.
  bool has(llvm::StringRef modifier) const {
    return llvm::is_contained(modifiers, modifier);
  }
  /// Takes the modifier if it is there.
  bool take(llvm::StringRef modifier);
  /// Takes a modifier that must be there.
  void require(llvm::StringRef modifier);
  /// Takes the first modifier that is left; empty, and an error, if none is.
  llvm::StringRef takeNext();
  /// Takes the first of these that is there; its index, or -1.
  int takeOneOf(llvm::ArrayRef<llvm::StringRef> names);
  /// Takes the next type of these kinds ("bus" = bits, unsigned, signed; "f" =
  /// f32 and f64; "p"; "hgHG" = f16, bf16, f16x2, bf16x2); an error if there is
  /// none.
  Type takeType(llvm::StringRef kinds);
  std::optional<Type> acceptType(llvm::StringRef kinds);
  /// Takes every modifier that only hints at caching.
  void takeCacheHints();

  unsigned operandCount() const { return parsed.operands.size(); }
  const ParsedOperand *operand(unsigned n);
  void expectOperands(unsigned least, unsigned most);
  void expectOperands(unsigned n) { expectOperands(n, n); }

  /// Adds operand `n` as a result or a source. `wider`: a register may have
  /// more bits than the type. Results come before sources.
  void result(unsigned n, Type type, bool wider = false);
  void source(unsigned n, Type type, bool wider = false);
  void result(const ParsedOperand &operand, Type type, bool wider = false);
  void source(const ParsedOperand &operand, Type type, bool wider = false);
  /// Says that `count` operands from `first` on are only copied.
  void copies(unsigned first, unsigned count) {
    out.copied = uint8_t(first);
    out.copies = uint8_t(count);
  }
  /// Adds the condition code of carries.
  void conditionCode(bool result);
  /// The slots of the `count` registers in operand `n`, of results or sources;
  /// for instructions that have more than fit into `out.operands`.
  std::vector<Slot> slots(unsigned n, unsigned count, Type type, bool result);
  Fragments &newFragments();
  /// Adds the address in operand `n`; its offset becomes `out.immediate`.
  void address(unsigned n);
  /// Says how many bytes a lane accesses; the address's space is known.
  void accesses(unsigned bytes);
  /// Says that other blocks may wait for what this does to global memory.
  void communicates();
  /// True if operand `n` is a parameter of a call, or of the function this is
  /// in: memory of each lane, and no kernel's parameter.
  bool isLocalParameter(unsigned n);
  /// The function this is in, or null.
  const Function *function() const { return symbols.function; }
  const Function *callee(llvm::StringRef name) const {
    return symbols.callee(name);
  }
  /// The functions that a call may be one of.
  llvm::ArrayRef<std::string> callees() const { return parsed.callees; }
  unsigned callResults() const { return parsed.callResults; }
  /// Where a call's operand of this size lies; a register is added as a source
  /// or a result.
  Place placeOf(const ParsedOperand &operand, unsigned bytes, bool result);
  CallSite &newCall();
  /// Positions of the labels in the list that the operand names.
  const std::vector<uint32_t> *branchTable(const ParsedOperand &list);
  /// The clock that the operand is, if it is one.
  std::optional<Special> clockOf(const ParsedOperand &operand) const;
  /// The value of operand `n`, an integer in the text.
  uint64_t integer(unsigned n);
  /// A slot of a constant.
  Slot constant(Type type, uint64_t bits);
  /// The bits of a slot's type, as declared for a register.
  unsigned bitsOf(const ParsedOperand &operand) const;
  std::optional<uint32_t> labelOf(const ParsedOperand &operand) const;

  void fail(Location location, const llvm::Twine &message);
  void failHere(const llvm::Twine &message) { fail(parsed.location, message); }
  bool failed() const { return bool(complaint); }
  llvm::Error finish();

private:
  void add(Slot slot);
  Slot registerSlot(const ParsedOperand &operand, Type type, bool wider);
  Slot number(const ParsedOperand &operand, Type type);
  Slot sink(Type type);

  const ParsedInstruction &parsed;
  Symbols &symbols;
  Kernel &kernel;
  llvm::SmallVector<llvm::StringRef, 6> modifiers;
  std::optional<std::string> complaint;
  Location complaintLocation;
};

using DecodeFunction = void (*)(Decoder &);
struct Opcode {
  const char *name;
  DecodeFunction decode;
};

// The decoders of each group.
void decodeArithmetic(Decoder &d); ///< add sub mul mad fma div rem min max ...
/// Of f16 and bf16, alone or in pairs; false if the type is none of these.
bool decodeOnHalves(Decoder &d);
void decodeCarry(Decoder &d); ///< .cc, addc subc madc
void decodeMove(Decoder &d);
void decodeBits(Decoder &d); ///< and or xor not cnot shl shr popc clz ...
void decodeLop3(Decoder &d);
void decodeCompare(Decoder &d); ///< setp set
void decodeSelect(Decoder &d);
void decodeConvert(Decoder &d);
void decodeConvertAddress(Decoder &d);
void decodeLoad(Decoder &d);
void decodeStore(Decoder &d);
void decodeAtomic(Decoder &d);
void decodeAsyncCopy(Decoder &d);
void decodeLoadMatrix(Decoder &d);
void decodeMoveMatrix(Decoder &d);
void decodeMma(Decoder &d);
void decodeWmma(Decoder &d);
void decodeFunction(Decoder &d); ///< ex2 lg2 sin cos tanh rsqrt
/// rcp, sqrt and div with `.approx` or `.full`; false without these.
bool decodeApproximate(Decoder &d);
void decodeTestProperty(Decoder &d);
void decodeDot(Decoder &d);
void decodeSad(Decoder &d);
void decodeSelectBySign(Decoder &d);
void decodeIsInSpace(Decoder &d);
void decodeSleep(Decoder &d);
void decodeCreatePolicy(Decoder &d);
void decodeRedux(Decoder &d);
void decodeMatch(Decoder &d);
void decodeMultiply24(Decoder &d);
void decodeExtend(Decoder &d);
void decodeMakeMask(Decoder &d);
void decodeFindNthSet(Decoder &d);
void decodePacked(Decoder &d);
void decodeFence(Decoder &d);
void decodePrefetch(Decoder &d);
void decodeBranch(Decoder &d);
void decodeCall(Decoder &d);
void decodePrint(Decoder &d);
void decodeReturn(Decoder &d);
void decodeExit(Decoder &d);
void decodeTrap(Decoder &d);
void decodeBranchIndexed(Decoder &d);
void decodeBarrier(Decoder &d);
void decodeShuffle(Decoder &d);
void decodeVote(Decoder &d);
void decodeActiveMask(Decoder &d);

} // namespace ts::sim

#endif // TS_LIB_SIMULATOR_DECODE_H
