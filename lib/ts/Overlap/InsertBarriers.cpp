//===- InsertBarriers.cpp - Barriers from an analysis ---------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Shared buffers are written by some threads and read by others. This pass
// walks a kernel once per ts.alloc and puts a barrier of the buffer's scope
// wherever an access could meet one that other threads have not finished: a
// read after a copy, a copy after reads. Waiting for a copy to land is not its
// concern: the wait stands with the copy, and only what is waited for counts as
// written: until then nobody may read it, and other slots of a ring are free.
//
//                                     gpu.barrier   (the last slice's reads)
//   ts.copy block %slice, %bs         ts.copy block %slice, %bs
//   wait                         =>   wait
//                                     gpu.barrier   (the copies of others)
//   scf.for { read %bs }              scf.for { read %bs }
//
// A loop that only reads gets its barrier in front of it, never inside: the
// warps of a block may run it a different number of times. In a ring
// whose slot is carried by the loop, accesses to different slots of one
// iteration do not meet.
//
//===----------------------------------------------------------------------===//

#include "ts/IR/TS.h"
#include "ts/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/SetVector.h"

namespace ts {
#define GEN_PASS_DEF_INSERTBARRIERSPASS
#include "ts/Passes.h.inc"
} // namespace ts

using namespace mlir;
using namespace ts;

namespace {

/// What an operation does to a buffer, or to one slot of a ring.
struct Access {
  bool reads = false, writes = false;
  /// Asynchronous copies, which write when they are waited for.
  bool copies = false;
  /// Outermost index of the view it goes through; null for the whole buffer.
  Value slot;
};

/// Accesses that other threads may not have finished.
using Pending = SmallVector<Access, 4>;

/// Places the barriers of one buffer.
class BufferWalk {
public:
  explicit BufferWalk(AllocOp buffer)
      : buffer(buffer), scope(buffer.getScope()) {
    collect(buffer.getResult(), /*slot=*/nullptr);
  }

  void run(Block &body) {
    Pending pending;
    walk(body, pending);
  }

private:
  void collect(Value view, Value slot);
  void walk(Block &block, Pending &pending);
  void walkLoop(LoopLikeOpInterface loop, Pending &pending);
  bool entersBranch(const Pending &accesses) const;
  void walkBranch(scf::IfOp branch, Pending &pending);
  Pending accessesOf(Operation *op) const;
  bool isBarrier(Operation *op) const;
  void insertBarrier(Operation *before);

  AllocOp buffer;
  Scope scope;
  /// What operations do to the buffer or to a view of it.
  DenseMap<Operation *, Pending> accesses;
};

} // namespace

void BufferWalk::collect(Value view, Value slot) {
  for (OpOperand &use : view.getUses()) {
    Operation *user = use.getOwner();
    Access access;
    access.slot = slot;
    if (auto subview = dyn_cast<memref::SubViewOp>(user)) {
      // Only a ring of the block has its slots outermost.
      bool isRing = view == buffer.getResult() && scope == Scope::Block &&
                    subview.getMixedOffsets().size() == 3;
      Value index =
          isRing ? dyn_cast<Value>(subview.getMixedOffsets()[0]) : Value();
      collect(subview, index ? index : slot);
      continue;
    }
    if (isa<ViewLikeOpInterface>(user)) {
      for (Value result : user->getResults())
        collect(result, slot);
      continue;
    }
    if (auto copy = dyn_cast<CopyOp>(user)) {
      access.copies = copy.getTarget() == view;
      access.reads = copy.getSource() == view;
    } else {
      access.writes = hasEffect<MemoryEffects::Write>(user, view);
      access.reads = !access.writes;
    }
    accesses[user].push_back(access);
  }
}

/// What an operation, or anything in it, does to the buffer.
Pending BufferWalk::accessesOf(Operation *op) const {
  Pending result;
  op->walk([&](Operation *inner) {
    llvm::append_range(result, accesses.lookup(inner));
  });
  return result;
}

bool BufferWalk::isBarrier(Operation *op) const {
  return isa<gpu::BarrierOp>(op) ||
         (scope == Scope::Warp && isa<NVVM::SyncWarpOp>(op));
}

void BufferWalk::insertBarrier(Operation *before) {
  OpBuilder builder(before);
  Location loc = buffer.getLoc();
  if (scope == Scope::Block) {
    gpu::BarrierOp::create(builder, loc);
    return;
  }
  Value all = arith::ConstantIntOp::create(builder, loc, -1, 32);
  NVVM::SyncWarpOp::create(builder, loc, all);
}

