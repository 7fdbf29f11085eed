//===- TestErrors.h - Errors in tests --------------------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Takes values and errors apart so that a test compares plain text.
//
//===----------------------------------------------------------------------===//

#ifndef TS_UNITTESTS_RUNTIME_TESTERRORS_H
#define TS_UNITTESTS_RUNTIME_TESTERRORS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include "gtest/gtest.h"

namespace ts::rt {

/// The error's text, or "" for success.
inline std::string textOf(llvm::Error error) {
  return llvm::toString(std::move(error));
}

/// The value; a failure of the test if there is none.
template <typename T>
T valueOf(llvm::Expected<T> expected) {
  if (expected)
    return std::move(*expected);
  ADD_FAILURE() << llvm::toString(expected.takeError());
  return T();
}

/// The error's text of what must have failed.
template <typename T>
std::string failureOf(llvm::Expected<T> expected) {
  if (!expected)
    return llvm::toString(expected.takeError());
  ADD_FAILURE() << "succeeded, and should not have";
  return "";
}

/// Whether `text` contains `part`, printing both if not.
inline testing::AssertionResult says(const std::string &text,
                                     llvm::StringRef part) {
  if (llvm::StringRef(text).contains(part))
    return testing::AssertionSuccess();
  return testing::AssertionFailure()
         << "'" << part.str() << "' is not in:\n  " << text;
}
#define EXPECT_SAYS(text, part) EXPECT_TRUE(ts::rt::says(text, part))

} // namespace ts::rt

#endif // TS_UNITTESTS_RUNTIME_TESTERRORS_H
