//===- DeviceCheck.mlir - An independent reference on the device ----------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Recomputes every element of C = alpha * A * B + beta * C0 as the operation's
// description defines it, and compares. Kept as plain as possible (one thread,
// one element at a time, every stride an argument) and lowered by upstream
// passes only: it must not share a bug with the kernels it checks.
//
// Each thread leaves seven words in %out: mismatches, index of its first one
// (-1: none), largest |error| / magnitude (bits of an f64), sum of error^2, sum
// of reference^2, elements whose chain is not finite, and how many of those
// differ from it.
//
//===----------------------------------------------------------------------===//

gpu.module @ts_check {
  gpu.func @ts_check(
      %a: !llvm.ptr<1>, %b: !llvm.ptr<1>, %c: !llvm.ptr<1>, %c0: !llvm.ptr<1>,
      %out: !llvm.ptr<1>, %m: i64, %n: i64, %depth: i64,
      %aRow: i64, %aCol: i64, %bRow: i64, %bCol: i64, %cRow: i64, %cCol: i64,
      %c0Row: i64, %c0Col: i64, %alpha: f32, %beta: f32, %slack: f64) kernel {
    %0 = arith.constant 0 : i64
    %1 = arith.constant 1 : i64
    %none = arith.constant -1 : i64
    %zero = arith.constant 0.0 : f32
    %dzero = arith.constant 0.0 : f64
    %dinf = arith.constant 0x7FF0000000000000 : f64
    %expMask = arith.constant 0x7f800000 : i32

    %bid = gpu.block_id x
    %bdim = gpu.block_dim x
    %tid = gpu.thread_id x
    %gdim = gpu.grid_dim x
    %base = arith.muli %bid, %bdim : index
    %first = arith.addi %base, %tid : index
    %all = arith.muli %gdim, %bdim : index
    %lo = arith.index_cast %first : index to i64
    %step = arith.index_cast %all : index to i64
    %total = arith.muli %m, %n : i64
    %alphaD = arith.extf %alpha : f32 to f64
    %betaD = arith.extf %beta : f32 to f64
    %alphaAbs = llvm.call_intrinsic "llvm.fabs.f64"(%alphaD) : (f64) -> f64
    %betaAbs = llvm.call_intrinsic "llvm.fabs.f64"(%betaD) : (f64) -> f64
    %hasBeta = arith.cmpf une, %beta, %zero : f32

    %r:7 = scf.for %e = %lo to %total step %step
        iter_args(%bad = %0, %firstBad = %none, %worst = %dzero,
                  %err2 = %dzero, %ref2 = %dzero, %odd = %0, %oddBad = %0)
        -> (i64, i64, f64, f64, f64, i64, i64) : i64 {
      %i = arith.divui %e, %n : i64
      %in = arith.muli %i, %n : i64
      %j = arith.subi %e, %in : i64
      %aBase = arith.muli %i, %aRow : i64
      %bBase = arith.muli %j, %bCol : i64
      %aPtr = llvm.getelementptr %a[%aBase] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, f32
      %bPtr = llvm.getelementptr %b[%bBase] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, f32

      %s:3 = scf.for %k = %0 to %depth step %1
          iter_args(%acc = %zero, %exact = %dzero, %size = %dzero)
          -> (f32, f64, f64) : i64 {
        %ak = arith.muli %k, %aCol : i64
        %bk = arith.muli %k, %bRow : i64
        %ap = llvm.getelementptr %aPtr[%ak] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, f32
        %bp = llvm.getelementptr %bPtr[%bk] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, f32
        %av = llvm.load %ap : !llvm.ptr<1> -> f32
        %bv = llvm.load %bp : !llvm.ptr<1> -> f32
        %next = llvm.intr.fma(%av, %bv, %acc) : (f32, f32, f32) -> f32
        %ad = arith.extf %av : f32 to f64
        %bd = arith.extf %bv : f32 to f64
        %prod = arith.mulf %ad, %bd : f64
        %nextExact = arith.addf %exact, %prod : f64
        %mag = llvm.call_intrinsic "llvm.fabs.f64"(%prod) : (f64) -> f64
        %nextSize = arith.addf %size, %mag : f64
        scf.yield %next, %nextExact, %nextSize : f32, f64, f64
      }

      // alpha = 1 leaves every bit of the product as it is.
      %t = arith.mulf %alpha, %s#0 : f32
      %te = arith.mulf %alphaD, %s#1 : f64
      %ts = arith.mulf %alphaAbs, %s#2 : f64
      %v:3 = scf.if %hasBeta -> (f32, f64, f64) {
        %rowOff = arith.muli %i, %c0Row : i64
        %colOff = arith.muli %j, %c0Col : i64
        %off = arith.addi %rowOff, %colOff : i64
        %p = llvm.getelementptr %c0[%off] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, f32
        %old = llvm.load %p : !llvm.ptr<1> -> f32
        %oldD = arith.extf %old : f32 to f64
        %v0 = llvm.intr.fma(%beta, %old, %t) : (f32, f32, f32) -> f32
        %term = arith.mulf %betaD, %oldD : f64
        %v1 = arith.addf %te, %term : f64
        %termAbs = llvm.call_intrinsic "llvm.fabs.f64"(%term) : (f64) -> f64
        %v2 = arith.addf %ts, %termAbs : f64
        scf.yield %v0, %v1, %v2 : f32, f64, f64
      } else {
        scf.yield %t, %te, %ts : f32, f64, f64
      }

      %cRowOff = arith.muli %i, %cRow : i64
      %cColOff = arith.muli %j, %cCol : i64
      %cOff = arith.addi %cRowOff, %cColOff : i64
      %cPtr = llvm.getelementptr %c[%cOff] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, f32
      %got = llvm.load %cPtr : !llvm.ptr<1> -> f32

      // Same bits, or NaN twice.
      %wantBits = arith.bitcast %v#0 : f32 to i32
      %gotBits = arith.bitcast %got : f32 to i32
      %differ = arith.cmpi ne, %wantBits, %gotBits : i32
      %wantNum = arith.cmpf ord, %v#0, %v#0 : f32
      %gotNum = arith.cmpf ord, %got, %got : f32
      %oneNum = arith.ori %wantNum, %gotNum : i1
      %wrong = arith.andi %differ, %oneNum : i1
      %wrongInt = arith.extui %wrong : i1 to i64
      %bad2 = arith.addi %bad, %wrongInt : i64
      %isFirst = arith.cmpi eq, %bad, %0 : i64
      %takeFirst = arith.andi %wrong, %isFirst : i1
      %firstBad2 = arith.select %takeFirst, %e, %firstBad : i64

      %wantExp = arith.andi %wantBits, %expMask : i32
      %gotExp = arith.andi %gotBits, %expMask : i32
      %wantOdd = arith.cmpi eq, %wantExp, %expMask : i32
      %gotOdd = arith.cmpi eq, %gotExp, %expMask : i32
      %oddInt = arith.extui %wantOdd : i1 to i64
      %odd2 = arith.addi %odd, %oddInt : i64
      %oddWrong = arith.andi %wantOdd, %wrong : i1
      %oddWrongInt = arith.extui %oddWrong : i1 to i64
      %oddBad2 = arith.addi %oddBad, %oddWrongInt : i64

      // Errors of finite elements; a result that is not finite where a number
      // belongs is infinitely wrong.
      %gotD = arith.extf %got : f32 to f64
      %diff = arith.subf %gotD, %v#1 : f64
      %errFinite = llvm.call_intrinsic "llvm.fabs.f64"(%diff) : (f64) -> f64
      %err = arith.select %gotOdd, %dinf, %errFinite : f64
      %over = arith.cmpf ogt, %err, %slack : f64
      %excess = arith.subf %err, %slack : f64
      %quotient = arith.divf %excess, %v#2 : f64
      %scaledFinite = arith.select %over, %quotient, %dzero : f64
      %scaled0 = arith.select %gotOdd, %dinf, %scaledFinite : f64
      %scaled = arith.select %wantOdd, %dzero, %scaled0 : f64
      %isWorse = arith.cmpf ogt, %scaled, %worst : f64
      %worst2 = arith.select %isWorse, %scaled, %worst : f64
      %sq = arith.mulf %err, %err : f64
      %sqUsed = arith.select %wantOdd, %dzero, %sq : f64
      %err22 = arith.addf %err2, %sqUsed : f64
      %ref = arith.mulf %v#1, %v#1 : f64
      %refUsed = arith.select %wantOdd, %dzero, %ref : f64
      %ref22 = arith.addf %ref2, %refUsed : f64
      scf.yield %bad2, %firstBad2, %worst2, %err22, %ref22, %odd2, %oddBad2
          : i64, i64, f64, f64, f64, i64, i64
    }

    %words = arith.constant 7 : i64
    %at = arith.muli %lo, %words : i64
    %o0 = llvm.getelementptr %out[%at] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, i64
    %o1 = llvm.getelementptr %o0[1] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i64
    %o2 = llvm.getelementptr %o0[2] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i64
    %o3 = llvm.getelementptr %o0[3] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i64
    %o4 = llvm.getelementptr %o0[4] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i64
    %o5 = llvm.getelementptr %o0[5] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i64
    %o6 = llvm.getelementptr %o0[6] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i64
    llvm.store %r#0, %o0 : i64, !llvm.ptr<1>
    llvm.store %r#1, %o1 : i64, !llvm.ptr<1>
    llvm.store %r#2, %o2 : f64, !llvm.ptr<1>
    llvm.store %r#3, %o3 : f64, !llvm.ptr<1>
    llvm.store %r#4, %o4 : f64, !llvm.ptr<1>
    llvm.store %r#5, %o5 : i64, !llvm.ptr<1>
    llvm.store %r#6, %o6 : i64, !llvm.ptr<1>
    gpu.return
  }
}
