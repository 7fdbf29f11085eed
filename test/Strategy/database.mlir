// A database decides before the strategies do: its own shape, the nearest one
// unless a strategy proposes what should be faster, nothing it has a record for,
// records that do not fit, and lines that are none.

// RUN: rm -rf %t && split-file %s %t
// RUN: ts-opt %t/products.mlir --ts-attach-target=chip=h200 --ts-select-schedule=tuning-db=%t/good.txt \
// RUN:   --remarks-filter='ts.*' --remark-format=emitRemark -o %t/out.mlir 2>&1 | FileCheck %s --check-prefix=WHY
// RUN: FileCheck %s --check-prefix=HOW < %t/out.mlir
// RUN: ts-opt %t/products.mlir --ts-attach-target=chip=h200 --ts-select-schedule=tuning-db=%t/corrupt.txt -o /dev/null 2>&1 \
// RUN:   | FileCheck %s --check-prefix=CORRUPT
// RUN: not ts-opt %t/products.mlir --ts-attach-target=chip=h200 --ts-select-schedule=tuning-db=%t/none.txt -o /dev/null 2>&1 \
// RUN:   | FileCheck %s --check-prefix=NONE
// RUN: ts-opt %t/products.mlir --ts-compile="chip=h200 stop-after=select tuning-db=%t/good.txt" | FileCheck %s --check-prefix=HOW

// WHY: measured on NVIDIA H200, 2026-11-24: 0.0750 ms (1.250 x memset) for 8192x8192x32 in tuning database '{{.*}}good.txt'; the model: {{[0-9.]+}} ms, bound by
// WHY: measured on NVIDIA H200, 2026-11-24: 0.0750 ms (1.250 x memset) for 8192x8192x32, the nearest shape in tuning database '{{.*}}good.txt' (distance 1.58)
// WHY: k = 32 is small beside the output
// WHY: measured on NVIDIA H200, 2026-11-24: 0.5000 ms (3.125 x memset) for 8192x8192x100 in tuning database '{{.*}}good.txt'; 1 before it do not fit the problem
// WHY: k = 100 is small beside the output: {{.*}}; should take {{[0-9.]+}} ms, and what is fastest at the nearest measured shape {{[0-9.]+}} ms

// HOW-LABEL: @hit
// HOW: columns = 512, rows = 128>, warps = [4, 1], tile = [8, 512]
// HOW-LABEL: @nearest
// HOW: columns = 512, rows = 128>, warps = [4, 1], tile = [8, 512]
// HOW-LABEL: @far
// HOW: order = linear
// HOW-LABEL: @illegal
// HOW: columns = 128, rows = 64>, warps = [4, 1], tile = [8, 128]
// HOW-LABEL: @slow
// HOW: order = linear

// CORRUPT: warning: tuning database '{{.*}}corrupt.txt', line 2 is no record: {{.+}}; skipped, and 1 more lines
// CORRUPT-NOT: warning
// NONE: error: cannot read tuning database '{{.*}}none.txt': No such file

//--- products.mlir
func.func @hit(%a: memref<8192x32xf32>, %b: memref<32x8192xf32>, %c: memref<8192x8192xf32>) {
  ts.matmul ins(%a, %b : memref<8192x32xf32>, memref<32x8192xf32>) outs(%c : memref<8192x8192xf32>)
  return
}
func.func @nearest(%a: memref<24576x32xf32>, %b: memref<32x8192xf32>, %c: memref<24576x8192xf32>) {
  ts.matmul ins(%a, %b : memref<24576x32xf32>, memref<32x8192xf32>) outs(%c : memref<24576x8192xf32>)
  return
}
func.func @far(%a: memref<32768x32xf32>, %b: memref<32x32768xf32>, %c: memref<32768x32768xf32>) {
  ts.matmul ins(%a, %b : memref<32768x32xf32>, memref<32x32768xf32>) outs(%c : memref<32768x32768xf32>)
  return
}
func.func @illegal(%a: memref<8192x100xf32>, %b: memref<100x8192xf32>, %c: memref<8192x8192xf32>) {
  ts.matmul ins(%a, %b : memref<8192x100xf32>, memref<100x8192xf32>) outs(%c : memref<8192x8192xf32>)
  return
}
func.func @slow(%a: memref<16384x100xf32>, %b: memref<100x8192xf32>, %c: memref<16384x8192xf32>) {
  ts.matmul ins(%a, %b : memref<16384x100xf32>, memref<100x8192xf32>) outs(%c : memref<16384x8192xf32>)
  return
}

