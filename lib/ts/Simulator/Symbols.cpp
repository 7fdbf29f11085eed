//===- Symbols.cpp - Names a kernel's instructions refer to ---------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Variables get their place in shared or local memory when they are first
// used, so that a kernel owns only what it refers to.
//
//===----------------------------------------------------------------------===//

#include "Decode.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace ts::sim {

void Kernel::makeEmpty() {
  registers.push_back({"", {TypeKind::Bits, 64}, {}});
  shared.emplace_back();
  local.emplace_back();
}

Slot Kernel::allocate(Type type, uint32_t index) {
  unsigned lane = type.isPred() ? 0 : type.bytes();
  // Predicates are one mask; they share cache lines.
  unsigned align = lane ? 64 : 4;
  fileBytes = uint32_t(alignTo(fileBytes, align));
  Slot slot{fileBytes, index};
  fileBytes += lane ? lane * 32 : 4;
  return slot;
}

bool Symbols::declare(Variable variable) {
  std::string name = variable.name;
  return variables.try_emplace(name, std::move(variable)).second;
}

std::optional<uint32_t> Symbols::position(StringRef name) const {
  auto found = labels.find(name);
  if (found == labels.end())
    return std::nullopt;
  return start + found->second;
}

std::optional<uint32_t> Symbols::localOffset(StringRef name) {
  auto found = variables.find(name);
  if (found == variables.end() || !found->second.parameter)
    return std::nullopt;
  return kernel.local[place(found->second, placed) >> regionBits].base;
}

uint32_t Symbols::localSize(StringRef name) const {
  return uint32_t(variables.find(name)->second.size);
}

const Function *Symbols::callee(StringRef name) const {
  for (const auto &known : kernel.functions)
    if (known->name == name && known->declared)
      return known.get();
  return nullptr;
}

int Symbols::special(StringRef name) {
  using S = Special;
  if (auto found = specials.find(name); found != specials.end())
    return found->second;
  unsigned axis = 0;
  StringRef base = name;
  if (name.size() > 2 && name[name.size() - 2] == '.') {
    axis = unsigned(name.back() - 'x');
    base = name.drop_back(2);
  }
  int kind = StringSwitch<int>(base)
                 .Case("%tid", int(S::Tid))
                 .Case("%ntid", int(S::Ntid))
                 .Case("%ctaid", int(S::Ctaid))
                 .Case("%nctaid", int(S::Nctaid))
                 .Default(-1);
  if (kind >= 0 ? base == name || axis > 2 : base != name)
    return -1;
  if (kind < 0)
    kind = StringSwitch<int>(name)
               .Case("%laneid", int(S::LaneId))
               .Case("%warpid", int(S::WarpId))
               .Case("%nwarpid", int(S::NWarpId))
               .Case("%lanemask_eq", int(S::MaskEq))
               .Case("%lanemask_le", int(S::MaskLe))
               .Case("%lanemask_lt", int(S::MaskLt))
               .Case("%lanemask_ge", int(S::MaskGe))
               .Case("%lanemask_gt", int(S::MaskGt))
               .Case("%dynamic_smem_size", int(S::DynamicShared))
               .Case("%total_smem_size", int(S::TotalShared))
               .Case("%smid", int(S::SmId))
               .Case("%nsmid", int(S::NSmId))
               .Case("%gridid", int(S::GridId))
               .Cases({"%clock", "%clock64", "%globaltimer", "%globaltimer_lo"},
                      int(S::Clock))
               .Cases({"%clock_hi", "%globaltimer_hi"}, int(S::ClockUpper))
               .Default(-1);
  if (kind < 0)
    return reserved(name);
  bool wide = name == "%gridid" || name == "%clock64" || name == "%globaltimer";
  Type type{TypeKind::Unsigned, uint8_t(wide ? 64 : 32)};
  Slot slot = kernel.allocate(type, 0);
  int index = int(kernel.registers.size());
  kernel.registers.push_back({name.str(), type, slot});
  if (S(kind) == S::Clock || S(kind) == S::ClockUpper)
    kernel.registers.back().clock = S(kind);
  else
    kernel.specials.push_back({S(kind), axis, slot});
  specials[name] = index;
  return index;
}

