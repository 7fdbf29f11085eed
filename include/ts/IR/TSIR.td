//===- TSIR.td - Everything of the ts dialect -------------*- tablegen -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
// Only includes the parts, so that one TableGen run sees all of them.
//
//===----------------------------------------------------------------------===//

#ifndef TS_IR_TSIR_TD
#define TS_IR_TSIR_TD

include "ts/IR/TSKernelOps.td"
include "ts/IR/TSOps.td"

#endif // TS_IR_TSIR_TD
