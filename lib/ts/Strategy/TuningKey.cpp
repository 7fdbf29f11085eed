//===- TuningKey.cpp - Which problems are alike ---------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Schedules that are good for a problem are good for its neighbours: what makes
// two problems neighbours is decided here.
//
//===----------------------------------------------------------------------===//

#include "ts/Strategy/TuningDatabase.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>
#include <limits>
#include <numeric>

using namespace mlir;
using namespace ts;

bool Layouts::operator==(const Layouts &other) const {
  return transposeA == other.transposeA && transposeB == other.transposeB &&
         align == other.align;
}

Layouts ts::layoutsOf(MatmulOp op) {
  return {op.getTransposeA(),
          op.getTransposeB(),
          {rowAlignmentOf(op.getA()), rowAlignmentOf(op.getB()),
           rowAlignmentOf(op.getC())}};
}

ShapeClass ts::classOf(int64_t m, int64_t n, int64_t k) {
  // Without overflow: m n > (m + n) k, in floating point.
  return double(m) * double(n) > (double(m) + double(n)) * double(k)
             ? ShapeClass::Out
             : ShapeClass::General;
}

static std::string nameOf(Type type) {
  std::string name;
  llvm::raw_string_ostream(name) << type;
  return name;
}

TuningKey TuningKey::of(const Problem &problem, const Layouts &layouts,
                        StringRef chip) {
  return {chip.str(),
          problem.m,
          problem.n,
          problem.k,
          layouts,
          problem.precision,
          nameOf(problem.element),
          nameOf(problem.result)};
}

static bool isSamePowerOfTwo(int64_t lhs, int64_t rhs) {
  return llvm::Log2_64(lhs) == llvm::Log2_64(rhs);
}

bool TuningKey::isSameBucket(const TuningKey &other) const {
  return std::isfinite(distance(other)) && isSamePowerOfTwo(m, other.m) &&
         isSamePowerOfTwo(n, other.n) && k == other.k &&
         layouts == other.layouts;
}

static double logDistance(int64_t lhs, int64_t rhs) {
  return std::abs(std::log2(double(lhs)) - std::log2(double(rhs)));
}

double TuningKey::distance(const TuningKey &other) const {
  if (chip != other.chip || shapeClass() != other.shapeClass() ||
      precision != other.precision || element != other.element ||
      result != other.result || std::min({m, n, k}) < 1)
    return std::numeric_limits<double>::infinity();
  double distance = logDistance(m, other.m) + logDistance(n, other.n) +
                    logDistance(k, other.k);
  distance += (layouts.transposeA != other.layouts.transposeA) +
              (layouts.transposeB != other.layouts.transposeB);
  for (auto [mine, theirs] :
       llvm::zip_equal(layouts.align, other.layouts.align))
    distance += mine != theirs;
  return distance;
}

std::string TuningKey::shape() const {
  return std::to_string(m) + "x" + std::to_string(n) + "x" + std::to_string(k);
}
