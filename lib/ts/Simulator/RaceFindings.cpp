//===- RaceFindings.cpp - What is said of hazards -------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Hazards do not end a block: the same one is counted, others are looked for.
//
//===----------------------------------------------------------------------===//

#include "LaneRuns.h"

#include "llvm/Support/FormatVariadic.h"

using namespace llvm;

namespace ts::sim {

Site Warp::siteOf(uint32_t at, unsigned t) const {
  const auto &shape = block.grid.config.block;
  Site site;
  site.line = kernel.code[std::min<size_t>(at, kernel.code.size() - 1)].line;
  site.text = block.grid.module.line(site.line).trim().str();
  site.block = block.index;
  site.thread = {uint32_t(t % shape[0]), uint32_t(t / shape[0] % shape[1]),
                 uint32_t(t / shape[0] / shape[1])};
  return site;
}

void orderByLine(Finding &race) {
  if (race.other->line <= race.line)
    return;
  std::swap(static_cast<Site &>(race), *race.other);
  StringRef message = race.message;
  for (auto [kind, turned] :
       {std::pair("read-after-write", "write-after-read"),
        std::pair("write-after-read", "read-after-write")})
    if (message.consume_front(kind)) {
      race.message = turned + message.str();
      return;
    }
}

void Warp::addUnwritten(unsigned lane, uint64_t address,
                        const std::string &message) {
  unsigned line = kernel.code[pc].line;
  for (Finding &known : block.findings)
    if (known.kind == Finding::Kind::Uninitialized && known.line == line) {
      ++known.repeats;
      return;
    }
  Finding finding;
  static_cast<Site &>(finding) = siteOf(pc, number * 32 + lane);
  finding.kind = Finding::Kind::Uninitialized;
  finding.kernel = kernel.name;
  finding.address = address;
  finding.message = message;
  block.findings.push_back(std::move(finding));
}

void Warp::addRace(Finding finding) {
  for (Finding &known : block.findings)
    if (known.kind == finding.kind && known.line == finding.line &&
        known.other->line == finding.other->line) {
      ++known.repeats;
      return;
    }
  block.findings.push_back(std::move(finding));
}

void Warp::reportRace(const char *hazard, unsigned lane, uint64_t address,
                      unsigned thread, uint32_t otherPc) {
  Finding finding;
  static_cast<Site &>(finding) = siteOf(pc, number * 32 + lane);
  finding.kind = Finding::Kind::Race;
  finding.kernel = kernel.name;
  finding.address = address;
  finding.other = siteOf(otherPc, thread);
  finding.message =
      std::string(hazard) + " hazard: no barrier between two accesses";
  orderByLine(finding);
  addRace(std::move(finding));
}

void Warp::checkNotCopying(uint64_t address, unsigned bytes, unsigned lane,
                           const Access &access) {
  if (block.races && !access.page && anyCopying(access.flags, bytes))
    reportCopying(address, bytes, lane, access, /*write=*/true);
}

/// An access to bytes that an asynchronous copy still writes to.
void Warp::reportCopying(uint64_t address, unsigned bytes, unsigned lane,
                         const Access &access, bool write) {
  uint64_t at = uint64_t(access.data - block.shared.data());
  for (const auto &warp : block.warps)
    for (const PendingCopy &copy : warp->copies)
      for (uint32_t rest = copy.mask; rest; rest &= rest - 1) {
        unsigned l = unsigned(countr_zero(rest));
        if (at + bytes <= copy.to[l] || copy.to[l] + copy.bytes <= at)
          continue;
        Finding finding;
        static_cast<Site &>(finding) = siteOf(pc, number * 32 + lane);
        finding.kind = Finding::Kind::Race;
        finding.kernel = kernel.name;
        finding.address = address;
        finding.other = siteOf(copy.pc, warp->number * 32 + l);
        finding.message = formatv("{0} of {1} bytes that an asynchronous copy "
                                  "still writes: its group was not waited for",
                                  write ? "write" : "read", bytes);
        return addRace(std::move(finding));
      }
}

void Warp::noteAccess(const Access &access, uint64_t address, unsigned bytes,
                      unsigned lane, Touching how, bool strong, bool same) {
  uint64_t inShared = uint64_t(access.data - block.shared.data());
  if (access.page)
    block.races->global(*this, lane, address, access.page,
                        uint32_t(access.data - access.page->data), bytes, how,
                        strong, same);
  else if (inShared < block.shared.size())
    block.races->shared(*this, lane, address, uint32_t(inShared), bytes, how,
                        strong, same);
}

} // namespace ts::sim
