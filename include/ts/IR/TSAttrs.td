//===- TSAttrs.td - Attributes of the ts dialect ----------*- tablegen -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TS_IR_TSATTRS_TD
#define TS_IR_TSATTRS_TD

include "ts/IR/TSEnums.td"
include "mlir/IR/AttrTypeBase.td"

class TS_Attr<string name, string attrMnemonic> : AttrDef<TS_Dialect, name> {
  let mnemonic = attrMnemonic;
}

//===----------------------------------------------------------------------===//
// What the numbers must be
//===----------------------------------------------------------------------===//

def TS_PrecisionAttr : EnumAttr<TS_Dialect, TS_PrecisionMode, "precision"> {
  let assemblyFormat = "`<` $value `>`";
}

def TS_ProductAttr : TS_Attr<"Product", "product"> {
  let summary = "One product that a function computes";
  let description = [{
    `c = alpha * op(a) * op(b) + beta * c`. Operands are named by number: an
    argument of the entry function (0, 1, ...), or the value of an earlier
    product of the same contract (-1 is product 0, -2 is product 1, ...). `c` is
    read where beta is not 0, and holds the result afterwards; a product whose
    `c` is its own number writes a temporary.
  }];
  let parameters = (ins
    "int64_t":$a, "int64_t":$b, "int64_t":$c,
    DefaultValuedParameter<"bool", "false">:$transposeA,
    DefaultValuedParameter<"bool", "false">:$transposeB,
    OptionalParameter<"::mlir::FloatAttr">:$alpha,
    OptionalParameter<"::mlir::FloatAttr">:$beta,
    DefaultValuedParameter<"::ts::PrecisionMode", "::ts::PrecisionMode::Ieee">:$precision);
  let assemblyFormat = "`<` struct(params) `>`";
}

def TS_ContractAttr : TS_Attr<"Contract", "contract"> {
  let summary = "What an entry function computes, for the runner to check";
  let description = [{
    Written on the entry function (`ts.contract`) before its first step, and
    kept through all of them, so that a runner can verify any step's output
    against the operation it came from. `arguments` are the buffer types the
    function takes after bufferization (results come last).
  }];
  let parameters = (ins
    OptionalArrayRefParameter<"::mlir::Type">:$arguments,
    OptionalArrayRefParameter<"::ts::ProductAttr">:$products);
  let assemblyFormat = [{
    `<` `arguments` `=` `[` (`]`) : ($arguments^ `]`)? `,`
        `products` `=` `[` (`]`) : ($products^ `]`)? `>`
  }];
  let genVerifyDecl = 1;
}

//===----------------------------------------------------------------------===//
// Where: the machine
//===----------------------------------------------------------------------===//

def TS_TargetAttr : TS_Attr<"Target", "target"> {
  let summary = "The chip whose limits hold, and the ISA that is emitted";
  let description = [{
    `chip` names a row of the table in lib/ts/Target. `isa` is the compute
    capability PTX is emitted for (89 = sm_89); it must not be newer than the
    chip. An unknown chip is an error that lists the known ones.
  }];
  let parameters = (ins StringRefParameter<"chip">:$chip, "unsigned":$isa);
  let assemblyFormat = "`<` $chip `,` `isa` `=` $isa `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// The chip's row in the table.
    const ::ts::Chip &getInfo() const;
    /// What code for the ISA may use.
    ::ts::Isa getIsaLevel() const { return ::ts::Isa(getIsa()); }
  }];
}

//===----------------------------------------------------------------------===//
// How: the schedule
//===----------------------------------------------------------------------===//

