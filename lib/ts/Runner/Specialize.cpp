//===- Specialize.cpp - Sizes from the command line -----------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Changes the types of arguments; operations that insist on the old type get it
// back through a cast.
//
//===----------------------------------------------------------------------===//

#include "ts/Runner/Specialize.h"

#include "ts/IR/TS.h"
#include "ts/Numerics/Npy.h"
#include "ts/Runner/Entry.h"
#include "ts/Runner/Parse.h"
#include "ts/Runner/RunError.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace ts;
using llvm::Error;
using llvm::Expected;

static std::string print(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

/// The shape that an input states, by itself or by its file.
static Expected<std::optional<SmallVector<int64_t>>>
statedShape(const InputSpec &spec) {
  if (spec.shape || spec.file.empty())
    return spec.shape;
  Expected<num::NpyFile> file = num::NpyFile::open(spec.file);
  if (!file)
    return withCode(ExitCode::BadInput, file.takeError());
  return std::optional(file->header().shape);
}

/// `type` with the open sizes taken from `shape`.
static Expected<ShapedType> close(unsigned index, ShapedType type,
                                  const InputSpec *spec) {
  std::optional<SmallVector<int64_t>> shape;
  if (spec) {
    auto stated = statedShape(*spec);
    if (!stated)
      return stated.takeError();
    shape = std::move(*stated);
  }
  if (!shape)
    return runError(ExitCode::BadInput,
                    "argument " + Twine(index) + ": the sizes of " +
                        print(type) + " are not known: give them with --input");
  bool fits = shape->size() == size_t(type.getRank());
  for (auto [extent, given] : llvm::zip(type.getShape(), *shape))
    fits &= ShapedType::isDynamic(extent) || extent == given;
  if (!fits)
    return runError(ExitCode::BadInput,
                    "argument " + Twine(index) +
                        ": the shape of --input does not fit " + print(type));
  if (auto memref = dyn_cast<MemRefType>(type))
    return ShapedType(MemRefType::Builder(memref).setShape(*shape));
  return type.cloneWith(*shape, type.getElementType());
}

/// Products take memrefs of any type; everything else keeps the old one.
static void retype(BlockArgument argument, ShapedType type,
                   OpBuilder &builder) {
  Type old = argument.getType();
  argument.setType(type);
  bool isMemRef = isa<MemRefType>(type);
  auto keepsNew = [&](Operation *user) {
    return isMemRef && isa<MatmulOp>(user);
  };
  if (llvm::all_of(argument.getUsers(), keepsNew))
    return;
  Location loc = argument.getLoc();
  Value cast;
  if (isMemRef)
    cast = memref::CastOp::create(builder, loc, old, argument);
  else
    cast = tensor::CastOp::create(builder, loc, old, argument);
  argument.replaceUsesWithIf(cast, [&](OpOperand &use) {
    return use.getOwner() != cast.getDefiningOp() && !keepsNew(use.getOwner());
  });
}

Error ts::specialize(ModuleOp module, StringRef entry,
                     ArrayRef<InputSpec> inputs) {
  Expected<FunctionOpInterface> found = findEntry(module, entry);
  if (!found)
    return found.takeError();
  auto function = dyn_cast<func::FuncOp>(found->getOperation());
  if (!function)
    return Error::success();
  OpBuilder builder(function.getBody());
  for (BlockArgument argument : function.getArguments()) {
    auto type = dyn_cast<ShapedType>(argument.getType());
    if (!type || !type.hasRank() || type.hasStaticShape())
      continue;
    unsigned index = argument.getArgNumber();
    Expected<ShapedType> closed =
        close(index, type, index < inputs.size() ? &inputs[index] : nullptr);
    if (!closed)
      return closed.takeError();
    retype(argument, *closed, builder);
  }
  function.setFunctionType(
      builder.getFunctionType(function.getBody().front().getArgumentTypes(),
                              function.getResultTypes()));
  // Sizes that do not fit each other show only now.
  DiagnosticCollector diagnostics(module.getContext());
  if (succeeded(mlir::verify(module)))
    return Error::success();
  if (diagnostics.hasErrors())
    llvm::errs() << diagnostics.getErrors().front() << "\n";
  return runError(ExitCode::BadInput, "");
}
