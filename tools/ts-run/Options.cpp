//===- Options.cpp - The command line of ts-run ---------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The only place of ts-run that knows of cl::opt.
//
//===----------------------------------------------------------------------===//

#include "Options.h"

#include "ts/Runner/OutputFile.h"
#include "ts/Runner/RunError.h"

#include "llvm/Support/CommandLine.h"

#include <random>

using namespace llvm;
using namespace ts;

static cl::OptionCategory category("ts-run options");

namespace {
/// The options' storage: constructed when the command line is read.
struct CommandLine {
  cl::opt<std::string> file{cl::Positional, cl::desc("FILE.mlir"), cl::init(""),
                            cl::cat(category)};
  cl::opt<RunOptions::DeviceKind> device{
      "device", cl::desc("where to run (default: auto)"),
      cl::values(
          clEnumValN(RunOptions::DeviceKind::Auto, "auto",
                     "the GPU if there is one, else the simulator"),
          clEnumValN(RunOptions::DeviceKind::Cuda, "cuda",
                     "the first NVIDIA GPU"),
          clEnumValN(RunOptions::DeviceKind::Sim, "sim", "the PTX simulator")),
      cl::init(RunOptions::DeviceKind::Auto), cl::cat(category)};
  cl::list<std::string> inputs{
      "input", cl::value_desc("[SHAPExTYPE=]CONTENTS"),
      cl::desc("contents of the next argument: random[:SEED], uniform[:SEED], "
               "small-int[:SEED], a number for all elements, a list of "
               "numbers, or @file.npy (default: random)"),
      cl::cat(category)};
  cl::list<std::string> outputs{"output", cl::value_desc("@file.npy"),
                                cl::desc("write the next output to a file"),
                                cl::cat(category)};
  cl::list<std::string> expected{
      "expected_output", cl::value_desc("@file.npy"),
      cl::desc("compare the next output with a file"), cl::cat(category)};
  cl::opt<double> tolerance{
      "expected_tolerance", cl::value_desc("X"), cl::init(0),
      cl::desc("relative error that --expected_output may have (default: 0, "
               "equal bits)"),
      cl::cat(category)};
  cl::opt<std::string> entry{
      "entry", cl::value_desc("name"),
      cl::desc("function to run (default: main, or the only public one)"),
      cl::cat(category)};
  cl::opt<std::string> chip{
      "chip", cl::value_desc("name"),
      cl::desc("chip whose limits schedules keep to (default: the GPU's, else "
               "rtx4090)"),
      cl::cat(category)};
  cl::opt<unsigned> isa{
      "isa", cl::value_desc("N"), cl::init(0),
      cl::desc("compute capability PTX is emitted for (default: 89, or the "
               "chip's if that is older)"),
      cl::cat(category)};
  cl::opt<std::string> schedule{
      "schedule", cl::value_desc("#ts.schedule<...>"),
      cl::desc("schedule of every product that has none"), cl::cat(category)};
  cl::opt<std::string> dumpPtx{"dump-ptx", cl::value_desc("file"),
                               cl::desc("write the PTX"), cl::cat(category)};
  cl::opt<std::string> dumpCubin{
      "dump-cubin", cl::value_desc("file"),
      cl::desc("write the machine code (needs ptxas)"), cl::cat(category)};
  cl::opt<std::string> dumpIr{
      "dump-ir", cl::value_desc("folder"),
      cl::desc("write the IR after each step; ts-run takes each of them"),
      cl::cat(category)};
  cl::opt<std::string> json{"json", cl::value_desc("file"),
                            cl::desc("write the report as JSON (- is stdout)"),
                            cl::cat(category)};
  cl::opt<uint64_t> seed{
      "seed", cl::value_desc("N"),
      cl::desc("seed of random inputs and samples (default: drawn, printed)"),
      cl::cat(category)};
  cl::opt<std::string> check{
      "check", cl::value_desc("all|sample|none|LIST"), cl::init("all"),
      cl::desc("how much of the result to check: everything that was computed "
               "(default), sample (first, last and random rows), or none; and "
               "what the simulator looks for: memcheck (always on), initcheck, "
               "racecheck, synccheck (default: all of them)"),
      cl::cat(category)};
  cl::opt<sim::MmaModel> mma{
      "mma",
      cl::desc("how the simulator's tensor cores add up (default: the chip's)"),
      mmaValues(), cl::init(sim::MmaModel::OfTarget), cl::cat(category)};
  cl::opt<CounterView> counters{
      "counters", cl::desc("print what the simulator counted at each line"),
      counterValues(), cl::init(CounterView::Summary), cl::cat(category)};
  cl::opt<std::string> blocks{
      "blocks", cl::value_desc("N|all"),
      cl::desc("blocks of each launch to simulate (default: all of a small "
               "problem, a sample of a large one)"),
      cl::cat(category)};
  cl::opt<unsigned> repetitions{
      "repetitions", cl::value_desc("N"),
      cl::desc("timed runs (default: until the noise is small; 0: none)"),
      cl::cat(category)};
  cl::opt<unsigned> warmup{"warmup", cl::value_desc("N"), cl::init(3),
                           cl::desc("untimed runs before (default: 3)"),
                           cl::cat(category)};
  cl::opt<bool> benchmark{
      "benchmark", cl::desc("also time runs of the simulator, on the host"),
      cl::cat(category)};
  cl::opt<unsigned> timeout{"timeout", cl::value_desc("seconds"), cl::init(0),
                            cl::desc("give up after this long"),
                            cl::cat(category)};
  cl::opt<std::string> tune{
      "tune", cl::value_desc("seconds"), cl::ValueOptional,
      cl::desc("measure schedules for this much device time (default: 60) and "
               "add them to the tuning database"),
      cl::cat(category)};
  cl::opt<std::string> tuningDb{
      "tuning-db", cl::value_desc("file"),
      cl::desc("tuning database to use instead of the one built in"),
      cl::cat(category)};
  cl::list<std::string> predict{
      "predict", cl::value_desc("chip,..."), cl::CommaSeparated,
      cl::desc("do not run: print the schedule for each chip, and the time the "
               "model expects"),
      cl::cat(category)};
  cl::opt<bool> explain{"explain",
                        cl::desc("also print why the schedule was chosen"),
                        cl::cat(category)};
  cl::opt<bool> modelReport{
      "model-report",
      cl::desc("compare the model with the tuning database; needs no file"),
      cl::cat(category)};
  cl::opt<std::string> modelConstants{
      "model-constants", cl::value_desc("NAME=NUMBER,..."),
      cl::desc("other constants for the model of --predict and "
               "--model-report"),
      cl::cat(category)};
  cl::opt<bool> quiet{"quiet", cl::desc("print errors only"),
                      cl::cat(category)};
  cl::opt<bool> verbose{"verbose",
                        cl::desc("print what is being done, on stderr"),
                        cl::cat(category)};
  cl::extrahelp codes{
      "\nEXIT CODES:\n"
      "  0  the result is right\n"
      "  1  the result is wrong, or a measured time is impossible\n"
      "  2  bad command line or input file\n"
      "  3  the file does not compile\n"
      "  4  no such device, or an error while running\n"
      "  5  it ran, but the result could not be checked\n"};
};
} // namespace

