//===- Session.cpp - One run, from file to report -------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The stages up to the end of the first execution; Checks.cpp has the rest.
//
//===----------------------------------------------------------------------===//

#include "Session.h"

#include "ts/Runner/Parse.h"
#include "ts/Runner/Sample.h"
#include "ts/Runner/Specialize.h"
#include "ts/Target/Target.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>

using namespace ts;

/// Emitted unless the chip is older: runs, compiled by the driver, on all
/// newer.
static constexpr unsigned defaultIsa = 89;

using llvm::Error;
using llvm::Expected;

Session::~Session() {
  function.reset();
  rt::setCurrentDevice(nullptr);
  llvm::consumeError(rt::takeError());
}

void Session::say(const llvm::Twine &what) const {
  if (options.verbose)
    llvm::errs() << "ts-run: " << what << "\n";
}

bool Session::hasContract() const {
  return compiled.contract && !compiled.contract.getProducts().empty();
}

Error Session::run(Report &report) {
  using Stage = Error (Session::*)();
  for (Stage stage :
       {&Session::compileFile, &Session::writeDumps, &Session::bind,
        &Session::readExpected, &Session::openDevice, &Session::upload,
        &Session::execute})
    if (Error error = (this->*stage)())
      return error;
  describe(report);
  if (Error error = describeKernels(report))
    return error;
  if (Error error = check(report))
    return error;
  if (Error error = writeOutputs())
    return error;
  return time(report);
}

/// The chip named on the command line; else the GPU's row of the table, or, if
/// the GPU has none or there is no GPU, the one with the tightest limits.
std::string Session::chooseChip() {
  if (!options.chip.empty())
    return options.chip;
  if (options.device != RunOptions::DeviceKind::Sim) {
    Expected<std::unique_ptr<rt::Device>> cuda = rt::openCudaDevice();
    if (cuda)
      device = std::move(*cuda);
    else // openDevice says why, once the file is known to be good.
      llvm::consumeError(cuda.takeError());
  }
  const Chip *chip = device ? lookupDevice(device->info().name) : nullptr;
  return chip ? chip->name.str() : "rtx4090";
}

/// Reads the tuning database, and decides on schedules if anyone wants to know
/// more of them than which they are.
Error Session::chooseSchedules() {
  // What is tuned into a new file starts from the one built in.
  bool isNew = options.tune && !llvm::sys::fs::exists(options.tuningDb);
  if (!options.tuningDb.empty() && !isNew) {
    Expected<TuningDatabase> loaded = TuningDatabase::load(options.tuningDb);
    if (!loaded)
      return withCode(ExitCode::BadInput, loaded.takeError());
    database = std::move(*loaded);
    settings.tuningDb = options.tuningDb;
  }
  if (!database.getWarning().empty())
    llvm::errs() << "warning: " << database.getWarning() << "\n";
  if (!options.tune && !options.explain)
    return Error::success();
  Expected<Chosen> made = choose(*module, settings, database);
  if (!made)
    return made.takeError();
  chosen = std::move(*made);
  return Error::success();
}

Error Session::compileFile() {
  say("reading " + options.file);
  Expected<mlir::OwningOpRef<mlir::ModuleOp>> parsed =
      parseFile(context, options.file);
  if (!parsed)
    return parsed.takeError();
  module = std::move(*parsed);
  if (Error error = specialize(*module, options.entry, options.inputs))
    return error;
  settings.chip = chooseChip();
  settings.isa = options.isa;
  if (const Chip *chip = lookupChip(settings.chip); chip && !options.isa)
    settings.isa = std::min(defaultIsa, chip->computeCapability);
  settings.schedule = options.schedule;
  settings.dumpFolder = options.dumpIr;
  if (Error error = chooseSchedules())
    return error;
  say("compiling");
  Expected<Compiled> result = compile(*module, options.entry, settings);
  if (!result)
    return result.takeError();
  compiled = std::move(*result);
  return Error::success();
}

