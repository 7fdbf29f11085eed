//===- PtxWork.cpp - What a warp does, read off the PTX -------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A loop is what lies between a label and a branch back to it. The loop over k
// is the innermost one with arithmetic, the loop over tiles the innermost one
// that stores. Moves are left out: ptxas renames registers instead.
//
//===----------------------------------------------------------------------===//

#include "ts/Strategy/PtxWork.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"

#include <algorithm>
#include <cmath>

using namespace ts;
using llvm::StringRef;

namespace {

struct Range {
  size_t begin, end; ///< lines, the branch included
  size_t size() const { return end - begin; }
  bool contains(const Range &other) const {
    return begin <= other.begin && other.end <= end;
  }
};

/// The kernel as lines, and its loops.
class Listing {
public:
  explicit Listing(StringRef ptx);
  llvm::ArrayRef<Range> getLoops() const { return loops; }
  Work count(Range range) const;
  bool has(Range range, StringRef opcode) const;

private:
  llvm::SmallVector<StringRef> lines;
  llvm::SmallVector<Range> loops;
};

} // namespace

/// The instruction on a line without its guard; empty for anything else.
static StringRef instructionOf(StringRef line) {
  line = line.split("//").first.trim();
  if (line.starts_with("@"))
    line = line.split(' ').second.ltrim();
  bool isCode =
      !line.empty() && llvm::isAlpha(line.front()) && !line.ends_with(":");
  return isCode ? line : StringRef();
}

Listing::Listing(StringRef ptx) {
  ptx.split(lines, '\n');
  llvm::StringMap<size_t> labels;
  for (size_t at = 0; at < lines.size(); ++at) {
    StringRef line = lines[at].trim();
    if (line.starts_with("$") && line.contains(':')) {
      labels[line.split(':').first] = at;
      continue;
    }
    StringRef code = instructionOf(line);
    if (!code.starts_with("bra"))
      continue;
    StringRef target =
        code.drop_until([](char c) { return c == '$'; }).take_until([](char c) {
          return c == ';';
        });
    if (auto found = labels.find(target); found != labels.end())
      loops.push_back({found->second, at + 1});
  }
}

/// Adds one instruction. 64-bit integers take two of the machine's.
static void add(StringRef code, Work &work) {
  bool isWide = code.split('\t').first.contains("64");
  if (code.starts_with("mov"))
    return;
  if (code.starts_with("fma.rn.f32"))
    ++work.fma;
  else if (code.starts_with("mma.sync"))
    ++work.mma;
  else if (code.starts_with("ld.shared"))
    ++work.wideLoads;
  else if (code.starts_with("st.shared"))
    ++work.sharedStores;
  else if (code.starts_with("cp.async.c"))
    work.copies += code.starts_with("cp.async.commit") ? 0 : 1;
  else if (code.starts_with("ld.global"))
    ++work.globalLoads;
  else if (code.starts_with("st.global"))
    ++work.stores;
  else
    work.other += isWide ? 2 : 1;
}

Work Listing::count(Range range) const {
  Work work;
  for (size_t at = range.begin; at < range.end; ++at)
    if (StringRef code = instructionOf(lines[at]); !code.empty())
      add(code, work);
  return work;
}

bool Listing::has(Range range, StringRef opcode) const {
  for (size_t at = range.begin; at < range.end; ++at)
    if (instructionOf(lines[at]).starts_with(opcode))
      return true;
  return false;
}

static constexpr double Work::*kinds[] = {
    &Work::fma,         &Work::mma,    &Work::uniformLoads,
    &Work::wideLoads,   &Work::copies, &Work::sharedStores,
    &Work::globalLoads, &Work::stores, &Work::other};

static double arithmetic(const Work &work) { return work.fma + work.mma; }

/// The smallest loop that satisfies the predicate, if there is just one of its
/// size and none beside it.
template <typename Predicate>
static std::optional<Range> onlyInnermost(llvm::ArrayRef<Range> loops,
                                          Predicate predicate) {
  std::optional<Range> found;
  for (const Range &loop : loops) {
    if (!predicate(loop))
      continue;
    if (!found || found->contains(loop))
      found = loop;
    else if (!loop.contains(*found))
      return std::nullopt;
  }
  return found;
}

std::optional<Work> ts::countPtx(StringRef ptx, const Work &estimate) {
  if (arithmetic(estimate) <= 0)
    return std::nullopt;
  Listing listing(ptx);
  auto tile = onlyInnermost(listing.getLoops(), [&](const Range &loop) {
    return listing.has(loop, "st.global");
  });
  if (!tile)
    return std::nullopt;
  Work work = listing.count(*tile);
  auto steps = onlyInnermost(listing.getLoops(), [&](const Range &loop) {
    return tile->contains(loop) && arithmetic(listing.count(loop)) > 0;
  });
  // Without a loop over k, the tile's own loop is the innermost one.
  if (!steps)
    return std::nullopt;
  if (steps->size() < tile->size()) {
    Work inside = listing.count(*steps);
    double once = arithmetic(work) - arithmetic(inside);
    double trips = (arithmetic(estimate) - once) / arithmetic(inside);
    for (auto kind : kinds)
      work.*kind += (trips - 1) * (inside.*kind);
  }
  // All of the product must have been found, and nothing else.
  if (std::abs(arithmetic(work) / arithmetic(estimate) - 1) > 0.01)
    return std::nullopt;
  work.uniformLoads = std::min(estimate.uniformLoads, work.wideLoads);
  work.wideLoads -= work.uniformLoads;
  // A block's ring is filled outside of the loop over tiles.
  if (work.copies == 0)
    work.copies = estimate.copies;
  return work;
}
