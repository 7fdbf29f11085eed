//===- Passes.h - All passes of ts -----------------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TS_PASSES_H
#define TS_PASSES_H

#include "ts/IR/TS.h"

#include "mlir/Pass/Pass.h"

namespace ts {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "ts/Passes.h.inc"

} // namespace ts

#endif // TS_PASSES_H
