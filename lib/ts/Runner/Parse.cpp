//===- Parse.cpp - Reading .mlir files from anywhere ----------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// The parser, the verifier and every walk over IR recurse by nesting, hence the
// limit and the stack.
//
//===----------------------------------------------------------------------===//

#include "ts/Runner/Parse.h"

#include "ts/Runner/RunError.h"

#include "mlir/Parser/Parser.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/thread.h"

#include <algorithm>

using namespace mlir;
using namespace ts;
using llvm::Error;
using llvm::Expected;

static constexpr unsigned maxDepth = 2000;
static constexpr unsigned stackBytes = 512u << 20;

/// One line, whatever the message holds.
static std::string toLine(Diagnostic &diagnostic) {
  std::string text;
  llvm::raw_string_ostream os(text);
  if (auto at = diagnostic.getLocation()->findInstanceOf<FileLineColLoc>()) {
    os << at.getFilename().getValue() << ":";
    // Line 0 is the file as a whole.
    if (at.getLine() > 0)
      os << at.getLine() << ":" << at.getColumn() << ":";
    os << " ";
  }
  switch (diagnostic.getSeverity()) {
  case DiagnosticSeverity::Error:
    os << "error: ";
    break;
  case DiagnosticSeverity::Warning:
    os << "warning: ";
    break;
  case DiagnosticSeverity::Remark:
    os << "remark: ";
    break;
  case DiagnosticSeverity::Note:
    os << "note: ";
    break;
  }
  os << diagnostic;
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

DiagnosticCollector::DiagnosticCollector(MLIRContext *context)
    : handler(context, [this](Diagnostic &diagnostic) {
        bool isError = diagnostic.getSeverity() == DiagnosticSeverity::Error;
        (isError ? errors : remarks).push_back(toLine(diagnostic));
        return success();
      }) {}

namespace {
/// Counts brackets from left to right.
class DepthScanner {
public:
  explicit DepthScanner(StringRef text) : text(text) {}
  unsigned scan();

private:
  void skipString();
  void skipComment();
  void bracket(char c);

  StringRef text;
  size_t at = 0;
  unsigned depth = 0, deepest = 0;
  unsigned signs = 0; ///< minus signs in a row: each is a level of the parser
};
} // namespace

void DepthScanner::skipString() {
  for (++at; at < text.size() && text[at] != '"' && text[at] != '\n'; ++at)
    if (text[at] == '\\')
      ++at;
}

void DepthScanner::skipComment() {
  at = std::min(text.find('\n', at), text.size());
}

void DepthScanner::bracket(char c) {
  bool opens = c == '(' || c == '[' || c == '{' || c == '<';
  // `->`, `<=` and `>=` are no brackets.
  if ((c == '<' || c == '>') && at + 1 < text.size() && text[at + 1] == '=')
    return;
  if (c == '>' && at > 0 && text[at - 1] == '-')
    return;
  if (opens)
    deepest = std::max(deepest, ++depth);
  else if (depth > 0)
    --depth;
}

unsigned DepthScanner::scan() {
  for (; at < text.size(); ++at) {
    char c = text[at];
    if (c == '-')
      deepest = std::max(deepest, depth + ++signs);
    else if (!llvm::isSpace(c))
      signs = 0;
    if (c == '"')
      skipString();
    else if (text.substr(at).starts_with("//"))
      skipComment();
    else if (StringRef("()[]{}<>").contains(c))
      bracket(c);
  }
  return deepest;
}

unsigned ts::nestingDepth(StringRef text) { return DepthScanner(text).scan(); }

Error ts::checkNesting(StringRef text, StringRef path) {
  unsigned depth = nestingDepth(text);
  if (depth <= maxDepth)
    return Error::success();
  return runError(ExitCode::BadInput, path + ": brackets are nested " +
                                          Twine(depth) + " deep; at most " +
                                          Twine(maxDepth) + " are accepted");
}

Expected<OwningOpRef<ModuleOp>> ts::parseFile(MLIRContext &context,
                                              StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(path);
  if (!buffer)
    return runError(ExitCode::BadInput, "cannot read '" + path + "': " +
                                            buffer.getError().message());
  if (Error error = checkNesting((*buffer)->getBuffer(), path))
    return std::move(error);
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(std::move(*buffer), llvm::SMLoc());
  DiagnosticCollector diagnostics(&context);
  auto module = parseSourceFile<ModuleOp>(sources, &context);
  if (module && !diagnostics.hasErrors())
    return std::move(module);
  // The first error is the cause; it carries its own "error:".
  if (diagnostics.hasErrors()) {
    StringRef line = diagnostics.getErrors().front();
    llvm::errs() << line << "\n";
    return runError(ExitCode::BadInput, "");
  }
  return runError(ExitCode::BadInput, path + ": not a module");
}

void ts::runWithBigStack(llvm::function_ref<void()> body) {
  llvm::thread worker(std::optional<unsigned>(stackBytes), [&] { body(); });
  worker.join();
}
