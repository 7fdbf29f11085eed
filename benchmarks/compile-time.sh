#!/usr/bin/env bash
# How long the compiler takes from .mlir to PTX, warm: the median of 11 runs.
#   benchmarks/compile-time.sh
set -euo pipefail
cd "$(dirname "$0")/.."
python3 - <<'PY'
import statistics, subprocess, time
for chip in ("rtx4090", "h200"):
    samples = []
    for _ in range(11):
        start = time.perf_counter()
        subprocess.run(["build/bin/ts-opt", "examples/headline.mlir",
                        "--ts-compile=chip=" + chip, "-o", "/dev/null"], check=True)
        samples.append(time.perf_counter() - start)
    print("%-8s %.3f s" % (chip, statistics.median(samples)))
PY
