#!/usr/bin/env python3
"""Whole kernels on a GPU and on the simulator, compared bit by bit.

usage: kernels.py TS_RUN      on a machine with a GPU and ts-run

Kernels that nvcc made (Inputs/*.ptx), launched through the driver, and products
in every precision mode as this compiler emits them. Both run there: TS_RUN is
one that needs no LLVM on that machine (preset `portable`). Exits with 1 if a
result differs.
"""
import os
import random
import struct
import subprocess
import sys
import tempfile
from collections import namedtuple

from driver import Gpu, read_npy, write_npy

# Arguments: bytes of an input, the size of an output, or (number,).
Kernel = namedtuple("Kernel", "name grid block arguments")
INPUTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "Inputs")


def words(rng, count):
    return struct.pack("<%dI" % count, *(rng.getrandbits(32)
                                         for _ in range(count)))


def floats(rng, count, letter):
    return struct.pack("<%d%s" % (count, letter),
                       *(rng.uniform(-2, 2) for _ in range(count)))


def kernels():
    rng = random.Random(7)
    yield Kernel("transpose", (2, 3), (32, 8),
                 [floats(rng, 70 * 46, "f"), 4 * 70 * 46, (70,), (46,)])
    yield Kernel("sgemm", (4, 4), (64, 1),
                 [floats(rng, 4096, "f"), floats(rng, 4096, "f"), 16384, (64,)])
    yield Kernel("wmma", (3, 2), (64, 1),
                 [floats(rng, 64 * 32, "e"), floats(rng, 32 * 48, "e"),
                  4 * 64 * 48, 2 * 64 * 48, (48,), (32,)])
    yield Kernel("tensor", (1, 1), (32, 1),
                 [floats(rng, 16 * 48, "e"), floats(rng, 48 * 8, "e"), 512,
                  (48,)])
    yield Kernel("barriers", (1, 1), (64, 1), [words(rng, 9 * 32), 128, (9,)])
    yield Kernel("scan", (3, 1), (192, 1), [words(rng, 576), 4 * 576])
    yield Kernel("stencil", (3, 2), (16, 8),
                 [floats(rng, 13 * 36, "d"), 8 * 13 * 36, (13,), (36,)])
    yield Kernel("wide", (4, 1), (6, 1),
                 [words(rng, 96), words(rng, 96), 16 * 24, 8 * 24, 24])


def compare_kernel(tool, gpu, kernel, folder):
    path = os.path.join(INPUTS, kernel.name + ".ptx")
    with open(path) as file:
        text = file.read()
    entry = text[text.index(".entry") + 6:text.index("(", text.index(".entry"))]
    outputs, options, parameters = [], [], []
    for n, argument in enumerate(kernel.arguments):
        if isinstance(argument, tuple):
            options.append("--arg=i32=%d" % argument)
            parameters.append(argument[0])
            continue
        size = argument if isinstance(argument, int) else len(argument)
        parameters.append(gpu.allocate(size))
        if isinstance(argument, int):
            outputs.append((parameters[-1], size, "%s/%d.npy" % (folder, n)))
            options += ["--arg=%dxi64" % (size // 8), "--output=@" + outputs[-1][2]]
        else:
            gpu.upload(parameters[-1], argument)
            write_npy("%s/%d.npy" % (folder, n), argument)
            options.append("--arg=@%s/%d.npy" % (folder, n))
    gpu.launch(gpu.load(text), entry.strip(), kernel.grid, kernel.block,
               parameters)
    subprocess.run([tool, path, "--quiet", "--mma=" + gpu.model,
                    "--grid=%d,%d" % kernel.grid,
                    "--block=%d,%d" % kernel.block, *options], check=True)
    return all(gpu.download(address, size) == read_npy(name)
               for address, size, name in outputs)


MODES = ["ieee", "tf32", "tf32x3", "bf16x3", "bf16x6", "bf16x9", "f16x3",
         "fp32_accurate", "fp32_accurate_normwise"]
SHAPES = [(512, 512, 32), (1000, 260, 20), (129, 136, 64)]
PRODUCT = """func.func @main(%a: {a}, %b: {b}, %c: {c}) {{
  ts.matmul {{precision = #ts.precision<{mode}>}} ins(%a, %b : {a}, {b})
    outs(%c : {c})
  return
}}
"""


def products():
    """(name, text) of each product."""
    for m, n, k in SHAPES:
        forms = [(mode, "f32", "f32") for mode in MODES]
        forms += [("native", t, s) for t, s in (("f16", "f32"), ("f16", "f16"),
                                                ("bf16", "f32"), ("f64", "f64"))]
        for mode, of, to in forms:
            name = "%s %s to %s, %dx%dx%d" % (mode, of, to, m, n, k)
            yield name, PRODUCT.format(
                mode=mode, a="memref<%dx%dx%s>" % (m, k, of),
                b="memref<%dx%dx%s>" % (k, n, of),
                c="memref<%dx%dx%s>" % (m, n, to))


def compare_product(tool, model, text, folder):
    """Whether all bits are equal; what ts-run says if it refuses."""
    source = folder + "/product.mlir"
    with open(source, "w") as file:
        file.write(text)
    results = []
    for device in (["--device=cuda", "--repetitions=0"],
                   ["--device=sim", "--mma=" + model, "--blocks=all"]):
        out = folder + "/c.npy"
        run = subprocess.run(
            [tool, source, *device, "--chip=h200", "--seed=3", "--quiet",
             "--check=none", "--output=@" + out], capture_output=True, text=True)
        if run.returncode:
            return run.stderr.strip().splitlines()[0]
        results.append(read_npy(out))
    return results[0] == results[1]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    gpu, outcomes = Gpu(), []
    with tempfile.TemporaryDirectory() as folder:
        for kernel in kernels():
            outcomes.append((kernel.name, compare_kernel(sys.argv[1], gpu,
                                                         kernel, folder)))
        for name, text in products():
            outcomes.append((name, compare_product(sys.argv[1], gpu.model, text,
                                                   folder)))
    for name, outcome in outcomes:
        print("%-48s %s" % (name, "equal" if outcome is True else
                            "differs" if outcome is False else outcome))
    equal = sum(outcome is True for _, outcome in outcomes)
    print("%s: %d kernels, %d equal to the bit" % (gpu.name, len(outcomes), equal))
    return 0 if equal == len(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
