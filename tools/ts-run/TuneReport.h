//===- TuneReport.h - What a tuning run says --------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The table for people and the JSON for scripts.
//
//===----------------------------------------------------------------------===//

#ifndef TS_RUN_TUNEREPORT_H
#define TS_RUN_TUNEREPORT_H

#include "ts/Runner/RunError.h"
#include "ts/Runtime/Device.h"
#include "ts/Strategy/Tuner.h"
#include "ts/Strategy/TuningDatabase.h"

#include "llvm/Support/JSON.h"

namespace ts {

struct TuneReport {
  rt::DeviceInfo device;
  TuningKey key;
  uint64_t seed = 0;
  std::string file; ///< of the database that was added to
  TuneResult result;

  /// Wrong results fail the run; so does finding no usable schedule.
  ExitCode exitCode() const;
  void print(llvm::raw_ostream &os) const;
  llvm::json::Value toJson() const;
};

} // namespace ts

#endif // TS_RUN_TUNEREPORT_H
