//===- ScheduleText.cpp - A schedule as text and back ---------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// One place for it, so that what is looked up is what was written.
//
//===----------------------------------------------------------------------===//

#include "ts/IR/ScheduleText.h"

#include "mlir/AsmParser/AsmParser.h"

using namespace mlir;
using namespace ts;

std::string ts::printSchedule(ScheduleAttr schedule) {
  std::string text;
  llvm::raw_string_ostream(text) << schedule;
  return text;
}

ScheduleAttr ts::parseSchedule(StringRef text, MLIRContext *context) {
  ScopedDiagnosticHandler silence(context, [](Diagnostic &) {});
  return dyn_cast_or_null<ScheduleAttr>(parseAttribute(text, context));
}
