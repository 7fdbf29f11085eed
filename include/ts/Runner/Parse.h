//===- Parse.h - Reading .mlir files from anywhere --------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Files are untrusted: whatever is in them, the outcome is a module or one line
// that says where the file is wrong.
//
//===----------------------------------------------------------------------===//

#ifndef TS_RUNNER_PARSE_H
#define TS_RUNNER_PARSE_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/Error.h"

namespace ts {

/// Collects diagnostics while it lives: `FILE:LINE:COL: error: text`, one line
/// each. MLIR reports some failures in no other way, so that the number of
/// errors has to be asked for even when everything "succeeded".
class DiagnosticCollector {
public:
  explicit DiagnosticCollector(mlir::MLIRContext *context);
  bool hasErrors() const { return !errors.empty(); }
  llvm::ArrayRef<std::string> getErrors() const { return errors; }
  /// Warnings and remarks.
  llvm::ArrayRef<std::string> getRemarks() const { return remarks; }

private:
  std::vector<std::string> errors, remarks;
  mlir::ScopedDiagnosticHandler handler;
};

/// Deepest nesting of brackets and signs in a text, comments and strings left
/// out.
unsigned nestingDepth(llvm::StringRef text);

/// Refuses nesting that would overflow the stack of a recursive parser, even
/// that of runWithBigStack.
llvm::Error checkNesting(llvm::StringRef text, llvm::StringRef path);

/// Parses and verifies a file ("-" is standard input). Nesting beyond what the
/// recursive parser can take is refused; call it with a big stack.
llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>>
parseFile(mlir::MLIRContext &context, llvm::StringRef path);

/// Runs `body` on a thread with a stack for deeply nested IR and waits.
void runWithBigStack(llvm::function_ref<void()> body);

} // namespace ts

#endif // TS_RUNNER_PARSE_H
