#!/bin/bash
# How fast the simulator is: an FFMA kernel of the headline problem with and
# without checks on one core, 24 sampled blocks of it on all cores, and a small
# problem whole. The schedule is given, so that the work stays the same when the
# compiler prefers another one. The processor time tells what the others on the
# machine cost.
#
# usage: benchmarks/simulator.sh [BUILD]
set -euo pipefail
cd "$(dirname "$0")/.."
run=${1:-build}/bin/ts-run
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
TIMEFORMAT='processor     %U s of the program, %S s of the system'
cat >"$folder/small.mlir" <<'M'
func.func @main(%a: memref<1024x32xf32>, %b: memref<32x1024xf32>, %c: memref<1024x1024xf32>) {
  ts.matmul ins(%a, %b : memref<1024x32xf32>, memref<32x1024xf32>) outs(%c : memref<1024x1024xf32>)
  return
}
M
schedule='#ts.schedule<out, blocks = <order = linear, columns = 512, count = 128>, warps = [8, 1], tile = [8, 512], math = fma<lanes = [1, 32], vector = 4, unroll = 2, order = snake>, a = <home = warp_shared, depth = 2>, b = <home = shared, swap = 1>, ahead = 1, store = <policy = cs, early = true>>'
echo "host: $(nproc) cores, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1), load$(uptime | sed 's/.*average//')"
echo "1024x32x1024, whole, all checks:"
time "$run" "$folder/small.mlir" --device=sim --blocks=all --seed=1 | grep -E '^(simulated|result)'
echo "headline, 24 sampled blocks, all checks:"
time "$run" examples/headline.mlir --device=sim --blocks=24 --check=sample --seed=1 \
  --schedule="$schedule" --dump-ptx="$folder/headline.ptx" | grep -E '^(simulated|result)'
ptx=$folder/headline.ptx
block=$(sed -n 's/^\.\(req\|max\)ntid \([0-9, ]*\).*/\2/p' "$ptx" | tr -d ' ')
for check in none memcheck,initcheck all; do
  echo "headline, one block on one core, --check=$check:"
  time "$run" "$ptx" --grid=128 --block="$block" --smem=90112 --blocks=0 \
    --host-threads=1 --arg=32768x32xf32=uniform --arg=32x32768xf32=uniform \
    --arg=32768x32768xf32 --check=$check | grep ^host
done
"$run" examples/headline.mlir --device=sim --blocks=1 --check=none \
  --dump-ptx="$folder/default.ptx" >"$folder/default.txt"
blocks=$(sed -n 's/^simulated  1 of \([0-9]*\) .*/\1/p' "$folder/default.txt")
block=$(sed -n 's/^\.\(req\|max\)ntid \([0-9, ]*\).*/\2/p' "$folder/default.ptx" | tr -d ' ')
for check in none all; do
  echo "the kernel chosen by itself, up to 1000 blocks on one core, --check=$check:"
  time "$run" "$folder/default.ptx" --grid="$blocks" --block="$block" --smem=90112 \
    --blocks=random:$((blocks < 1000 ? blocks : 1000)),1 --host-threads=1 \
    --arg=32768x32xf32=uniform --arg=32x32768xf32=uniform \
    --arg=32768x32768xf32 --check=$check | grep ^host
done
