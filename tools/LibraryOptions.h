//===- LibraryOptions.h - What --help leaves out ---------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// For the tools whose command line is parsed by upstream's own main function.
//
//===----------------------------------------------------------------------===//

#ifndef TS_TOOLS_LIBRARYOPTIONS_H
#define TS_TOOLS_LIBRARYOPTIONS_H

#include "llvm/Config/llvm-config.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/raw_ostream.h"

namespace ts {

/// LLVM's libraries register options for their own passes, which say nothing
/// to a user of a tool. They keep working and leave `--help`, except for the
/// two that every tool has. To be called before a tool registers its own.
inline void hideLibraryOptions() {
  for (auto &[name, option] : llvm::cl::getRegisteredOptions())
    if (name != "help" && name != "version")
      option->setHiddenFlag(llvm::cl::ReallyHidden);
}

/// What `--version` says.
inline void setVersion(llvm::StringRef tool) {
  llvm::cl::SetVersionPrinter([tool](llvm::raw_ostream &os) {
    os << tool << " of the ts project, LLVM " << LLVM_VERSION_STRING << "\n";
  });
}

} // namespace ts

#endif // TS_TOOLS_LIBRARYOPTIONS_H
