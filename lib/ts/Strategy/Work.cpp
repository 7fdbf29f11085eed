//===- Work.cpp - What a schedule makes a warp do -------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// One machine instruction is 16 bytes (all chips since compute capability 7.0);
// a lane accesses at most 16 bytes with one. Instructions that only the machine
// code has (addresses, loop counters) are counted as `overhead` below, taken
// from the headline kernel: 1.183e9 warp instructions, of these 1.074e9 FFMA
// and about 0.068e9 of the other kinds counted here (benchmarks/model.md).
//
//===----------------------------------------------------------------------===//

#include "ts/Strategy/Work.h"

#include "ts/Numerics/Precision.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace ts;

static constexpr double laneBytes = 16, warpBytes = 32 * laneBytes;
static constexpr double instructionBytes = 16;
/// Of a loop: counter, comparison, branch, addresses.
static constexpr double loopOverhead = 4;
/// Of a tile: row and column, addresses of A and C, the loop, waits.
static constexpr double tileOverhead = 40;
/// Address and loop for each group of copies.
static constexpr double copyOverhead = 1;

double Plan::loopBytes() const {
  if (draft.isMma)
    return tile().instructions() * instructionBytes;
  double outputs = double(draft.tile[0]) * draft.tile[1] / 32;
  double steps = std::min<double>(draft.unroll, problem.k);
  // Steps that do not fill an iteration, and the peeled last one, follow.
  double rest = draft.ahead ? double((problem.k - 1) % draft.unroll) + 1
                            : double(problem.k % draft.unroll);
  return outputs * (steps + rest) * instructionBytes;
}

void Plan::addFmaLoop(Work &work) const {
  double k = problem.k;
  double rows = double(draft.tile[0]) / draft.lanes[0];
  double columns = double(draft.tile[1]) / draft.lanes[1];
  work.fma += rows * columns * k;
  // A column of A: lanes beside each other read the same words.
  double loadsA = std::ceil(rows / 4) * k, loadsB = columns / draft.vector * k;
  if (draft.a.home == Home::Global)
    work.globalLoads += rows * k;
  else
    work.uniformLoads += loadsA;
  if (draft.b.home == Home::Global)
    work.globalLoads += loadsB;
  else if (draft.vector == 1)
    // Single columns of all lanes are 128 bytes: one pass, as for one address.
    work.uniformLoads += loadsB;
  else
    work.wideLoads += loadsB * draft.vector * 4 / laneBytes;
  double iterations = k / draft.unroll;
  work.other += iterations * loopOverhead;
  // An odd number of steps in the loop moves what was read ahead into place.
  if (draft.ahead && draft.unroll % 2 == 1)
    work.other += iterations * (rows + columns);
  // Half of the accumulators are set to zero by an instruction of their own.
  work.other += rows * columns / 2;
}

void Plan::addMmaLoop(Work &work) const {
  bool isF64 = draft.instruction == MmaKind::F64;
  bool is16 =
      draft.instruction == MmaKind::F16 || draft.instruction == MmaKind::Bf16;
  double outputsOfOne = isF64 ? 64 : 128, depthOfOne = isF64  ? 4
                                                       : is16 ? 16
                                                              : 8;
  double outputs = double(draft.tile[0]) * draft.tile[1];
  work.mma += outputs / outputsOfOne * paddedK / depthOfOne * products();
  // Pieces in memory are packed as the instruction takes them.
  auto bytes = [&](const Draft::Operand &operand, double elements) {
    double packed = is16 ? 2 : isF64 ? 8 : 4;
    return elements *
           (operand.pieces ? pieces() * packed : double(bytesOfElement()));
  };
  auto load = [&](const Draft::Operand &operand, double elements) {
    double loads = bytes(operand, elements) / warpBytes;
    (operand.home == Home::Global ? work.globalLoads : work.wideLoads) += loads;
    // A value is rounded once for each piece, and what is left subtracted.
    if (!operand.pieces && problem.precision != PrecisionMode::Native)
      work.other += elements / 32 * (2 * pieces() - 1);
  };
  load(draft.a, double(draft.tile[0]) * paddedK);
  if (draft.b.home != Home::Registers)
    load(draft.b, double(draft.tile[1]) * paddedK);
  // Scaled cross terms join the leading one; scales are multiplied in.
  double perOutput = problem.precision == PrecisionMode::F16x3 ? 3 : 0;
  work.other += outputs / 32 * perOutput;
}

void Plan::addStores(Work &work) const {
  double outputs = double(draft.tile[0]) * draft.tile[1] / 32;
  if (draft.path == StorePath::Staged) {
    double wide = outputs * bytesOfResult() / laneBytes;
    work.sharedStores += wide;
    work.wideLoads += wide;
  }
  work.stores += outputs / elementsPerStore();
  // f16 and bf16 results are packed two by two.
  if (bytesOfResult() == 2)
    work.other += outputs / 2;
}

/// A's share of a tile on its way to the ring. A block's ring is filled by all
/// of its warps; the FMA pipe's ring is stored by columns, word by word.
void Plan::addRing(Work &work) const {
  if (draft.a.home == Home::Global)
    return;
  double elements = double(draft.tile[0]) * problem.k;
  if (draft.a.home == Home::Shared)
    elements /= draft.warps[1];
  double perCopy = draft.isMma ? laneBytes / bytesOfElement() : 1;
  double copies = elements / 32 / perCopy;
  work.copies += copies;
  work.other += copies * copyOverhead;
  if (draft.a.pieces) {
    work.sharedStores += copies * pieces();
    work.other += elements / 32 * (2 * pieces() - 1);
  }
}

Work Plan::tile() const {
  Work work;
  if (draft.isMma)
    addMmaLoop(work);
  else
    addFmaLoop(work);
  addStores(work);
  addRing(work);
  work.other += tileOverhead;
  return work;
}

Work Plan::prologue() const {
  Work work;
  if (draft.b.home == Home::Global)
    return work;
  double elements = double(draft.columns()) * problem.k;
  double warps = draft.warps[0] * draft.warps[1];
  if (draft.b.home == Home::Registers)
    warps = draft.warps[1]; // every row of warps has its own copy
  double perCopy = draft.b.swap ? 1 : laneBytes / bytesOfElement();
  double copies = elements / warps / 32 / perCopy;
  (draft.b.home == Home::Shared ? work.copies : work.globalLoads) += copies;
  work.other += copies * copyOverhead;
  if (draft.isMma && problem.precision != PrecisionMode::Native)
    work.other += elements / warps / 32 * (2 * pieces() - 1);
  return work;
}
