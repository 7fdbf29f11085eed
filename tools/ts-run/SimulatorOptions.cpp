//===- SimulatorOptions.cpp - What can be asked of the simulator ----------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Values of options, and the tables of counters.
//
//===----------------------------------------------------------------------===//

#include "SimulatorOptions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace ts;

bool ts::enableCheck(StringRef name, sim::Checks &checks) {
  if (name == "initcheck")
    checks.init = true;
  else if (name == "racecheck")
    checks.race = true;
  else if (name == "synccheck")
    checks.sync = true;
  else
    return name == "memcheck";
  return true;
}

cl::ValuesClass ts::mmaValues() {
  return cl::values(clEnumValN(sim::MmaModel::Ada, "ada", "sm_89 and older"),
                    clEnumValN(sim::MmaModel::Hopper, "hopper", "sm_90"),
                    clEnumValN(sim::MmaModel::Exact, "exact",
                               "in double precision, rounded once"));
}

cl::ValuesClass ts::counterValues() {
  return cl::values(
      clEnumValN(CounterView::Table, "table", "a row for each line that runs"),
      clEnumValN(CounterView::Listing, "listing", "the PTX with its counters"));
}

static double ratio(uint64_t a, uint64_t b) { return b ? double(a) / b : 0; }

/// Sectors against the ideal, or passes against those without conflict.
static std::string accessOf(const sim::LineCounters &line) {
  if (!line.requests)
    return line.divergent ? formatv("divergent {0}", line.divergent).str() : "";
  if (line.sectors)
    return formatv("{0:f2} sectors/req (ideal {1:f2})",
                   ratio(line.sectors, line.requests),
                   ratio(line.idealSectors, line.requests))
        .str();
  return formatv("{0:f2} wavefronts/req (ideal {1:f2})",
                 ratio(line.wavefronts, line.requests),
                 ratio(line.idealWavefronts, line.requests))
      .str();
}

static void printTable(const sim::Module &module,
                       const sim::LaunchResult &result, raw_ostream &os) {
  os << formatv("\n{0,6} {1,10} {2,12}  {3,-38} {4}\n", "line", "warps",
                "threads", "memory", "PTX");
  for (const sim::LineCounters &line : result.lines)
    if (line.warps)
      os << formatv("{0,6} {1,10} {2,12}  {3,-38} {4}\n", line.line, line.warps,
                    line.threads, accessOf(line),
                    module.line(line.line).trim());
}

static void printListing(const sim::Module &module,
                         const sim::LaunchResult &result, raw_ostream &os) {
  size_t next = 0;
  const auto &lines = result.lines;
  os << "\n";
  for (unsigned number = 1; number <= module.lineCount(); ++number) {
    while (next < lines.size() && lines[next].line < number)
      ++next;
    bool counted =
        next < lines.size() && lines[next].line == number && lines[next].warps;
    os << formatv("{0,10} {1,-38}|{2}\n",
                  counted ? std::to_string(lines[next].warps) : "",
                  counted ? accessOf(lines[next]) : "",
                  module.line(number).rtrim());
  }
}

static void printClasses(const sim::LaunchResult &result, raw_ostream &os) {
  const char *separator = "\nwarp instructions: ";
  for (auto [n, count] : enumerate(result.classes))
    if (count) {
      os << separator << nameOf(sim::InstructionClass(n)) << " " << count;
      separator = ", ";
    }
  os << "\n";
}

void ts::printCounters(CounterView view, const sim::Module &module,
                       const sim::LaunchResult &result, raw_ostream &os) {
  if (view != CounterView::Summary)
    printClasses(result, os);
  if (view == CounterView::Table)
    printTable(module, result, os);
  if (view == CounterView::Listing)
    printListing(module, result, os);
}

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

json::Object ts::countersOf(const sim::Module &module, StringRef kernel,
                            const sim::LaunchResult &result) {
  const sim::Counters &c = result.counters;
  sim::LineCounters all = totals(result);
  json::Array lines;
  for (const sim::LineCounters &line : result.lines)
    if (line.warps)
      lines.push_back(jsonOf(line, module.line(line.line)));
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
  json::Object classes;
  for (auto [n, count] : enumerate(result.classes))
    classes[nameOf(sim::InstructionClass(n))] = count;
  counters["warp_instructions_by_class"] = std::move(classes);
  return json::Object{{"kernel", kernel},
                      {"describes", "PTX, not machine code"},
                      {"blocks_run", result.blocksRun},
                      {"blocks_total", result.blocksTotal},
                      {"counters", std::move(counters)},
                      {"lines", std::move(lines)}};
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

json::Array ts::findingsOf(const sim::LaunchResult &result) {
  json::Array findings;
  for (const sim::Finding &finding : result.findings)
    findings.push_back(jsonOf(finding));
  return findings;
}
