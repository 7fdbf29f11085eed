//===- PtxRun.cpp - One launch of a kernel given as PTX -------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Buffers and scalars from the command line, the launch, what it wrote.
//
//===----------------------------------------------------------------------===//

#include "Ptx.h"

#include "Watchdog.h"

#include "ts/Numerics/Npy.h"
#include "ts/Runner/OutputFile.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"

#include <chrono>

using namespace llvm;
using namespace ts;

namespace {
struct Buffer {
  num::ElementType type;
  SmallVector<int64_t> shape;
  uint64_t address, bytes;
  bool isOutput;
};

class PtxSession {
public:
  explicit PtxSession(const PtxOptions &options) : options(options) {}
  Expected<ExitCode> run();

private:
  Error load();
  Error bind();
  Error bindScalar(const InputSpec &spec, StringRef text);
  Error bindBuffer(const InputSpec &spec, StringRef text);
  Error fill(const InputSpec &spec, Buffer &buffer);
  Error writeOutputs();

  const PtxOptions &options;
  std::unique_ptr<sim::Module> module;
  std::string kernel;
  sim::Memory memory;
  sim::LaunchConfig config;
  std::vector<Buffer> buffers;
};
} // namespace

static Error bad(const Twine &message) {
  return runError(ExitCode::BadInput, message);
}

Error PtxSession::load() {
  auto file = MemoryBuffer::getFile(options.file);
  if (!file)
    return bad("cannot read '" + options.file +
               "': " + file.getError().message());
  Expected<std::unique_ptr<sim::Module>> parsed =
      sim::Module::parse((*file)->getBuffer());
  if (!parsed)
    return runError(ExitCode::CompileError,
                    options.file + ": " + toString(parsed.takeError()));
  module = std::move(*parsed);
  std::vector<std::string> kernels = module->kernels();
  if (kernels.empty())
    return bad(options.file + ": it has no kernel (.entry)");
  kernel = options.entry;
  if (kernel.empty() && kernels.size() == 1)
    kernel = kernels[0];
  if (!is_contained(kernels, kernel))
    return bad(options.file + ": " +
               (kernel.empty() ? "say which kernel with --entry; it has: "
                               : "no kernel '" + kernel + "'; it has: ") +
               join(kernels, ", "));
  return Error::success();
}

/// The bits of a whole number, signed or not, if it has no more than these.
static std::optional<uint64_t> wholeNumber(StringRef text, unsigned bits) {
  int64_t value;
  if (!text.getAsInteger(0, value))
    return isIntN(bits, value) || (value >= 0 && isUIntN(bits, uint64_t(value)))
               ? std::optional(uint64_t(value))
               : std::nullopt;
  uint64_t large;
  if (!text.getAsInteger(0, large) && isUIntN(bits, large))
    return large;
  return std::nullopt;
}

Error PtxSession::bindScalar(const InputSpec &spec, StringRef text) {
  if (!spec.hasContents || spec.fill.kind != num::Fill::Kind::Splat ||
      !spec.values.empty())
    return bad("--arg=" + text + ": a scalar needs a number, such as i32=7");
  std::vector<uint8_t> bytes(num::byteSize(*spec.type));
  num::storeFromDouble(bytes.data(), *spec.type, spec.fill.value);
  if (!num::isFloat(*spec.type)) {
    // Beyond 2^53 a double would not hold it.
    std::optional<uint64_t> whole =
        wholeNumber(text.split('=').second, unsigned(bytes.size()) * 8);
    if (!whole)
      return bad("--arg=" + text + ": a whole number of " +
                 Twine(bytes.size() * 8) + " bits is needed");
    std::memcpy(bytes.data(), &*whole, bytes.size());
  }
  config.parameters.push_back(std::move(bytes));
  return Error::success();
}

Error PtxSession::fill(const InputSpec &spec, Buffer &buffer) {
  uint64_t each = num::byteSize(buffer.type), count = buffer.bytes / each;
  if (!spec.values.empty()) {
    if (spec.values.size() != count)
      return bad(Twine(spec.values.size()) + " values for a buffer of " +
                 Twine(count));
    std::vector<uint8_t> bytes(buffer.bytes);
    for (auto [i, value] : enumerate(spec.values))
      num::storeFromDouble(&bytes[i * each], buffer.type, value);
    return memory.write(buffer.address, bytes);
  }
  num::Fill contents = spec.fill;
  if (!spec.hasSeed)
    contents.seed = options.seed + buffers.size();
  // The same value everywhere costs nothing, however large the buffer is.
  if (contents.kind == num::Fill::Kind::Splat && each <= 4) {
    std::array<uint8_t, 4> pattern{};
    num::storeFromDouble(pattern.data(), buffer.type, contents.value);
    return memory.fill(buffer.address, ArrayRef(pattern).take_front(each),
                       count);
  }
  std::vector<uint8_t> bytes(each << 20);
  for (uint64_t first = 0; first < count; first += uint64_t(1) << 20) {
    uint64_t here = std::min(count - first, uint64_t(1) << 20);
    num::generate(contents, buffer.type, first, here, bytes.data());
    if (Error error = memory.write(buffer.address + first * each,
                                   ArrayRef(bytes).take_front(here * each)))
      return error;
  }
  return Error::success();
}

