//===- TSKernelOps.cpp - Operations inside a kernel -----------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ts/IR/TS.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/BuiltinTypes.h"

using namespace mlir;
using namespace ts;

/// True if a matrix of type `small` fits into one of type `large` (a dynamic
/// extent fits everywhere), and both hold the same elements.
static bool fitsInto(MemRefType small, MemRefType large) {
  if (small.getRank() != large.getRank() ||
      small.getElementType() != large.getElementType())
    return false;
  for (auto [s, l] : llvm::zip_equal(small.getShape(), large.getShape()))
    if (ShapedType::isStatic(s) && ShapedType::isStatic(l) && s > l)
      return false;
  return true;
}

Value HomeOp::getViewSource() { return getSource(); }

LogicalResult HomeOp::verify() {
  auto source = cast<MemRefType>(getSource().getType());
  auto result = cast<MemRefType>(getResult().getType());
  if (!fitsInto(source, result))
    return emitOpError() << "source " << source << " does not fit into result "
                         << result;
  Home home = getOperand().getHome();
  if (home == Home::Global && source.getShape() != result.getShape())
    return emitOpError() << "home 'global' cannot pad " << source << " to "
                         << result;
  if (home != Home::Global && !result.hasStaticShape())
    return emitOpError() << "home '" << stringifyHome(home)
                         << "' needs a static shape, got " << result;
  return success();
}

LogicalResult CopyOp::verify() {
  auto source = cast<MemRefType>(getSource().getType());
  auto target = cast<MemRefType>(getTarget().getType());
  if (!fitsInto(source, target) || target.getRank() != 2)
    return emitOpError() << "source " << source << " does not fit into target "
                         << target;
  if (!gpu::GPUDialect::hasWorkgroupMemoryAddressSpace(target))
    return emitOpError() << "target " << target << " is not in shared memory";
  return success();
}

LogicalResult StoreOp::verify() {
  auto target = cast<MemRefType>(getTarget().getType());
  if (static_cast<int64_t>(getIndices().size()) != target.getRank())
    return emitOpError() << getIndices().size() << " indices for " << target;
  if (getElementTypeOrSelf(getValue()) != target.getElementType())
    return emitOpError() << "value " << getValue().getType()
                         << " does not match " << target;
  return success();
}