/// Which arguments are outputs: the contract says so; without one they are the
/// last ones, as many as the command line has files for.
Error Session::bind() {
  size_t count = compiled.arguments.size();
  llvm::SmallVector<bool> isOutput(count, false), isUnwritten(count, false);
  roles.resize(count);
  if (hasContract())
    roles = getRoles(compiled.contract, count);
  size_t files = std::max(options.outputs.size(), options.expected.size());
  for (size_t i = 0; i < count; ++i) {
    isOutput[i] = hasContract() ? roles[i].isOutput : i + files >= count;
    isUnwritten[i] = isOutput[i] && hasContract() && !roles[i].isInput;
    if (isOutput[i])
      outputs.push_back(unsigned(i));
  }
  if (files > outputs.size())
    return runError(ExitCode::BadInput,
                    llvm::Twine(files) +
                        " output files given, and the function has " +
                        llvm::Twine(outputs.size()) + " outputs");
  Expected<std::vector<RunArgument>> bound = bindArguments(
      compiled.arguments, options.inputs, isOutput, isUnwritten, options.seed);
  if (!bound)
    return bound.takeError();
  arguments = std::move(*bound);
  if (!hasContract())
    return Error::success();
  multiplyAdds = countMultiplyAdds(compiled.contract, arguments);
  return checkExtents(compiled.contract, arguments);
}

Error Session::readExpected() {
  for (llvm::StringRef path : options.expected) {
    Expected<num::NpyFile> file = num::NpyFile::open(path);
    if (!file)
      return withCode(ExitCode::BadInput, file.takeError());
    expected.push_back(std::move(*file));
  }
  return Error::success();
}

Error Session::openDevice() {
  if (device)
    return Error::success();
  if (options.device == RunOptions::DeviceKind::Sim || options.needsSimulator)
    return openSimulator();
  Expected<std::unique_ptr<rt::Device>> cuda = rt::openCudaDevice();
  if (cuda) {
    device = std::move(*cuda);
    return Error::success();
  }
  if (options.device == RunOptions::DeviceKind::Cuda)
    return withCode(ExitCode::DeviceError, cuda.takeError());
  say("no GPU, so the simulator runs it: " + llvm::toString(cuda.takeError()));
  return openSimulator();
}

Error Session::openSimulator() {
  rt::SimOptions settings;
  // The chip that is compiled for, whose bounds the results have to keep.
  if (compiled.target)
    settings.mma = compiled.target.getInfo().tensorCore.bytesPerSum == 32
                       ? sim::MmaModel::Hopper
                       : sim::MmaModel::Ada;
  if (options.mma != sim::MmaModel::OfTarget)
    settings.mma = options.mma;
  settings.checks = options.findings;
  if (options.counters != CounterView::Summary) {
    settings.profile = true;
    settings.observe = [this](const sim::Module &module, llvm::StringRef kernel,
                              const sim::LaunchResult &result) {
      llvm::raw_string_ostream os(counters);
      os << "\ncounters   of kernel " << kernel << "; they describe the PTX";
      printCounters(options.counters, module, result, os);
      counterObjects.push_back(countersOf(module, kernel, result));
    };
  }
  uint64_t seed = options.seed;
  // Chains of products cannot be checked from a sample, so they run whole.
  double work = std::isfinite(multiplyAdds) ? multiplyAdds : 0;
  std::optional<uint64_t> blocks = options.blocks;
  settings.sample = [=](uint64_t total) {
    uint64_t count =
        blocks ? (*blocks ? *blocks : total) : chooseBlockCount(total, work);
    return sampleBlocks(total, count, seed);
  };
  auto owned = rt::SimDevice::create(std::move(settings));
  simulator = owned.get();
  device = std::move(owned);
  return Error::success();
}

Error Session::upload() {
  say("device: " + device->info().name);
  // The largest first, where the driver has most room: behind A and B, C of the
  // headline problem in tf32 takes 0.995 ms on an H200 instead of 0.981 (eight
  // processes of each; a memset takes the same time in both places).
  auto order = llvm::to_vector(llvm::seq<unsigned>(0, arguments.size()));
  llvm::stable_sort(order, [&](unsigned a, unsigned b) {
    return arguments[a].type.spanBytes() > arguments[b].type.spanBytes();
  });
  for (unsigned index : order) {
    bool accumulates = roles[index].isInput && roles[index].isOutput;
    if (Error error = ts::upload(*device, arguments[index], accumulates,
                                 accumulates && !simulator))
      return withCode(ExitCode::DeviceError, std::move(error));
  }
  return Error::success();
}

Error Session::execute() {
  rt::setCurrentDevice(device.get());
  Expected<std::unique_ptr<HostFunction>> made =
      HostFunction::create(*module, compiled.entry, arguments);
  if (!made)
    return withCode(ExitCode::CompileError, made.takeError());
  function = std::move(*made);
  say("running @" + compiled.entry);
  if (Error error = function->call())
    return withCode(ExitCode::DeviceError, std::move(error));
  return withCode(ExitCode::DeviceError, device->synchronize());
}

bool Session::isSampled() const {
  return simulator &&
         llvm::any_of(simulator->results(), [](const sim::LaunchResult &r) {
           return r.blocksRun < r.blocksTotal;
         });
}
