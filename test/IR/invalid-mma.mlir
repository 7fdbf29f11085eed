// RUN: ts-opt %s -split-input-file -verify-diagnostics

// expected-error @below {{tile = [12, 64] with m16n8k8_tf32: rows are 12, which the instruction's 8 do not divide}}
func.func private @s() attributes {s = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 12>, warps = [1, 1], tile = [12, 64], math = mma<m16n8k8_tf32, orientation = columns, depth = 32, vector = 4>, a = <home = global>, b = <home = global>, ahead = 0, store = <>>}

// -----

// expected-error @below {{vector = 3 must be 2, 4 or 8}}
func.func private @s() attributes {s = #ts.mma<m16n8k8_tf32, orientation = columns, depth = 32, vector = 3>}

// -----

// expected-error @below {{a cannot have home 'registers'}}
func.func private @s() attributes {s = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 8>, warps = [1, 1], tile = [8, 64], math = mma<m16n8k8_tf32, orientation = columns, depth = 32, vector = 4>, a = <home = registers>, b = <home = global>, ahead = 0, store = <>>}

// -----

// expected-error @below {{residents = -1 must not be negative}}
func.func private @s() attributes {s = #ts.blocks<order = grid, columns = 64, rows = 8, residents = -1>}

// -----

// expected-error @below {{depth = 0 must be positive}}
func.func private @s() attributes {s = #ts.mma<m16n8k8_tf32, orientation = columns, depth = 0, vector = 4>}

// -----

// expected-error @below {{depth is 12, which the instruction's 8 do not divide}}
func.func private @s() attributes {s = #ts.schedule<out, blocks = <order = grid, columns = 64, rows = 8>, warps = [1, 1], tile = [8, 64], math = mma<m16n8k8_tf32, orientation = columns, depth = 12, vector = 4>, a = <home = global>, b = <home = global>, ahead = 0, store = <policy = cs>>}

// -----

// expected-error @below {{columns are 48, which the instruction's 32 do not divide}}
func.func private @s() attributes {s = #ts.schedule<out, blocks = <order = grid, columns = 48, rows = 8>, warps = [1, 1], tile = [8, 48], math = mma<m16n8k8_tf32, orientation = columns, depth = 32, vector = 4>, a = <home = global>, b = <home = global>, ahead = 0, store = <policy = cs>>}

// -----

func.func @kind(%a: vector<8x32xf32>) {
  // expected-error @below {{'ts.split' op kind 'scaled_f16' needs the dimension of k}}
  %p:2 = ts.split scaled_f16 %a : vector<8x32xf32> to vector<8x32xf16>, vector<8x1xf32>
  return
}

// -----

func.func @piece(%a: vector<8x32xf32>) {
  // expected-error @below {{piece has type 'vector<8x32xf16>', but the source's pieces have 'vector<8x32xbf16>'}}
  %p = ts.split bf16 %a : vector<8x32xf32> to vector<8x32xf16>
  return
}