//--- good.txt
# A comment, then a schedule that was slower, the fastest one, and one that was
# faster still but wrong.
{"ms":0.09,"memset_ms":0.06,"chip":"h200","class":"out","m":8192,"n":8192,"k":32,"precision":"ieee","element":"f32","result":"f32","transpose":"nn","align":[16,16,16],"samples":5,"checked":67108864,"outputs":67108864,"device":"NVIDIA H200","driver":"13.0","compiler":"driver","date":"2026-11-24","schedule":"#ts.schedule<out, blocks = <order = grid, columns = 512, rows = 256>, warps = [4, 1], tile = [8, 512], math = fma<lanes = [1, 32], vector = 4, unroll = 2, order = snake>, a = <home = warp_shared, depth = 2>, b = <home = shared, swap = 1>, ahead = 1, store = <policy = cs, early = true>>"}
{"ms":0.075,"memset_ms":0.06,"chip":"h200","class":"out","m":8192,"n":8192,"k":32,"precision":"ieee","element":"f32","result":"f32","transpose":"nn","align":[16,16,16],"samples":5,"checked":67108864,"outputs":67108864,"device":"NVIDIA H200","driver":"13.0","compiler":"driver","date":"2026-11-24","schedule":"#ts.schedule<out, blocks = <order = grid, columns = 512, rows = 128>, warps = [4, 1], tile = [8, 512], math = fma<lanes = [1, 32], vector = 4, unroll = 2, order = snake>, a = <home = warp_shared, depth = 2>, b = <home = shared, swap = 1>, ahead = 1, store = <policy = cs, early = true>>"}
{"ms":0.05,"memset_ms":0.06,"chip":"h200","class":"out","m":8192,"n":8192,"k":32,"precision":"ieee","element":"f32","result":"f32","transpose":"nn","align":[16,16,16],"samples":5,"checked":67108864,"outputs":67108864,"wrong":"argument 2: element [0, 0] differs","device":"NVIDIA H200","driver":"13.0","compiler":"driver","date":"2026-11-24","schedule":"#ts.schedule<out, blocks = <order = grid, columns = 512, rows = 512>, warps = [4, 1], tile = [8, 512], math = fma<lanes = [1, 32], vector = 4, unroll = 2, order = snake>, a = <home = warp_shared, depth = 2>, b = <home = shared, swap = 1>, ahead = 1, store = <policy = cs, early = true>>"}
{"ms":0.4,"memset_ms":0.16,"chip":"h200","class":"out","m":8192,"n":8192,"k":100,"precision":"ieee","element":"f32","result":"f32","transpose":"nn","align":[16,16,16],"samples":5,"checked":67108864,"outputs":67108864,"device":"NVIDIA H200","driver":"13.0","compiler":"driver","date":"2026-11-24","schedule":"#ts.schedule<out, blocks = <order = grid, columns = 1024, rows = 128>, warps = [4, 2], tile = [8, 512], math = fma<lanes = [1, 32], vector = 4, unroll = 2, order = snake>, a = <home = warp_shared, depth = 2>, b = <home = shared, swap = 1>, ahead = 1, store = <policy = cs, early = true>>"}
{"ms":0.5,"memset_ms":0.16,"chip":"h200","class":"out","m":8192,"n":8192,"k":100,"precision":"ieee","element":"f32","result":"f32","transpose":"nn","align":[16,16,16],"samples":5,"checked":67108864,"outputs":67108864,"device":"NVIDIA H200","driver":"13.0","compiler":"driver","date":"2026-11-24","schedule":"#ts.schedule<out, blocks = <order = grid, columns = 128, rows = 64>, warps = [4, 1], tile = [8, 128], math = fma<lanes = [1, 32], vector = 4, unroll = 2, order = snake>, a = <home = warp_shared, depth = 2>, b = <home = shared, swap = 1>, ahead = 1, store = <policy = cs, early = true>>"}

//--- corrupt.txt
# The next lines are no records.
{"ms":0.2,"memset_ms":0.16,"chip":"h200","class":"out","m":81
nonsense
