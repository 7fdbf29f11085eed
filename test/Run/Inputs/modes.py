"""modes.py TS_RUN FOLDER: products in every precision mode on the simulator.

Prints a line for each failure and, last, how many cases there were.
"""
import os
import subprocess
import sys

MODES = ["tf32", "tf32x3", "bf16x3", "bf16x6", "bf16x9", "f16x3", "fp32_accurate", "fp32_accurate_normwise"]
SHAPES = [(1, 1, 1), (33, 7, 300), (40, 16, 256), (65, 33, 129), (17, 48, 515), (100, 100, 64),
          # Few columns: LLVM sank an mma into a branch of some lanes.
          (16, 8, 16), (128, 8, 8)]
NATIVE_SHAPES = [(2, 2, 2), (33, 7, 300), (40, 16, 256), (65, 33, 130)]
NATIVE = [("f16", "f16"), ("f16", "f32"), ("bf16", "bf16"), ("bf16", "f32"), ("f64", "f64")]


def cases():
    for mode in MODES:
        for m, k, n in SHAPES:
            yield mode, "f32", "f32", m, k, n, "random"
        yield mode, "f32", "f32", 40, 31, 270, "small-int"
    for a, c in NATIVE:
        for m, k, n in NATIVE_SHAPES:
            yield "native", a, c, m, k, n, "random"


def run(tool, folder, mode, a, c, m, k, n, fill):
    path = os.path.join(folder, "k.mlir")
    A, B, C = f"memref<{m}x{k}x{a}>", f"memref<{k}x{n}x{a}>", f"memref<{m}x{n}x{c}>"
    with open(path, "w") as f:
        f.write(f"func.func @main(%a: {A}, %b: {B}, %c: {C}) {{\n  ts.matmul {{precision = #ts.precision<{mode}>}} "
                f"ins(%a, %b : {A}, {B}) outs(%c : {C})\n  return\n}}\n")
    p = subprocess.run([tool, path, "--device=sim", "--chip=h200", "--blocks=all", "--seed=7",
                        f"--input={fill}", f"--input={fill}"], capture_output=True, text=True)
    exact = "relative 0.00e+00" in p.stdout or "every bit equal" in p.stdout
    wrong = p.returncode != 0 or (fill == "small-int" and not exact)
    if wrong:
        print(f"FAILED (exit {p.returncode}): {mode} {a} {c} {m}x{k}x{n} {fill}: {p.stderr.strip()[:300]}")
    return wrong


def main():
    tool, folder = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    all_cases = list(cases())
    failed = sum(run(tool, folder, *case) for case in all_cases)
    print(f"modes: {len(all_cases)} cases, {failed} failed")


main()
