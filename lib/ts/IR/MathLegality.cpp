//===- MathLegality.cpp - Does the math compute what is asked for? --------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Which pipe and instruction a precision needs, and how their products may take
// K. What the chip has room for is ScheduleLegality.cpp's question.
//
//===----------------------------------------------------------------------===//

#include "ts/IR/ScheduleLegality.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace ts;

using EmitError = function_ref<InFlightDiagnostic()>;

num::Mechanism ts::mechanismOf(const Problem &problem) {
  return num::mechanismOf(num::Precision(unsigned(problem.precision)));
}

size_t ts::productsApart(const num::Mechanism &mechanism, MmaAttr mma,
                         int64_t k) {
  size_t cross = mechanism.cross.size();
  if (mechanism.format == num::PieceFormat::ScaledF16 || k > mma.getDepth())
    return cross;
  return mma.getSums() == 2 ? (cross + 1) / 2 : 0;
}

std::optional<MmaKind> ts::instructionFor(const Problem &problem) {
  switch (mechanismOf(problem).format) {
  case num::PieceFormat::Tf32:
    return MmaKind::Tf32;
  case num::PieceFormat::Bf16:
    return MmaKind::Bf16;
  case num::PieceFormat::ScaledF16:
    return MmaKind::F16;
  case num::PieceFormat::None:
    break;
  }
  if (problem.precision != PrecisionMode::Native)
    return std::nullopt;
  if (problem.element.isF16())
    return MmaKind::F16;
  if (problem.element.isBF16())
    return MmaKind::Bf16;
  if (problem.element.isF64())
    return MmaKind::F64;
  return std::nullopt;
}

/// Whether the products of the tensor cores may take K as the schedule says.
static LogicalResult verifyProducts(ScheduleAttr schedule,
                                    const Problem &problem,
                                    EmitError emitError) {
  MmaAttr mma = schedule.getMma();
  num::Mechanism mechanism = mechanismOf(problem);
  StringRef precision = stringifyPrecisionMode(problem.precision);
  bool isScaled = mechanism.format == num::PieceFormat::ScaledF16;
  int64_t depth = mma.getDepth();
  int64_t whole = llvm::alignTo(problem.k, mma.getShape().k);
  // Steps filled up with zeros would spread over more instructions, each of
  // which truncates (but for f64), than the error bound counts.
  if (whole % depth != 0 && mma.getInstruction() != MmaKind::F64)
    return emitError() << "depth = " << depth
                       << " does not divide K = " << problem.k
                       << ", which takes instructions for " << whole;
  if (schedule.getA().getPieces() && mechanism.format == num::PieceFormat::None)
    return emitError() << "a with pieces needs a precision that splits its "
                          "operands, got '"
                       << precision << "'";
  if (mma.getSums() == 2 && (mechanism.cross.empty() || isScaled))
    return emitError() << "sums = 2 needs a precision that adds up products "
                          "of pieces of one scale, got '"
                       << precision << "'";
  if (whole <= depth)
    return success();
  for (auto [needsWhole, what] :
       {std::pair(schedule.getA().getPieces(), "a with pieces"),
        {schedule.getB().getHome() == Home::Registers,
         "b with home 'registers'"},
        {mma.getSums() == 2, "sums = 2"},
        {isScaled, "precision 'f16x3', which scales by the largest entry of a "
                   "row,"}})
    if (needsWhole)
      return emitError() << what << " needs all of K = " << problem.k
                         << " in one product, but depth = " << depth;
  return success();
}

LogicalResult ts::verifyMath(ScheduleAttr schedule, const Problem &problem,
                             EmitError emitError) {
  if (num::isWish(num::Precision(unsigned(problem.precision))))
    return emitError() << "precision '"
                       << stringifyPrecisionMode(problem.precision)
                       << "' says how exact, not how: ts-select-schedule "
                          "chooses a mechanism for it";
  if (schedule.getBlocks().getSkew() != 0 && !problem.takesSkew)
    return emitError() << "skew needs beta = 0 and rows of C of adjacent "
                          "elements: of what two slices share, one is dropped";
  std::optional<MmaKind> wanted = instructionFor(problem);
  MmaAttr mma = schedule.getMma();
  StringRef precision = stringifyPrecisionMode(problem.precision);
  if (!mma && !wanted) {
    if (problem.element.isF32())
      return success();
    return emitError() << "element type " << problem.element
                       << " in precision '" << precision
                       << "' has no schedule yet, only f32; use 'native'";
  }
  if (!mma)
    return emitError() << "precision '" << precision << "' on "
                       << problem.element << " needs math = mma<"
                       << stringifyMmaKind(*wanted) << ", ...>, got fma";
  if (!wanted)
    return emitError() << "precision '" << precision << "' on "
                       << problem.element << " needs math = fma<...>, got mma<"
                       << stringifyMmaKind(mma.getInstruction()) << ">";
  if (*wanted != mma.getInstruction())
    return emitError() << "precision '" << precision << "' on "
                       << problem.element << " needs instruction "
                       << stringifyMmaKind(*wanted) << ", got "
                       << stringifyMmaKind(mma.getInstruction());
  return verifyProducts(schedule, problem, emitError);
}
