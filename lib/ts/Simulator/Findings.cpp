//===- Findings.cpp - Where memory lies, and what is wrong with it --------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The checks of every access, and the sentences of what they find.
//
//===----------------------------------------------------------------------===//

#include "Warp.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;

namespace ts::sim {

static std::string describe(const std::array<uint32_t, 3> &value) {
  return formatv("({0},{1},{2})", value[0], value[1], value[2]).str();
}

StringRef checkOf(Finding::Kind kind) {
  using Kind = Finding::Kind;
  switch (kind) {
  case Kind::OutOfBounds:
  case Kind::Misaligned:
  case Kind::Trap:
    return "memcheck";
  case Kind::Uninitialized:
    return "initcheck";
  case Kind::Race:
    return "racecheck";
  case Kind::Divergence:
  case Kind::Deadlock:
    return "synccheck";
  }
  return "";
}

std::string toString(const Finding &finding) {
  std::string text = formatv("kernel '{0}', line {1} ({2}), block {3}, thread "
                             "{4}: {5}",
                             finding.kernel, finding.line, finding.text,
                             describe(finding.block), describe(finding.thread),
                             finding.message)
                         .str();
  // A register has no address, and no address of a variable is 0.
  if (finding.address || finding.kind == Finding::Kind::OutOfBounds ||
      finding.kind == Finding::Kind::Misaligned)
    text += " at 0x" + utohexstr(finding.address, /*LowerCase=*/true);
  if (finding.other)
    text +=
        formatv("; the access before: line {0} ({1}), block {2}, thread "
                "{3}",
                finding.other->line, finding.other->text,
                describe(finding.other->block), describe(finding.other->thread))
            .str();
  if (finding.repeats)
    text += formatv(" (and {0} more)", finding.repeats).str();
  return text;
}

void Warp::report(Finding::Kind kind, unsigned lane, uint64_t address,
                  const Twine &message) {
  reportAt(pc, kind, lane, address, message);
}

void Warp::reportAt(uint32_t position, Finding::Kind kind, unsigned lane,
                    uint64_t address, const Twine &message) {
  stopped = true;
  if (block.ended)
    return;
  block.ended = true;
  Finding finding;
  static_cast<Site &>(finding) = siteOf(position, number * 32 + lane);
  finding.kind = kind;
  finding.kernel = kernel.name;
  finding.address = address;
  finding.message = message.str();
  block.findings.push_back(std::move(finding));
}

static std::string accessOf(bool write, unsigned bytes) {
  return formatv("{0} of {1} byte{2}", write ? "write" : "read", bytes,
                 bytes == 1 ? "" : "s")
      .str();
}

void Warp::reportGlobal(uint64_t address, unsigned bytes, unsigned lane,
                        bool write) {
  const Allocation *near = block.grid.memory.below(address);
  std::string what = accessOf(write, bytes), text;
  if (near && !near->live && address - near->base < near->size)
    text = formatv("use after free: {0}, {1} bytes into a freed allocation of "
                   "{2} bytes,",
                   what, address - near->base, near->size);
  else if (near && address - near->base < near->size + (uint64_t(1) << 32))
    text = formatv("out-of-bounds {0}, {1} bytes into an allocation of {2} "
                   "bytes,",
                   what, address - near->base, near->size);
  else
    text = "out-of-bounds " + what + " in no allocation";
  report(Finding::Kind::OutOfBounds, lane, address, text);
}

void Warp::reportRange(const std::vector<Region> &regions, const char *space,
                       uint64_t address, unsigned bytes, unsigned lane,
                       bool write) {
  uint64_t number = address >> regionBits;
  uint64_t inside = address & ((uint64_t(1) << regionBits) - 1);
  std::string what = accessOf(write, bytes), text;
  if (number && number < regions.size())
    text = formatv("out-of-bounds {0} of {1} memory, {2} bytes into '{3}' of "
                   "{4} bytes,",
                   what, space, inside, regions[number].name,
                   regions[number].size);
  else
    text = formatv("out-of-bounds {0} of {1} memory, in no variable,", what,
                   space);
  report(Finding::Kind::OutOfBounds, lane, address, text);
}

//===----------------------------------------------------------------------===//
// Locating
//===----------------------------------------------------------------------===//

bool Warp::locateGlobal(uint64_t address, unsigned bytes, unsigned lane,
                        bool write, Access &access) {
  if (!lastAllocation || !lastAllocation->holds(address, bytes)) {
    Allocation *found = block.grid.memory.below(address);
    if (!found || !found->live || !found->holds(address, bytes)) {
      reportGlobal(address, bytes, lane, write);
      return false;
    }
    lastAllocation = found;
  }
  if (LLVM_UNLIKELY(address & (bytes - 1))) {
    report(Finding::Kind::Misaligned, lane, address,
           "misaligned " + accessOf(write, bytes));
    return false;
  }
  if (LLVM_UNLIKELY(write && lastAllocation->readOnly)) {
    report(Finding::Kind::OutOfBounds, lane, address,
           accessOf(write, bytes) + " to constant memory");
    return false;
  }
  Page *page = lastAllocation->page(address);
  if (LLVM_UNLIKELY(!page)) {
    if (!write && checksInit && !block.races &&
        !lastAllocation->rule(address)) {
      report(Finding::Kind::Uninitialized, lane, address,
             accessOf(write, bytes) + " of never-written global memory");
      return false;
    }
    page = lastAllocation->makePage(address);
  }
  uint64_t inPage = (address - lastAllocation->base) % pageBytes;
  access = {page->data + inPage, page->flags + inPage, page};
  return true;
}

static const char *spaceName(Space space) {
  switch (space) {
  case Space::Shared:
    return "shared";
  case Space::Local:
    return "local";
  case Space::Param:
    return "parameter";
  default:
    return "global";
  }
}

bool Warp::locate(Space space, uint64_t address, unsigned bytes, unsigned lane,
                  bool write, Access &access) {
  if (space == Space::Generic) {
    uint64_t window = address >> windowBits;
    space = window == 0   ? Space::Global
            : window == 1 ? Space::Shared
            : window == 2 ? Space::Local
                          : Space::Param;
    if (space != Space::Global)
      address -= window << windowBits;
    if (window > 3)
      space = Space::Global;
  }
  if (space == Space::Global)
    return locateGlobal(address, bytes, lane, write, access);
  const std::vector<Region> &regions =
      space == Space::Shared  ? block.grid.shared
      : space == Space::Local ? kernel.local
                              : kernel.parameterRegions;
  uint64_t number = address >> regionBits;
  uint64_t inside = address & ((uint64_t(1) << regionBits) - 1);
  if (LLVM_UNLIKELY(number >= regions.size() ||
                    inside + bytes > regions[number].size ||
                    (write && space == Space::Param))) {
    reportRange(regions, spaceName(space), address, bytes, lane, write);
    return false;
  }
  if (LLVM_UNLIKELY(address & (bytes - 1))) {
    report(Finding::Kind::Misaligned, lane, address,
           "misaligned " + accessOf(write, bytes) + " of " + spaceName(space) +
               " memory");
    return false;
  }
  uint64_t at = regions[number].base + inside;
  if (space == Space::Shared)
    access = {block.shared.data() + at, block.sharedFlags.data() + at, nullptr};
  else if (space == Space::Local)
    access = {local.data() + uint64_t(lane) * kernel.localBytes + at,
              localFlags.data() + uint64_t(lane) * kernel.localBytes + at,
              nullptr};
  else
    access = {const_cast<uint8_t *>(block.grid.parameters.data()) + at,
              const_cast<uint8_t *>(block.grid.parameterFlags.data()) + at,
              nullptr};
  return true;
}

//===----------------------------------------------------------------------===//
// Never written
//===----------------------------------------------------------------------===//

bool Warp::checkWritten(Space space, uint64_t address, unsigned bytes,
                        unsigned lane, const Access &access) {
  uint8_t all = writtenFlag;
  for (unsigned i = 0; i < bytes; ++i)
    all &= access.flags[i];
  if (LLVM_LIKELY(all & writtenFlag))
    return true;
  bool copying = false;
  for (unsigned i = 0; i < bytes; ++i)
    copying |= (access.flags[i] & copyingFlag) != 0;
  if (copying && block.races) {
    reportCopying(address, bytes, lane, access, /*write=*/false);
    return true;
  }
  if (!checksInit)
    return true;
  std::string message = accessOf(false, bytes) + " of never-written " +
                        (space == Space::Generic ? "" : spaceName(space)) +
                        (space == Space::Generic ? "memory" : " memory");
  // A thread that will write these bytes later makes it a hazard.
  if (block.races) {
    addUnwritten(lane, address, message);
    return true;
  }
  report(Finding::Kind::Uninitialized, lane, address, message);
  return false;
}

} // namespace ts::sim