Error PtxSession::bindBuffer(const InputSpec &spec, StringRef text) {
  std::optional<num::NpyFile> file;
  Buffer buffer{};
  if (!spec.file.empty()) {
    Expected<num::NpyFile> opened = num::NpyFile::open(spec.file);
    if (!opened)
      return withCode(ExitCode::BadInput, opened.takeError());
    file = std::move(*opened);
  }
  buffer.type = spec.type ? *spec.type : file->header().type;
  buffer.shape = spec.shape ? *spec.shape : file->header().shape;
  buffer.isOutput = !spec.hasContents;
  buffer.bytes = num::byteSize(buffer.type);
  for (int64_t extent : buffer.shape)
    if (extent < 0 || (extent && buffer.bytes > (uint64_t(1) << 46) / extent))
      return bad("--arg=" + text + ": this buffer is too large");
    else
      buffer.bytes *= uint64_t(extent);
  if (file && file->header().elements * num::byteSize(file->header().type) !=
                  buffer.bytes)
    return bad("--arg=" + text + ": the file has another size");
  Expected<uint64_t> address =
      memory.allocate(std::max<uint64_t>(buffer.bytes, 1));
  if (!address)
    return address.takeError();
  buffer.address = *address;
  Error written = Error::success();
  if (file)
    written = memory.write(
        buffer.address,
        {static_cast<const uint8_t *>(file->rowMajorData()), buffer.bytes});
  else if (spec.hasContents)
    written = fill(spec, buffer);
  if (written)
    return written;
  config.parameters.emplace_back(8);
  std::memcpy(config.parameters.back().data(), &buffer.address, 8);
  buffers.push_back(std::move(buffer));
  return Error::success();
}

Error PtxSession::bind() {
  for (auto [spec, text] : zip(options.arguments, options.argumentTexts)) {
    if (!spec.type && spec.file.empty())
      return bad("--arg=" + text + ": a type is missing, such as 4x4xf32");
    bool scalar = spec.file.empty() && spec.shape && spec.shape->empty();
    if (Error error = scalar ? bindScalar(spec, text) : bindBuffer(spec, text))
      return error;
  }
  config.grid = options.grid;
  config.block = options.block;
  config.dynamicSharedBytes = options.sharedBytes;
  config.mma = options.mma;
  config.checks = options.checks;
  config.threads = options.threads;
  config.profile =
      options.show != CounterView::Summary || !options.json.empty();
  if (options.maxInstructions)
    config.maxInstructionsPerWarp = options.maxInstructions;
  Expected<std::vector<uint64_t>> blocks =
      chooseBlocks(options.blocks, options.grid, options.seed);
  if (!blocks)
    return blocks.takeError();
  config.blocks = std::move(*blocks);
  size_t outputs = count_if(buffers, [](auto &b) { return b.isOutput; });
  if (options.outputs.size() > outputs)
    return bad(Twine(options.outputs.size()) + " --output given, and " +
               Twine(outputs) + " buffers without contents");
  return Error::success();
}

Error PtxSession::writeOutputs() {
  size_t next = 0;
  for (const Buffer &buffer : buffers) {
    if (!buffer.isOutput || next == options.outputs.size())
      continue;
    std::vector<uint8_t> bytes(buffer.bytes);
    if (Error error = memory.read(buffer.address, bytes))
      return error;
    if (Error error = writeFile(
            options.outputs[next++], num::npyHeader(buffer.type, buffer.shape),
            {reinterpret_cast<char *>(bytes.data()), bytes.size()}))
      return error;
  }
  return Error::success();
}

Expected<ExitCode> PtxSession::run() {
  if (Error error = load())
    return std::move(error);
  if (Error error = bind())
    return std::move(error);
  auto start = std::chrono::steady_clock::now();
  Expected<sim::LaunchResult> result = module->launch(kernel, memory, config);
  if (!result)
    return withCode(ExitCode::BadInput, result.takeError());
  std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  outs() << result->output;
  PtxRun done{options, *module, *result, kernel, took.count()};
  for (const sim::Finding &finding : result->findings)
    errs() << "error: " << sim::checkOf(finding.kind) << ": "
           << toString(finding) << "\n";
  if (!options.quiet)
    printRun(done, outs());
  if (!options.json.empty())
    if (Error error = writeFile(options.json, "", jsonOfRun(done)))
      return std::move(error);
  if (Error error = writeOutputs())
    return std::move(error);
  return result->findings.empty() ? ExitCode::Ok : ExitCode::DeviceError;
}

ExitCode ts::runPtx(const PtxOptions &options) {
  Watchdog watchdog(options.timeout);
  Expected<ExitCode> code = PtxSession(options).run();
  if (!code)
    return reportError(code.takeError(), errs());
  return *code;
}
