//===- PtxOptions.cpp - The command line for PTX --------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The options of `ts-run KERNEL.ptx`. They exist only while such a command line
// is read, so that both kinds of run can have options of the same name.
//
//===----------------------------------------------------------------------===//

#include "Ptx.h"

#include "ts/Numerics/Random.h"
#include "ts/Runner/OutputFile.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"

#include <set>

using namespace llvm;
using namespace ts;

static cl::OptionCategory category("ts-run options for PTX");

namespace {
struct PtxCommandLine {
  cl::opt<std::string> file{cl::Positional, cl::desc("KERNEL.ptx"),
                            cl::cat(category)};
  cl::opt<std::string> device{"device", cl::value_desc("sim"), cl::init("sim"),
                              cl::desc("PTX runs on the simulator"),
                              cl::cat(category)};
  cl::opt<std::string> entry{"entry", cl::value_desc("name"),
                             cl::desc("kernel to run (default: the only one)"),
                             cl::cat(category)};
  cl::opt<std::string> grid{"grid", cl::value_desc("X,Y,Z"), cl::init("1"),
                            cl::desc("blocks of the grid"), cl::cat(category)};
  cl::opt<std::string> block{"block", cl::value_desc("X,Y,Z"), cl::init("1"),
                             cl::desc("threads of a block"), cl::cat(category)};
  cl::opt<uint64_t> smem{"smem", cl::value_desc("bytes"), cl::init(0),
                         cl::desc("dynamic shared memory"), cl::cat(category)};
  cl::list<std::string> arguments{
      "arg", cl::value_desc("[SHAPEx]TYPE[=CONTENTS]"),
      cl::desc(
          "the next parameter: a buffer (4x4xf32=random:7, @a.npy; without "
          "contents it is an output, never written) or a scalar (i32=7)"),
      cl::cat(category)};
  cl::list<std::string> outputs{
      "output", cl::value_desc("@file.npy"),
      cl::desc("write the next buffer that has no contents to a file"),
      cl::cat(category)};
  cl::opt<std::string> check{
      "check", cl::value_desc("all|none|LIST"), cl::init("all"),
      cl::desc("memcheck, initcheck, racecheck, synccheck (memcheck is always "
               "on)"),
      cl::cat(category)};
  cl::opt<sim::MmaModel> mma{
      "mma", cl::desc("sums of tensor cores (default: by .target)"),
      mmaValues(), cl::init(sim::MmaModel::OfTarget), cl::cat(category)};
  cl::opt<CounterView> counters{
      "counters", cl::desc("what to print (default: a summary)"),
      counterValues(), cl::init(CounterView::Summary), cl::cat(category)};
  cl::opt<std::string> blocks{
      "blocks", cl::value_desc("all|corners,random:N,SEED|N,N,..."),
      cl::desc("blocks to run (default: all)"), cl::cat(category)};
  cl::opt<uint64_t> maxInstructions{
      "max-instructions", cl::value_desc("N"), cl::init(0),
      cl::desc("limit of instructions of one warp (default: 2^34)"),
      cl::cat(category)};
  cl::opt<std::string> json{"json", cl::value_desc("file"),
                            cl::desc("write findings and counters as JSON"),
                            cl::cat(category)};
  cl::opt<unsigned> threads{"host-threads", cl::value_desc("N"), cl::init(0),
                            cl::desc("host threads (default: one per core)"),
                            cl::cat(category)};
  cl::opt<unsigned> timeout{"timeout", cl::value_desc("seconds"), cl::init(0),
                            cl::desc("give up after this long"),
                            cl::cat(category)};
  cl::opt<uint64_t> seed{"seed", cl::value_desc("N"), cl::init(0),
                         cl::desc("seed of random contents (default: 0)"),
                         cl::cat(category)};
  cl::opt<bool> quiet{"quiet", cl::desc("print errors only"),
                      cl::cat(category)};
};
} // namespace

bool ts::isPtxRun(int argc, char **argv) {
  return any_of(ArrayRef(argv + 1, std::max(argc - 1, 0)), [](StringRef word) {
    return !word.starts_with("-") && word.ends_with(".ptx");
  });
}

static Error badOption(const Twine &message) {
  return runError(ExitCode::BadInput, message);
}

