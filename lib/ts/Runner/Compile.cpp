//===- Compile.cpp - From a parsed module to one that runs ----------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The steps in order, and what is read off the IR between them.
//
//===----------------------------------------------------------------------===//

#include "ts/Runner/Compile.h"

#include "ts/Emit/Emit.h"
#include "ts/IR/ScheduleText.h"
#include "ts/Numerics/Precision.h"
#include "ts/Pipeline/Pipeline.h"
#include "ts/Runner/Entry.h"
#include "ts/Runner/Parse.h"
#include "ts/Runner/RunError.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace ts;
using llvm::Error;
using llvm::Expected;

using BuildStep = void (*)(OpPassManager &, const CompileOptions &);
static constexpr BuildStep builders[] = {
    buildRaise,   buildSelect,     buildTile,  buildVectorize,
    buildOverlap, buildDistribute, buildLower, buildEmit};

namespace {
/// One module on its way through the steps.
class Compilation {
public:
  Compilation(ModuleOp module, StringRef entryName,
              const CompileSettings &settings)
      : module(module), entryName(entryName), settings(settings) {}
  Expected<Compiled> run();

private:
  Error runStep(unsigned step, const CompileOptions &options);
  Error dump(unsigned step);
  Error beforeLowering();
  void collectSchedules();
  void collectImages();
  Error finish();

  ModuleOp module;
  StringRef entryName;
  const CompileSettings &settings;
  Compiled result;
  bool hasSignature = false;
};
} // namespace

Error Compilation::dump(unsigned step) {
  if (settings.dumpFolder.empty())
    return Error::success();
  llvm::SmallString<128> path(settings.dumpFolder);
  llvm::sys::path::append(path,
                          Twine(step + 1) + "-" + stepNames()[step] + ".mlir");
  std::error_code ec;
  llvm::raw_fd_ostream os(path, ec);
  if (!ec) {
    module.print(os);
    os << "\n";
    os.close();
    ec = os.error();
    os.clear_error();
  }
  if (ec)
    return runError(ExitCode::BadInput,
                    "cannot write '" + path + "': " + ec.message());
  return Error::success();
}

Error Compilation::runStep(unsigned step, const CompileOptions &options) {
  DiagnosticCollector diagnostics(module.getContext());
  PassManager pm(module.getContext());
  builders[step](pm, options);
  bool ok = succeeded(pm.run(module));
  if (ok && !diagnostics.hasErrors())
    return Error::success();
  if (!diagnostics.hasErrors())
    return runError(ExitCode::CompileError,
                    "step " + stepNames()[step] + " failed");
  if (settings.diagnostic)
    *settings.diagnostic = diagnostics.getErrors().front();
  else
    llvm::errs() << diagnostics.getErrors().front() << "\n";
  return runError(ExitCode::CompileError, "");
}

/// Reads the signature, which lowering takes away, and asks for a wrapper that
/// can be called with descriptors.
Error Compilation::beforeLowering() {
  Expected<FunctionOpInterface> entry = findEntry(module, entryName);
  if (!entry)
    return entry.takeError();
  auto function = dyn_cast<func::FuncOp>(entry->getOperation());
  if (!function)
    return Error::success();
  Expected<std::vector<BufferType>> arguments = getArguments(*entry);
  if (!arguments)
    return arguments.takeError();
  result.arguments = std::move(*arguments);
  hasSignature = true;
  function->setAttr(LLVM::LLVMDialect::getEmitCWrapperAttrName(),
                    UnitAttr::get(module.getContext()));
  return Error::success();
}

void Compilation::collectSchedules() {
  std::vector<std::string> found, mechanisms;
  module.walk([&](MatmulOp product) {
    ScheduleAttr schedule = product.getScheduleAttr();
    if (!schedule)
      return;
    found.push_back(printSchedule(schedule));
    auto precision = num::Precision(unsigned(product.getPrecisionMode()));
    mechanisms.push_back(num::isWish(precision) ? ""
                                                : num::name(precision).str());
  });
  if (found.empty())
    return;
  result.schedules = std::move(found);
  result.mechanisms = std::move(mechanisms);
}

void Compilation::collectImages() {
  module.walk([&](gpu::BinaryOp binary) {
    if (std::optional<StringRef> ptx = getPtx(binary))
      result.ptx.push_back(ptx->str());
  });
}

Error Compilation::finish() {
  Expected<FunctionOpInterface> entry = findEntry(module, entryName);
  if (!entry)
    return entry.takeError();
  result.entry = entry->getName().str();
  result.contract = getContract(*entry);
  auto *dialect = module.getContext()->getOrLoadDialect<TSDialect>();
  result.target = dialect->getTargetAttrHelper().getAttr(module);
  if (hasSignature && !result.contract)
    return Error::success();
  // The function was lowered already: only its contract knows the buffers.
  if (!result.contract && entry->getNumArguments() > 0)
    return runError(ExitCode::BadInput,
                    "function '" + result.entry +
                        "' is lowered and has no #ts.contract that says what "
                        "its arguments are");
  Expected<std::vector<BufferType>> arguments = getArguments(*entry);
  if (!arguments)
    return arguments.takeError();
  result.arguments = std::move(*arguments);
  return Error::success();
}

Expected<Compiled> Compilation::run() {
  CompileOptions options;
  options.chip = settings.chip;
  options.isa = settings.isa;
  options.schedule = settings.schedule;
  options.tuningDb = settings.tuningDb;
  for (unsigned step = 0; step < std::size(builders); ++step) {
    if (Step(step) == Step::Lower)
      if (Error error = beforeLowering())
        return std::move(error);
    if (Error error = runStep(step, options))
      return std::move(error);
    if (Error error = dump(step))
      return std::move(error);
    collectSchedules();
  }
  collectImages();
  if (Error error = finish())
    return std::move(error);
  return std::move(result);
}

Expected<Compiled> ts::compile(ModuleOp module, StringRef entry,
                               const CompileSettings &settings) {
  if (!settings.dumpFolder.empty())
    if (std::error_code ec =
            llvm::sys::fs::create_directories(settings.dumpFolder))
      return runError(ExitCode::BadInput, "cannot create '" +
                                              settings.dumpFolder +
                                              "': " + ec.message());
  // Without an entry function there is nothing to compile for.
  if (auto found = findEntry(module, entry); !found)
    return found.takeError();
  return Compilation(module, entry, settings).run();
}
