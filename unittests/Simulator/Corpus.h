//===- Corpus.h - Right kernels from nvcc -----------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The sources in test/Simulator/Inputs, as nvcc compiled them: no finding under
// all checks, and the values computed by the tests. The folder of the PTX is
// given at compile time, or by TS_CORPUS where they have been compiled anew.
//
//===----------------------------------------------------------------------===//

#ifndef TS_UNITTESTS_SIMULATOR_CORPUS_H
#define TS_UNITTESTS_SIMULATOR_CORPUS_H

#include "SimTest.h"

#include "llvm/Support/MemoryBuffer.h"

#include <cstdlib>

namespace ts::sim {

inline std::string corpus(llvm::StringRef name) {
  const char *folder = std::getenv("TS_CORPUS");
  std::string path = folder ? folder : TS_CORPUS;
  auto file = llvm::MemoryBuffer::getFile(path + "/" + name + ".ptx");
  if (file)
    return (*file)->getBuffer().str();
  ADD_FAILURE() << path << ": no " << name.str() << ".ptx";
  return header;
}

class Corpus : public Bench {
public:
  Corpus(llvm::StringRef file, std::array<uint32_t, 3> grid,
         std::array<uint32_t, 3> block)
      : Bench(corpus(file)) {
    config.grid = grid;
    config.block = block;
  }
  /// A buffer with these values as the next parameter.
  template <class T>
  uint64_t in(const std::vector<T> &values) {
    uint64_t address = upload(values);
    parameter(address);
    return address;
  }
  /// One that was never written.
  uint64_t out(uint64_t bytes) {
    uint64_t address = allocate(bytes);
    parameter(address);
    return address;
  }
};

/// `count` numbers from 0 to `below`, in no order to speak of.
template <class T>
std::vector<T> drawn(size_t count, unsigned below, unsigned seed = 1) {
  std::vector<T> values(count);
  uint32_t state = seed * 2654435761u + 12345;
  for (T &value : values) {
    state = state * 1664525u + 1013904223u;
    value = T((state >> 8) % below);
  }
  return values;
}

} // namespace ts::sim

#endif // TS_UNITTESTS_SIMULATOR_CORPUS_H
