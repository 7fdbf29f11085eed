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

static sim::LineCounters totals(const sim::LaunchResult &result) {
  sim::LineCounters all;
  for (const sim::LineCounters &line : result.lines) {
    all.divergent += line.divergent;
    all.sectors += line.sectors;
    all.idealSectors += line.idealSectors;
    all.wavefronts += line.wavefronts;
    all.idealWavefronts += line.idealWavefronts;
  }
  return all;
}

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

static json::Object jsonOf(const sim::LineCounters &line, StringRef text) {
  return json::Object{{"line", line.line},
                      {"text", text.trim()},
                      {"warps", line.warps},
                      {"threads", line.threads},
                      {"divergent", line.divergent},
                      {"requests", line.requests},
                      {"bytes", line.bytes},
                      {"sectors", line.sectors},
                      {"ideal_sectors", line.idealSectors},
                      {"lines", line.lines},
                      {"wavefronts", line.wavefronts},
                      {"ideal_wavefronts", line.idealWavefronts}};
}

std::string ts::jsonOfRun(const PtxRun &run) {
  const sim::Counters &c = run.result.counters;
  sim::LineCounters all = totals(run.result);
  json::Array findings, lines;
  for (const sim::Finding &finding : run.result.findings)
    findings.push_back(jsonOf(finding));
  for (const sim::LineCounters &line : run.result.lines)
    if (line.warps)
      lines.push_back(jsonOf(line, run.module.line(line.line)));
  json::Object counters{{"warp_instructions", c.warpInstructions},
                        {"thread_instructions", c.threadInstructions},
                        {"fmas", c.fmas},
                        {"mma_multiply_adds", c.mmas},
                        {"global_bytes_read", c.globalBytesRead},
                        {"global_bytes_written", c.globalBytesWritten},
                        {"shared_bytes_read", c.sharedBytesRead},
                        {"shared_bytes_written", c.sharedBytesWritten},
                        {"barriers", c.barriers},
                        {"divergent_branches", all.divergent},
                        {"sectors", all.sectors},
                        {"ideal_sectors", all.idealSectors},
                        {"wavefronts", all.wavefronts},
                        {"ideal_wavefronts", all.idealWavefronts}};
  json::Value report = json::Object{{"kernel", run.kernel},
                                    {"describes", "PTX, not machine code"},
                                    {"blocks_run", run.result.blocksRun},
                                    {"blocks_total", run.result.blocksTotal},
                                    {"seconds", run.seconds},
                                    {"findings", std::move(findings)},
                                    {"counters", std::move(counters)},
                                    {"lines", std::move(lines)}};
  return formatv("{0:2}\n", report).str();
}