static Error parseShape(StringRef option, StringRef text,
                        std::array<uint32_t, 3> &shape) {
  SmallVector<StringRef> words;
  text.split(words, ',');
  bool bad = words.size() > 3;
  for (size_t i = 0; !bad && i < words.size(); ++i)
    bad = words[i].getAsInteger(10, shape[i]) || shape[i] == 0;
  if (bad)
    return badOption("--" + option + "=" + text +
                     ": expected one to three numbers, such as 32,4");
  return Error::success();
}

static Error parseChecks(StringRef text, sim::Checks &checks) {
  if (text == "all")
    return Error::success();
  checks = {false, false, false};
  if (text == "none")
    return Error::success();
  SmallVector<StringRef> words;
  text.split(words, ',');
  for (StringRef word : words)
    if (!enableCheck(word, checks))
      return badOption("--check=" + text + ": '" + word +
                       "' is none of all, none, " + checkNames);
  return Error::success();
}

Expected<PtxOptions> ts::parsePtxOptions(int argc, char **argv) {
  PtxCommandLine line;
  cl::HideUnrelatedOptions(category);
  std::string complaint;
  raw_string_ostream os(complaint);
  if (!cl::ParseCommandLineOptions(
          argc, argv, "runs a kernel given as PTX and checks it\n", &os)) {
    StringRef text = StringRef(complaint).ltrim().split('\n').first;
    text.consume_front("ts-run: ");
    return badOption(text.trim());
  }
  PtxOptions options;
  options.file = line.file;
  options.entry = line.entry;
  options.json = line.json;
  options.sharedBytes = line.smem;
  options.maxInstructions = line.maxInstructions;
  options.blocks = line.blocks;
  options.mma = line.mma;
  options.show = line.counters;
  options.threads = line.threads;
  options.timeout = line.timeout;
  options.seed = line.seed;
  options.quiet = line.quiet;
  if (line.device != "sim")
    return badOption("--device=" + line.device +
                     ": a .ptx file runs on the simulator only (sim)");
  if (Error error = parseShape("grid", line.grid, options.grid))
    return std::move(error);
  if (Error error = parseShape("block", line.block, options.block))
    return std::move(error);
  if (Error error = parseChecks(line.check, options.checks))
    return std::move(error);
  for (const std::string &text : line.arguments) {
    Expected<InputSpec> spec = parseInputSpec(text);
    if (!spec)
      return spec.takeError();
    options.arguments.push_back(std::move(*spec));
    options.argumentTexts.push_back(text);
  }
  for (const std::string &text : line.outputs) {
    Expected<std::string> path = parseFileSpec("output", text);
    if (!path)
      return path.takeError();
    if (Error error = checkWritable(*path))
      return std::move(error);
    options.outputs.push_back(std::move(*path));
  }
  return options;
}

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

static void addCorners(const std::array<uint32_t, 3> &grid,
                       std::set<uint64_t> &chosen) {
  for (unsigned corner = 0; corner < 8; ++corner) {
    uint64_t index[3];
    for (unsigned axis = 0; axis < 3; ++axis)
      index[axis] = (corner >> axis) & 1 ? grid[axis] - 1 : 0;
    chosen.insert(index[0] +
                  grid[0] * (index[1] + uint64_t(grid[1]) * index[2]));
  }
}

Expected<std::vector<uint64_t>>
ts::chooseBlocks(StringRef text, const std::array<uint32_t, 3> &grid,
                 uint64_t seed) {
  uint64_t total = uint64_t(grid[0]) * grid[1] * grid[2];
  std::set<uint64_t> chosen;
  SmallVector<StringRef> words;
  if (!text.empty() && text != "all")
    text.split(words, ',');
  for (size_t i = 0; i < words.size(); ++i) {
    StringRef word = words[i];
    uint64_t count, number;
    if (word == "corners") {
      addCorners(grid, chosen);
    } else if (word.consume_front("random:") && !word.getAsInteger(10, count)) {
      // The number behind it is its seed.
      if (i + 1 < words.size() && !words[i + 1].getAsInteger(10, number))
        seed = number, ++i;
      uint64_t wanted = std::min(chosen.size() + count, total);
      for (uint64_t draw = 0; chosen.size() < wanted; ++draw)
        chosen.insert(num::randomBits(seed, draw) % total);
    } else if (!words[i].getAsInteger(10, number) && number < total) {
      chosen.insert(number);
    } else {
      return badOption("--blocks=" + text + ": '" + words[i] +
                       "' is neither corners, nor random:N, nor the number of "
                       "one of " +
                       Twine(total) + " blocks");
    }
  }
  return std::vector<uint64_t>(chosen.begin(), chosen.end());
}
