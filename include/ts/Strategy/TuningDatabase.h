//===- TuningDatabase.h - What was measured, and where ---------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Every schedule that was ever measured, one line of text each, so that a
// person can read, sort and edit the file. A record says what was computed, on
// what, how fast, and how much of the result was compared; which of them serve
// a problem is asked of `neighbours`.
//
//===----------------------------------------------------------------------===//

#ifndef TS_STRATEGY_TUNINGDATABASE_H
#define TS_STRATEGY_TUNINGDATABASE_H

#include "ts/IR/ScheduleLegality.h"

#include "llvm/Support/Error.h"

#include <array>
#include <string>
#include <vector>

namespace ts {

/// How the operands lie in memory, as far as it changes which accesses are
/// possible.
struct Layouts {
  bool transposeA = false, transposeB = false;
  /// Bytes that every row of A, B and C is aligned to, at most 16.
  std::array<int64_t, 3> align = {16, 16, 16};

  bool operator==(const Layouts &other) const;
};

/// The layouts of a product's operands; tensors are dense.
Layouts layoutsOf(MatmulOp op);

/// `out` if C has more elements than A and B together, else `general`.
ShapeClass classOf(int64_t m, int64_t n, int64_t k);

/// What is looked up, and what a record is filed under: chip, class, buckets
/// of M and N, K, layouts, precision and element types.
struct TuningKey {
  std::string chip;
  int64_t m = 0, n = 0, k = 0;
  Layouts layouts;
  PrecisionMode precision = PrecisionMode::Ieee;
  std::string element, result; ///< "f32"

  static TuningKey of(const Problem &problem, const Layouts &layouts,
                      llvm::StringRef chip);
  ShapeClass shapeClass() const { return classOf(m, n, k); }
  /// Filed under the same key: M and N of one power of two, all else equal.
  bool isSameBucket(const TuningKey &other) const;
  /// |log2| of the quotients of M, N and K, and one for each transposition or
  /// alignment that differs. Infinite if chip, class, precision or an element
  /// type differs.
  double distance(const TuningKey &other) const;
  std::string shape() const; ///< "32768x32768x32"
};

/// One schedule, measured once.
struct TuningRecord {
  TuningKey key;
  std::string schedule; ///< "#ts.schedule<...>"
  double milliseconds = 0;
  double memsetMilliseconds = 0; ///< of C, in the same run
  int64_t samples = 0;
  int64_t checked = 0, outputs = 0; ///< elements of C compared, of all
  std::string wrong; ///< what was wrong with the result; empty: nothing
  std::string device, driver;
  std::string compiler; ///< who made the machine code: "driver", "ptxas 13.0"
  int64_t registers = 0, localBytes = 0; ///< per thread, as it was run
  std::string date;                      ///< "2026-11-24"

  /// May be chosen: right, and all of it was compared.
  bool isUsable() const { return wrong.empty() && checked == outputs; }
  /// Time relative to the memset, or the time itself without one.
  double cost() const;
  std::string toLine() const;
};

/// Parses a line. The error says what is missing or malformed.
llvm::Expected<TuningRecord> parseRecord(llvm::StringRef line);

/// A usable record and how far its problem is from the one asked about.
struct Neighbour {
  const TuningRecord *record;
  double distance;
};

class TuningDatabase {
public:
  /// Records further away than this say nothing: half or double of each of two
  /// extents, or four times one.
  static constexpr double maxDistance = 2;

  /// Reads every line of `text`; `name` is the file's, for messages.
  static TuningDatabase parse(llvm::StringRef text, llvm::StringRef name);
  static llvm::Expected<TuningDatabase> load(llvm::StringRef path);
  /// The one that was built into the program.
  static const TuningDatabase &shipped();

  /// The file's name.
  llvm::StringRef getName() const { return name; }
  llvm::ArrayRef<TuningRecord> getRecords() const { return records; }
  /// Empty, or one line that names the first corrupt line and says how many
  /// more were skipped.
  llvm::StringRef getWarning() const { return warning; }

  /// True if anything was measured on the chip.
  bool knowsChip(llvm::StringRef chip) const;

  /// Usable records within maxDistance: the nearest first, and of one problem
  /// the fastest first. Of a schedule measured twice the later counts.
  std::vector<Neighbour> neighbours(const TuningKey &key) const;

private:
  std::string name, warning;
  std::vector<TuningRecord> records;
};

/// Adds lines at the end of the file, which is made if there is none; what
/// stands in it stays as it is, and what another process adds meanwhile. A
/// crash leaves the old file or the new one.
llvm::Error appendRecords(llvm::StringRef path,
                          llvm::ArrayRef<TuningRecord> records);

} // namespace ts

#endif // TS_STRATEGY_TUNINGDATABASE_H
