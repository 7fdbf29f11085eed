//===- ParserFuzz.cpp - Any bytes as PTX ----------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A libFuzzer target: whatever the text, the parser ends with a module or with
// one line. What it takes for a kernel is also run for a few instructions, by
// two warps, on two small buffers. Built and run by fuzz.sh.
//
//===----------------------------------------------------------------------===//

#include "ts/Simulator/Simulator.h"

#include <cstdlib>
#include <cstring>

using namespace ts::sim;

static void runKernel(const Module &module, const std::string &name) {
  llvm::Expected<std::vector<unsigned>> sizes = module.parameterSizes(name);
  if (!sizes)
    std::abort();
  Memory memory;
  LaunchConfig config;
  config.block = {48, 1, 1};
  config.grid = {2, 1, 1};
  config.dynamicSharedBytes = 256;
  config.threads = 1;
  config.maxInstructionsPerWarp = 500;
  config.profile = true;
  for (unsigned size : *sizes) {
    // More than a kernel can have on a GPU, or enough to be slow.
    if (size > 4096 || config.parameters.size() > 64)
      return;
    config.parameters.emplace_back(size);
    llvm::Expected<uint64_t> address = memory.allocate(512);
    if (!address)
      return llvm::consumeError(address.takeError());
    std::vector<uint8_t> bytes(512, 1);
    llvm::consumeError(memory.write(*address, bytes));
    std::memcpy(config.parameters.back().data(), &*address,
                size < 8 ? size : 8);
  }
  llvm::Expected<LaunchResult> result = module.launch(name, memory, config);
  if (!result)
    return llvm::consumeError(result.takeError());
  for (const Finding &finding : result->findings)
    if (toString(finding).empty())
      std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  llvm::StringRef text(reinterpret_cast<const char *>(data), size);
  llvm::Expected<std::unique_ptr<Module>> module = Module::parse(text);
  if (!module) {
    std::string message = llvm::toString(module.takeError());
    // One line that says where.
    if (message.empty() || message.find('\n') != std::string::npos)
      std::abort();
    return 0;
  }
  for (const std::string &name : (*module)->kernels())
    runKernel(**module, name);
  return 0;
}
