//===- Verify.h - Is the result right? --------------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Compares what the kernels wrote with what the contract of the entry function
// promises, and says how much of it was looked at.
//
//===----------------------------------------------------------------------===//

#ifndef TS_RUNNER_VERIFY_H
#define TS_RUNNER_VERIFY_H

#include "ts/IR/TS.h"
#include "ts/Numerics/Check.h"
#include "ts/Runner/Buffers.h"

namespace ts {

/// What was found out about one output of the entry function.
struct OutputReport {
  unsigned argument = 0;
  std::string where; ///< "device" or "host"
  num::CheckResult result;
  num::Precision precision = num::Precision::Ieee; ///< of the contract
  /// How it was computed, if the compiled module says so; else empty.
  std::string mechanism;
  bool bitExact = true;     ///< the bits must be the chain's
  double bound = 0;         ///< of |error| / magnitude
  double smallestEntry = 0; ///< what smaller ones count as in the magnitude
  num::Magnitude magnitude = num::Magnitude::Elementwise;
  int64_t elements = 0; ///< of the output
  /// Elements that were to be written and were not (simulator).
  int64_t missing = 0;
  std::optional<std::pair<int64_t, int64_t>> firstMissing;
  /// Bytes in gaps between elements that a kernel wrote (simulator).
  int64_t strayBytes = 0;

  /// Empty if all that was compared is right; else what is wrong, in one line.
  std::string problem() const;

private:
  std::string wrongValues() const;
};

struct VerifyRequest {
  rt::Device &device;
  std::vector<RunArgument> &arguments;
  ContractAttr contract;
  /// Of the chip that computed the results.
  TensorCore core;
  /// Blocks were left out: only what a kernel wrote is compared.
  bool sampled = false;
  /// Rows [first, second) to compare; empty = all.
  std::vector<std::pair<int64_t, int64_t>> rows = {};
  /// More multiply-adds than this are not repeated on the host.
  double hostLimit = 0x1p35;
};

/// Checks every output of the contract. An error means that a check could not
/// be made (NotChecked), not that a result is wrong.
llvm::Expected<std::vector<OutputReport>> verify(VerifyRequest &request);

/// The product of a contract as the references take it; `span` gives the host
/// memory of an argument.
num::Product makeProduct(ProductAttr product,
                         llvm::ArrayRef<RunArgument> arguments,
                         llvm::function_ref<const void *(int64_t)> span);

/// Fails if sizes that were bound at run time do not fit each other.
llvm::Error checkExtents(ContractAttr contract,
                         llvm::ArrayRef<RunArgument> arguments);

/// Multiply-adds of all products; infinite if a product's operands are not
/// arguments.
double countMultiplyAdds(ContractAttr contract,
                         llvm::ArrayRef<RunArgument> arguments);

/// Compares on the device itself, with a kernel of its own (float types only).
llvm::Expected<num::CheckResult>
checkOnDevice(rt::Device &device, const num::Product &product,
              const TensorCore &core, const num::Matrix &result,
              llvm::ArrayRef<std::pair<int64_t, int64_t>> rows);

/// Compares an output with the values of a file, dense and row-major.
llvm::Expected<OutputReport> compareWithFile(rt::Device &device,
                                             const RunArgument &argument,
                                             num::NpyFile &file,
                                             double relativeTolerance);

} // namespace ts

#endif // TS_RUNNER_VERIFY_H
