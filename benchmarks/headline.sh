#!/usr/bin/env bash
# The headline problem on this machine's GPU, beside the peers, in one run:
#   benchmarks/headline.sh [path of ts-run]
# ts-run checks all outputs on the device before it times, and takes its ratio to
# memset in the same run. The peers need PyTorch and Triton. The portable build
# (`cmake --preset portable && cmake --build --preset portable`) needs neither
# LLVM nor a build on the GPU machine.
set -euo pipefail
cd "$(dirname "$0")/.."
tsrun=${1:-build/bin/ts-run}

nvidia-smi --query-gpu=name,driver_version,temperature.gpu,clocks.sm --format=csv,noheader
for round in 1 2 3; do
  for chip in h200 rtx4090; do
    echo "== ts-run, limits of $chip, round $round"
    "$tsrun" examples/headline.mlir --device=cuda --chip=$chip --seed=$round
  done
done
echo "== peers"
python3 benchmarks/peers.py
