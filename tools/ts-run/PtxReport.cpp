//===- PtxReport.cpp - Counters of a kernel given as PTX ------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// A summary, a table, a listing, JSON. Names follow Nsight Compute: requests,
// sectors, wavefronts.
//
//===----------------------------------------------------------------------===//

#include "Ptx.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

using namespace llvm;
using namespace ts;

static void printSummary(const PtxRun &run, raw_ostream &os) {
  const sim::Counters &c = run.result.counters;
  os << formatv("kernel        {0}\n", run.kernel);
  os << formatv("blocks        {0} of {1}{2}\n", run.result.blocksRun,
                run.result.blocksTotal,
                run.result.blocksRun < run.result.blocksTotal
                    ? " (--blocks=" + run.options.blocks + ")"
                    : "");
  os << formatv("instructions  {0} of warps, {1} of threads\n",
                c.warpInstructions, c.threadInstructions);
  os << formatv("work          {0} fma of threads, {1} multiply-adds of mma\n",
                c.fmas, c.mmas);
  os << formatv("global        {0} bytes read, {1} written\n",
                c.globalBytesRead, c.globalBytesWritten);
  os << formatv("shared        {0} bytes read, {1} written\n",
                c.sharedBytesRead, c.sharedBytesWritten);
  os << formatv("barriers      {0} arrivals of warps\n", c.barriers);
  os << formatv("host          {0:f3} s, {1:f1} M thread instructions/s\n",
                run.seconds, c.threadInstructions / run.seconds * 1e-6);
  os << "Counters describe the PTX; ptxas merges, moves and drops accesses.\n";
}

void ts::printRun(const PtxRun &run, raw_ostream &os) {
  printSummary(run, os);
  printCounters(run.options.show, run.module, run.result, os);
}

std::string ts::jsonOfRun(const PtxRun &run) {
  json::Object report = countersOf(run.module, run.kernel, run.result);
  report["seconds"] = run.seconds;
  report["findings"] = findingsOf(run.result);
  return formatv("{0:2}\n", json::Value(std::move(report))).str();
}