/// (slot + a) modulo depth, as ts-stage-operands writes it; {slot, 0} if it is
/// not of that form.
static std::pair<Value, int64_t> rotation(Value slot) {
  auto rem = slot.getDefiningOp<arith::RemUIOp>();
  auto sum = rem ? rem.getLhs().getDefiningOp<arith::AddIOp>() : nullptr;
  std::optional<int64_t> ahead =
      sum ? getConstantIntValue(sum.getRhs()) : std::nullopt;
  std::optional<int64_t> depth =
      rem ? getConstantIntValue(rem.getRhs()) : std::nullopt;
  if (!ahead || !depth)
    return {slot, 0};
  return {sum.getLhs(), *ahead % *depth};
}

/// True if two accesses of one iteration go to different slots.
static bool areApart(const Access &first, const Access &second) {
  if (!first.slot || !second.slot)
    return false;
  auto [base, ahead] = rotation(first.slot);
  auto [otherBase, otherAhead] = rotation(second.slot);
  return base == otherBase && ahead != otherAhead;
}

/// True if the accesses must not run side by side in different threads.
static bool conflicts(const Access &before, const Access &now) {
  if (areApart(before, now))
    return false;
  bool changes = now.writes || now.copies;
  return (now.reads && before.writes) ||
         (changes && (before.reads || before.writes));
}

/// A barrier orders what has happened; copies in flight have not.
static void clear(Pending &pending) {
  llvm::erase_if(pending, [](Access &access) {
    access.reads = access.writes = false;
    return !access.copies;
  });
}

/// Copies that were waited for have written. Waiting for all leaves none.
static void land(Pending &pending, bool all) {
  for (Access &access : pending) {
    access.writes |= access.copies;
    access.copies &= !all;
  }
}

/// Names slots as the next iteration (or the first one) sees them: what is
/// passed on as `values` is called `arguments` there, other names mean nothing.
static void rename(Pending &pending, ValueRange values, ValueRange arguments) {
  for (Access &access : pending) {
    if (!access.slot)
      continue;
    Value renamed;
    for (auto [value, argument] : llvm::zip_equal(values, arguments))
      if (value == access.slot)
        renamed = argument;
    access.slot = renamed;
  }
}

/// Loops that change the buffer are run by all threads of the scope alike, and
/// are walked twice, so that accesses of one iteration meet those of the one
/// before.
void BufferWalk::walkLoop(LoopLikeOpInterface loop, Pending &pending) {
  rename(pending, loop.getInits(), loop.getRegionIterArgs());
  for (int round = 0; round < 2; ++round) {
    for (Region *region : loop.getLoopRegions())
      walk(region->front(), pending);
    rename(pending, loop.getYieldedValues(), loop.getRegionIterArgs());
  }
  rename(pending, {}, {});
}

/// A warp takes a branch as a whole, so that its barriers may stand inside; the
/// warps of a block may part ways. A branch that only reads or only changes the
/// buffer needs none inside.
bool BufferWalk::entersBranch(const Pending &accesses) const {
  auto changes = [](const Access &a) { return a.writes || a.copies; };
  return scope == Scope::Warp && llvm::any_of(accesses, changes) &&
         llvm::any_of(accesses, [](const Access &a) { return a.reads; });
}

void BufferWalk::walkBranch(scf::IfOp branch, Pending &pending) {
  Pending after;
  for (Region *region : branch.getRegions()) {
    Pending inside = pending;
    if (!region->empty())
      walk(region->front(), inside);
    llvm::append_range(after, inside);
  }
  pending = after;
}

void BufferWalk::walk(Block &block, Pending &pending) {
  for (Operation &op : llvm::make_early_inc_range(block)) {
    if (isBarrier(&op)) {
      clear(pending);
      continue;
    }
    if (auto wait = dyn_cast<NVVM::CpAsyncWaitGroupOp>(op)) {
      land(pending, /*all=*/wait.getN() == 0);
      continue;
    }
    Pending now = accessesOf(&op);
    if (now.empty())
      continue;
    bool changes =
        llvm::any_of(now, [](const Access &a) { return a.writes || a.copies; });
    if (auto loop = dyn_cast<LoopLikeOpInterface>(op); loop && changes) {
      walkLoop(loop, pending);
      continue;
    }
    if (auto branch = dyn_cast<scf::IfOp>(op); branch && entersBranch(now)) {
      walkBranch(branch, pending);
      continue;
    }
    bool isTooEarly = llvm::any_of(now, [&](const Access &access) {
      return llvm::any_of(pending, [&](const Access &before) {
        return conflicts(before, access);
      });
    });
    if (isTooEarly) {
      insertBarrier(&op);
      clear(pending);
    }
    llvm::append_range(pending, now);
  }
}

namespace {

struct InsertBarriers : ts::impl::InsertBarriersPassBase<InsertBarriers> {
  void runOnOperation() override {
    SmallVector<AllocOp> buffers;
    getOperation()->walk([&](AllocOp buffer) { buffers.push_back(buffer); });
    for (AllocOp buffer : buffers)
      BufferWalk(buffer).run(*buffer->getBlock());
  }
};

} // namespace
