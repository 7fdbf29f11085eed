#!/usr/bin/env python3
"""The OUT class beside cuBLAS: out-class.py [--ts-run FILE] [--seconds N] [--k K ...]

Needs a CUDA GPU and PyTorch. ts-run checks all outputs before it times. One row a shape: cuBLAS fp32,
then `ieee` and `fp32_accurate` (ms, ratio to memset of C in the same run, result).
"""
import argparse
import re
import subprocess
import tempfile
import time

import torch

from cold import bench

SHAPES = [(4096, 4096), (8192, 8192), (10007, 10007), (16384, 16384), (32768, 32768), (65536, 16384)]
DEPTHS = [1, 2, 3, 4, 8, 16, 24, 32, 33, 48, 64, 100, 128]


def ts_run(tool, mode, m, n, k):
    a, b, c = f"memref<{m}x{k}xf32>", f"memref<{k}x{n}xf32>", f"memref<{m}x{n}xf32>"
    with tempfile.NamedTemporaryFile("w", suffix=".mlir") as f:
        f.write(f"func.func @main(%a: {a}, %b: {b}, %c: {c}) {{\n"
                f"  ts.matmul {{precision = #ts.precision<{mode}>}} ins(%a, %b : {a}, {b}) outs(%c : {c})\n"
                f"  return\n}}\n")
        f.flush()
        p = subprocess.run([tool, f.name, "--device=cuda", "--chip=h200", "--seed=1", "--repetitions=20"],
                           capture_output=True, text=True)
    find = lambda pattern: (re.search(pattern, p.stdout, re.M) or [None, "?"])[1]
    return f"{find(r'^time +([0-9.]+) ms')} {find(r'([0-9.]+) x memset')} {find(r'^result +(.*)')}{p.stderr.strip()}"


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--ts-run", default="build/bin/ts-run")
    p.add_argument("--seconds", type=float, default=600)
    p.add_argument("--k", type=int, nargs="*", default=DEPTHS)
    o = p.parse_args()
    torch.backends.cuda.matmul.allow_tf32 = False
    start = time.time()
    for k in o.k:
        for m, n in SHAPES:
            if time.time() - start > o.seconds:
                return print("out of time")
            A = torch.rand(m, k, device="cuda") * 2 - 1
            B = torch.rand(k, n, device="cuda") * 2 - 1
            C = torch.empty(m, n, device="cuda")
            cublas = bench(lambda: torch.matmul(A, B, out=C), warmup=2, runs=15)
            del A, B, C
            torch.cuda.empty_cache()
            rows = " | ".join(f"{mode} {ts_run(o.ts_run, mode, m, n, k)}" for mode in ("ieee", "fp32_accurate"))
            print(f"{m}x{k}x{n} | cublas {cublas:.4f} | {rows}", flush=True)


main()
