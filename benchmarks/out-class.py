#!/usr/bin/env python3
"""The OUT class beside cuBLAS and Triton: out-class.py [--ts-run FILE] [--seconds N] [--k K ...] [--json FILE]

Needs a CUDA GPU, PyTorch and Triton. ts-run checks all outputs before it times. One row a shape: memset of C,
cuBLAS fp32, Triton tuned for the shape in ieee, tf32x3 and bf16x6, then `ieee` and `fp32_accurate` (ms, ratio to
memset of C in the same run, result). `--table FILE` makes the table of what `--json FILE` kept.
"""
import argparse
import json
import math
import re
import subprocess
import tempfile
import time

SHAPES = [(4096, 4096), (8192, 8192), (10007, 10007), (16384, 16384), (32768, 32768), (65536, 16384)]
DEPTHS = [1, 2, 3, 4, 8, 16, 24, 32, 33, 48, 64, 100, 128]
MODES = ("ieee", "fp32_accurate")
FFMA = 67e12  # H200, fp32 without tensor cores (data sheet)


def ts_run(tool, mode, m, n, k, database=None):
    a, b, c = f"memref<{m}x{k}xf32>", f"memref<{k}x{n}xf32>", f"memref<{m}x{n}xf32>"
    with tempfile.NamedTemporaryFile("w", suffix=".mlir") as f:
        f.write(f"func.func @main(%a: {a}, %b: {b}, %c: {c}) {{\n"
                f"  ts.matmul {{precision = #ts.precision<{mode}>}} ins(%a, %b : {a}, {b}) outs(%c : {c})\n"
                f"  return\n}}\n")
        f.flush()
        command = [tool, f.name, "--device=cuda", "--chip=h200", "--seed=1", "--repetitions=20"]
        if database:
            command.append(f"--tuning-db={database}")
        p = subprocess.run(command, capture_output=True, text=True)
    find = lambda pattern: (re.search(pattern, p.stdout, re.M) or [None, "nan"])[1]
    return dict(ms=float(find(r"^time +([0-9.]+) ms")), memset=float(find(r"([0-9.]+) x memset")),
                result=find(r"^result +(.*)").strip(), precision=find(r"^precision +(\S+)"),
                schedule=find(r"^schedule +(.*)"))


def measure(o):
    import torch
    from cold import bench
    import triton_peer

    torch.backends.cuda.matmul.allow_tf32 = False
    start, rows = time.time(), []
    if o.triton:
        triton_peer.compile_all(o.k, ragged=True)
        print(f"compiled for Triton in {time.time() - start:.0f} s", flush=True)
    for k in o.k:
        for m, n in SHAPES:
            if time.time() - start > o.seconds:
                return print("out of time")
            A = torch.rand(m, k, device="cuda") * 2 - 1
            B = torch.rand(k, n, device="cuda") * 2 - 1
            C = torch.empty(m, n, device="cuda")
            row = dict(m=m, n=n, k=k, cublas=bench(lambda: torch.matmul(A, B, out=C), warmup=2, runs=15), triton={})
            for precision in triton_peer.PRECISIONS if o.triton else ():
                ms, config = triton_peer.best(A, B, C, precision)
                row["triton"][precision] = dict(ms=ms, config=config)
            del A, B, C
            torch.cuda.empty_cache()
            for mode in MODES:
                row[mode] = ts_run(o.ts_run, mode, m, n, k, o.tuning_db)
            rows.append(row)
            print(f"{m}x{k}x{n} | cublas {row['cublas']:.4f} | triton " +
                  " ".join(f"{p} {t['ms']:.4f}" for p, t in row["triton"].items()) + " | " +
                  " | ".join(f"{mode} {row[mode]['ms']:.4f} {row[mode]['memset']:.3f} {row[mode]['result']}"
                             for mode in MODES), flush=True)
            if o.json:
                json.dump(rows, open(o.json, "w"))


def table(rows):
    depths = sorted({r["k"] for r in rows})
    for mode in MODES:
        print(f"\n`{mode}`: ms, over the floor, time of cuBLAS / of Triton over it\n")
        print("| M x N | " + " | ".join(f"K={k}" for k in depths) + " |\n|" + "---|" * (len(depths) + 1))
        ratios, slower = [], []
        for m, n in SHAPES:
            cells = []
            for k in depths:
                r = next((r for r in rows if (r["m"], r["n"], r["k"]) == (m, n, k)), None)
                if not r:
                    cells.append("")
                    continue
                ms, memset = r[mode]["ms"], r[mode]["ms"] / r[mode]["memset"]
                floor = max(memset, 2e3 * m * n * k / FFMA)
                # Equal accuracy: the same arithmetic, or any that is guaranteed as much.
                peers = ["ieee"] if mode == "ieee" else list(r["triton"])
                triton = min([r["triton"][p]["ms"] for p in peers if r["triton"] and
                              not math.isnan(r["triton"][p]["ms"])], default=math.nan)
                ratios.append(ms / floor)
                for name, peer in (("cuBLAS", r["cublas"]), ("Triton", triton)):
                    if peer < ms:
                        slower.append(f"{m}x{k}x{n} {name} {peer:.4f} against {ms:.4f}")
                cells.append(f"{ms:.3f} {ms / floor:.2f} {r['cublas'] / ms:.2f} / {triton / ms:.2f}")
            print(f"| {m}x{n} | " + " | ".join(cells) + " |")
        print(f"\ngeometric mean over max(memset, FFMA at 67 TFLOP/s): "
              f"{math.exp(sum(map(math.log, ratios)) / len(ratios)):.3f} of {len(ratios)}; "
              f"slower than a peer: {'; '.join(slower) or 'never'}")


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--ts-run", default="build/bin/ts-run")
    p.add_argument("--seconds", type=float, default=600)
    p.add_argument("--k", type=int, nargs="*", default=DEPTHS)
    p.add_argument("--json")
    p.add_argument("--tuning-db", help="for ts-run, instead of the records it ships with")
    p.add_argument("--no-triton", dest="triton", action="store_false")
    p.add_argument("--table", help="print the table of an earlier run")
    o = p.parse_args()
    if o.table:
        return table(json.load(open(o.table)))
    measure(o)


main()