/// Cooperative groups keep what warps tell each other in the half from
/// %reserved_smem_offset_1 on; there is no layout to follow otherwise.
int Symbols::reserved(StringRef name) {
  constexpr uint32_t size = 1024;
  int offset = StringSwitch<int>(name)
                   .Case("%reserved_smem_offset_begin", 0)
                   .Case("%reserved_smem_offset_0", 0)
                   .Case("%reserved_smem_offset_1", size / 2)
                   .Case("%reserved_smem_offset_end", size)
                   .Case("%reserved_smem_offset_cap", size)
                   .Default(-1);
  if (offset < 0)
    return -1;
  Variable variable;
  variable.name = "%reserved_smem";
  variable.shared = true;
  variable.size = size;
  uint64_t begin = place(variable, kernel.placedShared);
  kernel.reservedRegion = uint32_t(begin >> regionBits);
  Type type{TypeKind::Unsigned, 32};
  Slot slot = kernel.allocate(type, 0);
  kernel.constants.push_back({slot, 4, begin + unsigned(offset), -1});
  int index = int(kernel.registers.size());
  kernel.registers.push_back({name.str(), type, slot});
  return index;
}

uint64_t Symbols::place(const Variable &variable,
                        llvm::StringMap<uint64_t> &placed) {
  if (auto found = placed.find(variable.name); found != placed.end())
    return found->second;
  std::vector<Region> &regions = variable.local ? kernel.local : kernel.shared;
  uint32_t &bytes = variable.local ? kernel.localBytes : kernel.sharedBytes;
  uint64_t number = regions.size();
  if (variable.dynamic) {
    // All dynamic arrays are the same bytes; their place is known at launch.
    if (kernel.dynamicRegion < 0) {
      kernel.dynamicRegion = int(number);
      regions.push_back({0, 0, variable.name});
    }
    number = uint64_t(kernel.dynamicRegion);
  } else {
    bytes = uint32_t(alignTo(bytes, std::max<uint64_t>(variable.align, 16)));
    regions.push_back({bytes, uint32_t(variable.size), variable.name});
    bytes += uint32_t(variable.size);
    if (function && variable.parameter)
      function->memory.push_back(regions.back());
  }
  return placed[variable.name] = number << regionBits;
}

std::optional<Slot> Symbols::frameVariable(StringRef name) {
  auto found = variables.find(name);
  if (!function || !function->recursive || found == variables.end() ||
      !found->second.local || found->second.parameter)
    return std::nullopt;
  for (const FrameVariable &known : function->variables)
    if (known.name == name)
      return known.slot;
  const Variable &variable = found->second;
  auto first = uint32_t(kernel.local.size());
  for (unsigned depth = 0; depth < recursionLimit; ++depth) {
    uint64_t align = std::max<uint64_t>(variable.align, 16);
    kernel.localBytes = uint32_t(alignTo(kernel.localBytes, align));
    kernel.local.push_back(
        {kernel.localBytes, uint32_t(variable.size), variable.name});
    kernel.localBytes += uint32_t(variable.size);
  }
  Type type{TypeKind::Bits, 64};
  Slot slot = kernel.allocate(type, uint32_t(kernel.registers.size()));
  kernel.registers.push_back({variable.name, type, slot});
  function->variables.push_back({variable.name, slot, first});
  return slot;
}

std::optional<Constant> Symbols::address(StringRef name) {
  Constant constant;
  if (auto found = variables.find(name); found != variables.end()) {
    constant.bits = place(found->second, placed);
    return constant;
  }
  // A function knows its own parameters only.
  for (auto [index, parameter] : llvm::enumerate(kernel.parameters))
    if (!function && parameter.name == name) {
      constant.bits = uint64_t(index + 1) << regionBits;
      return constant;
    }
  if (auto found = module.shared.find(name); found != module.shared.end()) {
    // The kernel and its functions mean the same one.
    constant.bits = place(found->second, kernel.placedShared);
    return constant;
  }
  if (auto found = module.globals.find(name); found != module.globals.end()) {
    constant.symbol = found->second;
    return constant;
  }
  if (auto found = module.functions.find(name);
      found != module.functions.end()) {
    constant.bits = found->second.address;
    return constant;
  }
  return std::nullopt;
}

} // namespace ts::sim
