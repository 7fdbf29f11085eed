//===- MemoryTerms.cpp - What all SMs share -------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Estimate.h"

#include "llvm/Support/FormatVariadic.h"

#include <algorithm>
#include <cmath>

using namespace ts;
using llvm::formatv;

/// A row of the headline problem, the unit of the measured write windows.
static constexpr double windowRow = 128 * 1024;

/// Share of the write bandwidth that the order and the form of the stores cost.
double Estimate::writeLoss() const {
  // 0 for stores of 128 bytes, 1 for 256 and more; below it grows worse.
  double run = plan.storeRun();
  double wide = std::clamp(std::log2(run / 128), 0.0, 1.0);
  double torn = std::max(0.0, std::log2(128 / run));
  auto between = [&](double narrow, double broad) {
    return narrow + wide * (broad - narrow);
  };
  bool isLinear = plan.draft.blocks == BlockOrder::Linear;
  double loss = between(c.driftNarrow, c.driftWide);
  if (!isLinear) {
    double rows = plan.bytesInFlight() / windowRow;
    double doublings =
        std::clamp(std::log2(rows / c.windowStart), 0.0, c.windowDoublings);
    loss = doublings * between(c.windowNarrow, c.windowWide);
  }
  if (plan.draft.policy != StorePolicy::Streaming)
    loss += isLinear ? c.unmarkedLinear : c.unmarkedGrid;
  if (plan.hasTornRows())
    loss += c.tornRows + plan.tornEdges() *
                             (isLinear ? c.tornEdgeLinear : c.tornEdgeGrid) /
                             plan.bytesWritten();
  // Problems that the L2 holds are not written through it in any order.
  double beyond = std::clamp(plan.bytesWritten() / chip.l2Bytes - 1, 0.0, 1.0);
  return beyond * loss + torn;
}

/// Bytes of C and operands over the rate of memory.
double Estimate::addDram() {
  double written = plan.bytesWritten(), read = plan.bytesRead();
  double loss = writeLoss();
  double tail = 1 + c.tailShare * (plan.imbalance() - 1);
  double write = written / chip.writeGBs() * 1e-6 * (1 + loss) * tail;
  return add("dram", write + read / chip.dramGBs * 1e-6,
             formatv("{0:f2} GB written at {1:f0} GB/s and {2:f1} % lost to "
                     "their order ({3:f0} bytes together, {4:f0} MB in "
                     "flight), {5:f3} GB read",
                     written * 1e-9, chip.writeGBs(), 100 * loss,
                     plan.storeRun(), plan.bytesInFlight() * 1e-6,
                     read * 1e-9));
}

/// Operands on their way from the L2, and sectors of C that come to it again.
double Estimate::addL2() {
  double slices = plan.bytesFromL2(), hot = plan.hotBytesFromL2();
  double again = plan.bytesWritten() * (plan.writesPerSector() - 1);
  double clocks =
      ((slices + again) / c.l2BytesPerClock + hot / c.hotBytesPerClock) /
      chip.smCount;
  double written = std::max(1.0, plan.bytesWritten());
  return add("l2", clocks / chip.clockGHz() * 1e-6,
             formatv("{0:f3} bytes read per byte written, {1:f0} % of them "
                     "wanted by all blocks at the same time; C written {2:f0} "
                     "times",
                     (slices + hot) / written,
                     100 * hot / std::max(1.0, slices + hot),
                     plan.writesPerSector()));
}
