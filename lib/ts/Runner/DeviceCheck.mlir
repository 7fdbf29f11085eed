//===- DeviceCheck.mlir - An independent reference on the device ----------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Recomputes every element of C = alpha * A * B + beta * C0 as the operation's
// description defines it, and compares. Kept as plain as possible (one thread,
// one element at a time, every stride and type an argument) and lowered by
// upstream passes only: it must not share a bug with the kernels it checks.
//
// Types are numbered: 0 f16, 1 bf16, 2 f32, 3 f64. Accumulators are f64 if C
// is, else f32; `exact` is the sum in f64, for f64 with its rounding errors
// added up in `low`. What the bound's numbers mean says ts/Numerics/Bound.h.
//
// Each thread leaves eleven words in %out: mismatches, index of its first one
// (-1: none), largest |error| / magnitude (bits of an f64) and its index, sum of
// error^2, sum of reference^2, elements that an infinity or a NaN takes part in,
// how many of those are wrong, elements that cannot be compared, elements above
// the bound, index of the first of those.
//
//===----------------------------------------------------------------------===//

gpu.module @ts_check {
  func.func private @abs(%x: f64) -> f64 {
    %r = llvm.call_intrinsic "llvm.fabs.f64"(%x) : (f64) -> f64
    return %r : f64
  }

  // NaN stays NaN.
  func.func private @atLeast(%x: f64, %floor: f64) -> f64 {
    %less = arith.cmpf olt, %x, %floor : f64
    %r = arith.select %less, %floor, %x : f64
    return %r : f64
  }

  func.func private @isOdd(%x: f64) -> i1 {
    %inf = arith.constant 0x7FF0000000000000 : f64
    %size = func.call @abs(%x) : (f64) -> f64
    %r = arith.cmpf uge, %size, %inf : f64
    return %r : i1
  }

  func.func private @load(%base: !llvm.ptr<1>, %index: i64, %type: i32) -> f64 {
    %f16 = arith.constant 0 : i32
    %f32 = arith.constant 2 : i32
    %f64 = arith.constant 3 : i32
    %isF32 = arith.cmpi eq, %type, %f32 : i32
    %r = scf.if %isF32 -> f64 {
      %p = llvm.getelementptr %base[%index] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, f32
      %v = llvm.load %p : !llvm.ptr<1> -> f32
      %d = arith.extf %v : f32 to f64
      scf.yield %d : f64
    } else {
      %isF64 = arith.cmpi eq, %type, %f64 : i32
      %other = scf.if %isF64 -> f64 {
        %p = llvm.getelementptr %base[%index] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, f64
        %v = llvm.load %p : !llvm.ptr<1> -> f64
        scf.yield %v : f64
      } else {
        %p = llvm.getelementptr %base[%index] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, i16
        %bits = llvm.load %p : !llvm.ptr<1> -> i16
        %isF16 = arith.cmpi eq, %type, %f16 : i32
        %half = arith.bitcast %bits : i16 to f16
        %fromF16 = arith.extf %half : f16 to f32
        %c16 = arith.constant 16 : i32
        %wide = arith.extui %bits : i16 to i32
        %upper = arith.shli %wide, %c16 : i32
        %fromBf16 = arith.bitcast %upper : i32 to f32
        %v = arith.select %isF16, %fromF16, %fromBf16 : f32
        %d = arith.extf %v : f32 to f64
        scf.yield %d : f64
      }
      scf.yield %other : f64
    }
    return %r : f64
  }

  // An f32 rounded to the type of C, f16 or bf16 (to nearest even) or f32.
  func.func private @round(%x: f32, %type: i32) -> f64 {
    %f16 = arith.constant 0 : i32
    %bf16 = arith.constant 1 : i32
    %half = arith.truncf %x : f32 to f16
    %fromF16 = arith.extf %half : f16 to f32
    %c1 = arith.constant 1 : i32
    %c16 = arith.constant 16 : i32
    %belowHalf = arith.constant 0x7fff : i32
    %bits = arith.bitcast %x : f32 to i32
    %shifted = arith.shrui %bits, %c16 : i32
    %lowest = arith.andi %shifted, %c1 : i32
    %add = arith.addi %lowest, %belowHalf : i32
    %carried = arith.addi %bits, %add : i32
    %upper = arith.shrui %carried, %c16 : i32
    %rounded = arith.shli %upper, %c16 : i32
    %number = arith.bitcast %rounded : i32 to f32
    %isNumber = arith.cmpf ord, %x, %x : f32
    %fromBf16 = arith.select %isNumber, %number, %x : f32
    %isBf16 = arith.cmpi eq, %type, %bf16 : i32
    %isF16 = arith.cmpi eq, %type, %f16 : i32
    %r0 = arith.select %isBf16, %fromBf16, %x : f32
    %r1 = arith.select %isF16, %fromF16, %r0 : f32
    %r = arith.extf %r1 : f32 to f64
    return %r : f64
  }

  gpu.func @ts_check(
      %a: !llvm.ptr<1>, %b: !llvm.ptr<1>, %c: !llvm.ptr<1>, %c0: !llvm.ptr<1>,
      %out: !llvm.ptr<1>, %m: i64, %n: i64, %depth: i64,
      %aRow: i64, %aCol: i64, %bRow: i64, %bCol: i64, %cRow: i64, %cCol: i64,
      %c0Row: i64, %c0Col: i64, %alpha: f64, %beta: f64,
      %factor: f64, %slack: f64, %smallest: f64, %largest: f64,
      %largestMagnitude: f64, %aType: i32, %bType: i32, %cType: i32,
      %bitExactInt: i32, %normwiseInt: i32) kernel {
    %0 = arith.constant 0 : i64
    %1 = arith.constant 1 : i64
    %none = arith.constant -1 : i64
    %false = arith.constant false
    %true = arith.constant true
    %zero = arith.constant 0.0 : f32
    %dzero = arith.constant 0.0 : f64
    %dinf = arith.constant 0x7FF0000000000000 : f64
    %zeroInt = arith.constant 0 : i32
    %f64 = arith.constant 3 : i32

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
    %alphaF = arith.truncf %alpha : f64 to f32
    %betaF = arith.truncf %beta : f64 to f32
    %alphaAbs = llvm.call_intrinsic "llvm.fabs.f64"(%alpha) : (f64) -> f64
    %hasBeta = arith.cmpf une, %beta, %dzero : f64
    %isWide = arith.cmpi eq, %cType, %f64 : i32
    %bitExact = arith.cmpi ne, %bitExactInt, %zeroInt : i32
    %normwise = arith.cmpi ne, %normwiseInt, %zeroInt : i32
    %poisons = arith.cmpf olt, %largest, %dinf : f64
    %depthD = arith.sitofp %depth : i64 to f64

    %r:11 = scf.for %e = %lo to %total step %step
        iter_args(%bad = %0, %firstBad = %none, %worst = %dzero,
                  %worstAt = %none, %err2 = %dzero, %ref2 = %dzero, %odd = %0,
                  %oddBad = %0, %skipped = %0, %above = %0,
                  %firstAbove = %none)
        -> (i64, i64, f64, i64, f64, f64, i64, i64, i64, i64, i64) : i64 {
      %i = arith.divui %e, %n : i64
      %in = arith.muli %i, %n : i64
      %j = arith.subi %e, %in : i64
      %aBase = arith.muli %i, %aRow : i64
      %bBase = arith.muli %j, %bCol : i64

      %s:8 = scf.for %k = %0 to %depth step %1
          iter_args(%acc = %zero, %accWide = %dzero, %exact = %dzero,
                    %low = %dzero, %size = %dzero, %maxA = %smallest,
                    %maxB = %smallest, %tooLarge = %false)
          -> (f32, f64, f64, f64, f64, f64, f64, i1) : i64 {
        %ak = arith.muli %k, %aCol : i64
        %bk = arith.muli %k, %bRow : i64
        %aAt = arith.addi %aBase, %ak : i64
        %bAt = arith.addi %bBase, %bk : i64
        %ad = func.call @load(%a, %aAt, %aType) : (!llvm.ptr<1>, i64, i32) -> f64
        %bd = func.call @load(%b, %bAt, %bType) : (!llvm.ptr<1>, i64, i32) -> f64
        %av = arith.truncf %ad : f64 to f32
        %bv = arith.truncf %bd : f64 to f32
        %next = llvm.intr.fma(%av, %bv, %acc) : (f32, f32, f32) -> f32
        %prod = arith.mulf %ad, %bd : f64
        %nextExact = arith.addf %exact, %prod : f64
        %w:2 = scf.if %isWide -> (f64, f64) {
          %nextWide = llvm.intr.fma(%ad, %bd, %accWide) : (f64, f64, f64) -> f64
          // What the product and the sum lost, exactly (two-sum).
          %minus = arith.negf %prod : f64
          %lostProd = llvm.intr.fma(%ad, %bd, %minus) : (f64, f64, f64) -> f64
          %back = arith.subf %nextExact, %exact : f64
          %rest = arith.subf %nextExact, %back : f64
          %lostA = arith.subf %exact, %rest : f64
          %lostB = arith.subf %prod, %back : f64
          %lostSum = arith.addf %lostA, %lostB : f64
          %lost = arith.addf %lostSum, %lostProd : f64
          %nextLow = arith.addf %low, %lost : f64
          scf.yield %nextWide, %nextLow : f64, f64
        } else {
          scf.yield %accWide, %low : f64, f64
        }
        %aSize = func.call @abs(%ad) : (f64) -> f64
        %bSize = func.call @abs(%bd) : (f64) -> f64
        %aUsed = func.call @atLeast(%aSize, %smallest) : (f64, f64) -> f64
        %bUsed = func.call @atLeast(%bSize, %smallest) : (f64, f64) -> f64
        %term = arith.mulf %aUsed, %bUsed : f64
        %nextSize = arith.addf %size, %term : f64
        %nextMaxA = func.call @atLeast(%maxA, %aUsed) : (f64, f64) -> f64
        %nextMaxB = func.call @atLeast(%maxB, %bUsed) : (f64, f64) -> f64
        %aLarge = arith.cmpf ugt, %aSize, %largest : f64
        %bLarge = arith.cmpf ugt, %bSize, %largest : f64
        %eitherLarge = arith.ori %aLarge, %bLarge : i1
        %nextLarge = arith.ori %tooLarge, %eitherLarge : i1
        scf.yield %next, %w#0, %nextExact, %w#1, %nextSize, %nextMaxA,
            %nextMaxB, %nextLarge : f32, f64, f64, f64, f64, f64, f64, i1
      }

      // Normwise, but not finite where the sum of sizes is not.
      %maxAB = arith.mulf %s#5, %s#6 : f64
      %normSize = arith.mulf %depthD, %maxAB : f64
      %sizeMark = arith.subf %s#4, %s#4 : f64
      %normMarked = arith.addf %normSize, %sizeMark : f64
      %sum = arith.select %normwise, %normMarked, %s#4 : f64
      %exactSum = arith.addf %s#2, %s#3 : f64
      // alpha = 1 leaves every bit of the product as it is.
      %t = arith.mulf %alphaF, %s#0 : f32
      %tw = arith.mulf %alpha, %s#1 : f64
      %te = arith.mulf %alpha, %exactSum : f64
      %ts = arith.mulf %alphaAbs, %sum : f64
      %v:4 = scf.if %hasBeta -> (f32, f64, f64, f64) {
        %rowOff = arith.muli %i, %c0Row : i64
        %colOff = arith.muli %j, %c0Col : i64
        %off = arith.addi %rowOff, %colOff : i64
        %oldD = func.call @load(%c0, %off, %cType) : (!llvm.ptr<1>, i64, i32) -> f64
        %old = arith.truncf %oldD : f64 to f32
        %v0 = llvm.intr.fma(%betaF, %old, %t) : (f32, f32, f32) -> f32
        %v1 = llvm.intr.fma(%beta, %oldD, %tw) : (f64, f64, f64) -> f64
        %term = arith.mulf %beta, %oldD : f64
        %v2 = arith.addf %te, %term : f64
        %termAbs = func.call @abs(%term) : (f64) -> f64
        %v3 = arith.addf %ts, %termAbs : f64
        scf.yield %v0, %v1, %v2, %v3 : f32, f64, f64, f64
      } else {
        scf.yield %t, %tw, %te, %ts : f32, f64, f64, f64
      }
      %rounded = func.call @round(%v#0, %cType) : (f32, i32) -> f64
      %want = arith.select %isWide, %v#1, %rounded : f64

      %cRowOff = arith.muli %i, %cRow : i64
      %cColOff = arith.muli %j, %cCol : i64
      %cOff = arith.addi %cRowOff, %cColOff : i64
      %got = func.call @load(%c, %cOff, %cType) : (!llvm.ptr<1>, i64, i32) -> f64

      // Same bits, or NaN twice. (Wider types tell every two values apart.)
      %wantBits = arith.bitcast %want : f64 to i64
      %gotBits = arith.bitcast %got : f64 to i64
      %differ = arith.cmpi ne, %wantBits, %gotBits : i64
      %wantNum = arith.cmpf ord, %want, %want : f64
      %gotNum = arith.cmpf ord, %got, %got : f64
      %oneNum = arith.ori %wantNum, %gotNum : i1
      %wrong = arith.andi %differ, %oneNum : i1
      %wrongInt = arith.extui %wrong : i1 to i64
      %bad2 = arith.addi %bad, %wrongInt : i64
      %isFirst = arith.cmpi eq, %bad, %0 : i64
      %takeFirst = arith.andi %wrong, %isFirst : i1
      %firstBad2 = arith.select %takeFirst, %e, %firstBad : i64

      // Which elements have no error that could be bounded.
      %wantOdd = func.call @isOdd(%want) : (f64) -> i1
      %gotOdd = func.call @isOdd(%got) : (f64) -> i1
      %sizeOdd = func.call @isOdd(%v#3) : (f64) -> i1
      %hasOdd = arith.select %bitExact, %wantOdd, %sizeOdd : i1
      %poisoned = arith.andi %s#7, %poisons : i1
      %healthy = arith.xori %poisoned, %true : i1
      %gotFinite = arith.xori %gotOdd, %true : i1
      %isWrongOdd = arith.select %poisoned, %gotFinite, %wrong : i1
      %oddWrong = arith.andi %hasOdd, %isWrongOdd : i1
      %oddWrongInt = arith.extui %oddWrong : i1 to i64
      %oddBad2 = arith.addi %oddBad, %oddWrongInt : i64
      %healthyOdd = arith.andi %healthy, %hasOdd : i1
      %oddInt = arith.extui %healthyOdd : i1 to i64
      %odd2 = arith.addi %odd, %oddInt : i64
      %beyond = arith.cmpf ogt, %v#3, %largestMagnitude : f64
      %overflows = arith.ori %beyond, %wantOdd : i1
      %notOdd = arith.xori %hasOdd, %true : i1
      %mayOverflow = arith.andi %overflows, %notOdd : i1
      %skip = arith.ori %poisoned, %mayOverflow : i1
      %skipInt = arith.extui %skip : i1 to i64
      %skipped2 = arith.addi %skipped, %skipInt : i64
      %left = arith.ori %skip, %hasOdd : i1

      // Errors of the others; a result that is not finite where a number
      // belongs is infinitely wrong.
      %diff = arith.subf %got, %v#2 : f64
      %errFinite = func.call @abs(%diff) : (f64) -> f64
      %err = arith.select %gotOdd, %dinf, %errFinite : f64
      %over = arith.cmpf ogt, %err, %slack : f64
      %excess = arith.subf %err, %slack : f64
      %quotient = arith.divf %excess, %v#3 : f64
      %scaledFinite = arith.select %over, %quotient, %dzero : f64
      %scaled0 = arith.select %gotOdd, %dinf, %scaledFinite : f64
      %scaled = arith.select %left, %dzero, %scaled0 : f64
      %isWorse = arith.cmpf ogt, %scaled, %worst : f64
      %worst2 = arith.select %isWorse, %scaled, %worst : f64
      %worstAt2 = arith.select %isWorse, %e, %worstAt : i64
      %isAbove = arith.cmpf ogt, %scaled, %factor : f64
      %aboveInt = arith.extui %isAbove : i1 to i64
      %above2 = arith.addi %above, %aboveInt : i64
      %noneAbove = arith.cmpi eq, %above, %0 : i64
      %takeAbove = arith.andi %isAbove, %noneAbove : i1
      %firstAbove2 = arith.select %takeAbove, %e, %firstAbove : i64
      %sq = arith.mulf %err, %err : f64
      %sqUsed = arith.select %left, %dzero, %sq : f64
      %err22 = arith.addf %err2, %sqUsed : f64
      %ref = arith.mulf %v#2, %v#2 : f64
      %refUsed = arith.select %left, %dzero, %ref : f64
      %ref22 = arith.addf %ref2, %refUsed : f64
      scf.yield %bad2, %firstBad2, %worst2, %worstAt2, %err22, %ref22, %odd2,
          %oddBad2, %skipped2, %above2, %firstAbove2
          : i64, i64, f64, i64, f64, f64, i64, i64, i64, i64, i64
    }

    %words = arith.constant 11 : i64
    %at = arith.muli %lo, %words : i64
    %o0 = llvm.getelementptr %out[%at] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, i64
    %o1 = llvm.getelementptr %o0[1] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i64
    %o2 = llvm.getelementptr %o0[2] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i64
    %o3 = llvm.getelementptr %o0[3] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i64
    %o4 = llvm.getelementptr %o0[4] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i64
    %o5 = llvm.getelementptr %o0[5] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i64
    %o6 = llvm.getelementptr %o0[6] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i64
    %o7 = llvm.getelementptr %o0[7] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i64
    %o8 = llvm.getelementptr %o0[8] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i64
    %o9 = llvm.getelementptr %o0[9] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i64
    %o10 = llvm.getelementptr %o0[10] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i64
    llvm.store %r#0, %o0 : i64, !llvm.ptr<1>
    llvm.store %r#1, %o1 : i64, !llvm.ptr<1>
    llvm.store %r#2, %o2 : f64, !llvm.ptr<1>
    llvm.store %r#3, %o3 : i64, !llvm.ptr<1>
    llvm.store %r#4, %o4 : f64, !llvm.ptr<1>
    llvm.store %r#5, %o5 : f64, !llvm.ptr<1>
    llvm.store %r#6, %o6 : i64, !llvm.ptr<1>
    llvm.store %r#7, %o7 : i64, !llvm.ptr<1>
    llvm.store %r#8, %o8 : i64, !llvm.ptr<1>
    llvm.store %r#9, %o9 : i64, !llvm.ptr<1>
    llvm.store %r#10, %o10 : i64, !llvm.ptr<1>
    gpu.return
  }
}
