#!/usr/bin/env bash
# How long the compiler takes from .mlir to PTX, warm: the median of 11 runs.
#   benchmarks/compile-time.sh
set -euo pipefail
cd "$(dirname "$0")/.."
python3 - <<'PY'
import statistics, subprocess, tempfile, time
modes = ("ieee", "tf32", "tf32x3", "bf16x3", "bf16x6", "bf16x9", "f16x3", "native")
source = """func.func @main(%%a: memref<32768x32x%(t)s>, %%b: memref<32x32768x%(t)s>, %%c: memref<32768x32768x%(t)s>) {
  ts.matmul {precision = #ts.precision<%(m)s>} ins(%%a, %%b : memref<32768x32x%(t)s>, memref<32x32768x%(t)s>) outs(%%c : memref<32768x32768x%(t)s>)
  return
}
"""
for chip in ("rtx4090", "h200"):
    for mode in modes:
        with tempfile.NamedTemporaryFile("w", suffix=".mlir") as f:
            f.write(source % {"t": "f16" if mode == "native" else "f32", "m": mode})
            f.flush()
            samples = []
            for _ in range(11):
                start = time.perf_counter()
                subprocess.run(["build/bin/ts-opt", f.name, "--ts-compile=chip=" + chip, "-o", "/dev/null"], check=True)
                samples.append(time.perf_counter() - start)
        print("%-8s %-7s %.3f s (%.3f to %.3f)" % (chip, mode, statistics.median(samples), min(samples), max(samples)))
PY
