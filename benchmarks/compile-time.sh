#!/usr/bin/env bash
# How long the compiler takes from .mlir to PTX, warm: the median of 11 runs, of
# the headline problem and of one whose rows fit no wide store.
#   benchmarks/compile-time.sh [path of ts-opt]
set -euo pipefail
cd "$(dirname "$0")/.."
python3 - "${1:-build/bin/ts-opt}" <<'PY'
import statistics, subprocess, sys, tempfile, time
modes = ("ieee", "tf32", "tf32x3", "bf16x3", "bf16x6", "bf16x9", "f16x3", "native")
source = """func.func @main(%%a: memref<%(n)dx%(k)dx%(t)s>, %%b: memref<%(k)dx%(n)dx%(t)s>, %%c: memref<%(n)dx%(n)dx%(t)s>) {
  ts.matmul {precision = #ts.precision<%(m)s>} ins(%%a, %%b : memref<%(n)dx%(k)dx%(t)s>, memref<%(k)dx%(n)dx%(t)s>) outs(%%c : memref<%(n)dx%(n)dx%(t)s>)
  return
}
"""
problems = [("rtx4090", 32768, 32), ("h200", 32768, 32), ("h200", 10007, 33), ("h200", 10007, 100)]
for chip, n, k in problems:
    for mode in modes:
        with tempfile.NamedTemporaryFile("w", suffix=".mlir") as f:
            f.write(source % {"n": n, "k": k, "t": "f16" if mode == "native" else "f32", "m": mode})
            f.flush()
            samples = []
            for _ in range(11):
                start = time.perf_counter()
                subprocess.run([sys.argv[1], f.name, "--ts-compile=chip=" + chip, "-o", "/dev/null"], check=True)
                samples.append(time.perf_counter() - start)
        print("%-8s %5d x %-5d K = %-4d %-7s %.3f s (%.3f to %.3f)" % (chip, n, n, k, mode, statistics.median(samples), min(samples), max(samples)))
PY
