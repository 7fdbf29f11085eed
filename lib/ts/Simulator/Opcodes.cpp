//===- Opcodes.cpp - The table of instructions ----------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Which function decodes which opcode, and which opcodes are refused by name.
//
//===----------------------------------------------------------------------===//

#include "Decode.h"

using namespace llvm;

namespace ts::sim {

static const Opcode opcodes[] = {
    {"abs", decodeArithmetic},
    {"activemask", decodeActiveMask},
    {"add", decodeArithmetic},
    {"addc", decodeCarry},
    {"and", decodeBits},
    {"atom", decodeAtomic},
    {"bar", decodeBarrier},
    {"barrier", decodeBarrier},
    {"bfe", decodeBits},
    {"bfi", decodeBits},
    {"bfind", decodeBits},
    {"bmsk", decodeMakeMask},
    {"bra", decodeBranch},
    {"brev", decodeBits},
    {"brkpt", decodeTrap},
    {"brx", decodeBranchIndexed},
    {"call", decodeCall},
    {"clz", decodeBits},
    {"cnot", decodeBits},
    {"copysign", decodeArithmetic},
    {"cos", decodeFunction},
    {"cp", decodeAsyncCopy},
    {"createpolicy", decodeCreatePolicy},
    {"cvt", decodeConvert},
    {"cvta", decodeConvertAddress},
    {"div", decodeArithmetic},
    {"dp2a", decodeDot},
    {"dp4a", decodeDot},
    {"ex2", decodeFunction},
    {"exit", decodeExit},
    {"fence", decodeFence},
    {"fma", decodeArithmetic},
    {"fns", decodeFindNthSet},
    {"isspacep", decodeIsInSpace},
    {"ld", decodeLoad},
    {"ldmatrix", decodeLoadMatrix},
    {"ldu", decodeLoad},
    {"lg2", decodeFunction},
    {"lop3", decodeLop3},
    {"mad", decodeArithmetic},
    {"mad24", decodeMultiply24},
    {"madc", decodeCarry},
    {"match", decodeMatch},
    {"max", decodeArithmetic},
    {"membar", decodeFence},
    {"min", decodeArithmetic},
    {"mma", decodeMma},
    {"mov", decodeMove},
    {"movmatrix", decodeMoveMatrix},
    {"mul", decodeArithmetic},
    {"mul24", decodeMultiply24},
    {"nanosleep", decodeSleep},
    {"neg", decodeArithmetic},
    {"not", decodeBits},
    {"or", decodeBits},
    {"popc", decodeBits},
    {"prefetch", decodePrefetch},
    {"prefetchu", decodePrefetch},
    {"prmt", decodeBits},
    {"rcp", decodeArithmetic},
    {"red", decodeAtomic},
    {"redux", decodeRedux},
    {"rem", decodeArithmetic},
    {"ret", decodeReturn},
    {"rsqrt", decodeFunction},
    {"sad", decodeSad},
    {"selp", decodeSelect},
    {"set", decodeCompare},
    {"setp", decodeCompare},
    {"shf", decodeBits},
    {"shfl", decodeShuffle},
    {"shl", decodeBits},
    {"shr", decodeBits},
    {"sin", decodeFunction},
    {"slct", decodeSelectBySign},
    {"sqrt", decodeArithmetic},
    {"st", decodeStore},
    {"sub", decodeArithmetic},
    {"subc", decodeCarry},
    {"szext", decodeExtend},
    {"tanh", decodeFunction},
    {"testp", decodeTestProperty},
    {"trap", decodeTrap},
    {"vabsdiff2", decodePacked},
    {"vabsdiff4", decodePacked},
    {"vadd2", decodePacked},
    {"vadd4", decodePacked},
    {"vmax2", decodePacked},
    {"vmax4", decodePacked},
    {"vmin2", decodePacked},
    {"vmin4", decodePacked},
    {"vote", decodeVote},
    {"vsub2", decodePacked},
    {"vsub4", decodePacked},
    {"wmma", decodeWmma},
    {"xor", decodeBits},
};

/// Known, no newer than what is simulated, and missing all the same.
static bool isMissing(const ParsedInstruction &parsed) {
  static const StringRef missing[] = {
      "mbarrier", "alloca",        "stacksave", "stackrestore", "discard",
      "pmevent",  "applypriority", "istypep",   "tex",          "tld4",
      "txq",      "suld",          "sust",      "sured",        "suq",
      "vadd",     "vsub",          "vabsdiff",  "vmin",         "vmax",
      "vshl",     "vshr",          "vmad",      "vset",         "vset2",
      "vset4",    "vavrg2",        "vavrg4"};
  auto has = [&](StringRef modifier) {
    return is_contained(parsed.modifiers, modifier);
  };
  return is_contained(missing, parsed.opcode) ||
         (parsed.opcode == "cp" && has("mbarrier")) ||
         (parsed.opcode == "fence" && has("proxy"));
}

/// Known, but beyond what is simulated: clusters, bulk copies, warp groups.
static bool isOfLaterTarget(const ParsedInstruction &parsed) {
  static const StringRef later[] = {
      "mapa",       "wgmma",    "stmatrix",
      "setmaxnreg", "elect",    "griddepcontrol",
      "multimem",   "tcgen05",  "clusterlaunchcontrol",
      "getctarank", "tensormap"};
  if (is_contained(later, parsed.opcode))
    return true;
  // `cp.async.bulk`, `cp.reduce.async`, `st.async`, `barrier.cluster`, ...
  auto has = [&](StringRef modifier) {
    return is_contained(parsed.modifiers, modifier);
  };
  return (parsed.opcode == "cp" && (has("bulk") || has("reduce"))) ||
         ((parsed.opcode == "st" || parsed.opcode == "red") && has("async")) ||
         (parsed.opcode == "barrier" && has("cluster")) ||
         (parsed.opcode == "fence" &&
          (has("mbarrier_init") || (has("proxy") && has("async"))));
}

static const Opcode *find(StringRef name) {
  return find_if(opcodes,
                 [&](const Opcode &entry) { return name == entry.name; });
}

Error checkOpcode(const ParsedInstruction &parsed) {
  bool known = find(parsed.opcode) != std::end(opcodes);
  bool later = isOfLaterTarget(parsed);
  if (later || isMissing(parsed)) {
    // Of `cp` it is `cp.async.bulk` that is meant.
    std::string name = parsed.opcode.str();
    for (StringRef modifier : parsed.modifiers)
      if (known)
        name += "." + modifier.str();
    return errorAt(parsed.location,
                   "'" + name +
                       (later ? "' needs sm_90 or newer, and the simulator "
                                "executes instructions up to sm_89"
                              : "' is not simulated"));
  }
  if (!known)
    return errorAt(parsed.location,
                   "unknown instruction '" + parsed.opcode + "'");
  return Error::success();
}

Error decode(const ParsedInstruction &parsed, Symbols &symbols,
             Kernel &kernel) {
  const Opcode *found = find(parsed.opcode);
  Decoder decoder(parsed, symbols, kernel);
  decoder.out.kind = classOf(parsed);
  found->decode(decoder);
  return decoder.finish();
}

} // namespace ts::sim
