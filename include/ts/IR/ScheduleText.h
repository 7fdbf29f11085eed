//===- ScheduleText.h - A schedule as text and back ------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Schedules leave their context as text: into a tuning database, a report, the
// context of another thread.
//
//===----------------------------------------------------------------------===//

#ifndef TS_IR_SCHEDULETEXT_H
#define TS_IR_SCHEDULETEXT_H

#include "ts/IR/TS.h"

#include <string>

namespace ts {

/// The schedule as `--schedule` takes it.
std::string printSchedule(ScheduleAttr schedule);

/// The schedule, or null, without a diagnostic, if the text is none.
ScheduleAttr parseSchedule(llvm::StringRef text, mlir::MLIRContext *context);

} // namespace ts

#endif // TS_IR_SCHEDULETEXT_H
