//===- Verifiers.h - The ways to check a result -----------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Private to the room: what Verify.cpp chooses between.
//
//===----------------------------------------------------------------------===//

#ifndef TS_RUNNER_VERIFIERS_H
#define TS_RUNNER_VERIFIERS_H

#include "ts/Runner/Verify.h"

namespace ts {

/// Recomputes one product on the host and compares band by band, so that a
/// large output never lies in host memory as a whole.
llvm::Error verifyOnHost(VerifyRequest &request, ProductAttr product,
                         OutputReport &report);

/// Executes all products of a contract on the host, in order, and compares the
/// final contents of every output.
llvm::Expected<std::vector<OutputReport>> verifyChain(VerifyRequest &request);

/// The span of an argument as it was before the run: kept, or read from the
/// device for arguments that no product writes.
llvm::Expected<std::vector<uint8_t>> originalSpan(VerifyRequest &request,
                                                  int64_t argument);

/// PTX of the check kernel, `ts_check`.
llvm::Expected<std::string> compileCheckKernel();

/// PTX of a kernel given in upstream dialects, for every supported device.
llvm::Expected<std::string> compileRunnerKernel(llvm::StringRef text);

} // namespace ts

#endif // TS_RUNNER_VERIFIERS_H
