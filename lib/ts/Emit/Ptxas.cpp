//===- Ptxas.cpp - NVIDIA's assembler as a function -----------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// ptxas is optional: it says at compile time what the driver would find out at
// launch, above all whether a kernel spills. What `ptxas -v` prints is parsed
// here and nowhere else.
//
//===----------------------------------------------------------------------===//

#include "ts/Emit/Emit.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace ts {

std::optional<std::string> findCudaHome() {
  if (std::optional<std::string> home = sys::Process::GetEnv("CUDA_HOME"))
    return home;
  if (sys::fs::is_directory("/usr/local/cuda"))
    return "/usr/local/cuda";
  return std::nullopt;
}

std::optional<std::string> findPtxas() {
  if (ErrorOr<std::string> path = sys::findProgramByName("ptxas"))
    return *path;
  std::optional<std::string> home = findCudaHome();
  if (!home)
    return std::nullopt;
  SmallString<128> path(*home);
  sys::path::append(path, "bin", "ptxas");
  if (!sys::fs::can_execute(path))
    return std::nullopt;
  return path.str().str();
}

//===----------------------------------------------------------------------===//
// The report
//===----------------------------------------------------------------------===//

/// The number that stands directly before `unit` ("24 bytes stack frame").
static unsigned numberBefore(StringRef line, StringRef unit) {
  size_t at = line.find(unit);
  unsigned value = 0;
  if (at == StringRef::npos)
    return value;
  StringRef digits = line.take_front(at).rtrim();
  digits = digits.take_back(digits.size() - 1 -
                            digits.find_last_not_of("0123456789"));
  (void)!to_integer(digits, value, 10);
  return value;
}

std::vector<KernelFacts> parsePtxasReport(StringRef report) {
  std::vector<KernelFacts> kernels;
  SmallVector<StringRef> lines;
  report.split(lines, '\n', -1, /*KeepEmpty=*/false);
  for (StringRef line : lines) {
    if (line.contains("Compiling entry function '")) {
      StringRef rest = line.split('\'').second;
      kernels.emplace_back().kernel = rest.split('\'').first.str();
    } else if (kernels.empty()) {
      continue;
    } else if (line.contains("bytes stack frame")) {
      kernels.back().stack = numberBefore(line, " bytes stack frame");
      kernels.back().spillStores = numberBefore(line, " bytes spill stores");
      kernels.back().spillLoads = numberBefore(line, " bytes spill loads");
    } else if (line.contains("Used ")) {
      kernels.back().registers = numberBefore(line, " registers");
      kernels.back().shared = numberBefore(line, " bytes smem");
    }
  }
  return kernels;
}

//===----------------------------------------------------------------------===//
// Running it
//===----------------------------------------------------------------------===//

namespace {
/// A temporary file, removed when the value goes.
class TemporaryFile {
public:
  static Expected<TemporaryFile> create(StringRef suffix) {
    SmallString<128> path;
    if (std::error_code error =
            sys::fs::createTemporaryFile("ts", suffix, path))
      return createStringError(error, "cannot make a temporary file: " +
                                          error.message());
    return TemporaryFile(path);
  }

  StringRef path() const { return name; }

  Error write(StringRef text) {
    std::error_code error;
    raw_fd_ostream stream(name, error);
    if (!error) {
      stream << text;
      stream.close();
      error = stream.error();
      stream.clear_error();
    }
    return error ? createStringError(error, name + ": " + error.message())
                 : Error::success();
  }

  Expected<std::string> read() const {
    ErrorOr<std::unique_ptr<MemoryBuffer>> buffer = MemoryBuffer::getFile(name);
    if (!buffer)
      return createStringError(buffer.getError(),
                               name + ": " + buffer.getError().message());
    return (*buffer)->getBuffer().str();
  }

private:
  explicit TemporaryFile(StringRef path)
      : name(path), remover(std::make_unique<FileRemover>(path)) {}

  std::string name;
  std::unique_ptr<FileRemover> remover;
};
} // namespace

/// Runs a program and returns all it printed, also as the error if it fails.
static Expected<std::string> runProgram(StringRef program,
                                        ArrayRef<StringRef> arguments) {
  Expected<TemporaryFile> output = TemporaryFile::create("txt");
  if (!output)
    return output.takeError();
  SmallVector<StringRef> command{program};
  command.append(arguments.begin(), arguments.end());
  std::optional<StringRef> redirects[] = {StringRef(), output->path(),
                                          output->path()};
  std::string reason;
  int status = sys::ExecuteAndWait(program, command, std::nullopt, redirects, 0,
                                   0, &reason);
  Expected<std::string> text = output->read();
  if (!text)
    return text.takeError();
  if (status == 0)
    return text;
  StringRef why = reason.empty() ? StringRef(*text).rtrim() : StringRef(reason);
  return createStringError(program + " failed: " + why);
}

/// "13.0.88" out of "... release 13.0, V13.0.88".
static Expected<std::string> versionOf(StringRef ptxas) {
  Expected<std::string> text = runProgram(ptxas, {"--version"});
  if (!text)
    return text.takeError();
  StringRef rest = StringRef(*text).split(", V").second;
  StringRef version =
      rest.take_while([](char c) { return isDigit(c) || c == '.'; });
  if (version.empty())
    return createStringError(ptxas + " does not say its version");
  return version.str();
}

Expected<AssembledModule> assemble(StringRef ptx, unsigned isa) {
  std::optional<std::string> ptxas = findPtxas();
  if (!ptxas)
    return createStringError(
        "there is no ptxas on PATH, in CUDA_HOME or in /usr/local/cuda");
  Expected<std::string> version = versionOf(*ptxas);
  if (!version)
    return version.takeError();
  Expected<TemporaryFile> input = TemporaryFile::create("ptx");
  if (!input)
    return input.takeError();
  Expected<TemporaryFile> output = TemporaryFile::create("cubin");
  if (!output)
    return output.takeError();
  if (Error error = input->write(ptx))
    return error;

  std::string arch = "-arch=sm_" + std::to_string(isa);
  Expected<std::string> report =
      runProgram(*ptxas, {"-v", arch, input->path(), "-o", output->path()});
  if (!report)
    return report.takeError();
  Expected<std::string> cubin = output->read();
  if (!cubin)
    return cubin.takeError();
  return AssembledModule{std::move(*cubin), parsePtxasReport(*report),
                         std::move(*version)};
}

} // namespace ts
