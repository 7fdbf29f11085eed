//===- Target.cpp - Look-ups in the tables of hardware --------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ts/Target/Target.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"

using namespace ts;

namespace {

struct PtxOfIsa {
  unsigned isa;
  llvm::StringLiteral feature;
};

} // namespace

// First PTX version that knows each target: PTX ISA, "Release Notes", which
// LLVM's table of NVPTX processors repeats.
static constexpr PtxOfIsa ptxVersions[] = {
    {80, "+ptx70"}, {86, "+ptx71"}, {87, "+ptx74"},
    {89, "+ptx78"}, {90, "+ptx78"},
};

const Chip *ts::lookupChip(llvm::StringRef name) {
  for (const Chip &chip : knownChips())
    if (chip.name == name)
      return &chip;
  return nullptr;
}

const Chip *ts::lookupDevice(llvm::StringRef deviceName) {
  for (const Chip &chip : knownChips())
    if (deviceName.starts_with(chip.deviceName))
      return &chip;
  return nullptr;
}

std::string ts::knownChipNames() {
  return llvm::join(
      llvm::map_range(knownChips(),
                      [](const Chip &chip) { return chip.name.str(); }),
      ", ");
}

std::string ts::knownIsaNames() {
  return llvm::join(llvm::map_range(ptxVersions,
                                    [](const PtxOfIsa &entry) {
                                      return llvm::utostr(entry.isa);
                                    }),
                    ", ");
}

llvm::StringRef ts::minimumPtxVersion(unsigned isa) {
  for (const PtxOfIsa &entry : ptxVersions)
    if (entry.isa == isa)
      return entry.feature;
  return "";
}

std::string Isa::getName() const {
  return (llvm::Twine("sm_") + llvm::Twine(capability)).str();
}

bool Isa::isKnown() const { return !minimumPtxVersion(capability).empty(); }