def TS_BlocksAttr : TS_Attr<"Blocks", "blocks"> {
  let summary = "How thread blocks cover C";
  let description = [{
    C is cut into slices of `columns` columns. `linear`: the list of (slice,
    band) pairs, slice by slice, is dealt in `count` equal contiguous shares to
    as many persistent blocks; a band is the row tiles that the warps of a block
    compute at a time. `grid`: one block for each slice and each row band
    of `rows` rows. `group` row bands take a slice before all of them go on to
    the next: 1 walks along rows of C, as many as there are bands along columns.
    With `snake` every other group walks back. At least `residents` blocks shall
    fit on an SM, which limits the registers of a thread; 0 leaves that to ptxas.

    With `skew` slices overlap by so many columns, and of each row a block writes
    what begins and ends at a multiple of `skew` elements in memory (ts.window):
    where rows are not aligned, no two blocks write parts of one sector.
  }];
  let parameters = (ins
    "::ts::BlockOrder":$order, "int64_t":$columns,
    DefaultValuedParameter<"int64_t", "0">:$rows,
    DefaultValuedParameter<"int64_t", "0">:$count,
    DefaultValuedParameter<"int64_t", "0">:$residents,
    DefaultValuedParameter<"int64_t", "1">:$group,
    DefaultValuedParameter<"bool", "false">:$snake,
    DefaultValuedParameter<"int64_t", "0">:$skew);
  let builders = [AttrBuilder<(ins "::ts::BlockOrder":$order,
                                   "int64_t":$columns, "int64_t":$rows,
                                   "int64_t":$count,
                                   CArg<"int64_t", "0">:$residents), [{
    return $_get($_ctxt, order, columns, rows, count, residents, /*group=*/1,
                 /*snake=*/false, /*skew=*/0);
  }]>];
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Columns from one slice to the next.
    int64_t getSliceStep() const { return getColumns() - getSkew(); }
  }];
}

def TS_FmaAttr : TS_Attr<"Fma", "fma"> {
  let summary = "How the lanes of a warp share a tile of C, on the FMA pipe";
  let description = [{
    The tile is dealt to a grid of `lanes` (rows x columns, 32 in all) in pieces
    of `vector` consecutive columns. `unroll` steps of k stand in one loop body;
    `order` is the order of the fused multiply-adds of one step: by rows of the
    lane's tile or by columns; in `snake` order every other row takes the pieces
    from the last to the first, in `snake_elements` their columns too.

    With `spread` the columns of a piece lie as far apart as there are lanes side
    by side, so that such lanes own columns side by side and store whole runs
    where rows of C fit no wide store. b's home keeps a lane's columns together,
    so that they are still loaded at a time.
  }];
  let parameters = (ins
    ArrayRefParameter<"int64_t">:$lanes,
    "int64_t":$vector,
    DefaultValuedParameter<"int64_t", "1">:$unroll,
    DefaultValuedParameter<"::ts::FmaOrder", "::ts::FmaOrder::Rows">:$order,
    DefaultValuedParameter<"bool", "false">:$spread);
  let assemblyFormat = [{
    `<` `lanes` `=` `[` $lanes `]` `,`
        struct($vector, $unroll, $order, $spread) `>`
  }];
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Who owns which element of a tile of `shape`.
    ::ts::Layout getLayout(::llvm::ArrayRef<int64_t> shape) const;
  }];
}

def TS_MmaAttr : TS_Attr<"Mma", "mma"> {
  let summary = "How the lanes of a warp share a tile of C, on the tensor cores";
  let description = [{
    The tile is computed by instances of `instruction`, whose rows run over the
    rows or the columns of C. `depth` steps of k go into one product of the
    tile. It divides K, filled up with zeros to whole instructions (but for
    m8n8k4_f64, which does not truncate): no more of them truncate than the error
    bound counts. A lane owns runs of `vector`
    columns and, of each operand, runs of consecutive k (include/ts/Layout/Mma.h).

    With `sums = 2` the products of pieces that a mode adds up go to two
    accumulators, the smaller half of them to the second: chains half as long,
    for more registers. Where the small products are apart in any case (another
    scale, as in f16x3; a K of several products), it is refused.
  }];
  let parameters = (ins
    "::ts::MmaKind":$instruction,
    "::ts::Orientation":$orientation,
    "int64_t":$depth, "int64_t":$vector,
    DefaultValuedParameter<"int64_t", "1">:$sums);
  let builders = [AttrBuilder<(ins "::ts::MmaKind":$instruction,
                                   "::ts::Orientation":$orientation,
                                   "int64_t":$depth, "int64_t":$vector), [{
    return $_get($_ctxt, instruction, orientation, depth, vector, /*sums=*/1);
  }]>];
  let assemblyFormat = [{
    `<` $instruction `,` struct($orientation, $depth, $vector, $sums) `>`
  }];
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    ::ts::MmaShape getShape() const { return ::ts::shapeOf(getInstruction()); }
  }];
}

