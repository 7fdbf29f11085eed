//===- Run.cpp - Runs the blocks of a launch ------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Host threads take blocks from a counter; what each block found is merged in
// block order, so that the result does not depend on the threads.
//
//===----------------------------------------------------------------------===//

#include "GridRaces.h"
#include "Warp.h"

#include "llvm/ADT/STLExtras.h"

#include <thread>

using namespace llvm;

namespace ts::sim {

namespace {
/// What all host threads add to.
struct Gathered {
  std::mutex mutex;
  std::map<uint64_t, std::vector<Finding>> findings; ///< by number in the run
  std::map<uint64_t, std::string> output;            ///< the same
  std::vector<PageUse> uses;
  std::vector<LineCounters> lines; ///< by instruction
  Counters counters;
};
} // namespace

static void add(Counters &to, const Counters &from) {
  to.threadInstructions += from.threadInstructions;
  to.warpInstructions += from.warpInstructions;
  to.globalBytesRead += from.globalBytesRead;
  to.globalBytesWritten += from.globalBytesWritten;
  to.sharedBytesRead += from.sharedBytesRead;
  to.sharedBytesWritten += from.sharedBytesWritten;
  to.fmas += from.fmas;
  to.mmas += from.mmas;
  to.barriers += from.barriers;
}

static void add(LineCounters &to, const LineCounters &from) {
  to.warps += from.warps;
  to.threads += from.threads;
  to.divergent += from.divergent;
  to.requests += from.requests;
  to.bytes += from.bytes;
  to.sectors += from.sectors;
  to.lines += from.lines;
  to.idealSectors += from.idealSectors;
  to.wavefronts += from.wavefronts;
  to.idealWavefronts += from.idealWavefronts;
}

/// Findings of the same kind at the same lines become one.
static void fold(std::vector<Finding> &all, Finding finding) {
  for (Finding &known : all)
    if (known.kind == finding.kind && known.line == finding.line &&
        known.other.has_value() == finding.other.has_value() &&
        (!known.other || known.other->line == finding.other->line)) {
      known.repeats += 1 + finding.repeats;
      return;
    }
  all.push_back(std::move(finding));
}

static uint64_t blockNumber(const LaunchConfig &config, uint64_t n) {
  return config.blocks.empty() ? n : config.blocks[n];
}

static void runSome(const Grid &grid, uint64_t count,
                    std::atomic<uint64_t> &next, Gathered &gathered) {
  Block block(grid);
  std::vector<PageUse> uses;
  for (uint64_t n; (n = next++) < count;) {
    block.run(blockNumber(grid.config, n));
    if (block.races)
      block.races->summarize(n, uses);
    if (block.findings.empty() && block.output.empty())
      continue;
    std::lock_guard<std::mutex> lock(gathered.mutex);
    gathered.output[n] = std::move(block.output);
    gathered.findings[n] = std::move(block.findings);
  }
  std::lock_guard<std::mutex> lock(gathered.mutex);
  add(gathered.counters, block.counters);
  gathered.uses.insert(gathered.uses.end(),
                       std::make_move_iterator(uses.begin()),
                       std::make_move_iterator(uses.end()));
  if (block.profile)
    for (auto [index, line] : enumerate(block.profile->counts))
      add(gathered.lines[index], line);
}

//===----------------------------------------------------------------------===//
// What was found
//===----------------------------------------------------------------------===//

static Site siteOf(const Grid &grid, uint64_t n, uint32_t who) {
  const auto &threads = grid.config.block, &blocks = grid.config.grid;
  uint64_t number = blockNumber(grid.config, n);
  uint32_t thread = who >> 20, pc = who & Touch::maxPc;
  const std::vector<Instruction> &code = grid.kernel.code;
  Site site;
  site.line = code[std::min<size_t>(pc, code.size() - 1)].line;
  site.text = grid.module.line(site.line).trim().str();
  site.block = {uint32_t(number % blocks[0]),
                uint32_t(number / blocks[0] % blocks[1]),
                uint32_t(number / blocks[0] / blocks[1])};
  site.thread = {thread % threads[0], thread / threads[0] % threads[1],
                 thread / threads[0] / threads[1]};
  return site;
}

static Finding findingOf(const Grid &grid, const GridRace &race) {
  Finding finding;
  static_cast<Site &>(finding) = siteOf(grid, race.secondBlock, race.second);
  finding.kind = Finding::Kind::Race;
  finding.kernel = grid.kernel.name;
  finding.address = race.address;
  finding.message =
      std::string(race.kind) + " hazard: two blocks, and no fence";
  finding.other = siteOf(grid, race.firstBlock, race.first);
  orderByLine(finding);
  return finding;
}

/// Instructions of one line of the text are one entry.
static std::vector<LineCounters> byLine(const Grid &grid,
                                        std::vector<LineCounters> counts) {
  std::map<unsigned, LineCounters> lines;
  for (auto [index, count] : enumerate(counts)) {
    unsigned number = grid.kernel.code[index].line;
    lines[number].line = number;
    add(lines[number], count);
  }
  std::vector<LineCounters> result;
  for (auto &[number, count] : lines)
    result.push_back(count);
  return result;
}

LaunchResult runBlocks(const Grid &grid, uint64_t total) {
  const LaunchConfig &config = grid.config;
  LaunchResult result;
  result.blocksTotal = total;
  result.blocksRun = config.blocks.empty() ? total : config.blocks.size();
  Gathered gathered;
  gathered.lines.resize(grid.kernel.code.size());
  std::atomic<uint64_t> next{0};
  unsigned threads =
      config.threads ? config.threads : std::thread::hardware_concurrency();
  // Whatever the number of cores, such blocks come one after the other.
  if (grid.kernel.communicates)
    threads = 1;
  threads = unsigned(
      std::clamp<uint64_t>(result.blocksRun, 1, std::max(threads, 1u)));
  std::vector<std::thread> others;
  for (unsigned t = 1; t < threads; ++t)
    others.emplace_back(
        [&] { runSome(grid, result.blocksRun, next, gathered); });
  runSome(grid, result.blocksRun, next, gathered);
  for (std::thread &thread : others)
    thread.join();
  result.counters = gathered.counters;
  for (auto &[number, output] : gathered.output)
    result.output += output;
  for (auto &[number, findings] : gathered.findings)
    for (Finding &finding : findings)
      fold(result.findings, std::move(finding));
  for (const GridRace &race : compareBlocks(gathered.uses))
    fold(result.findings, findingOf(grid, race));
  if (config.profile) {
    for (auto [instruction, line] : zip(grid.kernel.code, gathered.lines))
      result.classes[size_t(instruction.kind)] += line.warps;
    result.lines = byLine(grid, std::move(gathered.lines));
  }
  return result;
}

} // namespace ts::sim
