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
// warps of a block may run it a different number of times. Loops that copy are
// run by all threads of the scope alike, and are walked twice, so that accesses
// of one iteration meet those of the one before.
//
//===----------------------------------------------------------------------===//

#include "ts/IR/TS.h"
#include "ts/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
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

struct Access {
  bool reads = false, writes = false;
  /// Asynchronous copies, which write when they are waited for.
  bool copies = false;
  explicit operator bool() const { return reads || writes || copies; }
  void operator|=(Access other) {
    reads |= other.reads;
    writes |= other.writes;
    copies |= other.copies;
  }
};

/// Places the barriers of one buffer.
class BufferWalk {
public:
  explicit BufferWalk(AllocOp buffer)
      : buffer(buffer), scope(buffer.getScope()) {
    collect(buffer.getResult());
  }

  void run(Block &body) {
    Access pending;
    walk(body, pending);
  }

private:
  void collect(Value view);
  void walk(Block &block, Access &pending);
  Access accessOf(Operation *op) const;
  bool isBarrier(Operation *op) const;
  void insertBarrier(Operation *before);
  /// A barrier orders what has happened; copies in flight have not.
  static void clear(Access &pending) { pending.reads = pending.writes = false; }

  AllocOp buffer;
  Scope scope;
  /// Operations that read or write the buffer or a view of it.
  DenseMap<Operation *, Access> accesses;
};

} // namespace

void BufferWalk::collect(Value view) {
  for (OpOperand &use : view.getUses()) {
    Operation *user = use.getOwner();
    if (auto copy = dyn_cast<CopyOp>(user)) {
      Access access;
      access.copies = copy.getTarget() == view;
      access.reads = copy.getSource() == view;
      accesses[user] |= access;
    } else if (isa<ViewLikeOpInterface>(user)) {
      for (Value result : user->getResults())
        collect(result);
    } else {
      Access access;
      access.reads = true;
      access.writes = hasEffect<MemoryEffects::Write>(user, view);
      accesses[user] |= access;
    }
  }
}

/// What an operation, or anything in it, does to the buffer.
Access BufferWalk::accessOf(Operation *op) const {
  Access result;
  op->walk([&](Operation *inner) { result |= accesses.lookup(inner); });
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

void BufferWalk::walk(Block &block, Access &pending) {
  for (Operation &op : llvm::make_early_inc_range(block)) {
    if (isBarrier(&op)) {
      clear(pending);
      continue;
    }
    if (auto wait = dyn_cast<NVVM::CpAsyncWaitGroupOp>(op)) {
      pending.writes |= pending.copies;
      pending.copies &= wait.getN() != 0;
      continue;
    }
    Access access = accessOf(&op);
    if (!access)
      continue;
    auto loop = dyn_cast<LoopLikeOpInterface>(op);
    if (loop && (access.writes || access.copies)) {
      for (int round = 0; round < 2; ++round)
        for (Region *region : loop.getLoopRegions())
          walk(region->front(), pending);
      continue;
    }
    bool changes = access.writes || access.copies;
    bool readTooEarly = access.reads && pending.writes;
    bool changedTooEarly = changes && (pending.reads || pending.writes);
    if (readTooEarly || changedTooEarly) {
      insertBarrier(&op);
      clear(pending);
    }
    pending |= access;
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
