//===- Kernels.cpp - Kernels as files and as facts ------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// What is written of the kernels, and what ptxas and the driver say of them.
//
//===----------------------------------------------------------------------===//

#include "Session.h"

#include "ts/Emit/Emit.h"
#include "ts/Runner/OutputFile.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace ts;
using llvm::Error;
using llvm::Expected;

unsigned Session::isa() const {
  return compiled.target ? compiled.target.getIsa() : options.isa;
}

/// Machine code of all kernels, which have to be in one module.
static Expected<AssembledModule> assembleOne(const Compiled &compiled,
                                             unsigned isa) {
  if (compiled.ptx.size() != 1)
    return runError(ExitCode::CompileError,
                    "--dump-cubin: the file has " +
                        llvm::Twine(compiled.ptx.size()) +
                        " modules of kernels, and one is needed");
  Expected<AssembledModule> assembled = assemble(compiled.ptx[0], isa);
  if (!assembled)
    return withCode(ExitCode::CompileError, assembled.takeError());
  return assembled;
}

Error Session::writeDumps() {
  if (!options.dumpPtx.empty())
    if (Error error =
            writeFile(options.dumpPtx, "", llvm::join(compiled.ptx, "\n")))
      return error;
  if (options.dumpCubin.empty())
    return Error::success();
  Expected<AssembledModule> assembled = assembleOne(compiled, isa());
  if (!assembled)
    return assembled.takeError();
  return writeFile(options.dumpCubin, "", assembled->cubin);
}

static std::string describeFacts(const ts::KernelFacts &facts) {
  return llvm::formatv("{0}: {1} registers, {2} bytes spilled, {3} bytes of "
                       "static shared memory",
                       facts.kernel, facts.registers,
                       facts.spillStores + facts.spillLoads, facts.shared);
}

/// Names after `.entry` in a PTX text.
static std::vector<std::string> kernelNames(llvm::StringRef ptx) {
  std::vector<std::string> names;
  while (!ptx.empty()) {
    llvm::StringRef line;
    std::tie(line, ptx) = ptx.split('\n');
    size_t at = line.find(".entry ");
    if (at == llvm::StringRef::npos)
      continue;
    llvm::StringRef name = line.substr(at + 7).trim();
    names.push_back(name.take_while([](char c) {
                          return llvm::isAlnum(c) || c == '_' || c == '$';
                        })
                        .str());
  }
  return names;
}

/// Registers and local memory as the driver's own compiler chose them: that is
/// the code that ran.
Error Session::describeLoaded(llvm::StringRef ptx, Report &report) {
  Expected<rt::ModuleHandle> loaded = device->loadModule(ptx);
  if (!loaded)
    return loaded.takeError();
  for (const std::string &name : kernelNames(ptx)) {
    Expected<rt::KernelHandle> kernel = device->getKernel(*loaded, name);
    if (!kernel)
      return kernel.takeError();
    rt::KernelFacts facts = device->facts(*kernel);
    report.registers = std::max(report.registers, facts.registers);
    report.localBytes = std::max(report.localBytes, facts.localBytes);
    report.kernelFacts.push_back(llvm::formatv(
        "{0}: {1} registers, {2} bytes of local memory, {3} bytes of static "
        "shared memory (by the driver)",
        name, facts.registers, facts.localBytes, facts.staticSharedBytes));
  }
  return device->unloadModule(*loaded);
}

Error Session::describeKernels(Report &report) {
  if (simulator)
    return Error::success();
  for (const std::string &ptx : compiled.ptx) {
    if (Error error = describeLoaded(ptx, report))
      return withCode(ExitCode::DeviceError, std::move(error));
    if (!findPtxas())
      continue;
    Expected<AssembledModule> assembled = assemble(ptx, isa());
    if (!assembled)
      return withCode(ExitCode::CompileError, assembled.takeError());
    report.ptxasVersion = assembled->version;
    for (const ts::KernelFacts &facts : assembled->kernels)
      report.kernelFacts.push_back(
          describeFacts(facts) +
          llvm::formatv(" (by ptxas for sm_{0})", isa()).str());
  }
  return Error::success();
}
