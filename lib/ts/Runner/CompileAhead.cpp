//===- CompileAhead.cpp - Kernels ready before they are asked for ---------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The module travels as text, the schedule too: attributes belong to a context.
// No more waits for a thread than there are threads for twice over, and what is
// forgotten before its turn is not compiled.
//
//===----------------------------------------------------------------------===//

#include "ts/Runner/CompileAhead.h"

#include "ts/IR/ScheduleText.h"
#include "ts/Runner/Parse.h"

#include "mlir/Parser/Parser.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace ts;

CompileAhead::CompileAhead(ModuleOp module, StringRef entry,
                           const CompileSettings &settings, unsigned threads)
    : entry(entry), settings(settings), threads(threads) {
  module.getContext()->getDialectRegistry().appendTo(registry);
  llvm::raw_string_ostream os(text);
  module.print(os, OpPrintingFlags().enableDebugInfo());
  // A product's own schedule wins over that of the settings.
  this->settings.schedule.clear();
  // One folder would take the steps of all kernels.
  this->settings.dumpFolder.clear();
  if (threads > 0)
    pool = std::make_unique<llvm::DefaultThreadPool>(
        llvm::hardware_concurrency(threads));
}

CompileAhead::~CompileAhead() { announce({}); }

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
    ScheduleAttr attr = parseSchedule(schedule, context);
    if (!result->module || !attr) {
      result->failed = diagnostics.hasErrors() ? diagnostics.getErrors().front()
                                               : "the schedule is none";
      return result;
    }
    result->module->walk([&](MatmulOp op) { op.setScheduleAttr(attr); });
  }
  CompileSettings silent = settings;
  silent.diagnostic = &result->failed;
  llvm::Expected<Compiled> built = compile(*result->module, entry, silent);
  if (built) {
    result->compiled = std::move(*built);
    return result;
  }
  // The diagnostic, or the error's text where there was none.
  std::string message = llvm::toString(built.takeError());
  if (result->failed.empty())
    result->failed = message.empty() ? "it does not compile" : message;
  return result;
}

void CompileAhead::beginSome() {
  while (begun.size() < 2 * threads && !waiting.empty()) {
    ScheduleAttr schedule = waiting.front();
    waiting.pop_front();
    if (begun.count(schedule))
      continue;
    auto isForgotten = std::make_shared<std::atomic<bool>>(false);
    auto compileUnlessForgotten = [this, isForgotten,
                                   text = printSchedule(schedule)] {
      return *isForgotten ? nullptr : compileWith(text);
    };
    begun[schedule] = {pool->async(compileUnlessForgotten), isForgotten};
  }
}

void CompileAhead::announce(ArrayRef<ScheduleAttr> schedules) {
  begun.remove_if([&](auto &entry) {
    bool isWanted = llvm::is_contained(schedules, entry.first);
    *entry.second.isForgotten = !isWanted;
    return !isWanted;
  });
  waiting.assign(schedules.begin(), schedules.end());
  beginSome();
}

std::shared_ptr<Prepared> CompileAhead::take(ScheduleAttr schedule) {
  auto found = begun.find(schedule);
  if (found == begun.end()) {
    llvm::erase(waiting, schedule);
    return compileWith(printSchedule(schedule));
  }
  auto future = found->second.future;
  begun.erase(found);
  beginSome();
  return future.get();
}
