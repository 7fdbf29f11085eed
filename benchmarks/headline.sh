#!/usr/bin/env bash
# The headline problem in every precision on this machine's GPU, beside the
# peers, in one run:
#   benchmarks/headline.sh [path of ts-run] [rounds]
# ts-run checks all outputs on the device before it times, and takes its ratio to
# memset in the same run. The peers need PyTorch and Triton. The portable build
# (`cmake --preset portable && cmake --build --preset portable`) needs neither
# LLVM nor a build on the GPU machine.
set -euo pipefail
cd "$(dirname "$0")/.."
tsrun=${1:-build/bin/ts-run} rounds=${2:-3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# product PRECISION M N K TYPE RESULT: a file with one product
product() {
  local a="memref<$2x$4x$5>" b="memref<$4x$3x$5>" c="memref<$2x$3x$6>"
  cat <<MLIR
func.func @main(%a: $a, %b: $b, %c: $c) {
  ts.matmul {precision = #ts.precision<$1>} ins(%a, %b : $a, $b) outs(%c : $c)
  return
}
MLIR
}

# report LABEL FILE CHIP SEED: one line of what ts-run found
report() {
  local out
  out=$("$tsrun" "$2" --device=cuda --chip="$3" --seed="$4" 2>&1) || true
  printf '%-28s %s\n' "$1" "$(grep -E '^(time|floor|error|result)' <<<"$out" |
    sed -E 's/ +/ /g; s/ \([^)]*\)//' | paste -sd'|')"
}

nvidia-smi --query-gpu=name,driver_version,temperature.gpu,clocks.sm --format=csv,noheader
for round in $(seq "$rounds"); do
  echo "== ts-run, round $round"
  for chip in h200 rtx4090; do
    product ieee 32768 32768 32 f32 f32 >"$work/k.mlir"
    report "ieee, limits of $chip" "$work/k.mlir" $chip "$round"
  done
  for mode in fp32_accurate fp32_accurate_normwise tf32 tf32x3 bf16x3 bf16x6 bf16x9 f16x3; do
    product $mode 32768 32768 32 f32 f32 >"$work/k.mlir"
    report $mode "$work/k.mlir" h200 "$round"
  done
  for types in 'f16 f16' 'bf16 bf16' 'f16 f32' 'bf16 f32'; do
    product native 32768 32768 32 $types >"$work/k.mlir"
    report "native $types" "$work/k.mlir" h200 "$round"
  done
done
echo "== peers"
python3 benchmarks/peers.py