def TS_OperandAttr : TS_Attr<"Operand", "operand"> {
  let summary = "Where one operand lives and when it moves";
  let description = [{
    `global`: read where it is. `shared`: the slice a block needs is copied to
    shared memory once and stays. `warp_shared`: each warp keeps a ring of
    `depth` tiles of its own, the next one in flight during the current one.
    `shared` for the streamed operand is such a ring of the whole block, of
    `rows` rows a slot. `registers`: what a warp needs of the slice is read once.
    `pieces` keeps the pieces of ts.split there instead of the raw values, so
    that each value is split once; there are two slots of them, whatever `depth`
    says. `swap = 1` stores column c of b at c ^ 1, so that the registers of a
    128-bit load have the other parity than the accumulators they meet. `dense`
    leaves out the padding of a ring on the FMA pipe: more bank conflicts while
    it is filled, and room for a longer one.
  }];
  let parameters = (ins
    "::ts::Home":$home,
    DefaultValuedParameter<"int64_t", "1">:$depth,
    DefaultValuedParameter<"int64_t", "0">:$swap,
    DefaultValuedParameter<"int64_t", "0">:$rows,
    DefaultValuedParameter<"bool", "false">:$pieces,
    DefaultValuedParameter<"bool", "false">:$dense);
  let builders = [AttrBuilder<(ins "::ts::Home":$home,
                                   CArg<"int64_t", "1">:$depth,
                                   CArg<"int64_t", "0">:$swap,
                                   CArg<"int64_t", "0">:$rows), [{
    return $_get($_ctxt, home, depth, swap, rows, /*pieces=*/false,
                 /*dense=*/false);
  }]>];
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Rows that each of `warps` splits at a time, if there are pieces: its share
    /// of a slot, but no more than its tile has.
    int64_t getPieceRows(int64_t tileRows, int64_t warps) const {
      return std::min(tileRows, getRows() / warps);
    }
  }];
}