static Error badOption(const Twine &message) {
  return runError(ExitCode::BadInput, message);
}

/// First line of what the option parser complains about, without the tool's
/// name.
static std::string firstLine(StringRef text) {
  StringRef line = text.ltrim().split('\n').first;
  if (line.starts_with("ts-run: "))
    line = line.drop_front(8);
  return line.rtrim().str();
}

static Error parseBlocks(const CommandLine &line, RunOptions &options) {
  if (line.blocks.getNumOccurrences() == 0)
    return Error::success();
  uint64_t count = 0;
  if (line.blocks != "all" &&
      (StringRef(line.blocks).getAsInteger(10, count) || count == 0))
    return badOption("--blocks=" + line.blocks +
                     ": expected a number of blocks, or all");
  options.blocks = count;
  return Error::success();
}

/// Names of checks replace the default, which is all of them; the other words
/// are about the result.
static Error parseCheck(const CommandLine &line, RunOptions &options) {
  SmallVector<StringRef> words;
  StringRef(line.check).split(words, ',');
  sim::Checks chosen{false, false, false};
  bool named = false;
  for (StringRef word : words) {
    if (word == "all")
      options.check = RunOptions::Check::All;
    else if (word == "sample")
      options.check = RunOptions::Check::Sample;
    else if (word == "none")
      options.check = RunOptions::Check::None;
    else if (enableCheck(word, chosen))
      named = true;
    else
      return badOption("--check=" + line.check + ": '" + word +
                       "' is none of all, sample, none, " + checkNames);
  }
  if (named)
    options.findings = chosen;
  options.mma = line.mma;
  options.counters = line.counters;
  options.needsSimulator = named || line.mma != sim::MmaModel::OfTarget ||
                           line.counters != CounterView::Summary;
  if (options.needsSimulator && line.device == RunOptions::DeviceKind::Cuda)
    return badOption("--mma, --counters and the names of checks are for the "
                     "simulator: use --device=sim");
  return Error::success();
}

