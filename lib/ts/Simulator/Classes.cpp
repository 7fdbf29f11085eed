//===- Classes.cpp - Kinds of instructions --------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The classes of Nsight Compute's counters of executed instructions, and one
// for tensor cores.
//
//===----------------------------------------------------------------------===//

#include "Decode.h"

#include "llvm/ADT/StringSwitch.h"

using namespace llvm;

namespace ts::sim {

StringRef nameOf(InstructionClass kind) {
  static const StringRef names[] = {
      "integer", "fp16",    "fp32",         "fp64",   "conversion",
      "memory",  "control", "inter_thread", "tensor", "misc"};
  return names[size_t(kind)];
}

/// Of arithmetic: the format of what it works on, which is the last type.
static InstructionClass classOfType(ArrayRef<StringRef> modifiers) {
  using C = InstructionClass;
  for (StringRef modifier : reverse(modifiers)) {
    C kind = StringSwitch<C>(modifier)
                 .Case("f64", C::Fp64)
                 .Case("f32", C::Fp32)
                 .Cases({"f16", "f16x2", "bf16", "bf16x2"}, C::Fp16)
                 .Default(C::Integer);
    if (kind != C::Integer)
      return kind;
  }
  return C::Integer;
}

InstructionClass classOf(const ParsedInstruction &parsed) {
  using C = InstructionClass;
  StringRef op = parsed.opcode;
  if (op == "wmma")
    return is_contained(parsed.modifiers, "mma") ? C::Tensor : C::Memory;
  return StringSwitch<C>(op)
      .Case("mma", C::Tensor)
      .Cases({"ld", "ldu", "st", "atom", "red", "cp", "ldmatrix", "prefetch",
              "prefetchu", "createpolicy"},
             C::Memory)
      .Cases(
          {"bra", "brx", "call", "ret", "exit", "trap", "brkpt", "nanosleep"},
          C::Control)
      .Cases({"bar", "barrier", "membar", "fence", "shfl", "vote", "match",
              "redux", "activemask", "movmatrix"},
             C::InterThread)
      .Cases({"cvt", "cvta"}, C::Conversion)
      .Cases({"mov", "selp", "isspacep"}, C::Misc)
      .Default(classOfType(parsed.modifiers));
}

} // namespace ts::sim
