//===- CompileAhead.cpp - Kernels ready before they are asked for ---------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The module travels as text, the schedule too: attributes belong to a context.
// No more is begun than there are threads for twice over, so that little is
// thrown away when the tuner looks elsewhere.
//
//===----------------------------------------------------------------------===//

#include "ts/Runner/CompileAhead.h"

#include "ts/Runner/Parse.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/Parser/Parser.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace ts;

CompileAhead::CompileAhead(ModuleOp module, StringRef entry,
                           const CompileSettings &settings, unsigned threads)
    : registry(module.getContext()->getDialectRegistry()), entry(entry),
      settings(settings), threads(threads) {
  llvm::raw_string_ostream os(text);
  module.print(os, OpPrintingFlags().enableDebugInfo());
  // A product's own schedule wins over that of the settings.
  this->settings.schedule.clear();
  if (threads > 0)
    pool = std::make_unique<llvm::DefaultThreadPool>(
        llvm::hardware_concurrency(threads));
}

CompileAhead::~CompileAhead() = default;

std::shared_ptr<Prepared>
CompileAhead::compileWith(const std::string &schedule) const {
  auto result = std::make_shared<Prepared>();
  result->context =
      std::make_unique<MLIRContext>(registry, MLIRContext::Threading::DISABLED);
  MLIRContext *context = result->context.get();
  context->loadDialect<TSDialect>();
  {
    DiagnosticCollector diagnostics(context);
    result->module = parseSourceString<ModuleOp>(text, context);
    auto attr =
        dyn_cast_or_null<ScheduleAttr>(parseAttribute(schedule, context));
    if (!result->module || !attr) {
      result->failed = diagnostics.hasErrors() ? diagnostics.getErrors().front()
                                               : "cannot be parsed";
      return result;
    }
    result->module->walk([&](MatmulOp op) { op.setScheduleAttr(attr); });
  }
  CompileSettings silent = settings;
  std::string diagnostic;
  silent.diagnostic = &diagnostic;
  llvm::Expected<Compiled> built = compile(*result->module, entry, silent);
  if (built) {
    result->compiled = std::move(*built);
    return result;
  }
  std::string message = llvm::toString(built.takeError());
  result->failed = diagnostic.empty() ? message : diagnostic;
  return result;
}

static std::string textOf(ScheduleAttr schedule) {
  std::string text;
  llvm::raw_string_ostream(text) << schedule;
  return text;
}

void CompileAhead::beginSome() {
  while (begun.size() < 2 * threads && !waiting.empty()) {
    ScheduleAttr schedule = waiting.front();
    waiting.pop_front();
    if (begun.count(schedule))
      continue;
    begun[schedule] = pool->async(
        [this, text = textOf(schedule)] { return compileWith(text); });
  }
}

void CompileAhead::announce(ArrayRef<ScheduleAttr> schedules) {
  begun.remove_if([&](const auto &entry) {
    return !llvm::is_contained(schedules, entry.first);
  });
  waiting.assign(schedules.begin(), schedules.end());
  beginSome();
}

std::shared_ptr<Prepared> CompileAhead::take(ScheduleAttr schedule) {
  auto found = begun.find(schedule);
  if (found == begun.end()) {
    llvm::erase(waiting, schedule);
    return compileWith(textOf(schedule));
  }
  Future future = found->second;
  begun.erase(found);
  beginSome();
  return future.get();
}
