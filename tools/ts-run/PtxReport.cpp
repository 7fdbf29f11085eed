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

static json::Array arrayOf(const std::array<uint32_t, 3> &value) {
  return json::Array{value[0], value[1], value[2]};
}

static json::Object jsonOf(const sim::Site &site) {
  return json::Object{{"line", site.line},
                      {"text", site.text},
                      {"block", arrayOf(site.block)},
                      {"thread", arrayOf(site.thread)}};
}

static json::Object jsonOf(const sim::Finding &finding) {
  json::Object object = jsonOf(static_cast<const sim::Site &>(finding));
  object["check"] = sim::checkOf(finding.kind);
  object["kernel"] = finding.kernel;
  object["message"] = finding.message;
  object["address"] = finding.address;
  object["repeats"] = finding.repeats;
  if (finding.other)
    object["other"] = jsonOf(*finding.other);
  return object;
}

std::string ts::jsonOfRun(const PtxRun &run) {
  json::Array findings;
  for (const sim::Finding &finding : run.result.findings)
    findings.push_back(jsonOf(finding));
  json::Object report = countersOf(run.module, run.kernel, run.result);
  report["seconds"] = run.seconds;
  report["findings"] = std::move(findings);
  return formatv("{0:2}\n", json::Value(std::move(report))).str();
}
