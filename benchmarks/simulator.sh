#!/bin/bash
# How fast the simulator is: the headline's FFMA kernel with and without checks
# on one core, 24 sampled blocks of it on all cores, and a small problem whole.
#
# usage: benchmarks/simulator.sh [BUILD]
set -euo pipefail
cd "$(dirname "$0")/.."
run=${1:-build}/bin/ts-run
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/small.mlir" <<'M'
func.func @main(%a: memref<1024x32xf32>, %b: memref<32x1024xf32>, %c: memref<1024x1024xf32>) {
  ts.matmul ins(%a, %b : memref<1024x32xf32>, memref<32x1024xf32>) outs(%c : memref<1024x1024xf32>)
  return
}
M
echo "host: $(nproc) cores, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1), load$(uptime | sed 's/.*average//')"
echo "1024x32x1024, whole, all checks:"
"$run" "$folder/small.mlir" --device=sim --blocks=all --seed=1 | grep -E '^(simulated|result)'
echo "headline, 24 sampled blocks, all checks:"
"$run" examples/headline.mlir --device=sim --blocks=24 --check=sample --seed=1 \
  --dump-ptx="$folder/headline.ptx" | grep -E '^(simulated|result)'
ptx=$folder/headline.ptx
block=$(sed -n 's/^\.\(req\|max\)ntid \([0-9, ]*\).*/\2/p' "$ptx" | tr -d ' ')
for check in none memcheck,initcheck all; do
  echo "headline, one block on one core, --check=$check:"
  "$run" "$ptx" --grid=128 --block="$block" --smem=90112 --blocks=0 \
    --host-threads=1 --arg=32768x32xf32=uniform --arg=32x32768xf32=uniform \
    --arg=32768x32768xf32 --check=$check | grep ^host
done
