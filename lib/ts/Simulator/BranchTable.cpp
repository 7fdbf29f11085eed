//===- BranchTable.cpp - Indirect branches --------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Each lane goes to the label of a list that its index names.
//
//===----------------------------------------------------------------------===//

#include "Lanes.h"

using namespace llvm;

namespace ts::sim {

static void branchIndexed(Warp &w, const Instruction &i) {
  const auto &table =
      *reinterpret_cast<const std::vector<uint32_t> *>(i.immediate);
  std::array<uint32_t, 32> targets{};
  for (uint32_t rest = w.exec; rest; rest &= rest - 1) {
    unsigned l = unsigned(countr_zero(rest));
    uint32_t index = w.lanes<uint32_t>(i.operands[0])[l];
    if (index >= table.size())
      return w.report(Finding::Kind::Trap, l, 0,
                      "a branch to label " + Twine(index) + " of " +
                          Twine(table.size()));
    targets[l] = table[index];
  }
  w.scatter(targets.data(), /*isBranch=*/true);
}

void decodeBranchIndexed(Decoder &d) {
  d.require("idx");
  d.take("uni");
  d.expectOperands(2);
  d.source(0, {TypeKind::Unsigned, 32});
  d.out.immediate = reinterpret_cast<int64_t>(d.branchTable(*d.operand(1)));
  d.out.control = true;
  d.out.handler = branchIndexed;
}

} // namespace ts::sim
