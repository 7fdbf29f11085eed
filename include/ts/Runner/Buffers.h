//===- Buffers.h - Arguments in device memory -------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Allocates, fills and reads back the buffers of a run. Gaps between strided
// elements and a guard band around each buffer hold poison that a kernel must
// neither use nor change.
//
//===----------------------------------------------------------------------===//

#ifndef TS_RUNNER_BUFFERS_H
#define TS_RUNNER_BUFFERS_H

#include "ts/Numerics/Npy.h"
#include "ts/Runner/BufferType.h"
#include "ts/Runner/InputSpec.h"
#include "ts/Runtime/Device.h"

namespace ts {

/// One argument of the entry function.
struct RunArgument {
  BufferType type;
  bool isOutput = false;    ///< a product writes it
  bool isUnwritten = false; ///< a pure output: starts as NaN
  num::Fill fill;
  std::vector<double> values;           ///< instead of `fill`, if not empty
  std::optional<num::NpyFile> contents; ///< instead of both
  /// The span as it was before the run, kept where a check needs it.
  std::vector<uint8_t> original;
  /// Device copy of the original contents, for products that accumulate.
  rt::DeviceAddress originalOnDevice = 0;
  rt::DeviceAddress allocation = 0;
  /// Bytes of the band before and after the buffer. None in the simulator,
  /// which knows where every allocation ends.
  uint64_t guard = 0;

  rt::DeviceAddress pointer() const { return allocation + guard; }
  std::string describe() const; ///< "64x32xf32 random, seed 7"
};

/// Matches the command line's inputs with the entry's arguments: shapes, types
/// and files are checked, sizes bound, and seeds drawn from `seed`.
llvm::Expected<std::vector<RunArgument>>
bindArguments(std::vector<BufferType> types, llvm::ArrayRef<InputSpec> inputs,
              llvm::ArrayRef<bool> outputs, llvm::ArrayRef<bool> unwritten,
              uint64_t seed);

/// Allocates the argument on the device and fills it. `keepHost` keeps
/// `original`, `keepDevice` the device copy.
llvm::Error upload(rt::Device &device, RunArgument &argument, bool keepHost,
                   bool keepDevice);

/// Makes a buffer and its guards NaN. In the simulator it is left as never
/// written, so that any read of it is reported.
llvm::Error poison(rt::Device &device, const RunArgument &argument);

/// The argument's elements after the run, dense and row-major.
llvm::Expected<std::vector<uint8_t>> download(rt::Device &device,
                                              const RunArgument &argument);

/// Fails if a run changed a guard band. (The simulator finds such accesses
/// itself, where they happen.)
llvm::Error checkGuards(rt::Device &device, const RunArgument &argument);

} // namespace ts

#endif // TS_RUNNER_BUFFERS_H