def TS_StoreAttr : TS_Attr<"Store", "store"> {
  let summary = "How results reach memory";
  let description = [{
    `policy`: `cs`, `wt` and `no_allocate` (in the L1) are spellings of the store;
    the others name what the L2 evicts first or last (createpolicy), for a C that
    nobody reads soon or that the next kernel reads.
    `early` starts each row's stores right after its last multiply-add; with
    `spaced` too the warp meets behind each of these rows, which keeps ptxas from
    gathering the stores again. `staged`
    deals the tile anew through shared memory, private to the warp, so that one
    store instruction writes `vector` columns a lane of as few rows as possible.
  }];
  let parameters = (ins
    DefaultValuedParameter<"::ts::StorePolicy", "::ts::StorePolicy::Default">:$policy,
    DefaultValuedParameter<"bool", "false">:$early,
    DefaultValuedParameter<"::ts::StorePath", "::ts::StorePath::Direct">:$path,
    DefaultValuedParameter<"bool", "false">:$spaced);
  let builders = [AttrBuilder<(ins
    "::ts::StorePolicy":$policy, "bool":$early,
    CArg<"::ts::StorePath", "::ts::StorePath::Direct">:$path), [{
    return $_get($_ctxt, policy, early, path, /*spaced=*/false);
  }]>];
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def TS_ScheduleAttr : TS_Attr<"Schedule", "schedule"> {
  let summary = "Every decision about one product, in one readable value";
  let description = [{
    Written by a strategy or by hand; the passes execute it and decide nothing.
    `warps` is the grid of warps of a block (rows x columns), `tile` the tile of
    C that one warp computes at a time, `math` how (fma<...> or mma<...>).
    `ahead` is how many k steps of both operands are read into registers before
    they are used, on the FMA pipe; on the tensor cores it changes nothing, as
    all steps of one product are read together. `index` is the width in bits, 64
    or 32, of what the kernel counts and addresses with, wherever 32 provably
    suffice. Numbers are at most 65536.

    ```mlir
    #ts.schedule<out,
      blocks = <order = linear, columns = 1024, count = 132>,
      warps = [4, 2], tile = [8, 512],
      math = fma<lanes = [1, 32], vector = 4, unroll = 2, order = snake>,
      a = <home = warp_shared, depth = 2>, b = <home = shared, swap = 1>,
      ahead = 1, store = <policy = cs, early = true>>
    ```
  }];
  let parameters = (ins
    "::ts::ShapeClass":$shapeClass,
    "::ts::BlocksAttr":$blocks,
    ArrayRefParameter<"int64_t">:$warps,
    ArrayRefParameter<"int64_t">:$tile,
    "::mlir::Attribute":$math,
    "::ts::OperandAttr":$a,
    "::ts::OperandAttr":$b,
    "int64_t":$ahead,
    "::ts::StoreAttr":$store,
    DefaultValuedParameter<"int64_t", "64">:$index);
  let builders = [AttrBuilder<(ins
    "::ts::ShapeClass":$shapeClass, "::ts::BlocksAttr":$blocks,
    "::llvm::ArrayRef<int64_t>":$warps, "::llvm::ArrayRef<int64_t>":$tile,
    "::mlir::Attribute":$math, "::ts::OperandAttr":$a, "::ts::OperandAttr":$b,
    "int64_t":$ahead, "::ts::StoreAttr":$store), [{
    return $_get($_ctxt, shapeClass, blocks, warps, tile, math, a, b, ahead,
                 store, /*index=*/64);
  }]>];
  let assemblyFormat = [{
    `<` $shapeClass `,` `blocks` `=` $blocks `,` `warps` `=` `[` $warps `]` `,`
        `tile` `=` `[` $tile `]` `,` `math` `=` custom<Math>($math) `,` `a` `=` $a `,`
        `b` `=` $b `,` `ahead` `=` $ahead `,` `store` `=` $store
        (`,` `index` `=` $index^)? `>`
  }];
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    int64_t getWarpCount() const { return getWarps()[0] * getWarps()[1]; }
    int64_t getThreadCount() const { return 32 * getWarpCount(); }
    /// The math on the FMA pipe or on the tensor cores, null if it is the other.
    FmaAttr getFma() const { return ::llvm::dyn_cast<FmaAttr>(getMath()); }
    MmaAttr getMma() const { return ::llvm::dyn_cast<MmaAttr>(getMath()); }
    /// Outputs of the warp's tile that one lane owns.
    int64_t getLaneOutputs() const { return getTile()[0] * getTile()[1] / 32; }
    /// Extent of K as operands in shared memory or registers hold it.
    int64_t getPaddedDepth(int64_t k) const;
    /// How mma.sync deals a product of the tile to lanes. Needs getMma().
    ::ts::MmaTile getMmaTile() const;
  }];
}

//===----------------------------------------------------------------------===//
// What came out
//===----------------------------------------------------------------------===//

def TS_KernelFactsAttr : TS_Attr<"KernelFacts", "kernel_facts"> {
  let summary = "What ptxas reported about one kernel";
  let description = [{
    Registers per thread; bytes per thread that were spilled to memory (stores,
    loads) or stand in its stack frame; bytes of static shared memory per block.
  }];
  let parameters = (ins
    StringRefParameter<"name of the kernel">:$kernel,
    "unsigned":$registers, "unsigned":$spillStores, "unsigned":$spillLoads,
    "unsigned":$stack, "unsigned":$shared);
  let assemblyFormat = "`<` struct(params) `>`";
}

def TS_AssemblyAttr : TS_Attr<"Assembly", "assembly"> {
  let summary = "How a gpu.binary was assembled, and what ptxas said";
  let description = [{
    Written as `ts.assembly` on a gpu.binary that holds a cubin beside its PTX.
    ptxas has miscompiled kernels, so its version stays with what it made.
  }];
  let parameters = (ins
    StringRefParameter<"version of ptxas">:$ptxas, "unsigned":$isa,
    OptionalArrayRefParameter<"::ts::KernelFactsAttr">:$kernels);
  let assemblyFormat = [{
    `<` `ptxas` `=` $ptxas `,` `isa` `=` $isa `,`
        `kernels` `=` `[` (`]`) : ($kernels^ `]`)? `>`
  }];
}

#endif // TS_IR_TSATTRS_TD