static Error parseTune(const CommandLine &line, RunOptions &options) {
  if (line.tune.getNumOccurrences() == 0)
    return Error::success();
  constexpr double defaultSeconds = 60;
  double seconds = defaultSeconds;
  if (!line.tune.empty() &&
      (StringRef(line.tune).getAsDouble(seconds) || !(seconds > 0)))
    return badOption("--tune=" + line.tune +
                     ": expected a number of seconds above 0");
  options.tune = seconds;
  return Error::success();
}

static Error parseFiles(const CommandLine &line, RunOptions &options) {
  for (const std::string &text : line.inputs) {
    Expected<InputSpec> spec = parseInputSpec(text);
    if (!spec)
      return spec.takeError();
    options.inputs.push_back(std::move(*spec));
  }
  for (const std::string &text : line.outputs) {
    Expected<std::string> path = parseFileSpec("output", text);
    if (!path)
      return path.takeError();
    options.outputs.push_back(std::move(*path));
  }
  for (const std::string &text : line.expected) {
    Expected<std::string> path = parseFileSpec("expected_output", text);
    if (!path)
      return path.takeError();
    options.expected.push_back(std::move(*path));
  }
  return Error::success();
}

static Error checkOutputs(const RunOptions &options) {
  for (StringRef path : {options.dumpPtx, options.dumpCubin, options.json})
    if (Error error = checkWritable(path))
      return error;
  for (StringRef path : options.outputs)
    if (Error error = checkWritable(path))
      return error;
  return Error::success();
}

static void copyPlain(const CommandLine &line, RunOptions &options) {
  options.file = line.file;
  options.entry = line.entry;
  options.device = line.device;
  options.tolerance = line.tolerance;
  options.chip = line.chip;
  options.schedule = line.schedule;
  options.isa = line.isa;
  options.dumpPtx = line.dumpPtx;
  options.dumpCubin = line.dumpCubin;
  options.dumpIr = line.dumpIr;
  options.json = line.json;
  options.warmup = line.warmup;
  options.benchmark = line.benchmark;
  options.timeout = line.timeout;
  options.quiet = line.quiet;
  options.verbose = line.verbose;
  options.tuningDb = line.tuningDb;
  options.predict.assign(line.predict.begin(), line.predict.end());
  options.explain = line.explain;
  options.modelReport = line.modelReport;
  options.modelConstants = line.modelConstants;
  if (line.repetitions.getNumOccurrences())
    options.repetitions = line.repetitions;
  options.seed = line.seed.getNumOccurrences()
                     ? uint64_t(line.seed)
                     : std::random_device()() % 100000;
}

Expected<RunOptions> ts::parseOptions(int argc, char **argv) {
  CommandLine line;
  cl::HideUnrelatedOptions(category);
  cl::SetVersionPrinter([](raw_ostream &os) {
    os << "ts-run 0.1, LLVM " LLVM_VERSION_STRING "\n";
  });
  std::string complaint;
  raw_string_ostream os(complaint);
  if (!cl::ParseCommandLineOptions(
          argc, argv,
          "compiles a .mlir file, runs its entry function and checks the "
          "result\n",
          &os))
    return badOption(firstLine(complaint));
  if (line.file.empty() && !line.modelReport)
    return badOption("no input file; see ts-run --help");
  RunOptions options;
  copyPlain(line, options);
  if (Error error = parseBlocks(line, options))
    return std::move(error);
  if (Error error = parseCheck(line, options))
    return std::move(error);
  if (Error error = parseTune(line, options))
    return std::move(error);
  if (Error error = parseFiles(line, options))
    return std::move(error);
  if (Error error = checkOutputs(options))
    return std::move(error);
  return options;
}
