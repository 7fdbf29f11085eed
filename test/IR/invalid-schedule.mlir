// Schedules that no problem and no chip can use: messages name the field and its
// value.

// RUN: ts-opt %s -split-input-file -verify-diagnostics

// expected-error @below {{columns = 0 must be positive}}
func.func private @s() attributes {s = #ts.blocks<order = grid, columns = 0, rows = 16>}

// -----

// expected-error @below {{order 'linear' needs a positive count of blocks, got 0}}
func.func private @s() attributes {s = #ts.blocks<order = linear, columns = 256>}

// -----

// expected-error @below {{order 'linear' takes no rows, got 16}}
func.func private @s() attributes {s = #ts.blocks<order = linear, columns = 256, rows = 16, count = 4>}

// -----

// expected-error @below {{order 'grid' needs positive rows, got 0}}
func.func private @s() attributes {s = #ts.blocks<order = grid, columns = 256>}

// -----

// expected-error @below {{order 'grid' takes no count, got 132}}
func.func private @s() attributes {s = #ts.blocks<order = grid, columns = 256, rows = 16, count = 132>}

// -----

// expected-error @below {{group = 0 must be positive}}
func.func private @s() attributes {s = #ts.blocks<order = grid, columns = 256, rows = 16, group = 0>}

// -----

// expected-error @below {{order 'linear' takes no group and no snake}}
func.func private @s() attributes {s = #ts.blocks<order = linear, columns = 256, count = 4, group = 2>}

// -----

// expected-error @below {{order 'linear' takes no group and no snake}}
func.func private @s() attributes {s = #ts.blocks<order = linear, columns = 256, count = 4, snake = true>}

// -----

// expected-error @below {{lanes must be two numbers (rows, columns), got 1}}
func.func private @s() attributes {s = #ts.fma<lanes = [32], vector = 1>}

// -----

// expected-error @below {{lanes = [-4, -8] must be positive in both directions}}
func.func private @s() attributes {s = #ts.fma<lanes = [-4, -8], vector = 1>}

// -----

// expected-error @below {{lanes = [2, 8] are 16, but a warp has 32}}
func.func private @s() attributes {s = #ts.fma<lanes = [2, 8], vector = 1>}

// -----

// expected-error @below {{vector = 3 must be 1, 2 or 4}}
func.func private @s() attributes {s = #ts.fma<lanes = [1, 32], vector = 3>}

// -----

// expected-error @below {{unroll = 0 must be positive}}
func.func private @s() attributes {s = #ts.fma<lanes = [1, 32], vector = 4, unroll = 0>}

// -----

// expected-error @below {{depth = 0 must be positive}}
func.func private @s() attributes {s = #ts.operand<home = warp_shared, depth = 0>}

// -----

// expected-error @below {{depth = 2 needs home 'warp_shared', got 'global'}}
func.func private @s() attributes {s = #ts.operand<home = global, depth = 2>}

// -----

// expected-error @below {{swap = 2 must be 0 or 1}}
func.func private @s() attributes {s = #ts.operand<home = shared, swap = 2>}

// -----

// expected-error @below {{swap = 1 needs home 'shared', got 'global'}}
func.func private @s() attributes {s = #ts.operand<home = global, swap = 1>}

// -----

// expected-error @below {{warps must be two numbers (rows, columns), got 3}}
func.func private @s() attributes {s = #ts.schedule<general, blocks = <order = grid, columns = 256, rows = 16>, warps = [2, 2, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>, a = <home = global>, b = <home = global>, ahead = 0, store = <policy = cs>>}

// -----

// expected-error @below {{tile = [0, 128] must be positive in both directions}}
func.func private @s() attributes {s = #ts.schedule<general, blocks = <order = grid, columns = 256, rows = 16>, warps = [2, 2], tile = [0, 128], math = fma<lanes = [1, 32], vector = 4>, a = <home = global>, b = <home = global>, ahead = 0, store = <policy = cs>>}

// -----

// expected-error @below {{tile has 7 rows, which 2 lanes do not divide}}
func.func private @s() attributes {s = #ts.schedule<general, blocks = <order = grid, columns = 256, rows = 16>, warps = [2, 2], tile = [7, 128], math = fma<lanes = [2, 16], vector = 1>, a = <home = global>, b = <home = global>, ahead = 0, store = <policy = cs>>}

// -----

// expected-error @below {{tile has 96 columns, which 32 lanes with vector = 4 do not divide}}
func.func private @s() attributes {s = #ts.schedule<general, blocks = <order = grid, columns = 256, rows = 16>, warps = [2, 2], tile = [8, 96], math = fma<lanes = [1, 32], vector = 4>, a = <home = global>, b = <home = global>, ahead = 0, store = <policy = cs>>}

// -----

// expected-error @below {{swap = 1 needs vector = 2 or 4, got 1}}
func.func private @s() attributes {s = #ts.schedule<general, blocks = <order = grid, columns = 33, rows = 32>, warps = [1, 1], tile = [32, 33], math = fma<lanes = [32, 1], vector = 1>, a = <home = global>, b = <home = shared, swap = 1>, ahead = 0, store = <policy = cs>>}

// -----

// expected-error @below {{blocks have 256 columns, but 1 warps of 128 columns cover 128}}
func.func private @s() attributes {s = #ts.schedule<general, blocks = <order = grid, columns = 256, rows = 16>, warps = [2, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>, a = <home = global>, b = <home = global>, ahead = 0, store = <policy = cs>>}

// -----

// expected-error @below {{blocks have 24 rows, which 2 warps of 8 rows do not divide}}
func.func private @s() attributes {s = #ts.schedule<general, blocks = <order = grid, columns = 256, rows = 24>, warps = [2, 2], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>, a = <home = global>, b = <home = global>, ahead = 0, store = <policy = cs>>}

// -----

// expected-error @below {{warps = [33, 1] are 1056 threads, but a block has at most 1024}}
func.func private @s() attributes {s = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 264>, warps = [33, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>, a = <home = global>, b = <home = global>, ahead = 0, store = <policy = cs>>}

// -----

// expected-error @below {{index = 16 must be 32 or 64 bits}}
func.func private @s() attributes {s = #ts.schedule<general, blocks = <order = grid, columns = 256, rows = 16>, warps = [2, 2], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>, a = <home = global>, b = <home = global>, ahead = 0, store = <policy = cs>, index = 16>}

// -----

// expected-error @below {{spaced = true needs early = true and path = direct}}
func.func private @s() attributes {s = #ts.store<policy = cs, spaced = true>}

// -----

// expected-error @below {{spaced = true needs early = true and path = direct}}
func.func private @s() attributes {s = #ts.store<policy = cs, early = true, path = staged, spaced = true>}

// -----

// expected-error @below {{spaced = true needs math = fma<...>}}
func.func private @s() attributes {s = #ts.schedule<general, blocks = <order = grid, columns = 128, rows = 16>, warps = [1, 2], tile = [16, 64], math = mma<m16n8k8_tf32, orientation = columns, depth = 8, vector = 4>, a = <home = global>, b = <home = global>, ahead = 0, store = <policy = cs, early = true, spaced = true>>}

// -----

// expected-error @below {{ahead = 2 must be 0 or 1}}
func.func private @s() attributes {s = #ts.schedule<general, blocks = <order = grid, columns = 256, rows = 16>, warps = [2, 2], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>, a = <home = global>, b = <home = global>, ahead = 2, store = <policy = cs>>}

// -----

// expected-error @below {{a with home 'shared' needs rows that its 16 rows of warps divide, got 0}}
func.func private @s() attributes {s = #ts.schedule<general, blocks = <order = grid, columns = 256, rows = 16>, warps = [2, 2], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>, a = <home = shared>, b = <home = global>, ahead = 0, store = <policy = cs>>}

// -----

// expected-error @below {{b cannot have home 'warp_shared': all warps of a block read the slice; use 'shared' or 'global'}}
func.func private @s() attributes {s = #ts.schedule<general, blocks = <order = grid, columns = 256, rows = 16>, warps = [2, 2], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>, a = <home = global>, b = <home = warp_shared>, ahead = 0, store = <policy = cs>>}

// -----

// expected-error @below {{rows = 16 needs home 'shared', got 'warp_shared'}}
func.func private @s() attributes {s = #ts.operand<home = warp_shared, rows = 16>}

// -----

// expected-error @below {{pieces need a home other than 'global'}}
func.func private @s() attributes {s = #ts.operand<home = global, pieces = true>}

// -----

// expected-error @below {{b takes no rows, got 16}}
func.func private @s() attributes {s = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 8>, warps = [1, 1], tile = [8, 64], math = mma<m16n8k8_tf32, orientation = columns, depth = 32, vector = 4>, a = <home = global>, b = <home = shared, rows = 16>, ahead = 0, store = <policy = cs>>}

// -----

// expected-error @below {{b takes no pieces: in registers they are kept anyway}}
func.func private @s() attributes {s = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 8>, warps = [1, 1], tile = [8, 64], math = mma<m16n8k8_tf32, orientation = columns, depth = 32, vector = 4>, a = <home = global>, b = <home = registers, pieces = true>, ahead = 0, store = <policy = cs>>}

// -----

// expected-error @below {{a with pieces needs rows that its 2 warps split in equal shares, of a multiple of 8 and at most 8 rows at a time, got 8}}
func.func private @s() attributes {s = #ts.schedule<out, blocks = <order = grid, columns = 128, rows = 8>, warps = [1, 2], tile = [8, 64], math = mma<m16n8k8_tf32, orientation = columns, depth = 32, vector = 4>, a = <home = shared, rows = 8, pieces = true>, b = <home = global>, ahead = 0, store = <policy = cs>>}

// -----

// expected-error @below {{a with pieces needs home 'shared'}}
func.func private @s() attributes {s = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 8>, warps = [1, 1], tile = [8, 64], math = mma<m16n8k8_tf32, orientation = columns, depth = 32, vector = 4>, a = <home = warp_shared, pieces = true>, b = <home = global>, ahead = 0, store = <policy = cs>>}

// -----

// Shares of 12 rows, and of 48 rows, one and a half tiles.
// expected-error @below {{a with pieces needs rows that its 8 warps split in equal shares, of a multiple of 8 and at most 32 rows at a time, got 96}}
func.func private @s() attributes {s = #ts.schedule<out, blocks = <order = grid, columns = 256, rows = 96>, warps = [1, 8], tile = [32, 32], math = mma<m16n8k16_bf16, orientation = columns, depth = 32, vector = 4>, a = <home = shared, rows = 96, pieces = true>, b = <home = global>, ahead = 0, store = <policy = cs>>}

// -----

// expected-error @below {{a with pieces needs rows that its 2 warps split in equal shares, of a multiple of 8 and at most 32 rows at a time, got 96}}
func.func private @s() attributes {s = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 96>, warps = [1, 2], tile = [32, 32], math = mma<m16n8k16_bf16, orientation = columns, depth = 32, vector = 4>, a = <home = shared, rows = 96, pieces = true>, b = <home = global>, ahead = 0, store = <policy = cs>>}

// -----

// expected-error @below {{sums = 3 must be 1 or 2}}
func.func private @s() attributes {s = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 96>, warps = [1, 2], tile = [32, 32], math = mma<m16n8k16_bf16, orientation = columns, depth = 32, vector = 4, sums = 3>, a = <home = shared, rows = 64, pieces = true>, b = <home = global>, ahead = 0, store = <policy = cs>>}

// -----

// expected-error @below {{sums = 0 must be 1 or 2}}
func.func private @s() attributes {s = #ts.mma<m16n8k16_bf16, orientation = columns, depth = 32, vector = 4, sums = 0>}

// -----

// expected-error @below {{home 'registers' needs math = mma<...>}}
func.func private @s() attributes {s = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 8>, warps = [1, 1], tile = [8, 64], math = fma<lanes = [4, 8], vector = 4>, a = <home = global>, b = <home = registers>, ahead = 0, store = <policy = cs>>}

// -----

// expected-error @below {{pieces need math = mma<...>}}
func.func private @s() attributes {s = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 8>, warps = [1, 1], tile = [8, 64], math = fma<lanes = [4, 8], vector = 4>, a = <home = shared, rows = 8, pieces = true>, b = <home = global>, ahead = 0, store = <policy = cs>>}

// -----

// expected-error @below {{math must be fma<...> or mma<...>, got 'wgmma'}}
func.func private @s() attributes {s = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 8>, warps = [1, 1], tile = [8, 64], math = wgmma<64>, a = <home = global>, b = <home = global>, ahead = 0, store = <policy = cs>>}

// -----

// expected-error @below {{a takes no swap: the accumulators it meets lie along columns of b}}
func.func private @s() attributes {s = #ts.schedule<out, blocks = <order = grid, columns = 128, rows = 8>, warps = [1, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4>, a = <home = shared, rows = 8, swap = 1>, b = <home = global>, ahead = 0, store = <>>}

// -----

// Numbers far beyond any chip, whose products would wrap.

// expected-error @below {{residents = 65537 is larger than any schedule needs, 65536}}
func.func private @s() attributes {s = #ts.blocks<order = grid, columns = 64, rows = 8, residents = 65537>}

// -----

// expected-error @below {{warps = [4611686018427387904, 1] must be positive in both directions, and at most 65536}}
func.func private @s() attributes {s = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 8>, warps = [4611686018427387904, 1], tile = [8, 64], math = mma<m16n8k8_tf32, orientation = columns, depth = 32, vector = 4>, a = <home = global>, b = <home = global>, ahead = 0, store = <policy = cs>>}

// -----

// expected-error @below {{tile = [4611686018427387904, 64] must be positive in both directions, and at most 65536}}
func.func private @s() attributes {s = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 8>, warps = [1, 1], tile = [4611686018427387904, 64], math = mma<m16n8k8_tf32, orientation = columns, depth = 32, vector = 4>, a = <home = global>, b = <home = global>, ahead = 0, store = <policy = cs>>}

// -----

// expected-error @below {{unroll = 4611686018427387904 is larger than any schedule needs, 65536}}
func.func private @s() attributes {s = #ts.fma<lanes = [1, 32], vector = 4, unroll = 4611686018427387904>}

// -----

// expected-error @below {{depth = 4611686018427387904 is larger than any schedule needs, 65536}}
func.func private @s() attributes {s = #ts.mma<m16n8k8_tf32, orientation = columns, depth = 4611686018427387904, vector = 4>}

// -----

// expected-error @below {{depth = 4611686018427387904 is larger than any schedule needs, 65536}}
func.func private @s() attributes {s = #ts.operand<home = warp_shared, depth = 4611686018427387904>}

// -----

// expected-error @below {{rows = 4611686018427387904 is larger than any schedule needs, 65536}}
func.func private @s() attributes {s = #ts.operand<home = shared, rows = 4611686018427387904>}

// -----

// The greatest skew and the least columns that take it.
func.func private @s() attributes {s = #ts.blocks<order = grid, columns = 256, rows = 16, skew = 128>, t = #ts.blocks<order = linear, columns = 2, count = 4, skew = 1>}

// -----

// expected-error @below {{skew = 12 must be 0, or a power of two that divides the 252 columns and is less}}
func.func private @s() attributes {s = #ts.blocks<order = grid, columns = 252, rows = 16, skew = 12>}

// -----

// expected-error @below {{skew = 8 must be 0, or a power of two that divides the 252 columns and is less}}
func.func private @s() attributes {s = #ts.blocks<order = grid, columns = 252, rows = 16, skew = 8>}

// -----

// expected-error @below {{skew = 256 must be 0, or a power of two that divides the 256 columns and is less}}
func.func private @s() attributes {s = #ts.blocks<order = grid, columns = 256, rows = 16, skew = 256>}

// -----

// expected-error @below {{skew = 512 must be 0, or a power of two that divides the 256 columns and is less}}
func.func private @s() attributes {s = #ts.blocks<order = grid, columns = 256, rows = 16, skew = 512>}

// -----

// expected-error @below {{skew = -8 must be 0, or a power of two that divides the 256 columns and is less}}
func.func private @s() attributes {s = #ts.blocks<order = grid, columns = 256, rows = 16, skew = -8>}

// -----

// expected-error @below {{skew = 256 must be 0, or a power of two that divides the 256 columns and is less}}
func.func private @s() attributes {s = #ts.blocks<order = linear, columns = 256, count = 4, skew = 256>}

// -----

// expected-error @below {{spread needs vector = 2 or 4, got 1}}
func.func private @s() attributes {s = #ts.fma<lanes = [1, 32], vector = 1, spread = true>}

// -----

// expected-error @below {{spread needs b with home 'shared' and without swap, got #ts.operand<home = global>}}
func.func private @s() attributes {s = #ts.schedule<general, blocks = <order = grid, columns = 256, rows = 16>, warps = [2, 2], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4, spread = true>, a = <home = global>, b = <home = global>, ahead = 0, store = <>>}

// -----

// expected-error @below {{spread needs b with home 'shared' and without swap, got #ts.operand<home = shared, swap = 1>}}
func.func private @s() attributes {s = #ts.schedule<general, blocks = <order = grid, columns = 256, rows = 16>, warps = [2, 2], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4, spread = true>, a = <home = global>, b = <home = shared, swap = 1>, ahead = 0, store = <>>}

// -----

// expected-error @below {{dense needs a ring without pieces: home 'warp_shared', or 'shared' with rows}}
func.func private @s() attributes {s = #ts.operand<home = global, dense = true>}

// -----

// expected-error @below {{dense needs a ring without pieces: home 'warp_shared', or 'shared' with rows}}
func.func private @s() attributes {s = #ts.operand<home = shared, dense = true>}

// -----

// expected-error @below {{dense needs a ring without pieces: home 'warp_shared', or 'shared' with rows}}
func.func private @s() attributes {s = #ts.operand<home = registers, dense = true>}

// -----

// expected-error @below {{dense needs a ring without pieces: home 'warp_shared', or 'shared' with rows}}
func.func private @s() attributes {s = #ts.operand<home = shared, rows = 16, pieces = true, dense = true>}

// -----

// expected-error @below {{dense needs math = fma<...>: the pitch of mma's rows follows from the instruction}}
func.func private @s() attributes {s = #ts.schedule<general, blocks = <order = grid, columns = 256, rows = 16>, warps = [2, 2], tile = [8, 128], math = mma<m16n8k8_tf32, orientation = columns, depth = 32, vector = 4>, a = <home = warp_shared, dense = true>, b = <home = global>, ahead = 0, store = <>>}

// -----

// expected-error @below {{dense needs math = fma<...>: the pitch of mma's rows follows from the instruction}}
func.func private @s() attributes {s = #ts.schedule<general, blocks = <order = grid, columns = 256, rows = 16>, warps = [2, 2], tile = [8, 128], math = mma<m16n8k8_tf32, orientation = columns, depth = 32, vector = 4>, a = <home = shared, rows = 16, dense = true>, b = <home = global>, ahead = 0, store = <>>}
