//===- Checks.h - Checks that every device makes ---------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// What is wrong on every device is said in the same words by every device.
//
//===----------------------------------------------------------------------===//

#ifndef TS_LIB_RUNTIME_CHECKS_H
#define TS_LIB_RUNTIME_CHECKS_H

#include "ts/Runtime/Device.h"

namespace ts::rt {

/// Refuses an empty grid or block and more than the hardware's limits.
llvm::Error checkShape(llvm::StringRef kernel, const Launch &launch);

/// Refuses a fill pattern that is not 1, 2 or 4 bytes long.
llvm::Error checkPattern(llvm::ArrayRef<uint8_t> pattern);

/// "kernel 'f': a x b x c blocks of d x e x f threads"
std::string describe(llvm::StringRef kernel, const Launch &launch);

/// An image that is machine code (a cubin or a fat binary), not PTX text.
bool isBinaryImage(llvm::StringRef image);

} // namespace ts::rt

#endif // TS_LIB_RUNTIME_CHECKS_H
