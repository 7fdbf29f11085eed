//===- Explain.cpp - Why this schedule ------------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ts/Runner/Explain.h"

#include "ts/Emit/Emit.h"
#include "ts/IR/ScheduleText.h"
#include "ts/Strategy/PtxWork.h"

#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace ts;
using llvm::formatv;

/// Measured neighbours that are shown.
static constexpr size_t shownNeighbours = 3;

/// Registers as ptxas gives them, and what it spills, where it is installed.
static CompiledFacts askPtxas(llvm::StringRef ptx, unsigned isa) {
  CompiledFacts result;
  if (!findPtxas())
    return result;
  llvm::Expected<AssembledModule> assembled = assemble(ptx, isa);
  if (!assembled) {
    llvm::consumeError(assembled.takeError());
    return result;
  }
  for (const KernelFacts &facts : assembled->kernels) {
    result.registers = std::max<int64_t>(result.registers, facts.registers);
    result.localBytes = std::max<int64_t>(result.localBytes, facts.spillStores);
  }
  return result;
}

Explanation ts::explain(const ChosenProduct &product,
                        const TuningDatabase &database,
                        std::optional<llvm::StringRef> ptx,
                        const ModelConstants &constants) {
  const Problem &problem = product.problem;
  const Chip &chip = product.target.getInfo();
  TuningKey key = TuningKey::of(problem, product.layouts, chip.name);
  Explanation result;
  result.chip = chip.name.str();
  result.shape = key.shape();
  result.precision = stringifyPrecisionMode(problem.precision).str();
  result.schedule = printSchedule(product.decision.schedule);
  result.source = product.decision.source;
  result.reason = product.decision.reason;
  CompiledFacts facts;
  if (ptx) {
    facts = askPtxas(*ptx, product.target.getIsa());
    Plan plan(product.decision.schedule, problem, chip, facts.registers);
    facts.perTile = countPtx(*ptx, plan.tile());
  }
  result.registers = facts.registers;
  result.isFromPtx = facts.perTile.has_value();
  result.prediction =
      Model(constants).predict(product.decision.schedule, problem, chip, facts);
  double bytes = double(problem.m) * problem.n *
                 problem.result.getIntOrFloatBitWidth() / 8;
  result.floor = bytes / chip.writeGBs() * 1e-6;
  result.floorSource = chip.writeFloorGBs ? "measured" : "data sheet";
  for (const Neighbour &neighbour : database.neighbours(key)) {
    const TuningRecord &record = *neighbour.record;
    result.neighbours.push_back({record.key.shape(), record.schedule,
                                 record.date, record.milliseconds,
                                 record.cost(), neighbour.distance});
    if (result.neighbours.size() == shownNeighbours)
      break;
  }
  return result;
}

static void line(llvm::raw_ostream &os, llvm::StringRef name,
                 const llvm::Twine &text) {
  os << formatv("{0,-10} ", name) << text << "\n";
}

void Explanation::print(llvm::raw_ostream &os) const {
  line(os, "chip", chip + ", " + shape + ", " + precision);
  line(os, "schedule", schedule);
  line(os, "chosen by", toString(source) + ": " + reason);
  if (prediction.terms.empty()) {
    line(os, "predicted", prediction.summary());
    return;
  }
  line(os, "predicted",
       formatv("{0}; {1:f2} x the write floor of {2:f3} ms ({3})",
               prediction.summary(), prediction.milliseconds / floor, floor,
               floorSource));
  for (const Term &term : prediction.terms)
    line(os, "",
         formatv("{0,-8} {1,8:f3} ms  {2}", term.name, term.milliseconds,
                 term.detail));
  line(os, "from",
       llvm::Twine(isFromPtx ? "instructions of the PTX"
                             : "instructions estimated from the schedule") +
           (registers ? ", " + std::to_string(registers) + " registers by ptxas"
                      : std::string(", registers estimated")));
  for (const Measured &near : neighbours)
    line(os, "measured",
         formatv("{0:f4} ms ({1:f3} x memset) for {2}, distance {3:f2}, {4}: "
                 "{5}",
                 near.milliseconds, near.ratio, near.shape, near.distance,
                 near.date, near.schedule));
}

/// JSON has no infinities; they become null.
static llvm::json::Value number(double value) {
  return std::isfinite(value) ? llvm::json::Value(value)
                              : llvm::json::Value(nullptr);
}

llvm::json::Value Explanation::toJson() const {
  llvm::json::Array terms, near;
  for (const Term &term : prediction.terms)
    terms.push_back(llvm::json::Object{{"name", term.name},
                                       {"ms", number(term.milliseconds)},
                                       {"detail", term.detail}});
  for (const Measured &entry : neighbours)
    near.push_back(llvm::json::Object{{"shape", entry.shape},
                                      {"ms", entry.milliseconds},
                                      {"ratio", entry.ratio},
                                      {"distance", entry.distance},
                                      {"date", entry.date},
                                      {"schedule", entry.schedule}});
  bool hasTerms = !prediction.terms.empty();
  return llvm::json::Object{
      {"chip", chip},
      {"shape", shape},
      {"precision", precision},
      {"schedule", schedule},
      {"source", toString(source)},
      {"reason", reason},
      {"predicted_ms", number(prediction.milliseconds)},
      {"bound_by", hasTerms ? prediction.binding().name : llvm::StringRef()},
      {"floor_ms", floor},
      {"floor_source", floorSource},
      {"from_ptx", isFromPtx},
      {"registers", registers},
      {"resident_blocks", prediction.residentBlocks},
      {"terms", std::move(terms)},
      {"neighbours", std::move(near)}};
}
